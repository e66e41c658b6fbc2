"""Random expressions of any type, for which a `Scope` says what may be in them."""

from calls import Calls
from constants import DATA, FLOATS, NUMBERS, TEXTS
from form_nodes import Constant
from nodes import (
    Binary,
    Bits,
    Block,
    Call,
    Choice,
    Clause,
    Closure,
    Field,
    Guarded,
    If,
    Impl,
    Interface,
    Job,
    ListOf,
    Lit,
    Loop,
    MapOf,
    MethodCall,
    Name,
    PCtor,
    PName,
    PTuple,
    Record,
    Segment,
    Text,
    TupleOf,
    Unary,
    Update,
    Variant,
)
from library import LIBRARY
from scope import NoWay, needs_types
from types_of import BOOL, BYTES, FLOAT, INT, STRING, Ty, list_of, tuple_of


class Expressions(Calls):
    """`budget` falls with each node; without any, only leaves are made."""

    budget = 0

    def expr(self, ty, scope, depth):
        self.budget -= 1
        if depth <= 0 or self.budget <= 0:
            return self.leaf(ty, scope)
        for _ in range(4):
            try:
                return self.random.choice(self.ways(ty, scope))(ty, scope, depth - 1)
            except NoWay:
                continue
        return self.leaf(ty, scope)

    def ways(self, ty, scope):
        own = {"Int": [self.arithmetic] * 4 + [self.negated], "Float": [self.arithmetic] * 4 + [self.negated],
               "Bool": [self.comparison] * 3 + [self.connective] * 2 + [self.negation],
               "String": [self.text] * 4 + [self.joined, self.shown],
               "List": [self.list, self.list, self.concat, self.loop],
               "Map": [self.map], "Tuple": [self.tuple] * 2, "Fun": [self.closure] * 3, "Range": [self.range],
               "Bytes": [self.bits] * 4 + [self.joined],
               "Result": [self.variant] * 2 + [self.guarded, self.job]}
        ways = own.get(ty.name, [])
        if self.is_struct(ty):
            ways = [self.record, self.record, self.update, self.update, self.operator]
        elif self.is_sum(ty) and not ways:
            ways = [self.variant] * 3
        general = [
            self.conditional,
            self.choice,
            self.field,
            self.attempt,
            self.applied,
            self.taken_out,
            self.own_method,
            self.static,
        ]
        return ways + [self.variable] * 3 + [self.library, self.function] * 2 + general

    def some_names(self, ty, scope):
        return [name for name, known in scope.names.items() if known == ty]

    # Leaves

    def leaf(self, ty, scope):
        names = self.some_names(ty, scope)
        if names and (ty.is_param() or self.chance(0.6)):
            return Name(ty, self.random.choice(names))
        if ty.is_param():
            return self.static(ty, scope, 0)
        if ty.name == "Pid":
            raise NoWay
        return self.constant(ty, scope)

    def constant(self, ty, scope):
        literals = {"Int": NUMBERS, "Float": FLOATS, "Bool": [True, False], "String": TEXTS, "Unit": [()],
                    "Bytes": DATA}
        if ty.name == "Int" and self.chance(0.5):
            return Lit(ty, self.random.randint(-9, 20))
        if ty.name in literals:
            return Lit(ty, self.random.choice(literals[ty.name]))
        if ty.name == "Fun":
            names = [self.new("v") for _ in ty.args[:-1]]
            inner = scope.having(dict(zip(names, ty.args)), result=None, in_loop=False, pure=True)
            body = self.leaf(ty.args[-1], inner)
            return Closure(ty, [Clause([PName(n) for n in names], None, body)], self.random.randrange(3))
        if ty.name == "Tuple":
            return TupleOf(ty, [self.leaf(t, scope) for t in ty.args])
        if ty.name == "List":
            return self.items_or_none(ty, scope)
        if ty.name == "Map":
            return MapOf(ty, [])
        if ty.name == "Set":
            return Call(ty, "Set.from_list", [self.items_or_none(list_of(ty.args[0]), scope)])
        if ty.name == "Range":
            return Binary(ty, "..", Lit(INT, 0), Lit(INT, self.random.randint(0, 4)))
        if self.is_struct(ty):
            return Record(ty, [(name, self.leaf(t, scope)) for name, t in self.fields(ty)])
        plain = [v for v in self.variants(ty) if not any(t.mentions(ty.name) for t in v[1])] or self.variants(ty)
        self.random.shuffle(plain)
        for name, types in plain:
            try:
                return Variant(ty, name, [self.leaf(t, scope) for t in types])
            except NoWay:
                continue
        raise NoWay

    def items_or_none(self, ty, scope):
        try:
            return ListOf(ty, [self.leaf(ty.args[0], scope) for _ in range(self.random.randint(0, 3))])
        except NoWay:
            return ListOf(ty, [])

    def variable(self, ty, scope, depth):
        names = self.some_names(ty, scope)
        if not scope.closed:
            names += [d.name for d in self.declarations if isinstance(d, Constant) and d.ty == ty]
        if not names:
            raise NoWay
        return Name(ty, self.random.choice(names))

    # By type

    def arithmetic(self, ty, scope, depth):
        op = self.random.choice("++--**/%")
        left = self.expr(ty, scope, depth)
        safe = scope.safe or self.chance(0.7)
        if op in "/%" and (ty == FLOAT or safe):
            divisors = [2.0, 4.0, -0.5] if ty == FLOAT else [2, 3, -3, 7]
            return Binary(ty, op, left, Lit(ty, self.random.choice(divisors)))
        return Binary(ty, op, left, self.expr(ty, scope, depth))

    def negated(self, ty, scope, depth):
        return Unary(ty, "-", self.expr(ty, scope, depth))

    def comparison(self, ty, scope, depth):
        op = self.random.choice(["==", "!=", "<", ">", "<=", ">="])
        interface = "Eq" if op in ("==", "!=") else "Ord"
        side = self.scalar() if scope.closed else self.type_with([interface], 2)
        return Binary(BOOL, op, self.expr(side, scope, depth), self.expr(side, scope, depth))

    def connective(self, ty, scope, depth):
        op = self.random.choice(["and", "or", "&&", "||"])
        return Binary(BOOL, op, self.expr(BOOL, scope, depth), self.expr(BOOL, scope, depth))

    def negation(self, ty, scope, depth):
        own = [d.type for d in self.declarations if isinstance(d, Impl) and d.interface == "Not"]
        operand = self.random.choice(own) if own and not scope.closed and self.chance(0.5) else BOOL
        return Unary(BOOL, self.random.choice(["not", "!"]), self.expr(operand, scope, depth))

    def visible(self, scope, interface="Display"):
        """A type of something that can be shown; more often one of a name in sight."""
        if scope.closed:
            return self.scalar()
        known = [ty for ty in scope.names.values() if self.has(ty, interface, scope.bounds)]
        return self.random.choice(known) if known and self.chance(0.6) else self.type_with([interface], 2)

    def text(self, ty, scope, depth):
        pieces = []
        for _ in range(self.random.randint(1, 3)):
            pieces.append(self.random.choice(TEXTS))
            pieces.append(self.flat(self.expr(self.visible(scope), scope, depth)))
        return Text([piece for piece in pieces if piece != ""])

    @staticmethod
    def flat(node):
        return node

    def joined(self, ty, scope, depth):
        op = self.random.choice(["<>", "<>", "++"]) if ty == STRING else "<>"
        return Binary(ty, op, self.expr(ty, scope, depth), self.expr(ty, scope, depth))

    def bits(self, ty, scope, depth):
        segments = []
        for _ in range(self.random.randint(1, 2)):
            if self.chance(0.3):
                kind, of = self.random.choice([("bytes", BYTES), ("utf8", STRING)])
                segments.append(Segment(self.expr(of, scope, depth), kind))
                continue
            segments += [self.int_segment(self.expr(INT, scope, depth - 1), size) for size in self.sizes()]
        return Bits(segments)

    def shown(self, ty, scope, depth):
        if self.chance(0.5):
            shown = self.expr(self.visible(scope, "Debug"), scope, depth)
            return Call(STRING, "inspect", [shown], self.style(isinstance(shown, Name)))
        of = self.visible(scope)
        if of == BYTES:
            # `Bytes.to_string` is the function of its module.
            raise NoWay
        return MethodCall(STRING, "Display", "to_string", [self.expr(of, scope, depth)])

    def list(self, ty, scope, depth):
        return ListOf(ty, [self.expr(ty.args[0], scope, depth) for _ in range(self.random.randint(0, 3))])

    def concat(self, ty, scope, depth):
        return Binary(ty, "++", self.expr(ty, scope, depth), self.expr(ty, scope, depth))

    def loop(self, ty, scope, depth):
        names, source, inner = self.source(scope, depth)
        filter_ = self.expr(BOOL, inner, depth - 1) if self.chance(0.3) else None
        body = self.block(ty.args[0], inner.inside(in_loop=True), depth, 1)
        return Loop(ty, names, source, filter_, body)

    def source(self, scope, depth):
        """What a loop goes through: names, expression, and the scope of its body."""
        pick = self.random.randrange(5)
        name = self.new("v")
        if pick == 0:
            first = self.random.randint(-2, 2)
            range_ = Binary(Ty("Range"), "..", Lit(INT, first), Lit(INT, first + self.random.randint(-1, 5)))
            return [name], range_, scope.having({name: INT})
        if pick == 1:
            key, item = self.key(), self.type(1)
            map_ = self.expr(Ty("Map", (key, item)), scope, depth)
            if self.chance(0.3):
                return [name], map_, scope.having({name: key})
            other = self.new("v")
            return [name, other], map_, scope.having({name: key, other: item})
        if pick == 2:
            key = self.key()
            return [name], self.expr(Ty("Set", (key,)), scope, depth), scope.having({name: key})
        if pick == 3:
            pair = tuple_of(self.type(1), self.type(1))
            other = self.new("v")
            names = [PTuple([PName(name), PName(other)])]
            return names, self.expr(list_of(pair), scope, depth), scope.having(dict(zip((name, other), pair.args)))
        item = self.type(1)
        return [name], self.expr(list_of(item), scope, depth), scope.having({name: item})

    def map(self, ty, scope, depth):
        key, value = ty.args
        pair = lambda: (self.expr(key, scope, depth), self.expr(value, scope, depth))
        pairs = [pair() for _ in range(self.random.randint(0, 3))]
        return MapOf(ty, pairs)

    def tuple(self, ty, scope, depth):
        return TupleOf(ty, [self.expr(t, scope, depth) for t in ty.args])

    def range(self, ty, scope, depth):
        return Binary(ty, "..", Lit(INT, self.random.randint(-3, 3)), Lit(INT, self.random.randint(-3, 6)))

    def closure(self, ty, scope, depth):
        if self.chance(0.2):
            return self.named_function(ty, scope)
        plain = scope.inside(pure=True, result=ty.args[-1], in_loop=False)
        params, form = ty.args[:-1], self.random.randrange(3)
        if params and self.chance(0.25):
            clauses = self.clauses(
                params,
                ty.args[-1],
                plain,
                depth,
                self.random.randint(1, 2),
                blocks=False,
                or_patterns=True,
            )
            if any(needs_types(clause) for clause in clauses):
                raise NoWay
            return Closure(ty, clauses, form)
        names = [self.new("v") for _ in params]
        inner = plain.having(dict(zip(names, params)))
        body = self.block(ty.args[-1], inner, depth, self.random.choice([0, 0, 1]))
        return Closure(ty, [Clause([PName(n) for n in names], None, body)], 2 if needs_types(body) else form)

    def named_function(self, ty, scope):
        if scope.closed:
            raise NoWay
        fits = [f.name for f in self.functions if self.is_callable(f, scope.inside(pure=True)) and not f.generics
                and (*[t for _, t in f.params], f.result) == ty.args and not self.takes_fuel(f)]
        fits += [name for name, entry in LIBRARY.items() if (*entry[0], entry[1]) == ty.args
                 and not (entry[3] and scope.safe)]
        fits += [m.name for d in self.declarations if isinstance(d, Interface) for m in d.methods
                 if not m.is_static and (*[t for _, t in m.params], m.result) == ty.args[1:]
                 and ty.args[:-1] and d.name in self.interfaces_of(ty.args[0], scope.bounds)]
        if not fits:
            raise NoWay
        return Name(ty, self.random.choice(fits))

    def record(self, ty, scope, depth):
        made = [(name, self.expr(t, scope, depth)) for name, t in self.fields(ty)]
        self.random.shuffle(made)
        return Record(ty, made)

    def update(self, ty, scope, depth):
        places = list(self.places(ty))
        changed = self.random.sample(places, self.random.randint(1, min(2, len(places))))
        return Update(ty, self.expr(ty, scope, depth), [(name, self.expr(t, scope, depth)) for name, t in changed])

    def places(self, ty):
        """Fields of a struct, or in their place those of what they hold: paths and types."""
        for name, t in self.fields(ty):
            if self.is_struct(t) and self.chance(0.7):
                yield from ((f"{name}.{inner}", of) for inner, of in self.places(t))
            else:
                yield name, t

    def operator(self, ty, scope, depth):
        """`+` and its like by a written impl."""
        ops = [op for op, name in (("+", "Add"), ("-", "Sub"), ("*", "Mul"), ("/", "Div"), ("%", "Mod"))
               if self.impl(name, ty.name)]
        if scope.closed or not ops:
            raise NoWay
        return Binary(ty, self.random.choice(ops), self.expr(ty, scope, depth), self.expr(ty, scope, depth))

    def variant(self, ty, scope, depth):
        name, types = self.random.choice(self.variants(ty))
        qualified = ty.name not in ("Option", "Result", "Ordering") and self.chance(0.3)
        return Variant(ty, name, [self.expr(t, scope, depth) for t in types], qualified)

    def guarded(self, ty, scope, depth):
        if ty.args[1] != STRING:
            raise NoWay
        inner = scope.inside(result=ty.args[0], in_loop=False, safe=False, pure=True)
        return Guarded(ty, self.block(ty.args[0], inner, depth, self.random.choice([0, 1])))

    def job(self, ty, scope, depth):
        if ty.args[1] != STRING or scope.closed or self.chance(0.7):
            raise NoWay
        return Job(ty, self.closure(Ty("Fun", (ty.args[0],)), scope.inside(safe=False), depth))

    # For every type

    def conditional(self, ty, scope, depth):
        condition = self.expr(BOOL, scope, depth)
        then = self.block(ty, scope.inside(), depth, self.random.choice([0, 0, 1]))
        if self.chance(0.2):
            return If(ty, condition, then, self.conditional(ty, scope.inside(), depth - 1))
        return If(ty, condition, then, self.block(ty, scope.inside(), depth, self.random.choice([0, 0, 1])))

    def choice(self, ty, scope, depth):
        names = list(scope.names.values())
        of = self.random.choice(names) if names and self.chance(0.6) else self.type(2)
        if of.is_param() or of.name in ("Pid", "Fun"):
            raise NoWay
        value = self.expr(of, scope, depth - 1)
        if self.is_sum(of) and self.chance(0.4):
            arms = []
            for name, types in self.variants(of):
                bound = [self.new("v") for _ in types]
                inner = scope.having(dict(zip(bound, types)))
                arms.append(Clause([PCtor(name, [PName(n) for n in bound])], None, self.block(ty, inner, depth, 0)))
            return Choice(ty, value, arms, "case")
        clauses = self.clauses([of], ty, scope, depth, self.random.randint(1, 3), or_patterns=True)
        return Choice(ty, value, clauses, self.random.choice(["case", "case", "match"]))

    def clauses(self, types, ty, scope, depth, count, blocks=True, or_patterns=False, total=True):
        """Clauses with patterns, the last of which fits everything when `total`."""
        made = []
        for at in range(count + total):
            last = total and at == count
            patterns, bound = [], {}
            for t in types:
                p = PName(self.new("v")) if last else self.pattern(t, bound, 2, or_patterns)
                if isinstance(p, PName):
                    bound[p.name] = t
                patterns.append(p)
            inner = scope.having(bound)
            open_ = not any(self.refutable(p) for p in patterns)
            guard = None
            if not last and (open_ or self.chance(0.25)):
                guard = self.expr(BOOL, inner.inside(pure=True, result=None, in_loop=False), min(depth, 1))
            body = self.block(ty, inner, depth, self.random.choice([0, 0, 1]) if blocks else 0)
            made.append(Clause(patterns, guard, body if blocks else self.unblocked(body)))
        return made

    @staticmethod
    def unblocked(body):
        return body.value if isinstance(body, Block) and not body.statements else body

    def field(self, ty, scope, depth):
        fits = [(name, t, f) for name, t in scope.names.items() if self.is_struct(t)
                for f, of in self.fields(t) if of == ty]
        if not fits:
            raise NoWay
        name, of, f = self.random.choice(fits)
        return Field(ty, Name(of, name), f)
