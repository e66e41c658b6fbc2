//! Calls and uses of functions.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprId, ExprKind, FnId, FunctionKind, TypeId};
use crate::source::Span;
use crate::types::Ty;

use super::{Cause, Expectation, Infer};

/// A type without what is in it.
#[derive(PartialEq)]
enum Shape {
    Named(TypeId),
    Function(usize),
    Tuple(usize),
}

impl Infer<'_, '_> {
    /// A fresh copy of a function's type, noted as the instance at `at`. The implicit pid is
    /// settled here and is not among the parameters.
    pub(super) fn use_function(&mut self, id: FnId, at: ExprId, span: Span) -> (Vec<Ty>, Ty) {
        let (mut params, result) = self.instance(id, at, span);
        if self.program.functions[id.index()].has_self_pid && !params.is_empty() {
            let expected = params.remove(0);
            match self.frame.pid.clone() {
                Some(pid) => {
                    self.expect(&expected, &pid, span, Cause::PLAIN);
                }
                None => {
                    let name = &self.program.functions[id.index()].name;
                    let message = format!("`{name}` needs the caller's pid: call it from an actor");
                    let help =
                        "a function with a first parameter `self()` can call it too".to_string();
                    self.report_with_help(Code::E0015, span, message, Some(help));
                }
            }
        }
        (params, result)
    }

    fn instance(&mut self, id: FnId, at: ExprId, span: Span) -> (Vec<Ty>, Ty) {
        let (count, params, result) = match self.pending.get(&id) {
            Some(pending) => match &pending.declared {
                Some((params, result)) => (pending.rigid.len(), params.clone(), result.clone()),
                None => {
                    self.inner_uses.push((self.frame.function, at, id, span));
                    return (pending.params.clone(), pending.result.clone());
                }
            },
            None => {
                self.is_early |= !self.finished[id.index()];
                let scheme = &self.typed.scheme[id.index()];
                (
                    scheme.bounds.len(),
                    scheme.params.clone(),
                    scheme.result.clone(),
                )
            }
        };
        self.place = span;
        let args = match self.pending.get(&id) {
            Some(_) => {
                let args = self.fresh_many(count);
                for (arg, bounds) in args.iter().zip(self.pending_bounds(id, &args)) {
                    self.bound_rigid(arg, bounds);
                }
                args
            }
            None => {
                let bounds = self.typed.scheme[id.index()].bounds.clone();
                self.fresh_bounded(bounds.iter())
            }
        };
        if let (Some(written), Some(subject)) = (self.program.subjects.get(&at), args.first()) {
            let written = self.annotation(written);
            self.expect(&written, subject, span, Cause::PLAIN);
        }
        let result = result.substitute(&args);
        match self.pending.get(&id) {
            Some(_) => self.inner_instances.push((
                self.frame.function,
                id,
                args.clone(),
                result.clone(),
                span,
            )),
            None => self.note_known_uses(self.frame.function, id, &args, &result, span),
        }
        self.typed.instance.insert(at, args.clone());
        (params.iter().map(|t| t.substitute(&args)).collect(), result)
    }

    /// A function that is not called on the spot.
    pub(super) fn function_value(&mut self, id: FnId, e: &Expr) -> Ty {
        let function = &self.program.functions[id.index()];
        let name = function.name.clone();
        if function.kind == FunctionKind::Actor {
            let message =
                format!("actor `{name}` is not a value: start it with `spawn({name}, …)`");
            self.report(Code::E0016, e.span, message);
        } else if function.has_self_pid {
            let help = format!("wrap it in a closure: `fn x -> {name}(x) end`");
            let message = format!("`{name}` needs its caller's pid and can only be called");
            self.report_with_help(Code::E0015, e.span, message, Some(help));
        }
        let (params, result) = self.instance(id, e.id, e.span);
        Ty::Fun(params, Box::new(result))
    }

