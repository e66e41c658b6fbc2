//! Type arguments of services in fields: one type for the whole program, found by whoever fills or
//! reads the field.

use crate::diagnostics::Diagnostic;
use crate::hir::{FnId, TypeDef, TypeKind};
use crate::resolve::services::actor_name;
use crate::source::{Name, Span};
use crate::types::{Ty, Typed};

use super::{Cause, Infer};

impl Infer<'_, '_> {
    /// Replaces the holes in all tables once everything is known.
    pub(super) fn fill_holes(&mut self) {
        if self.program.holes == 0 {
            return;
        }
        for v in 0..self.variables.len() as u32 {
            if self.is_hole(v) && self.variables[v as usize].link.is_none() {
                self.default_hole(v);
            }
        }
        let mut typed = std::mem::take(&mut self.typed);
        let lists = [&mut typed.expr, &mut typed.pat, &mut typed.local];
        // No type of the library has a hole.
        for ty in lists.into_iter().flat_map(|list| list.own_mut()) {
            *ty = self.closed(ty);
        }
        for list in typed.instance.values_mut() {
            list.iter_mut().for_each(|ty| *ty = self.closed(ty));
        }
        for ty in typed.message.values_mut() {
            *ty = self.closed(ty);
        }
        for scheme in typed.scheme.own_mut() {
            for ty in &mut scheme.params {
                *ty = self.closed(ty);
            }
            scheme.result = self.closed(&scheme.result);
        }
        let holes = (0..self.program.holes).map(|v| self.closed(&Ty::Var(v)));
        typed.holes = holes.collect();
        self.typed = typed;
    }

    /// What nothing decides is a number where it is counted with, and else Unit.
    fn default_hole(&mut self, v: u32) {
        let bounds = &self.variables[v as usize].bounds;
        if bounds.is_number() {
            let int = self.int_ty();
            // An open variable takes anything.
            let _ = self.unify(&Ty::Var(v), &int);
        } else {
            self.report_undecided_variable(v);
        }
    }

    /// What to write where a service hands its own pid out and nothing says so: then its types
    /// would contain themselves.
    pub(super) fn own_pid_advice(&self, ty: &Ty) -> Option<String> {
        match self.shallow(ty) {
            Ty::Con(id, args) => {
                let def = &self.program.types[id.index()];
                let is_service = def.generics.iter().any(|g| g.starts_with('%'));
                match is_service {
                    true => Some(format!(
                        "a service gives its own pid away: write the type where that happens, \
                         as in `call Me() :: Pid<{}>`",
                        def.name
                    )),
                    false => args.iter().find_map(|t| self.own_pid_advice(t)),
                }
            }
            Ty::Tuple(list) => list.iter().find_map(|t| self.own_pid_advice(t)),
            Ty::Fun(_, result) => self.own_pid_advice(&result),
            Ty::Var(_) | Ty::Param(_) | Ty::Never | Ty::Error => None,
        }
    }

    /// A type parameter where a service in a field or an answer leaves its type open.
    pub(super) fn not_shared(&mut self, expected: &Ty, found: &Ty, span: Span, cause: Cause) {
        let parameter = [found, expected]
            .into_iter()
            .find_map(|ty| self.first_rigid(ty))
            .unwrap_or_else(|| "_".into());
        let message = format!(
            "`{parameter}` is a type parameter, but this service takes one type in the whole program"
        );
        let mut report =
            Diagnostic::error(cause.code, span, message).here(format!("`{}`", self.show(found)));
        if let Some((place, what)) = cause.because {
            report = report.also(place, what);
        }
        let help = format!(
            "a field or an answer holds its pid, and leaves the type open: write it, as in \
             `cast Put(value :: Int)`, and the same instead of `{parameter}`"
        );
        self.diagnostics.push(report.help(help));
    }

    fn first_rigid(&self, ty: &Ty) -> Option<Name> {
        match self.shallow(ty) {
            Ty::Var(v) => self.variables[v as usize].rigid.clone(),
            Ty::Con(_, list) | Ty::Tuple(list) => list.iter().find_map(|t| self.first_rigid(t)),
            Ty::Fun(params, result) => {
                let first = params.iter().find_map(|t| self.first_rigid(t));
                first.or_else(|| self.first_rigid(&result))
            }
            Ty::Param(_) | Ty::Never | Ty::Error => None,
        }
    }

