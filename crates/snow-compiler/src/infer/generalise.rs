//! `let` whose value can be of several types: `let empty = []`, `let id = fn x -> x end`.
//!
//! Only values are generalised: what a call answers is one value of one type. Every variable has a
//! level, the number of values of `let` around the place where it was made; unification gives the
//! variables of both sides the lower one. What is left with the level of a value after its
//! inference is known to nobody outside of it (Rémy, "Extension of ML type system with a sorted
//! equational theory on types", 1992).

use crate::hir::{Expr, ExprId, ExprKind, LocalId, Pat, PatKind};
use crate::types::{Need, Ty};

use super::bounds::Bound;
use super::{Expectation, Infer};

/// A name that is open in more places than this keeps one type: each use of it would be as large.
const MOST_VARIABLES: usize = 64;

impl Infer<'_, '_> {
    /// The value of `let`, with what its type leaves open generalised where that is allowed.
    pub(super) fn let_value(
        &mut self,
        pattern: &Pat,
        value: &Expr,
        infer: impl FnOnce(&mut Self) -> Ty,
    ) -> Ty {
        let PatKind::Bind(local) = pattern.kind else {
            return infer(self);
        };
        if !is_value(value) {
            return infer(self);
        }
        let waiting = self.deferred.len();
        let inner = self.inner_instances.len();
        self.level += 1;
        let ty = infer(self);
        self.level -= 1;
        self.keep_waiting(waiting);
        for index in inner..self.inner_instances.len() {
            // What these must support is known at the end of the group.
            for ty in self.inner_instances[index].2.clone() {
                self.lower_level(&ty, self.level);
            }
        }
        self.generalise(local, &ty);
        ty
    }

    /// A closure in a `let` may be a local function that calls itself: its name has a type before.
    pub(super) fn let_closure(&mut self, pattern: &Pat, value: &Expr) -> Ty {
        let (PatKind::Bind(local), ExprKind::Closure { arity, .. }) = (&pattern.kind, &value.kind)
        else {
            return self.part(value);
        };
        let (params, result) = (self.fresh_many(*arity), self.fresh());
        let ty = Ty::Fun(params, Box::new(result));
        self.typed.local[local.index()] = ty.clone();
        self.touched.locals.push(*local);
        self.value(value, Expectation::Type(&ty, super::Cause::PLAIN));
        ty
    }

    /// Constraints on the inside of a value that still wait: what they are about stays of one type.
    fn keep_waiting(&mut self, first: usize) {
        self.solve_from(first);
        for deferred in self.deferred.split_off(first) {
            match deferred.shown() {
                // Any type that has a text will do.
                Some(ty) if self.level_of(ty) > self.level => {
                    let span = deferred.span();
                    self.require(ty, &Bound::Need(Need::Text), span);
                }
                _ => {
                    for ty in deferred.types() {
                        self.lower_level(&ty, self.level);
                        if let Ty::Var(v) = self.shallow(&ty) {
                            self.variables[v as usize].waits = Some(deferred.span());
                        }
                    }
                    self.deferred.push(deferred);
                }
            }
        }
    }

    fn level_of(&self, ty: &Ty) -> u32 {
        match self.shallow(ty) {
            Ty::Var(v) => self.variables[v as usize].level,
            Ty::Con(..) | Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Never | Ty::Error => 0,
        }
    }

    fn generalise(&mut self, local: LocalId, ty: &Ty) {
        let mut open = Vec::new();
        self.open_in(&self.deep(ty), &mut open);
        open.retain(|v| {
            let variable = &self.variables[*v as usize];
            let has_arguments = variable.bounds.interfaces.iter();
            let mut has_arguments = has_arguments.filter(|bound| !bound.arguments.is_empty());
            variable.level > self.level
                && !variable.bounds.has(Need::Known)
                && has_arguments.next().is_none()
        });
        if open.is_empty() || open.len() > MOST_VARIABLES {
            return;
        }
        for v in &open {
            self.variables[*v as usize].rigid = Some("_".into());
        }
        self.touched.generalised.push((local, open));
    }

    /// A name's type at one of its uses.
    pub(super) fn local(&mut self, local: LocalId, at: ExprId) -> Ty {
        let ty = self.typed.local[local.index()].clone();
        let generalised = self.touched.generalised.iter();
        let Some(variables) = generalised
            .rev()
            .find(|(name, _)| *name == local)
            .map(|(_, variables)| variables.clone())
        else {
            return ty;
        };
        let args = self.fresh_many(variables.len());
        let variables: Vec<Ty> = variables.into_iter().map(Ty::Var).collect();
        for (variable, arg) in variables.iter().zip(&args) {
            if let Ty::Var(v) = variable {
                let bounds = self.variables[*v as usize].bounds.clone();
                self.bound_rigid(arg, bounds);
            }
        }
        self.typed.instance.insert(at, args.clone());
        self.replaced(&ty, &variables, &args)
    }

    /// Makes a type known to names of that level.
    pub(super) fn lower_level(&mut self, ty: &Ty, level: u32) {
        match self.shallow(ty) {
            Ty::Var(v) => {
                let own = &mut self.variables[v as usize].level;
                *own = (*own).min(level);
            }
            Ty::Con(_, list) | Ty::Tuple(list) => {
                list.iter().for_each(|t| self.lower_level(t, level));
            }
            Ty::Fun(params, result) => {
                params.iter().for_each(|t| self.lower_level(t, level));
                self.lower_level(&result, level);
            }
            Ty::Param(_) | Ty::Never | Ty::Error => {}
        }
    }
}

/// An expression that is its value as it stands: nothing runs when it is met, so it can be met as
/// often as there are types.
fn is_value(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Unit
        | ExprKind::String(_)
        | ExprKind::Local(_)
        | ExprKind::Function(_)
        | ExprKind::Constructor { .. }
        | ExprKind::Closure { .. } => true,
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().all(is_value),
        ExprKind::Map(pairs) => pairs.is_empty(),
        ExprKind::Struct { fields, .. } => fields.iter().all(|(_, value)| is_value(value)),
        ExprKind::Call { callee, args } => {
            matches!(callee.kind, ExprKind::Constructor { .. }) && args.iter().all(is_value)
        }
        ExprKind::Interpolation(_)
        | ExprKind::Range(..)
        | ExprKind::Update { .. }
        | ExprKind::Bits(_)
        | ExprKind::Unary(..)
        | ExprKind::Binary { .. }
        | ExprKind::Member { .. }
        | ExprKind::MethodCall { .. }
        | ExprKind::Index { .. }
        | ExprKind::Try(_)
        | ExprKind::If { .. }
        | ExprKind::Case { .. }
        | ExprKind::While { .. }
        | ExprKind::For { .. }
        | ExprKind::Break
        | ExprKind::Continue
        | ExprKind::Return(_)
        | ExprKind::Spawn { .. }
        | ExprKind::Send { .. }
        | ExprKind::SelfPid
        | ExprKind::Receive { .. }
        | ExprKind::Assert { .. }
        | ExprKind::Block(_)
        | ExprKind::Error => false,
    }
}
