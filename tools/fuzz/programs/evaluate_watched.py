"""What actors that end do, and what a case hears of them. Each step happens at once: the case waits for
the end of one before it goes on."""

from supervision import outcomes_of
from watched import Exit, Frail, Link, Middle, Monitor, Send, Supervised, Trap


class Mortal:
    """An actor that is there until `reason` says how it ended. `notes` are sent then."""

    def __init__(self, declared, values):
        self.declared, self.values, self.reason, self.notes, self.is_linked = declared, values, None, [], False


class WatchedMeaning:
    """Needs `value`, `all`, `statement`, `lines`, `panic_of` and `actors` of the evaluator."""

    def watched_statement(self, node, env):
        match node:
            case Monitor(pid, note):
                actor = self.value(pid, env)
                if actor.reason is not None:
                    self.told.append((note, "no actor"))
                else:
                    actor.notes.append(note)
            case Trap(note):
                self.trap = note
            case Link(pid):
                self.value(pid, env).is_linked = True
            case Exit(pid, reason, text):
                self.end(self.value(pid, env), {"Killed": "killed", "Shutdown": "shutdown"}.get(reason, f"error: {text}"))
            case Send(pid, variant, items):
                self.deliver(self.value(pid, env), variant, self.all(items, env))
            case Supervised():
                self.supervised(node, env)
            case _:
                raise TypeError(node)

    def deliver(self, actor, variant, values):
        if isinstance(actor.declared, Middle):
            middle = actor.declared
            inner = dict(zip([name for name, _ in middle.params], actor.values))
            frail = Mortal(self.actors[middle.frail], actor.values)
            self.deliver(frail, middle.variant, self.all(middle.items, inner))
            self.end(actor, frail.reason)
            return
        ending = next(e for e in actor.declared.endings if e.variant == variant)
        inner = dict(zip([name for name, _ in actor.declared.params], actor.values))
        reason = "normal"
        text = self.panic_of(lambda: self.statement(ending.body, {**inner, **dict(zip(ending.names, values))}))
        if text is not None:
            reason = f"crash: {text}"
        if actor.declared.last is not None:
            self.lines.append(self.value(actor.declared.last, inner))
        self.end(actor, reason)

    def end(self, actor, reason):
        actor.reason = reason
        self.told += [(note, reason) for note in actor.notes]
        if actor.is_linked and reason != "normal":
            self.told.append((self.trap, reason))

    def on_Told(self, node, env, tail):
        at = next(at for at, (note, _) in enumerate(self.told) if note == node.note)
        return self.told.pop(at)[1]

    def supervised(self, node, env):
        tree = self.actors[node.tree]
        worker = self.actors[tree.worker]
        texts = []
        for child in tree.children:
            inner = dict(zip([name for name, _ in worker.params], self.all(child.items, env if tree.is_data else {})))
            texts.append(self.value(worker.text, inner))
        names = [child.name for child in tree.children]
        pids = [f"{node.name}_{name}" for name in names]
        self.lines += [f"{name}: {text}" for name, text in zip(names, texts)]
        outcomes = outcomes_of(tree, node.steps)
        for outcome in outcomes:
            for at in outcome.again:
                self.lines += [f"{names[at]}: {texts[at]}", f"{pids[at]} false"]
            self.lines += [f"{pids[at]} true" for at in outcome.untouched]
        # The reason names the last end: a crash, or a normal one.
        last = "error" if node.steps[len(outcomes) - 1][1] is None else "crash"
        self.lines.append(last if outcomes[-1].is_over else "shutd")
        self.lines += [f"{pid} false" for pid in pids]
        self.lines.append("nobody")
