//! `spawn`, `send`, `receive`: the message type of an actor is one type for all of its body.

use crate::diagnostics::Code;
use crate::hir::{Clause, Expr, ExprKind, FunctionKind};
use crate::source::Span;
use crate::types::Ty;

use super::control::Branches;
use super::{Cause, Expectation, Infer};

impl Infer<'_, '_> {
    /// `spawn(actor, args…)`: `Pid<M>` of that actor.
    pub(super) fn spawn(&mut self, actor: &Expr, args: &[Expr], span: Span) -> Ty {
        let target = match actor.kind {
            ExprKind::Function(id) => Some(id),
            _ => None,
        };
        let is_actor =
            |id: &crate::hir::FnId| self.program.functions[id.index()].kind == FunctionKind::Actor;
        if let ExprKind::Call {
            callee,
            args: given,
        } = &actor.kind
        {
            if let ExprKind::Function(id) = callee.kind {
                if is_actor(&id) {
                    let name = &self.program.functions[id.index()].name;
                    let message = format!("`spawn` takes `{name}` and its arguments, not a call");
                    let help = match given.is_empty() {
                        true => format!("write `spawn({name})`"),
                        false => format!("write `spawn({name}, …)`"),
                    };
                    self.report_with_help(Code::E0016, actor.span, message, Some(help));
                    for arg in given.iter().chain(args) {
                        self.value(arg, Expectation::Value);
                    }
                    return Ty::Error;
                }
            }
        }
        let Some(id) = target.filter(is_actor) else {
            if matches!(actor.kind, ExprKind::Error) {
                self.value(actor, Expectation::Value);
            } else {
                let ty = match target {
                    // Not a use that could be wrong in another way.
                    Some(id) => {
                        let (params, result) = self.use_function(id, actor.id, actor.span);
                        self.record(actor, Ty::Fun(params, Box::new(result)))
                    }
                    None => self.value(actor, Expectation::Value),
                };
                if self.shallow(&ty) != Ty::Error {
                    let message = format!("`spawn` takes an actor, found `{}`", self.show(&ty));
                    let help = "declare it with `actor name(…) do … end`".to_string();
                    self.report_with_help(Code::E0016, actor.span, message, Some(help));
                }
            }
            args.iter()
                .for_each(|arg| drop(self.value(arg, Expectation::Value)));
            return Ty::Error;
        };

        let (params, result) = self.use_function(id, actor.id, actor.span);
        self.record(actor, Ty::Fun(params.clone(), Box::new(result.clone())));
        let args: Vec<&Expr> = args.iter().collect();
        self.arguments(&params, &args, span, Some(id));
        result
    }

    /// `send(pid, message)`; a message of the wrong type is E0014.
    pub(super) fn send(&mut self, to: &Expr, message: &Expr) -> Ty {
        let wanted = self.fresh();
        let pid = self.pid_of(wanted.clone());
        if self.reports_swapped("`send`", &[pid.clone(), wanted.clone()], &[to, message]) {
            return Ty::unit();
        }
        self.of_type(to, &pid, Cause::PLAIN);
        let cause = Cause {
            code: Code::E0014,
            ..Cause::because(to.span, "this pid takes")
        };
        self.of_type(message, &wanted, cause);
        Ty::unit()
    }

    pub(super) fn receive(
        &mut self,
        arms: &[Clause],
        after: Option<&(Box<Expr>, Box<Expr>)>,
        expectation: Expectation,
    ) -> Ty {
        let message = match self.frame.pid.as_ref().map(|pid| self.shallow(pid)) {
            Some(Ty::Con(_, args)) => args.first().cloned().unwrap_or(Ty::Error),
            _ => Ty::Error,
        };
        let function = self.frame.function;
        if let Some(pending) = self.pending.get_mut(&function) {
            pending.receives |= !arms.is_empty();
        }
        let mut branches = Branches::new(expectation, "an earlier arm");
        for arm in arms {
            self.arm(arm, &message, &mut branches);
        }
        if let Some((time, body)) = after {
            let int = self.int_ty();
            self.of_type(time, &int, Cause::PLAIN);
            self.branch(&mut branches, body);
        }
        self.joined(branches)
    }
}
