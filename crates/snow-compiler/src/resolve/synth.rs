//! Synthesised syntax: what services and supervisors are turned into.
//!
//! In: the name of a thing and the span that stands for it. Out: nodes of `ast`. Names that begin
//! with `%` or contain a dot cannot be written in a program, so nothing here meets a user's own
//! names. Never done here: looking anything up.

use crate::ast::{Arm, Block, Expr, ExprKind, Ident, Param, Path, Pattern, PatternKind, Statement};
use crate::ast::{StringPart, TypeExpr, TypeExprKind};
use crate::source::Span;

pub(super) fn ident(name: &str, span: Span) -> Ident {
    Ident {
        name: name.into(),
        span,
    }
}

/// A dotted name; `%Service` as its first segment is the standard library's `Service`, whatever the
/// user calls so.
pub(super) fn path(segments: &[&str], span: Span) -> Path {
    Path {
        segments: segments.iter().map(|s| ident(s, span)).collect(),
        span,
    }
}

pub(super) fn name(text: &str, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Name(ident(text, span)),
        span,
    }
}

/// `module.item`.
pub(super) fn member(module: &str, item: &str, span: Span) -> Expr {
    let base = Box::new(name(module, span));
    Expr {
        kind: ExprKind::Field {
            base,
            name: ident(item, span),
        },
        span,
    }
}

pub(super) fn call(callee: Expr, args: Vec<Expr>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Call {
            callee: Box::new(callee),
            args,
        },
        span,
    }
}

/// A constructor or function called with its arguments; without any it stands alone.
pub(super) fn made(constructor: &str, args: Vec<Expr>, span: Span) -> Expr {
    let constructor = name(constructor, span);
    if args.is_empty() {
        constructor
    } else {
        call(constructor, args, span)
    }
}

pub(super) fn text(value: &str, span: Span) -> Expr {
    Expr {
        kind: ExprKind::String(vec![StringPart::Text(value.into())]),
        span,
    }
}

pub(super) fn int(value: i64, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Int(value),
        span,
    }
}

pub(super) fn list(items: Vec<Expr>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::List(items),
        span,
    }
}

/// None is Unit, one is itself.
pub(super) fn tuple(mut items: Vec<Expr>, span: Span) -> Expr {
    match (items.len(), items.pop()) {
        (1, Some(only)) => only,
        (_, None) => Expr {
            kind: ExprKind::Unit,
            span,
        },
        (_, Some(last)) => {
            items.push(last);
            Expr {
                kind: ExprKind::Tuple(items),
                span,
            }
        }
    }
}

/// `fn param -> body end`.
pub(super) fn closure(param: &str, body: Expr, span: Span) -> Expr {
    let params = vec![plain_param(param, None, span)];
    Expr {
        kind: ExprKind::Closure {
            clauses: vec![Arm {
                params,
                guard: None,
                body: block(body),
                span,
            }],
        },
        span,
    }
}

pub(super) fn block(only: Expr) -> Block {
    let span = only.span;
    Block {
        statements: vec![Statement::Expr(only)],
        span,
    }
}

/// `pattern -> body`.
pub(super) fn arm(pattern: Pattern, body: Expr) -> Arm {
    let span = pattern.span;
    let params = vec![Param {
        pattern,
        annotation: None,
        is_self_pid: false,
    }];
    Arm {
        params,
        guard: None,
        body: block(body),
        span,
    }
}

pub(super) fn bind(text: &str, span: Span) -> Pattern {
    Pattern {
        kind: PatternKind::Name(ident(text, span)),
        span,
    }
}

pub(super) fn wildcard(span: Span) -> Pattern {
    Pattern {
        kind: PatternKind::Wildcard,
        span,
    }
}

/// None is Unit, one is itself.
pub(super) fn tuple_pattern(mut items: Vec<Pattern>, span: Span) -> Pattern {
    match (items.len(), items.pop()) {
        (1, Some(only)) => only,
        (_, None) => Pattern {
            kind: PatternKind::Unit,
            span,
        },
        (_, Some(last)) => {
            items.push(last);
            Pattern {
                kind: PatternKind::Tuple(items),
                span,
            }
        }
    }
}

pub(super) fn constructor_pattern(path: Path, args: Vec<Pattern>) -> Pattern {
    let span = path.span;
    let args = (!args.is_empty()).then_some(args);
    Pattern {
        kind: PatternKind::Constructor { path, args },
        span,
    }
}

pub(super) fn plain_param(text: &str, annotation: Option<TypeExpr>, span: Span) -> Param {
    Param {
        pattern: bind(text, span),
        annotation,
        is_self_pid: false,
    }
}

/// `self()`.
pub(super) fn self_param(span: Span) -> Param {
    Param {
        pattern: wildcard(span),
        annotation: None,
        is_self_pid: true,
    }
}

pub(super) fn named_type(path: Path, args: Vec<TypeExpr>) -> TypeExpr {
    let span = path.span;
    TypeExpr {
        kind: TypeExprKind::Named { path, args },
        span,
    }
}
