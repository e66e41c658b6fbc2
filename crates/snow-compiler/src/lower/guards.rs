//! Guards around code that is written where they are: `Process.guard(fn() -> … end)`.
//!
//! Such code needs no closure object. It becomes a function of what it captures, and the guard calls
//! that; the captured values stay with the code around the guard.

use super::calls::place_of;
use super::function::Body;
use crate::core::ir::*;
use crate::core::primitive::{Extern, Intrinsic};
use crate::hir::{Expr, ExprKind, FunctionKind};

impl Body<'_, '_> {
    /// A call of a guard with a closure that is written there; `None` for all other calls.
    pub(super) fn guard_here(
        &mut self,
        expr: &Expr,
        callee: &Expr,
        args: &[Expr],
    ) -> Option<Operand> {
        let ExprKind::Function(function) = callee.kind else {
            return None;
        };
        let FunctionKind::Extern(symbol) = &self.lowering.hir.functions[function.index()].kind
        else {
            return None;
        };
        let Extern::Intrinsic(Intrinsic::Guard | Intrinsic::GuardWithin) = Extern::of(symbol)
        else {
            return None;
        };
        let (code, limit) = args.split_last()?;
        let ExprKind::Closure { clauses, .. } = &code.kind else {
            return None;
        };
        let limit = match limit {
            [within, label] => Some((self.value(within), self.value(label))),
            _ => None,
        };
        self.at(code.span);
        let (function, captured) = self.guarded(code, clauses)?;
        let result = self.ty(expr);
        self.at(place_of(expr, callee.span));
        let body = GuardedCode::Call(function, captured);
        Some(self.bind(
            result,
            Rvalue::Guard {
                body,
                limit,
                result,
            },
        ))
    }
}
