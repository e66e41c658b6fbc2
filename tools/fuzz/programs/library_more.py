"""More functions of the library, as in `library.py`: Option, Result, bits of Ints, and what goes
through lists, maps, ranges and texts."""

from types_of import BOOL, INT, RANGE, STRING, Ty, fun, list_of, option, result, tuple_of
from values import NONE, MapV, Panic, err, ok, some, wrapped

T, U, E, K, V = (Ty(name) for name in "TUEKV")
LIST, MAP, RESULT = list_of(T), Ty("Map", (K, V)), result(T, Ty("E"))
KEY = {"K": ("Eq", "Hash")}
TEST = fun(T, BOOL)


def call(ev, f, *values):
    return ev.call_value(f, list(values))


# Option and Result: `Some` and `Ok` come first in both.


def is_good(value):
    return value.name in ("Some", "Ok")


def mapped(ev, value, f):
    if not is_good(value):
        return value
    return (some if value.owner == "Option" else ok)(call(ev, f, value.items[0]))


def chained(ev, value, f):
    return call(ev, f, value.items[0]) if is_good(value) else value


def or_else(ev, value, fallback):
    return value.items[0] if is_good(value) else fallback


def unwrapped(ev, value):
    if is_good(value):
        return value.items[0]
    if value.owner == "Option":
        raise Panic("Option.unwrap: None")
    raise Panic(f"Result.unwrap: {ev.values.display(value.items[0])}")


# Lists


def taken_while(ev, items, test):
    for at, item in enumerate(items):
        if not call(ev, test, item):
            return items[:at]
    return items


def partition(ev, items, test):
    wanted, others = [], []
    for item in items:
        (wanted if call(ev, test, item) else others).append(item)
    return wanted, others


def filter_map(ev, items, f):
    found = [call(ev, f, item) for item in items]
    return [one.items[0] for one in found if one.name == "Some"]


def index_of(ev, items, test):
    for at, item in enumerate(items):
        if call(ev, test, item):
            return some(at)
    return NONE


def largest(ev, items, key, sign=1):
    """The first of the largest, or of the smallest when `sign` is -1."""
    keys, best = [call(ev, key, item) for item in items], None
    for at, one in enumerate(keys):
        if best is None or ev.values.compare(one, keys[best]) == sign:
            best = at
    return NONE if best is None else some(items[best])


def sorted_by(ev, items, key, sign=1):
    """By insertion, so that equal ones keep their order."""
    done = []
    for item in items:
        one, at = call(ev, key, item), len(done)
        while at > 0 and ev.values.compare(done[at - 1][0], one) == sign:
            at -= 1
        done.insert(at, (one, item))
    return [item for _, item in done]


def group_by(ev, items, key):
    made = MapV([])
    for item in items:
        one = call(ev, key, item)
        at = ev.values.index(made, one)
        made = ev.values.put(made, one, ([] if at is None else made.pairs[at][1]) + [item])
    return made


# Maps


def fetch(ev, map_, key):
    at = ev.values.index(map_, key)
    return NONE if at is None else some(map_.pairs[at][1])


def fold(ev, map_, start, f):
    for key, value in map_.pairs:
        start = call(ev, f, start, key, value)
    return start


# Ranges and texts


def numbers(ev, range_):
    ev.spend(max(range_.limit - range_.first, 0))
    return range_.items()


def range_reduce(ev, range_, start, f):
    for number in numbers(ev, range_):
        start = call(ev, f, start, number)
    return start


def repeat(ev, text, times):
    ev.spend(len(text) * max(times, 0))
    return text * max(times, 0)


def split_once(ev, text, delimiter):
    front, found, behind = text.partition(delimiter) if delimiter else ("", True, text)
    return some((front, behind)) if found else NONE


def from_code(ev, code):
    return some(chr(code)) if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF else NONE


def lines(ev, text):
    parts = text.split("\n")
    if parts[-1] == "":
        parts.pop()
    ended = len(parts) - (text[-1:] != "\n")
    return [p[:-1] if at < ended and p.endswith("\r") else p for at, p in enumerate(parts)]


def shifted(ev, value, count):
    return wrapped(value << count) if 0 <= count <= 63 else 0


def signed_right(ev, value, count):
    return value >> (count if 0 <= count <= 63 else 63)


def unsigned_right(ev, value, count):
    return wrapped(value % 2**64 >> count) if 0 <= count <= 63 else 0


