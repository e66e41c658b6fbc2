//! Constraints that wait: they are about a value whose type is not known yet.
//!
//! They are looked at again at the end of the group. Those that have a fallback (`++` joins lists,
//! `for` goes through a list, or through a map when it binds `{key, value}`) take it then, one at a
//! time, because one may settle others; the rest is E0045.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{ExprId, FnId, ModuleId, TypeId};
use crate::source::{Name, Span};
use crate::types::{InterfaceBound, Need, Ty};

use super::bounds::Bound;
use super::member::Method;
use super::{Cause, Infer};

const JOINS_LISTS: &str = "`++` joins lists or strings";
const JOINS_TEXT: &str = "`<>` joins strings or bytes";

/// What is to be found out.
#[derive(Clone)]
pub(super) enum Constraint {
    /// `base.name`.
    Field {
        base: Ty,
        name: Name,
        name_span: Span,
        result: Ty,
    },
    /// `base.name(args)`.
    Method {
        base: Ty,
        name: Name,
        name_span: Span,
        args: Vec<(Ty, Span)>,
        result: Ty,
    },
    /// `%{base | name: e}`: name, its place, the value's type and place.
    Updated {
        base: Ty,
        fields: Vec<(Name, Span, Ty, Span)>,
    },
    /// A list or a string.
    Concat { ty: Ty },
    /// A string or bytes.
    Join { ty: Ty },
    /// What a `for` goes through.
    Iterated {
        ty: Ty,
        item: Ty,
        /// Its pattern is one of several values.
        pair: bool,
        /// It was written `{key, value}`: where nothing else tells, it is a map that is gone through.
        of_pairs: bool,
    },
    /// `operand?` in a function that returns `outer`.
    Tried {
        operand: Ty,
        operand_span: Span,
        outer: Ty,
        value: Ty,
        cause: Cause,
    },
    /// Part of a string: what has a text, and no function.
    Shown { ty: Ty },
    /// A type that several impls of an interface may be for.
    Implemented { ty: Ty, bound: InterfaceBound },
}

/// A constraint with the place that it came up.
pub(super) struct Deferred {
    pub(super) constraint: Constraint,
    at: ExprId,
    pub(super) span: Span,
    function: FnId,
    pub(super) module: ModuleId,
    pid: Option<Ty>,
}

impl Deferred {
    pub(super) fn span(&self) -> Span {
        self.span
    }

    /// What is to have a text, where nothing else is asked.
    pub(super) fn shown(&self) -> Option<&Ty> {
        match &self.constraint {
            Constraint::Shown { ty } => Some(ty),
            Constraint::Field { .. }
            | Constraint::Method { .. }
            | Constraint::Updated { .. }
            | Constraint::Concat { .. }
            | Constraint::Join { .. }
            | Constraint::Iterated { .. }
            | Constraint::Tried { .. }
            | Constraint::Implemented { .. } => None,
        }
    }

    /// The types that it is about.
    pub(super) fn types(&self) -> Vec<Ty> {
        match &self.constraint {
            Constraint::Field { base, result, .. } => vec![base.clone(), result.clone()],
            Constraint::Method {
                base, args, result, ..
            } => {
                let args = args.iter().map(|(ty, _)| ty.clone());
                args.chain([base.clone(), result.clone()]).collect()
            }
            Constraint::Updated { base, fields } => {
                let values = fields.iter().map(|(_, _, ty, _)| ty.clone());
                values.chain([base.clone()]).collect()
            }
            Constraint::Concat { ty } | Constraint::Join { ty } | Constraint::Shown { ty } => {
                vec![ty.clone()]
            }
            Constraint::Iterated { ty, item, .. } => vec![ty.clone(), item.clone()],
            Constraint::Tried {
                operand,
                outer,
                value,
                ..
            } => vec![operand.clone(), outer.clone(), value.clone()],
            Constraint::Implemented { ty, bound } => {
                bound.arguments.iter().chain([ty]).cloned().collect()
            }
        }
    }
}

impl Infer<'_, '_> {
    /// Answers now if that is possible, else later.
    pub(super) fn defer(&mut self, constraint: Constraint, at: ExprId, span: Span) {
        if !self.solve(&constraint, at, span) {
            let (function, module, pid) = (
                self.frame.function,
                self.frame.module,
                self.frame.pid.clone(),
            );
            self.deferred.push(Deferred {
                constraint,
                at,
                span,
                function,
                module,
                pid,
            });
        }
    }

    /// Notes a constraint that has no expression of its own.
    pub(super) fn wait_for(&mut self, constraint: Constraint, span: Span) {
        let (function, module, pid) = (
            self.frame.function,
            self.frame.module,
            self.frame.pid.clone(),
        );
        self.deferred.push(Deferred {
            constraint,
            at: ExprId(u32::MAX),
            span,
            function,
            module,
            pid,
        });
    }

