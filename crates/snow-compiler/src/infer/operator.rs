//! Operators.

use crate::ast::{BinaryOp, UnaryOp};
use crate::hir::Expr;
use crate::source::Span;
use crate::types::Ty;

use super::bounds::Bound;
use super::deferred::Question;
use super::{Infer, Want, Why};

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
                self.of_type(operand, &bool_ty, Why::PLAIN);
                bool_ty
            }
        }
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, op_span: Span) -> Ty {
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => {
                self.same_typed(left, right, Bound::Number, op_span)
            }
            BinaryOp::Eq | BinaryOp::Ne => {
                self.same_typed(left, right, Bound::Eq, op_span);
                self.bool_ty()
            }
            BinaryOp::Lt | BinaryOp::Gt | BinaryOp::Le | BinaryOp::Ge => {
                self.same_typed(left, right, Bound::Ord, op_span);
                self.bool_ty()
            }
            BinaryOp::And | BinaryOp::Or => {
                let bool_ty = self.bool_ty();
                self.of_type(left, &bool_ty, Why::PLAIN);
                self.of_type(right, &bool_ty, Why::PLAIN);
                bool_ty
            }
            BinaryOp::Concat | BinaryOp::Join => {
                let ty = self.part(left);
                let question = match op {
                    BinaryOp::Concat => Question::Concat { ty: ty.clone() },
                    _ => Question::Join { ty: ty.clone() },
                };
                // One side that is wrong is enough said.
                match self.answer_operand(&question, left) {
                    Some(false) => self.value(right, Want::Value),
                    Some(true) => {
                        self.of_type(right, &ty, Why::because(left.span, "the left side"))
                    }
                    None => {
                        self.of_type(right, &ty, Why::because(left.span, "the left side"));
                        self.defer(question, left.id, op_span);
                        ty.clone()
                    }
                };
                ty
            }
            // `resolve` has made a `Range` of it.
            BinaryOp::Range => Ty::Error,
        }
    }

    /// Both sides of one type that supports the operator. When the left side does not, the right
    /// side is not blamed too.
    fn same_typed(&mut self, left: &Expr, right: &Expr, bound: Bound, op_span: Span) -> Ty {
        let ty = self.part(left);
        if let Err(lacking) = self.support(&ty, bound) {
            self.lacks(&ty, &lacking, bound, left.span.to(op_span));
            self.value(right, Want::Value);
            return if bound == Bound::Number {
                Ty::Error
            } else {
                ty
            };
        }
        self.of_type(right, &ty, Why::because(left.span, "the left side"));
        ty
    }
}
