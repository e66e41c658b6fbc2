//! The end of a group: what is open becomes a type parameter or a default, and the tables get their
//! final types.

use rustc_hash::FxHashMap;

use crate::diagnostics::Code;
use crate::hir::{Expr, ExprKind, FnId, FunctionKind};
use crate::source::Span;
use crate::types::{Bounds, Need, Scheme, Ty};

use super::bounds::Bound;
use super::{Infer, KnownUse, Pending};

impl Infer<'_, '_> {
    /// `first` is the first variable of the group.
    pub(super) fn finish(&mut self, group: &[FnId], first: usize) {
        self.default_messages(group);
        self.pass_bounds_on();
        let parameters: FxHashMap<FnId, Vec<u32>> = group
            .iter()
            .map(|id| (*id, self.parameters_of(*id)))
            .collect();
        self.report_undecided(first, &parameters);
        for id in group {
            let Some(pending) = self.pending.remove(id) else {
                continue;
            };
            self.settle_function(*id, pending, &parameters);
        }
        self.inner_uses.clear();
        self.inner_instances.clear();
    }

    /// An actor that never receives takes no message: `()`.
    fn default_messages(&mut self, group: &[FnId]) {
        for id in group {
            let Some(pending) = self.pending.get(id).filter(|p| !p.receives) else {
                continue;
            };
            if let Some(message) = pending.message.clone().filter(|m| self.is_open(m)) {
                let clauses = &self.program.functions[id.index()].clauses;
                // What was left out of the body may have received.
                let message_ty = match clauses.iter().any(|clause| is_cut(&clause.body)) {
                    true => Ty::Error,
                    false => Ty::unit(),
                };
                // An open variable takes anything.
                let _ = self.unify(&message, &message_ty);
            }
        }
    }

    /// What a declared generic function turned out to need is needed by those who use it inside the
    /// group. Each round can only add, so it ends.
    fn pass_bounds_on(&mut self) {
        let instances = std::mem::take(&mut self.inner_instances);
        loop {
            let before: usize = self.variables_needs();
            for (_, callee, args, _, span) in &instances {
                let needs = self.pending_bounds(*callee, args);
                for (bounds, arg) in needs.iter().zip(args) {
                    for bound in Bound::all_of(bounds) {
                        self.require(arg, &bound, *span);
                    }
                }
            }
            if self.variables_needs() == before {
                break;
            }
        }
        for (caller, callee, args, result, span) in &instances {
            self.note_known_uses(*caller, *callee, args, result, *span);
        }
    }

    /// What a function of the group asks of its type parameters so far, where these are `args`.
    pub(super) fn pending_bounds(&self, callee: FnId, args: &[Ty]) -> Vec<Bounds> {
        let Some(pending) = self.pending.get(&callee) else {
            return Vec::new();
        };
        let rigid = pending.rigid.iter();
        rigid
            .map(|ty| {
                let bounds = self.bounds_of(ty);
                bounds.map(|t| self.replaced(t, &pending.rigid, args))
            })
            .collect()
    }

    /// A type with type parameters replaced by arguments.
    pub(super) fn replaced(&self, ty: &Ty, rigid: &[Ty], args: &[Ty]) -> Ty {
        let all = |list: &[Ty]| list.iter().map(|t| self.replaced(t, rigid, args)).collect();
        match self.shallow(ty) {
            found @ Ty::Var(_) => {
                let index = rigid.iter().position(|r| *r == found);
                index.and_then(|i| args.get(i)).cloned().unwrap_or(found)
            }
            Ty::Con(id, list) => Ty::Con(id, all(&list)),
            Ty::Tuple(items) => Ty::Tuple(all(&items)),
            Ty::Fun(params, result) => {
                Ty::Fun(all(&params), Box::new(self.replaced(&result, rigid, args)))
            }
            other => other,
        }
    }

    /// Remembers which type arguments of a use are compared when the program runs.
    pub(super) fn note_known_uses(
        &mut self,
        caller: FnId,
        callee: FnId,
        args: &[Ty],
        result: &Ty,
        span: Span,
    ) {
        let is_known = |index: usize| match self.pending.get(&callee) {
            Some(pending) => pending
                .rigid
                .get(index)
                .is_some_and(|t| self.bounds_of(t).has(Need::Known)),
            None => self.typed.scheme[callee.index()]
                .bounds
                .get(index)
                .is_some_and(|b| b.has(Need::Known)),
        };
        let known: Vec<Ty> = args
            .iter()
            .enumerate()
            .filter(|(i, _)| is_known(*i))
            .map(|(_, t)| t.clone())
            .collect();
        for ty in known {
            self.known_uses.push(KnownUse {
                caller,
                callee,
                ty,
                result: result.clone(),
                span,
            });
        }
    }

