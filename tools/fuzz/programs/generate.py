"""A random case: declarations, functions, actors, and the statements that use them. The same for the
same seed."""

import random

from evaluate import Evaluator, TooLong
from library import LIBRARY
from expressions import Expressions, NoWay, Scope, needs_types
from nodes import (Arm, Ask, Binary, Block, Call, Case, Choice, Clause, Do, Field, Function, Guarded,
                   Handler, If, Impl, Interface, Job, Jump, Let, Lit, Loop, Method, MethodCall, Name, PCons,
                   PCtor, PLit, PName, Post, PTuple, Receive, Return, Server, Service, Show, Start, Struct,
                   Sum, Text, TupleOf, Variant, While)
from types_of import BOOL, INT, STRING, UNIT, Ty, fun, list_of, tuple_of
from walks import walk
from values import Unspecified

TRAITS = ["Eq", "Ord", "Display", "Debug", "Hash"]
RISKY = [name for name, entry in LIBRARY.items() if entry[3]]
OPERATORS = {"Add": "add", "Sub": "sub", "Mul": "mul", "Div": "div", "Mod": "mod"}
# What a case may cost the C compiler.
FUNCTION_BUDGET, LINES = 20, 300


class Generator(Expressions):
    def __init__(self, seed, number):
        super().__init__(random.Random(f"{seed}/{number}"))
        self.number = number

    def case(self):
        self.declare()
        self.pool = []
        for _ in range(self.random.randint(2, 4)):
            self.add_function()
        body = self.main()
        return Case(self.number, self.declarations, self.functions, self.actors, body)

    # Declarations

    def declare(self):
        for _ in range(self.random.randint(0, 1)):
            params = ("T",) if self.chance(0.3) else ()
            fields = [(self.new("a"), self.type(1, params)) for _ in range(self.random.randint(1, 4))]
            self.declarations.append(self.deriving(Struct(self.new("S"), params, fields, None)))
        for _ in range(self.random.choice([0, 1, 1, 2])):
            self.declarations.append(self.deriving(self.sum()))
        for declared in list(self.declarations):
            if not declared.params and declared.deriving is None and self.chance(0.4):
                self.implement_built_in(declared)
        if self.chance(0.4):
            self.interface()

    def sum(self):
        name, params = self.new("V"), ("T",) if self.chance(0.3) else ()
        itself = Ty(name, tuple(map(Ty, params)))
        recursive = self.chance(0.4)
        variants = []
        for at in range(self.random.randint(1, 4)):
            types = [self.type(1, params) for _ in range(self.random.choice([0, 1, 1, 2, 3]))]
            if recursive and at > 0 and types:
                types[0] = self.random.choice([itself, itself, list_of(itself), tuple_of(INT, itself)])
            variants.append((self.new(f"{name}C"), types))
        return Sum(name, params, variants, None)

    def deriving(self, declared):
        if self.chance(0.4):
            return declared
        self.declarations.append(declared)
        kept = []
        for trait in TRAITS:
            declared.deriving = (trait,)
            ty = Ty(declared.name, tuple(map(Ty, declared.params)))
            fits = all(self.has(part, trait, {"T": TRAITS}) or part == ty for part in self.parts(ty))
            if fits and self.chance(0.75) and (trait != "Ord" or "Eq" in kept):
                kept.append(trait)
        self.declarations.pop()
        declared.deriving = tuple(kept)
        return declared

    def implement_built_in(self, declared):
        ty = Ty(declared.name)
        both = {"self": ty, "other": ty}
        scope = Scope(pure=True, safe=True, closed=True)
        kind = self.random.choice(["Display", "Debug", "Eq", "Ord", "Add", "Add", "Sub", "Mul", "Div", "Mod"])
        if kind in ("Display", "Debug"):
            method, result, names = ("to_string" if kind == "Display" else "inspect"), STRING, {"self": ty}
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

    # Functions

    def part(self, make):
        """Something made within a budget of its own."""
        self.budget = FUNCTION_BUDGET
        return make()

    def add_function(self):
        for _ in range(5):
            try:
                kinds = [self.plain, self.plain, self.several, self.counting, self.walking]
                function = self.part(self.random.choice(kinds))
            except NoWay:
                continue
            self.judge(function)
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
        f.is_typed |= any(needs_types(clause) for clause in f.clauses)

    def plain(self):
        generics, bounds = (), {}
        if self.chance(0.3):
            generics = ("T",) if self.chance(0.7) else ("T", "U")
            interfaces = [d.name for d in self.declarations if isinstance(d, Interface)]
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
        clauses = self.clauses([t for _, t in params], result, scope, 3, self.random.randint(1, 3), total=total)
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
        return [self.let(scope, depth)]

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

    # Actors

    def add_service(self):
        state, name, at = self.type(1), self.new("Service"), self.new("v")
        scope = Scope(pure=True, safe=True, closed=self.chance(0.5))
        params = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 2))]
        start = self.part(lambda: self.expr(state, scope.having(dict(params)), 2))
        handlers = []
        for number in range(self.random.randint(1, 3)):
            inputs = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 2))]
            inner = scope.having({at: state, **dict(inputs)})
            reply = self.type(1) if number == 0 or self.chance(0.6) else None
            body = self.part(lambda: self.expr(state, inner, 3))
            if reply is not None:
                body = TupleOf(tuple_of(state, reply), [body, self.part(lambda: self.expr(reply, inner, 3))])
            handlers.append(Handler(self.new("Handle"), inputs, at, reply, body))
        self.actors.append(Service(name, state, params, start, handlers))
        return self.actors[-1]

    def add_server(self):
        """An actor, with types for its messages and for what the case hears."""
        state, at, name = self.type(1), self.new("v"), self.new("server")
        reply, answers = self.type(1), self.new("Reply")
        scope = Scope(pure=True, safe=True, closed=self.chance(0.5))
        arms, variants = [], []
        for number in range(self.random.randint(1, 3)):
            types = [self.type(1) for _ in range(self.random.randint(0, 2))]
            names = [self.new("v") for _ in types]
            inner = scope.having({at: state, **dict(zip(names, types))})
            asks = number == 0 or self.chance(0.5)
            arms.append(Arm(self.new("Message"), names, self.part(lambda: self.expr(state, inner, 3)),
                            self.part(lambda: self.expr(reply, inner, 3)) if asks else None))
            variants.append((arms[-1].variant, [Ty("Pid", (Ty("Heard"),))] * asks + types))
        messages = Sum(self.new("Mail"), (), variants, None)
        self.declarations.append(messages)
        self.actors.append(Server(name, messages.name, state, at, answers, arms))
        return self.actors[-1], (answers, reply), [types[bool(arm.reply) :] for arm, (_, types) in zip(arms, variants)]

    def main(self):
        scope, body, heard = Scope(safe=self.chance(0.85)), [], []
        for f in self.functions:
            body += self.use(f, scope)
        for _ in range(self.random.randint(1, 2)):
            self.budget = FUNCTION_BUDGET
            body += self.statement(scope, 4)
        if self.chance(0.2):
            body += self.served(scope)
        if self.chance(0.2):
            body += self.asked(scope, heard)
        if self.chance(0.2):
            body += self.mail(scope, heard)
        if self.chance(0.15):
            body += self.jobs(scope)
        if heard:
            self.declarations.append(Sum("Heard", (), heard, None))
        return body

    def use(self, f, scope):
        """Statements that call a function and show what it gives."""
        self.budget = FUNCTION_BUDGET
        try:
            arguments = {g: self.implementing(f.bounds.get(g, ())) for g in f.generics}
            types = [t.bound(arguments) for _, t in f.params]
            ty = f.result.bound(arguments)
            items = [self.expr(t, scope, 3) for t in types]
        except NoWay:
            return []
        if self.takes_fuel(f):
            items[0] = Lit(INT, self.random.randint(0, 6))
        call = Call(ty, f.name, items)
        if f.panics and self.chance(0.9):
            ty, call = Ty("Result", (ty, STRING)), self.guard(call)
        name = self.new("v")
        scope.names[name] = ty
        made = [Let(PName(name), ty, call, bool(ty.args) or self.chance(0.3))]
        return made + self.show(name, ty)

    @staticmethod
    def guard(call):
        return Guarded(Ty("Result", (call.ty, STRING)), call)

    def show(self, name, ty):
        if self.has(ty, "Display"):
            return [Show(Text([f"{name}: ", Name(ty, name)]))]
        return []

    def served(self, scope):
        service = self.add_service()
        self.budget = FUNCTION_BUDGET
        pid, ty = self.new("v"), Ty("Pid")
        items = [self.expr(t, scope, 2) for _, t in service.params]
        made = [Let(PName(pid), ty, Start(ty, "service", service.name, items))]
        for _ in range(self.random.randint(2, 4)):
            handler = self.random.choice(service.handlers)
            items = [self.expr(t, scope, 2) for _, t in handler.params]
            ask = Ask(handler.reply or UNIT, Name(ty, pid), "service", service.name, handler.name, items)
            made += self.kept(ask, handler.reply, scope)
        return made

    def kept(self, ask, reply, scope):
        """A statement for a request; its answer has a name."""
        if reply is None:
            return [Do(ask)]
        name = self.new("v")
        scope.names[name] = reply
        return [Let(PName(name), reply, ask)] + self.show(name, reply)

    def asked(self, scope, heard):
        server, answers, inputs = self.add_server()
        heard.append((answers[0], [answers[1]]))
        self.budget = FUNCTION_BUDGET
        pid, ty = self.new("v"), Ty("Pid")
        made = [Let(PName(pid), ty, Start(ty, "server", server.name, [self.expr(server.state, scope, 2)]))]
        for _ in range(self.random.randint(2, 4)):
            at = self.random.randrange(len(server.arms))
            items = [self.expr(t, scope, 2) for t in inputs[at]]
            reply = None if server.arms[at].reply is None else answers[1]
            ask = Ask(reply or UNIT, Name(ty, pid), "server", server.name, server.arms[at].variant, items)
            made += self.kept(ask, reply, scope)
        return made

    def mail(self, scope, heard):
        """Messages to itself, and receives that pick among them."""
        posts = [(self.new("Post"), [self.scalar() for _ in range(self.random.randint(0, 2))]) for _ in range(3)]
        heard += posts
        self.budget = FUNCTION_BUDGET
        ty, made, result = Ty("Heard"), [], self.type_with(["Display"], 1)
        for _ in range(self.random.randint(2, 6)):
            name, types = self.random.choice(posts)
            made.append(Do(Post(Variant(ty, name, [self.expr(t, scope, 1) for t in types]))))
        for _ in range(self.random.randint(1, 5)):
            arms = []
            for name, types in self.random.sample(posts, self.random.randint(1, 3)):
                bound = {}
                items = [self.pattern(t, bound, 1, False) for t in types]
                inner = scope.having(bound, pure=True)
                guard = self.expr(BOOL, inner, 1) if self.chance(0.4) else None
                arms.append(Clause([PCtor(name, items)], guard, self.expr(result, inner, 2)))
            name = self.new("v")
            made.append(Let(PName(name), result, Receive(result, arms, self.expr(result, scope, 1))))
            made += self.show(name, result)
        return made

    def jobs(self, scope):
        item, ty = self.scalar(), self.type_with(["Display"], 1)
        self.budget = FUNCTION_BUDGET
        f = self.expr(fun(item, ty), scope.inside(pure=True), 3)
        name, results = self.new("v"), list_of(Ty("Result", (ty, STRING)))
        job = Job(results, f, self.expr(list_of(item), scope, 2))
        return [Let(PName(name), results, job)] + self.show(name, results)


def made(seed, number):
    """A case, its lines and its end: one that the reference decides and that does not take long."""
    for attempt in range(100):
        try:
            case = Generator(f"{seed}/{attempt}", number).case()
            lines, end = Evaluator(case).run()
        except (NoWay, TooLong, Unspecified, RecursionError, MemoryError):
            continue
        if len(lines) <= LINES and sum(map(len, lines)) < 20_000:
            return case, lines, end
    raise RuntimeError(f"no case {number} of seed {seed}")
