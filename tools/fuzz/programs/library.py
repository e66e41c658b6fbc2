"""The functions of the library that programs call: their types and what they do.

An entry is `name: (parameters, result, what it asks of type parameters, may it panic, meaning)`. A
meaning takes an `Evaluator` and the values. Written from the reference, not from the library.
"""

import math

from hashes import hash_of
from json_forms import encoded
from library_more import MORE
from types_of import BOOL, BYTES, FLOAT, INT, ORDERING, RANGE, STRING, Ty, fun, list_of, option, tuple_of
from values import NONE, MapV, Panic, RangeV, SetV, ordering, some, wrapped

T, U, K, V = Ty("T"), Ty("U"), Ty("K"), Ty("V")
LIST, MAP, SET = list_of(T), Ty("Map", (K, V)), Ty("Set", (T,))
KEY = {"K": ("Eq", "Hash")}
ITEM = {"T": ("Eq", "Hash")}
TEST = fun(T, BOOL)


def first(ev, items, what):
    if not items:
        raise Panic(f"List.{what}: empty list")
    return items


def get(ev, items, at):
    if not 0 <= at < len(items):
        raise Panic(f"List.get: index {at} out of bounds (length {len(items)})")
    return items[at]


def map_get(ev, map_, key):
    at = ev.values.index(map_, key)
    if at is None:
        raise Panic(f"Map.get: key not found: {ev.values.inner(key)}")
    return map_.pairs[at][1]


def find(ev, items, test):
    for item in items:
        if ev.call_value(test, [item]):
            return some(item)
    return NONE


def reduce(ev, items, start, f):
    for item in items:
        start = ev.call_value(f, [start, item])
    return start


def flat(ev, lists):
    """The items of lists, one after the other; counted while they are put together, because lists may
    share what is in them and be small for what they stand for."""
    made = []
    for items in lists:
        ev.spend(len(items))
        made += items
    return made


def replaced(ev, text, old, new):
    ev.spend(text.count(old) * len(new))
    return text.replace(old, new)


def joined(ev, texts, between):
    ev.spend(sum(map(len, texts)) + len(texts) * len(between))
    return between.join(texts)


