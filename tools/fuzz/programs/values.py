"""Values, and what every value can do: text, equality, order, hash, arithmetic.

Int, Float, Bool, String are Python's own; Unit is `()`, a tuple a tuple, a list a list. `Values`
knows the declarations of a case, because derived and written impls decide how its types behave.
"""

import math
from decimal import Decimal


class Panic(Exception):
    """A crash of the program. The first argument is its text."""


class Unspecified(Exception):
    """The program does something that the reference does not decide."""


class RecordV:
    def __init__(self, name, fields):
        self.name, self.fields = name, fields


class VariantV:
    def __init__(self, owner, name, items=()):
        self.owner, self.name, self.items = owner, name, list(items)


class MapV:
    def __init__(self, pairs):
        self.pairs = pairs


class SetV:
    def __init__(self, items):
        self.items = items


class RangeV:
    def __init__(self, first, limit):
        self.first, self.limit = first, limit

    def items(self):
        return list(range(self.first, self.limit))


class ClosureV:
    def __init__(self, clauses, env):
        self.clauses, self.env = clauses, env


NONE = VariantV("Option", "None")
LESS, EQUAL, GREATER = (VariantV("Ordering", name) for name in ("Less", "Equal", "Greater"))

# Constructors in their order.
VARIANTS = {
    "Option": ["Some", "None"],
    "Result": ["Ok", "Err"],
    "Ordering": ["Less", "Equal", "Greater"],
}


def some(value):
    return VariantV("Option", "Some", [value])


def ok(value):
    return VariantV("Result", "Ok", [value])


def err(value):
    return VariantV("Result", "Err", [value])


def ordering(sign):
    return (LESS, EQUAL, GREATER)[sign + 1]


def wrapped(number):
    """What 64 bits hold of a number."""
    return (number + 2**63) % 2**64 - 2**63


def quotient(a, b):
    if b == 0:
        raise Panic("division by zero")
    magnitude = abs(a) // abs(b)
    return wrapped(magnitude if (a < 0) == (b < 0) else -magnitude)


def remainder(a, b):
    if b == 0:
        raise Panic("division by zero")
    return abs(a) % abs(b) * (-1 if a < 0 else 1)


def float_quotient(a, b):
    if b == 0.0:
        if a == 0.0 or math.isnan(a):
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def float_remainder(a, b):
    if b == 0.0 or math.isinf(a) or math.isnan(a) or math.isnan(b):
        return math.nan
    return math.fmod(a, b)