    /// E0045 where a type that is compared when the program runs is open and no parameter of the
    /// function that asks.
    fn report_unknown(&mut self, caller: FnId, parameters: &[u32]) {
        let (mine, others) = std::mem::take(&mut self.known_uses)
            .into_iter()
            .partition(|u| u.caller == caller);
        self.known_uses = others;
        let mine: Vec<KnownUse> = mine;
        for one in mine {
            let mut open = Vec::new();
            self.open_in(&self.deep(&one.ty), &mut open);
            let is_lost = |v: &u32| {
                !parameters.contains(v) && !self.variables[*v as usize].bounds.is_number()
            };
            if !open.iter().any(is_lost) {
                continue;
            }
            let name = &self.program.functions[one.callee.index()].name;
            let mut in_result = Vec::new();
            self.open_in(&self.deep(&one.result), &mut in_result);
            if in_result.iter().any(is_lost) {
                let shown = self.show(&one.result);
                let message =
                    format!("`{name}` gives `{shown}` here, and nothing says what `_` is");
                let help = self.where_to_write(one.span, &shown.replace('_', "Message"));
                self.report_with_help(Code::E0045, one.span, message, Some(help));
            } else {
                let message = format!(
                    "`{name}` must know this type, and nothing says it: `{}`",
                    self.show(&one.ty)
                );
                let help = self.where_to_write(one.span, "Type");
                self.report_with_help(Code::E0045, one.span, message, Some(help));
            }
        }
    }

    fn bounds_of(&self, ty: &Ty) -> Bounds {
        match self.shallow(ty) {
            Ty::Var(v) => self.variables[v as usize].bounds.clone(),
            Ty::Con(..) | Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Never | Ty::Error => {
                Bounds::default()
            }
        }
    }

    fn variables_needs(&self) -> usize {
        let rigid = self.pending.values().flat_map(|p| &p.rigid);
        rigid.map(|t| self.bounds_of(t).count()).sum()
    }

    /// The variables that become the type parameters of a function, declared ones first.
    fn parameters_of(&self, id: FnId) -> Vec<u32> {
        let function = &self.program.functions[id.index()];
        let Some(pending) = self.pending.get(&id) else {
            return Vec::new();
        };
        let mut list: Vec<u32> = Vec::new();
        for rigid in &pending.rigid {
            if let Ty::Var(v) = rigid {
                list.push(*v);
            }
        }
        // No call of these two has types of its own.
        if function.kind == FunctionKind::Test || self.program.main == Some(id) {
            return list;
        }
        // A type parameter of another function of the group may be in the types: it is one of this
        // function's, too, and the other one passes its own.
        for ty in pending.params.iter().chain([&pending.result]) {
            self.variables_in(&self.deep(ty), &mut list);
        }
        list.retain(|v| !self.is_hole(*v));
        // Arguments of interfaces are decided by the types that implement them.
        let mut next = 0;
        while let Some(v) = list.get(next).copied() {
            next += 1;
            for bound in &self.variables[v as usize].bounds.interfaces {
                for ty in &bound.arguments {
                    self.open_in(&self.deep(ty), &mut list);
                }
            }
        }
        list
    }

    /// E0045 where a type must implement an interface, and nothing says which type it is.
    fn report_undecided(&mut self, first: usize, parameters: &FxHashMap<FnId, Vec<u32>>) {
        for v in first..self.variables.len() {
            let variable = &self.variables[v];
            // Each use of a generalised name decides for itself.
            let is_decided = variable.link.is_some() || variable.rigid.is_some();
            let asks = !variable.bounds.interfaces.is_empty() && !is_decided;
            let is_later = self.is_hole(v as u32);
            if asks && !is_later && !parameters.values().any(|list| list.contains(&(v as u32))) {
                self.report_undecided_variable(v as u32);
            }
        }
    }

    pub(super) fn report_undecided_variable(&mut self, v: u32) {
        let variable = &self.variables[v as usize];
        let Some(bound) = variable.bounds.interfaces.first() else {
            return;
        };
        let name = &self.program.interfaces[bound.interface.index()].name;
        let message = format!("nothing says which type implements `{name}` here");
        let span = variable.asked.unwrap_or_default();
        let help = self.where_to_write(span, "Type");
        self.variables[v as usize].link = Some(Ty::Error);
        self.report_with_help(Code::E0045, span, message, Some(help));
    }

    pub(super) fn open_in(&self, ty: &Ty, list: &mut Vec<u32>) {
        let mut all = Vec::new();
        self.variables_in(ty, &mut all);
        all.retain(|v| !list.contains(v) && self.variables[*v as usize].rigid.is_none());
        list.extend(all);
    }

