//! Fields asked of a value whose type nothing else decides: which structs have them.

use crate::hir::{TypeId, TypeKind};
use crate::source::Name;
use crate::types::Ty;

use super::deferred::Constraint;
use super::{Cause, Infer};

impl Infer<'_, '_> {
    /// Decides for the one struct that has all fields which are asked of a value.
    pub(super) fn take_only_struct(&mut self) -> bool {
        for index in 0..self.deferred.len() {
            let Some((base, _)) = self.asked_fields(&self.deferred[index].constraint) else {
                continue;
            };
            self.frame.module = self.deferred[index].module;
            let [only] = self.structs_with(&self.fields_asked_of(&base))[..] else {
                continue;
            };
            let count = self.program.types[only.index()].generics.len();
            let args = self.fresh_many(count);
            let span = self.deferred[index].span;
            return self.expect(&Ty::Con(only, args), &base, span, Cause::PLAIN);
        }
        false
    }

    /// The fields that a constraint asks of an open type.
    pub(super) fn asked_fields(&self, constraint: &Constraint) -> Option<(Ty, Vec<Name>)> {
        let (base, names) = match constraint {
            Constraint::Field { base, name, .. } => (base, vec![name.clone()]),
            Constraint::Updated { base, fields } => {
                (base, fields.iter().map(|(name, ..)| name.clone()).collect())
            }
            Constraint::Method { .. }
            | Constraint::Concat { .. }
            | Constraint::Join { .. }
            | Constraint::Iterated { .. }
            | Constraint::Tried { .. }
            | Constraint::Shown { .. }
            | Constraint::Implemented { .. } => return None,
        };
        self.is_open(base).then(|| (self.shallow(base), names))
    }

    /// All fields that the group asks of an open type.
    fn fields_asked_of(&self, base: &Ty) -> Vec<Name> {
        let asked = self.deferred.iter();
        let asked = asked.filter_map(|deferred| self.asked_fields(&deferred.constraint));
        let mut names: Vec<Name> = asked
            .filter(|(other, _)| other == base)
            .flat_map(|(_, names)| names)
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The structs that have all these fields and may be taken apart here.
    fn structs_with(&self, names: &[Name]) -> Vec<TypeId> {
        let has_all = |id: &TypeId| {
            let def = &self.program.types[id.index()];
            let module = &self.program.modules[def.module.index()];
            let here = self.frame.module;
            let in_library = self.program.modules[here.index()].is_stdlib;
            // What a program declares changes nothing in the library.
            let is_seen = (!in_library || module.is_stdlib)
                && (!module.is_internal || def.module == here)
                && (def.is_public || self.program.sees_private(here, def.module));
            match &def.kind {
                TypeKind::Struct(fields) => {
                    is_seen
                        && self.program.may_open(here, *id)
                        && names.iter().all(|n| fields.iter().any(|(f, _)| f == n))
                }
                TypeKind::Sum(_) | TypeKind::Builtin => false,
            }
        };
        let all = (0..self.program.types.len()).map(|index| TypeId(index as u32));
        let is_own = |id: &TypeId| {
            let module = self.program.types[id.index()].module;
            !self.program.modules[module.index()].is_stdlib
        };
        // The program's own come before those of the library.
        let (own, library): (Vec<_>, Vec<_>) = all.filter(has_all).partition(is_own);
        match own.is_empty() {
            true => library,
            false => own,
        }
    }

    /// Which types a value with these fields may be of.
    pub(super) fn structs_help(&self, base: &Ty, mut names: Vec<Name>) -> Option<String> {
        const SHOWN: usize = 4;
        names.extend(self.fields_asked_of(base));
        names.sort();
        names.dedup();
        let found = self.structs_with(&names);
        let types: Vec<String> = found
            .iter()
            .take(SHOWN)
            .map(|id| format!("`{}`", self.show(&Ty::Con(*id, Vec::new()))))
            .collect();
        let fields: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        if types.is_empty() {
            return Some(format!("no struct has {}", fields.join(" and ")));
        }
        let more = if found.len() > SHOWN { ", …" } else { "" };
        Some(format!(
            "write its type where it is introduced, `name :: Type`: {} have {}",
            types.join(", ") + more,
            fields.join(" and ")
        ))
    }
}
