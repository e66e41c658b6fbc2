//! Operators.

use crate::ast::{BinaryOp, Comparison, Group, UnaryOp};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::types::Ty;

use super::bounds::Bound;
use super::deferred::Constraint;
use super::habits::CHAINED;
use super::{Cause, Expectation, Infer};
use crate::types::Need;

pub(super) const JOIN_TEXTS: &str = "join strings with `<>`";
pub(super) const JOIN_LISTS: &str = "join lists with `++`";

/// The empty place before or behind what stands at `span`.
fn end_of(span: Span, is_before: bool) -> Span {
    let place = if is_before { span.start } else { span.end };
    Span {
        start: place,
        end: place,
        ..span
    }
}

impl Infer<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Ty {
        match op {
            UnaryOp::Neg => {
                let ty = self.part(operand);
                self.require(&ty, &Bound::Need(Need::Negate), operand.span);
                ty
            }
            UnaryOp::Not => {
                let bool_ty = self.bool_ty();
                let ty = self.part(operand);
                let is_parameter = matches!(self.shallow(&ty), Ty::Var(_)) && !self.is_open(&ty);
                let has_own = is_parameter || self.has_impl(Need::Not, &ty);
                if has_own {
                    self.require(&ty, &Bound::Need(Need::Not), operand.span);
                } else {
                    self.expect(&bool_ty, &ty, operand.span, Cause::PLAIN);
                }
                bool_ty
            }
        }
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, op_span: Span) -> Ty {
        match op.group() {
            Group::Arithmetic(arithmetic) => {
                self.same_typed(left, right, arithmetic.need(), op_span)
            }
            Group::Comparison(comparison) => {
                let need = match comparison {
                    Comparison::Eq | Comparison::Ne => Need::Eq,
                    Comparison::Order(_) => Need::Ord,
                };
                let is_reported = self.sent_by_arrow(op, left, right, op_span)
                    || self.negated_side(left, right, op_span);
                match is_reported {
                    true => Ty::Error,
                    false => {
                        self.same_typed(left, right, need, op_span);
                        self.bool_ty()
                    }
                }
            }
            Group::Logic(_) => {
                let bool_ty = self.bool_ty();
                let before = self.diagnostics.count();
                let left = self.of_type(left, &bool_ty, Cause::PLAIN);
                // One side that is wrong is enough said, and one that is unknown may be an Option.
                if self.shallow(&left) == Ty::Error {
                    self.value(right, Expectation::Value);
                    return Ty::Error;
                }
                match self.diagnostics.count() == before {
                    true => self.of_type(right, &bool_ty, Cause::PLAIN),
                    false => self.value(right, Expectation::Value),
                };
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

    /// Reports `pid <- message`, which reads as a comparison with `-message`. False when it is none.
    fn sent_by_arrow(&mut self, op: BinaryOp, left: &Expr, right: &Expr, sign: Span) -> bool {
        let ExprKind::Unary(UnaryOp::Neg, message) = &right.kind else {
            return false;
        };
        let ExprKind::Local(pid) = left.kind else {
            return false;
        };
        let is_arrow = op == BinaryOp::Lt && sign.end == right.span.start;
        let ty = self.typed.local[pid.index()].clone();
        if !is_arrow || self.message_of(&ty).is_none() {
            return false;
        }
        self.value(left, Expectation::Value);
        self.value(message, Expectation::Value);
        let help = "a message is sent by `send(pid, message)`".to_string();
        let message = "Snow has no operator `<-`".to_string();
        self.report_with_help(Code::E0001, sign, message, Some(help));
        true
    }

    /// Reports `not a == 3`, which compares `not a`. False when `a` can be negated, or is no name.
    fn negated_side(&mut self, left: &Expr, right: &Expr, sign: Span) -> bool {
        let ExprKind::Unary(UnaryOp::Not, operand) = &left.kind else {
            return false;
        };
        let ExprKind::Local(name) = operand.kind else {
            return false;
        };
        let ty = self.shallow(&self.typed.local[name.index()].clone());
        let can_be_negated = ty == self.bool_ty() || self.has_impl(Need::Not, &ty);
        if matches!(ty, Ty::Var(_) | Ty::Error) || can_be_negated {
            return false;
        }
        self.value(operand, Expectation::Value);
        self.value(right, Expectation::Value);
        let help = "write `not (…)` around the comparison".to_string();
        let message = "`not` binds tighter than a comparison".to_string();
        self.report_with_help(Code::E0001, left.span.to(sign), message, Some(help));
        true
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
            Some(false) => {
                self.value(right, Expectation::Value);
                return Ty::Error;
            }
            Some(true) => self.of_type(right, &ty, Cause::because(left.span, "the left side")),
            None => {
                self.of_type(right, &ty, Cause::because(left.span, "the left side"));
                self.defer(constraint, left.id, op_span);
                ty.clone()
            }
        };
        ty
    }

    /// E0006 for `+` between texts or lists, here or on the left of a longer chain. False when it is
    /// an addition.
    fn added(&mut self, left: &Expr, right: &Expr, op_span: Span) -> bool {
        let mut first = left;
        while let ExprKind::Binary {
            op: BinaryOp::Add,
            left,
            ..
        } = &first.kind
        {
            first = left;
        }
        let lang = &self.program.lang;
        let given = self.typed.expr[first.id.index()].clone();
        let ty = self.shallow(&given);
        let (is_text, sign, help) = match &ty {
            Ty::Con(id, _) if Some(*id) == lang.string => (true, "<>", JOIN_TEXTS),
            Ty::Con(id, _) if Some(*id) == lang.list => (false, "++", JOIN_LISTS),
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => return false,
        };
        if self.has_impl(Need::Add, &ty) {
            return false;
        }
        let other = self.value(right, Expectation::Value);
        let message = format!("`{}` does not support `+` (`Add`)", self.show(&ty));
        let report = Diagnostic::error(Code::E0006, left.span.to(op_span), message);
        let report = self.with_origin(report.help(help), &given, left.span.to(op_span));
        let report = report.edit(op_span, sign);
        let is_plain = [self.int_ty(), self.float_ty(), self.bool_ty()].contains(&other);
        let report = match is_text && is_plain {
            true => report
                .edit(end_of(right.span, true), "\"${")
                .edit(end_of(right.span, false), "}\""),
            false => report,
        };
        self.diagnostics.note(report);
        true
    }

    /// Both sides of one type that supports the operator. When the left side does not, the right
    /// side is not blamed too.
    fn same_typed(&mut self, left: &Expr, right: &Expr, need: Need, op_span: Span) -> Ty {
        // A `nil` is no side that the other one has to fit.
        if need == Need::Eq && matches!(left.kind, ExprKind::Unit) {
            let ty = self.part(right);
            self.of_type(left, &ty, Cause::because(right.span, "the right side"));
            return ty;
        }
        let ty = self.part(left);
        if need == Need::Add && self.added(left, right, op_span) {
            return Ty::Error;
        }
        self.place = left.span.to(op_span);
        if let Err(lack) = self.support(&ty, &Bound::Need(need)) {
            self.lacks(&ty, &lack, left.span.to(op_span));
            self.value(right, Expectation::Value);
            return if need.is_arithmetic() { Ty::Error } else { ty };
        }
        let is_order = |op: BinaryOp| matches!(op.group(), Group::Comparison(Comparison::Order(_)));
        let what = match &left.kind {
            ExprKind::Binary { op, .. } if need == Need::Ord && is_order(*op) => CHAINED,
            _ => "the left side",
        };
        self.of_type(right, &ty, Cause::because(left.span, what));
        ty
    }
}
