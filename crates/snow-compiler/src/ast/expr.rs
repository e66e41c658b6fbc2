//! Expressions, statements and blocks.

use super::{BinaryOp, BitSegment, Ident, Item, Path, Pattern, TypeExpr};
use crate::source::{Name, Span};

/// An expression as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Which form.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// Statements between `do` and `end`. Its value is that of the last statement when that is an
/// expression.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Block {
    /// In order.
    pub statements: Vec<Statement>,
    /// Where.
    pub span: Span,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `let p :: T = e`; `p` is a name, `_`, or any pattern (checked to be irrefutable later).
    Let {
        pattern: Pattern,
        annotation: Option<TypeExpr>,
        value: Expr,
        span: Span,
    },
    /// An expression for its effect or value.
    Expr(Expr),
    /// A local `fn name(…)`.
    Item(Box<Item>),
}

/// One part of an interpolated string.
#[derive(Clone, Debug, PartialEq)]
pub enum StringPart {
    /// Literal text, escapes decoded.
    Text(Name),
    /// `${e}`.
    Expr(Expr),
}

/// A parameter of a function, closure, handler or actor.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// A name, or a pattern in a clause.
    pub pattern: Pattern,
    /// `:: T`.
    pub annotation: Option<TypeExpr>,
    /// True for the parameter written `self()`: filled with the calling actor's own pid at each
    /// call.
    pub is_self_pid: bool,
}

/// One clause of a closure, or one arm of `case` / `receive` (then `params` has one element).
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Patterns on the left.
    pub params: Vec<Param>,
    /// `when g`.
    pub guard: Option<Expr>,
    /// One expression, or a block for `-> do … end` and `do … end` bodies.
    pub body: Block,
    /// Where.
    pub span: Span,
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`.
    Neg,
    /// `not` or `!`.
    Not,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number, sign excluded unless it is the least Int.
    Int(i64),
    /// A number with a fraction or exponent.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `nil` or `()`.
    Unit,
    /// A string; a plain one has at most one `Text` part.
    String(Vec<StringPart>),
    /// A name.
    Name(Ident),
    /// `self` as a receiver (not followed by `()`).
    SelfValue,
    /// `(a, b)`, two or more; `(e)` makes no node.
    Tuple(Vec<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `%{k => v}`.
    Map(Vec<(Expr, Expr)>),
    /// `%{base | field: e, field.inner: e}`: each path has at least one name.
    Update {
        base: Box<Expr>,
        fields: Vec<(Vec<Ident>, Expr)>,
    },
    /// `Name { field: e }`.
    Struct {
        path: Path,
        fields: Vec<(Ident, Expr)>,
    },
    /// `<<…>>`.
    Bits(Vec<BitSegment<Expr>>),
    /// `-e` or `not e`.
    Unary { op: UnaryOp, operand: Box<Expr> },
    /// `a + b`.
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
        op_span: Span,
    },
    /// `x |> f(a)`.
    Pipe { left: Box<Expr>, right: Box<Expr> },
    /// A trailing closure has been appended to `args`.
    Call { callee: Box<Expr>, args: Vec<Expr> },
    /// `e.name`; any keyword is a valid name here.
    Field { base: Box<Expr>, name: Ident },
    /// `e[i]`.
    Index { base: Box<Expr>, index: Box<Expr> },
    /// `e?`.
    Try(Box<Expr>),
    /// `if c do … else … end`; `else if` is a block of one `If`.
    If {
        condition: Box<Expr>,
        then: Block,
        otherwise: Option<Block>,
    },
    /// `case` or `match`; each arm has one parameter.
    Case { subject: Box<Expr>, arms: Vec<Arm> },
    /// All clauses have the same number of parameters (else reported).
    Closure { clauses: Vec<Arm> },
    /// `while c do … end`.
    While { condition: Box<Expr>, body: Block },
    /// `for x in xs when f do … end`.
    For {
        binding: ForBinding,
        iterable: Box<Expr>,
        filter: Option<Box<Expr>>,
        body: Block,
    },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return e`.
    Return(Option<Box<Expr>>),
    /// `spawn(actor, args…)`.
    Spawn(Vec<Expr>),
    /// `send(pid, message)`.
    Send(Vec<Expr>),
    /// `link(pid)`.
    Link(Vec<Expr>),
    /// `self()`.
    SelfPid,
    /// `receive do … after … end`.
    Receive {
        arms: Vec<Arm>,
        after: Option<(Box<Expr>, Block)>,
    },
    /// `assert e` or `assert(e, message)`, in tests; the source text of `e` is kept for the report.
    /// `assert` is a contextual word.
    Assert {
        condition: Box<Expr>,
        message: Option<Box<Expr>>,
        text: Name,
    },
    /// Reported already.
    Error,
}

/// What a `for` binds.
#[derive(Clone, Debug, PartialEq)]
pub enum ForBinding {
    /// `for x in`.
    One(Pattern),
    /// `for {k, v} in`.
    Pair(Ident, Ident),
}
