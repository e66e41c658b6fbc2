//! What the names in the text mean, for whoever asks about a place of it, such as an editor.
//!
//! Members and methods of a value are not here: what they mean is found with the types, and `Typed`
//! says it.

use super::{FnId, InterfaceId, LocalId, ModuleId, TypeId};
use crate::source::{Name, Span};

/// A name that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The name alone: `dot` of `Linear.dot`.
    pub span: Span,
    /// What it means.
    pub meaning: Meaning,
    /// It is declared here. A function has one for each clause, a local of an or-pattern one for
    /// each alternative.
    pub declares: bool,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A module; it is declared nowhere, because the name is that of its file.
    Module(ModuleId),
    /// A declared type.
    Type(TypeId),
    /// A type alias, by where it stands.
    Alias(ModuleId, Name),
    /// An interface.
    Interface(InterfaceId),
    /// A constructor, by index.
    Variant(TypeId, usize),
    /// A field, by index.
    Field(TypeId, usize),
    /// A function, actor or method.
    Function(FnId),
    /// A top-level `let`, by where it stands.
    Constant(ModuleId, Name),
    /// A parameter, or a name of a pattern or `let`.
    Local(LocalId),
}
