//! Interfaces: which types implement them, which methods a value has by them, and whether impls
//! keep what their interfaces promise.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{FnId, Impl, ImplId, InterfaceId, ModuleId, Role};
use crate::source::{Name, Span};
use crate::types::{Bounds, InterfaceBound, Need, Ty};

use super::bounds::{Bound, Lack};
use super::deferred::Constraint;
use super::unify::Clash;
use super::Infer;

/// Impls that ask for impls inside each other deeper than this are taken to hold.
const MOST_DEPTH: usize = 100;
/// So are those beyond so many inside of one, which only types that grow without end need.
const MANY_QUESTIONS: usize = 500;

impl Infer<'_, '_> {
    /// Asks a type for an interface. Finds the interface's type arguments, too.
    pub(super) fn implement(&mut self, ty: &Ty, bound: &InterfaceBound) -> Result<(), Lack> {
        let lack = || Lack {
            part: ty.clone(),
            bound: Bound::Interface(bound.clone()),
            is_key: false,
        };
        let ty = self.shallow(ty);
        match &ty {
            Ty::Var(v) => return self.remember(*v, bound).map_err(|_| lack()),
            Ty::Never | Ty::Error | Ty::Param(_) => return Ok(()),
            Ty::Con(..) | Ty::Tuple(_) | Ty::Fun(..) => {}
        }
        match &self.impls_that_fit(&ty, bound.interface)[..] {
            [] => Err(self.need_of(bound, &ty)),
            [only] => {
                if self.depth == 0 {
                    self.asked_inside.clear();
                }
                let question = (self.deep(&ty), bound.clone());
                let is_met_again = self.asked_inside.contains(&question);
                if is_met_again
                    || self.asked_inside.len() > MANY_QUESTIONS
                    || self.depth > MOST_DEPTH
                {
                    return Ok(());
                }
                if !has_variable(&question.0) && bound.arguments.is_empty() {
                    self.asked_inside.push(question);
                }
                self.depth += 1;
                let outcome = self.use_impl(*only, &ty, bound);
                self.depth -= 1;
                outcome.map_err(|clash| match clash {
                    Clash::Lacks(lack) => lack,
                    Clash::Different | Clash::Shared | Clash::Infinite => lack(),
                })
            }
            // Several impls fit until more is known of the type's arguments.
            _ => {
                let constraint = Constraint::Implemented {
                    ty: ty.clone(),
                    bound: bound.clone(),
                };
                self.wait_for(constraint, self.place);
                Ok(())
            }
        }
    }

    /// Impls that the type may turn out to be for.
    pub(super) fn impls_that_fit(&self, ty: &Ty, interface: InterfaceId) -> Vec<ImplId> {
        let whole = self.deep(ty);
        let program = self.program;
        let all = program.impls_of(interface, &whole).iter().copied();
        all.filter(|id| self.may_be(&program.impls[id.index()].target, &whole))
            .collect()
    }

    /// An interface of the prelude is what an operator needs; the report names that.
    fn need_of(&self, bound: &InterfaceBound, ty: &Ty) -> Lack {
        let interface = &self.program.interfaces[bound.interface.index()];
        let bound = match interface.need {
            Some(need) => Bound::Need(need),
            None => Bound::Interface(bound.clone()),
        };
        Lack {
            part: ty.clone(),
            bound,
            is_key: false,
        }
    }

    fn use_impl(&mut self, id: ImplId, ty: &Ty, bound: &InterfaceBound) -> Result<(), Clash> {
        let found = &self.program.impls[id.index()];
        let generics = self.fresh_bounded(found.generics.iter().map(|(_, bounds)| bounds));
        self.unify(&found.target.substitute(&generics), ty)?;
        for (own, asked) in found.arguments.iter().zip(&bound.arguments) {
            self.unify(asked, &own.substitute(&generics))?;
        }
        Ok(())
    }

