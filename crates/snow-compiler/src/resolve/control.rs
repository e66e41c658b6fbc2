//! Blocks, branches, loops and `receive`.

use crate::ast::{Arm, Block, Expr as Ast, ForBinding, ItemKind, Statement};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{self, Expr, ExprKind, Meaning, PatKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::Resolver;

fn local_name(statement: &Statement) -> Option<Name> {
    match statement {
        Statement::Item(item) => match &item.kind {
            ItemKind::Fn(function) => Some(function.name.name.clone()),
            _ => None,
        },
        Statement::Expr(_) | Statement::Let { .. } => None,
    }
}

/// `let pattern = value`. Where both sides are tuples, each name gets a `let` of its own, so that
/// its value can be of several types. Names have been looked up: the parts do not see each other.
fn push_let(
    statements: &mut Vec<hir::Statement>,
    pattern: hir::Pat,
    annotation: Option<Ty>,
    value: Expr,
) {
    match (pattern.kind, value.kind, annotation) {
        (PatKind::Tuple(patterns), ExprKind::Tuple(values), None)
            if patterns.len() == values.len() && patterns.iter().all(cannot_fail) =>
        {
            for (pattern, value) in patterns.into_iter().zip(values) {
                push_let(statements, pattern, None, value);
            }
        }
        (pattern_kind, value_kind, annotation) => statements.push(hir::Statement::Let {
            pattern: hir::Pat {
                kind: pattern_kind,
                ..pattern
            },
            annotation,
            value: Expr {
                kind: value_kind,
                ..value
            },
        }),
    }
}

fn cannot_fail(pattern: &hir::Pat) -> bool {
    match &pattern.kind {
        PatKind::Wildcard | PatKind::Bind(_) => true,
        PatKind::Tuple(parts) => parts.iter().all(cannot_fail),
        _ => false,
    }
}

/// What is said about `break` where there is no loop.
const LEFT: &str = "it ends a `for` or `while`; `return` ends a function";
/// The same about `continue`.
const GONE_ON: &str = "it begins the next turn of a `for` or `while`; `return` ends a function";
const JOB_PID: &str =
    "a job is no actor: what it answers is taken by `Job.await(job)`; the pid of \
                       the actor around it is taken before it, `let me = self()`";
const JOB_INBOX: &str = "a job is no actor and gets no messages: what it is to know is a value \
                         around its closure, and what it answers is taken by `Job.await(job)`";

impl<'a> Resolver<'a, '_> {
    pub(super) fn statements(&mut self, statements: &'a [Statement]) -> Vec<hir::Statement> {
        let functions = statements.iter().filter_map(local_name).collect();
        self.body.local_functions.push(functions);
        let resolved = self.statements_inside(statements);
        self.body.local_functions.pop();
        resolved
    }

    fn statements_inside(&mut self, statements: &'a [Statement]) -> Vec<hir::Statement> {
        let mut resolved = Vec::new();
        let mut at = 0;
        while at < statements.len() {
            let mut taken = 1;
            match &statements[at] {
                Statement::Expr(expr) => resolved.push(hir::Statement::Expr(self.expression(expr))),
                Statement::Let {
                    pattern,
                    annotation,
                    value,
                    ..
                } => {
                    // The value still sees what the names meant before.
                    let value = self.expression(value);
                    let annotation = annotation.as_ref().map(|t| self.annotation(t));
                    let pattern = self.pattern(pattern);
                    push_let(&mut resolved, pattern, annotation, value);
                }
                Statement::Item(item) if matches!(item.kind, ItemKind::Fn(_)) => {
                    let (statement, clauses) = self.local_function(statements, at);
                    taken = clauses;
                    resolved.push(statement);
                }
                Statement::Item(item) => {
                    self.report(
                        Code::E0099,
                        item.span,
                        "only functions can be declared inside a block",
                    );
                }
            }
            at += taken;
        }
        resolved
    }

    pub(super) fn if_(
        &mut self,
        condition: &'a Ast,
        then: &'a Block,
        otherwise: Option<&'a Block>,
        span: Span,
    ) -> Expr {
        let condition = Box::new(self.expression(condition));
        let then = Box::new(self.block(then));
        let otherwise = otherwise.map(|block| Box::new(self.block(block)));
        self.expr(
            ExprKind::If {
                condition,
                then,
                otherwise,
            },
            span,
        )
    }

    pub(super) fn case(&mut self, subject: &'a Ast, arms: &'a [Arm], span: Span) -> Expr {
        let subject = Box::new(self.expression(subject));
        let arms = arms.iter().map(|arm| self.arm(arm)).collect();
        self.expr(ExprKind::Case { subject, arms }, span)
    }

    pub(super) fn while_(&mut self, condition: &'a Ast, body: &'a Block, span: Span) -> Expr {
        let condition = Box::new(self.expression(condition));
        self.body.loops += 1;
        let body = Box::new(self.block(body));
        self.body.loops -= 1;
        self.expr(ExprKind::While { condition, body }, span)
    }

    pub(super) fn for_(
        &mut self,
        binding: &'a ForBinding,
        iterable: &'a Ast,
        filter: Option<&'a Ast>,
        body: &'a Block,
        span: Span,
    ) -> Expr {
        let iterable = Box::new(self.expression(iterable));
        self.push_scope();
        let pattern = match binding {
            ForBinding::One(pattern) => self.pattern(pattern),
            ForBinding::Pair(key, value) => {
                if key.name == value.name && &*key.name != "_" {
                    self.duplicate("name", &value.name, value.span, key.span);
                }
                let items = [key, value].map(|name| {
                    let kind = if &*name.name == "_" {
                        PatKind::Wildcard
                    } else {
                        let local = self.bind_local(&name.name);
                        self.declares(name, Meaning::Local(local));
                        PatKind::Bind(local)
                    };
                    self.pat(kind, name.span)
                });
                self.pat(PatKind::Tuple(items.into()), key.span.to(value.span))
            }
        };
        let of_pairs = matches!(binding, ForBinding::Pair(..));
        let filter = filter.map(|f| Box::new(self.expression(f)));
        self.body.loops += 1;
        let body = Box::new(self.block(body));
        self.body.loops -= 1;
        self.pop_scope();
        self.expr(
            ExprKind::For {
                pattern,
                of_pairs,
                iterable,
                filter,
                body,
            },
            span,
        )
    }

    /// `break` (E0032) and `continue` (E0033).
    pub(super) fn jump(&mut self, kind: ExprKind, span: Span) -> Expr {
        if self.body.loops > 0 {
            return self.expr(kind, span);
        }
        let (code, word, help) = if matches!(kind, ExprKind::Break) {
            (Code::E0032, "break", LEFT)
        } else {
            (Code::E0033, "continue", GONE_ON)
        };
        let help = match self.body.is_called_in_loop {
            true => "a closure inside a loop is outside of it: it may run later",
            false => help,
        };
        let report = Diagnostic::error(code, span, format!("`{word}` outside of a loop"));
        self.diagnostics.push(report.help(help));
        self.error_expr(span)
    }

    /// `self()`.
    pub(super) fn self_pid(&mut self, span: Span) -> Expr {
        if self.body.has_pid {
            return self.expr(ExprKind::SelfPid, span);
        }
        let speaks_of_ws = self.sources.get(span.file).text.contains("Ws.");
        let help = match speaks_of_ws {
            _ if self.body.in_job => JOB_PID,
            true => {
                "what another actor has to say to a connection is sent by `Ws.info(conn, message)` \
                 and received by `Ws.on_info`; other functions get the pid of their caller as a \
                 first parameter `self()`"
            }
            false => "a function gets the pid of its caller as a first parameter `self()`",
        };
        self.report_with_help(
            Code::E0015,
            span,
            "`self()` outside of an actor".into(),
            Some(help.into()),
        );
        self.error_expr(span)
    }

    pub(super) fn receive(
        &mut self,
        arms: &'a [Arm],
        after: Option<&'a (Box<Ast>, Block)>,
        span: Span,
    ) -> Expr {
        let allowed = self.body.may_receive;
        if !allowed {
            let at = Span {
                end: span.start + "receive".len() as u32,
                ..span
            };
            let help = match self.body.in_job {
                true => JOB_INBOX,
                false => "only the body of an actor or a test can wait for messages",
            };
            self.report_with_help(
                Code::E0017,
                at,
                "`receive` outside of an actor".into(),
                Some(help.into()),
            );
        }
        let arms = arms.iter().map(|arm| self.arm(arm)).collect();
        let after = after
            .map(|(time, block)| (Box::new(self.expression(time)), Box::new(self.block(block))));
        if !allowed {
            return self.error_expr(span);
        }
        self.expr(ExprKind::Receive { arms, after }, span)
    }
}
