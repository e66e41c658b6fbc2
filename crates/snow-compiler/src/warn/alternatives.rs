//! W0001 for alternatives inside of a pattern that an earlier one, or an earlier arm, covers.

use super::{every_expr, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Clause, ExprKind, Function, Pat, PatKind, Statement};

pub(super) fn check(function: &Function, warnings: &mut Warnings) {
    arms(&function.clauses, warnings);
    every_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Case { arms: list, .. } | ExprKind::Receive { arms: list, .. } => {
            arms(list, warnings);
        }
        ExprKind::Closure { clauses, .. } => arms(clauses, warnings),
        ExprKind::For { pattern, .. } => inside(pattern, false, warnings),
        ExprKind::Block(statements) => {
            for statement in statements {
                match statement {
                    Statement::Let { pattern, .. } => inside(pattern, false, warnings),
                    Statement::Expr(_) => {}
                }
            }
        }
        _ => {}
    });
}

fn arms(list: &[Clause], warnings: &mut Warnings) {
    let mut earlier: Vec<&Pat> = Vec::new();
    for arm in list {
        for pattern in &arm.patterns {
            inside(pattern, false, warnings);
        }
        if let [single] = &arm.patterns[..] {
            // An arm that is covered as a whole has been reported by `matches`.
            let is_covered = |p: &Pat| earlier.iter().any(|e| covers(e, p));
            if let PatKind::Or(alternatives) = &single.kind {
                let covered: Vec<&Pat> = alternatives.iter().filter(|p| is_covered(p)).collect();
                if covered.len() < alternatives.len() {
                    covered.iter().for_each(|p| report(p, false, warnings));
                }
            }
            if arm.guard.is_none() {
                earlier.push(single);
            }
        }
    }
}

/// Looks at the alternatives in a pattern. `in_cons`: the pattern is the head or the tail of a list.
fn inside(pattern: &Pat, in_cons: bool, warnings: &mut Warnings) {
    match &pattern.kind {
        PatKind::Or(alternatives) => {
            for (index, alternative) in alternatives.iter().enumerate() {
                let before = &alternatives[..index];
                if before.iter().any(|earlier| covers(earlier, alternative)) {
                    report(alternative, in_cons, warnings);
                }
                inside(alternative, false, warnings);
            }
        }
        PatKind::As(inner, _) => inside(inner, in_cons, warnings),
        PatKind::Tuple(items) | PatKind::Constructor { args: items, .. } => {
            items.iter().for_each(|item| inside(item, false, warnings));
        }
        PatKind::Cons(head, tail) => {
            inside(head, true, warnings);
            inside(tail, true, warnings);
        }
        PatKind::Wildcard
        | PatKind::Bind(_)
        | PatKind::Int(_)
        | PatKind::Float(_)
        | PatKind::String(_)
        | PatKind::Bool(_)
        | PatKind::Unit
        | PatKind::Nil
        | PatKind::Bits(_)
        | PatKind::Error => {}
    }
}

fn report(pattern: &Pat, in_cons: bool, warnings: &mut Warnings) {
    let text = "this alternative is never reached: what comes before matches all that it could";
    let warning = Diagnostic::warning(Code::W0001, pattern.span, text);
    warnings.push(match in_cons {
        true => warning.help("`|` binds tighter than `::`: write `(a :: b) | (c :: d)`"),
        false => warning,
    });
}

/// True when every value that `pattern` matches is matched by `wider`, as far as one look tells.
fn covers(wider: &Pat, pattern: &Pat) -> bool {
    match (&wider.kind, &pattern.kind) {
        (_, PatKind::As(inner, _)) => covers(wider, inner),
        (_, PatKind::Or(items)) => items.iter().all(|item| covers(wider, item)),
        (PatKind::Wildcard | PatKind::Bind(_), _) => true,
        (PatKind::As(inner, _), _) => covers(inner, pattern),
        (PatKind::Or(items), _) => items.iter().any(|item| covers(item, pattern)),
        (PatKind::Int(a), PatKind::Int(b)) => a == b,
        (PatKind::Float(a), PatKind::Float(b)) => a == b,
        (PatKind::String(a), PatKind::String(b)) => a == b,
        (PatKind::Bool(a), PatKind::Bool(b)) => a == b,
        (PatKind::Unit, _) => true,
        (PatKind::Nil, PatKind::Nil) => true,
        (PatKind::Tuple(a), PatKind::Tuple(b)) => all_cover(a, b),
        (
            PatKind::Constructor { variant, args, .. },
            PatKind::Constructor {
                variant: other,
                args: others,
                ..
            },
        ) => variant == other && all_cover(args, others),
        (PatKind::Cons(head, tail), PatKind::Cons(other_head, other_tail)) => {
            covers(head, other_head) && covers(tail, other_tail)
        }
        _ => false,
    }
}

fn all_cover(wider: &[Pat], patterns: &[Pat]) -> bool {
    wider.len() == patterns.len() && wider.iter().zip(patterns).all(|(a, b)| covers(a, b))
}
