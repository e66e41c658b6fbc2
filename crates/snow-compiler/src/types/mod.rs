//! What is inferred: types, schemes and the tables that `infer` fills for `matches` and `lower`.

mod bounds;
/// Types in the user's words.
pub mod print;
/// What programs may name of the library, for `--dump=public`.
pub mod public;

use rustc_hash::FxHashMap;

pub use bounds::{Bounds, InterfaceBound, Need};

use crate::hir::{ExprId, FnId, LocalId, TypeId};
use crate::table::Table;

/// The most parts that a type may have when it is written out, with all that it contains.
pub const MOST_PARTS: usize = 2000;

/// A function or type that needs itself at larger and larger types is followed up to types of this
/// many levels. Written types have a few.
pub const MOST_LEVELS: usize = 200;

/// True when `ty` has more parts than are left or more than so many levels; takes off the parts
/// that it has.
pub fn exceeds(ty: &Ty, left: &mut usize, levels: usize) -> bool {
    if *left == 0 || levels == 0 {
        return true;
    }
    *left -= 1;
    let mut one = |t: &Ty| exceeds(t, left, levels - 1);
    match ty {
        Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(one),
        Ty::Fun(params, result) => params.iter().any(&mut one) || one(result),
        Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => false,
    }
}

/// A type. After inference no `Var` is left: what stayed open was defaulted or generalised.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// A built-in or declared type applied to its arguments. Built-ins are declared by the prelude
    /// (`extern type`).
    Con(TypeId, Vec<Ty>),
    /// Two or more; none is Unit.
    Tuple(Vec<Ty>),
    /// A function; a zero-parameter function has no parameters here.
    Fun(Vec<Ty>, Box<Ty>),
    /// The `n`th type parameter of the function whose scheme this is part of.
    Param(u32),
    /// Being inferred.
    Var(u32),
    /// Of `return`, `break`, a panic: unifies with anything.
    Never,
    /// Of something already reported; unifies with anything silently.
    Error,
}

impl Ty {
    /// `()`.
    pub fn unit() -> Ty {
        Ty::Tuple(Vec::new())
    }

    /// Whether a part of it is left to inference.
    pub(crate) fn has_hole(&self) -> bool {
        match self {
            Ty::Var(_) => true,
            Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(Ty::has_hole),
            Ty::Fun(params, result) => params.iter().any(Ty::has_hole) || result.has_hole(),
            Ty::Param(_) | Ty::Never | Ty::Error => false,
        }
    }

    /// Replaces every `Param(i)` by `arguments[i]`.
    pub fn substitute(&self, arguments: &[Ty]) -> Ty {
        let all = |list: &[Ty]| {
            list.iter()
                .map(|t| t.substitute(arguments))
                .collect::<Vec<_>>()
        };
        match self {
            Ty::Param(i) => arguments.get(*i as usize).cloned().unwrap_or(Ty::Error),
            Ty::Con(id, args) => Ty::Con(*id, all(args)),
            Ty::Tuple(items) => Ty::Tuple(all(items)),
            Ty::Fun(params, result) => Ty::Fun(all(params), Box::new(result.substitute(arguments))),
            Ty::Var(_) | Ty::Never | Ty::Error => self.clone(),
        }
    }
}

/// A function's type, generalised over `bounds.len()` parameters.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// One entry for each type parameter.
    pub bounds: Vec<Bounds>,
    /// Parameters; an implicit `self()` parameter comes first as `Pid<M>`.
    pub params: Vec<Ty>,
    /// Result. For an actor `Pid<M>`.
    pub result: Ty,
}

/// All that inference found out. Types may mention `Ty::Param` of the function they stand in.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// By [`ExprId`].
    pub expr: Table<Ty>,
    /// By `PatId`.
    pub pat: Table<Ty>,
    /// By `LocalId`.
    pub local: Table<Ty>,
    /// By [`FnId`].
    pub scheme: Table<Scheme>,
    /// Type arguments at each `ExprKind::Function` occurrence, at each resolved `MethodCall` and at
    /// each `Member` that names a function.
    pub instance: FxHashMap<ExprId, Vec<Ty>>,
    /// What a `MethodCall` calls. A field that holds a function is called through `field` instead.
    pub method: FxHashMap<ExprId, FnId>,
    /// Index of the field that a `Member` (or a `MethodCall` on a function-valued field) reads, and
    /// of each field of an `Update` in source order.
    pub field: FxHashMap<ExprId, Vec<usize>>,
    /// What the holes of the program turned out to be.
    pub holes: Vec<Ty>,
    /// Message type by actor or test.
    pub message: FxHashMap<FnId, Ty>,
    /// Names of `let` whose values are of several types, with the numbers of the type parameters
    /// that stand for what differs: they follow those of the function. Each use has its arguments
    /// in `instance`.
    pub generalised: FxHashMap<LocalId, Vec<u32>>,
    /// What an iteration of a `for` walks over, by the `For` expression.
    pub iteration: FxHashMap<ExprId, Iteration>,
}

/// What `for` walks over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Iteration {
    /// `a..b` or a `Range` value.
    Range,
    /// A `List`.
    List,
    /// A `Map`: keys, or pairs for `{k, v}`. `lower` calls `Map.keys` or `Map.to_list`.
    Map,
    /// A `Set`: `Set.to_list`.
    Set,
}
