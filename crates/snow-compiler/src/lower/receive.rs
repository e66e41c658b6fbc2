//! `receive`: a scan of the mailbox whose arms take the message out.

use super::function::{Body, Destination};
use super::patterns::Match;
use crate::core::ir::*;
use crate::hir::{Clause, Expr};
use crate::matches::tree::MatchKey;
use crate::types::Ty;

impl Body<'_, '_> {
    pub(super) fn receive(
        &mut self,
        expr: &Expr,
        arms: &[Clause],
        after: Option<&(Box<Expr>, Box<Expr>)>,
        destination: Destination,
    ) {
        let ms = after.map(|(ms, _)| {
            let ty = self.ty(ms);
            let value = self.value(ms);
            match value {
                Operand::Int(_) => value,
                other => {
                    // Of its own, because it has to survive the suspension.
                    let var = self.fresh(ty);
                    self.stmt(Stmt::Let(var, Rvalue::Use(other)));
                    Operand::Var(var)
                }
            }
        });
        let message_ty = match arms.first().and_then(|c| c.patterns.first()) {
            Some(pattern) => self.lowering.typed.pat[pattern.id.index()].substitute(&self.args),
            None => Ty::unit(),
        };
        let message_ty = self.lowering.type_ref(&message_ty);
        let message = self.fresh(message_ty);
        let done = self.fresh_label();
        let shadowed = self.locals.clone();
        let decisions = self.lowering.decisions;
        self.scope(done, |b| {
            let (scan, _) = b.nested(|b| match decisions.get(&MatchKey::Expr(expr.id)) {
                Some(decision) => {
                    let subjects = [message];
                    let m = Match {
                        subjects: &subjects,
                        clauses: arms,
                        destination,
                        done,
                        receive: Some(message),
                        span: expr.span,
                    };
                    b.decide(decision, &m);
                }
                None => {
                    if let Some(arm) = arms.first() {
                        let owned = b.bind(message_ty, Rvalue::Accept(message));
                        b.bind_pattern(&arm.patterns[0], owned, message_ty);
                        b.at(arm.body.span);
                        b.into_destination(&arm.body, destination);
                        b.stmt(Stmt::Leave(done));
                    }
                }
            });
            b.locals = shadowed.clone();
            let after = after.zip(ms).map(|((_, body), ms)| {
                let (block, _) = b.nested(|b| {
                    b.at(body.span);
                    b.into_destination(body, destination);
                    b.stmt(Stmt::Leave(done));
                });
                (ms, block)
            });
            b.stmt(Stmt::Receive(Box::new(Receive {
                message,
                scan,
                after,
                span: expr.span,
            })));
            b.dead = true;
        });
        self.locals = shadowed;
    }
}
