//! `assert`, which is a word of tests and a name everywhere else.

use super::exprs::{expr, starts_expr};
use crate::ast::{Expr, ExprKind};
use crate::parse::parser::Parser;

/// `assert e` or `assert(e, message)`: the word is a name again when no expression follows it on
/// its line.
pub(crate) fn at_assert(p: &Parser) -> bool {
    p.at_word("assert") && starts_expr(p.kind_after(1))
}

/// Reads one, from its word on.
pub(crate) fn assertion(p: &mut Parser) -> ExprKind {
    p.bump();
    let whole = expr(p);
    let span = whole.span;
    let (condition, message) = match whole.kind {
        ExprKind::Tuple(parts) => match <[Expr; 2]>::try_from(parts) {
            Ok([condition, message]) => (condition, Some(Box::new(message))),
            Err(parts) => {
                let kind = ExprKind::Tuple(parts);
                (Expr { kind, span }, None)
            }
        },
        kind => (Expr { kind, span }, None),
    };
    let condition = Box::new(condition);
    let text = p.slice(condition.span).into();
    ExprKind::Assert {
        condition,
        message,
        text,
    }
}
