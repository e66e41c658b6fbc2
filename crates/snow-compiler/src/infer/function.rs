//! Functions: what their signature says before, and their clauses.

use rustc_hash::FxHashMap;

use crate::core::primitive::{Extern, Intrinsic};
use crate::diagnostics::Code;
use crate::hir::{Clause, FnId, FunctionKind};
use crate::source::Span;
use crate::types::Ty;

use super::bounds::Bound;
use super::{Cause, Expectation, Frame, Infer, Pending, Touched};
use crate::types::Need;

impl Infer<'_, '_> {
    /// Gives a function of the group the type that its signature promises.
    pub(super) fn announce(&mut self, id: FnId) {
        let program = self.program;
        let function = &program.functions[id.index()];
        let rigid: Vec<Ty> = function
            .generics
            .iter()
            .map(|(name, _)| self.rigid(name))
            .collect();
        for ((_, bounds), ty) in function.generics.iter().zip(&rigid) {
            let bounds = bounds.map(|t| self.written(t, &rigid));
            self.bound_rigid(ty, bounds);
        }
        let mut params = Vec::new();
        for index in 0..function.arity {
            let annotation = function.annotations.get(index).and_then(|a| a.as_ref());
            params.push(match annotation {
                Some(ty) => self.written(ty, &rigid),
                None => match self.promised(id, Some(index)) {
                    Some(ty) => self.written(&ty, &rigid),
                    None => self.fresh(),
                },
            });
        }
        let mut message = None;
        let result = match (&function.kind, &function.result) {
            (FunctionKind::Actor, _) => {
                let ty = self.fresh();
                message = Some(ty.clone());
                self.pid_of(ty)
            }
            (FunctionKind::Test, _) => {
                message = Some(self.fresh());
                Ty::unit()
            }
            (_, Some(ty)) => self.written(ty, &rigid),
            (FunctionKind::Extern(_), None) => Ty::unit(),
            (FunctionKind::Plain, None) => match self.promised(id, None) {
                Some(ty) => self.written(&ty, &rigid),
                None => self.fresh(),
            },
        };
        if function.has_self_pid {
            let message = self.fresh();
            let pid = self.pid_of(message);
            if let Some(first) = params.first().cloned() {
                self.expect(&pid, &first, function.name_span, Cause::PLAIN);
            }
        }
        if let FunctionKind::Extern(symbol) = &function.kind {
            if let (Some(need), Some(first)) = (primitive_needs(symbol), rigid.first()) {
                self.require(first, &Bound::Need(need), function.name_span);
            }
        }
        let declared = self.declared(id);
        let (receives, touched) = (false, Touched::default());
        self.pending.insert(
            id,
            Pending {
                rigid,
                params,
                result,
                declared,
                message,
                receives,
                touched,
            },
        );
    }

    /// The signature of a generic function in which nothing is left open.
    fn declared(&self, id: FnId) -> Option<(Vec<Ty>, Ty)> {
        let function = &self.program.functions[id.index()];
        if function.generics.is_empty() {
            return None;
        }
        let params: Option<Vec<Ty>> = function.annotations.iter().cloned().collect();
        let (params, result) = (params?, function.result.clone()?);
        (!params.iter().any(has_open) && !has_open(&result)).then_some((params, result))
    }

    pub(super) fn pid_of(&self, message: Ty) -> Ty {
        self.program
            .lang
            .pid
            .map_or(Ty::Error, |id| Ty::Con(id, vec![message]))
    }

    /// An annotation of the function being looked at.
    pub(super) fn annotation(&mut self, ty: &Ty) -> Ty {
        let rigid = self.frame.rigid.clone();
        self.written(ty, &rigid)
    }

    /// An annotation: open places become fresh variables, type parameters those of the function.
    fn written(&mut self, ty: &Ty, rigid: &[Ty]) -> Ty {
        self.written_inside(ty, rigid, &mut FxHashMap::default())
    }

    fn written_inside(&mut self, ty: &Ty, rigid: &[Ty], open: &mut FxHashMap<u32, Ty>) -> Ty {
        match ty {
            Ty::Param(index) => rigid.get(*index as usize).cloned().unwrap_or(Ty::Error),
            Ty::Var(n) => match open.get(n) {
                Some(known) => known.clone(),
                None => {
                    let fresh = self.fresh();
                    open.insert(*n, fresh.clone());
                    fresh
                }
            },
            Ty::Con(id, args) => Ty::Con(
                *id,
                args.iter()
                    .map(|t| self.written_inside(t, rigid, open))
                    .collect(),
            ),
            Ty::Tuple(items) => Ty::Tuple(
                items
                    .iter()
                    .map(|t| self.written_inside(t, rigid, open))
                    .collect(),
            ),
            Ty::Fun(params, result) => {
                let params = params
                    .iter()
                    .map(|t| self.written_inside(t, rigid, open))
                    .collect();
                Ty::Fun(params, Box::new(self.written_inside(result, rigid, open)))
            }
            Ty::Never | Ty::Error => ty.clone(),
        }
    }

