//! Concrete types and how their values are represented.
//!
//! Words (`Int`, `Float`, `Bool`, `Pid`) and aggregates of at most a few words travel by value; a
//! recursive or larger aggregate is boxed. A type is *managed* when its values hold counted
//! references.

use rustc_hash::FxHashMap;

use crate::source::Name;

/// Index into [`Types::list`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeRef(pub u32);

/// A concrete type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    Int,
    Float,
    Bool,
    Unit,
    String,
    Bytes,
    /// An actor's address; one machine word.
    Pid,
    List(TypeRef),
    Function {
        params: Vec<TypeRef>,
        result: TypeRef,
    },
    Tuple(Vec<TypeRef>),
    Struct {
        fields: Vec<(Name, TypeRef)>,
    },
    Sum {
        variants: Vec<(Name, Vec<TypeRef>)>,
    },
}

/// What is known about a type.
#[derive(Clone, Debug)]
pub struct TypeInfo {
    /// What it is.
    pub kind: TypeKind,
    /// In the user's words: `List<Int>`, `Main.Point`. Unique; the C name is made from it.
    pub name: String,
    /// The declared name without module or arguments (`Point`), for Display; empty for built-in
    /// ones.
    pub short_name: Name,
    /// Represented by a pointer to a counted object (only for tuples, structs and sums).
    pub boxed: bool,
    /// Values hold counted references.
    pub managed: bool,
    /// Tells the type apart from all others of the program when it runs; the same in most programs.
    /// Never 0.
    pub id: i64,
    /// Size by value, in words.
    pub words: usize,
    /// Texts of the type that are its name and nothing else, because it is opaque.
    pub name_only: Vec<Derived>,
    /// Interpolation shows what `inspect` would: the type has no Display of its own.
    pub text_by_debug: bool,
    /// One of the library's collections, which are walked by their elements and not by their
    /// fields.
    pub collection: Option<Collection>,
    /// Functions of impls that replace the structural ones, by [`Derived`].
    pub hooks: Vec<(Derived, usize)>,
}

/// A collection of the library that the runtime walks by its elements. How each one keeps them is
/// known to `emit` and to the runtime's walks; the files of the library say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    Map,
    Set,
    Queue,
}

/// Structural operations that `emit` can derive for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Derived {
    Equal,
    Compare,
    Hash,
    Display,
    Inspect,
}

/// All types of a program.
#[derive(Clone, Debug, Default)]
pub struct Types {
    /// By [`TypeRef`].
    pub list: Vec<TypeInfo>,
}

impl Types {
    /// What is known about `ty`.
    pub fn get(&self, ty: TypeRef) -> &TypeInfo {
        &self.list[ty.0 as usize]
    }

    /// True when values hold counted references.
    pub fn managed(&self, ty: TypeRef) -> bool {
        self.get(ty).managed
    }

    /// Component types of a tuple or struct.
    pub fn fields(&self, ty: TypeRef) -> Vec<TypeRef> {
        match &self.get(ty).kind {
            TypeKind::Tuple(items) => items.clone(),
            TypeKind::Struct { fields } => fields.iter().map(|(_, t)| *t).collect(),
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::Pid
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Function { .. }
            | TypeKind::List(_)
            | TypeKind::Sum { .. } => Vec::new(),
        }
    }

    /// Payload types of a constructor.
    pub fn payload(&self, ty: TypeRef, variant: usize) -> Vec<TypeRef> {
        match &self.get(ty).kind {
            TypeKind::Sum { variants } => variants
                .get(variant)
                .map(|v| v.1.clone())
                .unwrap_or_default(),
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::Pid
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Function { .. }
            | TypeKind::List(_)
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. } => Vec::new(),
        }
    }
}

/// Variants of a sum whose parts have the same types. They lie alike in memory, so that one piece
/// of code serves them all: a sum of thousands of variants needs no thousands of pieces.
#[derive(Clone, Debug)]
pub struct Alike {
    /// Their numbers, ascending.
    pub members: Vec<usize>,
    /// The types of their parts.
    pub payload: Vec<TypeRef>,
}

impl Alike {
    /// The first of them, whose layout is that of all.
    pub fn first(&self) -> usize {
        self.members.first().copied().unwrap_or_default()
    }
}

/// The variants of a sum by what they hold, in the order of the first of each kind.
pub fn alike(variants: &[(Name, Vec<TypeRef>)]) -> Vec<Alike> {
    let mut at = FxHashMap::default();
    let mut found: Vec<Alike> = Vec::new();
    for (index, (_, payload)) in variants.iter().enumerate() {
        let known = *at.entry(payload).or_insert(found.len());
        if known == found.len() {
            found.push(Alike {
                members: Vec::new(),
                payload: payload.clone(),
            });
        }
        found[known].members.push(index);
    }
    found
}
