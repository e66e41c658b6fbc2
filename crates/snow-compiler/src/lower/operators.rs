//! Operators, by the type of their operands.

use super::function::{Body, Goal};
use crate::ast::{BinaryOp, UnaryOp};
use crate::core::ir::*;
use crate::core::types::{Derived, TypeKind, TypeRef};
use crate::hir::Expr;
use crate::source::Span;

/// True for the six comparisons.
pub(super) fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Eq | Ne | Lt | Gt | Le | Ge)
}

impl Body<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr, expr: &Expr) -> Operand {
        let ty = self.ty(expr);
        let value = self.value(operand);
        let is_float = matches!(self.lowering.program.types.get(ty).kind, TypeKind::Float);
        match (op, value) {
            (UnaryOp::Neg, Operand::Int(v)) => Operand::Int(v.wrapping_neg()),
            (UnaryOp::Neg, Operand::Float(v)) => Operand::Float(-v),
            (UnaryOp::Neg, value) => self.primitive(
                if is_float { "float_neg" } else { "int_neg" },
                ty,
                vec![value],
                expr.span,
            ),
            (UnaryOp::Not, value) => self.primitive("bool_not", ty, vec![value], expr.span),
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
        expr: &Expr,
    ) -> Operand {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let ty = self.ty(expr);
            let slot = self.fresh(ty);
            let first = self.value(left);
            let short = Operand::Bool(op == BinaryOp::Or);
            let is_and = op == BinaryOp::And;
            self.if_else(
                first,
                |b| match is_and {
                    true => b.into_goal(right, Goal::Slot(slot)),
                    false => b.deliver(short.clone(), Goal::Slot(slot)),
                },
                |b| match is_and {
                    true => b.deliver(Operand::Bool(false), Goal::Slot(slot)),
                    false => b.into_goal(right, Goal::Slot(slot)),
                },
            );
            return Operand::Var(slot);
        }
        let ty = self.ty(left);
        let a = self.value(left);
        let b = self.value(right);
        self.binary_on(op, a, b, ty, span)
    }

    /// An operator other than `and`, `or`, `..` on evaluated operands of type `ty`.
    pub(super) fn binary_on(
        &mut self,
        op: BinaryOp,
        a: Operand,
        b: Operand,
        ty: TypeRef,
        span: Span,
    ) -> Operand {
        use BinaryOp::*;
        let kind = self.lowering.program.types.get(ty).kind.clone();
        let bool_ = self.lowering.bool();
        match kind {
            TypeKind::Int | TypeKind::Pid | TypeKind::Bool | TypeKind::Unit => {
                let (name, result) = match op {
                    Add => ("int_add", ty),
                    Sub => ("int_sub", ty),
                    Mul => ("int_mul", ty),
                    Div => ("int_div", ty),
                    Rem => ("int_rem", ty),
                    Eq => ("int_eq", bool_),
                    Ne => ("int_ne", bool_),
                    Lt => ("int_lt", bool_),
                    Gt => ("int_gt", bool_),
                    Le => ("int_le", bool_),
                    _ => ("int_ge", bool_),
                };
                self.primitive(name, result, vec![a, b], span)
            }
            TypeKind::Float => {
                let (name, result) = match op {
                    Add => ("float_add", ty),
                    Sub => ("float_sub", ty),
                    Mul => ("float_mul", ty),
                    Div => ("float_div", ty),
                    Rem => ("float_rem", ty),
                    Eq => ("float_eq", bool_),
                    Ne => ("float_ne", bool_),
                    Lt => ("float_lt", bool_),
                    Gt => ("float_gt", bool_),
                    Le => ("float_le", bool_),
                    _ => ("float_ge", bool_),
                };
                self.primitive(name, result, vec![a, b], span)
            }
            TypeKind::String | TypeKind::Bytes => match op {
                Join | Concat | Add => self.primitive("bytes_append", ty, vec![a, b], span),
                Eq => self.primitive("bytes_equal", bool_, vec![a, b], span),
                Ne => {
                    let same = self.primitive("bytes_equal", bool_, vec![a, b], span);
                    self.primitive("bool_not", bool_, vec![same], span)
                }
                _ => {
                    let int = self.lowering.int();
                    let order = self.primitive("bytes_compare", int, vec![a, b], span);
                    self.order_test(op, order)
                }
            },
            TypeKind::List(item) if op == Concat => {
                self.list_primitive("list_concat", item, ty, vec![a, b], span)
            }
            _ => match op {
                Eq => self.derived(Derived::Equal, ty, vec![a, b]),
                Ne => {
                    let same = self.derived(Derived::Equal, ty, vec![a, b]);
                    self.primitive("bool_not", bool_, vec![same], span)
                }
                _ => {
                    let order = self.derived(Derived::Compare, ty, vec![a, b]);
                    self.order_test(op, order)
                }
            },
        }
    }

    /// Turns -1/0/1 into the answer of a comparison.
    fn order_test(&mut self, op: BinaryOp, order: Operand) -> Operand {
        let name = match op {
            BinaryOp::Lt => "int_lt",
            BinaryOp::Gt => "int_gt",
            BinaryOp::Le => "int_le",
            _ => "int_ge",
        };
        self.test(name, order, Operand::Int(0))
    }
}