    pub(super) fn call(&mut self, callee: &Expr, args: &[Expr], span: Span) -> Ty {
        if let ExprKind::Function(id) = callee.kind {
            let function = &self.program.functions[id.index()];
            if function.kind == FunctionKind::Actor && self.frame.function != id {
                let name = &function.name;
                let message =
                    format!("actor `{name}` is started with `spawn({name}, …)`, not called");
                let help = match args.is_empty() {
                    true => format!("write `spawn({name})`"),
                    false => format!("write `spawn({name}, …)`"),
                };
                self.report_with_help(Code::E0016, callee.span, message, Some(help));
            }

            let (params, result) = self.use_function(id, callee.id, callee.span);
            self.record(callee, Ty::Fun(params.clone(), Box::new(result.clone())));
            let args: Vec<&Expr> = args.iter().collect();
            let misused = match params.len() == args.len() {
                true => None,
                false => self.registers(id, args.len(), callee.span, span),
            };
            if let Some(report) = misused {
                self.diagnostics.push(report);
                self.give_up_call(&params, &args);
                return Ty::Error;
            }
            let before = self.diagnostics.count();
            let fits = self.arguments(&params, &args, span, Some(id));
            // What a call with a mistake in it would have answered is open for that reason.
            if self.diagnostics.count() > before {
                self.give_up(&result);
            }
            return match fits {
                true => result,
                false => Ty::Error,
            };
        }
        let before = self.diagnostics.count();
        let ty = self.value(callee, Expectation::Value);
        let args: Vec<&Expr> = args.iter().collect();
        let result = self.apply(&ty, &args, callee.span, span);
        match self.diagnostics.count() > before && self.called_by_message(callee, &args, before) {
            true => Ty::Error,
            false => result,
        }
    }

    /// Calls a value of type `ty`.
    pub(super) fn apply(&mut self, ty: &Ty, args: &[&Expr], callee: Span, span: Span) -> Ty {
        match self.shallow(ty) {
            Ty::Fun(params, result) => match self.arguments(&params, args, span, None) {
                true => *result,
                false => Ty::Error,
            },
            Ty::Error | Ty::Never => {
                self.unasked(args);
                Ty::Error
            }
            open if self.is_open(&open) => {
                let params = args.iter().map(|arg| self.part(arg)).collect();
                let result = self.fresh();
                let function = Ty::Fun(params, Box::new(result.clone()));
                if !self.expect(&function, &open, callee, Cause::PLAIN) {
                    return Ty::Error;
                }
                result
            }
            other => {
                args.iter()
                    .for_each(|arg| drop(self.value(arg, Expectation::Value)));
                let message = format!("`{}` is not a function", self.show(&other));
                self.report(Code::E0005, callee, message);
                Ty::Error
            }
        }
    }

    /// Holds arguments against parameters. E0003 when there are too many or too few; false then, as
    /// the result says nothing.
    pub(super) fn arguments(
        &mut self,
        params: &[Ty],
        args: &[&Expr],
        span: Span,
        declared: Option<FnId>,
    ) -> bool {
        if params.len() != args.len() {
            let arguments = if params.len() == 1 {
                "argument"
            } else {
                "arguments"
            };
            let counts = format!("{} {arguments}, found {}", params.len(), args.len());
            self.diagnostics.push(match declared {
                Some(id) => self.miscounted(id, params.len(), counts, span),
                None => Diagnostic::error(Code::E0003, span, format!("expected {counts}")),
            });
            self.give_up_call(params, args);
            return false;
        }
        let name = match declared {
            Some(id) => format!("`{}`", self.program.functions[id.index()].name),
            None => "the function".into(),
        };
        if self.reports_swapped(&name, params, args) {
            return true;
        }
        if self.called_too_early(params, args) {
            return true;
        }
        if declared.is_some_and(|id| self.misfits(params, args, id)) {
            self.give_up_call(params, args);
            return true;
        }
        // Closures last: the other arguments may tell the types of their parameters.
        let is_closure = |e: &Expr| matches!(e.kind, ExprKind::Closure { .. });
        for closures in [false, true] {
            for (index, (arg, param)) in args.iter().zip(params).enumerate() {
                if is_closure(arg) == closures {
                    // Without the caller's pid and the receiver of a method.
                    let arity = |id: FnId| self.program.functions[id.index()].arity;
                    let skipped = declared.map_or(0, |id| arity(id).saturating_sub(params.len()));
                    let mut cause = self.cause_of_argument(declared, index + skipped, arg);
                    cause.argument = declared.map(|id| (id, index + skipped));
                    cause.given = match arg.kind {
                        ExprKind::Function(id) => Some(id),
                        _ => None,
                    };
                    self.of_type(arg, param, cause);
                }
            }
        }
        true
    }

