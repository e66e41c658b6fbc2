"""Random functions that call each other at the types of one another, and functions that call
themselves with functions that they make."""

from nodes import (
    Binary,
    Block,
    Call,
    Clause,
    Closure,
    Function,
    If,
    Let,
    Lit,
    Name,
    PName,
    Text,
    TupleOf,
)
from scope import Scope
from types_of import BOOL, INT, STRING, Ty, fun, list_of, tuple_of

N = Name(INT, "n")
LESS = Binary(INT, "-", N, Lit(INT, 1))
IS_OVER = Binary(BOOL, "<=", N, Lit(INT, 0))
T = Ty("T")


class Recursion:
    """Needs what makes expressions and statements, and `helpers`."""

    def grouped(self, scope):
        """Statements that call a group of functions at several types, or what takes functions."""
        self.budget = 15
        ways = [self.group, self.group, self.continued, self.repeated, self.composed]
        return self.random.choice(ways)(scope)

    def kept_as(self, ty, value, scope):
        name = self.new("v")
        scope.names[name] = ty
        return [Let(PName(name), ty, value), *self.show(name, ty)]

    # Groups: each function has type parameters of its own, and hands its values on to the next.

    def group(self, scope):
        """`is_typed`: the types are written out, and a function may be called at other types by
        those that it calls. Without them all calls in the group are at one type."""
        is_typed = self.chance(0.6)
        names = [self.new("group") for _ in range(self.random.randint(2, 3))]
        result = self.random.choice([STRING, list_of(STRING), INT])
        for at, name in enumerate(names):
            following = self.random.choice(
                [names[(at + 1) % len(names)], self.random.choice(names)]
            )
            params = [("n", INT), ("a", T), ("b", Ty("U"))]
            again = Call(result, following, [LESS, *self.handed_on(is_typed)])
            whole = If(result, IS_OVER, self.piece(result), self.joined_to(result, again))
            clause = Clause([PName(n) for n, _ in params], None, whole)
            bounds = {} if result == INT else {"T": ("Display",), "U": ("Display",)}
            self.helpers.append(
                Function(name, ("T", "U"), bounds, params, result, [clause], is_typed)
            )
        made = []
        for _ in range(2):
            first = self.type_with(["Display"], 1, self.meets)
            second = self.type_with(["Display"], 1, self.meets) if is_typed else first
            items = [
                Lit(INT, self.random.randint(0, 6)),
                self.expr(first, scope, 2),
                self.expr(second, scope, 2),
            ]
            types = {"T": first, "U": second}
            made += self.kept_as(result, Call(result, names[0], items, "plain", types), scope)
        return made

    def handed_on(self, is_typed):
        mine = [Name(T, "a"), Name(Ty("U"), "b")]
        if is_typed and self.chance(0.5):
            mine += [Lit(INT, 7), Lit(STRING, "x")]
        return [self.random.choice(mine) for _ in range(2)]

    def piece(self, result):
        both = [Name(T, "a"), Name(Ty("U"), "b")]
        if result == INT:
            return Call(
                INT,
                "List.length",
                [Call(list_of(T), "List.append", [Lit(list_of(T), []), both[0]])],
            )
        text = Text(["<", *both, ">"])
        return text if result == STRING else Call(result, "List.append", [Lit(result, []), text])

    def joined_to(self, result, again):
        op = {STRING: "<>", INT: "+"}.get(result, "++")
        sides = [again, self.piece(result)]
        self.random.shuffle(sides)
        return again if self.chance(0.2) else Binary(result, op, *sides)

    # What takes functions

    def continued(self, scope):
        """In continuation-passing style: what is left to do is a function."""
        name, ty = self.new("continued"), self.type_with(["Display"], 1)
        then = fun(ty, ty)
        inner = Scope({"n": INT, "so_far": ty}, pure=True, safe=True)
        step = self.part(lambda: self.expr(ty, inner, 2))
        more = Closure(
            then, [Clause([PName("so_far")], None, Call(ty, Name(then, "then"), [step]))], 2
        )
        base = self.part(lambda: self.expr(ty, Scope(pure=True, safe=True), 2))
        whole = If(ty, IS_OVER, Call(ty, Name(then, "then"), [base]), Call(ty, name, [LESS, more]))
        params = [("n", INT), ("then", then)]
        clause = Clause([PName(n) for n, _ in params], None, whole)
        self.helpers.append(Function(name, (), {}, params, ty, [clause], True))
        last = self.closure_of(then, scope)
        count = Lit(INT, self.random.randint(0, 30))
        return self.kept_as(ty, Call(ty, name, [count, last]), scope)

    def repeated(self, scope):
        """A function of any type, as many times as asked for."""
        name, of = self.new("repeated"), fun(T, T)
        once = Call(T, Name(of, "f"), [Name(T, "x")])
        again = Call(T, name, [LESS, Name(of, "f"), once])
        params = [("n", INT), ("f", of), ("x", T)]
        clause = Clause([PName(n) for n, _ in params], None, If(T, IS_OVER, Name(T, "x"), again))
        self.helpers.append(Function(name, ("T",), {}, params, T, [clause], self.chance(0.5)))
        made = []
        for _ in range(2):
            ty = self.type_with(["Display"], 1)
            items = [
                Lit(INT, self.random.randint(0, 6)),
                self.closure_of(fun(ty, ty), scope),
                self.expr(ty, scope, 2),
            ]
            made += self.kept_as(ty, Call(ty, name, items, "plain", {"T": ty}), scope)
        return made

    def composed(self, scope):
        """A function that answers functions, made of what it answers for one less."""
        name, of, x = self.new("composed"), fun(T, T), Name(T, "x")
        inner = Call(of, name, [LESS, Name(of, "f")])
        both = Closure(
            of, [Clause([PName("x")], None, Call(T, Name(of, "f"), [Call(T, Name(of, "g"), [x])]))]
        )
        itself = Closure(of, [Clause([PName("x")], None, x)])
        whole = If(of, IS_OVER, itself, Block(of, [Let(PName("g"), of, inner)], both))
        params = [("n", INT), ("f", of)]
        clause = Clause([PName(n) for n, _ in params], None, whole)
        self.helpers.append(Function(name, ("T",), {}, params, of, [clause], self.chance(0.5)))
        ty = self.type_with(["Display"], 1)
        items = [Lit(INT, self.random.randint(0, 6)), self.closure_of(fun(ty, ty), scope)]
        made = Call(fun(ty, ty), name, items, "plain", {"T": ty})
        held = self.new("v")
        pair = TupleOf(
            tuple_of(ty, ty),
            [Call(ty, Name(fun(ty, ty), held), [self.expr(ty, scope, 2)]) for _ in range(2)],
        )
        return [Let(PName(held), fun(ty, ty), made), *self.kept_as(pair.ty, pair, scope)]

    def closure_of(self, ty, scope):
        """A closure with types, so that no call has to be found for it."""
        inner = scope.inside(pure=True, safe=True, result=ty.args[-1], in_loop=False)
        names = [self.new("v") for _ in ty.args[:-1]]
        body = self.expr(ty.args[-1], inner.having(dict(zip(names, ty.args))), 2)
        return Closure(ty, [Clause([PName(name) for name in names], None, body)], 2)
