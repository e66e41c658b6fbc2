"""Random cases: declarations, functions, actors, and the statements that use them. The same for the
same seed. Cases come in families, which share declarations and functions: what those become in C is
most of what a case costs."""

import random
from functools import lru_cache

from chains import Chains
from containers import Containers
from evaluate import Evaluator, TooLong
from forms import Forms
from functions import FUNCTION_BUDGET
from jsons import Jsons
from nodes import Call, Case, Guarded, Impl, Let, Lit, PName, Struct, Sum
from recursion import Recursion
from restarts import Restarts
from rings import Rings
from scope import NoWay, Scope
from types_of import INT, STRING, Ty, list_of, tuple_of
from values import Unspecified
from watching import Watching

TRAITS = ["Eq", "Ord", "Display", "Debug", "Hash", "Json"]
# What a case may print, in lines and characters.
LINES, CHARACTERS = 300, 20_000
# Methods that make the statements of one concern; the second ones add to what a case receives.
ALONE = (
    "served",
    "jobs",
    "expected",
    "changed",
    "jsoned",
    "turned",
    "grouped",
    "grouped",
    "chained",
    "general",
    "localised",
    "followed",
)
HEARING = ("asked", "mail", "watched", "supervised", "restarted")
# Cases in one module, and how many are tried for them.
FAMILY, MEMBERS_TRIED = 10, 60


class Generator(Chains, Containers, Forms, Jsons, Recursion, Restarts, Rings, Watching):
    def __init__(self, seed, number):
        super().__init__(random.Random(f"{seed}/{number}"))
        self.number = number

    def shared(self):
        """What the cases of a family have in common."""
        self.declare()
        if self.chance(0.35):
            self.add_containers()
        self.pool, self.keys = [], []
        self.add_constants()
        for _ in range(self.random.randint(2, 4)):
            self.add_function()
        if self.chance(0.4):
            named = [d for d in self.declarations if not isinstance(d, Impl)]
            self.common = frozenset(d.name for d in named + self.functions + self.helpers)

    def member(self, number):
        """A case that uses what is shared and, now and then, a function that those after it have, too."""
        shared, self.actors = list(self.declarations), []
        self.heard = self.new("Heard")
        try:
            if self.chance(0.4):
                self.add_function()
            body = self.main()
            functions = self.functions + self.helpers
            return Case(number, list(self.declarations), functions, self.actors, body, self.common)
        finally:
            self.declarations = shared

    # Declarations

    def declare(self):
        for _ in range(self.random.randint(0, 1)):
            params = ("T",) if self.chance(0.3) else ()
            # A field is looked for in the structs of all modules: no two have fields of one name.
            fields = [(self.new(f"a{self.number}_"), self.type(1, params)) for _ in range(self.random.randint(1, 4))]
            self.declarations.append(self.deriving(Struct(self.new("S"), params, fields, None)))
        inner = [Ty(d.name, tuple(self.scalar() for _ in d.params)) for d in self.declarations]
        if inner and self.chance(0.5):
            # For updates of what a field holds.
            fields = [(self.new(f"a{self.number}_"), t) for t in (self.type(1), inner[0])]
            self.declarations.append(self.deriving(Struct(self.new("S"), (), fields, None)))
        is_tied = self.chance(0.3)
        for _ in range(2 if is_tied else self.random.choice([0, 1, 1, 2])):
            # What is derived asks the same of the parts, which are not all there yet.
            self.declarations.append(self.sum() if is_tied else self.deriving(self.sum()))
        if is_tied:
            self.tie()
        for declared in list(self.declarations):
            if declared.deriving is None and self.chance(0.4):
                self.implement_built_in(declared)
        if self.chance(0.5):
            self.interface()

    def tie(self):
        """Makes two sum types hold one another."""
        plain = [d for d in self.declarations if isinstance(d, Sum) and not d.params]
        for one, other in zip(plain, plain[::-1]):
            held = Ty(other.name)
            types = [self.random.choice([held, list_of(held), tuple_of(held, INT)])]
            one.variants.append((self.new(f"{one.name}C"), types))

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

    def main(self):
        scope, body, heard = Scope(safe=self.chance(0.85)), [], []
        for f in self.random.sample(self.functions, min(len(self.functions), 2)):
            body += self.use(f, scope)
        for _ in range(self.random.randint(1, 2)):
            self.budget = FUNCTION_BUDGET
            body += self.statement(scope, 4)
        scenes = [(getattr(self, name), (scope,)) for name in ALONE]
        if self.container is not None:
            scenes.append((self.contained, (scope,)))
        scenes += [(getattr(self, name), (scope, heard)) for name in HEARING]
        for scene, given in self.random.sample(scenes, self.random.choice([1, 1, 2, 2, 3])):
            body += scene(*given)
        if heard:
            self.declarations.append(Sum(self.heard, (), heard, None))
        return body

    def changed(self, scope):
        """Statements that update what a field holds."""
        structs = [d for d in self.declarations if isinstance(d, Struct) and not d.params]
        holding = [d for d in structs if any(self.is_struct(t) for _, t in d.fields)]
        if not holding:
            return []
        self.budget = FUNCTION_BUDGET
        ty, name = Ty(self.random.choice(holding).name), self.new("v")
        update = self.update(ty, scope, 2)
        scope.names[name] = ty
        return [Let(PName(name), ty, update), *self.show(name, ty)]

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
        call = Call(ty, f.name, items, "plain", arguments)
        if f.panics and self.chance(0.9):
            ty, call = Ty("Result", (ty, STRING)), self.guard(call)
        name = self.new("v")
        scope.names[name] = ty
        made = [Let(PName(name), ty, call, bool(ty.args) or self.chance(0.3))]
        return made + self.show(name, ty)

    @staticmethod
    def guard(call):
        return Guarded(Ty("Result", (call.ty, STRING)), call)


def decided(case):
    """The lines and the end of a case that the reference decides and that does not take long; `None` for
    others."""
    try:
        lines, end = Evaluator(case).run()
    except (NoWay, TooLong, Unspecified, RecursionError, MemoryError):
        return None
    return (lines, end) if len(lines) <= LINES and sum(map(len, lines)) < CHARACTERS else None


@lru_cache(maxsize=16)
def family(seed, first):
    """The cases `first`, `first + 1`, … of one module, each with its lines and its end."""
    for attempt in range(100):
        generator = Generator(f"{seed}/{attempt}", first)
        found = []
        try:
            generator.shared()
        except (NoWay, RecursionError):
            continue
        for _ in range(MEMBERS_TRIED):
            try:
                case = generator.member(first + len(found))
            except (NoWay, RecursionError):
                continue
            outcome = decided(case)
            if outcome is not None:
                found.append((case, *outcome))
            if len(found) == FAMILY:
                return found
    raise RuntimeError(f"no cases from {first} on of seed {seed}")


def made(seed, number):
    """A case, its lines and its end."""
    return family(seed, number - number % FAMILY)[number % FAMILY]