    /// A variable remembers what it must implement.
    fn remember(&mut self, v: u32, bound: &InterfaceBound) -> Result<(), Clash> {
        let need = self.program.interfaces[bound.interface.index()].need;
        let variable = &mut self.variables[v as usize];
        variable.asked = variable.asked.or(Some(self.place));
        if let Some(need) = need {
            variable.bounds.add(need);
            return Ok(());
        }
        match variable.bounds.arguments_of(bound.interface) {
            None => {
                variable.bounds.interfaces.push(bound.clone());
                Ok(())
            }
            Some(known) => {
                let known = known.to_vec();
                let pairs = known.iter().zip(&bound.arguments);
                pairs.into_iter().try_for_each(|(a, b)| self.unify(a, b))
            }
        }
    }

    /// True when the type may turn out to be one that an impl for `target` is for.
    fn may_be(&self, target: &Ty, ty: &Ty) -> bool {
        let all = |list: &[Ty], others: &[Ty]| {
            list.len() == others.len() && list.iter().zip(others).all(|(a, b)| self.may_be(a, b))
        };
        match (target, self.shallow(ty)) {
            (Ty::Param(_) | Ty::Error, _) | (_, Ty::Error | Ty::Never) => true,
            (_, Ty::Var(v)) => self.variables[v as usize].rigid.is_none(),
            (Ty::Con(a, list), Ty::Con(b, others)) => *a == b && all(list, &others),
            (Ty::Tuple(list), Ty::Tuple(others)) => all(list, &others),
            (Ty::Fun(list, result), Ty::Fun(others, other)) => {
                all(list, &others) && self.may_be(result, &other)
            }
            _ => false,
        }
    }

    /// Methods that a value has by interfaces: those that its type implements by an impl or says to
    /// derive, or that are asked of a type parameter.
    pub(super) fn interface_methods(&self, ty: &Ty, name: &Name, count: usize) -> Vec<FnId> {
        let candidates = self.methods_called(name, count);
        if candidates.is_empty() {
            return candidates;
        }
        let ty = self.shallow(ty);
        if let Ty::Var(v) = ty {
            let bounds = &self.variables[v as usize].bounds;
            let asked: Vec<FnId> = candidates
                .iter()
                .copied()
                .filter(|id| self.is_asked(bounds, *id))
                .collect();
            // Unannotated code asks by use.
            return if asked.is_empty() {
                self.user_methods(candidates)
            } else {
                asked
            };
        }
        let program = self.program;
        let mut found = candidates;
        found.retain(|id| {
            let Some(interface) = self.interface_of(*id) else {
                return false;
            };
            if !program.impls_of(interface, &ty).is_empty() {
                return !self.impls_that_fit(&ty, interface).is_empty();
            }
            match (program.interfaces[interface.index()].need, &ty) {
                (Some(need), Ty::Con(id, _)) => {
                    let derives = program.types[id.index()].derives;
                    derives.is_explicit && derives.has(need)
                }
                _ => false,
            }
        });
        found
    }

    /// Methods of the prelude's interfaces that a value has without an impl: `1.add(2)`.
    pub(super) fn built_in_method(&mut self, ty: &Ty, name: &Name, count: usize) -> Option<FnId> {
        let candidates = self.methods_called(name, count);
        candidates.into_iter().find(|id| {
            let interface = self.interface_of(*id);
            let need = interface.and_then(|i| self.program.interfaces[i.index()].need);
            need.is_some_and(|need| self.support(ty, &Bound::Need(need)).is_ok())
        })
    }

