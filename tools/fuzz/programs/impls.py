"""Random interfaces, and impls of them and of the built-in ones."""

from expressions import Expressions, Scope
from nodes import (Binary, Block, Call, Choice, Clause, Field, Function, Impl, Interface, Let, Lit, Method,
                   MethodCall, Name, PCtor, PName, Struct, Sum)
from types_of import BOOL, INT, STRING, Ty, list_of

OPERATORS = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Mod": "mod"}


class Impls(Expressions):
    def implement_built_in(self, declared):
        ty = Ty(declared.name)
        both = {"self": ty, "other": ty}
        scope = Scope(pure=True, safe=True, closed=True)
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

    def by_one_number(self, declared, ty, kind):
        """Equality or order by a number that each value has, so that they are what they should be."""
        sides = []
        for side in ("self", "other"):
            if isinstance(declared, Struct):
                numbers = [name for name, t in declared.fields if t == INT]
                sides.append(Field(INT, Name(ty, side), numbers[0]) if numbers else Lit(INT, 0))
            else:
                arms = [Clause([PCtor(name, [PName(self.new("v")) for _ in types])], None, Lit(INT, at % 2))
                        for at, (name, types) in enumerate(declared.variants)]
                sides.append(Choice(INT, Name(ty, side), arms))
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
        scope = Scope(pure=True, safe=True, closed=True)
        interface = Interface(name, methods[:1])
        self.declarations.append(interface)
        for m in methods[1:]:
            if self.chance(0.5):
                # What is not given has no default, so that no method runs for ever.
                inner = Scope(dict(m.params), pure=True, safe=True, bounds={"A": (name,)}).having({"self": Ty("A")})
                m.default = self.part(lambda: self.with_method(methods[0], name, m.result, inner))
        interface.methods = methods
        for ty in types:
            functions = []
            for m in methods:
                if m.default is None or self.chance(0.3):
                    names = {"self": ty, **dict(m.params)}
                    body = self.part(lambda: self.expr(m.result, scope.having(names), 3))
                    clause = Clause([PName(n) for n in names], None, body)
                    params = list(names.items())
                    functions.append(Function(m.name, (), {}, params, m.result, [clause], self.chance(0.5)))
            self.declarations.append(Impl(name, ty, functions))

    def with_method(self, m, interface, ty, scope):
        """An expression that has the result of a method at hand."""
        items = [Name(Ty("A"), "self")] + [self.leaf(t, scope) for _, t in m.params]
        name = self.new("v")
        call = MethodCall(m.result, interface, m.name, items, self.random.choice(["method", "plain", "named"]))
        inner = scope.having({name: m.result}, closed=True)
        return Block(ty, [Let(PName(name), m.result, call)], self.expr(ty, inner, 2))
