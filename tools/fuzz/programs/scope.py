"""What may be in an expression, and whether there is one."""

from dataclasses import dataclass, field, replace

from nodes import Field, Loop, MethodCall, Try, Unary, Update
from types_of import Ty
from walks import walk


class NoWay(Exception):
    """There is no expression of that type here."""


@dataclass
class Scope:
    """Names with their types. `result`: what `return` and `?` leave with. `pure`: nothing prints.
    `safe`: nothing crashes. `closed`: nothing of the case is called, and no operator that an impl
    could have. `bounds` are those of type parameters."""

    names: dict = field(default_factory=dict)
    result: Ty | None = None
    pure: bool = False
    safe: bool = False
    closed: bool = False
    in_loop: bool = False
    bounds: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)

    def inside(self, **changes):
        return replace(self, names=dict(self.names), **changes)

    def having(self, names, **changes):
        return replace(self, names={**self.names, **names}, **changes)


def needs_types(node):
    """True when the types of names must be known before the place where they are used: to find
    fields, methods, what a loop goes through, and impls of `not`."""
    found = (Field, Update, MethodCall, Try, Loop)
    return any(isinstance(n, found) or getattr(n, "style", "") in ("method", "index")
               or isinstance(n, Unary) and n.op != "-" and n.value.ty.name != "Bool"
               for n in walk(node))
