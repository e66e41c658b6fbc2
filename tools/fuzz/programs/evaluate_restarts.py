"""What services do that a supervisor starts again: each begins as its `init` says."""

from nodes import Ask, Name
from restart_nodes import Request, restarts
from types_of import UNIT, Ty


class RestartMeaning:
    """Needs `on_Start`, `on_Ask`, `value` and `lines` of the evaluator."""

    def restarted(self, node, env):
        for one in node.kept:
            self.begin(one, env)
        again = iter(restarts(node))
        for step in node.steps:
            one = node.kept[step.at]
            if isinstance(step, Request):
                ask = Ask(
                    step.reply or UNIT,
                    Name(Ty("Pid"), one.pid),
                    "service",
                    one.service,
                    step.handler,
                    step.items,
                )
                answer = self.value(ask, env)
                if step.is_shown:
                    self.lines.append(f"{step.name}: {self.values.display(answer)}")
                continue
            if step.way == "call":
                self.lines.append("crashed: true")
            for at in next(again):
                self.begin(node.kept[at], env)
            self.lines.append("alive: false")
        self.lines += [f"{one.pid} false" for one in node.kept]

    def begin(self, one, env):
        service = self.actors[one.service]
        env[one.pid] = self.running(service, self.all(one.items, env))
