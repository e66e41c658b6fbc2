"""What programs may name of the library, read from `snowc check --dump=public`.

In: that list, a line for each type and function, with all names in full. Out: `Library`, and the
types in it as values that can be compared, taken apart and written in a program.
"""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Type:
    """A type. `kind` is `con` (a declared or built-in one, with its arguments in `parts`),
    `tuple`, `fun` (parameters, then the result) or `param`."""

    kind: str
    name: str = ""
    parts: tuple = ()

    def bound(self, arguments):
        """The same with type parameters replaced."""
        if self.kind == "param":
            return arguments.get(self.name, self)
        return Type(self.kind, self.name, tuple(part.bound(arguments) for part in self.parts))

    def mentions(self, test):
        """True when `test` holds for the type or a part of it."""
        return test(self) or any(part.mentions(test) for part in self.parts)


def con(name, *parts):
    return Type("con", name, parts)


INT, FLOAT, BOOL = con("Prelude.Int"), con("Prelude.Float"), con("Prelude.Bool")
STRING, BYTES, UNIT = con("Prelude.String"), con("Prelude.Bytes"), Type("tuple")


def option(inner):
    return con("Prelude.Option", inner)


def result(value, error=STRING):
    return con("Prelude.Result", value, error)


def list_of(inner):
    return con("Prelude.List", inner)


@dataclass
class Declared:
    """A type's declaration. `kind`: `builtin`, `struct` (with `fields`), or `type` (with `variants`,
    each a name and its payload). Programs can build and open it unless it is `opaque`."""

    kind: str
    name: str
    generics: list
    fields: list = field(default_factory=list)
    variants: list = field(default_factory=list)
    opaque: bool = False


@dataclass
class Function:
    """A public function. `bounds` has an entry for each type parameter: its name and the words
    that say what it must support. `params` are names and types; `takes_self` says that the caller's
    pid, which is not written, is the first of them."""

    module: str
    name: str
    bounds: dict
    params: list
    result: Type
    takes_self: bool

    @property
    def full_name(self):
        return f"{self.module}.{self.name}"


@dataclass
class Library:
    types: dict
    functions: list


class Reader:
    """Reads types from the front of a text. `generics` are the names that stand for parameters."""

    def __init__(self, text, generics):
        self.text, self.at, self.generics = text, 0, generics

    def take(self, token):
        """True, and one token further, when `token` is next."""
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        found = self.text.startswith(token, self.at)
        self.at += len(token) if found else 0
        return found

    def word(self):
        self.take("")
        found = re.compile(r"[\w.]+").match(self.text, self.at)
        if not found:
            raise ValueError(f"no name at {self.text[self.at:]!r} of {self.text!r}")
        self.at = found.end()
        return found.group()

    def all(self, end, item):
        """Items with commas between them, up to `end`."""
        items = []
        while not self.take(end):
            items.append(item())
            self.take(",")
        return items

    def type(self):
        if self.take("Fun("):
            params = self.all(")", self.type)
            if not self.take("->"):
                raise ValueError(f"no result in {self.text!r}")
            return Type("fun", "", (*params, self.type()))
        if self.take("("):
            return Type("tuple", "", tuple(self.all(")", self.type)))
        name = self.word()
        if name in self.generics:
            return Type("param", name)
        return Type("con", name, tuple(self.all(">", self.type)) if self.take("<") else ())

    def generic(self):
        """A type parameter and what it must support."""
        name, words = self.word(), []
        if self.take(":"):
            words = self.text[self.at :].split(",")[0].split(">")[0].split()
            self.at = min(i for i in (self.text.find(c, self.at) for c in ",>") if i >= 0)
        return name, words

    def named(self):
        name = self.word()
        self.take(":")
        return name, self.type()

    def variant(self):
        name = self.word()
        payload = self.all(")", self.type) if self.take("(") else []
        self.take("|")
        return name, payload


def read_type(kind, line):
    name = re.match(r"[\w.]+", line).group()
    reader = Reader(line[len(name) :], [])
    generics = reader.all(">", reader.word) if reader.take("<") else []
    reader.generics = generics
    declared = Declared(kind, name, generics)
    if kind == "struct" and reader.take("{"):
        declared.fields = reader.all("}", reader.named)
    if kind == "type" and reader.take("="):
        while reader.text[reader.at :].strip():
            declared.variants.append(reader.variant())
    return declared


def read_function(line):
    full = re.match(r"[\w.]+", line).group()
    module, name = full.rsplit(".", 1)
    reader = Reader(line[len(full) :], [])
    bounds = dict(reader.all(">", reader.generic)) if reader.take("<") else {}
    reader.generics = list(bounds)
    reader.take("(")
    params = reader.all(")", reader.named)
    reader.take("->")
    takes_self = bool(params) and params[0][0] == "self"
    return Function(module, name, bounds, params, reader.type(), takes_self)


def read(text):
    """The library of a whole list."""
    library = Library({}, [])
    for line in text.splitlines():
        kind, rest = line.split(" ", 1)
        opaque = kind == "opaque"
        if opaque:
            kind, rest = rest.split(" ", 1)
        if kind == "fn":
            library.functions.append(read_function(rest))
        else:
            declared = read_type(kind, rest)
            declared.opaque = opaque
            library.types[declared.name] = declared
    return library
