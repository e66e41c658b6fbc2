//! A short readable form of the program, for `--dump=hir`: functions with their kind, names
//! resolved to `name#id`.

use std::fmt::Write;

use super::{Expr, ExprKind, FunctionKind, Pat, PatKind, Program, Role, Statement};

/// The functions of the user's modules.
pub fn program(program: &Program) -> String {
    let mut out = String::new();
    for (index, function) in program.functions.iter().enumerate() {
        let Some(module) = program
            .modules
            .get(function.module.index())
            .filter(|m| !m.is_stdlib)
        else {
            continue;
        };
        let owner = match function.role {
            Role::Free => String::new(),
            Role::Interface(id, _) => format!("{}.", program.interfaces[id.index()].name),
            Role::Impl(id, _) => {
                let found = &program.impls[id.index()];
                let names: Vec<_> = found
                    .generics
                    .iter()
                    .map(|(name, _)| name.clone())
                    .collect();
                let ty = crate::types::print::ty(program, &found.target, &names);
                let interface = program.interfaces.get(found.interface.index());
                format!("{} for {ty}.", interface.map_or("?", |i| &i.name))
            }
        };
        let kind = match &function.kind {
            FunctionKind::Plain => "fn",
            FunctionKind::Actor => "actor",
            FunctionKind::Test => "test",
            FunctionKind::Extern(_) => "extern fn",
        };
        let _ = writeln!(
            out,
            "{kind} {}.{owner}{}/{} #{index}",
            module.name, function.name, function.arity
        );
        for clause in &function.clauses {
            let patterns: Vec<String> = clause
                .patterns
                .iter()
                .map(|p| pattern(program, p))
                .collect();
            let guard = clause
                .guard
                .as_ref()
                .map_or(String::new(), |g| format!(" when {}", expr(program, g)));
            let _ = writeln!(
                out,
                "  ({}){guard} -> {}",
                patterns.join(", "),
                expr(program, &clause.body)
            );
        }
    }
    out
}