    /// Looks at the arguments of a call of what is not known. Nothing says what it would have given a
    /// closure.
    pub(super) fn unasked(&mut self, args: &[&Expr]) {
        for arg in args {
            let ty = self.value(arg, Expectation::Value);
            if let (ExprKind::Closure { .. }, Ty::Fun(params, _)) = (&arg.kind, &ty) {
                params.iter().for_each(|param| self.give_up(param));
            }
        }
    }

    /// Looks at the arguments of a call that is wrong, which asks no more of them.
    pub(super) fn give_up_call(&mut self, params: &[Ty], args: &[&Expr]) {
        self.unasked(args);
        params.iter().for_each(|param| self.give_up(param));
    }

    /// Whether an argument can be seen not to be what its place asks for.
    pub(super) fn is_misfit(&self, param: &Ty, arg: &Expr) -> bool {
        if let (Ty::Con(id, parts), ExprKind::List(items)) = (self.shallow(param), &arg.kind) {
            let is_list = Some(id) == self.program.lang.list;
            let first = items.first().filter(|_| is_list);
            return first.map_or(!is_list, |first| self.is_misfit(&parts[0], first));
        }
        match (self.shape_of(arg), self.shape(param)) {
            (Some(given), Some(asked)) => given != asked,
            _ => false,
        }
    }

    /// Reports two arguments that stand in each other's places, if there are any.
    pub(super) fn reports_swapped(&mut self, name: &str, params: &[Ty], args: &[&Expr]) -> bool {
        let Some((first, second)) = self.swapped(params, args) else {
            return false;
        };
        let place = args[first].span.to(args[second].span);
        let message = "these arguments stand the wrong way round".to_string();
        let (one, other) = (self.show(&params[first]), self.show(&params[second]));
        let help = format!("{name} takes `{one}` first, and `{other}` behind it: swap them");
        let (one, other) = (args[first].span, args[second].span);
        let (left, right) = (self.program.written(one), self.program.written(other));
        let report = Diagnostic::error(Code::E0001, place, message).help(help);
        let report = report.edit(one, right).edit(other, left);
        self.diagnostics.push(report);
        self.give_up_call(params, args);
        true
    }

    /// The same of a method's only argument and what the method is called on.
    pub(super) fn reports_receiver_swapped(
        &mut self,
        id: FnId,
        params: &[Ty],
        base: &Expr,
        args: &[&Expr],
        span: Span,
    ) -> bool {
        let ([first, second], [arg]) = (params, args) else {
            return false;
        };
        if self.swapped(params, &[base, arg]).is_none() {
            return false;
        }
        let function = &self.program.functions[id.index()];
        let name = format!("{}.{}", self.module_name(function.module), function.name);
        let (one, other) = (self.show(first), self.show(second));
        let meant = format!(
            "{name}({}, {})",
            self.program.written(arg.span),
            self.program.written(base.span)
        );
        let message = "these two stand the wrong way round";
        let help =
            format!("`{name}` takes `{one}` first, and `{other}` behind it: write `{meant}`");
        let report = Diagnostic::error(Code::E0001, span, message).help(help);
        self.diagnostics.push(report.edit(span, meant));
        self.unasked(args);
        params.iter().for_each(|param| self.give_up(param));
        true
    }

    /// Two arguments of which each is what the place of the other asks for.
    fn swapped(&self, params: &[Ty], args: &[&Expr]) -> Option<(usize, usize)> {
        let given: Vec<_> = args.iter().map(|arg| self.shape_of(arg)).collect();
        let asked: Vec<_> = params.iter().map(|ty| self.shape(ty)).collect();
        let is_wrong = |at: usize, place: usize| match (&given[at], &asked[place]) {
            (Some(given), Some(asked)) => given != asked,
            _ => false,
        };
        let fits = |at: usize, place: usize| given[at].is_some() && given[at] == asked[place];
        let pairs = (0..args.len()).flat_map(|i| (i + 1..args.len()).map(move |j| (i, j)));
        let mut found = pairs.filter(|(i, j)| {
            let (i, j) = (*i, *j);
            let has_mistake = is_wrong(i, i) || is_wrong(j, j);
            let swapped_fits = fits(i, j) || fits(j, i);
            has_mistake
                && swapped_fits
                && !is_wrong(i, j)
                && !is_wrong(j, i)
                && !fits(i, i)
                && !fits(j, j)
        });
        found.next()
    }

