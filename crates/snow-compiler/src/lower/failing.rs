//! Expressions that may end what runs: `?`, which leaves the function, and `assert`, which ends the
//! actor.

use super::function::Body;
use crate::ast::{Comparison, Group};
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{Derived, TypeKind};
use crate::hir::{Expr, ExprKind};
use crate::source::{Name, Span};
use crate::types::Ty;

impl Body<'_, '_> {
    /// `e?`: the payload of `Ok`/`Some`, or an early return.
    pub(super) fn try_operator(&mut self, operand: &Expr) -> Operand {
        let ty = self.hir_ty(operand);
        let ty_ref = self.lowering.type_ref(&ty);
        let value = self.value(operand);
        let value = Operand::Var(self.as_var(value, ty_ref));
        let is_option = matches!(&ty, Ty::Con(id, _) if Some(*id) == self.lowering.hir.lang.option);
        let good_name = if is_option { "Some" } else { "Ok" };
        let TypeKind::Sum { variants } = self.lowering.program.types.get(ty_ref).kind.clone()
        else {
            return Operand::Unit;
        };
        let good = variants
            .iter()
            .position(|v| &*v.0 == good_name)
            .unwrap_or(0);
        let bad = 1 - good;
        let int = self.lowering.int();
        let tag = self.bind(int, Rvalue::Tag(value.clone()));
        let is_good = self.test(Prim::IntEq, tag, Operand::Int(good as i64));
        let result_ty = self.result.clone();
        let result_ref = self.lowering.type_ref(&result_ty);
        let bad_payload = variants[bad].1.clone();
        let source = value.clone();
        self.if_else(
            is_good,
            |_| {},
            |b| {
                let fields = bad_payload
                    .iter()
                    .enumerate()
                    .map(|(index, ty)| {
                        b.bind(
                            *ty,
                            Rvalue::Payload {
                                base: source.clone(),
                                variant: bad,
                                index,
                            },
                        )
                    })
                    .collect();
                let early = b.bind(
                    result_ref,
                    Rvalue::Variant {
                        ty: result_ref,
                        variant: bad,
                        fields,
                    },
                );
                b.stmt(Stmt::Return(early));
            },
        );
        let payload = variants[good].1[0];
        self.bind(
            payload,
            Rvalue::Payload {
                base: value,
                variant: good,
                index: 0,
            },
        )
    }

    pub(super) fn assert(
        &mut self,
        condition: &Expr,
        message: Option<&Expr>,
        text: &Name,
        span: Span,
    ) -> Operand {
        let mut sides = None;
        let comparison = match &condition.kind {
            ExprKind::Binary {
                op,
                left,
                right,
                op_span,
            } => match op.group() {
                Group::Comparison(comparison) => Some((comparison, left, right, *op_span)),
                Group::Arithmetic(_)
                | Group::Logic(_)
                | Group::Join
                | Group::Concat
                | Group::Range => None,
            },
            _ => None,
        };
        let holds = match comparison {
            Some((comparison, left, right, op_span)) => {
                let left_ty = self.ty(left);
                let left_value = self.value(left);
                let left_value = Operand::Var(self.as_var(left_value, left_ty));
                let right_value = self.value(right);
                let right_value = Operand::Var(self.as_var(right_value, left_ty));
                let is_equality = comparison == Comparison::Eq;
                sides = Some((
                    left_value.clone(),
                    right_value.clone(),
                    left_ty,
                    is_equality,
                ));
                self.comparison(comparison, left_value, right_value, left_ty, op_span)
            }
            None => self.value(condition),
        };
        self.if_else(
            holds,
            |_| {},
            |b| {
                let claim = b.claim(message, text, span);
                match sides {
                    None => b.panic_text(claim, span),
                    Some((left, right, ty, is_equality)) => {
                        let left = b.derived(Derived::Inspect, ty, vec![left]);
                        let right = b.derived(Derived::Inspect, ty, vec![right]);
                        let operands = vec![claim, Operand::Bool(is_equality), left, right];
                        let report = b.report("report", operands, span);
                        b.panic_text(report, span);
                    }
                }
            },
        );
        Operand::Unit
    }

    /// The first lines of the report of an assertion that does not hold.
    fn claim(&mut self, message: Option<&Expr>, text: &Name, span: Span) -> Operand {
        match message {
            None => Operand::Text(format!("assertion failed: {text}").as_str().into()),
            Some(message) => {
                let message = self.value(message);
                self.report("claim", vec![message, Operand::Text(text.clone())], span)
            }
        }
    }

    fn report(&mut self, name: &str, operands: Vec<Operand>, span: Span) -> Operand {
        let string = self.lowering.string();
        match self.library_function("Difference", name, span) {
            Some(function) => self.call_function(function, &[], operands, string, span),
            None => Operand::Unit,
        }
    }

    /// Ends the actor with a text made at run time.
    pub(super) fn panic_text(&mut self, text: Operand, span: Span) {
        let unit = self.lowering.type_ref(&Ty::unit());
        self.primitive(Prim::PanicText, unit, vec![text], span);
        self.panic("unreachable", span);
    }
}
