//! Branches, loops, `return` and `?`.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Clause, Expr, Pat, PatKind, TypeId};
use crate::source::Span;
use crate::types::{Iteration, Ty};

use super::deferred::Constraint;
use super::{Cause, Expectation, Infer};

/// Branches that are to give one type, unless their value is not used.
pub(super) struct Branches<'w> {
    expectation: Expectation<'w>,
    /// Of the first branch that gives a value.
    first: Option<(Ty, Span)>,
    what: &'static str,
    /// The number of the first diagnostic about a pattern, and about a value: branches that are wrong
    /// alike are one mistake.
    wrong: [Option<usize>; 2],
}

impl<'w> Branches<'w> {
    pub(super) fn new(expectation: Expectation<'w>, what: &'static str) -> Self {
        Branches {
            expectation,
            first: None,
            what,
            wrong: [None; 2],
        }
    }
}

impl Infer<'_, '_> {
    pub(super) fn condition(&mut self, condition: &Expr) {
        let bool_ty = self.bool_ty();
        self.of_type(condition, &bool_ty, Cause::PLAIN);
    }

    /// One more branch. A branch that never ends normally (`return`) says nothing about the others.
    pub(super) fn branch(&mut self, branches: &mut Branches, body: &Expr) {
        let before = self.diagnostics.count();
        let ty = match (branches.expectation, &branches.first) {
            (Expectation::Effect, _) => self.value(body, Expectation::Effect),
            (Expectation::Type(expected, cause), first) => {
                // A place that does not know itself what it wants learns it from the first branch.
                let cause = match first {
                    Some((_, span)) if cause.because.is_none() && cause.code == Code::E0001 => {
                        Cause {
                            because: Some((*span, branches.what)),
                            ..cause
                        }
                    }
                    _ => cause,
                };
                self.value(body, Expectation::Type(expected, cause))
            }
            (Expectation::Value, None) => self.value(body, Expectation::Value),
            (Expectation::Value, Some((ty, span))) => {
                let (ty, cause) = (ty.clone(), Cause::because(*span, branches.what));
                self.value(body, Expectation::Type(&ty, cause))
            }
        };
        self.fold_repeats(&mut branches.wrong[1], before);
        if branches.first.is_none() && ty != Ty::Never {
            branches.first = Some((ty, body.span));
        }
    }

    /// Joins what was said since there were `before` diagnostics with what was said about an earlier
    /// branch.
    fn fold_repeats(&mut self, wrong: &mut Option<usize>, before: usize) {
        match *wrong {
            Some(first) => self.diagnostics.fold_repeats(first, before),
            None => *wrong = (self.diagnostics.count() > before).then_some(before),
        }
    }

    /// The type of the whole.
    pub(super) fn joined(&mut self, branches: Branches) -> Ty {
        match (branches.expectation, branches.first) {
            (_, None) => Ty::Never,
            (Expectation::Effect, Some(_)) => Ty::unit(),
            (Expectation::Type(expected, _), Some(_)) => expected.clone(),
            (Expectation::Value, Some((ty, _))) => ty,
        }
    }

    pub(super) fn if_else(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: &Expr,
        expectation: Expectation,
    ) -> Ty {
        self.condition(condition);
        let mut branches = Branches::new(expectation, "the other branch");
        self.branch(&mut branches, then);
        self.branch(&mut branches, otherwise);
        self.joined(branches)
    }

    pub(super) fn case(&mut self, subject: &Expr, arms: &[Clause], expectation: Expectation) -> Ty {
        let subject_ty = self.part(subject);
        let mut branches = Branches::new(expectation, "an earlier arm");
        for arm in arms {
            self.arm(arm, &subject_ty, &mut branches);
        }
        self.joined(branches)
    }

    /// One arm of `case` or `receive`.
    pub(super) fn arm(&mut self, arm: &Clause, subject: &Ty, branches: &mut Branches) {
        let before = self.diagnostics.count();
        for pattern in &arm.patterns {
            self.pattern(pattern, subject);
        }
        self.fold_repeats(&mut branches.wrong[0], before);
        self.guard(arm);
        self.branch(branches, &arm.body);
    }

    pub(super) fn for_(
        &mut self,
        e: &Expr,
        (pattern, of_pairs): (&Pat, bool),
        iterable: &Expr,
        filter: Option<&Expr>,
        body: &Expr,
    ) -> Ty {
        let ty = self.part(iterable);
        let item = self.fresh();
        let pair = matches!(pattern.kind, PatKind::Tuple(_));
        let constraint = Constraint::Iterated {
            ty,
            item: item.clone(),
            pair,
            of_pairs,
        };
        self.defer(constraint, e.id, iterable.span);
        self.pattern(pattern, &item);
        if let Some(filter) = filter {
            self.condition(filter);
        }
        let body = match self.value(body, Expectation::Value) {
            Ty::Never => Ty::unit(),
            ty => ty,
        };
        self.list_of(body)
    }

    /// What a `for` goes through: `None` when that is no such thing, or not known.
    pub(super) fn iteration(&self, ty: &Ty, pair: bool) -> Option<(Iteration, Ty)> {
        let Ty::Con(id, args) = self.shallow(ty) else {
            return None;
        };
        let lang = &self.program.lang;
        let id = Some(id);
        let arg = |index: usize| args.get(index).cloned().unwrap_or(Ty::Error);
        if id == lang.range {
            Some((Iteration::Range, self.int_ty()))
        } else if id == lang.list {
            Some((Iteration::List, arg(0)))
        } else if id == lang.set {
            Some((Iteration::Set, arg(0)))
        } else if id == lang.map && pair {
            Some((Iteration::Map, Ty::Tuple(vec![arg(0), arg(1)])))
        } else if id == lang.map {
            Some((Iteration::Map, arg(0)))
        } else {
            None
        }
    }