    /// Open variables, and type parameters of functions that are still being inferred.
    fn variables_in(&self, ty: &Ty, list: &mut Vec<u32>) {
        match ty {
            Ty::Var(v) if !list.contains(v) => list.push(*v),
            Ty::Con(_, items) | Ty::Tuple(items) => {
                items.iter().for_each(|t| self.variables_in(t, list))
            }
            Ty::Fun(params, result) => {
                params.iter().for_each(|t| self.variables_in(t, list));
                self.variables_in(result, list);
            }
            Ty::Var(_) | Ty::Param(_) | Ty::Never | Ty::Error => {}
        }
    }

    fn settle_function(
        &mut self,
        id: FnId,
        pending: Pending,
        parameters: &FxHashMap<FnId, Vec<u32>>,
    ) {
        let none = Vec::new();
        let list = parameters.get(&id).unwrap_or(&none);
        let numbers: FxHashMap<u32, u32> = list
            .iter()
            .enumerate()
            .map(|(n, v)| (*v, n as u32))
            .collect();
        let mut numbers = numbers;
        for (local, variables) in &pending.touched.generalised {
            let mut own = Vec::new();
            for v in variables {
                let number = numbers.len() as u32;
                numbers.insert(*v, number);
                own.push(number);
            }
            self.typed.generalised.insert(*local, own);
        }
        let bounds = list
            .iter()
            .map(|v| {
                let bounds = &self.variables[*v as usize].bounds;
                bounds.map(|t| self.settled(t, &numbers))
            })
            .collect();
        let params = pending
            .params
            .iter()
            .map(|t| self.settled(t, &numbers))
            .collect();
        let result = self.settled(&pending.result, &numbers);
        self.remember_type(id, &pending.params, &pending.result);
        self.typed.scheme[id.index()] = Scheme {
            bounds,
            params,
            result,
        };
        if let Some(message) = &pending.message {
            let message = self.settled(message, &numbers);
            self.typed.message.insert(id, message);
        }
        for (caller, place, callee, span) in std::mem::take(&mut self.inner_uses) {
            if caller == id {
                let arguments: Vec<Ty> = parameters
                    .get(&callee)
                    .unwrap_or(&none)
                    .iter()
                    .map(|v| Ty::Var(*v))
                    .collect();
                let known: Vec<Ty> = arguments
                    .iter()
                    .filter(|t| self.bounds_of(t).has(Need::Known))
                    .cloned()
                    .collect();
                for ty in known {
                    self.known_uses.push(KnownUse {
                        caller,
                        callee,
                        ty,
                        result: Ty::unit(),
                        span,
                    });
                }
                self.typed.instance.insert(place, arguments);
            } else {
                self.inner_uses.push((caller, place, callee, span));
            }
        }
        self.report_unknown(id, list);
        for expr in &pending.touched.exprs {
            self.typed.expr[expr.index()] = self.settled(&self.typed.expr[expr.index()], &numbers);
            if let Some(arguments) = self.typed.instance.remove(expr) {
                let arguments = arguments
                    .iter()
                    .map(|t| self.settled(t, &numbers))
                    .collect();
                self.typed.instance.insert(*expr, arguments);
            }
        }
        for pat in &pending.touched.pats {
            self.typed.pat[pat.index()] = self.settled(&self.typed.pat[pat.index()], &numbers);
        }
        for local in &pending.touched.locals {
            self.typed.local[local.index()] =
                self.settled(&self.typed.local[local.index()], &numbers);
        }
    }

    /// The final form of a type: parameters by number, numbers without any bound are Int, the
    /// rest is Unit.
    fn settled(&self, ty: &Ty, numbers: &FxHashMap<u32, u32>) -> Ty {
        let all = |list: &[Ty]| {
            list.iter()
                .map(|t| self.settled(t, numbers))
                .collect::<Vec<_>>()
        };
        match self.shallow(ty) {
            Ty::Var(v) if self.is_hole(v) => Ty::Var(v),
            Ty::Var(v) => match (numbers.get(&v), &self.variables[v as usize]) {
                (Some(number), _) => Ty::Param(*number),
                (None, variable) if variable.rigid.is_some() => Ty::Error,
                (None, variable) if variable.bounds.is_number() => self.int_ty(),
                _ => Ty::unit(),
            },
            Ty::Con(id, args) => Ty::Con(id, all(&args)),
            Ty::Tuple(items) => Ty::Tuple(all(&items)),
            Ty::Fun(params, result) => {
                Ty::Fun(all(&params), Box::new(self.settled(&result, numbers)))
            }
            other => other,
        }
    }
}

/// Whether something was left out of an expression after a report.
fn is_cut(expr: &Expr) -> bool {
    let mut found = matches!(expr.kind, ExprKind::Error);
    expr.children(&mut |inner| found |= is_cut(inner));
    found
}
