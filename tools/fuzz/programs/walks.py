"""Walks over any tree, so that what looks at all nodes needs no case for each kind."""

from dataclasses import fields, replace

from types_of import Ty


def parts(node):
    """All values that a node holds, those of lists and tuples in it one by one."""
    for part in fields(node):
        yield from flat(getattr(node, part.name))


def flat(value):
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from flat(item)
    else:
        yield value


def is_node(value):
    return hasattr(value, "__dataclass_fields__") and not isinstance(value, Ty)


def walk(node):
    """A node and everything in it."""
    yield node
    for part in parts(node):
        if is_node(part):
            yield from walk(part)


def rebuilt(node, change):
    """A copy of a node in which `change` was asked about each node; it answers another one, or
    `None` to look further inside."""
    changed = change(node)
    if changed is not None:
        return changed
    return replace(node, **{f.name: rebuilt_value(getattr(node, f.name), change) for f in fields(node)})


def rebuilt_value(value, change):
    if is_node(value):
        return rebuilt(value, change)
    if isinstance(value, list):
        return [rebuilt_value(item, change) for item in value]
    if isinstance(value, tuple) and not isinstance(value, Ty):
        return tuple(rebuilt_value(item, change) for item in value)
    return value
