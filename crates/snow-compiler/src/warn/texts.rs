//! W0009: `#{name}` in a string, which other languages replace by a value.

use super::{every_expr, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{ExprKind, Function, Part};

pub(super) fn check(function: &Function, warnings: &mut Warnings) {
    every_expr(function, &mut |expr| {
        let is_meant_as_value = match &expr.kind {
            ExprKind::String(text) => names_value(text),
            ExprKind::Interpolation(parts) => parts.iter().any(|part| match part {
                Part::Text(text) => names_value(text),
                Part::Expr(_) => false,
            }),
            _ => false,
        };
        if is_meant_as_value {
            let message = "`#{…}` in a string is text";
            warnings.push(
                Diagnostic::warning(Code::W0009, expr.span, message)
                    .help("a value stands in `${…}`; for the text write `\"#\" <> \"{…}\"`"),
            );
        }
    });
}

/// Whether a text has `#{` with a name in front of the `}`.
fn names_value(text: &str) -> bool {
    text.match_indices("#{").any(|(at, opening)| {
        let inside = &text[at + opening.len()..];
        let begins = inside.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
        begins && inside.contains('}')
    })
}
