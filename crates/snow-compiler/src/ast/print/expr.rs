//! Expressions.

use super::{annotated, block, list, name, path, pattern, List};
use crate::ast::{
    Arm, BitKind, BitSegment, Expr, ExprKind, ForBinding, Ident, Param, StringPart, UnaryOp,
};

/// An expression.
pub(super) fn expr(e: &Expr) -> List {
    match &e.kind {
        ExprKind::Int(value) => List::atom(&value.to_string()),
        ExprKind::Float(value) => List::atom(&format!("{value:?}")),
        ExprKind::Bool(value) => List::atom(&value.to_string()),
        ExprKind::Unit => List::atom("()"),
        ExprKind::String(parts) => string(parts),
        ExprKind::Name(ident) => name(ident),
        ExprKind::SelfValue => List::atom("self"),
        ExprKind::Tuple(parts) => list("tuple").all(all(parts)),
        ExprKind::List(parts) => list("list").all(all(parts)),
        ExprKind::Map(entries) => list("map").all(
            entries
                .iter()
                .map(|(k, v)| list("=>").with(expr(k)).with(expr(v))),
        ),
        ExprKind::Update { base, fields } => list("update").with(expr(base)).all(
            fields
                .iter()
                .map(|(path, value)| list("field").all(path.iter().map(name)).with(expr(value))),
        ),
        ExprKind::Struct { path: p, fields } => {
            list("struct").with(path(p)).all(self::fields(fields))
        }
        ExprKind::Bits(segments) => list("bits").all(segments.iter().map(|s| segment(s, expr))),
        ExprKind::Unary { op, operand } => list(unary_tag(*op)).with(expr(operand)),
        ExprKind::Binary {
            op, left, right, ..
        } => list(op.spelling()).with(expr(left)).with(expr(right)),
        ExprKind::Pipe { left, right } => list("|>").with(expr(left)).with(expr(right)),
        ExprKind::Call { callee, args } => list("call").with(expr(callee)).all(all(args)),
        ExprKind::Field { base, name: field } => list(".").with(expr(base)).with(name(field)),
        ExprKind::Index { base, index } => list("index").with(expr(base)).with(expr(index)),
        ExprKind::Try(value) => list("?").with(expr(value)),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            let head = list("if").with(expr(condition)).with(block(then));
            head.all(
                otherwise
                    .iter()
                    .map(|other| list("else").with(block(other))),
            )
        }
        ExprKind::Case { subject, arms } => {
            list("case").with(expr(subject)).all(arms.iter().map(arm))
        }
        ExprKind::Closure { clauses } => list("closure").all(clauses.iter().map(clause)),
        ExprKind::While { condition, body } => {
            list("while").with(expr(condition)).with(block(body))
        }
        ExprKind::For {
            binding,
            iterable,
            filter,
            body,
        } => {
            let head = list("for").with(for_binding(binding)).with(expr(iterable));
            head.all(filter.iter().map(|filter| when(filter)))
                .with(block(body))
        }
        ExprKind::Break => List::atom("break"),
        ExprKind::Continue => List::atom("continue"),
        ExprKind::Return(value) => list("return").all(value.iter().map(|value| expr(value))),
        ExprKind::Spawn(args) => list("spawn").all(all(args)),
        ExprKind::Send(args) => list("send").all(all(args)),
        ExprKind::Link(args) => list("link").all(all(args)),
        ExprKind::SelfPid => List::atom("self()"),
        ExprKind::Receive { arms, after } => {
            let after = after
                .iter()
                .map(|(limit, body)| list("after").with(expr(limit)).with(block(body)));
            list("receive").all(arms.iter().map(arm)).all(after)
        }
        ExprKind::Assert {
            condition,
            message,
            text,
        } => list("assert")
            .text(text)
            .with(expr(condition))
            .all(message.iter().map(|message| expr(message))),
        ExprKind::Error => List::atom("ERROR"),
    }
}

/// `when guard`.
pub(super) fn when(guard: &Expr) -> List {
    list("when").with(expr(guard))
}

/// A parameter with its type.
pub(super) fn param(p: &Param) -> List {
    let bound = if p.is_self_pid {
        List::atom("self()")
    } else {
        pattern(&p.pattern)
    };
    match &p.annotation {
        Some(annotation) => list("param").with(bound).with(annotated(annotation)),
        None => bound,
    }
}

/// A segment of the bit syntax, whose value `value` prints.
pub(super) fn segment<V>(segment: &BitSegment<V>, value: impl Fn(&V) -> List) -> List {
    let kind = match segment.kind {
        BitKind::Int => "int",
        BitKind::Bytes => "bytes",
        BitKind::Utf8 => "utf8",
    };
    let size = segment
        .size
        .iter()
        .map(|size| list("size").with(expr(size)));
    let little = segment.little.then(|| List::atom("little"));
    list(kind).with(value(&segment.value)).all(size).all(little)
}

fn all(parts: &[Expr]) -> impl Iterator<Item = List> + '_ {
    parts.iter().map(expr)
}

fn fields(fields: &[(Ident, Expr)]) -> impl Iterator<Item = List> + '_ {
    fields
        .iter()
        .map(|(field, value)| list("field").with(name(field)).with(expr(value)))
}

fn string(parts: &[StringPart]) -> List {
    match parts {
        [] => List::quoted(""),
        [StringPart::Text(text)] => List::quoted(text),
        _ => list("string").all(parts.iter().map(|part| match part {
            StringPart::Text(text) => List::quoted(text),
            StringPart::Expr(value) => list("$").with(expr(value)),
        })),
    }
}

fn arm(arm: &Arm) -> List {
    let head = list("arm").all(arm.params.iter().map(param));
    head.all(arm.guard.iter().map(when)).with(block(&arm.body))
}

fn clause(arm: &Arm) -> List {
    let head = list("clause").with(list("params").all(arm.params.iter().map(param)));
    head.all(arm.guard.iter().map(when)).with(block(&arm.body))
}

fn for_binding(binding: &ForBinding) -> List {
    match binding {
        ForBinding::One(bound) => pattern(bound),
        ForBinding::Pair(key, value) => list("pair").with(name(key)).with(name(value)),
    }
}

fn unary_tag(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Neg => "neg",
        UnaryOp::Not => "not",
    }
}