    /// The one method of that name, for a value of which nothing else is known.
    pub(super) fn only_method(&self, name: &Name, count: usize) -> Option<FnId> {
        match self.user_methods(self.methods_called(name, count))[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// How a type would get a method that an interface has.
    pub(super) fn interface_with(&self, ty: &Ty, name: &Name, count: usize) -> Option<String> {
        let list = self.methods.get(name)?;
        let id = list
            .iter()
            .find(|id| self.program.functions[id.index()].arity == count + 1)
            .or(list.first())?;
        let interface = &self.program.interfaces[self.interface_of(*id)?.index()].name;
        if self.method_is_static(*id) {
            return Some(format!("it has no receiver: write `{interface}.{name}(…)`"));
        }
        if matches!(self.shallow(ty), Ty::Var(_)) {
            return Some(format!("write `where {}: {interface}`", self.show(ty)));
        }
        let derived = match self.shallow(ty) {
            Ty::Con(id, _) => self.may_derive_json(id, interface).then_some(id),
            Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => None,
        };
        if let Some(id) = derived {
            let ty = &self.program.types[id.index()].name;
            return Some(format!("write `deriving(Json)` behind the `end` of `{ty}`"));
        }
        Some(format!(
            "`{interface}` has it: write `impl {interface} for {}`",
            self.show(ty)
        ))
    }

    /// Methods that a call may mean. What a program implements changes nothing in the library.
    fn methods_called(&self, name: &Name, count: usize) -> Vec<FnId> {
        let is_library = |module: ModuleId| self.program.modules[module.index()].is_stdlib;
        let all = self.methods.get(name).into_iter().flatten().copied();
        all.filter(|id| {
            let function = &self.program.functions[id.index()];
            let is_seen = !is_library(self.frame.module) || is_library(function.module);
            function.arity == count + 1 && is_seen && !self.method_is_static(*id)
        })
        .collect()
    }

    fn user_methods(&self, mut list: Vec<FnId>) -> Vec<FnId> {
        list.retain(|id| {
            let interface = self.interface_of(*id);
            interface.is_some_and(|i| self.program.interfaces[i.index()].need.is_none())
        });
        list
    }

    fn method_is_static(&self, id: FnId) -> bool {
        match self.program.functions[id.index()].role {
            Role::Interface(interface, index) => {
                self.program.interfaces[interface.index()].methods[index].is_static
            }
            Role::Free | Role::Impl(..) => false,
        }
    }

    pub(super) fn interface_of(&self, id: FnId) -> Option<InterfaceId> {
        match self.program.functions[id.index()].role {
            Role::Interface(interface, _) => Some(interface),
            Role::Free | Role::Impl(..) => None,
        }
    }

    fn is_asked(&self, bounds: &Bounds, method: FnId) -> bool {
        let Some(interface) = self.interface_of(method) else {
            return false;
        };
        match self.program.interfaces[interface.index()].need {
            Some(need) => bounds.has(need),
            None => bounds.arguments_of(interface).is_some(),
        }
    }

    // ---- what an interface promises for the methods of its impls ----

    /// The impl and the interface's function that a method of an impl is held against.
    fn promise(&self, id: FnId) -> Option<(&Impl, FnId)> {
        let Role::Impl(found, index) = self.program.functions[id.index()].role else {
            return None;
        };
        let found = &self.program.impls[found.index()];
        let interface = self.program.interfaces.get(found.interface.index())?;
        let method = interface.methods.get(index)?;
        Some((found, method.function))
    }

    /// The type of a parameter, or of the result, that the interface gives a method of an impl.
    pub(super) fn promised(&self, id: FnId, param: Option<usize>) -> Option<Ty> {
        let Some((found, method)) = self.promise(id) else {
            // A function that the interface does not have has a receiver all the same.
            return match self.program.functions[id.index()].role {
                Role::Impl(found, _) if param == Some(0) => {
                    Some(self.program.impls[found.index()].target.clone())
                }
                Role::Free | Role::Interface(..) | Role::Impl(..) => None,
            };
        };
        let asked = &self.program.functions[method.index()];
        let ty = match param {
            Some(index) => asked.annotations.get(index)?.as_ref()?,
            None => asked.result.as_ref()?,
        };
        let count = self.program.functions[id.index()].generics.len();
        Some(ty.substitute(&in_impl(found, count)))
    }

    /// Where the interface says what the result is.
    pub(super) fn promised_at(&self, id: FnId) -> Option<Span> {
        let (_, method) = self.promise(id)?;
        let asked = &self.program.functions[method.index()];
        asked.result.as_ref().map(|_| asked.name_span)
    }

    /// E0008 where the type of an impl's method is not what its interface promises, E0006 where it
    /// asks more of a type parameter than the impl says.
    pub(super) fn check_impls(&mut self) {
        for index in self.known..self.program.functions.len() {
            let id = FnId(index as u32);
            let Some((found, method)) = self.promise(id) else {
                continue;
            };
            let own = self.typed.scheme[index].clone();
            let asked = self.typed.scheme[method.index()].clone();
            let function = &self.program.functions[index];
            let names: Vec<Name> = function.generics.iter().map(|(n, _)| n.clone()).collect();
            let outer = found.generics.clone();
            let replaced = in_impl(found, names.len());
            let interface = &self.program.interfaces[found.interface.index()];
            let interface_name = interface.name.clone();
            let pairs = own.params.iter().chain([&own.result]);
            let others = asked.params.iter().chain([&asked.result]);
            let clash = pairs.zip(others).find_map(|(own, asked)| {
                let asked = asked.substitute(&replaced);
                (!agree(own, &asked)).then(|| (own.clone(), asked))
            });
            let place = self.program.functions[method.index()].name_span;
            if let Some((own, asked)) = clash {
                let show = |ty: &Ty| crate::types::print::ty(self.program, ty, &names);
                let message = format!(
                    "`{}` does not fit `{interface_name}`: expected `{}`, found `{}`",
                    function.name,
                    show(&asked),
                    show(&own)
                );
                let report = Diagnostic::error(Code::E0008, function.name_span, message);
                self.diagnostics
                    .push(report.also(place, "the interface says"));
                continue;
            }
            self.check_bounds(&own.bounds, &outer, function.name_span);
        }
    }

    fn check_bounds(&mut self, used: &[Bounds], said: &[(Name, Bounds)], span: Span) {
        for (used, (name, said)) in used.iter().zip(said) {
            let more = Bound::all_of(used).find(|bound| match bound {
                // Nearly everything has a text, and interpolation finds one for the rest.
                Bound::Need(Need::Known | Need::Negate | Need::Text) => false,
                Bound::Need(need) => !said.has(*need),
                Bound::Interface(bound) => said.arguments_of(bound.interface).is_none(),
            });
            let missing = match &more {
                None => continue,
                Some(Bound::Need(need)) => need.interface().unwrap_or_default().to_string(),
                Some(Bound::Interface(bound)) => {
                    crate::types::print::interface(self.program, bound, &[])
                }
            };
            let message = format!("this method needs `{name}: {missing}`");
            let help = format!("write `where {name}: {missing}` behind the type of the impl");
            self.report_with_help(Code::E0006, span, message, Some(help));
        }
    }
}

/// What the type parameters of an interface's method are in an impl whose method has `count`.
fn in_impl(found: &Impl, count: usize) -> Vec<Ty> {
    let own = (found.generics.len() as u32..count as u32).map(Ty::Param);
    let outer = std::iter::once(found.target.clone()).chain(found.arguments.iter().cloned());
    outer.chain(own).collect()
}

/// Whether two types are the same, as far as nothing has been reported.
fn agree(a: &Ty, b: &Ty) -> bool {
    let all = |list: &[Ty], others: &[Ty]| {
        list.len() == others.len() && list.iter().zip(others).all(|(a, b)| agree(a, b))
    };
    match (a, b) {
        (Ty::Error | Ty::Never, _) | (_, Ty::Error | Ty::Never) => true,
        (Ty::Con(a, list), Ty::Con(b, others)) => a == b && all(list, others),
        (Ty::Tuple(list), Ty::Tuple(others)) => all(list, others),
        (Ty::Fun(list, result), Ty::Fun(others, other)) => {
            all(list, others) && agree(result, other)
        }
        _ => a == b,
    }
}

/// True when inference may still find a part of the type, which makes the same question another one.
fn has_variable(ty: &Ty) -> bool {
    match ty {
        Ty::Var(_) => true,
        Ty::Con(_, parts) | Ty::Tuple(parts) => parts.iter().any(has_variable),
        Ty::Fun(params, result) => params.iter().any(has_variable) || has_variable(result),
        Ty::Param(_) | Ty::Never | Ty::Error => false,
    }
}
