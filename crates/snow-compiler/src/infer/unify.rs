//! Variables and unification.

use crate::diagnostics::Code;
use crate::source::{Name, Span};
use crate::types::{Bounds, Need, Ty, MOST_PARTS};

use super::bounds::{Bound, Lack};
use super::{Infer, Variable};

/// Why two types cannot be one.
pub(super) enum Clash {
    Different,
    /// A type parameter would have to be a type that the whole program shares.
    Shared,
    /// A variable would have to contain itself.
    Infinite,
    /// A type lacks what a variable was asked for.
    Lacks(Lack),
}

impl Infer<'_, '_> {
    pub(super) fn fresh(&mut self) -> Ty {
        self.variables.push(Variable {
            level: self.level,
            ..Variable::default()
        });
        Ty::Var(self.variables.len() as u32 - 1)
    }

    pub(super) fn fresh_many(&mut self, count: usize) -> Vec<Ty> {
        (0..count).map(|_| self.fresh()).collect()
    }

    /// Fresh variables for type parameters, with what is asked of them.
    pub(super) fn fresh_bounded<'b>(
        &mut self,
        bounds: impl ExactSizeIterator<Item = &'b Bounds>,
    ) -> Vec<Ty> {
        let fresh = self.fresh_many(bounds.len());
        for (ty, bounds) in fresh.iter().zip(bounds) {
            let bounds = bounds.map(|t| t.substitute(&fresh));
            self.bound_rigid(ty, bounds);
        }
        fresh
    }

    pub(super) fn rigid(&mut self, name: &Name) -> Ty {
        self.variables.push(Variable {
            rigid: Some(name.clone()),
            ..Variable::default()
        });
        Ty::Var(self.variables.len() as u32 - 1)
    }

    /// Gives a new variable its bounds.
    pub(super) fn bound_rigid(&mut self, ty: &Ty, bounds: Bounds) {
        if let Ty::Var(v) = ty {
            self.variables[*v as usize].bounds = bounds;
            self.variables[*v as usize].asked = Some(self.place);
        }
    }

    /// What a type is by now, as far as its outermost layer goes.
    pub(super) fn shallow(&self, ty: &Ty) -> Ty {
        let mut ty = ty;
        while let Ty::Var(v) = ty {
            match &self.variables[*v as usize].link {
                Some(link) => ty = link,
                None => break,
            }
        }
        ty.clone()
    }

    /// What a type is by now, all the way down.
    pub(super) fn deep(&self, ty: &Ty) -> Ty {
        let all = |list: &[Ty]| list.iter().map(|t| self.deep(t)).collect::<Vec<_>>();
        match self.shallow(ty) {
            Ty::Con(id, args) => Ty::Con(id, all(&args)),
            Ty::Tuple(items) => Ty::Tuple(all(&items)),
            Ty::Fun(params, result) => Ty::Fun(all(&params), Box::new(self.deep(&result))),
            other => other,
        }
    }

    /// A part of what fields leave out: one type for the whole program, so no function has it as a
    /// type parameter. The level 0 is theirs alone; unification hands it on.
    pub(super) fn is_hole(&self, v: u32) -> bool {
        let variable = &self.variables[v as usize];
        variable.level == 0 && variable.rigid.is_none()
    }

    /// True for a variable that still may become anything.
    pub(super) fn is_open(&self, ty: &Ty) -> bool {
        matches!(self.shallow(ty), Ty::Var(v) if self.variables[v as usize].rigid.is_none())
    }

    /// Makes two types one. `Never` and `Error` agree with everything; `Never` says nothing about
    /// the other side.
    pub(super) fn unify(&mut self, a: &Ty, b: &Ty) -> Result<(), Clash> {
        match (self.shallow(a), self.shallow(b)) {
            (Ty::Never, _) | (_, Ty::Never) => Ok(()),
            (Ty::Var(v), Ty::Var(w)) if v == w => Ok(()),
            // A hole of the program outlives the function.
            (Ty::Var(v), Ty::Var(w)) if self.is_hole(v) && !self.is_hole(w) => self.unify(b, a),
            (Ty::Var(v), Ty::Error) | (Ty::Error, Ty::Var(v)) => {
                if self.variables[v as usize].rigid.is_none() {
                    self.variables[v as usize].link = Some(Ty::Error);
                }
                Ok(())
            }
            (Ty::Error, _) | (_, Ty::Error) => Ok(()),
            (Ty::Var(v), other) if self.variables[v as usize].rigid.is_none() => {
                let place = self.fixed_at(b).unwrap_or(self.place);
                self.bind(v, other, place)
            }
            (other, Ty::Var(v)) if self.variables[v as usize].rigid.is_none() => {
                let place = self.fixed_at(a).unwrap_or(self.place);
                self.bind(v, other, place)
            }
            (Ty::Con(id, args), Ty::Con(other, others)) if id == other => {
                self.unify_all(&args, &others)
            }
            (Ty::Tuple(items), Ty::Tuple(others)) if items.len() == others.len() => {
                self.unify_all(&items, &others)
            }
            (Ty::Fun(params, result), Ty::Fun(others, other)) if params.len() == others.len() => {
                let params = self.unify_all(&params, &others);
                params.and(self.unify(&result, &other))
            }
            (Ty::Param(i), Ty::Param(j)) if i == j => Ok(()),
            _ => Err(Clash::Different),
        }
    }

    fn unify_all(&mut self, items: &[Ty], others: &[Ty]) -> Result<(), Clash> {
        let mut outcome = Ok(());
        for (item, other) in items.iter().zip(others) {
            let one = self.unify(item, other);
            outcome = outcome.and(one);
        }
        outcome
    }

    /// `place` is where the type got known.
    fn bind(&mut self, v: u32, ty: Ty, place: Span) -> Result<(), Clash> {
        let mut left = MOST_PARTS;
        if self.occurs(v, &ty, &mut left) {
            return Err(Clash::Infinite);
        }
        if left == 0 {
            self.report_oversized(place);
            self.variables[v as usize].link = Some(Ty::Error);
            return Ok(());
        }
        if self.is_hole(v) && self.has_rigid(&ty) {
            return Err(Clash::Shared);
        }
        let level = self.variables[v as usize].level;
        self.lower_level(&ty, level);
        self.variables[v as usize].fixed = Some(place);
        let bounds = std::mem::take(&mut self.variables[v as usize].bounds);
        self.variables[v as usize].link = Some(ty.clone());
        for bound in Bound::all_of(&bounds) {
            let lacks_eq = bound == Bound::Need(Need::Eq);
            let is_key = lacks_eq && bounds.has(Need::Hash);
            let outcome = self.support(&ty, &bound);
            outcome.map_err(|lack| Clash::Lacks(Lack { is_key, ..lack }))?;
        }
        Ok(())
    }

    /// Whether a type parameter that is written down is part of a type.
    fn has_rigid(&self, ty: &Ty) -> bool {
        match self.shallow(ty) {
            Ty::Var(v) => self.variables[v as usize].rigid.is_some(),
            Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(|t| self.has_rigid(t)),
            Ty::Fun(params, result) => {
                params.iter().any(|t| self.has_rigid(t)) || self.has_rigid(&result)
            }
            Ty::Param(_) | Ty::Never | Ty::Error => false,
        }
    }

    /// The type of an expression that doubles others; an error when it has too many parts.
    pub(super) fn limited(&mut self, ty: Ty, span: Span) -> Ty {
        let mut left = MOST_PARTS;
        self.occurs(u32::MAX, &ty, &mut left);
        if left > 0 {
            return ty;
        }
        self.report_oversized(span);
        Ty::Error
    }

    /// Once: written out, such a type may be larger than any memory, and nothing may walk it.
    fn report_oversized(&mut self, span: Span) {
        if !std::mem::replace(&mut self.is_oversized, true) {
            let text = format!("the type of this has more than {MOST_PARTS} parts");
            let help = "give its parts a `struct` or `type` of their own";
            self.report_with_help(Code::E0096, span, text, Some(help.into()));
        }
    }

    /// Looks at no more than `left` parts, and takes off those that it has seen.
    fn occurs(&self, v: u32, ty: &Ty, left: &mut usize) -> bool {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        let mut one = |t: &Ty| self.occurs(v, t, left);
        match self.shallow(ty) {
            Ty::Var(w) => v == w,
            Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(one),
            Ty::Fun(params, result) => params.iter().any(&mut one) || one(&result),
            Ty::Param(_) | Ty::Never | Ty::Error => false,
        }
    }
}
