"""The text of actors that end, of supervisors, and of what a case hears of them."""

from supervision import outcomes_of
from watched import Exit, Frail, Link, Middle, Monitor, Send, Supervised, Told, Trap, Tree, Worker

# Crashes say where they happened, which is not the evaluator's matter.
TOLD = '''fn told(reason :: Process.Reason) -> String do
  case reason do
    Process.Normal -> "normal"
    Process.Shutdown -> "shutdown"
    Process.Killed -> "killed"
    Process.NoActor -> "no actor"
    Process.Error(text) -> do
      let parts = String.split(text, "panic in ")
      let report = parts |> List.drop(1) |> String.join("panic in ")
      let said = String.split(report, ": ") |> List.drop(1) |> String.join(": ") |> String.split(" (")
      let plain = List.take(said, List.length(said) - 1) |> String.join(" (")
      if List.length(parts) < 2 do "error: ${text}" else "crash: ${plain}" end
    end
  end
end
'''
DATA = {"one_for_one": "OneForOne", "one_for_all": "OneForAll", "rest_for_one": "RestForOne",
        "permanent": "Permanent", "transient": "Transient", "temporary": "Temporary"}


class WatchedPrinter:
    """Needs `expr`, `list`, `statement`, `parameters` and `find_actor` of the printer."""

    # Declarations

    def watched_actor(self, a):
        match a:
            case Frail():
                return self.frail(a)
            case Middle():
                return self.middle(a)
            case Worker():
                return self.worker(a)
            case Tree():
                return "" if a.is_data else self.tree(a)
        raise TypeError(a)

    def frail(self, a):
        made = f"actor {a.name}({self.parameters(a.params)}) do\n"
        if a.last is not None:
            made += f"  terminate do\n    println({self.expr(a.last, 2)})\n  end\n"
        made += "  receive do\n"
        for ending in a.endings:
            names = f"({', '.join(ending.names)})" if ending.names else ""
            made += f"    {ending.variant}{names} -> do\n{self.statement(ending.body, 3)}    end\n"
        return f"{made}  end\nend\n"

    def middle(self, a):
        items = ", ".join([a.frail, *(name for name, _ in a.params)])
        message = f"{a.variant}({self.list(a.items, 3)})" if a.items else a.variant
        return (f"actor {a.name}({self.parameters(a.params)}) do\n  receive do\n    {a.go} -> do\n"
                f"      let child = spawn({items})\n      link(child)\n      send(child, {message})\n    end\n"
                f"    {a.never} -> ()\n  end\n  receive do\n    {a.go} -> ()\n    {a.never} -> ()\n  end\nend\n")

    def worker(self, a):
        params = f"home :: Pid<{a.heard}>, name :: String"
        if a.params:
            params += f", {self.parameters(a.params)}"
        return (f"fn home_of_{a.name}() -> Pid<{a.heard}> do\n  case Process.whereis(\"{a.name}\") do\n"
                f"    Some(pid) -> pid\n    None -> panic(\"nobody is at home\")\n  end\nend\n\n"
                f"actor {a.name}({params}) do\n  send(home, {a.up}(name, self(), {self.expr(a.text, 1)}))\n"
                f"  receive do\n    {a.crash}(text) -> panic(text)\n    {a.finish} -> ()\n  end\nend\n")

    def tree(self, a):
        made = f"supervisor {a.name} do\n"
        if a.strategy is not None:
            made += f"  strategy: {a.strategy}\n"
        made += f"  max_restarts: {a.max_restarts}\n  max_seconds: 3600\n"
        for child in a.children:
            made += f"\n  child {child.name} do\n    start: fn -> {self.start(a, child, f'home_of_{a.worker}()')} end\n"
            made += "" if child.restart is None else f"    restart: {child.restart}\n"
            made += "  end\n"
        return f"{made}end\n"

    def start(self, tree, child, home):
        items = "".join(f", {self.expr(item, 3)}" for item in child.items)
        return f"spawn({tree.worker}, {home}, \"{child.name}\"{items})"

    # Statements

    def watched_statement(self, s, depth):
        pad = "  " * depth
        match s:
            case Monitor(pid, note):
                return f"{pad}Process.monitor({self.expr(pid, depth)}, fn(down) -> {note}(down.reason) end)\n"
            case Trap(note):
                return f"{pad}Process.trap_exits(fn(down) -> {note}(down.reason) end)\n"
            case Link(pid):
                return f"{pad}link({self.expr(pid, depth)})\n"
            case Exit(pid, reason, text):
                said = "" if text is None else f"(\"{text}\")"
                return f"{pad}Process.exit({self.expr(pid, depth)}, Process.{reason}{said})\n"
            case Send(pid, variant, items):
                message = f"{variant}({self.list(items, depth)})" if items else variant
                return f"{pad}send({self.expr(pid, depth)}, {message})\n"
            case Supervised():
                return "".join(f"{pad}{line}\n" for line in self.supervised(s))
        raise TypeError(s)

    def on_Told(self, node, depth):
        return 0, f"receive do {node.note}(reason) -> told(reason) end"

    def supervised(self, s):
        tree = self.find_actor(s.tree)
        worker = self.find_actor(tree.worker)
        pids = [f"{s.name}_{child.name}" for child in tree.children]
        made = self.started(s, tree, worker)
        up = lambda at: (f"let {pids[at]} = receive do {worker.up}(\"{tree.children[at].name}\", pid, text) -> do "
                         f"println(\"{tree.children[at].name}: ${{text}}\"); pid end end")
        made += [up(at) for at in range(len(pids))]
        made.append(f"Process.monitor({s.name}, fn(down) -> {s.note}(down.reason) end)")
        outcomes = outcomes_of(tree, s.steps)
        for step, ended in zip(s.steps, outcomes):
            told = worker.finish if step[1] is None else f"{worker.crash}(\"{step[1]}\")"
            made += [f"let old_{pids[at]} = Process.id({pids[at]})" for at in ended.again]
            made.append(f"send({pids[step[0]]}, {told})")
            for at in ended.again:
                made += [up(at), f"println(\"{pids[at]} ${{Process.id({pids[at]}) == old_{pids[at]}}}\")"]
            made += [f"println(\"{pids[at]} ${{Process.alive({pids[at]})}}\")" for at in ended.untouched]
        if not outcomes[-1].is_over:
            made.append(f"Supervisor.stop({s.name})")
        made.append(f"println(String.slice(receive do {s.note}(reason) -> told(reason) end, 0, 5))")
        made += [f"println(\"{pid} ${{Process.alive({pid})}}\")" for pid in pids]
        made.append(f"println(receive do {worker.up}(name, _, _) -> name after 0 -> \"nobody\" end)")
        return made

    def started(self, s, tree, worker):
        if not tree.is_data:
            return [f"Process.register(\"{worker.name}\", self())", f"let {s.name} = spawn({tree.name})"]
        children = []
        for child in tree.children:
            text = f"Supervisor.child(\"{child.name}\", fn() -> {self.start(tree, child, 'self()')} end)"
            if child.restart is not None:
                text += f" |> Supervisor.restart(Supervision.{DATA[child.restart]})"
            children.append(text)
        strategy = f"Supervision.{DATA[tree.strategy or 'one_for_one']}"
        spec = f"Supervisor.spec(\"{tree.name}\", {strategy}, [{', '.join(children)}])"
        limits = f"Supervisor.max_restarts({tree.max_restarts}) |> Supervisor.max_seconds(3600)"
        return [f"let {s.name} = Supervisor.start({spec} |> {limits})"]