    pub(super) fn return_(&mut self, value: Option<&Expr>, e: &Expr) -> Ty {
        if self.frame.returns_nothing {
            if let Some(value) = value {
                self.value(value, Expectation::Effect);
            }
            return Ty::Never;
        }
        let (result, cause) = (self.frame.result.clone(), self.frame.cause);
        match value {
            Some(value) => {
                self.of_type(value, &result, cause);
            }
            None => {
                self.expect(&result, &Ty::unit(), e.span, cause);
            }
        }
        Ty::Never
    }

    /// `e?`: the value inside, or an early return of the error.
    pub(super) fn try_(&mut self, operand: &Expr, e: &Expr) -> Ty {
        let span = e.span;
        let lang = &self.program.lang;
        let (option, result) = (lang.option, lang.result);
        let ty = self.part(operand);
        let outer = self.shallow(&self.frame.result.clone());
        let is = |ty: &Ty, id| matches!(ty, Ty::Con(found, _) if Some(*found) == id);
        let operand_ty = match self.shallow(&ty) {
            Ty::Error | Ty::Never => return Ty::Error,
            open if self.is_open(&open) => {
                // Not known yet: what the function returns tells, now or later.
                let kind = self.tried_kind(&outer);
                let Some(id) = kind.or(result.filter(|_| self.frame.returns_nothing)) else {
                    let value = self.fresh();
                    let constraint = Constraint::Tried {
                        operand: open,
                        operand_span: operand.span,
                        outer: self.frame.result.clone(),
                        value: value.clone(),
                        cause: self.frame.cause,
                    };
                    self.defer(constraint, e.id, e.span);
                    return value;
                };
                let args = self.fresh_many(if Some(id) == option { 1 } else { 2 });
                let ty = Ty::Con(id, args);
                self.expect(&ty, &open, operand.span, Cause::PLAIN);
                ty
            }
            known => known,
        };
        let Ty::Con(id, args) = &operand_ty else {
            return self.not_triable(&operand_ty, operand.span);
        };
        if !is(&operand_ty, option) && !is(&operand_ty, result) {
            return self.not_triable(&operand_ty, operand.span);
        }
        let value = args.first().cloned().unwrap_or(Ty::Error);
        let wanted = match args.get(1) {
            Some(error) => Ty::Con(*id, vec![self.fresh(), error.clone()]),
            None => Ty::Con(*id, vec![self.fresh()]),
        };
        let same_kind = self.is_open(&outer) || outer == Ty::Error || is(&outer, Some(*id));
        if self.frame.returns_nothing || !same_kind {
            let kind = if Some(*id) == option {
                "Option"
            } else {
                "Result"
            };
            let message = format!("`?` requires function to return `{kind}`");
            let mut report = Diagnostic::error(Code::E0036, span, message);
            if let Some((place, what)) = self.frame.cause.because {
                report = report.also(place, format!("{what}: `{}`", self.show(&outer)));
            }
            self.diagnostics
                .push(report.help("take the value apart with `case` instead"));
            return value;
        }
        if self.is_open(&outer) && self.frame.tried.is_none() {
            self.frame.tried = Some((span, false));
        }
        let cause = Cause {
            code: Code::E0036,
            asked: None,
            ..self.frame.cause
        };
        self.expect(&outer, &wanted, span, cause);
        value
    }

    /// `Option` or `Result`, when a type is one of them.
    fn tried_kind(&self, ty: &Ty) -> Option<TypeId> {
        let lang = &self.program.lang;
        match self.shallow(ty) {
            Ty::Con(id, _) => Some(id).filter(|id| [lang.option, lang.result].contains(&Some(*id))),
            Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => None,
        }
    }

    /// A `?` that waits: whichever of its value and what the function returns is known first says
    /// what both are. `fallback` says it when neither is.
    pub(super) fn solve_tried(
        &mut self,
        waiting: &Constraint,
        fallback: Option<TypeId>,
        span: Span,
    ) -> bool {
        let Constraint::Tried {
            operand,
            operand_span,
            outer,
            value,
            cause,
        } = waiting
        else {
            return true;
        };
        let known = self.shallow(operand);
        if !self.is_open(&known) && known != Ty::Error && self.tried_kind(&known).is_none() {
            self.not_triable(&known, *operand_span);
            self.expect(&Ty::Error, value, span, Cause::PLAIN);
            return true;
        }
        let kind = self.tried_kind(&known).or(self.tried_kind(outer));
        let Some(id) = kind.or(fallback) else {
            return false;
        };
        let mut inside = vec![value.clone()];
        let mut returned = vec![self.fresh()];
        if Some(id) == self.program.lang.result {
            let error = self.fresh();
            inside.push(error.clone());
            returned.push(error);
        }
        self.expect(operand, &Ty::Con(id, inside), *operand_span, Cause::PLAIN);
        let cause = Cause {
            code: Code::E0036,
            asked: None,
            ..*cause
        };
        self.expect(outer, &Ty::Con(id, returned), span, cause);
        true
    }

    /// E0037.
    fn not_triable(&mut self, ty: &Ty, span: Span) -> Ty {
        let message = format!(
            "`?` requires `Result` or `Option`, found `{}`",
            self.show(ty)
        );
        self.report(Code::E0037, span, message);
        Ty::Error
    }
}
