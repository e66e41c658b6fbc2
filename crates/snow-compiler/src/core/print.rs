//! Readable form of `core`, for `--dump` and for the verifier's messages.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::ir::*;
use super::types::{TypeKind, TypeRef};

/// The whole program: types that it declares, then functions.
pub fn program(program: &Program) -> String {
    let mut out = String::new();
    for info in &program.types.list {
        if let Some(parts) = declared(program, &info.kind) {
            let boxed = if info.boxed { "boxed " } else { "" };
            let _ = writeln!(out, "type {} = {boxed}{parts}", info.name);
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    for f in &program.functions {
        function(program, f, &mut out);
        out.push('\n');
    }
    out
}

/// What a type is made of, unless its name says that.
fn declared(program: &Program, kind: &TypeKind) -> Option<String> {
    let list = |types: &[TypeRef]| {
        let names: Vec<_> = types.iter().map(|t| name(program, *t)).collect();
        names.join(", ")
    };
    Some(match kind {
        TypeKind::Tuple(items) => format!("tuple({})", list(items)),
        TypeKind::Struct { fields } => {
            let types: Vec<_> = fields.iter().map(|(_, ty)| *ty).collect();
            format!("struct({})", list(&types))
        }
        TypeKind::Sum { variants } => {
            let all: Vec<_> = variants
                .iter()
                .map(|(_, types)| format!("({})", list(types)))
                .collect();
            format!("sum({})", all.join(", "))
        }
        TypeKind::Function { params, result } => {
            format!("fun({}, {})", list(params), name(program, *result)).replace("(, ", "(")
        }
        TypeKind::Int
        | TypeKind::Float
        | TypeKind::Bool
        | TypeKind::Unit
        | TypeKind::String
        | TypeKind::Bytes
        | TypeKind::Pid
        | TypeKind::List(_) => return None,
    })
}

fn name(program: &Program, ty: TypeRef) -> &str {
    &program.types.get(ty).name
}

/// One function.
pub(super) fn function(program: &Program, f: &Function, out: &mut String) {
    let params: Vec<_> = f
        .params
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let mode = if f.borrowed.get(i) == Some(&true) {
                "&"
            } else {
                ""
            };
            format!("{mode}v{}: {}", p.0, name(program, f.type_of(*p)))
        })
        .collect();
    let inline = if f.inline {
        "inline "
    } else if f.apart {
        "apart "
    } else {
        ""
    };
    let kind = match &f.kind {
        Kind::Plain => "fn".to_string(),
        Kind::Guarded => "guarded fn".to_string(),
        Kind::Closure(captured) => {
            let types: Vec<_> = captured.iter().map(|t| name(program, *t)).collect();
            format!("closure [{}]", types.join(", "))
        }
        Kind::Actor { message, terminate } => {
            let end = terminate.map(|t| format!(" ends with {}", program.function(t).symbol));
            format!(
                "actor [{}{}]",
                name(program, *message),
                end.unwrap_or_default()
            )
        }
    };
    let _ = writeln!(
        out,
        "{inline}{kind} {}({}) -> {}",
        f.symbol,
        params.join(", "),
        name(program, f.result)
    );
    if let Some(held) = &f.frame {
        frame(held, out);
    }
    for v in joins(f) {
        let _ = writeln!(out, "  var v{}: {}", v.0, name(program, f.type_of(v)));
    }
    block(program, f, &f.body, 1, out);
}

/// `frame [v0, v2]`, and for each `receive` `held at v5: [v0 1, v2 2]`.
fn frame(frame: &Frame, out: &mut String) {
    let vars: Vec<_> = frame.vars.iter().map(|v| format!("v{}", v.0)).collect();
    let _ = writeln!(out, "  frame [{}]", vars.join(", "));
    for at in frame.held.iter().flatten() {
        let owned: Vec<_> = at
            .owned
            .iter()
            .map(|(v, n)| format!("v{} {n}", v.0))
            .collect();
        let _ = writeln!(out, "  held at v{}: [{}]", at.message.0, owned.join(", "));
    }
}

