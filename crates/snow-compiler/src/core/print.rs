//! Readable form of `core`, for `--dump` and for the verifier's messages.

use std::fmt::Write;

use super::ir::*;

/// The whole program.
pub fn program(program: &Program) -> String {
    let mut out = String::new();
    for f in &program.functions {
        function(program, f, &mut out);
        out.push('\n');
    }
    out
}

fn function(program: &Program, f: &Function, out: &mut String) {
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
            format!("{mode}v{}: {}", p.0, program.types.get(f.type_of(*p)).name)
        })
        .collect();
    let _ = writeln!(
        out,
        "{} {}({}) -> {}",
        kind(&f.kind),
        f.symbol,
        params.join(", "),
        program.types.get(f.result).name
    );
    block(program, f, &f.body, 1, out);
}

fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Plain => "fn",
        Kind::Closure(_) => "closure",
        Kind::Actor { .. } => "actor",
    }
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
            writeln!(out, "{pad}{view}v{} = {}", v.0, rvalue(program, r))
        }
        Stmt::Assign(v, o) => writeln!(out, "{pad}v{} := {}", v.0, operand(program, o)),
        Stmt::Dup(v) => writeln!(out, "{pad}dup v{}", v.0),
        Stmt::Vacate(_) | Stmt::Occupy(_) => Ok(()),
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
            for (value, body) in cases {
                let _ = writeln!(out, "{pad}case {value}");
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
            let _ = writeln!(out, "{pad}receive v{}", r.message.0);
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
        Operand::EmptyList(_) => "[]".into(),
        Operand::Hole(_) => "hole".into(),
    }
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
        Rvalue::Primitive { op, args, .. } => format!("%{}({})", op.name(), all(args)),
        Rvalue::Runtime { symbol, args } => format!("{symbol}({})", all(args)),
        Rvalue::Derived { op, args, .. } => format!("{op:?}({})", all(args)),
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
        Rvalue::Guard { closure, limit, .. } => match limit {
            Some((within, label)) => format!(
                "guard {} within {} as {}",
                one(closure),
                one(within),
                one(label)
            ),
            None => format!("guard {}", one(closure)),
        },
    }
}