def float_text(number):
    """The shortest digits that give the number again, without an exponent and without `.0`."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def type_name(value):
    """The name of the type that impls are found by."""
    if isinstance(value, RecordV):
        return value.name
    if isinstance(value, VariantV):
        return value.owner
    names = {bool: "Bool", int: "Int", float: "Float", str: "String", bytes: "Bytes", list: "List", MapV: "Map", SetV: "Set",
             RangeV: "Range", ClosureV: "Fun", tuple: "Tuple"}
    return names[type(value)]


class Values:
    """`call(interface, type, method, values)` runs a written impl; `impls` are the pairs of interface
    and type that have one. `structs` and `sums` are the declarations by name. `spend` is told how much
    is looked at or made, and may refuse."""

    def __init__(self, structs, sums, impls, call, spend=lambda amount: None):
        self.structs, self.sums, self.impls, self.call, self.spend = structs, sums, impls, call, spend
        self.order = {**VARIANTS, **{name: [v[0] for v in s.variants] for name, s in sums.items()}}

    def by_impl(self, interface, method, *values):
        """The result of a written impl in a list, or `None`."""
        name = type_name(values[0])
        if (interface, name) not in self.impls:
            return None
        return [self.call(interface, name, method, list(values))]

    # Equality and order

    def equal(self, a, b):
        self.spend(1)
        written = self.by_impl("Eq", "eq", a, b)
        if written:
            return written[0]
        if isinstance(a, RecordV):
            return self.all_equal(a.fields, b.fields)
        if isinstance(a, VariantV):
            return a.name == b.name and self.all_equal(a.items, b.items)
        if isinstance(a, (list, tuple)):
            return len(a) == len(b) and self.all_equal(a, b)
        if isinstance(a, SetV):
            return len(a.items) == len(b.items) and all(self.holds(b.items, item) for item in a.items)
        if isinstance(a, MapV):
            return len(a.pairs) == len(b.pairs) and all(self.has_pair(b, pair) for pair in a.pairs)
        if isinstance(a, RangeV):
            raise Unspecified("equality of ranges")
        return a == b

    def all_equal(self, some_, others):
        return all(self.equal(a, b) for a, b in zip(some_, others))

    def has_pair(self, map_, pair):
        at = self.index(map_, pair[0])
        return at is not None and self.equal(map_.pairs[at][1], pair[1])

    def holds(self, items, item):
        return any(self.equal(one, item) for one in items)

    def index(self, map_, key):
        """Where a key is in a map."""
        return next((at for at, (one, _) in enumerate(map_.pairs) if self.equal(one, key)), None)

    def compare(self, a, b):
        """-1, 0 or 1."""
        self.spend(1)
        written = self.by_impl("Ord", "compare", a, b)
        if written:
            return ["Less", "Equal", "Greater"].index(written[0].name) - 1
        if isinstance(a, RecordV):
            return self.compare_all(a.fields, b.fields)
        if isinstance(a, VariantV):
            names = self.order[a.owner]
            if a.name != b.name:
                return -1 if names.index(a.name) < names.index(b.name) else 1
            return self.compare_all(a.items, b.items)
        if isinstance(a, (list, tuple)):
            inside = self.compare_all(a, b)
            return inside or (len(a) > len(b)) - (len(a) < len(b))
        if isinstance(a, (MapV, SetV, RangeV)):
            raise Unspecified("order of maps, sets and ranges")
        if isinstance(a, float) and (math.isnan(a) or math.isnan(b)):
            raise Unspecified("order of NaN")
        return (a > b) - (a < b)

    def compare_all(self, some_, others):
        for a, b in zip(some_, others):
            sign = self.compare(a, b)
            if sign:
                return sign
        return 0

    # Text

    def display(self, value):
        return self.paid(self.shown(value))

    def inspect(self, value):
        return self.paid(self.inspected(value))

    def paid(self, text):
        self.spend(1 + len(text))
        return text

    def shown(self, value):
        written = self.by_impl("Display", "to_string", value)
        if written:
            return written[0]
        if isinstance(value, str):
            return value
        if isinstance(value, RecordV):
            struct = self.structs[value.name]
            if "Display" in (struct.deriving or ()):
                return f"{value.name}({', '.join(map(self.display, value.fields))})"
            return self.inspect(value)
        if isinstance(value, VariantV):
            if ("Debug", value.owner) in self.impls:
                return self.inspect(value)
            return self.variant_text(value, self.display)
        return self.text(value, self.display)

    def inspected(self, value):
        written = self.by_impl("Debug", "inspect", value)
        if written:
            return written[0]
        if isinstance(value, str):
            return f'"{value}"'
        if isinstance(value, RecordV):
            names = [name for name, _ in self.structs[value.name].fields]
            inside = ", ".join(f"{name}: {self.inner(f)}" for name, f in zip(names, value.fields))
            return f"{value.name} {{ {inside} }}" if inside else f"{value.name} {{}}"
        if isinstance(value, VariantV):
            return self.variant_text(value, self.inner)
        return self.text(value, self.inner)

    def inner(self, value):
        """What `inspect` shows of a part: of a string its literal."""
        return self.paid(literal(value)) if isinstance(value, str) else self.inspect(value)

    @staticmethod
    def variant_text(value, show):
        return f"{value.name}({', '.join(map(show, value.items))})" if value.items else value.name

    @staticmethod
    def text(value, show):
        """The text of what looks the same for users and programmers, but for what is inside."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return float_text(value)
        if isinstance(value, bytes):
            return f"<<{', '.join(map(str, value))}>>"
        if isinstance(value, list):
            return f"[{', '.join(map(show, value))}]"
        if isinstance(value, tuple):
            return f"({', '.join(map(show, value))})"
        if isinstance(value, MapV):
            return "%{" + ", ".join(f"{show(k)} => {show(v)}" for k, v in value.pairs) + "}"
        if isinstance(value, SetV):
            return "#{" + ", ".join(map(show, value.items)) + "}"
        raise Unspecified(f"the text of {value!r}")

    # Maps and sets

    def put(self, map_, key, value):
        at = self.index(map_, key)
        pairs = list(map_.pairs)
        if at is None:
            pairs.append((key, value))
        else:
            pairs[at] = (pairs[at][0], value)
        return MapV(pairs)

    def map_of(self, pairs):
        made = MapV([])
        for key, value in pairs:
            made = self.put(made, key, value)
        return made

    def set_of(self, items):
        kept = []
        for item in items:
            if not self.holds(kept, item):
                kept.append(item)
        return SetV(kept)


ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
DIRECTIONS = {0x61C, 0x200E, 0x200F, 0xFEFF, *range(0x2028, 0x202F), *range(0x2066, 0x206A)}


def literal(text):
    """The text as Snow reads it back: quotes, backslashes, `${` and what nobody sees are escaped."""
    shown = []
    for at, c in enumerate(text):
        code = ord(c)
        if c in ESCAPES:
            shown.append(ESCAPES[c])
        elif c == "$" and text[at + 1:at + 2] == "{":
            shown.append("\\$")
        elif code < 0x20 or 0x7F <= code < 0xA0 or code in DIRECTIONS:
            shown.append(f"\\u{{{code:x}}}")
        else:
            shown.append(c)
    return f'"{"".join(shown)}"'
