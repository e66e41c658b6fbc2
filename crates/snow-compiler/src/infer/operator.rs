//! Operators.

use crate::ast::{BinaryOp, Comparison, Group, UnaryOp};
use crate::hir::Expr;
use crate::source::Span;
use crate::types::Ty;

use super::bounds::Bound;
use super::deferred::Constraint;
use super::{Cause, Expectation, Infer};

impl Infer<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Ty {
        match op {
            UnaryOp::Neg => {
                let ty = self.part(operand);
                self.require(&ty, Bound::Number, operand.span);
                ty
            }
            UnaryOp::Not => {
                let bool_ty = self.bool_ty();
                self.of_type(operand, &bool_ty, Cause::PLAIN);
                bool_ty
            }
        }
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, op_span: Span) -> Ty {
        match op.group() {
            Group::Arithmetic(_) => self.same_typed(left, right, Bound::Number, op_span),
            Group::Comparison(comparison) => {
                let bound = match comparison {
                    Comparison::Eq | Comparison::Ne => Bound::Eq,
                    Comparison::Order(_) => Bound::Ord,
                };
                self.same_typed(left, right, bound, op_span);
                self.bool_ty()
            }
            Group::Logic(_) => {
                let bool_ty = self.bool_ty();
                self.of_type(left, &bool_ty, Cause::PLAIN);
                self.of_type(right, &bool_ty, Cause::PLAIN);
                bool_ty
            }
            Group::Concat => {
                self.concatenated(left, right, op_span, |ty| Constraint::Concat { ty })
            }
            Group::Join => self.concatenated(left, right, op_span, |ty| Constraint::Join { ty }),
            // `resolve` has made a `Range` of it.
            Group::Range => Ty::Error,
        }
    }

    /// Both sides of one type whose values can be put behind one another, as `constraint` asks.
    fn concatenated(
        &mut self,
        left: &Expr,
        right: &Expr,
        op_span: Span,
        constraint: impl Fn(Ty) -> Constraint,
    ) -> Ty {
        let ty = self.part(left);
        let constraint = constraint(ty.clone());
        // One side that is wrong is enough said.
        match self.solve_operand(&constraint, left) {
            Some(false) => self.value(right, Expectation::Value),
            Some(true) => self.of_type(right, &ty, Cause::because(left.span, "the left side")),
            None => {
                self.of_type(right, &ty, Cause::because(left.span, "the left side"));
                self.defer(constraint, left.id, op_span);
                ty.clone()
            }
        };
        ty
    }

    /// Both sides of one type that supports the operator. When the left side does not, the right
    /// side is not blamed too.
    fn same_typed(&mut self, left: &Expr, right: &Expr, bound: Bound, op_span: Span) -> Ty {
        let ty = self.part(left);
        if let Err(lacking) = self.support(&ty, bound) {
            self.lacks(&ty, &lacking, bound, left.span.to(op_span));
            self.value(right, Expectation::Value);
            return if bound == Bound::Number {
                Ty::Error
            } else {
                ty
            };
        }
        self.of_type(right, &ty, Cause::because(left.span, "the left side"));
        ty
    }
}
