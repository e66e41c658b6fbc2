"""Random closures inside of closures that leave by `?`, and values that a `let` makes general."""

from nodes import (
    Binary,
    Block,
    Call,
    Clause,
    Closure,
    If,
    Let,
    ListOf,
    Lit,
    Loop,
    Name,
    PName,
    Try,
    TupleOf,
    Variant,
)
from types_of import BOOL, INT, STRING, Ty, fun, list_of, option, result, tuple_of

T = Ty("T")


class Chains:
    """Needs what makes expressions and statements."""

    # `?`

    def chained(self, scope):
        """Statements with a closure in which others leave by themselves, and calls of it."""
        name, given, ty = self.new("v"), INT, self.type_with(["Display"], 1)
        whole = fun(given, self.random.choice([result(ty), option(ty)]))
        self.budget = 25
        made = [Let(PName(name), whole, self.leaving(whole, scope, 2))]
        for _ in range(2):
            kept = self.new("v")
            call = Call(whole.args[1], Name(whole, name), [Lit(INT, self.random.randint(-3, 3))])
            made += [Let(PName(kept), whole.args[1], call), *self.show(kept, whole.args[1])]
        all_ = list_of(whole.args[1])
        kept = self.new("v")
        mapped = Call(all_, "List.map", [Lit(list_of(INT), [0, 1, 2]), Name(whole, name)])
        return made + [Let(PName(kept), all_, mapped), *self.show(kept, all_)]

    def leaving(self, ty, scope, depth):
        """A closure with a chain of steps, each of which may leave it."""
        given, out = ty.args
        param, statements = self.new("v"), []
        inner = scope.inside(pure=True, safe=True, result=out, in_loop=False).having({param: given})
        for _ in range(self.random.randint(1, 3)):
            step = self.new("v")
            taken, of = self.taken(out, inner, param, depth)
            statements.append(Let(PName(step), of, taken))
            inner = inner.having({step: of})
        good = "Ok" if out.name == "Result" else "Some"
        last = Variant(out, good, [self.expr(out.args[0], inner, 2)])
        if self.chance(0.3):
            last = self.expr(out, inner, 2)
        return Closure(ty, [Clause([PName(param)], None, Block(out, statements, last))], 2)

    def taken(self, out, scope, param, depth):
        """An expression with `?`, and its type."""
        if depth > 0 and self.chance(0.5):
            # An inner closure leaves in its own way; what it answers is made into what leaves here.
            inner = fun(INT, option(INT) if self.chance(0.5) else result(INT))
            call = Call(inner.args[1], self.leaving(inner, scope, depth - 1), [Name(INT, param)])
            return Try(INT, self.turned_into(out, call)), INT
        if self.chance(0.3):
            # Out of a loop in the closure.
            item = self.new("v")
            body = Try(INT, self.checked(out, Name(INT, item), scope))
            source = Binary(Ty("Range"), "..", Lit(INT, 0), Lit(INT, self.random.randint(0, 4)))
            return Loop(list_of(INT), [item], source, None, body), list_of(INT)
        return Try(INT, self.checked(out, Name(INT, param), scope)), INT

    def checked(self, out, number, scope):
        """A value of the kind that leaves, good or not by a number."""
        of = result(INT, STRING) if out.name == "Result" else option(INT)
        good = Variant(of, "Ok" if out.name == "Result" else "Some", [self.expr(INT, scope, 1)])
        bad = (
            Variant(of, "Err", [self.expr(STRING, scope, 1)])
            if out.name == "Result"
            else Variant(of, "None", [])
        )
        test = Binary(
            BOOL, self.random.choice(["<", ">", "!="]), number, Lit(INT, self.random.randint(0, 3))
        )
        return If(of, test, good, bad)

    def turned_into(self, out, value):
        if value.ty.name == out.name:
            return value
        if out.name == "Result":
            return Call(result(INT), "Option.to_result", [value, Lit(STRING, "none")])
        return Call(option(INT), "Result.to_option", [value])

    # `let`

    def general(self, scope):
        """Statements with values that are used at several types."""
        self.budget = 12
        return self.random.choice([self.general_value, self.general_value, self.general_functions])(
            scope
        )

    def general_value(self, scope):
        """An empty or half known value."""
        pair = tuple_of(list_of(T), option(T))
        empty, none = ListOf(list_of(T), []), Variant(option(T), "None", [])
        value, of = self.random.choice(
            [
                (empty, list_of(T)),
                (none, option(T)),
                (TupleOf(pair, [empty, none]), pair),
                (Variant(result(INT, T), "Ok", [Lit(INT, 5)]), result(INT, T)),
                (Variant(option(list_of(T)), "Some", [empty]), option(list_of(T))),
            ]
        )
        name, made = self.new("v"), []
        made.append(Let(PName(name), of, value))
        for ty in self.random.sample([INT, STRING, self.type_with(["Display"], 1)], 2):
            at = of.bound({"T": ty})
            used = self.new("v")
            made += [
                Let(PName(used), at, self.used(Name(at, name), ty, scope), True),
                *self.show(used, at),
            ]
            scope.names[used] = at
        return made

    def used(self, value, item, scope):
        """A general value, or something that is made of it."""
        ty = value.ty
        if ty.name == "List" and self.chance(0.7):
            return Binary(ty, "++", value, ListOf(ty, [self.expr(item, scope, 1)]))
        if self.chance(0.5):
            return If(ty, self.expr(BOOL, scope, 1), value, self.expr(ty, scope, 2))
        return value

    def general_functions(self, scope):
        """A closure that calls another one, both used at two types; the other holds a number."""
        first, second, param = self.new("v"), self.new("v"), self.new("v")
        pair, whole = tuple_of(T, INT), tuple_of(tuple_of(T, INT), list_of(T))
        number = self.expr(INT, scope.inside(pure=True), 2)
        one = Closure(
            fun(T, pair),
            [Clause([PName(param)], None, TupleOf(pair, [Name(T, param), Name(INT, "held")]))],
            1,
        )
        called = Call(pair, Name(fun(T, pair), first), [Name(T, param)])
        items = ListOf(list_of(T), [Name(T, param)])
        two = Closure(
            fun(T, whole), [Clause([PName(param)], None, TupleOf(whole, [called, items]))], 1
        )
        made = [
            Let(PName("held"), INT, number),
            Let(PName(first), fun(T, pair), one),
            Let(PName(second), fun(T, whole), two),
        ]
        for ty in self.random.sample([INT, STRING, self.type_with(["Display"], 1)], 2):
            at, used = whole.bound({"T": ty}), self.new("v")
            call = Call(at, Name(fun(ty, at), second), [self.expr(ty, scope, 2)])
            made += [Let(PName(used), at, call), *self.show(used, at)]
            scope.names[used] = at
        return made
