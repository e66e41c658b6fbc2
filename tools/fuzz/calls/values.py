"""Expressions of any type. What a number or a text is depends on `round`, which each run of a case
has of its own, so one compiled case is many.

`Maker` knows the types and functions of a program and writes expressions with one source of random
numbers. A `Scope` says which names may be used in them.
"""

from dataclasses import dataclass, field

import rules
from library import UNIT, Type, con, result

SCALARS = {
    "Prelude.Int": "Calls.int({})", "Prelude.Float": "Calls.float({})", "Prelude.String": "Calls.text({})",
    "Prelude.Bytes": "Calls.bytes({})", "Prelude.Bool": "(Calls.int({}) > 2)", rules.DEADLINE: "Calls.deadline({})",
}


@dataclass
class Scope:
    """Names in sight. `outcomes` are results of earlier calls, `Result<T, String>` each, listed by
    their `T`; `values` are parameters of closures around."""

    outcomes: list = field(default_factory=list)
    values: list = field(default_factory=list)

    def inside(self, values):
        """In a closure with these parameters."""
        return Scope(self.outcomes, self.values + values)


def unified(pattern, wanted, arguments):
    """`arguments` with what makes `pattern` the type `wanted`; `None` when nothing does."""
    if pattern.kind == "param":
        known = arguments.get(pattern.name, wanted)
        return {**arguments, pattern.name: wanted} if known == wanted else None
    if (pattern.kind, pattern.name, len(pattern.parts)) != (wanted.kind, wanted.name, len(wanted.parts)):
        return None
    for one, other in zip(pattern.parts, wanted.parts):
        arguments = unified(one, other, arguments)
        if arguments is None:
            return None
    return arguments