    /// Solves all constraints of the group.
    pub(super) fn solve_deferred(&mut self) {
        loop {
            self.solve_what_is_known();
            let usual = self
                .deferred
                .iter()
                .position(|d| self.has_fallback(&d.constraint));
            if let Some(index) = usual {
                let deferred = self.deferred.remove(index);
                self.enter(&deferred);
                self.take_fallback(&deferred);
            } else if self.take_only_struct() {
                // More is known now.
            } else if !self.deferred.is_empty() {
                // Reported once: what hangs on it then knows that it is wrong.
                let deferred = self.deferred.remove(0);
                self.enter(&deferred);
                self.report_unsolved(&deferred);
            } else {
                return;
            }
        }
    }

    fn solve_what_is_known(&mut self) {
        loop {
            let before = self.deferred.len();
            for deferred in std::mem::take(&mut self.deferred) {
                self.enter(&deferred);
                if !self.solve(&deferred.constraint, deferred.at, deferred.span) {
                    self.deferred.push(deferred);
                }
            }
            if self.deferred.len() == before {
                return;
            }
        }
    }

    /// Solves what is known of the constraints from that one on.
    pub(super) fn solve_from(&mut self, first: usize) {
        let frame = (
            self.frame.function,
            self.frame.module,
            self.frame.pid.clone(),
        );
        let earlier: Vec<Deferred> = self.deferred.drain(..first).collect();
        self.solve_what_is_known();
        let later = std::mem::replace(&mut self.deferred, earlier);
        self.deferred.extend(later);
        (self.frame.function, self.frame.module, self.frame.pid) = frame;
    }

    /// Back to the function that the constraint came up in.
    fn enter(&mut self, deferred: &Deferred) {
        self.frame.function = deferred.function;
        self.frame.module = deferred.module;
        self.frame.pid = deferred.pid.clone();
    }

    /// True when the constraint is settled, solved or reported.
    fn solve(&mut self, constraint: &Constraint, at: ExprId, span: Span) -> bool {
        match constraint {
            Constraint::Field {
                base,
                name,
                name_span,
                result,
            } => {
                if self.is_open(base) {
                    return false;
                }
                let ty = if self.shallow(base) == Ty::Error {
                    Ty::Error
                } else {
                    self.field_of(base, name, *name_span, at)
                };
                self.expect(&ty, result, span, Cause::PLAIN);
            }
            Constraint::Method {
                base,
                name,
                name_span,
                args,
                result,
            } => match self.find_method(base, name, args.len()) {
                Method::NotYet => return false,
                Method::Function(id) => {
                    let (params, ty) = self.use_function(id, at, *name_span);
                    self.typed.method.insert(at, id);
                    self.solve_call(&params, base, args, span);
                    self.expect(&ty, result, span, Cause::PLAIN);
                }
                Method::Field(index, field) => {
                    self.typed.field.insert(at, vec![index]);
                    let params = args.iter().map(|(ty, _)| ty.clone()).collect();
                    let call = Ty::Fun(params, Box::new(result.clone()));
                    self.expect(&field, &call, *name_span, Cause::PLAIN);
                }
                Method::Ambiguous(methods) => {
                    let report = self.program.ambiguous_method(
                        &methods,
                        name,
                        *name_span,
                        self.frame.module,
                    );
                    self.diagnostics.push(report);
                    self.expect(&Ty::Error, result, span, Cause::PLAIN);
                }
                Method::Missing => {
                    if self.shallow(base) != Ty::Error {
                        self.no_method(base, name, args.len(), *name_span);
                    }
                    self.expect(&Ty::Error, result, span, Cause::PLAIN);
                }
            },
            Constraint::Updated { base, fields } => {
                if self.is_open(base) {
                    return false;
                }
                if self.shallow(base) != Ty::Error {
                    self.updated_later(base, fields, at);
                }
            }
            Constraint::Concat { ty } => {
                let lang = &self.program.lang;
                return self
                    .one_of(ty, [lang.list, lang.string], JOINS_LISTS, span)
                    .is_some();
            }
            Constraint::Join { ty } => {
                let lang = &self.program.lang;
                return self
                    .one_of(ty, [lang.string, lang.bytes], JOINS_TEXT, span)
                    .is_some();
            }
            Constraint::Iterated { ty, item, pair, .. } => {
                if self.is_open(ty) {
                    return false;
                }
                match self.iteration(ty, *pair) {
                    Some((iteration, found)) => {
                        self.typed.iteration.insert(at, iteration);
                        self.expect(&found, item, span, Cause::PLAIN);
                    }
                    None => {
                        if !matches!(self.shallow(ty), Ty::Error) {
                            let message = format!("`for` cannot go through `{}`", self.show(ty));
                            let help = self.operand(ty);
                            let help = help.unwrap_or("it goes through `a..b`, List, Map and Set");
                            self.report_with_help(Code::E0001, span, message, Some(help.into()));
                        }
                        self.expect(&Ty::Error, item, span, Cause::PLAIN);
                    }
                }
            }
            Constraint::Tried { .. } => return self.solve_tried(constraint, None, span),
            Constraint::Shown { ty } => match self.shallow(ty) {
                open if self.is_open(&open) => return false,
                Ty::Fun(..) => {
                    let message = format!("a function has no text: `{}`", self.show(ty));
                    self.report(Code::E0006, span, message);
                }
                known => drop(self.require(&known, &Bound::Need(Need::Text), span)),
            },
            Constraint::Implemented { ty, bound } => {
                if self.impls_that_fit(ty, bound.interface).len() > 1 {
                    return false;
                }
                self.require(ty, &Bound::Interface(bound.clone()), span);
            }
        }
        true
    }

