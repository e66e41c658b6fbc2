"""Random actors that end, those that are told, and supervisors."""

from actors import Actors
from functions import FUNCTION_BUDGET
from nodes import Call, Do, Let, Lit, Name, PName, Show, Start, Sum, Text
from scope import NoWay, Scope
from types_of import INT, STRING, UNIT, Ty, list_of
from watched import Child, Ending, Exit, Frail, Link, Middle, Monitor, Send, Supervised, Told, Trap, Tree, Worker

PID, REASON = Ty("Pid"), Ty("Process.Reason")
STRATEGIES = [None, "one_for_one", "one_for_one", "one_for_all", "rest_for_one"]


class Watching(Actors):
    def note(self, heard):
        heard.append((self.new("Note"), [REASON]))
        return heard[-1][0]

    def watched(self, scope, heard):
        """Actors that end in one way or another, and what the case hears of it."""
        frail = self.add_frail()
        ways = [self.monitored, self.monitored, self.linked, self.told_to_end, self.linked_further]
        made = []
        for way in self.random.sample(ways, self.random.randint(1, 2)):
            self.budget = FUNCTION_BUDGET
            made += way(frail, scope, heard)
        return made

    def add_frail(self):
        """The first ending is a certain crash, the last a normal end."""
        params = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 2))]
        scope = Scope(pure=True).having(dict(params))
        safe = scope.inside(safe=True)
        text = lambda inner: self.part(lambda: self.text(STRING, inner, 2))
        endings = []
        for kind in ("crash", "risk", "end"):
            names = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 1))]
            inner = (scope if kind == "risk" else safe).having(dict(names))
            if kind == "crash":
                body = Do(Call(UNIT, "panic", [text(inner)]))
            elif kind == "risk":
                body = Show(Text(["at ", self.part(lambda: self.risk(inner))]))
            else:
                body = Show(text(inner))
            endings.append((Ending(self.new("Order"), [name for name, _ in names], body), [t for _, t in names]))
        last = text(safe) if self.chance(0.4) else None
        name = self.new("frail")
        self.declarations.append(Sum(self.new("Mail"), (), [(e.variant, types) for e, types in endings], None))
        self.actors.append(Frail(name, params, [e for e, _ in endings], last))
        return self.actors[-1], [t for _, t in params], [types for _, types in endings]

    def risk(self, scope):
        """A number that is there or not."""
        number = lambda: self.expr(INT, scope, 2)
        items = lambda: self.expr(list_of(INT), scope, 2)
        return self.random.choice([lambda: Call(INT, "List.head", [items()]),
                                   lambda: Call(INT, "List.get", [items(), number()]),
                                   lambda: self.arithmetic(INT, scope, 2)])()

    def started(self, frail, scope):
        """A statement that starts an actor, and its pid."""
        actor, types, _ = frail
        pid = self.new("v")
        items = [self.expr(t, scope.inside(pure=True), 2) for t in types]
        return Let(PName(pid), PID, Start(PID, "frail", actor.name, items)), Name(PID, pid)

    def ordered(self, frail, pid, at, scope):
        ending, types = frail[0].endings[at], frail[2][at]
        return Send(pid, ending.variant, [self.leaf(t, scope) for t in types])

    def heard_of(self, note):
        name = self.new("v")
        return [Let(PName(name), STRING, Told(note)), Show(Text([f"{name}: ", Name(STRING, name)]))]

    def monitored(self, frail, scope, heard):
        start, pid = self.started(frail, scope)
        note = self.note(heard)
        made = [start, Monitor(pid, note), self.ordered(frail, pid, self.random.randrange(3), scope)]
        made += self.heard_of(note)
        if self.chance(0.3):
            made += [Monitor(pid, note), *self.heard_of(note)]
        return made

    def linked(self, frail, scope, heard):
        """The case traps exits: it is told of a crash in place of having it."""
        start, pid = self.started(frail, scope)
        note = self.note(heard)
        return [Trap(note), start, Link(pid), self.ordered(frail, pid, 0, scope), *self.heard_of(note)]

    def told_to_end(self, frail, scope, heard):
        start, pid = self.started(frail, scope)
        note = self.note(heard)
        reason = self.random.choice(["Killed", "Killed", "Shutdown", "Error"])
        if reason != "Killed" and frail[0].last is not None:
            # Whether `terminate` runs depends on whether the actor has begun.
            reason = "Killed"
        text = "enough" if reason == "Error" else None
        return [start, Monitor(pid, note), Exit(pid, reason, text), *self.heard_of(note)]

    def linked_further(self, frail, scope, heard):
        """A crash takes the actor with it that is linked with the one that crashes."""
        actor, types, inputs = frail
        params = [(self.new("v"), t) for t in types]
        own = Scope(pure=True, safe=True, closed=True).having(dict(params))
        items = [self.leaf(t, own) for t in inputs[0]]
        middle = Middle(self.new("middle"), actor.name, self.new("Go"), self.new("Never"), params,
                        actor.endings[0].variant, items)
        self.declarations.append(Sum(self.new("Mail"), (), [(middle.go, []), (middle.never, [])], None))
        self.actors.append(middle)
        start, pid = self.started((middle, types, inputs), scope)
        note = self.note(heard)
        return [start, Monitor(pid, note), Send(pid, middle.go, []), *self.heard_of(note)]

    # Supervisors

    def supervised(self, scope, heard):
        tree = self.add_tree(scope, heard)
        steps = []
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(tree.children))
            if any(place == at and crash is None for place, crash in steps):
                continue
            ends = tree.strategy in (None, "one_for_one") and self.chance(0.3)
            steps.append((at, None if ends else self.random.choice(["out", "x: y (z)", ""])))
            if not ends and tree.children[at].restart == "temporary":
                break
        return [Supervised(tree.name, self.new("tree"), self.note(heard), steps)]

    def add_tree(self, scope, heard):
        params = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 2))]
        own = Scope(pure=True, safe=True).having(dict(params))
        text = self.part(lambda: self.text(STRING, own, 2))
        up, messages = self.new("Up"), self.new("Mail")
        worker = Worker(self.new("worker"), self.heard, up, self.new("Crash"), self.new("Finish"), params, text)
        self.declarations.append(Sum(messages, (), [(worker.crash, [STRING]), (worker.finish, [])], None))
        heard.append((up, [STRING, Ty("Pid", (Ty(messages),)), STRING]))
        strategy, is_data = self.random.choice(STRATEGIES), self.chance(0.4)
        kinds = [None, "permanent", "transient"]
        if strategy in (None, "one_for_one"):
            kinds.append("temporary")
        outer = scope.inside(pure=True, safe=True) if is_data else Scope(pure=True, safe=True)
        children = []
        for at in range(self.random.randint(1, 3)):
            items = [self.part(lambda: self.expr(t, outer, 2)) for _, t in params]
            children.append(Child(f"{'abc'[at]}{self.fresh}", self.random.choice(kinds), items))
        few = strategy in (None, "one_for_one") and self.chance(0.4)
        tree = Tree(self.new("Tree"), worker.name, strategy, self.random.randint(0, 1) if few else 20, children, is_data)
        self.actors += [worker, tree]
        return tree
