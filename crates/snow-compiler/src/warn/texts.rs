//! W0009: `#{value}` and `$name` in a string, which other languages replace by a value.

use rustc_hash::FxHashSet;

use super::{every_expr, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Clause, ExprKind, Function, Part, Pat, Program, Statement};
use crate::source::Span;

pub(super) fn check(program: &Program, function: &Function, warnings: &mut Warnings) {
    let mut names = None;
    let dollars = &program.modules[function.module.index()].written_dollars;
    every_expr(function, &mut |expr| {
        let mut parts: Vec<&str> = Vec::new();
        match &expr.kind {
            ExprKind::String(text) => parts.push(text),
            ExprKind::Interpolation(list) => parts.extend(list.iter().filter_map(text_of)),
            _ => {}
        }
        if parts.iter().any(|text| names_value(text)) {
            let message = "`#{…}` in a string is text";
            warnings.push(
                Diagnostic::warning(Code::W0009, expr.span, message)
                    .help("a value stands in `${…}`; for the text write `\"#\" <> \"{…}\"`"),
            );
        }
        // `\$` says that it is meant.
        let is_meant = |text: Span| {
            let mut dollars = dollars.iter();
            dollars.any(|at| text.start <= at.start && at.end <= text.end)
        };
        let mut marked = parts.iter().flat_map(|text| marked(text));
        let is_local = |name: &&str| {
            let names = names.get_or_insert_with(|| names_of(program, function));
            names.contains(name)
        };
        if let Some(name) = marked.find(is_local).filter(|_| !is_meant(expr.span)) {
            let message = format!("a `$` in front of `{name}` in a string is text");
            let help = format!("the value stands in `${{{name}}}`; for the text write `\\$`");
            warnings.push(Diagnostic::warning(Code::W0009, expr.span, message).help(help));
        }
    });
}

/// Whether a text has a name in the form in which another language fills its value in.
pub(super) fn fills_in(text: &str, name: &str) -> bool {
    text.contains(&format!("#{{{name}")) || marked(text).any(|marked| marked == name)
}

fn text_of(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) => Some(text),
        Part::Expr(_) => None,
    }
}

/// Whether a text has `#{` with an expression in front of the `}`.
fn names_value(text: &str) -> bool {
    text.match_indices("#{").any(|(at, opening)| {
        let inside = &text[at + opening.len()..];
        let value = inside.split_once('}').map_or("", |(value, _)| value);
        is_expression(value.trim())
    })
}

/// Whether that is an expression, and not what stands in the text of a set: `#{1, 2}`.
fn is_expression(value: &str) -> bool {
    const OPERATORS: [&str; 8] = ["+", "*", "/", "%", " - ", "<>", "|>", "=="];
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let behind = value.trim_start_matches(is_part);
    let is_capital = value.starts_with(char::is_uppercase);
    let calls_module = is_capital
        && behind
            .strip_prefix('.')
            .is_some_and(|member| member.starts_with(char::is_alphabetic));
    let is_name = value.starts_with(|c: char| c.is_ascii_lowercase() || c == '_' || c == '@');
    is_name || calls_module || OPERATORS.iter().any(|sign| value.contains(sign))
}

/// The names that stand behind a `$`.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('$').filter_map(|(at, sign)| {
        let behind = &text[at + sign.len()..];
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let length = behind.find(|c| !is_part(c)).unwrap_or(behind.len());
        (length > 0).then_some(&behind[..length])
    })
}

/// The local names of a function.
fn names_of<'p>(program: &'p Program, function: &Function) -> FxHashSet<&'p str> {
    let mut found = Vec::new();
    let of_clause = |clause: &Clause, found: &mut Vec<_>| {
        clause.patterns.iter().for_each(|p: &Pat| p.names(found));
    };
    for clause in &function.clauses {
        of_clause(clause, &mut found);
    }
    every_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Case { arms, .. } | ExprKind::Receive { arms, .. } => {
            arms.iter().for_each(|arm| of_clause(arm, &mut found));
        }
        ExprKind::Closure { clauses, .. } => {
            clauses
                .iter()
                .for_each(|clause| of_clause(clause, &mut found));
        }
        ExprKind::For { pattern, .. } => pattern.names(&mut found),
        ExprKind::Block(statements) => {
            for statement in statements {
                match statement {
                    Statement::Let { pattern, .. } => pattern.names(&mut found),
                    Statement::Expr(_) => {}
                }
            }
        }
        _ => {}
    });
    let names = found
        .iter()
        .map(|local| &*program.locals[local.index()].name);
    names.collect()
}
