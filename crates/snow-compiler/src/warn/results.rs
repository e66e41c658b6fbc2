//! W0007: results that are not looked at.

use super::{every_expr, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprKind, Function, FunctionKind, Program, Statement};
use crate::source::Span;
use crate::types::{Ty, Typed};

pub(super) fn check(
    program: &Program,
    typed: &Typed,
    function: &Function,
    warnings: &mut Warnings,
) {
    let mut results = Results {
        program,
        typed,
        warnings,
    };
    match function.kind {
        FunctionKind::Actor | FunctionKind::Test => {
            for clause in &function.clauses {
                results.dropped(&clause.body);
            }
        }
        FunctionKind::Plain | FunctionKind::Extern(_) => {}
    }
    function.terminate.iter().for_each(|t| results.dropped(t));
    every_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Block(statements) => {
            let before = statements
                .split_last()
                .map_or(&[][..], |(_, before)| before);
            for statement in before {
                match statement {
                    Statement::Expr(inner) if results.is_result(inner) => {
                        results.report(inner, true);
                    }
                    Statement::Expr(inner) => results.dropped(inner),
                    Statement::Let { .. } => {}
                }
            }
        }
        ExprKind::While { body, .. } => results.dropped(body),
        ExprKind::If {
            then,
            otherwise: None,
            ..
        } => results.dropped(then),
        _ => {}
    });
}

struct Results<'p, 'w> {
    program: &'p Program,
    typed: &'p Typed,
    warnings: &'w mut Warnings,
}

impl Results<'_, '_> {
    /// Looks at an expression whose value goes nowhere: at what gives the value in the end.
    fn dropped(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Block(statements) => match statements.last() {
                Some(Statement::Expr(last)) => self.dropped(last),
                Some(Statement::Let { .. }) | None => {}
            },
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => {
                self.dropped(then);
                self.dropped(otherwise);
            }
            ExprKind::Case { arms, .. } => arms.iter().for_each(|arm| self.dropped(&arm.body)),
            ExprKind::Receive { arms, after } => {
                arms.iter().for_each(|arm| self.dropped(&arm.body));
                after.iter().for_each(|(_, body)| self.dropped(body));
            }
            _ if self.is_result(expr) => self.report(expr, false),
            _ => {}
        }
    }

    /// `is_statement`: a `let` may stand in its place.
    fn report(&mut self, expr: &Expr, is_statement: bool) {
        let text = "this `Result` is not looked at: an `Err` would go unnoticed";
        let help = "use `case` or `?`, or write `let _ =` in front if it does not matter";
        let warning = Diagnostic::warning(Code::W0007, expr.span, text).help(help);
        let start = Span {
            end: expr.span.start,
            ..expr.span
        };
        self.warnings.push(match is_statement {
            true => warning.edit(start, "let _ = "),
            false => warning,
        });
    }

    fn is_result(&self, expr: &Expr) -> bool {
        match self.typed.expr.get(expr.id.index()) {
            Some(Ty::Con(id, _)) => Some(*id) == self.program.lang.result,
            _ => false,
        }
    }
}
