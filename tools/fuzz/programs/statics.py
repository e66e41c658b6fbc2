"""Random methods without a receiver, and calls of them."""

from nodes import Block, Clause, Function, Interface, Let, Method, PName
from patterns import Patterns
from scope import NoWay
from static_nodes import StaticCall
from types_of import Ty

SELF = Ty("Self")


class Statics(Patterns):
    """Needs `expr` and `part` of what makes expressions and functions."""

    def static_methods(self, number, inputs):
        """Methods for an interface, the second of which is a default that calls the first."""
        first = Method(self.new(f"s{number}_"), inputs, SELF, is_static=True)
        if self.chance(0.6):
            return [first]
        second = Method(self.new(f"s{number}_"), [], SELF, is_static=True)
        items = [self.constant(t, None) for _, t in inputs]
        second.default = StaticCall(SELF, SELF, None, first.name, items, "bare")
        return [first, second]

    def static_of(self, m, interface, ty, scope, bounds):
        """A function of an impl: what a static method makes."""
        inner, statements = scope.having(dict(m.params)).inside(bounds=bounds), []
        if interface in bounds.get("T", ()):
            made = self.static_call(Ty("T"), interface, m, inner, "type")
            name = self.new("v")
            statements, inner = [Let(PName(name), made.ty, made)], inner.having({name: made.ty})
        body = self.part(lambda: self.expr(ty, inner, 3))
        body = Block(ty, statements, body) if statements else body
        clause = Clause([PName(name) for name, _ in m.params], None, body)
        return Function(m.name, (), {}, list(m.params), ty, [clause], self.chance(0.5))

    def static_call(self, of, interface, m, scope, style):
        return StaticCall(
            of, of, interface, m.name, [self.leaf(t, scope) for _, t in m.params], style
        )

    def makers(self, ty, scope):
        """Pairs of interface and static method that make a value of a type."""
        known = [
            d
            for d in self.declarations
            if isinstance(d, Interface) and d.name in self.interfaces_of(ty, scope.bounds)
        ]
        return [(d.name, m) for d in known for m in d.methods if m.is_static]

    def static(self, ty, scope, depth):
        """A call by the type: a name, whose arguments need not be found. What is closed may be an
        impl of it."""
        makers = (
            self.makers(ty, scope) if not ty.args and (ty.is_param() or not scope.closed) else []
        )
        if not makers:
            raise NoWay
        interface, m = self.random.choice(makers)
        return self.static_call(ty, interface, m, scope, "type")

    def expected(self, scope):
        """Statements with values that the place says the type of."""
        made = []
        for written in [d for d in self.declarations if isinstance(d, Interface)]:
            ty = self.implementing((written.name,))
            makers = self.makers(ty, scope)
            if not makers:
                continue
            interface, m = self.random.choice(makers)
            name = self.new("v")
            call = self.static_call(
                ty, interface, m, scope, self.random.choice(["type", "bare", "named"])
            )
            made.append(Let(PName(name), ty, call, True))
            scope.names[name] = ty
            made += self.show(name, ty)
        return made