/// A pattern on one line.
pub fn pattern(program: &Program, p: &Pat) -> String {
    let list = |items: &[Pat]| {
        items
            .iter()
            .map(|p| pattern(program, p))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match &p.kind {
        PatKind::Wildcard => "_".into(),
        PatKind::Bind(local) => local_name(program, *local),
        PatKind::As(inner, local) => format!(
            "{} as {}",
            pattern(program, inner),
            local_name(program, *local)
        ),
        PatKind::Int(value) => value.to_string(),
        PatKind::Float(value) => format!("{value:?}"),
        PatKind::String(value) => format!("{value:?}"),
        PatKind::Bool(value) => value.to_string(),
        PatKind::Unit => "()".into(),
        PatKind::Tuple(items) => format!("({})", list(items)),
        PatKind::Constructor { ty, variant, args } => {
            format!("{}({})", variant_name(program, *ty, *variant), list(args))
        }
        PatKind::Or(items) => items
            .iter()
            .map(|p| pattern(program, p))
            .collect::<Vec<_>>()
            .join(" | "),
        PatKind::Cons(head, tail) => {
            format!("{} :: {}", pattern(program, head), pattern(program, tail))
        }
        PatKind::Nil => "[]".into(),
        PatKind::Bits(segments) => {
            let parts: Vec<String> = segments
                .iter()
                .map(|s| pattern(program, &s.value))
                .collect();
            format!("<<{}>>", parts.join(", "))
        }
        PatKind::Error => "<error>".into(),
    }
}

/// An expression on one line, in prefix form.
pub fn expr(program: &Program, e: &Expr) -> String {
    let list = |items: Vec<&Expr>| {
        items
            .iter()
            .map(|e| expr(program, e))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let form = |name: &str, items: Vec<&Expr>| format!("({name} {})", list(items));
    match &e.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Unit => "()".into(),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Local(local) => local_name(program, *local),
        ExprKind::Function(id) => program
            .functions
            .get(id.index())
            .map_or_else(|| "?".into(), |f| format!("{}#{}", f.name, id.0)),
        ExprKind::Constructor { ty, variant } => variant_name(program, *ty, *variant),
        ExprKind::Tuple(items) => form("tuple", items.iter().collect()),
        ExprKind::List(items) => form("list", items.iter().collect()),
        ExprKind::Range(from, to) => form("range", vec![from, to]),
        ExprKind::Unary(op, inner) => form(&format!("{op:?}"), vec![inner]),
        ExprKind::Binary {
            op, left, right, ..
        } => form(&format!("{op:?}"), vec![left, right]),
        ExprKind::Call { callee, args } => {
            form("call", [&**callee].into_iter().chain(args).collect())
        }
        ExprKind::Member { base, name, .. } => format!("{}.{name}", expr(program, base)),
        ExprKind::MethodCall {
            base, name, args, ..
        } => {
            format!(
                "{}.{name}({})",
                expr(program, base),
                list(args.iter().collect())
            )
        }
        ExprKind::Index { base, index } => form("index", vec![base, index]),
        ExprKind::Try(inner) => form("try", vec![inner]),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => form(
            "if",
            [&**condition, then]
                .into_iter()
                .chain(otherwise.as_deref())
                .collect(),
        ),
        ExprKind::While { condition, body } => form("while", vec![condition, body]),
        ExprKind::Return(value) => form("return", value.as_deref().into_iter().collect()),
        ExprKind::Spawn { actor, args } => {
            form("spawn", [&**actor].into_iter().chain(args).collect())
        }
        ExprKind::Send { to, message } => form("send", vec![to, message]),
        ExprKind::SelfPid => "self()".into(),
        ExprKind::Case { subject, arms } => {
            let arms: Vec<String> = arms.iter().map(|arm| clause(program, arm)).collect();
            format!("(case {} {})", expr(program, subject), arms.join(" | "))
        }
        ExprKind::Receive { arms, .. } => {
            let arms: Vec<String> = arms.iter().map(|arm| clause(program, arm)).collect();
            format!("(receive {})", arms.join(" | "))
        }
        ExprKind::Closure { clauses, .. } => {
            let clauses: Vec<String> = clauses.iter().map(|c| clause(program, c)).collect();
            format!("(fn {})", clauses.join(" | "))
        }
        ExprKind::For {
            pattern: p,
            iterable,
            body,
            ..
        } => {
            format!(
                "(for {} {} {})",
                pattern(program, p),
                expr(program, iterable),
                expr(program, body)
            )
        }
        ExprKind::Block(statements) => {
            let line = |s: &Statement| match s {
                Statement::Let {
                    pattern: p, value, ..
                } => {
                    format!("let {} = {}", pattern(program, p), expr(program, value))
                }
                Statement::Expr(e) => expr(program, e),
            };
            format!(
                "{{ {} }}",
                statements.iter().map(line).collect::<Vec<_>>().join("; ")
            )
        }
        ExprKind::Struct { fields, .. } => form("struct", fields.iter().map(|(_, e)| e).collect()),
        ExprKind::Update { base, fields } => form(
            "update",
            [&**base]
                .into_iter()
                .chain(fields.iter().map(|(_, _, e)| e))
                .collect(),
        ),
        ExprKind::Map(pairs) => form("map", pairs.iter().flat_map(|(k, v)| [k, v]).collect()),
        ExprKind::Bits(segments) => form("bits", segments.iter().map(|s| &s.value).collect()),
        ExprKind::Interpolation(_) => "(interpolation)".into(),
        ExprKind::Assert {
            condition, message, ..
        } => form(
            "assert",
            [&**condition]
                .into_iter()
                .chain(message.as_deref())
                .collect(),
        ),
        ExprKind::Break => "break".into(),
        ExprKind::Continue => "continue".into(),
        ExprKind::Error => "<error>".into(),
    }
}

fn clause(program: &Program, clause: &super::Clause) -> String {
    let patterns: Vec<String> = clause
        .patterns
        .iter()
        .map(|p| pattern(program, p))
        .collect();
    format!("{} -> {}", patterns.join(", "), expr(program, &clause.body))
}

fn local_name(program: &Program, local: super::LocalId) -> String {
    program
        .locals
        .get(local.index())
        .map_or_else(|| "?".into(), |l| format!("{}#{}", l.name, local.0))
}

fn variant_name(program: &Program, ty: super::TypeId, variant: usize) -> String {
    match program.types.get(ty.index()).map(|t| &t.kind) {
        Some(super::TypeKind::Sum(variants)) => variants
            .get(variant)
            .map_or("?".into(), |v| v.name.to_string()),
        _ => "?".into(),
    }
}
