//! What was written, one node for each form of the grammar; nothing is resolved and no sugar is
//! gone.

mod expr;
mod item;
mod operator;
mod pattern;
mod print;
mod type_;

pub use expr::*;
pub use item::*;
pub use operator::*;
pub use pattern::*;
pub use print::print;
pub use type_::*;

pub use crate::lex::UnknownEscape;

use std::collections::BTreeSet;

use crate::source::{Name, Span};

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    /// The text.
    pub name: Name,
    /// Where.
    pub span: Span,
}

/// A dotted name: `Math.Linear`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// At least one segment.
    pub segments: Vec<Ident>,
    /// The whole.
    pub span: Span,
}

/// A parsed file.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// `##!` lines, joined by newlines.
    pub doc: Option<Name>,
    /// Items in source order.
    pub items: Vec<Item>,
    /// The capitalised names that stand anywhere in the file, each once: types, constructors and
    /// modules.
    pub mentions: BTreeSet<Name>,
    /// Backslashes in strings that mean nothing.
    pub unknown_escapes: Vec<UnknownEscape>,
    /// Places of `\$` in its strings.
    pub written_dollars: Vec<Span>,
}
