//! Calls in all their forms: functions, constructors, methods, `spawn`, `send`, `link`.

use crate::ast::{self, Ident};
use crate::diagnostics::Code;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;

use super::paths::Dotted;
use super::scope::Found;
use super::types::plural;
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// `callee(args)`.
    pub(super) fn call(
        &mut self,
        callee: &'a ast::Expr,
        args: &[&'a ast::Expr],
        span: Span,
    ) -> Expr {
        let count = args.len();
        if let ast::ExprKind::Name(name) = &callee.kind {
            if let Some(call) = self.method_call(name, args, span) {
                return call;
            }
        }
        let callee = match &callee.kind {
            ast::ExprKind::Name(name) => self.callee_name(name, count),
            ast::ExprKind::Field { base, name } => match self.dotted(base, name, Some(count)) {
                Dotted::Value(found) => self.found(found, &name.name, callee.span, Some(count)),
                Dotted::Wrong => self.error_expr(callee.span),
                Dotted::Member => {
                    let base = Box::new(self.expression(base));
                    let args = self.all(args);
                    let (name, name_span) = (name.name.clone(), name.span);
                    return self.expr(
                        ExprKind::MethodCall {
                            base,
                            name,
                            name_span,
                            args,
                        },
                        span,
                    );
                }
            },
            _ => self.expression(callee),
        };
        let args = self.all(args);
        self.expr(
            ExprKind::Call {
                callee: Box::new(callee),
                args,
            },
            span,
        )
    }

    fn callee_name(&mut self, name: &Ident, count: usize) -> Expr {
        match self.find_local(&name.name) {
            Some(local) => self.local(local, name),
            None => match self.unqualified(&name.name, Some(count)) {
                Some(_) if !self.is_clear(&name.name, name.span) => self.error_expr(name.span),
                Some(found) => self.found(found, &name.name, name.span, Some(count)),
                None => {
                    self.unbound(&name.name, name.span);
                    self.error_expr(name.span)
                }
            },
        }
    }

    pub(super) fn all(&mut self, args: &[&'a ast::Expr]) -> Vec<Expr> {
        args.iter().map(|arg| self.expression(arg)).collect()
    }

    /// `spawn(actor, args…)`.
    pub(super) fn spawn(&mut self, args: &[&'a ast::Expr], span: Span) -> Expr {
        let Some((actor, rest)) = args.split_first() else {
            self.report(
                Code::E0003,
                span,
                "`spawn` takes an actor and its arguments",
            );
            return self.error_expr(span);
        };
        let actor = match &actor.kind {
            ast::ExprKind::Name(name) => self.callee_name(name, rest.len()),
            ast::ExprKind::Field { base, name } => {
                match self.dotted(base, name, Some(rest.len())) {
                    Dotted::Value(found) => {
                        self.found(found, &name.name, actor.span, Some(rest.len()))
                    }
                    Dotted::Wrong => self.error_expr(actor.span),
                    Dotted::Member => self.expression(actor),
                }
            }
            _ => self.expression(actor),
        };
        let args = self.all(rest);
        if self.is_supervisor(&actor) {
            return self.expr(
                ExprKind::Call {
                    callee: Box::new(actor),
                    args,
                },
                span,
            );
        }
        self.expr(
            ExprKind::Spawn {
                actor: Box::new(actor),
                args,
            },
            span,
        )
    }

    /// True for the function that starts a supervisor: `spawn(Tree)` is a call of it.
    fn is_supervisor(&self, callee: &Expr) -> bool {
        let ExprKind::Function(id) = callee.kind else {
            return false;
        };
        let function = &self.out.functions[id.index()];
        self.scopes[function.module.index()]
            .supervisors
            .contains(&function.name)
    }

    /// `send(pid, message)`.
    pub(super) fn send(&mut self, args: &[&'a ast::Expr], span: Span) -> Expr {
        let [to, message] = args else {
            return self.wrong_count("send", "a pid and a message", 2, args, span);
        };
        let to = Box::new(self.expression(to));
        let message = Box::new(self.expression(message));
        self.expr(ExprKind::Send { to, message }, span)
    }

    /// `link(pid)` is the prelude's `link`; the word is reserved, so nothing can shadow it.
    pub(super) fn link(&mut self, args: &[&'a ast::Expr], span: Span) -> Expr {
        let [_] = args else {
            return self.wrong_count("link", "a pid", 1, args, span);
        };
        let found = self
            .prelude
            .and_then(|prelude| self.in_module(prelude, &"link".into(), Some(1)));
        let callee = match found {
            Some(found @ Found::Functions(_)) => self.found(found, &"link".into(), span, Some(1)),
            _ => {
                self.report(Code::E0099, span, "`link` is not supported yet");
                self.error_expr(span)
            }
        };
        let args = self.all(args);
        self.expr(
            ExprKind::Call {
                callee: Box::new(callee),
                args,
            },
            span,
        )
    }

    fn wrong_count(
        &mut self,
        what: &str,
        takes: &str,
        count: usize,
        args: &[&'a ast::Expr],
        span: Span,
    ) -> Expr {
        let message = format!(
            "`{what}` takes {takes}: {count} argument{}, found {}",
            plural(count),
            args.len()
        );
        self.report(Code::E0003, span, message);
        self.all(args);
        self.error_expr(span)
    }
}
