"""Random interfaces, and impls of them and of the built-in ones."""

from expressions import Expressions
from nodes import (Binary, Block, Call, Choice, Clause, Field, Function, Impl, Interface, Let, ListOf, Lit, Method,
                   MethodCall, Name, PAny, PCons, PCtor, PName, Struct, Sum, Text)
from scope import Scope
from types_of import BOOL, INT, STRING, Ty, list_of, option

OPERATORS = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Mod": "mod"}


class Impls(Expressions):
    def implement_built_in(self, declared):
        if declared.params:
            self.implement_for_any(declared)
            return
        ty = Ty(declared.name)
        both = {"self": ty, "other": ty}
        scope = Scope(pure=True, safe=True, closed=True)
        if self.chance(0.3):
            self.implement_hash(declared, ty)
            return
        kind = self.random.choice(["Display", "Debug", "Eq", "Ord", "Add", "Add", "Sub", "Mul", "Div", "Mod", "Not"])
        if kind in ("Display", "Debug"):
            method, result, names = ("to_string" if kind == "Display" else "inspect"), STRING, {"self": ty}
        elif kind == "Not":
            method, result, names = "not", BOOL, {"self": ty}
        elif kind == "Eq":
            method, result, names = "eq", BOOL, both
        elif kind == "Ord":
            method, result, names = "compare", Ty("Ordering"), both
        else:
            method, result, names = OPERATORS[kind], ty, both
        if kind in ("Eq", "Ord"):
            body = self.by_one_number(declared, ty, kind)
        else:
            body = self.part(lambda: self.expr(result, scope.having(names), 3))
        params = [(name, ty) for name in names]
        clause = Clause([PName(name) for name in names], None, body)
        function = Function(method, (), {}, params, result, [clause], is_typed=False)
        self.declarations.append(Impl(kind, ty, [function]))

    def implement_for_any(self, declared):
        """`impl … for Box<T> where T: …`, of a built-in interface."""
        ty = Ty(declared.name, tuple(map(Ty, declared.params)))
        kind = self.random.choice(["Display", "Debug", "Eq"])
        bounds = {name: (kind,) for name in declared.params}
        scope = Scope(pure=True, safe=True, closed=True, bounds=bounds)
        if kind == "Eq":
            names, result, method = {"self": ty, "other": ty}, BOOL, "eq"
            other = self.opened(Name(ty, "other"), scope, lambda parts, inner: ListOf(list_of(Ty("T")), parts))
            mine = self.opened(Name(ty, "self"), scope, lambda parts, inner: ListOf(list_of(Ty("T")), parts))
            body = Binary(BOOL, "==", mine, other)
        else:
            names, result = {"self": ty}, STRING
            method = "to_string" if kind == "Display" else "inspect"
            shown = lambda part: part if kind == "Display" else Call(STRING, "inspect", [part])
            body = self.opened(Name(ty, "self"), scope,
                               lambda parts, inner: Text([f"{declared.name} of ", *map(shown, parts)]))
        clause = Clause([PName(name) for name in names], None, body)
        params = [(name, ty) for name in names]
        function = Function(method, (), {}, params, result, [clause], is_typed=False)
        self.declarations.append(Impl(kind, ty, [function], bounds))

    def opened(self, value, scope, make):
        """An expression that looks into a value of a generic type; `make` is given the parts whose type is
        the parameter, and the scope."""
        ty, param = value.ty, Ty("T")
        if self.is_struct(ty):
            return make([Field(t, value, name) for name, t in self.fields(ty) if t == param], scope)
        if ty.name == "List":
            head = self.new("v")
            inner = make([Name(param, head)], scope.having({head: param}))
            arms = [Clause([PCons(PName(head), PAny())], None, inner), Clause([PAny()], None, make([], scope))]
            return Choice(inner.ty, value, arms)
        arms = []
        for variant, types in self.variants(ty):
            names = [self.new("v") for _ in types]
            parts = [Name(t, name) for name, t in zip(names, types) if t == param]
            body = make(parts, scope.having(dict(zip(names, types))))
            arms.append(Clause([PCtor(variant, [PName(name) for name in names])], None, body))
        return Choice(arms[0].body.ty, value, arms)

    def with_part(self, part, m, interface, bound, scope):
        """A statement that asks a part of a generic value for what its bound promises, and the scope with
        its result."""
        name = self.new("v")
        if bound == interface:
            items = [part] + [self.leaf(t, scope) for _, t in m.params]
            call = MethodCall(m.result, interface, m.name, items, self.random.choice(["method", "plain", "named"]))
        elif bound in ("Eq", "Ord"):
            call = Binary(BOOL, self.random.choice(["==", "!="] if bound == "Eq" else ["<", ">=", "<="]), part, part)
        elif bound == "Debug":
            call = Call(STRING, "inspect", [part])
        else:
            call = Text(["<", part, ">"])
        return Let(PName(name), call.ty, call), scope.having({name: call.ty})

    def any_method(self, m, interface, ty, bound):
        """The body of a method for a generic type."""
        bounds = {"T": (bound,)}
        scope = Scope(pure=True, safe=True, closed=True, bounds=bounds).having({"self": ty, **dict(m.params)})

        def make(parts, inner):
            statements = []
            for part in parts[:2]:
                statement, inner = self.with_part(part, m, interface, bound, inner)
                statements.append(statement)
            value = self.expr(m.result, inner, 2)
            return Block(m.result, statements, value) if statements else value

        return self.opened(Name(ty, "self"), scope, make)

    def implement_hash(self, declared, ty):
        """Equality by a number and hashes that follow it, so that the type has keys for maps. All
        may have one hash."""
        number = self.number_of(declared, ty, "self")
        body = self.random.choice(
            [
                number,
                Call(INT, "hash", [number]),
                Binary(INT, "%", number, Lit(INT, 2)),
                Lit(INT, 7),
            ]
        )
        for kind, method, names, result, made in (
                ("Eq", "eq", ["self", "other"], BOOL, self.by_one_number(declared, ty, "Eq")),
                ("Hash", "hash", ["self"], INT, body)):
            clause = Clause([PName(name) for name in names], None, made)
            function = Function(
                method, (), {}, [(name, ty) for name in names], result, [clause], is_typed=False
            )
            self.declarations.append(Impl(kind, ty, [function]))

    def number_of(self, declared, ty, side):
        """A number that a value has."""
        if isinstance(declared, Struct):
            numbers = [name for name, t in declared.fields if t == INT]
            return Field(INT, Name(ty, side), numbers[0]) if numbers else Lit(INT, 0)
        arms = [Clause([PCtor(name, [PName(self.new("v")) for _ in types])], None, Lit(INT, at % 2))
                for at, (name, types) in enumerate(declared.variants)]
        return Choice(INT, Name(ty, side), arms)

    def by_one_number(self, declared, ty, kind):
        """Equality or order by a number that each value has, so that they are what they should be."""
        sides = [self.number_of(declared, ty, side) for side in ("self", "other")]
        if kind == "Eq":
            return Binary(BOOL, "==", *sides)
        return Call(Ty("Ordering"), "compare", sides[::-1])

    def interface(self):
        name = self.new(f"I{self.number}_")
        # Impls hold in all modules: no two cases have methods of one name.
        inputs = lambda: [(self.new("v"), self.scalar()) for _ in range(self.random.randint(0, 1))]
        methods = [Method(self.new(f"m{self.number}_"), inputs(), self.type(1))
                   for _ in range(self.random.randint(1, 3))]
        own = [Ty(d.name) for d in self.declarations if isinstance(d, (Struct, Sum)) and not d.params]
        pool = [INT, STRING, BOOL, list_of(INT)] + own
        types = self.random.sample(pool, self.random.randint(1, min(3, len(pool))))
        param = Ty("T")
        generic = [Ty(d.name, (param,)) for d in self.declarations if isinstance(d, (Struct, Sum)) and d.params]
        generic += [option(param)] if list_of(INT) in types else [option(param), list_of(param)]
        types += self.random.sample(generic, min(self.random.choice([0, 1, 1, 2]), len(generic)))
        scope = Scope(pure=True, safe=True, closed=True)
        interface = Interface(name, methods[:1])
        self.declarations.append(interface)
        static = self.static_methods(self.number, inputs()) if self.chance(0.6) else []
        for m in methods[1:]:
            if self.chance(0.5):
                # What is not given has no default, so that no method runs for ever.
                inner = Scope(dict(m.params), pure=True, safe=True, bounds={"A": (name,)}).having({"self": Ty("A")})
                m.default = self.part(lambda: self.with_method(methods[0], name, m.result, inner))
        interface.methods = methods + static
        for ty in types:
            functions, bounds = [], {}
            if ty.args == (param,):
                bounds = {"T": (self.random.choice([name, name, "Display", "Debug", "Eq", "Ord"]),)}
            for m in methods:
                if m.default is None or self.chance(0.3):
                    names = {"self": ty, **dict(m.params)}
                    if bounds:
                        body = self.part(lambda: self.any_method(m, name, ty, bounds["T"][0]))
                    else:
                        body = self.part(lambda: self.expr(m.result, scope.having(names), 3))
                    clause = Clause([PName(n) for n in names], None, body)
                    params = list(names.items())
                    functions.append(Function(m.name, (), {}, params, m.result, [clause], self.chance(0.5)))
            functions += [self.static_of(m, name, ty, scope, bounds) for m in static
                          if m.default is None or self.chance(0.3)]
            self.declarations.append(Impl(name, ty, functions, bounds))

    def with_method(self, m, interface, ty, scope):
        """An expression that has the result of a method at hand."""
        items = [Name(Ty("A"), "self")] + [self.leaf(t, scope) for _, t in m.params]
        name = self.new("v")
        call = MethodCall(m.result, interface, m.name, items, self.random.choice(["method", "plain", "named"]))
        inner = scope.having({name: m.result}, closed=True)
        return Block(ty, [Let(PName(name), m.result, call)], self.expr(ty, inner, 2))
