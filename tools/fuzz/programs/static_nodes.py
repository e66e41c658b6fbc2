"""Nodes for methods without a receiver."""

from dataclasses import dataclass

from types_of import Ty


@dataclass
class StaticCall:
    """Of the type `of`, which may be a type parameter. `style` is `type` (`Int.zero()`), `bare`
    (`zero()`, where the place says the type) or `named` (`Zero.zero()`, likewise)."""

    ty: Ty
    of: Ty
    interface: str
    name: str
    items: list
    style: str = "type"
