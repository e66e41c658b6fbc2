"""What a case prints and how it ends, by walking over its tree.

Written from the reference alone. A case is run as the one thing that happens: its actors answer at
once, because nothing that it prints depends on when they do.
"""

from evaluate_restarts import RestartMeaning
from evaluate_watched import Mortal, WatchedMeaning
from form_nodes import Constant, Local
from json_forms import decoded
from library import LIBRARY, SPLIT, range_items
from nodes import (Do, Function, Impl, Interface, Let, PAny, PAs, PBits, PCons, PCtor, PList, PLit, PName, POr,
                   PTuple, Server, Service, Show, Struct, Sum)
from restart_nodes import Restarted
from rings import total
from segments import packed, taken_apart
from types_of import match_type
from values import (ClosureV, MapV, Panic, RangeV, RecordV, SetV, Values, VariantV, err, float_quotient,
                    float_remainder, ok, quotient, remainder, type_name, wrapped)
from watched import Frail, Middle

MEANINGS = {name: entry[4] for name, entry in {**LIBRARY, **SPLIT}.items()}
NUMBERS = {
    int: {"+": lambda a, b: wrapped(a + b), "-": lambda a, b: wrapped(a - b), "*": lambda a, b: wrapped(a * b),
          "/": quotient, "%": remainder},
    float: {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": float_quotient,
            "%": float_remainder},
}
BY_IMPL = {"+": ("Add", "add"), "-": ("Sub", "sub"), "*": ("Mul", "mul"), "/": ("Div", "div"), "%": ("Mod", "mod")}
SIGNS = {"<": (-1,), ">": (1,), "<=": (-1, 0), ">=": (0, 1)}
# What a case may cost: expressions, items and characters that are made or looked at. A case that is
# made small may call itself for ever and double a text each time, so sizes count as steps do.
STEPS = 150_000
# The key of type parameters among names.
TYPES = "<types>"


class TooLong(Exception):
    """The case costs more than a case should."""


class Leave(Exception):
    """`return` with its value."""


class Break(Exception):
    pass


class Continue(Exception):
    pass


class Tail:
    """A call in tail position that is still to be made."""

    def __init__(self, function, values, types):
        self.function, self.values, self.types = function, values, types


class Running:
    """A service or a server."""

    def __init__(self, declared, state):
        self.declared, self.state = declared, state


