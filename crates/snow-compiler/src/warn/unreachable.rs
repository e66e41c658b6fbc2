//! W0008: statements behind one that never comes to its end.

use super::{every_expr, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprKind, Function, FunctionKind, Program, Statement};
use crate::source::Span;

/// What `panic` of the prelude stands for.
const PANIC: &str = "%panic";

pub(super) fn check(program: &Program, function: &Function, warnings: &mut Warnings) {
    every_expr(function, &mut |expr| {
        let ExprKind::Block(statements) = &expr.kind else {
            return;
        };
        let ends = |statement: &Statement| diverges(program, value_of(statement));
        let Some(end) = statements.iter().position(ends) else {
            return;
        };
        let rest = &statements[end + 1..];
        let (Some(first), Some(last)) = (rest.first(), rest.last()) else {
            return;
        };
        let span = span_of(first).to(span_of(last));
        let text = "this code is never reached";
        let why = "what stands here never comes to its end";
        warnings.push(
            Diagnostic::warning(Code::W0008, span, text).also(value_of(&statements[end]).span, why),
        );
    });
}

fn value_of(statement: &Statement) -> &Expr {
    match statement {
        Statement::Let { value, .. } | Statement::Expr(value) => value,
    }
}

fn span_of(statement: &Statement) -> Span {
    match statement {
        Statement::Let { pattern, value, .. } => pattern.span.to(value.span),
        Statement::Expr(expr) => expr.span,
    }
}

/// True when nothing behind the expression runs, whatever happens.
fn diverges(program: &Program, expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Return(_) | ExprKind::Break | ExprKind::Continue => true,
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Function(id) => {
                let kind = &program.functions[id.index()].kind;
                matches!(kind, FunctionKind::Extern(symbol) if &**symbol == PANIC)
            }
            _ => false,
        },
        ExprKind::Block(statements) => statements.iter().any(|s| diverges(program, value_of(s))),
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            let otherwise = otherwise.as_ref();
            diverges(program, condition)
                || (diverges(program, then) && otherwise.is_some_and(|e| diverges(program, e)))
        }
        ExprKind::Case { subject, arms } => {
            diverges(program, subject) || arms.iter().all(|arm| diverges(program, &arm.body))
        }
        ExprKind::While { condition, body } => {
            matches!(condition.kind, ExprKind::Bool(true)) && !breaks(body)
        }
        _ => false,
    }
}

/// Whether a `break` in there leaves the loop around it.
fn breaks(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Break => true,
        ExprKind::While { .. } | ExprKind::For { .. } | ExprKind::Closure { .. } => false,
        _ => {
            let mut found = false;
            expr.children(&mut |inner| found = found || breaks(inner));
            found
        }
    }
}
