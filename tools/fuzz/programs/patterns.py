"""Random patterns for values of any type."""

from dataclasses import replace

from kinds import Kinds
from nodes import PAny, PAs, PBits, PCons, PCtor, PList, PLit, PName, POr, PTuple, Segment
from types_of import BYTES, INT, STRING
from walks import rebuilt, walk


class Patterns(Kinds):
    def refutable(self, p):
        match p:
            case PLit() | PList() | PCons() | PCtor() | PBits():
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
        if or_patterns and self.chance(0.2):
            return self.either(ty, bound)
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
        if ty.name == "Bytes":
            return self.bits_pattern(bound)
        return self.open_pattern(ty, bound)

    def either(self, ty, bound):
        """An or-pattern. Its sides bind names of the same types where they can."""
        names, others = {}, {}
        left, right = self.pattern(ty, names, 2, False), self.pattern(ty, others, 2, False)
        if any(isinstance(node, PBits) for side in (left, right) for node in walk(side)):
            return POr(self.nameless(left), self.nameless(right))
        kept, as_left = {}, {}
        for other, t in others.items():
            same = next((name for name, of in names.items() if of == t and name not in kept), None)
            if same is not None:
                kept[same], as_left[other] = t, same
        bound.update(kept)
        return POr(self.renamed(left, {name: name for name in kept}), self.renamed(right, as_left))

    @staticmethod
    def renamed(p, names):
        """The pattern with other names; without those that get none."""

        def change(node):
            if isinstance(node, PName):
                return PName(names[node.name]) if node.name in names else PAny()
            if isinstance(node, PAs) and node.name not in names:
                return Patterns.renamed(node.inner, names)
            if isinstance(node, PAs):
                return PAs(Patterns.renamed(node.inner, names), names[node.name])
            return None

        return rebuilt(p, change)

    def sizes(self):
        """Sizes in bits of Ints that together are whole bytes."""
        return self.random.choice([[8], [8], [16], [24], [32], [64], [3, 5], [4, 4], [1, 7], [2, 6, 8], [12, 4], [1, 15],
                                   [5, 10, 1], [40], [7, 57]])

    def int_segment(self, value, size):
        return Segment(value, "int", size, size % 8 == 0 and self.chance(0.25))

    def bits_pattern(self, bound):
        segments, last = [], None
        for _ in range(self.random.randint(0, 2)):
            for size in self.sizes():
                literal = PLit(INT, self.random.randrange(min(2**size, 4)))
                value = literal if self.chance(0.2) else self.open_pattern(INT, bound)
                segments.append(self.int_segment(value, size))
                last = value.name if isinstance(value, PName) and size < 16 else last
        if last is not None and self.chance(0.5):
            kind, ty = self.random.choice([("bytes", BYTES), ("utf8", STRING)])
            segments.append(Segment(self.open_pattern(ty, bound), kind, last))
        if self.chance(0.7):
            kind, ty = self.random.choice([("bytes", BYTES), ("bytes", BYTES), ("utf8", STRING)])
            segments.append(Segment(self.open_pattern(ty, bound), kind))
        return PBits(segments)

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
            case PBits(segments) if any(s.size is not None and s.kind != "int" for s in segments):
                return PAny()
            case PBits(segments):
                return PBits([replace(s, value=self.nameless(s.value)) for s in segments])
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
