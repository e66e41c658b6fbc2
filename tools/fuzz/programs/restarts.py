"""Random services below supervisors, that crash and begin again."""

from functions import FUNCTION_BUDGET
from nodes import Call, Handler, Text
from restart_nodes import Break, Kept, Request, Restarted
from types_of import INT, Ty, tuple_of


class Restarts:
    """Needs what makes services, expressions and statements."""

    def restarted(self, scope, heard):
        services = [self.frail_service() for _ in range(self.random.choice([1, 1, 2]))]
        outer, kept = scope.inside(pure=True, safe=True), []
        for service, _ in services:
            self.budget = 6
            items = [self.expr(t, outer, 2) for _, t in service.params]
            kept.append(Kept(self.new("v"), service.name, items, self.new("Up")))
            heard.append((kept[-1].up, [Ty("Pid", (Ty(service.name),))]))
        is_nested = self.chance(0.6)
        limit = self.random.choice([0, 1, 20]) if is_nested else 20
        strategy = self.random.choice(["one_for_one", "one_for_all", "rest_for_one"])
        self.budget, steps = FUNCTION_BUDGET, []
        for _ in range(self.random.randint(3, 6)):
            at = self.random.randrange(len(services))
            service, breaking = services[at]
            if self.chance(0.4):
                way = self.random.choice(["call", "cast", "kill"])
                steps.append(Break(at, way, breaking[way != "call"]))
                continue
            handler = self.random.choice(service.handlers[: -len(breaking)])
            items = [self.expr(t, outer, 2) for _, t in handler.params]
            is_shown = handler.reply is not None and self.has(handler.reply, "Display")
            steps.append(Request(at, handler.name, items, handler.reply, self.new("v"), is_shown))
        return [Restarted(self.new("tree"), strategy, limit, is_nested, kept, steps)]

    def frail_service(self):
        """A service with two more handlers, which crash."""
        service = self.add_service()
        state, at = service.state, service.handlers[0].state_name
        names = self.new("Boom"), self.new("Boom")
        for name, reply in zip(names, (INT, None)):
            ty = state if reply is None else tuple_of(state, reply)
            crash = Call(ty, "panic", [Text([f"{name} "])])
            service.handlers.append(Handler(name, [], at, reply, crash))
        return service, names