    /// A type with its holes filled.
    fn closed(&self, ty: &Ty) -> Ty {
        let all = |list: &[Ty]| list.iter().map(|t| self.closed(t)).collect();
        match self.shallow(ty) {
            Ty::Var(_) => Ty::unit(),
            Ty::Con(id, args) => Ty::Con(id, all(&args)),
            Ty::Tuple(items) => Ty::Tuple(all(&items)),
            Ty::Fun(params, result) => Ty::Fun(all(&params), Box::new(self.closed(&result))),
            other => other,
        }
    }

    /// Once the actor of a service is known, what its fields elsewhere leave out is known too.
    pub(super) fn seed_holes(&mut self, group: &[FnId]) {
        if self.program.holes == 0 {
            return;
        }
        for id in group {
            let Some(Ty::Con(service, args)) = self.typed.message.get(id).cloned() else {
                continue;
            };
            // The mailbox of another actor may hold what is a part of a request.
            let of_service = actor_name(&self.program.types[service.index()].name);
            if *self.program.functions[id.index()].name != *of_service {
                continue;
            }
            let message = Ty::Con(service, args);
            for def in &self.program.types {
                for field in fields(def) {
                    self.seed(field, &message);
                }
            }
        }
    }

    fn seed(&mut self, field: &Ty, message: &Ty) {
        match (field, message) {
            (Ty::Con(id, args), Ty::Con(service, known)) if id == service => {
                for (arg, known) in args.iter().zip(known) {
                    let is_hole = matches!(arg, Ty::Var(v) if *v < self.program.holes);
                    if is_hole && self.is_open(arg) && is_closed(known) {
                        // An open variable takes anything.
                        let _ = self.unify(arg, known);
                    }
                }
            }
            (Ty::Con(_, list) | Ty::Tuple(list), _) => {
                list.iter().for_each(|inner| self.seed(inner, message));
            }
            (Ty::Fun(params, result), _) => {
                params.iter().for_each(|inner| self.seed(inner, message));
                self.seed(result, message);
            }
            (Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error, _) => {}
        }
    }
}

/// Puts what was found into the fields of the program's types.
pub(super) fn fill(types: &mut [TypeDef], typed: &Typed) {
    for def in types {
        match &mut def.kind {
            TypeKind::Builtin => {}
            TypeKind::Struct(fields) => {
                for (_, ty) in fields {
                    *ty = closed(ty, &typed.holes);
                }
            }
            TypeKind::Sum(variants) => {
                for ty in variants.iter_mut().flat_map(|v| &mut v.fields) {
                    *ty = closed(ty, &typed.holes);
                }
            }
        }
    }
}

fn fields(def: &TypeDef) -> Vec<&Ty> {
    match &def.kind {
        TypeKind::Builtin => Vec::new(),
        TypeKind::Struct(fields) => fields.iter().map(|(_, ty)| ty).collect(),
        TypeKind::Sum(variants) => variants.iter().flat_map(|v| &v.fields).collect(),
    }
}

fn is_closed(ty: &Ty) -> bool {
    match ty {
        Ty::Con(_, list) | Ty::Tuple(list) => list.iter().all(is_closed),
        Ty::Fun(params, result) => params.iter().all(is_closed) && is_closed(result),
        Ty::Param(_) | Ty::Var(_) => false,
        Ty::Never | Ty::Error => true,
    }
}

/// A type with its holes filled; what nothing decides is Unit.
fn closed(ty: &Ty, holes: &[Ty]) -> Ty {
    let all = |list: &[Ty]| list.iter().map(|t| closed(t, holes)).collect();
    match ty {
        Ty::Var(v) => holes.get(*v as usize).cloned().unwrap_or_else(Ty::unit),
        Ty::Con(id, args) => Ty::Con(*id, all(args)),
        Ty::Tuple(items) => Ty::Tuple(all(items)),
        Ty::Fun(params, result) => Ty::Fun(all(params), Box::new(closed(result, holes))),
        Ty::Param(_) | Ty::Never | Ty::Error => ty.clone(),
    }
}
