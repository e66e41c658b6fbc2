//! W0007: results that are not looked at.

use super::{every_expr, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Clause, Expr, ExprKind, Function, FunctionKind, Program, Statement};
use crate::source::Span;
use crate::types::{Ty, Typed};

/// Branches that one warning shows beside the first.
const MOST_BRANCHES: usize = 3;

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
        is_actor: matches!(function.kind, FunctionKind::Actor),
    };
    match function.kind {
        FunctionKind::Actor | FunctionKind::Test => {
            for clause in &function.clauses {
                results.dropped(&clause.body, Place::Statement);
            }
        }
        FunctionKind::Plain | FunctionKind::Extern(_) => {}
    }
    let terminate = function.terminate.iter();
    terminate.for_each(|block| results.dropped(block, Place::Statement));
    every_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Block(statements) => {
            let before = statements
                .split_last()
                .map_or(&[][..], |(_, before)| before);
            for statement in before {
                match statement {
                    Statement::Expr(inner) => results.dropped(inner, Place::Statement),
                    Statement::Let { .. } => {}
                }
            }
        }
        ExprKind::While { body, .. } => results.dropped(body, Place::Statement),
        ExprKind::If {
            then,
            otherwise: None,
            ..
        } => results.dropped(then, Place::Statement),
        _ => {}
    });
}

/// What may be written where a value goes nowhere.
#[derive(Clone, Copy)]
enum Place {
    /// A statement.
    Statement,
    /// The one expression behind an arrow, which a block may take the place of.
    Arm,
}

struct Results<'p, 'w> {
    program: &'p Program,
    typed: &'p Typed,
    warnings: &'w mut Warnings,
    is_actor: bool,
}

/// What gives the value of an expression in the end.
#[derive(Default)]
struct Ends<'e> {
    /// Those that are Results.
    results: Vec<&'e Expr>,
    /// Whether a `let` could not take them: an actor that goes on does so as its last step, and
    /// the arms of a `receive` whose value is dropped need not agree about it.
    stays: bool,
}

impl Results<'_, '_> {
    /// Looks at an expression whose value goes nowhere: at what gives the value in the end.
    fn dropped(&mut self, expr: &Expr, place: Place) {
        match &expr.kind {
            ExprKind::Block(statements) => match statements.last() {
                Some(Statement::Expr(last)) => self.dropped(last, Place::Statement),
                Some(Statement::Let { .. }) | None => {}
            },
            // The arms of a `receive` need not agree about what they give.
            ExprKind::Receive { arms, after } => {
                for arm in arms {
                    self.dropped(&arm.body, place_of(arm));
                }
                let after = after.iter();
                after.for_each(|(_, body)| self.dropped(body, Place::Statement));
            }
            _ => {
                let mut ends = Ends::default();
                self.collect(expr, &mut ends);
                self.report(expr, place, &ends);
            }
        }
    }

    fn collect<'e>(&self, expr: &'e Expr, ends: &mut Ends<'e>) {
        match &expr.kind {
            ExprKind::Block(statements) => match statements.last() {
                Some(Statement::Expr(last)) => self.collect(last, ends),
                Some(Statement::Let { .. }) | None => {}
            },
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => {
                self.collect(then, ends);
                self.collect(otherwise, ends);
            }
            ExprKind::Case { arms, .. } => {
                arms.iter().for_each(|arm| self.collect(&arm.body, ends));
            }
            ExprKind::Receive { arms, after } => {
                ends.stays = true;
                arms.iter().for_each(|arm| self.collect(&arm.body, ends));
                let after = after.iter();
                after.for_each(|(_, body)| self.collect(body, ends));
            }
            _ if self.is_result(expr) => ends.results.push(expr),
            _ => ends.stays |= self.is_actor,
        }
    }

    /// One warning about the Results that a statement may give.
    fn report(&mut self, whole: &Expr, place: Place, ends: &Ends) {
        let Some((first, others)) = ends.results.split_first() else {
            return;
        };
        let text = "this `Result` is not looked at: an `Err` would go unnoticed";
        let form = match &whole.kind {
            ExprKind::If { .. } => " of the `if`",
            ExprKind::Case { .. } => " of the `case`",
            _ => "",
        };
        let silenced = match place {
            Place::Statement => format!("write `let _ =` in front{form}"),
            Place::Arm if form.is_empty() => "write `-> do let _ = … end`".to_string(),
            Place::Arm => format!("write `do let _ =` in front{form} and `end` behind it"),
        };
        let help = format!("use `case` or `?`, or {silenced} if it does not matter");
        let mut warning = Diagnostic::warning(Code::W0007, first.span, text).help(help);
        for other in others.iter().take(MOST_BRANCHES) {
            warning = warning.also(other.span, "this one, too");
        }
        let at = |byte: u32| Span {
            start: byte,
            end: byte,
            ..whole.span
        };
        let (front, behind) = (at(whole.span.start), at(whole.span.end));
        self.warnings.push(match place {
            _ if ends.stays => warning,
            Place::Statement => warning.edit(front, "let _ = "),
            Place::Arm => warning.edit(front, "do let _ = ").edit(behind, " end"),
        });
    }

    fn is_result(&self, expr: &Expr) -> bool {
        match self.typed.expr.get(expr.id.index()) {
            Some(Ty::Con(id, _)) => Some(*id) == self.program.lang.result,
            _ => false,
        }
    }
}

/// An arm ends where its body does, unless that stands between `do` and `end`.
fn place_of(arm: &Clause) -> Place {
    match arm.span.end == arm.body.span.end {
        true => Place::Arm,
        false => Place::Statement,
    }
}
