//! Patterns.

use super::{Ident, Path};
use crate::source::{Name, Span};

/// A pattern as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Which form.
    pub kind: PatternKind,
    /// Where.
    pub span: Span,
}

/// The forms of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// `_`.
    Wildcard,
    /// A lower-case name, or an upper-case one without arguments that may turn out to be a
    /// constructor.
    Name(Ident),
    /// An integer, sign included.
    Int(i64),
    /// A float, sign included.
    Float(f64),
    /// A string without interpolation, escapes decoded.
    String(Name),
    /// `true` or `false`.
    Bool(bool),
    /// `nil` or `()`.
    Unit,
    /// `(a, b)`, two or more; `(p)` makes no node.
    Tuple(Vec<Pattern>),
    /// `Some(p)`, `Shape.Circle(p)`, `Shape.Red`. `args` is `None` without parentheses (qualified
    /// nullary).
    Constructor {
        path: Path,
        args: Option<Vec<Pattern>>,
    },
    /// `a | b`.
    Or(Vec<Pattern>),
    /// `head :: tail`.
    Cons(Box<Pattern>, Box<Pattern>),
    /// `p as name`.
    As(Box<Pattern>, Ident),
    /// `[]`, `[a, b]`: exactly that many elements.
    List(Vec<Pattern>),
    /// `<<a::4, rest::bytes>>`.
    Bits(Vec<BitSegment<Pattern>>),
    /// Reported already.
    Error,
}

/// One segment of a bit-syntax expression (`V = Expr`) or pattern (`V = Pattern`).
///
/// After `::` come specifiers joined by `-`: a size (a number, a name, or `size(expr)`), a unit
/// type (`bytes`, `utf8`, `bits` for the default integer), and `big` (default) or `little`.
/// `rest::bytes` without a size takes all that is left; `payload::bytes-size(len)` takes `len`
/// bytes. Integer sizes count bits (default 8), `bytes` sizes count bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct BitSegment<V> {
    /// The value or sub-pattern.
    pub value: V,
    /// The size as written, if any.
    pub size: Option<super::Expr>,
    /// What the segment holds.
    pub kind: BitKind,
    /// Least significant byte first.
    pub little: bool,
    /// Where.
    pub span: Span,
}

/// What a segment of the bit syntax holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitKind {
    /// An unsigned integer of `size` bits (1 to 64).
    Int,
    /// Bytes.
    Bytes,
    /// In an expression: a String's bytes. In a pattern: bytes that must be UTF-8, bound as a
    /// String.
    Utf8,
}
