//! Clauses of functions and closures: which belong together, and what is wrong with a group.

use crate::ast::{Arm, FnItem, ItemKind, Statement, TypeExpr};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{self, Clause, Expr, ExprKind, Meaning, Pat, PatKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::declare::visible_arity;
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// W0002: only the first clause speaks for the function.
    pub(super) fn check_later_clauses(&mut self, later: &[&FnItem]) {
        for clause in later {
            let annotated = clause.params.iter().find_map(|p| self.parameter_type(p));
            let written = annotated.or(clause.result.as_ref()).map(|t| t.span);
            if let Some(span) = written {
                let text = "types on a later clause are ignored: write them on the first";
                self.diagnostics
                    .push(Diagnostic::warning(Code::W0002, span, text));
            }
        }
    }

    /// E0022: nothing can get past a clause that takes everything.
    pub(super) fn check_catch_all(&mut self, clauses: &[Clause]) {
        let Some((_, before)) = clauses.split_last() else {
            return;
        };
        for (index, clause) in before.iter().enumerate() {
            if clause.guard.is_none()
                && !clause.patterns.is_empty()
                && clause.patterns.iter().all(takes_everything)
            {
                let text = "catch-all clause must be last: those below it never run";
                let mut report = Diagnostic::error(Code::E0022, clause.span, text);
                report = report.also(clauses[index + 1].span, "this clause is never reached");
                self.diagnostics.push(report);
                return;
            }
        }
    }

    /// A closure. Clauses with a different number of parameters have been reported by the parser
    /// and are left out.
    pub(super) fn closure(&mut self, clauses: &'a [Arm], span: Span) -> Expr {
        let Some(first) = clauses.first() else {
            return self.error_expr(span);
        };
        let arity = first.params.len();
        let annotations = first
            .params
            .iter()
            .map(|p| self.parameter_type(p).map(|t| self.annotation(t)))
            .collect();
        let loops = std::mem::take(&mut self.body.loops);
        let outer = self.body.is_called_in_loop;
        self.body.is_called_in_loop |= loops > 0;
        let mut resolved = Vec::new();
        for arm in clauses {
            if arm.params.len() == arity {
                resolved.push(self.arm(arm));
            }
        }
        self.body.loops = loops;
        self.body.is_called_in_loop = outer;
        self.check_catch_all(&resolved);
        self.expr(
            ExprKind::Closure {
                arity,
                clauses: resolved,
                annotations,
            },
            span,
        )
    }

    /// One clause of a closure, or one arm of `case` or `receive`.
    pub(super) fn arm(&mut self, arm: &'a Arm) -> Clause {
        self.push_scope();
        let patterns = self.parameters(&arm.params);
        let guard = arm.guard.as_ref().map(|g| self.expression(g));
        let body = self.block(&arm.body);
        self.pop_scope();
        Clause {
            patterns,
            guard,
            body,
            span: arm.span,
        }
    }

    /// Clauses of a local `fn` from `statements[at]` on, as one closure bound by `let`. Returns how
    /// many statements it took.
    pub(super) fn local_function(
        &mut self,
        statements: &'a [Statement],
        at: usize,
    ) -> (hir::Statement, usize) {
        let clauses = adjacent_clauses(&statements[at..]);
        let first = clauses[0];
        let arity = visible_arity(&first.params);
        let span = first.name.span.to(clauses[clauses.len() - 1].body.span);
        self.check_later_clauses(&clauses[1..]);
        let (generics, open) = (self.body.generics.len(), self.body.generics_open);
        // A local function is one closure with one type: its own type parameters would promise
        // more.
        if let Some(generic) = first.generics.first() {
            let message = "a local function cannot have type parameters".to_string();
            let help = "leave them out, since a local function is as general as its body allows, \
                        or move the function out of the block";
            self.report_with_help(Code::E0099, generic.span, message, Some(help.into()));
            self.body
                .generics
                .extend(first.generics.iter().map(|g| g.name.clone()));
        }
        let annotations: Vec<Option<Ty>> = first
            .params
            .iter()
            .map(|p| self.parameter_type(p).map(|t| self.annotation(t)))
            .collect();
        let loops = std::mem::take(&mut self.body.loops);
        let outer = self.body.is_called_in_loop;
        self.body.is_called_in_loop |= loops > 0;
        let local = self.new_local(&first.name.name);
        for clause in &clauses {
            self.declares(&clause.name, Meaning::Local(local));
        }
        self.push_scope();
        self.enter_local(&first.name.name, local);
        let mut resolved = Vec::new();
        for clause in &clauses {
            self.push_scope();
            let patterns = self.parameters(&clause.params);
            let guard = clause.guard.as_ref().map(|g| self.expression(g));
            let body = self.block(&clause.body);
            let body = self.annotated(body, first.result.as_ref());
            self.pop_scope();
            resolved.push(Clause {
                patterns,
                guard,
                body,
                span: clause.name.span.to(clause.body.span),
            });
        }
        self.pop_scope();
        self.body.loops = loops;
        self.body.is_called_in_loop = outer;
        if !first.generics.is_empty() {
            self.body.generics.truncate(generics);
        }
        self.body.generics_open = open;
        self.check_catch_all(&resolved);
        let annotations = if annotations.len() == arity {
            annotations
        } else {
            vec![None; arity]
        };
        let value = self.expr(
            ExprKind::Closure {
                arity: first.params.len(),
                clauses: resolved,
                annotations,
            },
            span,
        );
        self.enter_local(&first.name.name, local);
        let pattern = self.pat(PatKind::Bind(local), first.name.span);
        (
            hir::Statement::Let {
                pattern,
                annotation: None,
                value,
            },
            clauses.len(),
        )
    }

    /// `e` with its type written down: a closure has no place for that, a `let` has.
    pub(super) fn annotated(&mut self, value: Expr, ty: Option<&TypeExpr>) -> Expr {
        let Some(ty) = ty else { return value };
        let annotation = Some(self.annotation(ty));
        let span = value.span;
        let name: Name = "%value".into();
        let local = self.new_local(&name);
        let pattern = self.pat(PatKind::Bind(local), span);
        let result = self.expr(ExprKind::Local(local), span);
        let statements = vec![
            hir::Statement::Let {
                pattern,
                annotation,
                value,
            },
            hir::Statement::Expr(result),
        ];
        self.expr(ExprKind::Block(statements), span)
    }
}

/// The first statement's function and the clauses of it that follow directly.
fn adjacent_clauses(statements: &[Statement]) -> Vec<&FnItem> {
    let mut clauses: Vec<&FnItem> = Vec::new();
    for statement in statements {
        let Statement::Item(item) = statement else {
            break;
        };
        let ItemKind::Fn(function) = &item.kind else {
            break;
        };
        let same = |f: &&FnItem| {
            f.name.name == function.name.name && f.params.len() == function.params.len()
        };
        if !clauses.first().is_none_or(same) {
            break;
        }
        clauses.push(function);
    }
    clauses
}

fn takes_everything(pattern: &Pat) -> bool {
    matches!(pattern.kind, PatKind::Wildcard | PatKind::Bind(_))
}
