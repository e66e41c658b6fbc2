"""Programs as trees: declarations, patterns, expressions and statements. No text, no meaning."""

from dataclasses import dataclass, field

from types_of import BYTES, STRING, UNIT, Ty


# Declarations


@dataclass
class Struct:
    """`deriving` is `None` where the clause is left out. So in `Sum`."""

    name: str
    params: tuple
    fields: list
    deriving: tuple | None


@dataclass
class Sum:
    name: str
    params: tuple
    variants: list
    deriving: tuple | None


@dataclass
class Method:
    """Without the receiver, which what `is_static` has not: that gives `Self`. `default` is a body,
    or `None`."""

    name: str
    params: list
    result: Ty
    default: object = None
    is_static: bool = False


@dataclass
class Interface:
    name: str
    methods: list
    params: tuple = ()


@dataclass
class Impl:
    """`functions` are `Function`s whose first parameter is `self`. `bounds` are those of the type's
    parameters, by name; `arguments` are those of the interface."""

    interface: str
    type: Ty
    functions: list
    bounds: dict = field(default_factory=dict)
    arguments: tuple = ()


@dataclass
class Clause:
    """Patterns, a guard or `None`, and an expression."""

    patterns: list
    guard: object
    body: object


@dataclass
class Function:
    """`is_typed`: the parameters and the result are written out. `prints`, `panics`: it may."""

    name: str
    generics: tuple
    bounds: dict
    params: list
    result: Ty
    clauses: list
    is_typed: bool = True
    prints: bool = False
    panics: bool = False


@dataclass
class Handler:
    """Of a service. `reply` is `None` for a cast, whose body is the new state; a call's body is the
    pair of new state and reply."""

    name: str
    params: list
    state_name: str
    reply: Ty | None
    body: object


@dataclass
class Service:
    """`start` is the body of `init`, whose parameters are `params`."""

    name: str
    state: Ty
    params: list
    start: object
    handlers: list


@dataclass
class Server:
    """An actor with a state that is found by its messages' clauses and loops by itself. `messages`
    is the name of the sum type; arms with a reply send it to the last part of the message."""

    name: str
    messages: str
    state: Ty
    state_name: str
    reply: Ty
    arms: list


@dataclass
class Arm:
    """What a server does at a message: its variant and parts, the new state, and the reply or
    `None`."""

    variant: str
    names: list
    state: object
    reply: object


@dataclass
class Case:
    """`body` are the statements of its actor. `common`: names of what is in the module that it
    imports; without any, all is in one module."""

    number: int
    declarations: list
    functions: list
    actors: list
    body: list
    common: frozenset = frozenset()


# Patterns


@dataclass
class PAny:
    pass


@dataclass
class PName:
    name: str


@dataclass
class PLit:
    ty: Ty
    value: object


@dataclass
class PTuple:
    items: list


@dataclass
class PCtor:
    name: str
    items: list
    owner: str | None = None


@dataclass
class PList:
    items: list


@dataclass
class PCons:
    head: object
    tail: object


@dataclass
class POr:
    left: object
    right: object


@dataclass
class PAs:
    inner: object
    name: str


@dataclass
class Segment:
    """Of bits that are built or taken apart. `kind` is `int`, `bytes` or `utf8`; `size` the bits of an
    Int; for the others the name of an Int before it that counts bytes, or `None` for all of it."""

    value: object
    kind: str
    size: object = None
    is_little: bool = False


@dataclass
class PBits:
    segments: list


# Expressions. `ty` is the type of the value.


@dataclass
class Lit:
    ty: Ty
    value: object


@dataclass
class Text:
    """A string with expressions in it."""

    pieces: list
    ty: Ty = STRING


@dataclass
class Name:
    ty: Ty
    name: str


@dataclass
class Binary:
    ty: Ty
    op: str
    left: object
    right: object


@dataclass
class Unary:
    ty: Ty
    op: str
    value: object


@dataclass
class TupleOf:
    ty: Ty
    items: list


@dataclass
class ListOf:
    ty: Ty
    items: list


@dataclass
class MapOf:
    ty: Ty
    pairs: list


@dataclass
class Bits:
    segments: list
    ty: Ty = BYTES


@dataclass
class Record:
    """Fields as pairs of name and expression, in the order in which they are written."""

    ty: Ty
    fields: list


@dataclass
class Variant:
    ty: Ty
    name: str
    items: list
    qualified: bool = False


@dataclass
class Field:
    ty: Ty
    value: object
    name: str


@dataclass
class Update:
    """Fields as pairs of a path (`a.b`) and an expression."""

    ty: Ty
    value: object
    fields: list


@dataclass
class If:
    ty: Ty
    condition: object
    then: object
    other: object


@dataclass
class Choice:
    """A `case`."""

    ty: Ty
    value: object
    arms: list
    word: str = "case"


@dataclass
class Closure:
    """`form`: how it is written, see `printer.py`."""

    ty: Ty
    clauses: list
    form: int = 0


@dataclass
class Call:
    """`callee` is an expression or the name of a function; `style` one of `plain`, `pipe`,
    `method`. `types` are those that stand for its type parameters, by name."""

    ty: Ty
    callee: object
    items: list
    style: str = "plain"
    types: dict | None = None


@dataclass
class MethodCall:
    """Of `interface`; the first item is the receiver. `style` as in `Call`, or `named`."""

    ty: Ty
    interface: str
    name: str
    items: list
    style: str = "method"


@dataclass
class Try:
    ty: Ty
    value: object


@dataclass
class Loop:
    """A `for`. `names` has one or two names, or is a pattern in a list."""

    ty: Ty
    names: list
    source: object
    filter: object
    body: object


@dataclass
class While:
    """Runs its body until that breaks."""

    body: object
    ty: Ty = UNIT


@dataclass
class Jump:
    """`break` or `continue`."""

    word: str
    ty: Ty = Ty("Never")


@dataclass
class Return:
    value: object
    ty: Ty = Ty("Never")


@dataclass
class Block:
    """Statements and the value, or `None` for Unit."""

    ty: Ty
    statements: list
    value: object


@dataclass
class Guarded:
    """`Process.guard` of a closure with this body."""

    ty: Ty
    body: object


@dataclass
class Job:
    """`Job.await` of a `Job.async`, or, with items, `Job.map`."""

    ty: Ty
    function: object
    items: object = None


@dataclass
class Ask:
    """Asks an actor. `name` is a handler of the service, or a variant of the server."""

    ty: Ty
    actor: object
    kind: str
    owner: str
    name: str
    items: list


@dataclass
class Start:
    ty: Ty
    kind: str
    owner: str
    items: list


@dataclass
class Post:
    """`send(self(), …)`."""

    value: object
    ty: Ty = UNIT


@dataclass
class Receive:
    """`after 0` has `other`."""

    ty: Ty
    arms: list
    other: object


# Statements


@dataclass
class Let:
    pattern: object
    ty: Ty
    value: object
    is_typed: bool = False


@dataclass
class Do:
    """An expression for its effect."""

    value: object


@dataclass
class Show:
    """`println`."""

    value: object
    ty: Ty = UNIT


EXPRESSIONS = (Lit, Text, Name, Binary, Unary, TupleOf, ListOf, MapOf, Bits, Record, Variant, Field, Update, If, Choice,
               Closure, Call, MethodCall, Try, Loop, While, Jump, Return, Block, Guarded, Job, Ask, Start, Receive)
