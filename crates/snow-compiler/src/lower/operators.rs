//! Operators, by the type of their operands.

use super::function::{Body, Goal};
use crate::ast::{BinaryOp, UnaryOp};
use crate::core::ir::*;
use crate::core::primitive::Prim;
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
                if is_float {
                    Prim::FloatNeg
                } else {
                    Prim::IntNeg
                },
                ty,
                vec![value],
                expr.span,
            ),
            (UnaryOp::Not, value) => self.primitive(Prim::BoolNot, ty, vec![value], expr.span),
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
                    Add => (Prim::IntAdd, ty),
                    Sub => (Prim::IntSub, ty),
                    Mul => (Prim::IntMul, ty),
                    Div => (Prim::IntDiv, ty),
                    Rem => (Prim::IntRem, ty),
                    Eq => (Prim::IntEq, bool_),
                    Ne => (Prim::IntNe, bool_),
                    Lt => (Prim::IntLt, bool_),
                    Gt => (Prim::IntGt, bool_),
                    Le => (Prim::IntLe, bool_),
                    _ => (Prim::IntGe, bool_),
                };
                self.primitive(name, result, vec![a, b], span)
            }
            TypeKind::Float => {
                let (name, result) = match op {
                    Add => (Prim::FloatAdd, ty),
                    Sub => (Prim::FloatSub, ty),
                    Mul => (Prim::FloatMul, ty),
                    Div => (Prim::FloatDiv, ty),
                    Rem => (Prim::FloatRem, ty),
                    Eq => (Prim::FloatEq, bool_),
                    Ne => (Prim::FloatNe, bool_),
                    Lt => (Prim::FloatLt, bool_),
                    Gt => (Prim::FloatGt, bool_),
                    Le => (Prim::FloatLe, bool_),
                    _ => (Prim::FloatGe, bool_),
                };
                self.primitive(name, result, vec![a, b], span)
            }
            TypeKind::String | TypeKind::Bytes => match op {
                Join | Concat | Add => self.primitive(Prim::BytesAppend, ty, vec![a, b], span),
                Eq => self.primitive(Prim::BytesEqual, bool_, vec![a, b], span),
                Ne => {
                    let same = self.primitive(Prim::BytesEqual, bool_, vec![a, b], span);
                    self.primitive(Prim::BoolNot, bool_, vec![same], span)
                }
                _ => {
                    let int = self.lowering.int();
                    let order = self.primitive(Prim::BytesCompare, int, vec![a, b], span);
                    self.order_test(op, order)
                }
            },
            TypeKind::List(item) if op == Concat => {
                self.list_primitive(Prim::ListConcat, item, ty, vec![a, b], span)
            }
            _ => match op {
                Eq => self.derived(Derived::Equal, ty, vec![a, b]),
                Ne => {
                    let same = self.derived(Derived::Equal, ty, vec![a, b]);
                    self.primitive(Prim::BoolNot, bool_, vec![same], span)
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
            BinaryOp::Lt => Prim::IntLt,
            BinaryOp::Gt => Prim::IntGt,
            BinaryOp::Le => Prim::IntLe,
            _ => Prim::IntGe,
        };
        self.test(name, order, Operand::Int(0))
    }
}
