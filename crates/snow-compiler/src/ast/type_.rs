//! Types in annotations.

use super::Path;
use crate::source::Span;

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// Which form.
    pub kind: TypeExprKind,
    /// Where.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeExprKind {
    /// `Name`, `M.Name`, `Name<A, B>`; a bare generic name has no arguments.
    Named { path: Path, args: Vec<TypeExpr> },
    /// `(A, B)`; empty is Unit. `(A)` is just `A` and makes no node.
    Tuple(Vec<TypeExpr>),
    /// `Fun(A, B) -> C`.
    Fun {
        params: Vec<TypeExpr>,
        result: Box<TypeExpr>,
    },
    /// `T?`.
    Option(Box<TypeExpr>),
    /// `T!E`.
    Result(Box<TypeExpr>, Box<TypeExpr>),
    /// What stood there was an error that has been reported.
    Error,
}
