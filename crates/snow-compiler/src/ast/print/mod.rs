//! Prints a module as nested lists, for tests: what was read and how it nests, without spans.
//!
//! Names stand for themselves, strings are quoted, absent parts are left out, and parts that would
//! be ambiguous carry a word: `(fn f (params n) (when …) (do …))`.

mod expr;
mod item;
mod list;

use super::{Block, Ident, Module, Path, Pattern, PatternKind, Statement, TypeExpr, TypeExprKind};
use list::List;

/// The whole module, one item after the other.
pub fn print(module: &Module) -> String {
    let mut out = String::new();
    if let Some(doc) = &module.doc {
        out += &list("module-doc").text(doc).pretty();
    }
    for item in &module.items {
        out += &item::item(item).pretty();
    }
    out
}

fn list(head: &str) -> List {
    List::of(head)
}

fn name(ident: &Ident) -> List {
    List::atom(&ident.name)
}

fn names<'a>(head: &str, idents: impl IntoIterator<Item = &'a Ident>) -> List {
    list(head).all(idents.into_iter().map(name))
}

fn path(path: &Path) -> List {
    let segments: Vec<&str> = path.segments.iter().map(|segment| &*segment.name).collect();
    List::atom(&segments.join("."))
}

fn block(block: &Block) -> List {
    list("do").all(block.statements.iter().map(|statement| match statement {
        Statement::Let {
            pattern: p,
            annotation,
            value,
            ..
        } => {
            let bound = list("let").with(pattern(p));
            bound
                .all(annotation.iter().map(annotated))
                .with(expr::expr(value))
        }
        Statement::Expr(e) => expr::expr(e),
        Statement::Item(i) => item::item(i),
    }))
}

fn annotated(t: &TypeExpr) -> List {
    list("::").with(type_expr(t))
}

fn type_expr(t: &TypeExpr) -> List {
    match &t.kind {
        TypeExprKind::Named { path: p, args } if args.is_empty() => path(p),
        TypeExprKind::Named { path: p, args } => {
            list("type").with(path(p)).all(args.iter().map(type_expr))
        }
        TypeExprKind::Tuple(parts) => list("tuple").all(parts.iter().map(type_expr)),
        TypeExprKind::Fun { params, result } => list("Fun")
            .with(list("params").all(params.iter().map(type_expr)))
            .with(type_expr(result)),
        TypeExprKind::Option(inner) => list("?").with(type_expr(inner)),
        TypeExprKind::Result(value, failure) => {
            list("!").with(type_expr(value)).with(type_expr(failure))
        }
        TypeExprKind::Error => List::atom("ERROR"),
    }
}

fn pattern(p: &Pattern) -> List {
    match &p.kind {
        PatternKind::Wildcard => List::atom("_"),
        PatternKind::Name(ident) => name(ident),
        PatternKind::Int(value) => List::atom(&value.to_string()),
        PatternKind::Float(value) => List::atom(&format!("{value:?}")),
        PatternKind::String(text) => List::quoted(text),
        PatternKind::Bool(value) => List::atom(&value.to_string()),
        PatternKind::Unit => List::atom("()"),
        PatternKind::Tuple(parts) => list("tuple").all(parts.iter().map(pattern)),
        PatternKind::Constructor {
            path: p,
            args: None,
        } => list("constructor").with(path(p)),
        PatternKind::Constructor {
            path: p,
            args: Some(args),
        } => list("constructor")
            .with(path(p))
            .with(list("args").all(args.iter().map(pattern))),
        PatternKind::Or(choices) => list("|").all(choices.iter().map(pattern)),
        PatternKind::Cons(head, tail) => list("::").with(pattern(head)).with(pattern(tail)),
        PatternKind::As(whole, ident) => list("as").with(pattern(whole)).with(name(ident)),
        PatternKind::List(parts) => list("list").all(parts.iter().map(pattern)),
        PatternKind::Bits(segments) => list("bits").all(
            segments
                .iter()
                .map(|segment| expr::segment(segment, pattern)),
        ),
        PatternKind::Error => List::atom("ERROR"),
    }
}
