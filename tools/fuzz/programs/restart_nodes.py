"""Nodes for services that a supervisor starts again."""

from dataclasses import dataclass

from supervision import outcomes_of
from types_of import Ty
from watched import Child, Tree


@dataclass
class Kept:
    """A service below a supervisor: the name of its pid, the message that brings each new one."""

    pid: str
    service: str
    items: list
    up: str


@dataclass
class Request:
    """Asks the service at a place of the list; `name` has the answer, if there is one, which is
    printed when `is_shown`."""

    at: int
    handler: str
    items: list
    reply: Ty | None
    name: str
    is_shown: bool


@dataclass
class Break:
    """Ends the service at a place: by a handler that crashes (`call`, `cast`) or by force (`kill`).
    `handler` is that of the first two."""

    at: int
    way: str
    handler: str


@dataclass
class Restarted:
    """Starts services below a supervisor, asks them and ends them. `is_nested`: their supervisor is
    a child of another one."""

    name: str
    strategy: str
    max_restarts: int
    is_nested: bool
    kept: list
    steps: list


def restarts(node):
    """For each break the places of services that are started again, in order. What becomes too much
    for the inner supervisor is started anew by the outer one."""
    children = [Child(one.pid, None, []) for one in node.kept]
    tree = Tree("", "", node.strategy, node.max_restarts, children, True)
    made, since = [], []
    for step in [step for step in node.steps if isinstance(step, Break)]:
        since.append((step.at, "out"))
        outcome = outcomes_of(tree, since)[-1]
        made.append(list(range(len(children))) if outcome.is_over else outcome.again)
        if outcome.is_over:
            since = []
    return made
