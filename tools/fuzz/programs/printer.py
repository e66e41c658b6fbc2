"""The text of cases: one module, with as few brackets as its trees allow."""

from form_nodes import Constant, Local
from nodes import (Ask, Block, Do, Field, Impl, Interface, Let, Name, PAny, PAs, PBits, PCons, PCtor, PList, PLit,
                   PName, POr, PTuple, Server, Service, Show, Struct, Sum)
from print_restarts import RestartPrinter
from print_watched import TOLD, WatchedPrinter
from restart_nodes import Restarted
from types_of import UNIT
from watched import Frail, Middle, Tree

LEVELS = {"or": 2, "||": 2, "and": 3, "&&": 3, "==": 4, "!=": 4, "<": 5, ">": 5, "<=": 5, ">=": 5, "..": 6, "<>": 7,
          "++": 7, "+": 8, "-": 8, "*": 9, "/": 9, "%": 9}
PIPE, PREFIX, POSTFIX = 1, 10, 11
SMALLEST = -(2**63)


def type_text(ty):
    if ty == UNIT:
        return "()"
    inside = [type_text(arg) for arg in ty.args]
    if ty.name == "Tuple":
        return f"({', '.join(inside)})"
    if ty.name == "Fun":
        return f"Fun({', '.join(inside[:-1])}) -> {inside[-1]}"
    if ty.name == "Option" and ty.args[0].name not in ("Tuple", "Fun", "Unit", "Result", "Option"):
        return f"{inside[0]}?"
    return f"{ty.name}<{', '.join(inside)}>" if inside else ty.name


