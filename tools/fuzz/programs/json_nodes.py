"""Nodes for values that are read from JSON."""

from dataclasses import dataclass

from types_of import Ty


@dataclass
class Decode:
    """`T.from_json(text)`, whose value is a Result: `ty`; `of` is what is in it."""

    ty: Ty
    of: Ty
    text: object
