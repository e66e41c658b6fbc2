"""A program of many cases, each an actor that makes random calls; the same for the same seed.

A case is a list of statements, each of which names one outcome, `Result<T, String>`: a crash inside
is caught, so the case goes on. Later statements use earlier outcomes: handles twice, after their
end, in another actor, and out of messages.
"""

import os
import random
import shutil
from dataclasses import dataclass

import library
from library import BYTES, FLOAT, INT, STRING, UNIT, Type, con, list_of, option, result
from values import Maker, Scope

HERE = os.path.dirname(os.path.abspath(__file__))
STATEMENTS = (6, 12)
# The C compiler gets as many files of cases, and each holds what is made for a type.
FILES = 2
AT_ONCE = 6
LATE_MS = 4000

# Handles that can be sent: the first constructors of `Mail`.
HANDLES = [
    con("Ws.Handler.Conn"), con("Job.Job", INT), con("Timer.Timer"), con("Process.Monitor"),
    con("Service.Reply", STRING), con("Socket.Socket"), con("Process.Down"), con("Socket.SocketEvent"),
]


@dataclass
class Statement:
    """One outcome and the text that makes it. `shown`: it is looked at as well."""

    name: str
    type: Type
    text: str
    shown: bool

    def lines(self, maker):
        kind = maker.type_text(result(self.type))
        look = f"\n  let _ = Process.guard(fn() -> {maker.look(self.type, self.name)} end)" if self.shown else ""
        return f"  let {self.name} :: {kind} = {self.text}{look}"


@dataclass
class Case:
    number: int
    statements: list


def declared_types(random_):
    """Types of this program alone: a struct and a sum of random parts."""
    scalars = [INT, FLOAT, STRING, BYTES, list_of(INT), option(STRING), Type("tuple", "", (BYTES, INT))]
    pick = lambda: random_.choice(scalars)
    struct = library.Declared("struct", "Mail.Fields", [])
    struct.fields = [(f"field_{n}", pick()) for n in range(random_.randint(1, 7))]
    sum_ = library.Declared("type", "Mail.Variant", [])
    sum_.variants = [(f"Variant{n}", [pick() for _ in range(random_.randint(0, 3))]) for n in range(random_.randint(2, 6))]
    return [struct, sum_]


def shared_types():
    """What `calls.snow` declares."""
    t, a, b = (Type("param", name) for name in ("T", "A", "B"))
    tree = library.Declared("type", "Calls.Tree", ["T"])
    tree.variants = [("Leaf", []), ("Node", [con("Calls.Tree", t), t, con("Calls.Tree", t)])]
    nest = library.Declared("type", "Calls.Nest", [])
    deeper = con("Calls.Nest")
    nest.variants = [("Bare", [INT]), ("Under", [con("Map.Map", INT, deeper)]),
                     ("Beside", [con("Queue.Queue", deeper), con("Set.Set", STRING)])]
    chain = library.Declared("type", "Calls.Chain", [])
    chain.variants = [("Stop", []), ("Link", [Type("fun", "", (con("Calls.Chain"),))])]
    record = library.Declared("struct", "Calls.Record", ["A", "B"])
    record.fields = [("first", a), ("second", b), ("rest", list_of(Type("tuple", "", (b, a))))]
    return [tree, nest, chain, record]


def pool(random_):
    """The types that stand for type parameters: few in each program, so that the C compiler meets
    the same instances again."""
    simple = [INT, STRING, random_.choice([BYTES, con("Mail.Fields"), con("Mail.Variant"), con("Calls.Nest")])]
    pick = lambda: random_.choice(simple)
    built = [
        lambda: con("Calls.Tree", pick()), lambda: con("Calls.Record", pick(), pick()), lambda: list_of(pick()),
        lambda: option(pick()), lambda: result(pick(), pick()), lambda: Type("tuple", "", (pick(), pick(), FLOAT)),
        lambda: con("Map.Map", pick(), pick()), lambda: con("Set.Set", pick()), lambda: con("Queue.Queue", pick()),
        lambda: con("Calls.Chain"), lambda: Type("fun", "", (pick(), pick())),
    ]
    chosen = [INT, FLOAT, STRING]
    for make in random_.sample(built, 4):
        chosen.append(make())
    return chosen


