"""Random functions that call each other millions of times, in tail position, and one that calls
itself deep inside of an expression. What they answer is known without walking: each step takes the
number so far times one constant, plus another."""

from dataclasses import dataclass

from nodes import (
    Binary,
    Block,
    Call,
    Choice,
    Clause,
    Do,
    Function,
    If,
    Let,
    ListOf,
    Lit,
    Name,
    PAny,
    PLit,
    PName,
    Return,
    Show,
    Text,
    Variant,
)
from types_of import BOOL, INT, STRING, Ty, list_of, option
from values import wrapped

N, SO_FAR = Name(INT, "n"), Name(INT, "so_far")
# How often functions call each other: with plain numbers alone, with something that is made anew at
# each step, and where each call waits for the next one.
TAILS, MAKING, WAITING = 3_000_000, 300_000, 100_000


@dataclass
class Ring:
    """Calls the first of some functions. `steps` are their pairs of factor and summand."""

    callee: str
    items: list
    count: int
    start: int
    steps: list
    ty: Ty = INT


def total(ring):
    """What a ring answers."""
    number, (factor, summand) = ring.start, (1, 0)
    for a, b in ring.steps:
        factor, summand = factor * a % 2**64, (summand * a + b) % 2**64
    rounds, rest = divmod(ring.count, len(ring.steps))
    while rounds:
        if rounds % 2:
            number = number * factor + summand
        factor, summand = factor * factor % 2**64, (summand * factor + summand) % 2**64
        rounds //= 2
    for a, b in ring.steps[:rest]:
        number = number * a + b
    return wrapped(number)


class Rings:
    """Needs `new`, `chance`, `random` and `helpers` of the generator."""

    def turned(self, scope):
        """Statements that call a ring."""
        ring = self.ring() if self.chance(0.75) else self.waiting()
        name = self.new("v")
        scope.names[name] = INT
        return [Let(PName(name), INT, ring), Show(Text([f"{name}: ", Name(INT, name)]))]

    def step(self):
        return self.random.choice([1, 3, -5, 2**33 + 1]), self.random.choice([0, 1, -7, 2**62])

    def ring(self):
        names = [self.new("ring") for _ in range(self.random.randint(1, 4))]
        steps = [self.step() for _ in names]
        more = self.random.choice([None, None, STRING, list_of(INT), option(STRING)])
        orders = []
        for _ in names:
            orders.append(
                [("n", INT), ("so_far", INT)] + ([] if more is None else [("more", more)])
            )
            self.random.shuffle(orders[-1])
        for at, (name, step) in enumerate(zip(names, steps)):
            to = (at + 1) % len(names)
            self.helpers.append(self.link(name, orders[at], step, (names[to], orders[to])))
        count = self.random.randint(1, TAILS if more is None else MAKING)
        start = self.random.randint(-5, 5)
        given = {
            "n": Lit(INT, count),
            "so_far": Lit(INT, start),
            "more": self.made(more, Lit(INT, 1)),
        }
        return Ring(names[0], [given[name] for name, _ in orders[0]], count, start, steps)

    def made(self, more, number):
        """Something that needs memory, from a number."""
        text = Text(["at ", Binary(INT, "%", number, Lit(INT, 10))])
        if more == list_of(INT):
            return ListOf(more, [number, Lit(INT, 0)])
        return Variant(more, "Some", [text]) if more == option(STRING) else text

    def link(self, name, params, step, following):
        """One function: its end, and the call of the next one."""
        again = self.call(step, dict(params).get("more"), following)
        is_zero = Binary(BOOL, "==", N, Lit(INT, 0))
        names = [PName(name) for name, _ in params]
        at_zero = [PLit(INT, 0) if p.name == "n" else p for p in names]
        end, rest = Clause([PLit(INT, 0)], None, SO_FAR), Clause([PAny()], None, again)
        form = self.random.randrange(6)
        if form == 0:
            clauses = [Clause(at_zero, None, SO_FAR), Clause(names, None, again)]
        elif form == 1:
            positive = Binary(BOOL, ">", N, Lit(INT, 0))
            clauses = [Clause(names, positive, again), Clause(names, None, SO_FAR)]
        elif form == 2:
            leave = Do(If(Ty("Unit"), is_zero, Block(Ty("Unit"), [], Return(SO_FAR)), None))
            before, call = (
                (again.statements, again.value) if isinstance(again, Block) else ([], again)
            )
            clauses = [Clause(names, None, Block(INT, [leave, *before], call))]
        elif form == 3:
            clauses = [Clause(names, None, Choice(INT, N, [end, rest]))]
        elif form == 4:
            even = Binary(BOOL, "==", Binary(INT, "%", N, Lit(INT, 2)), Lit(INT, 0))
            other = self.call(step, dict(params).get("more"), following)
            halves = If(INT, even, again, Choice(INT, SO_FAR, [Clause([PAny()], None, other)]))
            clauses = [Clause(names, None, If(INT, is_zero, SO_FAR, halves))]
        else:
            clauses = [Clause(names, None, If(INT, is_zero, SO_FAR, again))]
        return Function(name, (), {}, params, INT, clauses, self.chance(0.5))

    def call(self, step, more, following):
        name, params = following
        value = Binary(INT, "+", Binary(INT, "*", SO_FAR, Lit(INT, step[0])), Lit(INT, step[1]))
        kept = Name(more, "more") if more is not None and self.chance(0.5) else self.made(more, N)
        given, statements = {
            "n": Binary(INT, "-", N, Lit(INT, 1)),
            "so_far": value,
            "more": kept,
        }, []
        for part in [part for part, _ in params if self.chance(0.3)]:
            local = self.new("v")
            statements.append(Let(PName(local), given[part].ty, given[part]))
            given[part] = Name(given[part].ty, local)
        items = [given[part] for part, _ in params]
        style = "pipe" if self.chance(0.3) else "plain"
        call = Call(INT, name, items, style)
        return Block(INT, statements, call) if statements else call

    def waiting(self):
        name, step, start = self.new("deep"), self.step(), self.random.randint(-5, 5)
        inner = Call(INT, name, [Binary(INT, "-", N, Lit(INT, 1))])
        again = Binary(INT, "+", Binary(INT, "*", inner, Lit(INT, step[0])), Lit(INT, step[1]))
        whole = If(INT, Binary(BOOL, "==", N, Lit(INT, 0)), Lit(INT, start), again)
        clause = Clause([PName("n")], None, whole)
        self.helpers.append(Function(name, (), {}, [("n", INT)], INT, [clause], self.chance(0.5)))
        count = self.random.randint(1, WAITING)
        return Ring(name, [Lit(INT, count)], count, start, [step])