def is_utf8(ev, data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def range_items(ev, range_):
    ev.spend(max(range_.limit - range_.first, 0))
    return range_.items()


def sort(ev, items, f):
    """By insertion, so that equal ones keep their order. The function must be pure: how often it is
    called is not the reference's matter."""
    done = []
    for item in items:
        at = len(done)
        while at > 0 and ev.call_value(f, [done[at - 1], item]) > 0:
            at -= 1
        done.insert(at, item)
    return done


def slice_(ev, text, start, end):
    start, end = (min(max(n, 0), len(text)) for n in (start, end))
    return text[start:end] if start < end else ""


def to_int(ev, text):
    digits = text.strip()
    body = digits[1:] if digits[:1] in ("+", "-") else digits
    if not (body.isascii() and body.isdigit()):
        return NONE
    number = int(digits)
    return some(number) if wrapped(number) == number else NONE


def merge(ev, a, b):
    for key, value in b.pairs:
        a = ev.values.put(a, key, value)
    return a


def delete(ev, map_, key):
    at = ev.values.index(map_, key)
    return map_ if at is None else MapV(map_.pairs[:at] + map_.pairs[at + 1 :])


def saturated(number):
    """A whole Float as an Int."""
    if math.isnan(number):
        return 0
    if math.isinf(number) or not -(2**63) <= number < 2**63:
        return 2**63 - 1 if number > 0 else -(2**63)
    return int(number)


def rounded(ev, x):
    if not math.isfinite(x) or abs(x) >= 2.0**52:
        return saturated(x)
    whole = math.floor(abs(x))
    return int(math.copysign(whole + (abs(x) - whole >= 0.5), x))


def whole(f):
    return lambda ev, x: saturated(float(f(x))) if math.isfinite(x) else saturated(x)


def difference(ev, a, b):
    return SetV([item for item in a.items if not ev.values.holds(b.items, item)])


LIBRARY = {
    "List.length": ([LIST], INT, {}, False, lambda ev, a: len(a)),
    "List.append": ([LIST, T], LIST, {}, False, lambda ev, a, x: a + [x]),
    "List.head": ([LIST], T, {}, True, lambda ev, a: first(ev, a, "head")[0]),
    "List.last": ([LIST], T, {}, True, lambda ev, a: first(ev, a, "last")[-1]),
    "List.tail": ([LIST], LIST, {}, True, lambda ev, a: first(ev, a, "tail")[1:]),
    "List.get": ([LIST, INT], T, {}, True, get),
    "List.concat": ([LIST, LIST], LIST, {}, False, lambda ev, a, b: a + b),
    "List.reverse": ([LIST], LIST, {}, False, lambda ev, a: a[::-1]),
    "List.map": ([LIST, fun(T, U)], list_of(U), {}, False, lambda ev, a, f: [ev.call_value(f, [x]) for x in a]),
    "List.filter": ([LIST, TEST], LIST, {}, False, lambda ev, a, f: [x for x in a if ev.call_value(f, [x])]),
    "List.reduce": ([LIST, U, fun(U, T, U)], U, {}, False, reduce),
    "List.sort": ([LIST, fun(T, T, INT)], LIST, {}, False, sort),
    "List.find": ([LIST, TEST], option(T), {}, False, find),
    "List.any": ([LIST, TEST], BOOL, {}, False, lambda ev, a, f: any(ev.call_value(f, [x]) for x in a)),
    "List.all": ([LIST, TEST], BOOL, {}, False, lambda ev, a, f: all(ev.call_value(f, [x]) for x in a)),
    "List.contains": ([LIST, T], BOOL, {"T": ("Eq",)}, False, lambda ev, a, x: ev.values.holds(a, x)),
    "List.zip": ([LIST, list_of(U)], list_of(tuple_of(T, U)), {}, False, lambda ev, a, b: list(zip(a, b))),
    "List.flat_map": ([LIST, fun(T, list_of(U))], list_of(U), {}, False,
                      lambda ev, a, f: flat(ev, (ev.call_value(f, [x]) for x in a))),
    "List.flatten": ([list_of(LIST)], LIST, {}, False, flat),
    "List.enumerate": ([LIST], list_of(tuple_of(INT, T)), {}, False, lambda ev, a: list(enumerate(a))),
    "List.take": ([LIST, INT], LIST, {}, False, lambda ev, a, n: a[: max(n, 0)]),
    "List.drop": ([LIST, INT], LIST, {}, False, lambda ev, a, n: a[max(n, 0) :]),
    "String.length": ([STRING], INT, {}, False, lambda ev, s: len(s)),
    "String.slice": ([STRING, INT, INT], STRING, {}, False, slice_),
    "String.contains": ([STRING, STRING], BOOL, {}, False, lambda ev, s, t: t in s),
    "String.starts_with": ([STRING, STRING], BOOL, {}, False, lambda ev, s, t: s.startswith(t)),
    "String.ends_with": ([STRING, STRING], BOOL, {}, False, lambda ev, s, t: s.endswith(t)),
    "String.to_upper": ([STRING], STRING, {}, False, lambda ev, s: s.upper()),
    "String.to_lower": ([STRING], STRING, {}, False, lambda ev, s: s.lower()),
    "String.join": ([list_of(STRING), STRING], STRING, {}, False, joined),
    "String.to_int": ([STRING], option(INT), {}, False, to_int),
    "Bytes.length": ([BYTES], INT, {}, False, lambda ev, b: len(b)),
    "Bytes.to_hex": ([BYTES], STRING, {}, False, lambda ev, b: b.hex()),
    "Bytes.from_string": ([STRING], BYTES, {}, False, lambda ev, s: s.encode()),
    "Bytes.take": ([BYTES, INT], BYTES, {}, False, lambda ev, b, n: b[: max(n, 0)]),
    "Bytes.drop": ([BYTES, INT], BYTES, {}, False, lambda ev, b, n: b[max(n, 0) :]),
    "Bytes.concat": ([list_of(BYTES)], BYTES, {}, False, lambda ev, a: joined(ev, a, b"")),
    "Bytes.is_utf8": ([BYTES], BOOL, {}, False, is_utf8),
    "Map.put": ([MAP, K, V], MAP, KEY, False, lambda ev, m, k, v: ev.values.put(m, k, v)),
    "Map.get": ([MAP, K], V, {"K": ("Eq", "Hash", "Debug")}, True, map_get),
    "Map.has_key": ([MAP, K], BOOL, KEY, False, lambda ev, m, k: ev.values.index(m, k) is not None),
    "Map.delete": ([MAP, K], MAP, KEY, False, delete),
    "Map.size": ([MAP], INT, KEY, False, lambda ev, m: len(m.pairs)),
    "Map.keys": ([MAP], list_of(K), KEY, False, lambda ev, m: [k for k, _ in m.pairs]),
    "Map.values": ([MAP], list_of(V), KEY, False, lambda ev, m: [v for _, v in m.pairs]),
    "Map.merge": ([MAP, MAP], MAP, KEY, False, merge),
    "Map.to_list": ([MAP], list_of(tuple_of(K, V)), KEY, False, lambda ev, m: list(m.pairs)),
    "Map.from_list": ([list_of(tuple_of(K, V))], MAP, KEY, False, lambda ev, a: ev.values.map_of(a)),
    "Set.add": ([SET, T], SET, ITEM, False, lambda ev, s, x: ev.values.set_of(s.items + [x])),
    "Set.remove": ([SET, T], SET, ITEM, False, lambda ev, s, x: difference(ev, s, SetV([x]))),
    "Set.contains": ([SET, T], BOOL, ITEM, False, lambda ev, s, x: ev.values.holds(s.items, x)),
    "Set.size": ([SET], INT, ITEM, False, lambda ev, s: len(s.items)),
    "Set.union": ([SET, SET], SET, ITEM, False, lambda ev, a, b: ev.values.set_of(a.items + b.items)),
    "Set.difference": ([SET, SET], SET, ITEM, False, difference),
    "Set.intersection": ([SET, SET], SET, ITEM, False,
                         lambda ev, a, b: SetV([x for x in a.items if ev.values.holds(b.items, x)])),
    "Set.to_list": ([SET], LIST, ITEM, False, lambda ev, s: list(s.items)),
    "Set.from_list": ([LIST], SET, ITEM, False, lambda ev, a: ev.values.set_of(a)),
    "Range.new": ([INT, INT], RANGE, {}, False, lambda ev, a, b: RangeV(a, b)),
    "Range.to_list": ([RANGE], list_of(INT), {}, False, range_items),
    "Range.length": ([RANGE], INT, {}, False, lambda ev, r: max(r.limit - r.first, 0)),
    "Range.map": ([RANGE, fun(INT, U)], list_of(U), {}, False,
                  lambda ev, r, f: [ev.call_value(f, [x]) for x in range_items(ev, r)]),
    "Math.abs": ([INT], INT, {}, False, lambda ev, n: wrapped(abs(n))),
    "Math.min": ([INT, INT], INT, {}, False, lambda ev, a, b: min(a, b)),
    "Math.max": ([INT, INT], INT, {}, False, lambda ev, a, b: max(a, b)),
    "Math.floor": ([FLOAT], INT, {}, False, whole(math.floor)),
    "Math.ceil": ([FLOAT], INT, {}, False, whole(math.ceil)),
    "Math.round": ([FLOAT], INT, {}, False, rounded),
    "Int.to_float": ([INT], FLOAT, {}, False, lambda ev, n: float(n)),
    "Float.to_int": ([FLOAT], INT, {}, False, whole(math.trunc)),
    "compare": ([T, T], ORDERING, {"T": ("Ord",)}, False, lambda ev, a, b: ordering(ev.values.compare(a, b))),
    "inspect": ([T], STRING, {"T": ("Debug",)}, False, lambda ev, a: ev.values.inspect(a)),
    "hash": ([T], INT, {"T": ("Hash",)}, False, lambda ev, a: hash_of(ev.values, a)),
    "Json.encode": ([T], STRING, {"T": ("Json",)}, True, encoded),
    **MORE,
}

# What takes each item of a list through a function that must not print: see `sort`.
PURE_CALLBACKS = (
    "List.sort",
    "List.sort_by",
    "List.sort_by_descending",
    "List.max_by",
    "List.min_by",
)

# The last parameter is a text that must not be empty.
SPLIT = {
    "String.split": ([STRING, STRING], list_of(STRING), {}, False, lambda ev, s, t: s.split(t)),
    "String.replace": ([STRING, STRING, STRING], STRING, {}, False, replaced),
}
