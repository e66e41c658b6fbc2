"""Random local functions, constants of a module, and calls that are followed by a closure."""

from form_nodes import Constant, Local
from nodes import Binary, Block, Call, Clause, Closure, Function, If, Let, Lit, Name, PName
from scope import Scope
from types_of import BOOL, INT, fun, list_of


class Forms:
    """Needs what makes expressions and statements."""

    def add_constants(self):
        for _ in range(self.random.choice([0, 1, 1, 2])):
            ty = self.type(1)
            value = self.part(lambda: self.expr(ty, Scope(pure=True, safe=True, closed=True), 2))
            # What stands there alone says which type it is.
            if not ty.args:
                self.declarations.append(Constant(self.new("constant"), ty, value))

    def localised(self, scope):
        """Statements with local functions that see what is around them, and calls of these."""
        self.budget = 20
        name, of, made = self.new("local"), self.type_with(["Display"], 1), []
        held = self.new("v")
        made.append(Let(PName(held), INT, self.expr(INT, scope, 1)))
        scope.names[held] = INT
        inner = scope.inside(pure=True, safe=True, result=of, in_loop=False)
        if self.chance(0.5):
            made.append(Local(self.counting_down(name, of, held, inner)))
        else:
            clauses = self.clauses(
                [INT, of], of, inner, 3, self.random.randint(1, 2), or_patterns=True
            )
            params = [("n", INT), ("x", of)]
            made.append(Local(Function(name, (), {}, params, of, clauses, self.chance(0.5))))
        for _ in range(2):
            kept = self.new("v")
            items = [Lit(INT, self.random.randint(-1, 5)), self.expr(of, scope, 2)]
            made += [
                Let(PName(kept), of, Call(of, Name(fun(INT, of, of), name), items)),
                *self.show(kept, of),
            ]
            scope.names[kept] = of
        return made

    def counting_down(self, name, of, held, scope):
        """A local function that calls itself, and uses a number from outside."""
        n, x = Name(INT, "n"), Name(of, "x")
        inner = scope.having({"n": INT, "x": of})
        less = Binary(INT, "-", n, Lit(INT, 1))
        again = Call(of, Name(fun(INT, of, of), name), [less, self.expr(of, inner, 2)])
        odd = Binary(BOOL, ">", Binary(INT, "+", n, Name(INT, held)), Lit(INT, 2))
        step = If(of, odd, again, Block(of, [Let(PName("x"), of, self.expr(of, inner, 2))], again))
        whole = If(of, Binary(BOOL, "<=", n, Lit(INT, 0)), x, step)
        clause = Clause([PName("n"), PName("x")], None, whole)
        return Function(name, (), {}, [("n", INT), ("x", of)], of, [clause], self.chance(0.5))

    def followed(self, scope):
        """Statements with calls whose last argument is a block behind them."""
        made = []
        for _ in range(2):
            self.budget = 12
            item, kept = self.type(1), self.new("v")
            out = self.type_with(["Display"], 1)
            source = self.expr(list_of(item), scope, 2)
            inner = scope.inside(result=None, in_loop=False, pure=True)
            if self.chance(0.5):
                ty, body = list_of(out), self.behind([item], out, inner)
                call = Call(ty, "List.map", [source, body], "trailing")
            else:
                ty, body = out, self.behind([out, item], out, inner)
                call = Call(ty, "List.reduce", [source, self.expr(out, scope, 1), body], "trailing")
            made += [Let(PName(kept), ty, call, True), *self.show(kept, ty)]
            scope.names[kept] = ty
        return made

    def behind(self, params, out, scope):
        names = [self.new("v") for _ in params]
        body = self.block(
            out, scope.having(dict(zip(names, params))), 3, self.random.choice([0, 1])
        )
        return Closure(fun(*params, out), [Clause([PName(name) for name in names], None, body)], 0)