MORE = {
    "Option.map": ([option(T), fun(T, U)], option(U), {}, False, mapped),
    "Option.and_then": ([option(T), fun(T, option(U))], option(U), {}, False, chained),
    "Option.with_default": ([option(T), T], T, {}, False, or_else),
    "Option.is_some": ([option(T)], BOOL, {}, False, lambda ev, o: is_good(o)),
    "Option.is_none": ([option(T)], BOOL, {}, False, lambda ev, o: not is_good(o)),
    "Option.unwrap": ([option(T)], T, {}, True, unwrapped),
    "Option.to_result": (
        [option(T), E],
        RESULT,
        {},
        False,
        lambda ev, o, e: ok(o.items[0]) if is_good(o) else err(e),
    ),
    "Result.map": ([RESULT, fun(T, U)], result(U, E), {}, False, mapped),
    "Result.map_err": (
        [RESULT, fun(E, U)],
        result(T, U),
        {},
        False,
        lambda ev, r, f: r if is_good(r) else err(call(ev, f, r.items[0])),
    ),
    "Result.and_then": ([RESULT, fun(T, result(U, E))], result(U, E), {}, False, chained),
    "Result.with_default": ([RESULT, T], T, {}, False, or_else),
    "Result.is_err": ([RESULT], BOOL, {}, False, lambda ev, r: not is_good(r)),
    "Result.unwrap": ([RESULT], T, {"E": ("Display",)}, True, unwrapped),
    "Result.to_option": (
        [RESULT],
        option(T),
        {},
        False,
        lambda ev, r: some(r.items[0]) if is_good(r) else NONE,
    ),
    "List.take_while": ([LIST, TEST], LIST, {}, False, taken_while),
    "List.drop_while": (
        [LIST, TEST],
        LIST,
        {},
        False,
        lambda ev, a, f: a[len(taken_while(ev, a, f)) :],
    ),
    "List.filter_map": ([LIST, fun(T, option(U))], list_of(U), {}, False, filter_map),
    "List.partition": ([LIST, TEST], tuple_of(LIST, LIST), {}, False, partition),
    "List.uniq": (
        [LIST],
        LIST,
        {"T": ("Eq", "Hash")},
        False,
        lambda ev, a: ev.values.set_of(a).items,
    ),
    "List.count": ([LIST, TEST], INT, {}, False, lambda ev, a, f: sum([call(ev, f, x) for x in a])),
    "List.index_of": ([LIST, TEST], option(INT), {}, False, index_of),
    "List.max_by": ([LIST, fun(T, K)], option(T), {"K": ("Ord",)}, False, largest),
    "List.min_by": (
        [LIST, fun(T, K)],
        option(T),
        {"K": ("Ord",)},
        False,
        lambda ev, a, f: largest(ev, a, f, -1),
    ),
    "List.sort_by": ([LIST, fun(T, K)], LIST, {"K": ("Ord",)}, False, sorted_by),
    "List.sort_by_descending": (
        [LIST, fun(T, K)],
        LIST,
        {"K": ("Ord",)},
        False,
        lambda ev, a, f: sorted_by(ev, a, f, -1),
    ),
    "List.group_by": ([LIST, fun(T, K)], Ty("Map", (K, LIST)), KEY, False, group_by),
    "List.prepend": ([LIST, T], LIST, {}, False, lambda ev, a, x: [x] + a),
    "Map.fetch": ([MAP, K], option(V), KEY, False, fetch),
    "Map.update": (
        [MAP, K, fun(option(V), V)],
        MAP,
        KEY,
        False,
        lambda ev, m, k, f: ev.values.put(m, k, call(ev, f, fetch(ev, m, k))),
    ),
    "Map.fold": ([MAP, T, fun(T, K, V, T)], T, KEY, False, fold),
    "Map.map_values": (
        [MAP, fun(V, U)],
        Ty("Map", (K, U)),
        KEY,
        False,
        lambda ev, m, f: MapV([(k, call(ev, f, v)) for k, v in m.pairs]),
    ),
    "Map.filter": (
        [MAP, fun(K, V, BOOL)],
        MAP,
        KEY,
        False,
        lambda ev, m, f: MapV([p for p in m.pairs if call(ev, f, *p)]),
    ),
    "Range.contains": ([RANGE, INT], BOOL, {}, False, lambda ev, r, n: r.first <= n < r.limit),
    "Range.filter": (
        [RANGE, fun(INT, BOOL)],
        list_of(INT),
        {},
        False,
        lambda ev, r, f: [n for n in numbers(ev, r) if call(ev, f, n)],
    ),
    "Range.reduce": ([RANGE, T, fun(T, INT, T)], T, {}, False, range_reduce),
    "String.trim": ([STRING], STRING, {}, False, lambda ev, s: s.strip()),
    "String.repeat": ([STRING, INT], STRING, {}, False, repeat),
    "String.index_of": (
        [STRING, STRING],
        option(INT),
        {},
        False,
        lambda ev, s, t: NONE if s.find(t) < 0 else some(s.find(t)),
    ),
    "String.split_once": (
        [STRING, STRING],
        option(tuple_of(STRING, STRING)),
        {},
        False,
        split_once,
    ),
    "String.chars": ([STRING], list_of(STRING), {}, False, lambda ev, s: list(s)),
    "String.codes": ([STRING], list_of(INT), {}, False, lambda ev, s: list(map(ord, s))),
    "String.from_code": ([INT], option(STRING), {}, False, from_code),
    "String.lines": ([STRING], list_of(STRING), {}, False, lines),
    "Int.band": ([INT, INT], INT, {}, False, lambda ev, a, b: a & b),
    "Int.bor": ([INT, INT], INT, {}, False, lambda ev, a, b: a | b),
    "Int.bxor": ([INT, INT], INT, {}, False, lambda ev, a, b: a ^ b),
    "Int.bnot": ([INT], INT, {}, False, lambda ev, a: ~a),
    "Int.shl": ([INT, INT], INT, {}, False, shifted),
    "Int.shr": ([INT, INT], INT, {}, False, signed_right),
    "Int.ushr": ([INT, INT], INT, {}, False, unsigned_right),
    "Int.popcount": ([INT], INT, {}, False, lambda ev, a: (a % 2**64).bit_count()),
}
