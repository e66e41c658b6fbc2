"""The modules of a family: one with its cases, and, where it is split, one with what they have in
common, which they import."""

from nodes import Impl
from printer import Printer


def texts_of(name, cases):
    """Modules by name with their texts. A family is split when its cases name what is common."""
    printer, common = Printer(*cases), cases[0].common
    if not common:
        return {name: printer.text()}
    declared = printer.union(lambda case: case.declarations)
    made = [published(d, printer.declaration(d)) for d in declared if is_common(d, common)]
    functions = printer.union(lambda case: case.functions)
    made += [published(f, printer.function(f)) for f in functions if f.name in common]
    other = f"{name}Common"
    known = [
        d.name for d in [*declared, *functions] if not isinstance(d, Impl) and d.name in common
    ]
    imports = f"from {other} import {', '.join(known)}\n" if known else ""
    rest = printer.text(imports, lambda d: not is_common(d, common))
    return {other: "\n".join(made), name: rest}


def is_common(declared, common):
    """Impls are made before the cases are."""
    return isinstance(declared, Impl) or declared.name in common


def published(declared, text):
    return text if isinstance(declared, Impl) else f"pub {text}"
