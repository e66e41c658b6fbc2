//! Finds the matches inside bodies.

use crate::hir::{Clause, Expr, ExprKind, Statement};
use crate::source::Span;

use super::tree::MatchKey;
use super::{MatchCompiler, Rule};

const IN_LET: &str = "a `let` takes what always fits: write `case value do`, with an arm for each \
                      pattern";
const IN_FOR: &str = "a `for` takes every element: match it by `case` in the body, or in front by \
                      `List.filter_map`";

impl MatchCompiler<'_, '_> {
    pub(super) fn clause(&mut self, clause: &Clause) {
        clause.children(&mut |child| self.expr(child));
    }

    pub(super) fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Case { subject, arms } => {
                let head = Span {
                    end: subject.span.end.max(e.span.start),
                    ..e.span
                };
                self.arms(MatchKey::Expr(e.id), arms, head, Rule::Complete);
            }
            ExprKind::Receive { arms, .. } => {
                self.arms(MatchKey::Expr(e.id), arms, e.span, Rule::Selective);
            }
            ExprKind::Closure { clauses, .. } => {
                self.clauses(MatchKey::Expr(e.id), clauses, e.span, Rule::MayFail);
            }
            ExprKind::For { pattern, .. } => self.single(pattern, IN_FOR),
            ExprKind::Block(statements) => {
                for statement in statements {
                    match statement {
                        Statement::Let { pattern, .. } => self.single(pattern, IN_LET),
                        Statement::Expr(_) => {}
                    }
                }
            }
            _ => {}
        }
        e.children(&mut |child| self.expr(child));
    }
}