    /// What a type is without what is in it; `None` when that is not known.
    fn shape(&self, ty: &Ty) -> Option<Shape> {
        match self.shallow(ty) {
            Ty::Con(id, _) => Some(Shape::Named(id)),
            Ty::Fun(params, _) => Some(Shape::Function(params.len())),
            Ty::Tuple(items) => Some(Shape::Tuple(items.len())),
            Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => None,
        }
    }

    /// The same of a value that has not been looked at.
    fn shape_of(&self, e: &Expr) -> Option<Shape> {
        let lang = &self.program.lang;
        let named = |id: Option<TypeId>| id.map(Shape::Named);
        match &e.kind {
            ExprKind::Closure { arity, .. } => Some(Shape::Function(*arity)),
            ExprKind::Function(id) => Some(Shape::Function(self.visible_arity(*id))),
            ExprKind::Int(_) => self.shape(&self.int_ty()),
            ExprKind::Float(_) => self.shape(&self.float_ty()),
            ExprKind::Bool(_) => self.shape(&self.bool_ty()),
            ExprKind::String(_) | ExprKind::Interpolation(_) => named(lang.string),
            ExprKind::List(_) => named(lang.list),
            ExprKind::Map(_) => named(lang.map),
            ExprKind::Local(local) => {
                let ty = self.typed.local.get(local.index())?;
                self.shape(ty)
            }
            ExprKind::Call { callee, .. } => match callee.kind {
                ExprKind::Function(id) => self.shape_of_result(id),
                _ => None,
            },
            _ => None,
        }
    }

    /// How many arguments a call of a function has.
    pub(super) fn visible_arity(&self, id: FnId) -> usize {
        let function = &self.program.functions[id.index()];
        function.arity - usize::from(function.has_self_pid)
    }

    /// The same of what a function answers.
    fn shape_of_result(&self, id: FnId) -> Option<Shape> {
        match self.pending.get(&id) {
            Some(pending) => self.shape(&pending.result),
            None if self.finished[id.index()] => self.shape(&self.typed.scheme[id.index()].result),
            None => None,
        }
    }

    /// Asks no more of what hangs on a call that is wrong.
    pub(super) fn give_up(&mut self, ty: &Ty) {
        match self.shallow(ty) {
            open if self.is_open(&open) => drop(self.unify(&open, &Ty::Error)),
            Ty::Con(_, list) | Ty::Tuple(list) => list.iter().for_each(|t| self.give_up(t)),
            Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {}
        }
    }

    /// A closure. What the place expects of its parameters is known before the body is looked at.
    pub(super) fn closure(
        &mut self,
        arity: usize,
        clauses: &[crate::hir::Clause],
        annotations: &[Option<Ty>],
        span: Span,
        expectation: Expectation,
    ) -> Ty {
        let mut known = None;
        let mut cause_result = Cause::PLAIN;
        if let Expectation::Type(expected, cause) = expectation {
            if let Ty::Fun(params, result) = self.shallow(expected) {
                known = Some((params, *result)).filter(|(params, _)| params.len() == arity);
            }
            if cause.asked.is_some() {
                cause_result = cause;
            }
        }
        let fits = known.is_some();
        let (params, result) = match known {
            Some(known) => known,
            None => (self.fresh_many(arity), self.fresh()),
        };
        for (index, annotation) in annotations.iter().enumerate() {
            if let (Some(written), Some(param)) = (annotation, params.get(index)) {
                let ty = self.annotation(written);
                let place = clauses
                    .first()
                    .and_then(|c| c.patterns.get(index))
                    .map_or(span, |p| p.span);
                self.expect(param, &ty, place, Cause::PLAIN);
            }
        }
        let outer = (
            std::mem::replace(&mut self.frame.result, result.clone()),
            std::mem::replace(&mut self.frame.cause, cause_result),
            self.frame.tried.take(),
            std::mem::replace(&mut self.frame.returns_nothing, false),
        );
        self.clauses(clauses, &params, false);
        (
            self.frame.result,
            self.frame.cause,
            self.frame.tried,
            self.frame.returns_nothing,
        ) = outer;
        let ty = Ty::Fun(params, Box::new(result));
        if let (Expectation::Type(expected, cause), false) = (expectation, fits) {
            self.expect(expected, &ty, span, cause);
        }
        ty
    }
}
