"""The text of services below supervisors."""

from restart_nodes import Request, restarts

STRATEGIES = {"one_for_one": "OneForOne", "one_for_all": "OneForAll", "rest_for_one": "RestForOne"}


class RestartPrinter:
    """Needs `expr`, `list`, `snake` and `find_actor` of the printer."""

    def restarted(self, s, depth):
        made = self.tree_of(s, depth)
        made += [self.up(one) for one in s.kept]
        again = iter(restarts(s))
        for step in s.steps:
            one = s.kept[step.at]
            if isinstance(step, Request):
                made += self.request(step, one, depth)
                continue
            made.append(f"let old = Process.id({one.pid})")
            made += self.end_of(step, one)
            made += [self.up(s.kept[at]) for at in next(again)]
            # What has another number is another actor.
            made.append(f'println("alive: ${{Process.id({one.pid}) == old}}")')
        made.append(f"Supervisor.stop({s.name})")
        made += [f'println("{one.pid} ${{Process.alive({one.pid})}}")' for one in s.kept]
        pad = "  " * depth
        return "".join(f"{pad}{line}\n" for line in made)

    @staticmethod
    def up(one):
        return f"let {one.pid} = receive do {one.up}(pid) -> pid end"

    def request(self, step, one, depth):
        items = self.list(step.items, depth)
        call = f"{one.service}.{self.snake(step.handler)}({one.pid}{', ' * bool(items)}{items})"
        if step.reply is None:
            return [call]
        shown = [f'println("{step.name}: ${{{step.name}}}")'] if step.is_shown else []
        return [f"let {step.name} = {call}", *shown]

    def end_of(self, step, one):
        if step.way == "kill":
            return [f"Process.exit({one.pid}, Process.Killed)"]
        call = f"{one.service}.{self.snake(step.handler)}({one.pid})"
        if step.way == "cast":
            return [call]
        return [f'println("crashed: ${{Result.is_err(Process.guard(fn() -> {call} end))}}")']

    def tree_of(self, s, depth):
        children = []
        for at, one in enumerate(s.kept):
            start = f"{one.service}.start({self.list(one.items, depth)})"
            begin = f"let pid = {start}; send(self(), {one.up}(pid)); pid"
            children.append(f'Supervisor.child("{at}", fn() do {begin} end)')
        strategy = f"Supervision.{STRATEGIES[s.strategy]}"
        spec = f'Supervisor.spec("{s.name}", {strategy}, [{", ".join(children)}])'
        limited = lambda spec, limit: (
            f"{spec} |> Supervisor.max_restarts({limit})" " |> Supervisor.max_seconds(3600)"
        )
        spec = limited(spec, s.max_restarts)
        if s.is_nested:
            child = f'Supervisor.child("inner", fn() -> Supervisor.start({spec}) end)'
            spec = limited(f'Supervisor.spec("outer", Supervision.OneForOne, [{child}])', 20)
        return [f"let {s.name} = Supervisor.start({spec})"]
