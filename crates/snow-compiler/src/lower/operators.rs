//! Operators, by the type of their operands.

use super::function::{Body, Destination};
use crate::ast::{Arithmetic, BinaryOp, Comparison, Group, Logic, Order, UnaryOp};
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{Derived, TypeKind, TypeRef};
use crate::hir::{Expr, FnId};
use crate::source::Span;
use crate::types::{Need, Ty};

impl Body<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr, expr: &Expr) -> Operand {
        let ty = self.ty(expr);
        let value = self.value(operand);
        let subject = self.hir_ty(operand);
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
            (UnaryOp::Not, value) if self.lowering.find_impl(Need::Not, &subject).is_some() => {
                match self.lowering.hir.need_method(Need::Not, "not") {
                    Some(method) => {
                        self.call_function(method, &[subject], vec![value], ty, expr.span)
                    }
                    None => value,
                }
            }
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
        match op.group() {
            Group::Logic(logic) => {
                let ty = self.ty(expr);
                self.logic(logic, left, right, ty)
            }
            Group::Arithmetic(_)
            | Group::Comparison(_)
            | Group::Join
            | Group::Concat
            | Group::Range => {
                let ty = self.ty(left);
                let a = self.value(left);
                let b = self.value(right);
                match self.own_operator(op.group(), &self.hir_ty(left)) {
                    Some(own) => self.call_operator(own, op.group(), (a, b), left, span),
                    None => self.operate(op.group(), a, b, ty, span),
                }
            }
        }
    }

    /// The method that an operator calls on a type with an impl of its own.
    fn own_operator(&self, group: Group, ty: &Ty) -> Option<FnId> {
        let (need, method) = match group {
            Group::Arithmetic(op) => (op.need(), op.method()),
            Group::Comparison(Comparison::Eq | Comparison::Ne) => (Need::Eq, "eq"),
            Group::Comparison(Comparison::Order(_)) => (Need::Ord, "lt"),
            Group::Logic(_) | Group::Join | Group::Concat | Group::Range => return None,
        };
        let found = self.lowering.find_impl(need, ty)?;
        // An order by `compare` alone is what the structural operation calls, too.
        let is_own = self.lowering.has_method(found, method);
        is_own.then(|| self.lowering.hir.need_method(need, method))?
    }

    fn call_operator(
        &mut self,
        method: FnId,
        group: Group,
        (a, b): (Operand, Operand),
        left: &Expr,
        span: Span,
    ) -> Operand {
        // `a > b` is `b < a`; both have been evaluated.
        let is_swapped = matches!(
            group,
            Group::Comparison(Comparison::Order(Order::Gt | Order::Le))
        );
        let is_negated = matches!(
            group,
            Group::Comparison(Comparison::Ne | Comparison::Order(Order::Le | Order::Ge))
        );
        let operands = if is_swapped { vec![b, a] } else { vec![a, b] };
        let bool_ = self.lowering.bool();
        let result = match group {
            Group::Comparison(_) => bool_,
            Group::Arithmetic(_) | Group::Logic(_) | Group::Join | Group::Concat | Group::Range => {
                self.ty(left)
            }
        };
        self.at(span);
        let subject = [self.hir_ty(left)];
        let answer = self.call_function(method, &subject, operands, result, span);
        match is_negated {
            true => self.primitive(Prim::BoolNot, bool_, vec![answer], span),
            false => answer,
        }
    }

    /// `and`, `or`: the right side runs only when the left one does not decide.
    fn logic(&mut self, logic: Logic, left: &Expr, right: &Expr, ty: TypeRef) -> Operand {
        let slot = self.fresh(ty);
        let first = self.value(left);
        let decided =
            |b: &mut Self, value| b.deliver(Operand::Bool(value), Destination::Slot(slot));
        let right = |b: &mut Self| b.into_destination(right, Destination::Slot(slot));
        match logic {
            Logic::And => self.if_else(first, right, |b| decided(b, false)),
            Logic::Or => self.if_else(first, |b| decided(b, true), right),
        };
        Operand::Var(slot)
    }

    /// An operator on evaluated operands of type `ty`.
    fn operate(
        &mut self,
        group: Group,
        a: Operand,
        b: Operand,
        ty: TypeRef,
        span: Span,
    ) -> Operand {
        match group {
            Group::Arithmetic(op) => self.arithmetic(op, a, b, ty, span),
            Group::Comparison(op) => self.comparison(op, a, b, ty, span),
            Group::Join | Group::Concat => {
                if let (Operand::Text(first), Operand::Text(second)) = (&a, &b) {
                    return Operand::Text(format!("{first}{second}").into());
                }
                match self.lowering.program.types.get(ty).kind {
                    TypeKind::List(item) => {
                        self.list_primitive(Prim::ListConcat, item, ty, vec![a, b], span)
                    }
                    // `infer` lets strings and bytes through, and nothing else.
                    TypeKind::Int
                    | TypeKind::Float
                    | TypeKind::Bool
                    | TypeKind::Unit
                    | TypeKind::String
                    | TypeKind::Bytes
                    | TypeKind::Pid
                    | TypeKind::Function { .. }
                    | TypeKind::Tuple(_)
                    | TypeKind::Struct { .. }
                    | TypeKind::Sum { .. } => {
                        self.primitive(Prim::BytesAppend, ty, vec![a, b], span)
                    }
                }
            }
            // `and` and `or` have not evaluated their operands, ranges are expressions of their
            // own.
            Group::Logic(_) | Group::Range => Operand::Unit,
        }
    }

    fn arithmetic(
        &mut self,
        op: Arithmetic,
        a: Operand,
        b: Operand,
        ty: TypeRef,
        span: Span,
    ) -> Operand {
        let is_float = matches!(self.lowering.program.types.get(ty).kind, TypeKind::Float);
        let (int, float) = match op {
            Arithmetic::Add => (Prim::IntAdd, Prim::FloatAdd),
            Arithmetic::Sub => (Prim::IntSub, Prim::FloatSub),
            Arithmetic::Mul => (Prim::IntMul, Prim::FloatMul),
            Arithmetic::Div => (Prim::IntDiv, Prim::FloatDiv),
            Arithmetic::Rem => (Prim::IntRem, Prim::FloatRem),
        };
        self.primitive(if is_float { float } else { int }, ty, vec![a, b], span)
    }

    pub(super) fn comparison(
        &mut self,
        op: Comparison,
        a: Operand,
        b: Operand,
        ty: TypeRef,
        span: Span,
    ) -> Operand {
        let bool_ = self.lowering.bool();
        match self.lowering.program.types.get(ty).kind {
            TypeKind::Int | TypeKind::Pid | TypeKind::Bool | TypeKind::Unit => {
                self.primitive(on_ints(op), bool_, vec![a, b], span)
            }
            TypeKind::Float => self.primitive(on_floats(op), bool_, vec![a, b], span),
            TypeKind::String | TypeKind::Bytes => match op {
                Comparison::Eq => self.primitive(Prim::BytesEqual, bool_, vec![a, b], span),
                Comparison::Ne => {
                    let same = self.primitive(Prim::BytesEqual, bool_, vec![a, b], span);
                    self.primitive(Prim::BoolNot, bool_, vec![same], span)
                }
                Comparison::Order(_) => {
                    let int = self.lowering.int();
                    let order = self.primitive(Prim::BytesCompare, int, vec![a, b], span);
                    self.test(on_ints(op), order, Operand::Int(0))
                }
            },
            TypeKind::List(_)
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => match op {
                Comparison::Eq => self.derived(Derived::Equal, ty, vec![a, b]),
                Comparison::Ne => {
                    let same = self.derived(Derived::Equal, ty, vec![a, b]);
                    self.primitive(Prim::BoolNot, bool_, vec![same], span)
                }
                // Derived orders are -1, 0 or 1.
                Comparison::Order(_) => {
                    let order = self.derived(Derived::Compare, ty, vec![a, b]);
                    self.test(on_ints(op), order, Operand::Int(0))
                }
            },
        }
    }
}

fn on_ints(op: Comparison) -> Prim {
    match op {
        Comparison::Eq => Prim::IntEq,
        Comparison::Ne => Prim::IntNe,
        Comparison::Order(Order::Lt) => Prim::IntLt,
        Comparison::Order(Order::Gt) => Prim::IntGt,
        Comparison::Order(Order::Le) => Prim::IntLe,
        Comparison::Order(Order::Ge) => Prim::IntGe,
    }
}

fn on_floats(op: Comparison) -> Prim {
    match op {
        Comparison::Eq => Prim::FloatEq,
        Comparison::Ne => Prim::FloatNe,
        Comparison::Order(Order::Lt) => Prim::FloatLt,
        Comparison::Order(Order::Gt) => Prim::FloatGt,
        Comparison::Order(Order::Le) => Prim::FloatLe,
        Comparison::Order(Order::Ge) => Prim::FloatGe,
    }
}
