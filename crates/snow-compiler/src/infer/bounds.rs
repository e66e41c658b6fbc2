//! What a type must support: operators, texts, hashing, being known, interfaces.

use crate::hir::{Derives, Head, TypeDef, TypeId, TypeKind};
use crate::source::Span;
use crate::types::{exceeds, Bounds, InterfaceBound, Need, Ty, MOST_LEVELS, MOST_PARTS};

use super::Infer;

/// A type whose parts grow without end (`type T<A> do N(T<List<A>>) end`) is not followed further
/// than this.
const MANY_TYPES: usize = 500;

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Need(Need),
    Interface(InterfaceBound),
}

/// What is missing, and where.
#[derive(Clone, Debug)]
pub(super) struct Lack {
    /// The type, or the part of it, that does not have it.
    pub(super) part: Ty,
    pub(super) bound: Bound,
    /// It is a key, which needs `Hash` beside its `Eq`.
    pub(super) is_key: bool,
}

impl Bound {
    pub(super) fn all_of(bounds: &Bounds) -> impl Iterator<Item = Bound> + '_ {
        let interfaces = bounds.interfaces.iter().cloned().map(Bound::Interface);
        bounds.needs().map(Bound::Need).chain(interfaces)
    }
}

impl Infer<'_, '_> {
    /// Asks a type for something; a variable remembers. The error is the part that does not have
    /// it.
    pub(super) fn support(&mut self, ty: &Ty, bound: &Bound) -> Result<(), Lack> {
        match bound {
            Bound::Need(need) => self.support_inside(ty, *need, &mut Vec::new()),
            Bound::Interface(bound) => self.implement(ty, bound),
        }
    }

    /// The same with a report at `span` (E0006); true when there was none.
    pub(super) fn require(&mut self, ty: &Ty, bound: &Bound, span: Span) -> bool {
        self.place = span;
        let outcome = self.support(ty, bound);
        if let Err(lack) = &outcome {
            self.lacks(ty, lack, span);
        }
        outcome.is_ok()
    }

    fn support_inside(
        &mut self,
        ty: &Ty,
        need: Need,
        seen: &mut Vec<(Ty, Need)>,
    ) -> Result<(), Lack> {
        let ty = self.shallow(ty);
        if let Ty::Var(v) = ty {
            self.variables[v as usize].bounds.add(need);
            return Ok(());
        }
        if matches!(ty, Ty::Never | Ty::Error | Ty::Param(_)) {
            return Ok(());
        }
        if let Some(interface) = need_with_impl(self, need, &ty) {
            return self.implement(&ty, &interface);
        }
        let lack = |part: &Ty| Lack {
            part: part.clone(),
            bound: Bound::Need(need),
            is_key: false,
        };
        let parts = match &ty {
            // Known by its name and arguments, whatever these are used for.
            Ty::Con(_, parts) if need == Need::Known => parts.clone(),
            Ty::Fun(params, result) if need == Need::Known => {
                params.iter().chain([&**result]).cloned().collect()
            }
            // A function inside of something has a text that says so.
            Ty::Fun(..) if matches!(need, Need::Text | Need::Debug) => return Ok(()),
            Ty::Fun(..) => return Err(lack(&ty)),
            Ty::Tuple(_) if need.is_arithmetic() || need == Need::Not => return Err(lack(&ty)),
            Ty::Tuple(items) => items.clone(),
            Ty::Con(id, args) => {
                let key = (ty.clone(), need);
                // A type met again is fine if the first meeting is.
                if seen.contains(&key) || seen.len() > MANY_TYPES {
                    return Ok(());
                }
                // A type that needs itself at larger and larger types is refused by `lower`.
                if exceeds(&ty, &mut { MOST_PARTS }, MOST_LEVELS) {
                    return Ok(());
                }
                let def = &self.program.types[id.index()];
                let is_builtin = matches!(def.kind, TypeKind::Builtin);
                let found = match is_builtin {
                    true => self.built_in_parts(*id, args, need),
                    false => derived_parts(def, args, need, self.own_eq(*id, need)),
                };
                let Some((part_need, parts)) = found else {
                    return Err(lack(&ty));
                };
                seen.push(key);
                for part in &parts {
                    self.support_inside(part, part_need, seen)?;
                }
                return Ok(());
            }
            Ty::Var(_) | Ty::Param(_) | Ty::Never | Ty::Error => return Ok(()),
        };
        let part_need = match need {
            Need::Display => Need::Text,
            need => need,
        };
        for part in &parts {
            self.support_inside(part, part_need, seen)?;
        }
        Ok(())
    }

