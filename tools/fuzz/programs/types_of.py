"""Types as values that can be compared and taken apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ty:
    """A type: a built-in or declared name with arguments, `Tuple`, `Fun` (parameters, then the
    result), or a type parameter, whose name is one capital letter."""

    name: str
    args: tuple = ()

    def is_param(self):
        return len(self.name) == 1

    def bound(self, arguments):
        """The same with type parameters replaced."""
        if self.is_param():
            return arguments.get(self.name, self)
        return Ty(self.name, tuple(arg.bound(arguments) for arg in self.args))

    def mentions(self, name):
        return self.name == name or any(arg.mentions(name) for arg in self.args)


INT, FLOAT, BOOL, STRING, UNIT, BYTES = (Ty(name) for name in ("Int", "Float", "Bool", "String", "Unit", "Bytes"))
ORDERING, RANGE = Ty("Ordering"), Ty("Range")


def list_of(item):
    return Ty("List", (item,))


def option(item):
    return Ty("Option", (item,))


def result(value, error=STRING):
    return Ty("Result", (value, error))


def fun(*parts):
    return Ty("Fun", parts)


def tuple_of(*parts):
    return Ty("Tuple", parts)


def match_type(pattern, wanted, arguments):
    """`arguments` with what makes `pattern` the type `wanted`; `None` when nothing does."""
    if pattern.is_param():
        known = arguments.get(pattern.name, wanted)
        return {**arguments, pattern.name: wanted} if known == wanted else None
    if pattern.name != wanted.name or len(pattern.args) != len(wanted.args):
        return None
    for one, other in zip(pattern.args, wanted.args):
        arguments = match_type(one, other, arguments)
        if arguments is None:
            return None
    return arguments