    fn solve_call(&mut self, params: &[Ty], base: &Ty, args: &[(Ty, Span)], span: Span) {
        let Some((first, rest)) = params.split_first() else {
            return;
        };
        self.expect(first, base, span, Cause::PLAIN);
        for (param, (arg, arg_span)) in rest.iter().zip(args) {
            self.expect(param, arg, *arg_span, Cause::PLAIN);
        }
    }

    /// Holds the left operand of `++` or `<>` against what the operator takes; `None` when it is
    /// not known yet.
    pub(super) fn solve_operand(
        &mut self,
        constraint: &Constraint,
        left: &crate::hir::Expr,
    ) -> Option<bool> {
        let lang = &self.program.lang;
        match constraint {
            Constraint::Concat { ty } => {
                self.one_of(ty, [lang.list, lang.string], JOINS_LISTS, left.span)
            }
            Constraint::Join { ty } => {
                self.one_of(ty, [lang.string, lang.bytes], JOINS_TEXT, left.span)
            }
            Constraint::Field { .. }
            | Constraint::Method { .. }
            | Constraint::Updated { .. }
            | Constraint::Iterated { .. }
            | Constraint::Tried { .. }
            | Constraint::Shown { .. }
            | Constraint::Implemented { .. } => None,
        }
    }

    /// Holds a type against the two that an operator takes; `None` when it is not known yet.
    fn one_of(
        &mut self,
        ty: &Ty,
        allowed: [Option<TypeId>; 2],
        what: &str,
        span: Span,
    ) -> Option<bool> {
        if self.is_open(ty) {
            return None;
        }
        let found = self.shallow(ty);
        let fits = match &found {
            Ty::Con(id, _) => allowed.contains(&Some(*id)),
            Ty::Error | Ty::Never => true,
            Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) => false,
        };
        if !fits {
            let message = format!("{what}, found `{}`", self.show(&found));
            let report = Diagnostic::error(Code::E0001, span, message);
            let report = self.with_origin(report, ty, span);
            let help = self.operand(&found).unwrap_or("make text with `\"${…}\"`");
            self.diagnostics.push(report.help(help));
        }
        Some(fits)
    }

    fn has_fallback(&self, constraint: &Constraint) -> bool {
        match constraint {
            Constraint::Method { name, args, .. } => {
                self.fallback_method(name, args.len()).is_some()
            }
            Constraint::Concat { .. }
            | Constraint::Join { .. }
            | Constraint::Iterated { .. }
            | Constraint::Tried { .. }
            | Constraint::Shown { .. } => true,
            Constraint::Implemented { .. }
            | Constraint::Field { .. }
            | Constraint::Updated { .. } => false,
        }
    }

    /// What a method means for a value of which nothing else is known.
    fn fallback_method(&self, name: &Name, count: usize) -> Option<FnId> {
        let everything = self.method_of_everything(name, count);
        everything.or_else(|| self.only_method(name, count))
    }

    fn take_fallback(&mut self, deferred: &Deferred) {
        match &deferred.constraint {
            Constraint::Iterated {
                ty, of_pairs: true, ..
            } => {
                let args = self.fresh_many(2);
                let map = self.program.lang.map.map(|map| Ty::Con(map, args));
                self.expect(&map.unwrap_or(Ty::Error), ty, deferred.span, Cause::PLAIN);
            }
            Constraint::Concat { ty } | Constraint::Iterated { ty, .. } => {
                let item = self.fresh();
                let list = self.list_of(item);
                self.expect(&list, ty, deferred.span, Cause::PLAIN);
            }
            Constraint::Join { ty } => {
                let string = self.string_ty();
                self.expect(&string, ty, deferred.span, Cause::PLAIN);
            }
            Constraint::Method {
                base,
                name,
                name_span,
                args,
                result,
            } => {
                let Some(id) = self.fallback_method(name, args.len()) else {
                    return;
                };
                let (params, ty) = self.use_function(id, deferred.at, *name_span);
                self.typed.method.insert(deferred.at, id);
                self.solve_call(&params, base, args, deferred.span);
                self.expect(&ty, result, deferred.span, Cause::PLAIN);
                return;
            }
            Constraint::Tried { .. } => {
                let result = self.program.lang.result;
                self.solve_tried(&deferred.constraint, result, deferred.span);
                return;
            }
            Constraint::Shown { ty } => {
                self.require(ty, &Bound::Need(Need::Text), deferred.span);
                return;
            }
            Constraint::Implemented { .. }
            | Constraint::Field { .. }
            | Constraint::Updated { .. } => return,
        }
        self.solve(&deferred.constraint, deferred.at, deferred.span);
    }
}
