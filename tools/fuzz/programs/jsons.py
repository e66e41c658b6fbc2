"""Random values that become JSON, and texts that are read as values: right ones, and some that are
wrong in one place."""

import json

from json_forms import text_of
from json_nodes import Decode
from nodes import Binary, Call, Guarded, Let, Lit, Name, PName, Show, Struct, Sum, Text, Variant
from types_of import BOOL, STRING, Ty, list_of, option, result

WRONG = [
    "null",
    "5",
    "1.5",
    '"x"',
    "true",
    "[]",
    "{}",
    "-0",
    "1e2",
    "9223372036854775808",
    "[null]",
]


class Jsons:
    """Needs what makes expressions, types and texts of values."""

    def jsoned(self, scope):
        """Statements that write a value, read it again, and read texts that look like it."""
        ty = self.with_json()
        self.budget = 15
        value, text, back = (self.new("v") for _ in range(3))
        written = result(STRING)
        read = result(ty)
        made = [
            Let(PName(value), ty, self.expr(ty, scope, 3), True),
            Let(PName(text), written, self.guard_of(ty, value), True),
            Show(Text([f"{text}: ", Name(written, text)])),
            Let(
                PName(back),
                read,
                Decode(
                    read,
                    ty,
                    Call(STRING, "Result.with_default", [Name(written, text), Lit(STRING, "null")]),
                ),
                True,
            ),
        ]
        scope.names.update({value: ty, back: read})
        made += self.show(back, read)
        if self.has(ty, "Eq"):
            same = Binary(BOOL, "==", Name(read, back), Variant(read, "Ok", [Name(ty, value)]))
            made.append(Show(Text(["same: ", same])))
        for _ in range(self.random.randint(1, 3)):
            name = self.new("v")
            self.is_wrong = self.chance(0.4)
            given = Lit(STRING, self.form(ty, 3))
            made.append(Let(PName(name), read, Decode(read, ty, given), True))
            made += self.show(name, read)
        return made

    @staticmethod
    def guard_of(ty, name):
        return Guarded(result(STRING), Call(STRING, "Json.encode", [Name(ty, name)]))

    def with_json(self):
        """A type with JSON; more often a declared one, alone or in a list."""
        declared = [
            d
            for d in self.declarations
            if isinstance(d, (Struct, Sum)) and "Json" in (d.deriving or ())
        ]
        if not declared or self.chance(0.2):
            return self.type_with(["Json"], 2)
        chosen = self.random.choice(declared)
        ty = Ty(chosen.name, tuple(self.type_with(["Json"], 1) for _ in chosen.params))
        return self.random.choice([ty, ty, list_of(ty), option(ty), Ty("Map", (STRING, ty))])

    # Texts. `is_wrong`: somewhere in the text that is made there may be a mistake.

    is_wrong = False

    def form(self, ty, depth):
        """A text that is read as the type, if nothing is wrong with it."""
        if self.is_wrong and self.chance(0.2):
            self.is_wrong = False
            return self.random.choice(WRONG)
        if ty.name == "Option":
            return "null" if depth <= 0 or self.chance(0.4) else self.form(ty.args[0], depth)
        if ty.name == "Float":
            return self.random.choice(
                ["0", "-1", "1.5", "-0.0", "1e22", "2.5E-3", "12345678901234567890", "4e0"]
            )
        if ty.name in ("Int", "Bool", "String"):
            value = self.constant(ty, None).value
            return json.dumps(value) if ty != STRING or self.chance(0.5) else text_of(value)
        space = self.random.choice(["", "", " ", "\n\t"])
        many = self.random.randint(0, 2) if depth > 0 else 0
        if ty.name == "List":
            items = [self.form(ty.args[0], depth - 1) for _ in range(many)]
            return f"[{f',{space}'.join(items)}{space}]"
        if ty.name == "Map":
            keys = self.random.sample(["a", "b", "x y", "é"], many)
            return self.object_of([(key, self.form(ty.args[1], depth - 1)) for key in keys], space)
        if self.is_struct(ty):
            return self.object_of(
                [(name, self.form(t, depth - 1)) for name, t in self.fields(ty)], space
            )
        return self.variant_form(ty, depth, space)

    def variant_form(self, ty, depth, space):
        plain = [v for v in self.variants(ty) if not any(t.mentions(ty.name) for t in v[1])]
        name, types = self.random.choice(plain if plain and depth <= 0 else self.variants(ty))
        items = [self.form(t, depth - 1) for t in types]
        if self.is_wrong and self.chance(0.3):
            self.is_wrong = False
            name, items = self.random.choice(
                [("Nothing", items), (name, items + ["1"]), (name, items[1:])]
            )
        return self.object_of([("tag", f'"{name}"'), ("fields", f"[{','.join(items)}]")], space)

    def object_of(self, members, space):
        if self.chance(0.2):
            members = members + [("more", self.random.choice(WRONG))]
        if self.chance(0.2):
            self.random.shuffle(members)
        if members and self.chance(0.1):
            # Of repeated keys the last counts.
            members = [(self.random.choice(members)[0], self.random.choice(WRONG)), *members]
        if members and self.is_wrong and self.chance(0.3):
            self.is_wrong = False
            members = members[1:]
        inside = f",{space}".join(f"{text_of(name)}{space}:{space}{text}" for name, text in members)
        return f"{{{inside}}}"
