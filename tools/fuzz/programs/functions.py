"""Random functions of all forms, and the statements in them."""

from library import LIBRARY
from impls import Impls
from nodes import (
    Binary,
    Block,
    Call,
    Choice,
    Clause,
    Closure,
    Do,
    Function,
    If,
    Interface,
    Jump,
    Let,
    ListOf,
    Lit,
    Loop,
    Name,
    PAny,
    PAs,
    PCons,
    PCtor,
    PLit,
    PName,
    POr,
    PTuple,
    Return,
    Show,
    Sum,
    Text,
    TupleOf,
    Variant,
    While,
)
from scope import NoWay, Scope, needs_types
from types_of import BOOL, INT, STRING, UNIT, Ty, fun, list_of, tuple_of
from walks import walk

RISKY = [name for name, entry in LIBRARY.items() if entry[3]]
# What a part of a case may cost the C compiler, in nodes.
FUNCTION_BUDGET = 20


class Functions(Impls):
    def part(self, make):
        """Something made within a budget of its own."""
        self.budget = FUNCTION_BUDGET
        return make()

    def add_function(self):
        for _ in range(5):
            try:
                kinds = [self.plain, self.plain, self.several, self.counting, self.walking]
                function = self.part(self.random.choice(kinds))
                self.judge(function)
            except NoWay:
                continue
            self.functions.append(function)
            return

    def judge(self, f):
        """Finds out what a function does, and whether its types must stand there."""
        known = {g.name: g for g in self.functions}
        for node in (n for clause in f.clauses for n in walk(clause)):
            called = known.get(getattr(node, "callee", None) if isinstance(getattr(node, "callee", 0), str) else None)
            f.prints |= isinstance(node, Show) or bool(called and called.prints)
            risky = isinstance(node, Call) and not isinstance(node.callee, str)
            risky |= isinstance(node, Call) and node.callee in RISKY
            risky |= isinstance(node, Binary) and node.op in "/%" and node.ty == INT and not isinstance(node.right, Lit)
            f.panics |= risky or bool(called and called.panics)
        if any(needs_types(clause) for clause in f.clauses):
            f.is_typed = True
            if any(isinstance(p, (PAny, POr, PAs)) for p in f.clauses[0].patterns):
                # There is no place for the type.
                raise NoWay

    def plain(self):
        generics, bounds = (), {}
        if self.chance(0.3):
            generics = ("T",) if self.chance(0.7) else ("T", "U")
            interfaces = [
                d.name for d in self.declarations if isinstance(d, Interface) and not d.params
            ]
            for name in generics:
                words = (["Ord"], ["Display"], ["Debug"], [], [], [])
                bounds[name] = tuple(self.random.choice([*words, interfaces]))
        params = [(self.new("v"), Ty(name)) for name in generics]
        more = self.random.randint(0 if params else 1, 2)
        params += [(self.new("v"), self.parameter_type(generics)) for _ in range(more)]
        self.random.shuffle(params)
        result = self.type(2, generics)
        scope = Scope(dict(params), result=result, pure=self.chance(0.6), bounds=bounds)
        body = self.block(result, scope, 4, self.random.choice([0, 1, 1, 2]))
        clauses = [Clause([PName(name) for name, _ in params], None, body)]
        typed = bool(generics) or self.chance(0.6)
        return Function(self.new("f"), generics, bounds, params, result, clauses, typed)

    def parameter_type(self, generics=()):
        if self.chance(0.2):
            return fun(*(self.scalar() for _ in range(self.random.randint(1, 2))), self.scalar())
        return self.type(2, generics)

    def several(self):
        """Clauses with patterns; now and then they do not fit everything."""
        params = [(self.new("v"), self.type(2)) for _ in range(self.random.randint(1, 2))]
        result = self.type(1)
        total = self.chance(0.85)
        scope = Scope(result=result, pure=self.chance(0.6))
        clauses = self.clauses(
            [t for _, t in params],
            result,
            scope,
            3,
            self.random.randint(1, 3),
            or_patterns=True,
            total=total,
        )
        return Function(self.new("f"), (), {}, params, result, clauses, self.chance(0.7), panics=not total)

    def counting(self):
        """Calls itself with one less, as often as the first argument says."""
        params = [("fuel", INT)] + [(self.new("v"), self.type(1)) for _ in range(self.random.randint(1, 2))]
        result = params[1][1] if self.chance(0.5) else self.type(1)
        name, types = self.new("f"), [t for _, t in params]
        scope = Scope(dict(params), result=result, pure=self.chance(0.7))
        less = Binary(INT, "-", Name(INT, "fuel"), Lit(INT, 1))
        items = [less] + [self.expr(t, scope, 2) for t in types[1:]]
        again = Call(result, name, items)
        if self.chance(0.5):
            step = again
        else:
            inner = self.new("v")
            made = self.expr(result, scope.having({inner: result}), 2)
            step = Block(result, [Let(PName(inner), result, again)], made)
        base = self.expr(result, scope, 2)
        names = [PName(n) for n, _ in params[1:]]
        positive = Binary(BOOL, ">", Name(INT, "fuel"), Lit(INT, 0))
        if self.chance(0.5):
            whole = If(result, positive, step, base)
            return Function(name, (), {}, params, result, [Clause([PName("fuel"), *names], None, whole)])
        spent = Scope(dict(params[1:]), result=result, pure=scope.pure)
        clauses = [Clause([PLit(INT, 0), *names], None, self.expr(result, spent, 2)),
                   Clause([PName("fuel"), *names], positive, step),
                   Clause([PName("fuel"), *names], None, base)]
        return Function(name, (), {}, params, result, clauses)

    def walking(self):
        """Goes through a list or a recursive value."""
        item, result = self.type(1), self.type(1)
        name, whole, inner = self.new("f"), self.new("v"), self.new("v")
        head, tail = self.new("v"), self.new("v")
        of = list_of(item)
        scope = Scope(result=result, pure=True)
        again = Call(result, name, [Name(of, tail)])
        recursive = [d for d in self.declarations if isinstance(d, Sum) and not d.params
                     and any(t == Ty(d.name) for _, types in d.variants for t in types)]
        if recursive and self.chance(0.7):
            declared = self.random.choice(recursive)
            of, arms = Ty(declared.name), []
            for variant, types in declared.variants:
                names = [self.new("v") for _ in types]
                at = next((i for i, t in enumerate(types) if t == of), None)
                bound = scope.having(dict(zip(names, types)))
                if at is None:
                    body = self.expr(result, bound, 2)
                else:
                    let = Let(PName(inner), result, Call(result, name, [Name(of, names[at])]))
                    body = Block(result, [let], self.expr(result, bound.having({inner: result}), 2))
                arms.append(Clause([PCtor(variant, [PName(n) for n in names])], None, body))
            if self.chance(0.5):
                return Function(name, (), {}, [(whole, of)], result, arms)
            body = Choice(result, Name(of, whole), arms)
            return Function(name, (), {}, [(whole, of)], result, [Clause([PName(whole)], None, body)])
        step = Block(result, [Let(PName(inner), result, again)],
                     self.expr(result, scope.having({head: item, inner: result}), 3))
        arms = [Clause([PCons(PName(head), PName(tail))], None, step),
                Clause([PName(self.new("v"))], None, self.expr(result, scope, 2))]
        body = Choice(result, Name(of, whole), arms)
        return Function(name, (), {}, [(whole, of)], result, [Clause([PName(whole)], None, body)])

    # Statements

    def block(self, ty, scope, depth, count):
        """An expression, with statements in front of it when `count` says so."""
        if count == 0 or depth <= 1 or self.budget <= 0:
            return self.expr(ty, scope, depth)
        inner, made = scope.inside(), []
        for _ in range(count):
            made += self.statement(inner, depth - 1)
        return Block(ty, made, self.expr(ty, inner, depth - 1))

    def statement(self, scope, depth):
        """One statement, whose names `scope` has afterwards."""
        pick = self.random.random()
        if not scope.pure and pick < 0.3:
            return [Show(self.text(STRING, scope, depth))]
        if scope.in_loop and pick < 0.5:
            jump = Jump(self.random.choice(["break", "continue"]))
            return [Do(If(UNIT, self.expr(BOOL, scope, depth), Block(UNIT, [], jump), None))]
        if scope.result is not None and pick < 0.45:
            leave = Return(self.expr(scope.result, scope, depth))
            return [Do(If(UNIT, self.expr(BOOL, scope, depth), Block(UNIT, [], leave), None))]
        if not scope.pure and pick < 0.55:
            return [self.effect(scope, depth)]
        if pick > 0.93:
            return self.generalised(scope, depth)
        return [self.let(scope, depth)]

    def generalised(self, scope, depth):
        """A function that a `let` binds, used with two types."""
        param, name = self.new("v"), self.new("v")
        make, of = self.random.choice([
            (lambda ty, x: x, lambda ty: ty),
            (lambda ty, x: ListOf(ty, [x, x]), list_of),
            (lambda ty, x: TupleOf(ty, [x, Lit(INT, 1)]), lambda ty: tuple_of(ty, INT)),
            (lambda ty, x: Variant(ty, "Some", [x]), lambda ty: Ty("Option", (ty,))),
        ])
        result = of(Ty("T"))
        clause = Clause([PName(param)], None, make(result, Name(Ty("T"), param)))
        whole = fun(Ty("T"), result)
        made = [Let(PName(name), whole, Closure(whole, [clause], self.random.randrange(2)))]
        for ty in self.random.sample([INT, STRING, BOOL], 2):
            used, call = self.new("v"), Call(of(ty), Name(fun(ty, of(ty)), name), [self.expr(ty, scope, depth)])
            made.append(Let(PName(used), of(ty), call))
            scope.names[used] = of(ty)
        return made

    def let(self, scope, depth):
        ty = self.parameter_type()
        if ty.name == "Tuple" and self.chance(0.6):
            names = [self.new("v") for _ in ty.args]
            made = Let(PTuple([PName(n) for n in names]), ty, self.expr(ty, scope, depth), True)
            scope.names.update(zip(names, ty.args))
            return made
        shadowed = [n for n in scope.names if n not in ("self", "fuel")]
        name = self.random.choice(shadowed) if shadowed and self.chance(0.1) else self.new("v")
        value = self.expr(ty, scope, depth)
        scope.names.pop(name, None)
        scope.names[name] = ty
        return Let(PName(name), ty, value, bool(ty.args) or self.chance(0.4))

    def effect(self, scope, depth):
        """A loop that prints."""
        if self.chance(0.4):
            stop = Block(UNIT, [Show(self.text(STRING, scope, depth))], Jump("break"))
            stop = If(UNIT, self.expr(BOOL, scope, depth), stop, None)
            return Do(While(Block(UNIT, [Do(stop), Show(self.text(STRING, scope, depth)), Do(Jump("break"))], None)))
        names, source, inner = self.source(scope, depth)
        inner = inner.inside(in_loop=True)
        statements = self.statement(inner, depth) + [Show(self.text(STRING, inner, depth))]
        return Do(Loop(list_of(UNIT), names, source, None, Block(UNIT, statements, None)))

    def show(self, name, ty):
        if self.has(ty, "Display"):
            return [Show(Text([f"{name}: ", Name(ty, name)]))]
        return []
