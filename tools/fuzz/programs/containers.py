"""Interfaces with type parameters, types that implement them, and functions that ask for them."""

from nodes import (
    Binary,
    Call,
    Clause,
    Closure,
    Field,
    Function,
    Impl,
    Interface,
    Let,
    ListOf,
    Lit,
    Method,
    MethodCall,
    Name,
    PName,
    Record,
    Struct,
    Update,
)
from scope import NoWay, Scope
from static_nodes import StaticCall
from types_of import INT, STRING, Ty, fun, list_of

SELF, ITEM, HELD = Ty("Self"), Ty("E"), Ty("K")


class Containers:
    """Needs what makes expressions, `implementing` and `show`."""

    # The interface of the family; the types that have it, with the type of their items; functions.
    container, holders, asking = None, (), ()

    def add_containers(self):
        """An interface `C<E>` with a maker, a reader and a changer; types with it; functions."""
        name = self.new(f"C{self.number}_")
        empty, items, more = (self.new(f"c{self.number}_") for _ in range(3))
        methods = [
            Method(empty, [], SELF, is_static=True),
            Method(items, [], list_of(ITEM)),
            Method(more, [("item", ITEM)], SELF),
        ]
        self.container = Interface(name, methods, ("E",))
        self.declarations.append(self.container)
        self.holders = [self.holder_of_any(), self.holder_of(self.scalar())]
        if self.chance(0.5):
            self.holders.append(self.list_as_holder())
        self.asking = self.askers()
        self.helpers += self.asking

    def implement(self, ty, item, made):
        """The impl for a type, from three bodies: of the maker, the reader and the changer."""
        (empty, items, more), functions = self.container.methods, []
        names = {empty.name: [], items.name: ["self"], more.name: ["self", "item"]}
        types = {"self": ty, "item": item}
        for m, body in zip((empty, items, more), made):
            params = [(name, types[name]) for name in names[m.name]]
            result = list_of(item) if m is items else ty
            clause = Clause([PName(name) for name, _ in params], None, body)
            functions.append(Function(m.name, (), {}, params, result, [clause], self.chance(0.4)))
        self.declarations.append(Impl(self.container.name, ty, functions, {}, (item,)))
        return ty, item

    def holder_of_any(self):
        """A struct with a type parameter, which is that of its items."""
        item, held, count = Ty("T"), self.new(f"a{self.number}_"), self.new(f"a{self.number}_")
        name = self.new("B")
        self.declarations.append(Struct(name, ("T",), [(held, list_of(item)), (count, INT)], None))
        ty = Ty(name, (item,))
        me, one = Name(ty, "self"), Name(item, "item")
        mine, number = Field(list_of(item), me, held), Field(INT, me, count)
        grown = self.random.choice(
            [
                Call(list_of(item), "List.append", [mine, one]),
                Binary(list_of(item), "++", ListOf(list_of(item), [one]), mine),
            ]
        )
        changed = [(held, grown), (count, Binary(INT, "+", number, Lit(INT, 1)))]
        more = Update(ty, me, changed) if self.chance(0.5) else Record(ty, changed)
        read = self.random.choice(
            [
                mine,
                Call(list_of(item), "List.take", [mine, number]),
                Call(list_of(item), "List.reverse", [mine]),
            ]
        )
        first = [(held, ListOf(list_of(item), [])), (count, Lit(INT, 0))]
        return self.implement(ty, item, [Record(ty, first), read, more])

    def holder_of(self, item):
        """A struct whose items are of one type; what its methods do is random."""
        field, name = self.new(f"a{self.number}_"), self.new("B")
        fields = [(field, list_of(item)), (self.new(f"a{self.number}_"), self.type(1))]
        self.declarations.append(Struct(name, (), fields, None))
        ty, scope = Ty(name), Scope(pure=True, safe=True, closed=True)
        inside = scope.having({"self": ty})
        made = [
            self.part(lambda: self.expr(t, s, 3))
            for t, s in ((ty, scope), (list_of(item), inside), (ty, inside.having({"item": item})))
        ]
        return self.implement(ty, item, made)

    def list_as_holder(self):
        item = Ty("T")
        ty = list_of(item)
        more = Call(ty, "List.append", [Name(ty, "self"), Name(item, "item")])
        return self.implement(ty, item, [ListOf(ty, []), Name(ty, "self"), more])

    # Functions

    def askers(self):
        """Functions for any container, some with types and bounds and some without."""
        empty, items, more = (m.name for m in self.container.methods)
        c, name = self.container.name, lambda: self.new("f")
        held, item, all_ = Name(HELD, "c"), Name(ITEM, "e"), list_of(ITEM)
        read = lambda of: MethodCall(all_, c, items, [of], self.way())
        put = lambda of, e: MethodCall(HELD, c, more, [of, e], self.way())
        one = lambda params, result, body, bounds: Function(
            name(),
            tuple(dict.fromkeys(t.name for _, t in params if t.is_param())),
            bounds,
            params,
            result,
            [Clause([PName(n) for n, _ in params], None, body)],
            bool(bounds) and self.chance(0.7),
        )
        step = Clause([PName("made"), PName("e")], None, put(Name(HELD, "made"), item))
        again = Call(
            HELD,
            "List.reduce",
            [
                read(held),
                StaticCall(HELD, HELD, c, empty, []),
                Closure(fun(HELD, ITEM, HELD), [step]),
            ],
        )
        functions = [
            one([("c", HELD)], INT, Call(INT, "List.length", [read(held)]), {"K": (c,)}),
            one([("c", HELD), ("e", ITEM)], HELD, put(put(held, item), item), {"K": (f"{c}<E>",)}),
            one(
                [("e", ITEM), ("c", HELD)],
                all_,
                Binary(all_, "++", read(held), ListOf(all_, [item])),
                {"K": (f"{c}<E>",)},
            ),
        ]
        whole = one([("c", HELD)], HELD, again, {"K": (c,)})
        # The name of the type parameter is used in it.
        whole.is_typed = True
        return functions + [whole]

    def way(self):
        return self.random.choice(["method", "method", "plain", "pipe", "named"])

    # Statements

    def contained(self, scope):
        """Statements that fill containers and ask them."""
        made = []
        for ty, item in self.random.sample(list(self.holders), min(2, len(self.holders))):
            self.budget = 12
            try:
                made += self.filled(ty, item, scope)
            except NoWay:
                continue
        return made

    def filled(self, ty, item, scope):
        c, (empty, items, more) = self.container.name, (m.name for m in self.container.methods)
        inner = {
            "T": self.random.choice([INT, STRING, list_of(INT), self.type_with(["Display"], 1)])
        }
        ty, item = ty.bound(inner), item.bound(inner)
        name, other, made = self.new("v"), self.new("v"), []
        style = self.random.choice(["type", "bare", "named"])
        made.append(Let(PName(name), ty, StaticCall(ty, ty, c, empty, [], style), True))
        put = lambda of: MethodCall(ty, c, more, [of, self.expr(item, scope, 2)], self.way())
        made.append(Let(PName(other), ty, put(put(Name(ty, name)))))
        scope.names.update({name: ty, other: ty})
        read = self.new("v")
        made.append(
            Let(PName(read), list_of(item), MethodCall(list_of(item), c, items, [Name(ty, other)]))
        )
        scope.names[read] = list_of(item)
        made += self.show(read, list_of(item))
        for f in self.random.sample(self.asking, 2):
            types, found = {"K": ty, "E": item}, self.new("v")
            given = [
                Name(ty, other) if t == HELD else self.expr(item, scope, 1) for _, t in f.params
            ]
            result = f.result.bound(types)
            made.append(Let(PName(found), result, Call(result, f.name, given, "plain", types)))
            scope.names[found] = result
            made += self.show(found, result)
        return made
