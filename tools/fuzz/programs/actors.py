"""Random services and actors, and the statements of a case that start and ask them."""

from functions import FUNCTION_BUDGET, Functions
from nodes import (Arm, Ask, Clause, Do, Handler, Job, Let, Name, PCtor, PName, Post, Receive, Server, Service, Start,
                   Sum, TupleOf, Variant)
from scope import Scope
from types_of import BOOL, STRING, UNIT, Ty, fun, list_of, tuple_of


class Actors(Functions):
    def add_service(self):
        state, name, at = self.type(1), self.new("Service"), self.new("v")
        scope = Scope(pure=True, safe=True, closed=self.chance(0.5))
        params = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 2))]
        start = self.part(lambda: self.expr(state, scope.having(dict(params)), 2))
        handlers = []
        for number in range(self.random.randint(1, 3)):
            inputs = [(self.new("v"), self.type(1)) for _ in range(self.random.randint(0, 2))]
            inner = scope.having({at: state, **dict(inputs)})
            reply = self.type(1) if number == 0 or self.chance(0.6) else None
            body = self.part(lambda: self.expr(state, inner, 3))
            if reply is not None:
                body = TupleOf(tuple_of(state, reply), [body, self.part(lambda: self.expr(reply, inner, 3))])
            handlers.append(Handler(self.new("Handle"), inputs, at, reply, body))
        self.actors.append(Service(name, state, params, start, handlers))
        return self.actors[-1]

    def add_server(self):
        """An actor, with types for its messages and for what the case hears."""
        state, at, name = self.type(1), self.new("v"), self.new("server")
        reply, answers = self.type(1), self.new("Reply")
        scope = Scope(pure=True, safe=True, closed=self.chance(0.5))
        arms, variants = [], []
        for number in range(self.random.randint(1, 3)):
            types = [self.type(1) for _ in range(self.random.randint(0, 2))]
            names = [self.new("v") for _ in types]
            inner = scope.having({at: state, **dict(zip(names, types))})
            asks = number == 0 or self.chance(0.5)
            arms.append(Arm(self.new("Message"), names, self.part(lambda: self.expr(state, inner, 3)),
                            self.part(lambda: self.expr(reply, inner, 3)) if asks else None))
            variants.append((arms[-1].variant, [Ty("Pid", (Ty(self.heard),))] * asks + types))
        messages = Sum(self.new("Mail"), (), variants, None)
        self.declarations.append(messages)
        self.actors.append(Server(name, messages.name, state, at, answers, arms))
        return self.actors[-1], (answers, reply), [types[bool(arm.reply) :] for arm, (_, types) in zip(arms, variants)]

    def served(self, scope):
        service = self.add_service()
        self.budget = FUNCTION_BUDGET
        pid, ty = self.new("v"), Ty("Pid")
        items = [self.expr(t, scope, 2) for _, t in service.params]
        made = [Let(PName(pid), ty, Start(ty, "service", service.name, items))]
        for _ in range(self.random.randint(2, 4)):
            handler = self.random.choice(service.handlers)
            items = [self.expr(t, scope, 2) for _, t in handler.params]
            ask = Ask(handler.reply or UNIT, Name(ty, pid), "service", service.name, handler.name, items)
            made += self.kept(ask, handler.reply, scope)
        return made

    def kept(self, ask, reply, scope):
        """A statement for a request; its answer has a name."""
        if reply is None:
            return [Do(ask)]
        name = self.new("v")
        scope.names[name] = reply
        return [Let(PName(name), reply, ask)] + self.show(name, reply)

    def asked(self, scope, heard):
        server, answers, inputs = self.add_server()
        heard.append((answers[0], [answers[1]]))
        self.budget = FUNCTION_BUDGET
        pid, ty = self.new("v"), Ty("Pid")
        made = [Let(PName(pid), ty, Start(ty, "server", server.name, [self.expr(server.state, scope, 2)]))]
        for _ in range(self.random.randint(2, 4)):
            at = self.random.randrange(len(server.arms))
            items = [self.expr(t, scope, 2) for t in inputs[at]]
            reply = None if server.arms[at].reply is None else answers[1]
            ask = Ask(reply or UNIT, Name(ty, pid), "server", server.name, server.arms[at].variant, items)
            made += self.kept(ask, reply, scope)
        return made

    def mail(self, scope, heard):
        """Messages to itself, and receives that pick among them."""
        posts = [(self.new("Post"), [self.scalar() for _ in range(self.random.randint(0, 2))]) for _ in range(3)]
        heard += posts
        self.budget = FUNCTION_BUDGET
        ty, made, result = Ty(self.heard), [], self.type_with(["Display"], 1)
        for _ in range(self.random.randint(2, 6)):
            name, types = self.random.choice(posts)
            made.append(Do(Post(Variant(ty, name, [self.expr(t, scope, 1) for t in types]))))
        for _ in range(self.random.randint(1, 5)):
            arms = []
            for name, types in self.random.sample(posts, self.random.randint(1, 3)):
                bound = {}
                items = [self.pattern(t, bound, 1, False) for t in types]
                inner = scope.having(bound, pure=True)
                guard = self.expr(BOOL, inner, 1) if self.chance(0.4) else None
                arms.append(Clause([PCtor(name, items)], guard, self.expr(result, inner, 2)))
            name = self.new("v")
            made.append(Let(PName(name), result, Receive(result, arms, self.expr(result, scope, 1))))
            made += self.show(name, result)
        return made

    def jobs(self, scope):
        item, ty = self.scalar(), self.type_with(["Display"], 1)
        self.budget = FUNCTION_BUDGET
        f = self.expr(fun(item, ty), scope.inside(pure=True), 3)
        name, results = self.new("v"), list_of(Ty("Result", (ty, STRING)))
        job = Job(results, f, self.expr(list_of(item), scope, 2))
        return [Let(PName(name), results, job)] + self.show(name, results)
