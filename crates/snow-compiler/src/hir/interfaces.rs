//! Interfaces and their implementations.
//!
//! A method of an interface is a [`Function`](super::Function) of its own, generic over `Self`
//! (parameter 0), the interface's type parameters and the method's own. All that inference sees of
//! a call through an interface is that function's type; which function runs is known when `Self` is
//! ([`Program::method_for`]), so a call costs what a call of the implementation costs. The
//! functions of an impl are generic over the impl's type parameters and their own.
//!
//! An impl is found by its interface and the [`Head`] of its type. Type arguments of the interface
//! are decided by the type: there is one impl of an interface for a type. Several impls with one
//! head (`List<Int>`, `List<String>`) exist where no type fits two of them.

use super::{FnId, ImplId, InterfaceId, ModuleId, Program, TypeId};
use crate::source::{Name, Span};
use crate::types::{Bounds, Need, Ty};

/// `interface`.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Declared in.
    pub module: ModuleId,
    /// Without module.
    pub name: Name,
    /// Names of its type parameters, without `Self`.
    pub generics: Vec<Name>,
    /// In source order.
    pub methods: Vec<Method>,
    /// What operators or texts ask with it, for those of the prelude.
    pub need: Option<Need>,
    /// Other modules may name it.
    pub is_public: bool,
    /// The name.
    pub span: Span,
}

/// A method of an interface.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name.
    pub name: Name,
    /// Its signature, and its body where it has one.
    pub function: FnId,
    /// Parameters, `self` included.
    pub arity: usize,
    /// Without a receiver: `Self` is known from what the call gives.
    pub is_static: bool,
    /// An impl may leave it out.
    pub has_default: bool,
}

/// `impl`.
#[derive(Clone, Debug)]
pub struct Impl {
    /// Written in.
    pub module: ModuleId,
    /// What is implemented.
    pub interface: InterfaceId,
    /// Type arguments of the interface; they mention the type parameters.
    pub arguments: Vec<Ty>,
    /// The type; it mentions all type parameters.
    pub target: Ty,
    /// Type parameters with what `where` asks of them.
    pub generics: Vec<(Name, Bounds)>,
    /// By method of the interface; `None` where the default serves.
    pub methods: Vec<Option<FnId>>,
    /// From the interface to the type.
    pub span: Span,
}

/// What a function is, beside a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Called by its name.
    #[default]
    Free,
    /// Method of an interface, by index.
    Interface(InterfaceId, usize),
    /// Method of an impl, by index in the interface.
    Impl(ImplId, usize),
}

/// The outermost form of a type, by which impls are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    Con(TypeId),
    Tuple(usize),
    Fun(usize),
}

impl Head {
    /// `None` for what may be any type.
    pub fn of(ty: &Ty) -> Option<Head> {
        match ty {
            Ty::Con(id, _) => Some(Head::Con(*id)),
            Ty::Tuple(items) => Some(Head::Tuple(items.len())),
            Ty::Fun(params, _) => Some(Head::Fun(params.len())),
            Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => None,
        }
    }
}

/// Interfaces that are derived for a declared type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Derives {
    /// `==`.
    pub eq: bool,
    /// `<`, `compare`.
    pub ord: bool,
    /// `hash`.
    pub hash: bool,
    /// Its text is made of the texts of its parts.
    pub display: bool,
    /// The same for `inspect`.
    pub debug: bool,
    /// Written by the user, and not what a type without `deriving` has.
    pub is_explicit: bool,
}

impl Derives {
    /// Whether the interface is derived.
    pub fn has(self, need: Need) -> bool {
        match need {
            Need::Eq => self.eq,
            Need::Ord => self.ord,
            Need::Hash => self.hash,
            Need::Display => self.display,
            Need::Debug => self.debug,
            Need::Text => self.display || self.debug,
            Need::Add
            | Need::Sub
            | Need::Mul
            | Need::Div
            | Need::Mod
            | Need::Negate
            | Need::Not
            | Need::Default
            | Need::Known => false,
        }
    }
}

