"""Random calls: of the library, of functions and methods of the case, and of functions that are values."""

from library import LIBRARY, PURE_CALLBACKS, SPLIT
from nodes import (Binary, Call, Choice, Clause, Closure, Field, Impl, Interface, Lit, MethodCall, Name, PAny, PCons,
                   PCtor, PName, PTuple, Record, Text, Try)
from scope import NoWay
from statics import Statics
from types_of import INT, STRING, list_of, match_type, option, result


class Calls(Statics):
    def attempt(self, ty, scope, depth):
        """`?`, where the function's result allows it."""
        if scope.result is None or scope.result.name not in ("Option", "Result"):
            raise NoWay
        of = option(ty) if scope.result.name == "Option" else result(ty, scope.result.args[1])
        return Try(ty, self.expr(of, scope, depth))

    def applied(self, ty, scope, depth):
        """A call of a function that has a name."""
        fits = [(name, t) for name, t in scope.names.items() if t.name == "Fun" and t.args[-1] == ty]
        if scope.safe or not fits:
            raise NoWay
        name, t = self.random.choice(fits)
        return Call(ty, Name(t, name), [self.expr(a, scope, depth) for a in t.args[:-1]])

    def taken_out(self, ty, scope, depth):
        """A call of a function that waits in data: in a field, a list, a map, a tuple or a variant."""
        fits = [(name, t) for name, t in scope.names.items() if not t.is_param() and t.name != "Fun"
                and any(part.name == "Fun" and part.args[-1] == ty for part in self.parts(t))]
        if scope.safe or not fits:
            raise NoWay
        name, of = self.random.choice(fits)
        data, found = Name(of, name), self.new("v")
        held = next(part for part in self.parts(of) if part.name == "Fun" and part.args[-1] == ty)
        items = [self.expr(a, scope, depth) for a in held.args[:-1]]
        call, otherwise = Call(ty, Name(held, found), items), self.expr(ty, scope, depth - 1)
        if self.is_struct(of):
            field = next(f for f, t in self.fields(of) if t == held)
            return Call(ty, Field(held, data, field), items)
        if of.name == "List":
            return Choice(ty, data, [Clause([PCons(PName(found), PAny())], None, call), Clause([PAny()], None, otherwise)])
        if of.name == "Tuple":
            at = of.args.index(held)
            return Choice(ty, data, [Clause([PTuple([PName(found) if i == at else PAny() for i in range(len(of.args))])],
                                            None, call)])
        if of.name == "Map":
            functions = Call(list_of(held), "Map.values", [data])
            body = Clause([PCons(PName(found), PAny())], None, call)
            return Choice(ty, functions, [body, Clause([PAny()], None, otherwise)])
        if not self.is_sum(of):
            raise NoWay
        arms = []
        for variant, types in self.variants(of):
            at = types.index(held) if held in types else None
            bound = [PName(found) if i == at else PAny() for i in range(len(types))]
            arms.append(Clause([PCtor(variant, bound)], None, otherwise if at is None else call))
        return Choice(ty, data, arms)

    def style(self, is_method):
        pick = self.random.random()
        return "pipe" if pick < 0.2 else "method" if pick < 0.4 and is_method else "plain"

    def library(self, ty, scope, depth):
        fits = []
        for name, entry in {**LIBRARY, **SPLIT}.items():
            arguments = match_type(entry[1], ty, {}) if not (entry[3] and scope.safe) else None
            if arguments is not None:
                fits.append((name, entry, arguments))
        if not fits or scope.closed:
            raise NoWay
        # What gives a value of any type fits everywhere, and is not to be most of what there is.
        apt = [fit for fit in fits if not fit[1][1].is_param()]
        if apt and self.chance(0.8):
            fits = apt
        name, (params, _, asked, panics, _), arguments = self.random.choice(fits)
        if panics and self.chance(0.6):
            raise NoWay
        for param in sorted({part.name for p in params for part in self.all_parts(p) if part.is_param()}):
            arguments.setdefault(param, self.type_with(asked.get(param, ()), 1))
            if not all(self.has(arguments[param], word, scope.bounds) for word in asked.get(param, ())):
                raise NoWay
        inner = scope.inside(pure=True) if name in PURE_CALLBACKS else scope
        types = [p.bound(arguments) for p in params]
        items = [self.expr(t, inner, depth) for t in types]
        if name in SPLIT:
            items[1] = Lit(STRING, self.random.choice(["a", ",", " ", "x y", "é"]))
        if name == "String.repeat":
            items[1] = Lit(INT, self.random.randint(-1, 4))
        if name == "List.sort":
            items[1] = self.ordering_function(types[1])
        module = name.split(".")[0]
        is_method = types[0].name == module and isinstance(items[0], (Name, Text))
        is_indexed = name in ("List.get", "Map.get") and self.chance(0.5)
        return Call(ty, name, items, "index" if is_indexed else self.style(is_method))

    def ordering_function(self, ty):
        """A function that orders by a number that it finds for each item."""
        a, b = self.new("v"), self.new("v")
        of = ty.args[0]
        if of == INT:
            number = lambda name: Binary(INT, "%", Name(of, name), Lit(INT, 5))
        elif of == STRING:
            number = lambda name: Call(INT, "String.length", [Name(of, name)])
        else:
            number = lambda name: Lit(INT, 0)
        inside = Binary(INT, "-", number(a), number(b))
        return Closure(ty, [Clause([PName(a), PName(b)], None, inside)], 0)

    def all_parts(self, ty):
        yield ty
        for arg in ty.args:
            yield from self.all_parts(arg)

    def is_callable(self, f, scope):
        return not (f.prints and scope.pure) and not (f.panics and scope.safe)

    @staticmethod
    def takes_fuel(f):
        return f.params and f.params[0][0] == "fuel"

    def function(self, ty, scope, depth):
        fits = []
        for f in self.functions + scope.calls:
            arguments = match_type(f.result, ty, {}) if self.is_callable(f, scope) else None
            if arguments is not None:
                fits.append((f, arguments))
        if scope.closed or not fits:
            raise NoWay
        f, arguments = self.random.choice(fits)
        for generic in f.generics:
            wanted = f.bounds.get(generic, ())
            if generic not in arguments:
                arguments[generic] = self.implementing(wanted)
            if not all(self.meets(arguments[generic], word, scope.bounds) for word in wanted):
                raise NoWay
        types = [t.bound(arguments) for _, t in f.params]
        items = [self.expr(t, scope, depth) for t in types]
        if self.takes_fuel(f):
            items[0] = Lit(INT, self.random.randint(0, 5))
        is_method = bool(types) and self.declared(types[0].name) is not None and isinstance(items[0], (Name, Record))
        # Methods stand where the type does.
        is_method &= not self.common or f.name in self.common
        return Call(ty, f.name, items, self.style(is_method), arguments)

    def implementing(self, wanted):
        """A type that a type parameter with these bounds may stand for."""
        own = [d for d in self.declarations if isinstance(d, Impl) and d.interface in wanted]
        if not any(word.startswith("I") for word in wanted):
            return self.type_with(wanted, 1, self.meets)
        if not own:
            return self.scalar()
        plain = [d.type for d in own if not d.bounds]
        written = self.random.choice(own)
        arguments = {}
        for name, words in written.bounds.items():
            inner = [ty for ty in [*plain, self.type_with((), 1)] if all(self.meets(ty, word) for word in words)]
            if not inner:
                return self.random.choice(plain)
            arguments[name] = self.random.choice(inner)
        return written.type.bound(arguments)

    def own_method(self, ty, scope, depth):
        """A method of an interface of the case."""
        fits = []
        for interface in [d for d in self.declarations if isinstance(d, Interface)]:
            for m in interface.methods:
                if m.result == ty and not m.is_static:
                    fits.append((interface, m))
        if scope.closed or not fits:
            raise NoWay
        interface, m = self.random.choice(fits)
        types = [t for t in scope.names.values() if interface.name in self.interfaces_of(t, scope.bounds)]
        of = self.random.choice(types) if types else self.implementing((interface.name,))
        if interface.name not in self.interfaces_of(of, scope.bounds):
            raise NoWay
        names = self.some_names(of, scope)
        if of.args and not names:
            # `None.method()` does not say which type it is.
            raise NoWay
        receiver = Name(of, self.random.choice(names)) if of.args else self.expr(of, scope, depth)
        items = [receiver] + [self.expr(t, scope, depth) for _, t in m.params]
        style = self.random.choice(["method", "method", "plain", "pipe", "named"])
        return MethodCall(ty, interface.name, m.name, items, style)
