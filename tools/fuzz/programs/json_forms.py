"""The JSON of values: their text, and what a text is read as."""

import json
import math

from nodes import Struct
from types_of import STRING
from values import NONE, MapV, Panic, RecordV, VariantV, err, float_text, ok, some, wrapped

ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


def text_of(value):
    return f'"{"".join(map(escaped, value))}"'


def escaped(c):
    return ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c)


def number_of(value):
    """The shortest digits that give the Float again, with a fraction or an exponent."""
    if not math.isfinite(value):
        raise Panic(f"Json.float: JSON has no {float_text(value)}")
    exponent = 0 if value == 0 else int(f"{abs(value):.16e}".split("e")[1])
    if -7 < exponent < 16:
        text = float_text(value)
        return text if "." in text else f"{text}.0"
    digits, exponent = repr(value).split("e") if "e" in repr(value) else f"{value!r}e0".split("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"


def encoded(ev, value):
    ev.spend(1)
    inner = lambda values: ",".join(encoded(ev, one) for one in values)
    if isinstance(value, RecordV):
        names = [name for name, _ in ev.structs[value.name].fields]
        return members(ev, zip(names, value.fields))
    if isinstance(value, VariantV) and value.owner == "Option":
        return "null" if value.name == "None" else encoded(ev, value.items[0])
    if isinstance(value, VariantV):
        return f'{{"tag":"{value.name}","fields":[{inner(value.items)}]}}'
    if isinstance(value, MapV):
        return members(ev, value.pairs)
    if isinstance(value, list):
        return f"[{inner(value)}]"
    if isinstance(value, str):
        ev.spend(len(value))
        return text_of(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else number_of(value)


def members(ev, pairs):
    return f"{{{','.join(f'{text_of(name)}:{encoded(ev, one)}' for name, one in pairs)}}}"


class Unread(Exception):
    """What is wrong, and the way to it from the whole: names and places, outermost first."""

    def __init__(self, words, names_a_field=False):
        self.words, self.names_a_field, self.way = words, names_a_field, []

    def text(self):
        """The way stands in front when it has more than one step; so it does for a missing field,
        which is one more."""
        way = "".join(step if step.startswith("[") else f".{step}" for step in self.way)
        shown = len(self.way) + self.names_a_field > 1
        return f"{way.removeprefix('.')}: {self.words}" if shown else self.words


class Whole(float):
    """A number that is written with a fraction or an exponent."""


def read(text):
    """JSON as Python has it; in its dictionaries repeated keys stay where they were."""

    def whole(digits):
        return int(digits) if wrapped(int(digits)) == int(digits) else Whole(digits)

    return json.loads(text, parse_float=Whole, parse_int=whole)


def decoded(ev, ty, text):
    """`Ok` of a value of the type, or `Err` with what is wrong."""
    try:
        return ok(value_of(ev, ty, read(text)))
    except Unread as unread:
        return err(unread.text())


def at(step, ev, ty, found):
    try:
        return value_of(ev, ty, found)
    except Unread as unread:
        unread.way.insert(0, step)
        raise


def expect(condition, what):
    if not condition:
        raise Unread(f"expected {what}")


def value_of(ev, ty, found):
    ev.spend(1)
    if ty.name == "Option":
        return NONE if found is None else some(value_of(ev, ty.args[0], found))
    if ty.name in ("Int", "Bool", "String"):
        kind = {"Int": int, "Bool": bool, "String": str}[ty.name]
        expect(type(found) is kind, ty.name)
        return found
    if ty.name == "Float":
        expect(type(found) in (int, Whole), "Float")
        return float(found)
    if ty.name == "List":
        expect(isinstance(found, list), "List")
        return [at(f"[{place}]", ev, ty.args[0], one) for place, one in enumerate(found)]
    if ty.name == "Map":
        expect(isinstance(found, dict), "Map")
        return MapV([(key, at(key, ev, ty.args[1], one)) for key, one in found.items()])
    expect(isinstance(found, dict), "Object")
    declared = ev.structs.get(ty.name) or ev.sums[ty.name]
    arguments = dict(zip(declared.params, ty.args))
    if isinstance(declared, Struct):
        fields = [(name, t.bound(arguments)) for name, t in declared.fields]
        return RecordV(ty.name, [at(name, ev, t, member(found, name)) for name, t in fields])
    tag = at("tag", ev, STRING, member(found, "tag"))
    types = dict(declared.variants).get(tag)
    if types is None:
        raise Unread(f"unknown variant for {ty.name}")
    return VariantV(ty.name, tag, payload(ev, [t.bound(arguments) for t in types], found))


def member(found, name):
    if name not in found:
        raise Unread(f"missing field: {name}", True)
    return found[name]


def payload(ev, types, found):
    items = member(found, "fields")
    try:
        expect(isinstance(items, list), "List")
        expect(len(items) == len(types), f"{len(types)} items, found {len(items)}")
    except Unread as unread:
        unread.way.insert(0, "fields")
        raise
    steps = [f"fields[{place}]" for place in range(len(items))]
    return [at(step, ev, t, one) for step, t, one in zip(steps, types, items)]