impl Derives {
    /// What a `deriving` would list that has all this and one more.
    pub fn with(self, need: Need) -> String {
        let all = [Need::Eq, Need::Ord, Need::Display, Need::Debug, Need::Hash];
        // An order asks for equality, and so does whatever looks a hash up.
        let asks_eq = matches!(need, Need::Ord | Need::Hash);
        let has = |n: Need| self.has(n) || n == need || (n == Need::Eq && asks_eq);
        let listed = all.into_iter().filter(|n| has(*n));
        let names: Vec<&str> = listed.filter_map(Need::interface).collect();
        names.join(", ")
    }
}

impl Program {
    /// Impls of an interface whose type has the same outermost form.
    pub fn impls_of(&self, interface: InterfaceId, ty: &Ty) -> &[ImplId] {
        let key = Head::of(ty).map(|head| (interface, head));
        let found = key.and_then(|key| self.impl_table.get(&key));
        found.map_or(&[], |list| list)
    }

    /// The impl for a type without variables, and what its type parameters stand for.
    pub fn find_impl(&self, interface: InterfaceId, ty: &Ty) -> Option<(ImplId, Vec<Ty>)> {
        self.impls_of(interface, ty).iter().find_map(|id| {
            let found = &self.impls[id.index()];
            let mut args = vec![None; found.generics.len()];
            let fits = matches(&found.target, ty, &mut args);
            let args = args.into_iter().map(|arg| arg.unwrap_or(Ty::Error));
            fits.then(|| (*id, args.collect()))
        })
    }

    /// The function that a use of `function` runs: for a method of an interface that of the impl
    /// for `Self`, or its default.
    pub fn method_for(&self, function: FnId, args: &[Ty]) -> (FnId, Vec<Ty>) {
        let same = || (function, args.to_vec());
        let Role::Interface(interface, index) = self.functions[function.index()].role else {
            return same();
        };
        let Some((id, mut own)) = args.first().and_then(|ty| self.find_impl(interface, ty)) else {
            return same();
        };
        let Some(method) = self.impls[id.index()].methods[index] else {
            return same();
        };
        let outer = 1 + self.interfaces[interface.index()].generics.len();
        own.extend(args[outer.min(args.len())..].iter().cloned());
        (method, own)
    }

    /// The interface of the prelude that a need stands for.
    pub fn interface_for(&self, need: Need) -> Option<InterfaceId> {
        let found = self.interfaces.iter().position(|i| i.need == Some(need));
        found.map(|index| InterfaceId(index as u32))
    }

    /// The method of an interface of the prelude.
    pub fn need_method(&self, need: Need, name: &str) -> Option<FnId> {
        let interface = &self.interfaces[self.interface_for(need)?.index()];
        let found = interface.methods.iter().find(|m| &*m.name == name)?;
        Some(found.function)
    }
}

/// True when `ty` is `target` with its parameters replaced; notes by what.
fn matches(target: &Ty, ty: &Ty, args: &mut [Option<Ty>]) -> bool {
    let all = |list: &[Ty], others: &[Ty], args: &mut [Option<Ty>]| {
        list.len() == others.len() && list.iter().zip(others).all(|(a, b)| matches(a, b, args))
    };
    match (target, ty) {
        (Ty::Param(index), _) => match args.get_mut(*index as usize) {
            Some(slot @ None) => {
                *slot = Some(ty.clone());
                true
            }
            Some(Some(known)) => known == ty,
            None => false,
        },
        (Ty::Con(a, list), Ty::Con(b, others)) => a == b && all(list, others, args),
        (Ty::Tuple(list), Ty::Tuple(others)) => all(list, others, args),
        (Ty::Fun(list, result), Ty::Fun(others, other)) => {
            all(list, others, args) && matches(result, other, args)
        }
        (_, Ty::Never | Ty::Error) => true,
        _ => false,
    }
}

/// True when some type fits both; parameters of the two are different ones.
pub fn overlap(a: &Ty, b: &Ty) -> bool {
    let all = |list: &[Ty], others: &[Ty]| {
        list.len() == others.len() && list.iter().zip(others).all(|(a, b)| overlap(a, b))
    };
    match (a, b) {
        (Ty::Param(_) | Ty::Error, _) | (_, Ty::Param(_) | Ty::Error) => true,
        (Ty::Con(a, list), Ty::Con(b, others)) => a == b && all(list, others),
        (Ty::Tuple(list), Ty::Tuple(others)) => all(list, others),
        (Ty::Fun(list, result), Ty::Fun(others, other)) => {
            all(list, others) && overlap(result, other)
        }
        _ => a == b,
    }
}
