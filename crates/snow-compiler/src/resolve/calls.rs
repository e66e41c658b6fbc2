//! Calls in all their forms: functions, constructors, methods, `spawn`, `send`, `link`.

use crate::ast::{self, Ident};
use crate::diagnostics::{foreign, Code};
use crate::hir::{Expr, ExprKind, TypeKind};
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
            ast::ExprKind::Name(name) => {
                let before = self.diagnostics.count();
                let callee = self.callee_name(name, count);
                if self.diagnostics.count() > before {
                    self.as_method(name, args, span);
                }
                callee
            }
            ast::ExprKind::Field { base, .. } if self.of_server(base, args) => {
                return self.error_expr(span);
            }
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
        let in_job = self.body.in_job;
        self.body.in_job |= self.begins_job(&callee);
        let args = self.all(args);
        self.body.in_job = in_job;
        self.expr(
            ExprKind::Call {
                callee: Box::new(callee),
                args,
            },
            span,
        )
    }

    /// The edit for `len(list)`, which is a method here: it was just reported.
    fn as_method(&mut self, name: &Ident, args: &[&ast::Expr], span: Span) {
        self.as_struct(name, args, span);
        let (Some(method), [arg]) = (foreign::method(&name.name), args) else {
            return;
        };
        let is_whole = !matches!(
            arg.kind,
            ast::ExprKind::Binary { .. } | ast::ExprKind::Unary { .. } | ast::ExprKind::Pipe { .. }
        );
        if !is_whole || arg.span.start < name.span.start {
            return;
        }
        let front = Span {
            end: arg.span.start,
            ..name.span
        };
        let behind = Span {
            start: arg.span.end,
            ..span
        };
        self.diagnostics
            .edit_last(front, "", (behind, &format!(".{method}()")));
    }

    /// The edits for `User("a", 3)`, which is a struct: it was just reported.
    fn as_struct(&mut self, name: &Ident, args: &[&ast::Expr], span: Span) {
        let id = self.type_in_scope(self.module(), std::slice::from_ref(name));
        let Some(TypeKind::Struct(fields)) = id.map(|id| &self.out.types[id.index()].kind) else {
            return;
        };
        let in_place = args
            .first()
            .is_some_and(|arg| arg.span.start > name.span.end);
        if fields.len() != args.len() || !in_place {
            return;
        }
        let text = &self.sources.get(span.file).text;
        let written = fields.iter().zip(args).map(|((field, _), arg)| {
            let value = &text[arg.span.start as usize..arg.span.end as usize];
            format!("{field}: {value}")
        });
        let written: Vec<String> = written.collect();
        let whole = Span {
            start: name.span.end,
            ..span
        };
        let end = Span {
            start: span.end,
            ..span
        };
        let literal = format!(" {{ {} }}", written.join(", "));
        self.diagnostics.edit_last(whole, &literal, (end, ""));
    }

    /// Whether what a function is given runs on the side, in a job.
    fn begins_job(&self, callee: &Expr) -> bool {
        let ExprKind::Function(id) = callee.kind else {
            return false;
        };
        let function = &self.out.functions[id.index()];
        let module = &self.out.modules[function.module.index()];
        module.is_stdlib && &*module.name == "Job"
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
