"""Nodes for actors that end, and for those that are told."""

from dataclasses import dataclass

from types_of import STRING, Ty


@dataclass
class Ending:
    """What an actor does at its one message, whose parts have names: one statement, perhaps a crash."""

    variant: str
    names: list
    body: object


@dataclass
class Frail:
    """An actor that waits for one message and ends. `last` is the text that its `terminate` prints, or
    `None`."""

    name: str
    params: list
    endings: list
    last: object


@dataclass
class Middle:
    """An actor that waits for `go`, then starts a frail one, is linked with it, makes it crash, and
    waits for `never`."""

    name: str
    frail: str
    go: str
    never: str
    params: list
    variant: str
    items: list


@dataclass
class Worker:
    """A child of supervisors: it sends `up` with its name, its pid and a text to the case, then waits to
    be told to crash or to finish."""

    name: str
    heard: str
    up: str
    crash: str
    finish: str
    params: list
    text: object


@dataclass
class Child:
    """`restart` is `None` where the clause is left out."""

    name: str
    restart: str | None
    items: list


@dataclass
class Tree:
    """A supervisor. `is_data`: built of the library's functions, where the case starts it."""

    name: str
    worker: str
    strategy: str | None
    max_restarts: int
    children: list
    is_data: bool


# Statements


@dataclass
class Monitor:
    pid: object
    note: str


@dataclass
class Trap:
    note: str


@dataclass
class Link:
    pid: object


@dataclass
class Exit:
    """`reason` is a constructor of `Process.Reason`; `text` is that of an `Error`."""

    pid: object
    reason: str
    text: str | None


@dataclass
class Send:
    """To a frail actor or one in the middle: at once followed by what waits for its end."""

    pid: object
    variant: str
    items: list


@dataclass
class Supervised:
    """Starts a tree, and ends children of it: `steps` are pairs of a child's place and the text of its
    crash, `None` for a normal end. `name` is that of the supervisor's pid, `note` what its end sends."""

    tree: str
    name: str
    note: str
    steps: list


# Expressions


@dataclass
class Told:
    """Waits for a note; its value is the text of the reason."""

    note: str
    ty: Ty = STRING
