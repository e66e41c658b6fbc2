//! Expressions and patterns.

use super::{ExprId, FnId, LocalId, PatId, TypeId};
use crate::ast::{BinaryOp, BitKind, UnaryOp};
use crate::source::{Name, Span};
use crate::types::Ty;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Key of the tables of inference.
    pub id: ExprId,
    /// Which form.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    Int(i64),
    Float(f64),
    Bool(bool),
    Unit,
    /// A string without interpolation.
    String(Name),
    /// Two or more parts, or one that is not text.
    Interpolation(Vec<Part>),
    Local(LocalId),
    /// A function named directly: called, or used as a value.
    Function(FnId),
    /// A constructor: a value when nullary, else a function.
    Constructor {
        ty: TypeId,
        variant: usize,
    },
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// `a..b` as a value of type `Range`.
    Range(Box<Expr>, Box<Expr>),
    /// All fields, in source order, with their index in the declaration.
    Struct {
        ty: TypeId,
        fields: Vec<(usize, Expr)>,
    },
    /// `%{base | name: e}`; `infer` finds the indices.
    Update {
        base: Box<Expr>,
        fields: Vec<(Name, Span, Expr)>,
    },
    Bits(Vec<Segment<Expr>>),
    Unary(UnaryOp, Box<Expr>),
    /// All operators, `and` and `or` included (they short-circuit); `..` is `Range`.
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
        op_span: Span,
    },
    /// The callee is any expression; for a function with a `self()` parameter the pid is not among
    /// `args`.
    Call {
        callee: Box<Expr>,
        args: Vec<Expr>,
    },
    /// `value.name`: a struct field.
    Member {
        base: Box<Expr>,
        name: Name,
        name_span: Span,
    },
    /// `value.name(args)`: a method found by type, or a call of a function-valued field.
    MethodCall {
        base: Box<Expr>,
        name: Name,
        name_span: Span,
        args: Vec<Expr>,
    },
    Index {
        base: Box<Expr>,
        index: Box<Expr>,
    },
    Try(Box<Expr>),
    /// Without `else`: `otherwise` is `None` and the type is Unit.
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Option<Box<Expr>>,
    },
    Case {
        subject: Box<Expr>,
        arms: Vec<Clause>,
    },
    /// `arity` parameters; at least one clause.
    Closure {
        arity: usize,
        clauses: Vec<Clause>,
        annotations: Vec<Option<Ty>>,
    },
    While {
        condition: Box<Expr>,
        body: Box<Expr>,
    },
    For {
        pattern: Pat,
        /// The pattern was written `{key, value}`, which is made for maps.
        of_pairs: bool,
        iterable: Box<Expr>,
        filter: Option<Box<Expr>>,
        body: Box<Expr>,
    },
    Break,
    Continue,
    Return(Option<Box<Expr>>),
    /// The actor's function and its arguments.
    Spawn {
        actor: Box<Expr>,
        args: Vec<Expr>,
    },
    Send {
        to: Box<Expr>,
        message: Box<Expr>,
    },
    SelfPid,
    Receive {
        arms: Vec<Clause>,
        after: Option<(Box<Expr>, Box<Expr>)>,
    },
    Assert {
        condition: Box<Expr>,
        /// Only asked for when the condition does not hold.
        message: Option<Box<Expr>>,
        text: Name,
    },
    Block(Vec<Statement>),
    /// Reported already.
    Error,
}

/// One statement. The value of a block is that of its last statement if that is `Expr`, else Unit.
#[derive(Clone, Debug)]
pub enum Statement {
    Let {
        pattern: Pat,
        annotation: Option<Ty>,
        value: Expr,
    },
    Expr(Expr),
}

/// Part of an interpolated string.
#[derive(Clone, Debug)]
pub enum Part {
    Text(Name),
    Expr(Expr),
}

/// One clause of a function or closure, or one arm (then with one pattern).
#[derive(Clone, Debug)]
pub struct Clause {
    pub patterns: Vec<Pat>,
    pub guard: Option<Expr>,
    pub body: Expr,
    pub span: Span,
}

/// A segment of the bit syntax; see `ast::BitSegment`.
#[derive(Clone, Debug)]
pub struct Segment<V> {
    pub value: V,
    /// Bits for `Int` (default 8), bytes for the others (`None`: all that is left, or the value's
    /// own length). In a pattern it may name locals bound by earlier segments.
    pub size: Option<Expr>,
    pub kind: BitKind,
    pub little: bool,
    pub span: Span,
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pat {
    /// Key of `Typed::pat`.
    pub id: PatId,
    /// Which form.
    pub kind: PatKind,
    /// Where.
    pub span: Span,
}

/// The forms of a pattern. All alternatives of `Or` bind the same [`LocalId`]s.
#[derive(Clone, Debug)]
pub enum PatKind {
    Wildcard,
    Bind(LocalId),
    As(Box<Pat>, LocalId),
    Int(i64),
    Float(f64),
    String(Name),
    Bool(bool),
    Unit,
    Tuple(Vec<Pat>),
    Constructor {
        ty: TypeId,
        variant: usize,
        args: Vec<Pat>,
    },
    Or(Vec<Pat>),
    Cons(Box<Pat>, Box<Pat>),
    /// `[]`; `[a, b]` is `a :: b :: []`.
    Nil,
    /// Values are `Wildcard`, `Bind`, `Int` or (for `Bytes`/`Utf8`) `Wildcard`, `Bind`.
    Bits(Vec<Segment<Pat>>),
    Error,
}

impl Pat {
    /// Appends the names that the pattern binds, each once.
    pub fn names(&self, all: &mut Vec<LocalId>) {
        let mut add = |local: LocalId| {
            if !all.contains(&local) {
                all.push(local);
            }
        };
        match &self.kind {
            PatKind::Bind(name) => add(*name),
            PatKind::As(inner, name) => {
                add(*name);
                inner.names(all);
            }
            PatKind::Tuple(items)
            | PatKind::Or(items)
            | PatKind::Constructor { args: items, .. } => {
                items.iter().for_each(|item| item.names(all));
            }
            PatKind::Cons(head, tail) => {
                head.names(all);
                tail.names(all);
            }
            PatKind::Bits(segments) => segments.iter().for_each(|s| s.value.names(all)),
            PatKind::Wildcard
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Nil
            | PatKind::Error => {}
        }
    }

    /// True when the pattern gives `local` its value.
    pub fn binds(&self, local: LocalId) -> bool {
        match &self.kind {
            PatKind::Bind(name) => *name == local,
            PatKind::As(inner, name) => *name == local || inner.binds(local),
            PatKind::Tuple(items)
            | PatKind::Or(items)
            | PatKind::Constructor { args: items, .. } => {
                items.iter().any(|item| item.binds(local))
            }
            PatKind::Cons(head, tail) => head.binds(local) || tail.binds(local),
            PatKind::Bits(segments) => segments.iter().any(|segment| segment.value.binds(local)),
            PatKind::Wildcard
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Nil
            | PatKind::Error => false,
        }
    }
}
