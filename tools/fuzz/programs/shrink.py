"""Makes a failing case small: without statements, declarations and functions that it can do without,
and with parts of expressions in the place of the whole."""

from dataclasses import replace

from json_nodes import Decode
from nodes import EXPRESSIONS, Block, Lit, ListOf, MapOf, Variant
from rings import Ring
from static_nodes import StaticCall
from walks import parts, rebuilt, walk

EXPRESSIONS += (Decode, Ring, StaticCall)
SIMPLE = {"Int": 0, "Float": 0.0, "Bool": False, "String": "", "Unit": ()}


def smaller(case, is_bad, limit):
    """`is_bad` tells whether a case fails as before; it is asked `limit` times at most."""
    asked = 0

    def try_(other):
        nonlocal asked
        asked += 1
        try:
            return is_bad(other)
        except Exception:
            # A case with a hole in it: a name or a declaration that is used is gone.
            return False

    changed = True
    while changed and asked < limit:
        changed = False
        for make in (fewer_statements, fewer_items, fewer_clauses, simpler_expressions):
            for other in make(case):
                if asked >= limit:
                    break
                if cost(other) < cost(case) and try_(other):
                    case, changed = other, True
                    break
    return case


def cost(case):
    return sum(1 for _ in walk(case))


def without(items, size):
    """Copies of a list without `size` items in a row, from the end."""
    for at in range(len(items) - size, -1, -max(size, 1)):
        yield items[:at] + items[at + size :]


def fewer_statements(case):
    size = max(len(case.body) // 2, 1)
    while size >= 1:
        for body in without(case.body, size):
            yield replace(case, body=body)
        size //= 2


def fewer_items(case):
    """Without what is not named any more, all at once, then one by one."""
    text = " ".join(sorted(names_in(case)))
    used = lambda name: name in text.split(" ")
    kept = replace(case, functions=[f for f in case.functions if used(f.name)],
                   actors=[a for a in case.actors if used(a.name)])
    yield kept
    for functions in without(case.functions, 1):
        yield replace(case, functions=functions)
    for actors in without(case.actors, 1):
        yield replace(case, actors=actors)
    for declarations in without(case.declarations, 1):
        yield replace(case, declarations=declarations)


def names_in(case):
    """Names that the case calls or starts."""
    for node in walk(case):
        for attribute in ("callee", "owner", "frail", "tree", "worker", "service"):
            value = getattr(node, attribute, None)
            if isinstance(value, str):
                yield value
        if type(node).__name__ == "Name":
            yield node.name


def fewer_clauses(case):
    """Without one statement of a block, clause of a function or arm of a `case`."""
    for node in list(walk(case)):
        for attribute in ("statements", "clauses", "arms", "handlers", "steps"):
            items = getattr(node, attribute, None)
            if isinstance(items, list) and len(items) > (0 if attribute == "statements" else 1):
                for fewer in without(items, 1):
                    yield rebuilt(case, lambda n: replace(node, **{attribute: fewer}) if n is node else None)


def simpler_expressions(case):
    """With an expression replaced by a constant, or by a part of it that has its type; large ones
    first."""
    nodes = [n for n in walk(case) if isinstance(n, EXPRESSIONS) and not isinstance(n, Lit)]
    for node in sorted(nodes, key=lambda n: -cost(n)):
        for other in simpler(node):
            yield rebuilt(case, lambda n: other if n is node else None)


def simpler(node):
    ty = node.ty
    if ty.name in SIMPLE:
        yield Lit(ty, SIMPLE[ty.name])
    elif ty.name == "List":
        yield ListOf(ty, [])
    elif ty.name == "Bytes":
        yield Lit(ty, b"")
    elif ty.name == "Map":
        yield MapOf(ty, [])
    elif ty.name == "Option":
        yield Variant(ty, "None", [])
    if isinstance(node, Block) and not node.statements and node.value is not None:
        yield node.value
    for part in parts(node):
        if isinstance(part, EXPRESSIONS) and part.ty == ty:
            yield part