class Program:
    """The cases of one seed, and how they are written to files."""

    def __init__(self, lib, seed, count):
        self.seed, self.random = seed, random.Random(seed)
        self.pool = pool(self.random)
        types = {d.name: d for d in shared_types() + declared_types(self.random)}
        self.items = HANDLES + self.pool
        mail = library.Declared("type", "Mail.Mail", [])
        mail.variants = [(f"Item{n}", [item]) for n, item in enumerate(self.items)]
        types["Mail.Mail"] = mail
        whole = library.Library({**lib.types, **types}, lib.functions)
        self.own = [types["Mail.Fields"], types["Mail.Variant"], mail]
        self.maker = Maker(whole, self.random, self.pool, con("Mail.Mail"))
        self.cases = [self.case(number) for number in range(count)]

    def case(self, number):
        scope, statements = Scope(), []
        for at in range(self.random.randint(*STATEMENTS)):
            found = self.statement(f"v{at}", scope)
            if found:
                statements.append(found)
                scope.outcomes.append((found.name, found.type))
        return Case(number, statements)

    def statement(self, name, scope):
        """A call in the case's own actor or in another, or a message to itself and back."""
        sendable = [(kept, t) for kept, t in scope.outcomes if t in self.items]
        way = self.random.random()
        if sendable and way < 0.12:
            kept, t = self.random.choice(sendable)
            return self.through_mailbox(name, kept, t)
        if way < 0.17:
            index = self.random.randrange(len(self.items))
            return self.outcome(name, self.items[index], self.received(index))
        made = self.maker.some_call(scope)
        if not made or made[1].mentions(lambda part: part.kind == "param"):
            return None
        call, t = made
        run = f'Process.guard_within(300, "{name}", fn() -> {call} end)'
        if way > 0.8 and "self()" not in call:
            run = f"Result.unwrap(Job.await_timeout(Job.async(fn() -> {run} end), 900))"
            run = f"Process.guard(fn() -> Result.unwrap({run}) end)"
        return self.outcome(name, t, run)

    def outcome(self, name, t, text):
        looked_at = t in self.items and not self.maker.has_functions(t)
        return Statement(name, t, text, looked_at)

    def received(self, index):
        wait = self.random.choice([0, 1, 1, 1, 1300])
        return f'receive do\n    Mail.Item{index}(item) -> Ok(item)\n  after {wait} -> Err("nothing came")\n  end'

    def through_mailbox(self, name, kept, t):
        index = self.items.index(t)
        message = f"Mail.Item{index}(Result.unwrap({kept}))"
        send = self.random.choice([
            f"send(self(), {message})", f"Timer.send_after(self(), 0, {message})", f"Process.try_send(self(), {message})",
        ])
        tried = f"case Process.guard(fn() -> {send} end) do\n    Err(why) -> Err(why)"
        return self.outcome(name, t, f"{tried}\n    Ok(_) -> {self.received(index)}\n  end")

    # Files

    def write(self, folder, cases=None):
        """Writes the program; `cases` in place of all of its own."""
        cases = self.cases if cases is None else cases
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        shutil.copy(os.path.join(HERE, "calls.snow"), folder)
        files = [part for part in (cases[at::FILES] for at in range(FILES)) if part]
        self.save(folder, "mail", self.mail_text())
        for number, part in enumerate(files):
            cases_text = "".join(self.case_text(case) for case in part)
            self.save(folder, f"cases{number}", "import Calls\nimport Mail\n\n" + cases_text)
        self.save(folder, "main", self.main_text(files))

    def save(self, folder, name, text):
        with open(os.path.join(folder, f"{name}.snow"), "w", encoding="utf-8") as file:
            file.write(text)

    def mail_text(self):
        text = self.maker.type_text
        fields, variant, mail = self.own
        lines = ["import Calls", "", "pub struct Fields do"] + [f"  {n} :: {text(t)}" for n, t in fields.fields] + ["end", ""]
        derived = "deriving(Eq, Ord, Debug, Hash)"
        for declared, end in ((variant, f"end {derived}"), (mail, "end")):
            lines.append(f"pub type {declared.name.split('.')[1]} do")
            for name, payload in declared.variants:
                lines.append(f"  {name}({', '.join(text(t) for t in payload)})" if payload else f"  {name}")
            lines += [end, ""]
        return "\n".join(lines)

    def case_text(self, case):
        lines = [statement.lines(self.maker) for statement in case.statements]
        return "\n".join([f"actor case_{case.number}(round :: Int) do", *lines, "  ()", "end", "", ""])

    def main_text(self, files):
        numbers = [(case.number, file) for file, part in enumerate(files) for case in part]
        starts = [f"fn begin({at}, round) = Process.id(spawn(Cases{file}.case_{number}, round))"
                  for at, (number, file) in enumerate(numbers)]
        with open(os.path.join(HERE, "main.snow.txt"), encoding="utf-8") as file:
            text = file.read()
        imports = "".join(f"import Cases{file}\n" for file in range(len(files)))
        return (text.replace("IMPORTS", imports).replace("COUNT", str(len(numbers))).replace("AT_ONCE", str(AT_ONCE))
                .replace("LATE_MS", str(LATE_MS)) + "\n".join(starts) + "\nfn begin(_, _) = 0\n")