def literal(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if value == ():
        return "()"
    if isinstance(value, str):
        return f'"{escaped(value)}"'
    if isinstance(value, bytes):
        return f"<<{', '.join(map(str, value))}>>"
    if value == SMALLEST and isinstance(value, int):
        return f"{SMALLEST + 1} - 1"
    if isinstance(value, int) and value > 1000 and value % 3:
        # In other writings of numbers.
        return f"0x{value:X}" if value % 3 == 1 else f"{value:_}"
    return repr(value)


def escaped(text):
    for plain, code in (
        ("\\", "\\\\"),
        ('"', '\\"'),
        ("$", "\\$"),
        ("\n", "\\n"),
        ("\t", "\\t"),
        ("\r", "\\r"),
        ("\0", "\\0"),
        ("\u0301", "\\u{301}"),
        ("\u200d", "\\u{00200D}"),
        ("#{", "\\u{23}{"),
    ):
        text = text.replace(plain, code)
    return text


def snake(name):
    return "".join(("_" if at and c.isupper() else "") + c.lower() for at, c in enumerate(name))


# Patterns: `as` binds loosest, then `::`, then `|`.


def pattern(p, level=0):
    match p:
        case PAny():
            return "_"
        case PName(name):
            return name
        case PLit(_, value):
            return literal(value)
        case PTuple(items):
            return f"({', '.join(map(pattern, items))})"
        case PCtor(name, items, owner):
            name = f"{owner}.{name}" if owner else name
            return f"{name}({', '.join(map(pattern, items))})" if items else name
        case PList(items):
            return f"[{', '.join(map(pattern, items))}]"
        case PCons(head, tail):
            return bracketed(f"{pattern(head, 2)} :: {pattern(tail, 1)}", level > 1)
        case POr(left, right):
            return bracketed(f"{pattern(left, 3)} | {pattern(right, 3)}", level > 2)
        case PAs(inner, name):
            return bracketed(f"{pattern(inner, 1)} as {name}", level > 0)
        case PBits(segments):
            return bits(segments, pattern)
    raise TypeError(p)


def bits(segments, text):
    """`<<…>>` of expressions or patterns, whose `text` is given."""
    return f"<<{', '.join(segment_text(s, text(s.value)) for s in segments)}>>"


def segment_text(segment, text):
    if segment.kind == "int":
        return text if segment.size == 8 and not segment.is_little else f"{text}::{segment.size}{'-little' if segment.is_little else ''}"
    return f"{text}::{segment.kind}" + ("" if segment.size is None else f"-size({segment.size})")


def bracketed(text, condition):
    return f"({text})" if condition else text


def parameter(p):
    """A pattern where `::` would be read as a type and `|` as another clause."""
    return pattern(p, 3)


class Printer(RestartPrinter, WatchedPrinter):
    def __init__(self, *cases):
        self.cases = cases

    def union(self, items):
        """What the cases have in common once, and what each has of its own."""
        return list({id(item): item for case in self.cases for item in items(case)}.values())

    def text(self, imports="", is_here=lambda item: True):
        """The module, without the declarations and functions that are in another one."""
        made = [f"# Of tools/fuzz/programs.\n{imports}"]
        declared = self.union(lambda case: case.declarations)
        made += [self.declaration(d) for d in declared if is_here(d)]
        made += [self.function(f) for f in self.union(lambda case: case.functions) if is_here(f)]
        if any(isinstance(a, (Frail, Middle, Tree)) for case in self.cases for a in case.actors):
            made.append(TOLD)
        for case in self.cases:
            made += [self.actor(a) for a in case.actors]
            body = "".join(self.statement(s, 1) for s in case.body)
            made.append(f"actor act{case.number}() do\n{body}end\n")
        return "\n".join(made)

    def actor(self, a):
        if isinstance(a, Service):
            return self.service(a)
        return self.server(a) if isinstance(a, Server) else self.watched_actor(a)

    def find_actor(self, name):
        return next(a for case in self.cases for a in case.actors if a.name == name)

    # Declarations

    def declaration(self, d):
        generics = f"<{', '.join(d.params)}>" if getattr(d, "params", ()) else ""
        if isinstance(d, (Struct, Sum)):
            deriving = "" if d.deriving is None else f" deriving({', '.join(d.deriving)})"
        match d:
            case Struct():
                inside = "".join(f"  {name} :: {type_text(ty)}\n" for name, ty in d.fields)
                return f"struct {d.name}{generics} do\n{inside}end{deriving}\n"
            case Sum():
                inside = "".join(f"  {name}{self.payload(types)}\n" for name, types in d.variants)
                return f"type {d.name}{generics} do\n{inside}end{deriving}\n"
            case Constant(name, _, value):
                return f"let {name} = {self.expr(value, 0)}\n"
            case Interface():
                return (
                    f"interface {d.name}{generics} do\n{''.join(map(self.method, d.methods))}end\n"
                )
            case Impl():
                inside = "".join(self.function(f, 1, is_method=True) for f in d.functions)
                bounds = self.bounds(d.bounds)
                arguments = f"<{', '.join(map(type_text, d.arguments))}>" if d.arguments else ""
                head = f"impl {d.interface}{arguments} for {type_text(d.type)}{bounds}"
                return f"{head} do\n{inside}end\n"
        raise TypeError(d)

    @staticmethod
    def payload(types):
        return f"({', '.join(map(type_text, types))})" if types else ""

    def method(self, m):
        params = ", ".join(
            ["self"] * (not m.is_static) + [f"{name} :: {type_text(ty)}" for name, ty in m.params]
        )
        head = f"  fn {m.name}({params}) -> {type_text(m.result)}"
        if m.default is None:
            return f"{head}\n"
        return f"{head} {self.block(m.default, 1)}\n"

    def function(self, f, depth=0, is_method=False):
        made = []
        pad = "  " * depth
        for at, clause in enumerate(f.clauses):
            head = f"{pad}fn {f.name}"
            if at == 0 and f.is_typed and f.generics:
                head += f"<{', '.join(f.generics)}>"
            types = [ty for _, ty in f.params]
            params = [self.typed(p, ty, f.is_typed and at == 0) for p, ty in zip(clause.patterns, types)]
            head += f"({', '.join(params)})"
            if at == 0 and f.is_typed:
                head += f" -> {type_text(f.result)}"
                head += self.bounds(f.bounds)
            if clause.guard is not None:
                head += f" when {self.expr(clause.guard, depth)}"
            if isinstance(clause.body, Block):
                made.append(f"{head} {self.block(clause.body, depth)}\n")
            else:
                made.append(f"{head} = {self.expr(clause.body, depth)}\n")
        return "".join(made)

    @staticmethod
    def bounds(bounds):
        made = [f"{name}: {bound}" for name, some in bounds.items() for bound in some]
        return f" where {', '.join(made)}" if made else ""

    @staticmethod
    def parameters(params):
        return ", ".join(f"{name} :: {type_text(ty)}" for name, ty in params)

    @staticmethod
    def typed(p, ty, is_typed):
        if is_typed and isinstance(p, PName) and p.name != "self":
            return f"{p.name} :: {type_text(ty)}"
        return parameter(p)

    def service(self, s):
        made = f"service {s.name} do\n  fn init({self.parameters(s.params)}) -> {type_text(s.state)} {self.block(s.start, 1)}\n"
        for h in s.handlers:
            params = self.parameters(h.params)
            word, reply = ("cast", "") if h.reply is None else ("call", f" :: {type_text(h.reply)}")
            made += f"\n  {word} {h.name}({params}){reply} {self.block(h.body, 1, f' |{h.state_name}|')}\n"
        return f"{made}end\n"

    def server(self, s):
        made = f"actor {s.name}({s.state_name} :: {type_text(s.state)}) do\n  receive do\n"
        for arm in s.arms:
            again = f"{s.name}({self.expr(arm.state, 3)})"
            if arm.reply is None:
                made += f"    {pattern(PCtor(arm.variant, [PName(n) for n in arm.names]))} -> {again}\n"
                continue
            names = [PName("asker")] + [PName(n) for n in arm.names]
            made += f"    {pattern(PCtor(arm.variant, names))} -> do\n"
            made += f"      send(asker, {s.reply}({self.expr(arm.reply, 3)}))\n      {again}\n    end\n"
        return f"{made}  end\nend\n"

    # Statements

    def block(self, body, depth, names=""):
        """`do … end` of a block, or of any expression."""
        pad, inner = "  " * depth, "  " * (depth + 1)
        statements = body.statements if isinstance(body, Block) else []
        value = body.value if isinstance(body, Block) else body
        inside = "".join(self.statement(s, depth + 1) for s in statements)
        if value is not None:
            inside += f"{inner}{self.expr(value, depth + 1)}\n"
        return f"do{names}\n{inside}{pad}end"

    def statement(self, s, depth):
        pad = "  " * depth
        match s:
            case Let(p, ty, value, is_typed):
                if isinstance(value, Ask) and value.kind == "server":
                    return self.asked(p, value, depth)
                annotation = f" :: {type_text(ty)}" if is_typed else ""
                return f"{pad}let {pattern(p)}{annotation} = {self.expr(value, depth)}\n"
            case Do(value):
                if isinstance(value, Ask) and value.kind == "server":
                    items = ", ".join(self.expr(item, depth) for item in value.items)
                    message = f"{value.name}({items})" if items else value.name
                    return f"{pad}send({self.expr(value.actor, depth)}, {message})\n"
                return f"{pad}{self.expr(value, depth)}\n"
            case Show(value):
                return f"{pad}println({self.expr(value, depth)})\n"
            case Restarted():
                return self.restarted(s, depth)
            case Local(f):
                return self.function(f, depth)
        return self.watched_statement(s, depth)

    def asked(self, p, ask, depth):
        """A request to a server and the wait for its answer."""
        pad = "  " * depth
        items = ", ".join(["self()"] + [self.expr(item, depth) for item in ask.items])
        server = self.find_actor(ask.owner)
        return (f"{pad}send({self.expr(ask.actor, depth)}, {ask.name}({items}))\n"
                f"{pad}let {pattern(p)} = receive do\n{pad}  {server.reply}(answer) -> answer\n{pad}end\n")

    # Expressions

    def expr(self, node, depth, level=0):
        own, text = getattr(self, "on_" + type(node).__name__)(node, depth)
        return bracketed(text, own < level)

    def list(self, nodes, depth):
        return ", ".join(self.expr(node, depth) for node in nodes)

    def on_Lit(self, node, depth):
        text = literal(node.value)
        if " - " in text and not isinstance(node.value, str):
            return LEVELS["-"], text
        return PREFIX if text.startswith("-") else POSTFIX, text

    def on_Text(self, node, depth):
        inside = (escaped(p) if isinstance(p, str) else f"${{{self.expr(p, depth)}}}" for p in node.pieces)
        return POSTFIX, f'"{"".join(inside)}"'

    def on_Name(self, node, depth):
        return POSTFIX, node.name

    def on_Binary(self, node, depth):
        level = LEVELS[node.op]
        left, right = self.expr(node.left, depth, level), self.expr(node.right, depth, level + 1)
        return level, f"{left} {node.op} {right}"

    def on_Unary(self, node, depth):
        inside = self.expr(node.value, depth, PREFIX)
        space = " " if node.op == "not" or inside.startswith(node.op) else ""
        return PREFIX, f"{node.op}{space}{inside}"

    def on_TupleOf(self, node, depth):
        return POSTFIX, f"({self.list(node.items, depth)})"

    def on_ListOf(self, node, depth):
        return POSTFIX, f"[{self.list(node.items, depth)}]"

    def on_MapOf(self, node, depth):
        inside = (f"{self.expr(k, depth)} => {self.expr(v, depth)}" for k, v in node.pairs)
        return POSTFIX, f"%{{{', '.join(inside)}}}"

    def on_Bits(self, node, depth):
        return POSTFIX, bits(node.segments, lambda value: self.expr(value, depth, POSTFIX))

    def fields(self, pairs, depth):
        return ", ".join(f"{name}: {self.expr(value, depth)}" for name, value in pairs)

    def on_Record(self, node, depth):
        return POSTFIX, f"{node.ty.name} {{ {self.fields(node.fields, depth)} }}"

    def on_Variant(self, node, depth):
        name = f"{node.ty.name}.{node.name}" if node.qualified else node.name
        return POSTFIX, f"{name}({self.list(node.items, depth)})" if node.items else name

    def on_Field(self, node, depth):
        return POSTFIX, f"{self.expr(node.value, depth, POSTFIX)}.{node.name}"

    def on_Update(self, node, depth):
        return POSTFIX, f"%{{{self.expr(node.value, depth, LEVELS['or'])} | {self.fields(node.fields, depth)}}}"

    def on_If(self, node, depth):
        pad, inner = "  " * depth, "  " * (depth + 1)
        then, other = node.then, node.other
        head = f"if {self.expr(node.condition, depth)}"
        if other is None:
            return 0, f"{head} {self.block(then, depth)}"
        inline = not isinstance(then, Block) and not isinstance(other, (Block, type(node)))
        if inline:
            text = f"{head} do {self.expr(then, depth)} else {self.expr(other, depth)} end"
            if "\n" not in text and len(text) < 90:
                return 0, text
        opened = self.block(then, depth)[: -len("end")]
        if type(other) is type(node) and other.other is not None:
            rest = self.expr(other, depth)
            return 0, f"{head} {opened}else {rest}"
        closed = self.block(other, depth)[len("do") :]
        return 0, f"{head} {opened}else{closed}"

    def on_Choice(self, node, depth):
        return 0, f"{node.word} {self.expr(node.value, depth)} do\n{self.arms(node.arms, depth)}{'  ' * depth}end"

    def arms(self, arms, depth):
        pad, made = "  " * (depth + 1), ""
        for arm in arms:
            guard = "" if arm.guard is None else f" when {self.expr(arm.guard, depth + 1)}"
            is_block = isinstance(arm.body, Block)
            body = self.block(arm.body, depth + 1) if is_block else self.expr(arm.body, depth + 1)
            made += f"{pad}{pattern(arm.patterns[0])}{guard} -> {body}\n"
        return made

    def on_Closure(self, node, depth):
        clauses = [self.closure_clause(node, clause, depth) for clause in node.clauses]
        if len(clauses) == 1 and isinstance(node.clauses[0].body, Block):
            return 0, f"fn{clauses[0]}"
        return 0, f"fn{' |'.join(clauses)} end"

    def closure_clause(self, node, clause, depth):
        params = [parameter(p) for p in clause.patterns]
        if node.form == 2 and all(isinstance(p, PName) for p in clause.patterns):
            params = [f"{p} :: {type_text(ty)}" for p, ty in zip(params, node.ty.args)]
        inside = ", ".join(params)
        # What begins with a bracket is a list of parameters.
        listed = not params or inside.startswith("(") or node.form == 0
        head = f" ({inside})" if listed and len(node.clauses) > 1 else f"({inside})" if listed else f" {inside}"
        if clause.guard is not None:
            head += f" when {self.expr(clause.guard, depth)}"
        if isinstance(clause.body, Block):
            return f"{head} {self.block(clause.body, depth)}"
        return f"{head} -> {self.expr(clause.body, depth)}"

    def on_Call(self, node, depth):
        if not isinstance(node.callee, str):
            callee = self.expr(node.callee, depth, POSTFIX)
            plain_name = isinstance(node.callee, Name)
            if isinstance(node.callee, Field) or not plain_name and not callee.startswith("("):
                callee = f"({callee})"
            return POSTFIX, f"{callee}({self.list(node.items, depth)})"
        return self.styled(node.callee, node.callee.split(".")[-1], node, depth)

    def styled(self, name, short, node, depth):
        first, rest = node.items[0] if node.items else None, node.items[1:]
        inside = self.list(rest, depth)
        if node.style == "method":
            return POSTFIX, f"{self.expr(first, depth, POSTFIX)}.{short}({inside})"
        if node.style == "index":
            return POSTFIX, f"{self.expr(first, depth, POSTFIX)}[{inside}]"
        if node.style == "trailing":
            clause = node.items[-1].clauses[0]
            names = f" |{', '.join(map(pattern, clause.patterns))}|"
            head = f"{name}({self.list(node.items[:-1], depth)})"
            return POSTFIX, f"{head} {self.block(clause.body, depth, names)}"
        if node.style == "pipe":
            return PIPE, f"{self.expr(first, depth, PIPE)} |> {name}" + (f"({inside})" if rest else "")
        return POSTFIX, f"{name}({self.list(node.items, depth)})"

    def on_MethodCall(self, node, depth):
        name = f"{node.interface}.{node.name}" if node.style == "named" else node.name
        return self.styled(name, node.name, node, depth)

    def on_StaticCall(self, node, depth):
        front = {"type": f"{node.of.name}.", "bare": "", "named": f"{node.interface}."}[node.style]
        return POSTFIX, f"{front}{node.name}({self.list(node.items, depth)})"

    def on_Decode(self, node, depth):
        return POSTFIX, f"{node.of.name}.from_json({self.expr(node.text, depth)})"

    def on_Ring(self, node, depth):
        return POSTFIX, f"{node.callee}({self.list(node.items, depth)})"

    def on_Try(self, node, depth):
        return POSTFIX, f"{self.expr(node.value, depth, POSTFIX)}?"

    def on_Loop(self, node, depth):
        names = node.names[0] if isinstance(node.names[0], str) else pattern(node.names[0])
        if len(node.names) == 2:
            names = f"{{{', '.join(node.names)}}}"
        filter_ = "" if node.filter is None else f" when {self.expr(node.filter, depth)}"
        return 0, f"for {names} in {self.expr(node.source, depth)}{filter_} {self.block(node.body, depth)}"

    def on_While(self, node, depth):
        return 0, f"while true {self.block(node.body, depth)}"

    def on_Jump(self, node, depth):
        return POSTFIX, node.word

    def on_Return(self, node, depth):
        return 0, f"return {self.expr(node.value, depth)}"

    def on_Block(self, node, depth):
        """Only where no statement stands in it: elsewhere `block` prints it."""
        assert not node.statements, "a block is no expression"
        return (POSTFIX, "()") if node.value is None else (0, self.expr(node.value, depth))

    def on_Show(self, node, depth):
        return POSTFIX, f"println({self.expr(node.value, depth)})"

    def on_Guarded(self, node, depth):
        body = node.body
        if isinstance(body, Block):
            inside = self.block(body, depth)
        else:
            inside = f"-> {self.expr(body, depth)} end"
        return POSTFIX, f"Process.guard(fn() {inside})"

    def on_Job(self, node, depth):
        f = self.expr(node.function, depth)
        if node.items is None:
            return POSTFIX, f"Job.await(Job.async({f}))"
        return POSTFIX, f"Job.map({self.expr(node.items, depth)}, {f})"

    def on_Start(self, node, depth):
        items = self.list(node.items, depth)
        return POSTFIX, f"{node.owner}.start({items})" if node.kind == "service" else f"spawn({node.owner}, {items})"

    snake = staticmethod(snake)

    def on_Ask(self, node, depth):
        assert node.kind == "service", "servers are asked by statements"
        return POSTFIX, f"{node.owner}.{snake(node.name)}({self.list([node.actor, *node.items], depth)})"

    def on_Post(self, node, depth):
        return POSTFIX, f"send(self(), {self.expr(node.value, depth)})"

    def on_Receive(self, node, depth):
        pad = "  " * depth
        return 0, f"receive do\n{self.arms(node.arms, depth)}{pad}after 0 -> {self.expr(node.other, depth)} end"