/// Variables that are assigned and defined by no `Let`.
fn joins(f: &Function) -> Vec<Var> {
    let mut defined: BTreeSet<Var> = f.params.iter().copied().collect();
    let mut assigned = BTreeSet::new();
    super::blocks::walk(&f.body, &mut |stmt| match stmt {
        Stmt::Let(v, _) => {
            defined.insert(*v);
        }
        Stmt::Assign(v, _) => {
            assigned.insert(*v);
        }
        Stmt::At(_)
        | Stmt::Kill(_)
        | Stmt::Revive(_)
        | Stmt::Regain(_)
        | Stmt::Dup(_)
        | Stmt::Drop(_)
        | Stmt::If { .. }
        | Stmt::Switch { .. }
        | Stmt::Scope(..)
        | Stmt::Leave(_)
        | Stmt::Loop(..)
        | Stmt::Repeat(_)
        | Stmt::Return(_)
        | Stmt::Panic { .. }
        | Stmt::Receive(_) => {}
    });
    assigned.difference(&defined).copied().collect()
}

fn block(program: &Program, f: &Function, statements: &[Stmt], depth: usize, out: &mut String) {
    for stmt in statements {
        if !matches!(stmt, Stmt::At(_)) {
            statement(program, f, stmt, depth, out);
        }
    }
}

fn statement(program: &Program, f: &Function, stmt: &Stmt, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let _ = match stmt {
        Stmt::At(_) => Ok(()),
        Stmt::Let(v, r) => {
            let view = if f.vars[v.0 as usize].alias {
                "view "
            } else {
                ""
            };
            let ty = name(program, f.type_of(*v));
            writeln!(out, "{pad}{view}v{}: {ty} = {}", v.0, rvalue(program, r))
        }
        Stmt::Assign(v, o) => writeln!(out, "{pad}v{} := {}", v.0, operand(program, o)),
        Stmt::Dup(v) => writeln!(out, "{pad}dup v{}", v.0),
        Stmt::Kill(list) => writeln!(out, "{pad}kill {}", variables(list)),
        Stmt::Revive(list) => writeln!(out, "{pad}revive {}", variables(list)),
        Stmt::Regain(list) => writeln!(out, "{pad}regain {}", variables(list)),
        Stmt::Drop(v) => writeln!(out, "{pad}drop v{}", v.0),
        Stmt::If {
            condition,
            then,
            otherwise,
        } => {
            let _ = writeln!(out, "{pad}if {}", operand(program, condition));
            block(program, f, then, depth + 1, out);
            let _ = writeln!(out, "{pad}else");
            block(program, f, otherwise, depth + 1, out);
            Ok(())
        }
        Stmt::Switch { on, cases, default } => {
            let _ = writeln!(out, "{pad}switch {}", operand(program, on));
            for (values, body) in cases {
                let values: Vec<_> = values.iter().map(i64::to_string).collect();
                let _ = writeln!(out, "{pad}case {}", values.join(", "));
                block(program, f, body, depth + 1, out);
            }
            let _ = writeln!(out, "{pad}default");
            block(program, f, default, depth + 1, out);
            Ok(())
        }
        Stmt::Scope(l, body) => {
            let _ = writeln!(out, "{pad}scope L{}", l.0);
            block(program, f, body, depth + 1, out);
            Ok(())
        }
        Stmt::Leave(l) => writeln!(out, "{pad}leave L{}", l.0),
        Stmt::Loop(l, body) => {
            let _ = writeln!(out, "{pad}loop L{}", l.0);
            block(program, f, body, depth + 1, out);
            Ok(())
        }
        Stmt::Repeat(l) => writeln!(out, "{pad}repeat L{}", l.0),
        Stmt::Return(o) => writeln!(out, "{pad}return {}", operand(program, o)),
        Stmt::Panic { message, .. } => writeln!(out, "{pad}panic {message:?}"),
        Stmt::Receive(r) => {
            let ty = name(program, f.type_of(r.message));
            let view = if f.vars[r.message.0 as usize].alias {
                "view "
            } else {
                ""
            };
            let _ = writeln!(out, "{pad}receive {view}v{}: {ty}", r.message.0);
            block(program, f, &r.scan, depth + 1, out);
            if let Some((ms, body)) = &r.after {
                let _ = writeln!(out, "{pad}after {}", operand(program, ms));
                block(program, f, body, depth + 1, out);
            }
            Ok(())
        }
    };
}

