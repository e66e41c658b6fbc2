//! Finds the matches inside bodies.

use crate::hir::{Clause, Expr, ExprKind, Part, Statement};
use crate::source::Span;

use super::tree::MatchKey;
use super::{Deciding, Rule};

impl Deciding<'_, '_> {
    pub(super) fn clause(&mut self, clause: &Clause) {
        if let Some(guard) = &clause.guard {
            self.expr(guard);
        }
        self.expr(&clause.body);
        for pattern in &clause.patterns {
            self.sizes(pattern);
        }
    }

    /// Sizes in bit patterns are expressions too.
    fn sizes(&mut self, pattern: &crate::hir::Pat) {
        if let crate::hir::PatKind::Bits(segments) = &pattern.kind {
            self.all(segments.iter().filter_map(|s| s.size.as_ref()));
        }
    }

    fn all<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>) {
        for expr in list {
            self.expr(expr);
        }
    }

    pub(super) fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Case { subject, arms } => {
                self.expr(subject);
                let head = Span {
                    end: subject.span.end.max(e.span.start),
                    ..e.span
                };
                self.arms(MatchKey::Expr(e.id), arms, head, Rule::Complete);
                arms.iter().for_each(|arm| self.clause(arm));
            }
            ExprKind::Receive { arms, after } => {
                self.arms(MatchKey::Expr(e.id), arms, e.span, Rule::Selective);
                arms.iter().for_each(|arm| self.clause(arm));
                if let Some((time, body)) = after {
                    self.all([&**time, body]);
                }
            }
            ExprKind::Closure { clauses, .. } => {
                self.clauses(MatchKey::Expr(e.id), clauses, e.span, Rule::MayFail);
                clauses.iter().for_each(|clause| self.clause(clause));
            }
            ExprKind::For {
                pattern,
                iterable,
                filter,
                body,
            } => {
                self.single(pattern);
                self.all([&**iterable, body]);
                self.all(filter.as_deref());
            }
            ExprKind::Block(statements) => {
                for statement in statements {
                    match statement {
                        Statement::Let { pattern, value, .. } => {
                            self.single(pattern);
                            self.expr(value);
                        }
                        Statement::Expr(inner) => self.expr(inner),
                    }
                }
            }
            ExprKind::Interpolation(parts) => {
                for part in parts {
                    if let Part::Expr(inner) = part {
                        self.expr(inner);
                    }
                }
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => self.all(items),
            ExprKind::Map(pairs) => self.all(pairs.iter().flat_map(|(k, v)| [k, v])),
            ExprKind::Range(left, right) | ExprKind::Binary { left, right, .. } => {
                self.all([&**left, right])
            }
            ExprKind::Struct { fields, .. } => self.all(fields.iter().map(|(_, value)| value)),
            ExprKind::Update { base, fields } => {
                self.expr(base);
                self.all(fields.iter().map(|(_, _, value)| value));
            }
            ExprKind::Bits(segments) => {
                for segment in segments {
                    self.expr(&segment.value);
                    self.all(&segment.size);
                }
            }
            ExprKind::Unary(_, inner) | ExprKind::Try(inner) => self.expr(inner),
            ExprKind::Assert { condition, .. } => self.expr(condition),
            ExprKind::Call { callee, args }
            | ExprKind::Spawn {
                actor: callee,
                args,
            } => {
                self.expr(callee);
                self.all(args);
            }
            ExprKind::Member { base, .. } => self.expr(base),
            ExprKind::MethodCall { base, args, .. } => {
                self.expr(base);
                self.all(args);
            }
            ExprKind::Index { base, index } => self.all([&**base, index]),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.all([&**condition, then]);
                self.all(otherwise.as_deref());
            }
            ExprKind::While { condition, body } => self.all([&**condition, body]),
            ExprKind::Return(value) => self.all(value.as_deref()),
            ExprKind::Send { to, message } => self.all([&**to, message]),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Unit
            | ExprKind::String(_)
            | ExprKind::Local(_)
            | ExprKind::Function(_)
            | ExprKind::Constructor { .. }
            | ExprKind::Break
            | ExprKind::Continue
            | ExprKind::SelfPid
            | ExprKind::Error => {}
        }
    }
}
