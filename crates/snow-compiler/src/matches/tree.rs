//! Decision trees: how to find the arm that matches.

use crate::hir::{ExprId, FnId, LocalId, Pat, PatId, Segment};
use crate::source::Name;

use std::collections::HashMap;

/// What a tree decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKey {
    /// The clauses of a function; one column a parameter.
    Function(FnId),
    /// `case`, `receive` (one column), a closure (one column a parameter).
    Expr(ExprId),
    /// The pattern of a `let` or a `for`, when it is not a plain name.
    Let(PatId),
}

/// One tree for each match of the program.
pub type Decisions = HashMap<MatchKey, Decision>;

/// A decision tree.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Nothing matches: a panic, or for `receive` the next message.
    Fail,
    /// This arm.
    Arm {
        /// Index of the clause.
        arm: usize,
        /// Names to bind first. Names bound by a `Bits` node on the way are bound already.
        bindings: Vec<(LocalId, Place)>,
    },
    /// This arm if its guard holds.
    Guarded {
        /// Index of the clause.
        arm: usize,
        /// Names that guard and body use.
        bindings: Vec<(LocalId, Place)>,
        /// When the guard says no.
        otherwise: Box<Decision>,
    },
    /// Looks at one value.
    Switch {
        /// Which value.
        place: Place,
        /// Tried in order; all of one kind.
        cases: Vec<(Case, Decision)>,
        /// When no case holds; absent when the cases are complete.
        default: Option<Box<Decision>>,
    },
    /// Tests and takes apart a `Bytes` by the bit syntax; binds the names of the segments when it
    /// matches.
    Bits {
        /// The bytes.
        place: Place,
        /// The segments.
        segments: Vec<Segment<Pat>>,
        /// It matches.
        matched: Box<Decision>,
        /// It does not.
        otherwise: Box<Decision>,
    },
}

/// A value inside a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which subject (parameter).
    pub column: usize,
    /// From there inwards.
    pub steps: Vec<Step>,
}

/// One step inwards. Valid only below the case that establishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A field of a constructor's payload.
    Variant { variant: usize, field: usize },
    /// A component of a tuple.
    Tuple(usize),
    /// First element.
    Head,
    /// All but the first.
    Tail,
}

/// What a switch compares with.
#[derive(Clone, Debug, PartialEq)]
pub enum Case {
    /// A constructor by index.
    Variant(usize),
    Int(i64),
    Float(f64),
    String(Name),
    Bool(bool),
    /// A list that is not empty.
    Cons,
    /// The empty list.
    Nil,
}
