"""Random patterns for values of any type."""

from kinds import Kinds
from nodes import PAny, PAs, PCons, PCtor, PList, PLit, PName, POr, PTuple


class Patterns(Kinds):
    def refutable(self, p):
        match p:
            case PLit() | PList() | PCons() | PCtor():
                return True
            case PTuple(items):
                return any(map(self.refutable, items))
            case POr(left, right):
                return self.refutable(left) and self.refutable(right)
            case PAs(inner, _):
                return self.refutable(inner)
        return False

    def pattern(self, ty, bound, depth, or_patterns=True):
        """A pattern; `bound` gets the names in it with their types."""
        if self.chance(0.12) and depth > 1:
            inner = self.pattern(ty, bound, depth - 1, False)
            if self.refutable(inner) and not isinstance(inner, PAs):
                bound[name := self.new("v")] = ty
                return PAs(inner, name)
            return inner
        if depth <= 0 or self.chance(0.2):
            return self.open_pattern(ty, bound)
        if or_patterns and self.chance(0.15):
            left, right = self.pattern(ty, {}, 1, False), self.pattern(ty, {}, 1, False)
            return POr(self.nameless(left), self.nameless(right))
        sub = lambda t: self.pattern(t, bound, depth - 1, or_patterns)
        if ty.name in ("Int", "Float", "String", "Bool", "Unit"):
            value = self.constant(ty, None).value
            return PLit(ty, value if value != -(2**63) else 1)
        if ty.name == "Tuple":
            return PTuple([sub(t) for t in ty.args])
        if ty.name == "List" and self.chance(0.5):
            return PCons(sub(ty.args[0]), self.open_pattern(ty, bound) if self.chance(0.7) else sub(ty))
        if ty.name == "List":
            return PList([sub(ty.args[0]) for _ in range(self.random.randint(0, 2))])
        if ty.name == "Ordering" or self.is_sum(ty):
            name, types = self.random.choice(self.variants(ty))
            owner = ty.name if self.declared(ty.name) and self.chance(0.3) else None
            return PCtor(name, [sub(t) for t in types], owner)
        return self.open_pattern(ty, bound)

    def open_pattern(self, ty, bound):
        if self.chance(0.25):
            return PAny()
        bound[name := self.new("v")] = ty
        return PName(name)

    def nameless(self, p):
        match p:
            case PName():
                return PAny()
            case PAs(inner, _):
                return self.nameless(inner)
            case PTuple(items):
                return PTuple([self.nameless(q) for q in items])
            case PList(items):
                return PList([self.nameless(q) for q in items])
            case PCtor(name, items, owner):
                return PCtor(name, [self.nameless(q) for q in items], owner)
            case PCons(head, tail):
                return PCons(self.nameless(head), self.nameless(tail))
            case POr(left, right):
                return POr(self.nameless(left), self.nameless(right))
        return p