class Maker:
    """Writes expressions. `pool` are the types that stand for type parameters in this program,
    `mail` is the type of the messages of its cases' actors."""

    def __init__(self, library, random, pool, mail):
        self.library, self.random, self.pool, self.mail = library, random, pool, mail
        self.functions = [rules.bounded(f) for f in library.functions if not rules.is_left_out(f)]
        self.fresh = 0
        self.called = set()
        self.functional, self.hashed = {}, {}
        self.costs = self.cheapest()

    # Names

    def type_text(self, t):
        """A type as a program writes it."""
        parts = [self.type_text(part) for part in t.parts]
        if t.kind == "tuple":
            return f"({', '.join(parts)})"
        if t.kind == "fun":
            return f"Fun({', '.join(parts[:-1])}) -> {parts[-1]}"
        name = self.name_text(t.name)
        return f"{name}<{', '.join(parts)}>" if parts else name

    def name_text(self, full):
        """What a program writes for a type or function: internal modules are reached through the
        module that passes their types on."""
        module, name = full.rsplit(".", 1)
        if module == "Prelude":
            return name
        if module == "Ws.Arrivals" or module.startswith("Ws.Test."):
            return f"Ws.Test.{name}"
        if module.startswith("Ws.") and module not in ("Ws.Test", "Ws.Check", "Ws.Cluster", "Ws.Frame"):
            return f"Ws.{name}"
        if module == "Http.Reply":
            return f"Http.Client.{name}"
        if module.startswith("Http.") and module not in ("Http.Client", "Http.Head"):
            return f"Http.{name}"
        if module.startswith("Json."):
            return f"Json.{name}"
        if module.startswith("Redis.") and module not in rules.REDIS_MODULES:
            return f"Redis.{name}"
        return full

    # What types can do

    def has_functions(self, t):
        """True when values of the type hold functions, so that they are neither compared nor
        shown. What stands behind a pid does not count."""
        if t.kind == "fun":
            return True
        if t.kind != "con":
            return any(self.has_functions(part) for part in t.parts)
        if t.name == "Prelude.Pid":
            return False
        if t not in self.functional:
            self.functional[t] = False
            self.functional[t] = any(self.has_functions(part) for part in self.inside(t))
        return self.functional[t]

    def has_hash(self, t):
        """True when values of the type can be hashed: when no part of it is a sum type that does
        not ask for that. Of the library those of `Prelude` do, and the program's own do."""
        if t.kind != "con":
            return all(self.has_hash(part) for part in t.parts)
        if t.name == "Prelude.Pid":
            return True
        if t not in self.hashed:
            self.hashed[t] = True
            kind, module = self.library.types[t.name].kind, t.name.split(".")[0]
            asked = kind != "type" or module in ("Prelude", "Calls", "Mail")
            self.hashed[t] = asked and all(self.has_hash(part) for part in self.inside(t))
        return self.hashed[t]

    def has_json(self, t):
        """True when the library says how values of the type are written as JSON and read."""
        if t.name in ("Prelude.List", "Prelude.Option"):
            return self.has_json(t.parts[0])
        return t.name in rules.JSON_TYPES

    def look(self, t, name):
        """What looks at a value in all ways that its type has."""
        looks = [f"Calls.look({name})"] + [f"hash({name})"] * self.has_hash(t)
        return f"({', '.join(looks)})" if len(looks) > 1 else looks[0]

    def inside(self, t):
        declared = self.library.types[t.name]
        arguments = dict(zip(declared.generics, t.parts))
        held = [held for _, held in declared.fields] + [p for _, payload in declared.variants for p in payload]
        return [h.bound(arguments) for h in held] if held else list(t.parts)

    def supports(self, t, words):
        """True when the type has what a bound asks for."""
        if "number" in words:
            return t.name in ("Prelude.Int", "Prelude.Float")
        if "known" in words and t.kind == "con" and t.parts:
            return False  # `None` alone says no type
        if "json" in words and not self.has_json(t):
            return False
        if "hash" in words and not self.has_hash(t):
            return False
        return not words or words == ["known"] or not self.has_functions(t)

    def is_sound(self, t):
        """True unless a part of the type is a map or set whose keys are functions or have no hash."""
        fits = lambda key: self.has_hash(key) and not self.has_functions(key)
        return not t.mentions(lambda part: part.name in ("Map.Map", "Set.Set") and not fits(part.parts[0]))

    # How to make a value

    def makers(self, t):
        """Ways to make a value of a declared type: variants, fields, or functions with the path
        from their result to it. Each is a tuple of what is made, its parts' types, and a text."""
        declared = self.library.types.get(t.name)
        arguments = dict(zip(declared.generics, t.parts))
        if declared.opaque or declared.kind == "builtin":
            return [way for f in self.functions for way in self.producers(f, t)]
        if declared.kind == "struct":
            names = [name for name, _ in declared.fields]
            template = f"{self.name_text(t.name)} {{{{ {', '.join(n + ': {}' for n in names)} }}}}"
            return [(None, [p.bound(arguments) for _, p in declared.fields], template)]
        ways = []
        for name, payload in declared.variants:
            plain = t.name in ("Prelude.Option", "Prelude.Result", "Prelude.Ordering")
            text = name if plain else f"{self.name_text(t.name).rsplit('.', 1)[0]}.{name}"
            if payload:
                text += f"({', '.join('{}' for _ in payload)})"
            ways.append((None, [p.bound(arguments) for p in payload], text))
        return ways

    def producers(self, f, t):
        """The function's ways to a value of type `t`: directly, or inside of what it answers."""
        steps = [(f.result, "{}")]
        ways = []
        while steps:
            found, path = steps.pop()
            arguments = unified(found, t, {}) if found.kind == "con" else None
            if arguments is not None:
                ways.append((f, arguments, path))
            if found.name == "Prelude.Result":
                steps.append((found.parts[0], f"Result.unwrap({path})"))
            if found.name == "Prelude.Option":
                steps.append((found.parts[0], f"Option.unwrap({path})"))
            if found.kind == "tuple" and len(found.parts) == 2:
                steps.append((found.parts[0], f"Tuple.first({path})"))
                steps.append((found.parts[1], f"Tuple.second({path})"))
        return ways

    def cheapest(self):
        """By declared type: how deep the shallowest expression is that makes one."""
        costs = {name: 0 for name in ("Int", "Float", "Bool", "String", "Bytes", "List", "Pid")}
        costs = {f"Prelude.{name}": cost for name, cost in costs.items()}
        costs.update({"Map.Map": 0, "Set.Set": 0, "Queue.Queue": 0, rules.DEADLINE: 0})
        changed = True
        while changed:
            changed = False
            for name, declared in self.library.types.items():
                generic = con(name, *(Type("param", g) for g in declared.generics))
                ways = [self.way_cost(way, costs) for way in self.makers(generic)]
                best = min((cost for cost in ways if cost is not None), default=None)
                if best is not None and best < costs.get(name, 99):
                    costs[name], changed = best, True
        return costs

    def way_cost(self, way, costs):
        parts = way[1] if way[0] is None else [p for _, p in way[0].params[way[0].takes_self :]]
        each = [self.type_cost(p, costs) for p in parts]
        return None if None in each else 1 + max(each, default=0)

    def type_cost(self, t, costs):
        """`None`: no value can be made."""
        if t.kind == "param":
            return 0
        if t.kind == "con":
            return costs.get(t.name)
        each = [self.type_cost(p, costs) for p in t.parts[t.kind == "fun" and -1 or 0 :]]
        return None if None in each else max(each, default=0)

    def can_make(self, t):
        return self.type_cost(t, self.costs) is not None

    # Expressions

    def expression(self, t, scope, depth=2):
        """An expression of a type."""
        same = [name for name, other in scope.values if other == t]
        has_others = self.can_make(t)
        if same and (not has_others or self.random.random() < 0.6):
            return self.random.choice(same)
        kept = [name for name, other in scope.outcomes if other == t]
        declared = self.library.types.get(t.name)
        is_handle = bool(declared and declared.opaque)
        if kept and (not has_others or self.random.random() < (0.85 if is_handle else 0.4)):
            return f"Result.unwrap({self.random.choice(kept)})"
        if t.kind == "tuple":
            return f"({', '.join(self.expression(part, scope, depth - 1) for part in t.parts)})"
        if t.kind == "fun":
            return self.closure(t, scope, depth)
        return self.declared(t, scope, depth)

    def declared(self, t, scope, depth):
        pick = self.random.choice
        if t.name in SCALARS:
            return SCALARS[t.name].format(self.round())
        several = {
            "Prelude.List": "[{}]", "Map.Map": "Map.from_list([{}])", "Set.Set": "Set.from_list([{}])",
            "Queue.Queue": "Calls.queue_of([{}])",
        }
        if t.name in several:
            return self.collection(t, several[t.name], scope, depth)
        if t.name == "Prelude.Pid":
            return self.pid(t.parts[0], scope)
        if t.name == "Calls.Tree" and self.random.random() < 0.5:
            grow = pick(["Calls.left", "Calls.right"])
            return f"{grow}({self.round('depth')}, {self.expression(t.parts[0], scope, 0)}, Calls.Leaf)"
        if t.name in ("Calls.Nest", "Calls.Chain") and self.random.random() < 0.5:
            return f"Calls.{t.name.rsplit('.', 1)[1].lower()}({self.round('depth')})"
        ways = [way for way in self.makers(t) if self.way_cost(way, self.costs) is not None]
        if depth <= 0:
            least = min(self.way_cost(way, self.costs) for way in ways)
            ways = [way for way in ways if self.way_cost(way, self.costs) == least]
        way = pick(ways)
        if way[0] is None:
            return way[2].format(*(self.expression(part, scope, depth - 1) for part in way[1]))
        return way[2].format(self.call(way[0], way[1], scope, depth - 1))

    def round(self, table=None):
        """A number of the run and the place, or what a table of `calls.snow` has for it."""
        number = f"round + {self.random.randrange(1000)}"
        return f"Calls.{table}({number})" if table else number

    def collection(self, t, template, scope, depth):
        item = Type("tuple", "", t.parts) if t.name == "Map.Map" else t.parts[0]
        count = 0 if depth <= 0 or not self.can_make(item) else self.random.choice([0, 1, 1, 2])
        items = [self.expression(item, scope, depth - 1) for _ in range(count)]
        if t.name == "Prelude.List" and items and self.random.random() < 0.15:
            return f"Range.map(0..{self.round('count')}, fn(_) -> {items[0]} end)"
        return template.format(", ".join(items))

    def pid(self, message, scope):
        """The case's own pid, or that of an actor that takes such messages and looks at them."""
        if message == self.mail and self.random.random() < 0.5:
            return "self()"
        if message == UNIT and self.random.random() < 0.5:
            return "Process.spawn(fn() -> () end)"
        if message.name == "Process.NoMessage":
            return 'Process.untyped(Process.id(spawn(Calls.stray)))'
        self.fresh += 1
        name = f"m{self.fresh}"
        use = "()" if self.has_functions(message) else self.look(message, name)
        return f"spawn(Calls.taker, fn {name} :: {self.type_text(message)} -> {use} end)"

    def closure(self, t, scope, depth):
        self.fresh += 1
        params = [(f"p{self.fresh}_{n}", part) for n, part in enumerate(t.parts[:-1])]
        inner = scope.inside(params)
        names = ", ".join(f"{name} :: {self.type_text(part)}" for name, part in params)
        if depth > 0 and self.random.random() < 0.08:
            return f'fn({names}) -> panic("asked for") end'
        body = self.expression(t.parts[-1], inner, depth - 1)
        # What only a callback is given, such as a connection, is used there.
        given = [param for param in params if not self.can_make(param[1])]
        if given and self.random.random() < 0.7 or depth > 0 and self.random.random() < 0.25:
            about = self.random.choice(given)[1] if given else None
            call = self.some_call(inner, max(depth - 1, 0), about)
            if call and not call[1].mentions(lambda part: part.kind == "param"):
                kind = self.type_text(result(call[1]))
                tried = f'let tried{self.fresh} :: {kind} = Process.guard_within(100, "closure", fn() -> {call[0]} end)'
                return f"fn({names}) do\n {tried}\n {body}\n end"
        return f"fn({names}) -> {body} end"

    # Calls

    def call(self, f, arguments, scope, depth):
        """A call of a function, type parameters as in `arguments` where they stand there."""
        arguments = self.completed(f, arguments)
        self.called.add(f.full_name)
        texts = []
        for index, (_, param) in enumerate(f.params):
            if index == 0 and f.takes_self:
                continue
            special = rules.ARGUMENTS.get((f.full_name, index))
            text = self.random.choice(special).format(self.round()) if special else self.expression(param.bound(arguments), scope, depth)
            texts.append(rules.AROUND.get((f.full_name, index), "{}").format(text))
        name = self.name_text(f.full_name)
        return f"{name}({', '.join(texts)})"

    def completed(self, f, arguments):
        arguments = dict(arguments)
        for name, words in f.bounds.items():
            if f.takes_self and f.params[0][1] == con("Prelude.Pid", Type("param", name)):
                arguments[name] = self.mail
            if name not in arguments or not self.supports(arguments[name], words):
                fitting = [t for t in self.pool if self.supports(t, words)]
                if f.module == "Ws" or f.module.startswith("Ws."):
                    fitting = fitting[:1]  # the package is compiled for each type of state
                if f.full_name in rules.SCALAR:
                    fitting = [t for t in self.pool if not t.parts and t.name.startswith("Prelude.")]
                arguments[name] = self.random.choice(fitting)
        return arguments

    def some_call(self, scope, depth=2, about=None):
        """A call of any function and the type of its result; often one that takes something of what
        is in sight, and one that takes a value of type `about` when that is given."""
        names = scope.outcomes + scope.values * 3
        never = [f for f in self.functions if f.full_name not in self.called]
        some = never if never and self.random.random() < 0.5 else self.functions
        f, arguments = self.random.choice(some), {}
        if about or names and self.random.random() < 0.5:
            wanted = about or self.random.choice(names)[1]
            fitting = []
            for candidate in self.functions:
                if candidate.full_name in rules.SCALAR:
                    continue
                for _, param in candidate.params[candidate.takes_self :]:
                    found = None if param.kind == "param" else unified(param, wanted, {})
                    if found is not None and all(self.supports(found[n], w) for n, w in candidate.bounds.items() if n in found):
                        fitting.append((candidate, found))
            if fitting:
                f, arguments = self.random.choice(fitting)
        arguments = self.completed(f, arguments)
        params = [param.bound(arguments) for _, param in f.params[f.takes_self :]]
        at_hand = [t for _, t in names]
        if any(not self.can_make(param) and param not in at_hand or not self.is_sound(param) for param in params):
            return None
        return self.call(f, arguments, scope, depth), f.result.bound(arguments)