fn operand(program: &Program, o: &Operand) -> String {
    match o {
        Operand::Var(v) => format!("v{}", v.0),
        Operand::Int(v) => v.to_string(),
        Operand::Float(v) => format!("{v:?}"),
        Operand::Bool(v) => v.to_string(),
        Operand::Unit => "()".into(),
        Operand::Text(t) => format!("{t:?}"),
        Operand::Function(f) => program.function(*f).symbol.clone(),
        Operand::EmptyList(ty) => format!("[] as {}", name(program, *ty)),
        Operand::Static(value) => format!("static {}", constant(program, value)),
        Operand::Undef(ty) => format!("undef as {}", name(program, *ty)),
    }
}

fn constant(program: &Program, value: &Static) -> String {
    let all = |list: &[Static]| {
        let list: Vec<_> = list.iter().map(|part| constant(program, part)).collect();
        list.join(", ")
    };
    match value {
        Static::Plain(o) => operand(program, o),
        Static::Bytes(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("<<{digits}>>")
        }
        Static::List(ty, items) => format!("[{}] as {}", all(items), name(program, *ty)),
        Static::Make(ty, fields) => format!("{{{}}} as {}", all(fields), name(program, *ty)),
        Static::Variant {
            ty,
            variant,
            fields,
        } => format!("#{variant}{{{}}} as {}", all(fields), name(program, *ty)),
    }
}

fn variables(list: &[Var]) -> String {
    let list: Vec<_> = list.iter().map(|v| format!("v{}", v.0)).collect();
    list.join(", ")
}

fn operands(program: &Program, list: &[Operand]) -> String {
    list.iter()
        .map(|o| operand(program, o))
        .collect::<Vec<_>>()
        .join(", ")
}

fn rvalue(program: &Program, r: &Rvalue) -> String {
    let one = |o: &Operand| operand(program, o);
    let all = |list: &[Operand]| operands(program, list);
    match r {
        Rvalue::Use(o) => one(o),
        Rvalue::Call(f, args) => format!("{}({})", program.function(*f).symbol, all(args)),
        Rvalue::CallClosure(c, args) => format!("call {}({})", one(c), all(args)),
        Rvalue::Primitive { op, ty, args, .. } => {
            let item = ty.map(|ty| format!("<{}>", name(program, ty)));
            format!("%{}{}({})", op.name(), item.unwrap_or_default(), all(args))
        }
        Rvalue::Runtime { symbol, args } => format!("{symbol}({})", all(args)),
        Rvalue::Derived { op, ty, args } => {
            format!("{op:?}<{}>({})", name(program, *ty), all(args))
        }
        Rvalue::Make(ty, args) => format!("{} {{{}}}", program.types.get(*ty).name, all(args)),
        Rvalue::Variant {
            ty,
            variant,
            fields,
        } => {
            format!("{}#{variant}({})", program.types.get(*ty).name, all(fields))
        }
        Rvalue::Field(o, i) => format!("{}.{i}", one(o)),
        Rvalue::Payload {
            base,
            variant,
            index,
        } => format!("{}#{variant}.{index}", one(base)),
        Rvalue::Tag(o) => format!("tag {}", one(o)),
        Rvalue::Update { base, fields } => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(i, o)| format!(".{i} = {}", one(o)))
                .collect();
            format!("{} with {}", one(base), fields.join(", "))
        }
        Rvalue::Closure(f, captured) => {
            format!("closure {}[{}]", program.function(*f).symbol, all(captured))
        }
        Rvalue::Capture(i) => format!("capture {i}"),
        Rvalue::Accept(v) => format!("accept v{}", v.0),
        Rvalue::Spawn(f, args) => format!("spawn {}({})", program.function(*f).symbol, all(args)),
        Rvalue::Send {
            to,
            message,
            manner,
        } => match manner {
            Manner::Plain => format!("send {} to {}", one(message), one(to)),
            Manner::After(ms) => format!("send {} to {} after {}", one(message), one(to), one(ms)),
            Manner::Request => format!("request {} of {}", one(message), one(to)),
            Manner::Offer => format!("offer {} to {}", one(message), one(to)),
            Manner::Exempt => format!("send {} to {} exempt", one(message), one(to)),
        },
        Rvalue::SelfPid => "self".into(),
        Rvalue::Guard { body, limit, .. } => {
            let body = match body {
                GuardedCode::Closure(closure) => one(closure),
                GuardedCode::Call(f, args) => {
                    format!("call {}({})", program.function(*f).symbol, all(args))
                }
            };
            match limit {
                Some((within, label)) => {
                    format!("guard {body} within {} as {}", one(within), one(label))
                }
                None => format!("guard {body}"),
            }
        }
    }
}