class Evaluator(RestartMeaning, WatchedMeaning):
    def __init__(self, case):
        self.case, self.lines, self.steps, self.mailbox = case, [], 0, []
        # Ends that the case has been told of, and what tells it of linked actors.
        self.told, self.trap = [], None
        kinds = lambda kind: {d.name: d for d in case.declarations if isinstance(d, kind)}
        self.structs, self.sums, self.interfaces = kinds(Struct), kinds(Sum), kinds(Interface)
        self.constants = kinds(Constant)
        self.functions = {(f.name, len(f.params)): f for f in case.functions}
        self.impls = {(i.interface, i.type.name): i for i in case.declarations if isinstance(i, Impl)}
        self.actors = {actor.name: actor for actor in case.actors}
        self.owners = {v: s.name for s in self.sums.values() for v, _ in s.variants}
        self.owners |= {"Some": "Option", "None": "Option", "Ok": "Result", "Err": "Result", "Less": "Ordering",
                        "Equal": "Ordering", "Greater": "Ordering"}
        self.values = Values(self.structs, self.sums, set(self.impls), self.method, self.spend)

    def run(self):
        """The lines and the end: `end`, or `crash: ` and the text."""
        env = {}
        try:
            for statement in self.case.body:
                self.statement(statement, env)
        except Panic as panic:
            return self.lines, f"crash: {panic.args[0]}"
        except Leave:
            pass
        return self.lines, "end"

    def spend(self, amount):
        self.steps += amount
        if self.steps > STEPS:
            raise TooLong

    def sized(self, value):
        """A value that was made, after it is paid for."""
        if isinstance(value, (str, list)):
            self.spend(len(value))
        elif isinstance(value, MapV):
            self.spend(len(value.pairs))
        elif isinstance(value, SetV):
            self.spend(len(value.items))
        return value

    # Calls

    def method(self, interface, type_, name, values):
        """A method of a written impl, or the interface's own."""
        for function in self.impls[interface, type_].functions:
            if function.name == name:
                return self.call(function, values)
        method = next(m for m in self.interfaces[interface].methods if m.name == name)
        names = ["self"] + [name for name, _ in method.params]
        return self.body(method.default, dict(zip(names, values)))

    def call(self, function, values, types=None):
        """`types` are those that stand for type parameters, by name."""
        while True:
            found = self.clause(function.clauses, values, {TYPES: types or {}})
            if not isinstance(found, Tail):
                return found
            function, values, types = found.function, found.values, found.types

    def on_StaticCall(self, node, env, tail):
        values, of = self.all(node.items, env), node.of.bound(env.get(TYPES, {}))
        if node.of.name == "Self":
            of = env[TYPES]["Self"]
        interface = node.interface or env[TYPES]["<interface>"]
        written = self.impls[interface, of.name]
        types = {**match_type(written.type, of, {}), "Self": of, "<interface>": interface}
        function = next((f for f in written.functions if f.name == node.name), None)
        if function is not None:
            return self.call(function, values, types)
        method = next(m for m in self.interfaces[interface].methods if m.name == node.name)
        return self.body(
            method.default, {**dict(zip([name for name, _ in method.params], values)), TYPES: types}
        )

    def call_value(self, f, values):
        if isinstance(f, Function):
            return self.call(f, values)
        if callable(f):
            return f(*values)
        found = self.clause(f.clauses, values, f.env)
        return (
            self.call(found.function, found.values, found.types)
            if isinstance(found, Tail)
            else found
        )

    def clause(self, clauses, values, env):
        for clause in clauses:
            inner = dict(env)
            fits = all(self.fits(p, v, inner) for p, v in zip(clause.patterns, values))
            if fits and (clause.guard is None or self.value(clause.guard, inner)):
                return self.body(clause.body, inner, True)
        raise Panic("non-exhaustive match")

    def body(self, body, env, tail=False):
        try:
            return self.value(body, env, tail)
        except Leave as leave:
            return leave.args[0]

    # Patterns

    def fits(self, p, value, env):
        """True when a value fits; `env` has the names then."""
        match p:
            case PAny():
                return True
            case PName(name):
                env[name] = value
                return True
            case PLit(_, literal):
                return value == literal
            case PTuple(items):
                return all(self.fits(q, v, env) for q, v in zip(items, value))
            case PCtor(name, items):
                return value.name == name and all(self.fits(q, v, env) for q, v in zip(items, value.items))
            case PList(items):
                return len(items) == len(value) and all(self.fits(q, v, env) for q, v in zip(items, value))
            case PCons(head, tail):
                return bool(value) and self.fits(head, value[0], env) and self.fits(tail, value[1:], env)
            case POr(left, right):
                return self.fits(left, value, env) or self.fits(right, value, env)
            case PAs(inner, name):
                env[name] = value
                return self.fits(inner, value, env)
            case PBits(segments):
                return self.fits_bits(segments, value, env)
        raise TypeError(p)

    def fits_bits(self, segments, data, env):
        names = [segment.value.name if isinstance(segment.value, PName) else None for segment in segments]
        values = taken_apart(segments, data, lambda values, name: values[names.index(name)])
        return values is not None and all(self.fits(s.value, v, env) for s, v in zip(segments, values))

    # Statements and expressions

    def statement(self, node, env):
        match node:
            case Let(pattern, _, value):
                assert self.fits(pattern, self.value(value, env), env)
            case Do(value):
                self.value(value, env)
            case Show(value):
                self.lines.append(self.value(value, env))
            case Restarted():
                self.restarted(node, env)
            case Local(f):
                env[f.name] = ClosureV(f.clauses, dict(env))
                env[f.name].env[f.name] = env[f.name]
            case _:
                self.watched_statement(node, env)

    def all(self, nodes, env):
        return [self.value(node, env) for node in nodes]

    def value(self, node, env, tail=False):
        self.spend(1)
        return getattr(self, "on_" + type(node).__name__)(node, env, tail)

    def on_Lit(self, node, env, tail):
        return node.value

    def on_Text(self, node, env, tail):
        return self.sized("".join(p if isinstance(p, str) else self.values.display(self.value(p, env))
                                  for p in node.pieces))

    def on_Name(self, node, env, tail):
        if node.name in env:
            return env[node.name]
        if node.name in self.constants:
            return self.value(self.constants[node.name].value, {})
        if node.name in MEANINGS:
            return lambda *values: self.sized(MEANINGS[node.name](self, *values))
        if node.name in self.owners:
            return lambda *values: VariantV(self.owners[node.name], node.name, values)
        for interface in self.interfaces.values():
            if any(m.name == node.name for m in interface.methods):
                return lambda *values: self.method(
                    interface.name, type_name(values[0]), node.name, list(values)
                )
        return self.functions[node.name, len(node.ty.args) - 1]

    def on_Binary(self, node, env, tail):
        op, a = node.op, self.value(node.left, env)
        if op in ("and", "&&"):
            return self.value(node.right, env) if a else False
        if op in ("or", "||"):
            return True if a else self.value(node.right, env)
        b = self.value(node.right, env)
        if op in ("<>", "++"):
            self.spend(len(a) + len(b))
            return a + b
        if op == "..":
            return RangeV(a, b)
        if op in ("==", "!="):
            return self.values.equal(a, b) == (op == "==")
        if op in SIGNS:
            return self.values.compare(a, b) in SIGNS[op]
        if type(a) in NUMBERS:
            return NUMBERS[type(a)][op](a, b)
        interface, method = BY_IMPL[op]
        return self.method(interface, type_name(a), method, [a, b])

    def on_Unary(self, node, env, tail):
        value = self.value(node.value, env)
        if node.op == "-":
            return wrapped(-value) if isinstance(value, int) else -value
        return (not value) if isinstance(value, bool) else self.method("Not", type_name(value), "not", [value])

    def on_TupleOf(self, node, env, tail):
        return tuple(self.all(node.items, env))

    def on_ListOf(self, node, env, tail):
        return self.all(node.items, env)

    def on_MapOf(self, node, env, tail):
        return self.values.map_of([(self.value(k, env), self.value(v, env)) for k, v in node.pairs])

    def on_Bits(self, node, env, tail):
        made = packed([(segment, self.value(segment.value, env)) for segment in node.segments])
        self.spend(len(made))
        return made

    def on_Record(self, node, env, tail):
        made = {name: self.value(value, env) for name, value in node.fields}
        return RecordV(node.ty.name, [made[name] for name, _ in self.structs[node.ty.name].fields])

    def on_Variant(self, node, env, tail):
        return VariantV(node.ty.name, node.name, self.all(node.items, env))

    def place(self, record, name):
        return [field for field, _ in self.structs[record.name].fields].index(name)

    def on_Field(self, node, env, tail):
        record = self.value(node.value, env)
        return record.fields[self.place(record, node.name)]

    def on_Update(self, node, env, tail):
        record = self.value(node.value, env)
        for path, value in node.fields:
            record = self.updated(record, path.split("."), self.value(value, env))
        return record

    def updated(self, record, path, value):
        changed, at = list(record.fields), self.place(record, path[0])
        changed[at] = self.updated(changed[at], path[1:], value) if path[1:] else value
        return RecordV(record.name, changed)

    def on_If(self, node, env, tail):
        if self.value(node.condition, env):
            value = self.value(node.then, dict(env), tail and node.other is not None)
            return value if node.other is not None else ()
        return self.value(node.other, dict(env), tail) if node.other is not None else ()

    def on_Choice(self, node, env, tail):
        value = self.value(node.value, env)
        return self.arm(node.arms, value, env, tail)

    def arm(self, arms, value, env, tail=False):
        for arm in arms:
            inner = dict(env)
            if self.fits(arm.patterns[0], value, inner):
                if arm.guard is None or self.value(arm.guard, inner):
                    return self.value(arm.body, inner, tail)
        raise Panic("non-exhaustive match")

    def on_Closure(self, node, env, tail):
        return ClosureV(node.clauses, dict(env))

    def on_Call(self, node, env, tail):
        if not isinstance(node.callee, str):
            f = self.value(node.callee, env)
            return self.call_value(f, self.all(node.items, env))
        values = self.all(node.items, env)
        if node.callee == "panic":
            raise Panic(values[0])
        if node.callee in MEANINGS:
            return self.sized(MEANINGS[node.callee](self, *values))
        function = self.functions[node.callee, len(values)]
        types = {name: ty.bound(env.get(TYPES, {})) for name, ty in (node.types or {}).items()}
        return Tail(function, values, types) if tail else self.call(function, values, types)

    def on_MethodCall(self, node, env, tail):
        values = self.all(node.items, env)
        if node.interface in self.interfaces:
            return self.method(node.interface, type_name(values[0]), node.name, values)
        built_in = {"to_string": self.values.display, "inspect": self.values.inspect}
        return built_in[node.name](values[0])

    def on_Decode(self, node, env, tail):
        return decoded(self, node.of, self.value(node.text, env))

    def on_Ring(self, node, env, tail):
        return total(node)

    def on_Try(self, node, env, tail):
        value = self.value(node.value, env)
        if value.name in ("Some", "Ok"):
            return value.items[0]
        raise Leave(value)

    def on_Loop(self, node, env, tail):
        source, made = self.value(node.source, env), []
        items = source if isinstance(source, list) else source.pairs if isinstance(source, MapV) else None
        if items is None:
            items = range_items(self, source) if isinstance(source, RangeV) else source.items
        for item in items:
            inner = dict(env)
            if len(node.names) == 2:
                inner.update(zip(node.names, item))
            elif not isinstance(node.names[0], str):
                assert self.fits(node.names[0], item, inner)
            else:
                inner[node.names[0]] = item[0] if isinstance(source, MapV) else item
            if node.filter is not None and not self.value(node.filter, inner):
                continue
            try:
                made.append(self.value(node.body, inner))
            except Continue:
                continue
            except Break:
                break
        return made

    def on_While(self, node, env, tail):
        try:
            while True:
                try:
                    self.value(node.body, dict(env))
                except Continue:
                    continue
        except Break:
            return ()

    def on_Jump(self, node, env, tail):
        raise Break if node.word == "break" else Continue

    def on_Return(self, node, env, tail):
        raise Leave(self.value(node.value, env))

    def on_Block(self, node, env, tail):
        inner = dict(env)
        for statement in node.statements:
            self.statement(statement, inner)
        return () if node.value is None else self.value(node.value, inner, tail)

    def on_Show(self, node, env, tail):
        self.statement(node, env)
        return ()

    # Failure and actors

    def guarded(self, run):
        try:
            return ok(run())
        except Panic as panic:
            return err(panic.args[0])

    def panic_of(self, run):
        """The text of the crash that something ends with, or `None`."""
        try:
            run()
        except Panic as panic:
            return panic.args[0]
        return None

    def on_Guarded(self, node, env, tail):
        return self.guarded(lambda: self.body(node.body, dict(env)))

    def on_Job(self, node, env, tail):
        if node.items is None:
            f = self.value(node.function, env)
            return self.guarded(lambda: self.call_value(f, []))
        items, f = self.all([node.items, node.function], env)
        return [self.guarded(lambda: self.call_value(f, [item])) for item in items]

    def on_Start(self, node, env, tail):
        values = self.all(node.items, env)
        declared = self.actors[node.owner]
        if isinstance(declared, (Frail, Middle)):
            return Mortal(declared, values)
        if isinstance(declared, Service):
            return self.running(declared, values)
        return Running(declared, values[0])

    def running(self, service, values):
        names = [name for name, _ in service.params]
        return Running(service, self.body(service.start, dict(zip(names, values))))

    def on_Ask(self, node, env, tail):
        actor, *values = self.all([node.actor, *node.items], env)
        declared = actor.declared
        if isinstance(declared, Server):
            arm = next(arm for arm in declared.arms if arm.variant == node.name)
            inner = {declared.state_name: actor.state, **dict(zip(arm.names, values))}
            reply = () if arm.reply is None else self.value(arm.reply, dict(inner))
            actor.state = self.value(arm.state, inner)
            return reply
        handler = next(h for h in declared.handlers if h.name == node.name)
        inner = {handler.state_name: actor.state, **dict(zip([n for n, _ in handler.params], values))}
        answer = self.body(handler.body, inner)
        if handler.reply is None:
            actor.state = answer
            return ()
        actor.state, reply = answer
        return reply

    def on_Post(self, node, env, tail):
        self.mailbox.append(self.value(node.value, env))
        return ()

    def on_Receive(self, node, env, tail):
        for at, message in enumerate(self.mailbox):
            for arm in node.arms:
                inner = dict(env)
                fits = self.fits(arm.patterns[0], message, inner)
                if fits and (arm.guard is None or self.value(arm.guard, inner)):
                    del self.mailbox[at]
                    return self.value(arm.body, inner)
        return self.value(node.other, env)