    /// What the parts of a built-in type must support for the whole to; `None` when it does not.
    fn built_in_parts(&self, id: TypeId, args: &[Ty], need: Need) -> Option<(Need, Vec<Ty>)> {
        let lang = &self.program.lang;
        let is = |item: Option<TypeId>| item == Some(id);
        if need.is_arithmetic() {
            return (is(lang.int) || is(lang.float)).then(|| (need, Vec::new()));
        }
        match need {
            Need::Not => is(lang.bool_).then(|| (need, Vec::new())),
            // No actor stands for having none.
            Need::Default if is(lang.pid) => None,
            // An address is compared whatever its actor understands, and the empty list is the
            // default of lists of anything.
            _ if is(lang.pid) => Some((need, Vec::new())),
            Need::Default => Some((need, Vec::new())),
            Need::Display => Some((Need::Text, args.to_vec())),
            Need::Add
            | Need::Sub
            | Need::Mul
            | Need::Div
            | Need::Mod
            | Need::Negate
            | Need::Eq
            | Need::Ord
            | Need::Hash
            | Need::Debug
            | Need::Text
            | Need::Known => Some((need, args.to_vec())),
        }
    }

    /// True when a type's own `Eq` would not fit a hash of its parts.
    fn own_eq(&self, id: TypeId, need: Need) -> bool {
        let eq = self.program.interface_for(Need::Eq);
        need == Need::Hash
            && eq.is_some_and(|eq| self.program.impl_table.contains_key(&(eq, Head::Con(id))))
    }

    /// Whether an impl of the prelude's interface is for a type of that form.
    pub(super) fn has_impl(&self, need: Need, ty: &Ty) -> bool {
        need_with_impl(self, need, &self.shallow(ty)).is_some()
    }
}

/// The interface that gives `ty` what it needs by an impl.
fn need_with_impl(infer: &Infer<'_, '_>, need: Need, ty: &Ty) -> Option<InterfaceBound> {
    let program = infer.program;
    let by_impl = |need: Need| {
        let interface = program.interface_for(need)?;
        let has_any = !program.impls_of(interface, ty).is_empty();
        has_any.then(|| InterfaceBound {
            interface,
            arguments: Vec::new(),
        })
    };
    if need != Need::Text {
        return by_impl(need);
    }
    let derives = match ty {
        Ty::Con(id, _) => program.types[id.index()].derives,
        Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
            Derives::default()
        }
    };
    let debug = || by_impl(Need::Debug).filter(|_| !derives.display);
    by_impl(Need::Display).or_else(debug)
}

/// What the parts of a declared type must support for the whole to; `None` when it does not derive
/// it.
fn derived_parts(def: &TypeDef, args: &[Ty], need: Need, own_eq: bool) -> Option<(Need, Vec<Ty>)> {
    let parts = || -> Vec<Ty> {
        match &def.kind {
            TypeKind::Builtin => args.to_vec(),
            TypeKind::Struct(fields) => fields.iter().map(|(_, t)| t.substitute(args)).collect(),
            TypeKind::Sum(variants) => variants
                .iter()
                .flat_map(|v| &v.fields)
                .map(|t| t.substitute(args))
                .collect(),
        }
    };
    let derives = def.derives;
    match need {
        // The text of an opaque type is its name, unless it derives more.
        Need::Text | Need::Display if derives.display => Some((Need::Text, parts())),
        Need::Text | Need::Debug if def.opaque.is_some_and(|o| !o.inspects) => {
            Some((need, Vec::new()))
        }
        // A struct shows what `inspect` would; the parts of a sum stand as they are.
        Need::Text if derives.debug && matches!(def.kind, TypeKind::Sum(_)) => {
            Some((Need::Text, parts()))
        }
        Need::Text | Need::Debug if derives.debug => Some((Need::Debug, parts())),
        Need::Hash if own_eq && !derives.is_explicit => None,
        Need::Eq | Need::Ord | Need::Hash if derives.has(need) => Some((need, parts())),
        Need::Add
        | Need::Sub
        | Need::Mul
        | Need::Div
        | Need::Mod
        | Need::Negate
        | Need::Eq
        | Need::Ord
        | Need::Not
        | Need::Hash
        | Need::Display
        | Need::Debug
        | Need::Default
        | Need::Text
        | Need::Known => None,
    }
}
