"""Nodes for local functions and constants of a module."""

from dataclasses import dataclass

from nodes import Function
from types_of import Ty


@dataclass
class Local:
    """A statement: a function inside of a block, which sees the names around it."""

    function: Function


@dataclass
class Constant:
    """A declaration: `let` at the top of a module. The value is made at each use."""

    name: str
    ty: Ty
    value: object