    /// Infers the clauses of a function of the group.
    pub(super) fn function(&mut self, id: FnId) {
        let program = self.program;
        let function = &program.functions[id.index()];
        let Some(pending) = self.pending.get(&id) else {
            return;
        };
        let (params, result, rigid) = (
            pending.params.clone(),
            pending.result.clone(),
            pending.rigid.clone(),
        );
        let is_actor = matches!(function.kind, FunctionKind::Actor | FunctionKind::Test);
        let pid = match &pending.message {
            Some(message) => Some(self.pid_of(message.clone())),
            None => params.first().filter(|_| function.has_self_pid).cloned(),
        };
        let cause = match (&function.result, self.promised_at(id)) {
            (Some(_), _) => Cause::because(function.name_span, "declared result"),
            (None, Some(span)) => Cause::because(span, "what the interface asks for"),
            (None, None) => Cause::PLAIN,
        };
        let module = function.module;
        self.frame = Frame {
            function: id,
            module,
            result,
            cause,
            tried: None,
            returns_nothing: is_actor,
            pid,
            rigid,
        };
        self.clauses(&function.clauses, &params, is_actor);
        if let Some((span, false)) = self.frame.tried {
            self.tried.insert(id, span);
        }
        if let Some(terminate) = &function.terminate {
            self.value(terminate, Expectation::Effect);
        }
        let touched = std::mem::take(&mut self.touched);
        if let Some(pending) = self.pending.get_mut(&id) {
            pending.touched = touched;
        }
    }

    /// Clauses of a function or closure against the parameters' types and the frame's result.
    pub(super) fn clauses(&mut self, clauses: &[Clause], params: &[Ty], for_effect: bool) {
        let mut first: Option<Span> = None;
        for clause in clauses {
            for (pattern, ty) in clause.patterns.iter().zip(params) {
                self.pattern(pattern, ty);
            }
            self.guard(clause);
            if for_effect {
                self.value(&clause.body, Expectation::Effect);
                continue;
            }
            let mut cause = self.frame.cause;
            if let (None, Some(span)) = (cause.because, first) {
                cause = Cause::because(span, "an earlier clause");
            }
            let result = self.frame.result.clone();
            self.value(&clause.body, Expectation::Type(&result, cause));
            first = first.or(Some(clause.body.span));
        }
    }

    /// E0025.
    pub(super) fn guard(&mut self, clause: &Clause) {
        if let Some(guard) = &clause.guard {
            let bool_ty = self.bool_ty();
            self.value(guard, Expectation::Type(&bool_ty, Cause::code(Code::E0025)));
        }
    }
}

/// What a primitive that works on any type asks of its first type parameter.
fn primitive_needs(symbol: &str) -> Option<Need> {
    let Extern::Intrinsic(intrinsic) = Extern::of(symbol) else {
        return None;
    };
    match intrinsic {
        Intrinsic::CompareValues => Some(Need::Ord),
        Intrinsic::EqualValues => Some(Need::Eq),
        Intrinsic::HashValue => Some(Need::Hash),
        Intrinsic::Display => Some(Need::Text),
        Intrinsic::Inspect => Some(Need::Debug),
        Intrinsic::DefaultValue => Some(Need::Default),
        // They compare the type that the parameter stands for.
        Intrinsic::PidOfType | Intrinsic::KnownTypeId => Some(Need::Known),
        Intrinsic::ListNew
        | Intrinsic::Describe
        | Intrinsic::TypeId
        | Intrinsic::Panic
        | Intrinsic::Guard
        | Intrinsic::GuardWithin
        | Intrinsic::SendAfter
        | Intrinsic::Request
        | Intrinsic::Offer
        | Intrinsic::SendExempt => None,
    }
}

fn has_open(ty: &Ty) -> bool {
    match ty {
        Ty::Var(_) | Ty::Error => true,
        Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(has_open),
        Ty::Fun(params, result) => params.iter().any(has_open) || has_open(result),
        Ty::Param(_) | Ty::Never => false,
    }
}
