//! What a type must support: numbers, equality, order, hashing, being known. All but the first are
//! structural.

use crate::hir::TypeKind;
use crate::source::Span;
use crate::types::{Bounds, Ty};

use super::Infer;

/// A type whose parts grow without end (`type T<A> do N(T<List<A>>) end`) is not followed further
/// than this.
const MANY_TYPES: usize = 500;

/// One requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Number,
    Eq,
    Ord,
    Hash,
    Known,
}

impl Bound {
    pub(super) fn all_of(bounds: Bounds) -> impl Iterator<Item = Bound> {
        let list = [
            (bounds.number, Bound::Number),
            (bounds.eq, Bound::Eq),
            (bounds.ord, Bound::Ord),
            (bounds.hash, Bound::Hash),
            (bounds.known, Bound::Known),
        ];
        list.into_iter()
            .filter(|(has, _)| *has)
            .map(|(_, bound)| bound)
    }

    fn add_to(self, bounds: &mut Bounds) {
        match self {
            Bound::Number => bounds.number = true,
            Bound::Eq => bounds.eq = true,
            Bound::Ord => bounds.ord = true,
            Bound::Hash => bounds.hash = true,
            Bound::Known => bounds.known = true,
        }
    }
}

impl Infer<'_, '_> {
    /// Asks a type for something; a variable remembers. The error is the part that does not have
    /// it.
    pub(super) fn support(&mut self, ty: &Ty, bound: Bound) -> Result<(), Ty> {
        self.support_inside(ty, bound, &mut Vec::new())
    }

    /// The same with a report at `span` (E0006).
    pub(super) fn require(&mut self, ty: &Ty, bound: Bound, span: Span) {
        if let Err(part) = self.support(ty, bound) {
            self.lacks(ty, &part, bound, span);
        }
    }

    fn support_inside(&mut self, ty: &Ty, bound: Bound, seen: &mut Vec<Ty>) -> Result<(), Ty> {
        let ty = self.shallow(ty);
        match &ty {
            Ty::Var(v) => {
                bound.add_to(&mut self.variables[*v as usize].bounds);
                Ok(())
            }
            Ty::Never | Ty::Error | Ty::Param(_) => Ok(()),
            // Known by its name and arguments, whatever these are used for.
            Ty::Con(_, parts) | Ty::Tuple(parts) if bound == Bound::Known => parts
                .iter()
                .try_for_each(|t| self.support_inside(t, bound, seen)),
            Ty::Fun(params, result) if bound == Bound::Known => params
                .iter()
                .chain([&**result])
                .try_for_each(|t| self.support_inside(t, bound, seen)),
            Ty::Fun(..) => Err(ty),
            Ty::Tuple(_) if bound == Bound::Number => Err(ty),
            Ty::Tuple(items) => items
                .iter()
                .try_for_each(|t| self.support_inside(t, bound, seen)),
            Ty::Con(id, args) => {
                let lang = &self.program.lang;
                if bound == Bound::Number {
                    return if [lang.int, lang.float].contains(&Some(*id)) {
                        Ok(())
                    } else {
                        Err(ty)
                    };
                }
                if lang.pid == Some(*id) || seen.contains(&ty) || seen.len() > MANY_TYPES {
                    return Ok(());
                }
                let parts: Vec<Ty> = match &self.program.types[id.index()].kind {
                    TypeKind::Builtin => args.clone(),
                    TypeKind::Struct(fields) => {
                        fields.iter().map(|(_, t)| t.substitute(args)).collect()
                    }
                    TypeKind::Sum(variants) => variants
                        .iter()
                        .flat_map(|v| &v.fields)
                        .map(|t| t.substitute(args))
                        .collect(),
                };
                // A type met again is fine if the first meeting is.
                seen.push(ty);
                parts
                    .iter()
                    .try_for_each(|t| self.support_inside(t, bound, seen))
            }
        }
    }
}
