//! The instructions.
//!
//! Before `rc_insert` a program says nothing about counts. Afterwards every managed variable is
//! either *owned*, and then exactly one consuming use, `Drop` or `Dup`-balanced set of uses stands
//! on every path, or an *alias* of an owned or borrowed one, and then never counted.

use std::sync::Arc;

use super::primitive::Prim;
use super::types::{Derived, TypeRef, Types};
use crate::source::{Name, Span};

/// A variable of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Var(pub u32);

/// A jump target of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u32);

/// Index into [`Program::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionRef(pub u32);

/// A whole program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// All types.
    pub types: Types,
    /// All functions, closures and actors that are reachable.
    pub functions: Vec<Function>,
    /// The actor that runs `main`, or the one that runs the tests.
    pub entry: Option<FunctionRef>,
}

/// What kind of code it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Called directly.
    Plain,
    /// Called through a closure object; the captured values have these types.
    Closure(Vec<TypeRef>),
    /// The body of a guard that was written where the guard is; borrows all parameters.
    Guarded,
    /// A resumable body. The first parameters are the arguments of `spawn`.
    Actor {
        /// Message type.
        message: TypeRef,
        /// A plain function of the same parameters that runs when the actor dies.
        terminate: Option<FunctionRef>,
    },
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// C symbol: unique, and independent of what else is in the program.
    pub symbol: String,
    /// In the user's words, for reports and dumps.
    pub name: String,
    /// Which C file it goes to.
    pub unit: Name,
    /// What kind of code.
    pub kind: Kind,
    /// Parameters; they are variables of `vars`.
    pub params: Vec<Var>,
    /// By parameter: the caller keeps ownership. Decided by `ownership`.
    pub borrowed: Vec<bool>,
    /// Result type.
    pub result: TypeRef,
    /// All variables.
    pub vars: Vec<VarInfo>,
    /// Number of labels.
    pub labels: u32,
    /// The body; every path ends in `Return`, `Repeat`, `Panic` or falls off a body of type Unit.
    pub body: Block,
    /// Small enough to be copied into every C file that calls it.
    pub inline: bool,
    /// It may become a hook of a type, in this program or in another one, and is never copied: a
    /// method of an impl.
    pub hook: bool,
    /// Programs that are compiled later may refer to it: a function of the library.
    pub exported: bool,
    /// Cut out of a longer function, and never copied back into it. Decided by `cut-long`.
    pub apart: bool,
    /// Of an actor: what it keeps while it waits. Decided by `frames`.
    pub frame: Option<Frame>,
    /// It was compiled before, with the library, and has no body here.
    pub compiled: Option<Convention>,
}

/// What callers need to know of a function without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convention {
    /// By parameter: the caller keeps ownership.
    pub borrowed: Vec<bool>,
    /// A function value may take its frame's place.
    pub hands_on: bool,
}

/// What an actor keeps in its frame across its `receive`s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The parameters, and the variables that are mentioned on both sides of a `receive`;
    /// ascending.
    pub vars: Vec<Var>,
    /// By `receive`, in order; `None` when the frame cannot be packed.
    pub held: Option<Vec<HeldAt>>,
}

/// What an actor owns while it waits at one `receive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAt {
    /// The message variable of the `receive`.
    pub message: Var,
    /// Variables of the frame, and how many references each owns.
    pub owned: Vec<(Var, i64)>,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct VarInfo {
    /// Its type.
    pub ty: TypeRef,
    /// Never counted: a view of something that outlives it.
    pub alias: bool,
}

/// Statements in order.
pub type Block = Vec<Stmt>;

/// An argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Var(Var),
    Int(i64),
    Float(f64),
    Bool(bool),
    Unit,
    /// A static string (or bytes).
    Text(Name),
    /// A function as a value without captures; the function is a `Kind::Closure` with none.
    Function(FunctionRef),
    /// The empty list of that type.
    EmptyList(TypeRef),
    /// A list or bytes that are there before the program runs. They are neither counted nor changed.
    Static(Arc<Static>),
    /// A value of that type that owns nothing and that is never looked at.
    Undef(TypeRef),
}

/// A value that is known when the program is compiled.
#[derive(Clone, Debug, PartialEq)]
pub enum Static {
    /// A number, a truth value, `()`, a text or an empty list.
    Plain(Operand),
    /// Bytes that need not be text.
    Bytes(Arc<[u8]>),
    /// A list of that type.
    List(TypeRef, Vec<Static>),
    /// A tuple or struct.
    Make(TypeRef, Vec<Static>),
    Variant {
        ty: TypeRef,
        variant: usize,
        fields: Vec<Static>,
    },
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// What follows comes from here.
    At(Span),
    /// Defines a variable that is defined nowhere else on the path.
    Let(Var, Rvalue),
    /// Sets a join variable or loop parameter; consumes the operand.
    Assign(Var, Operand),
    /// From here on these parameters of a merged function hold nothing: another member runs. No
    /// code.
    Kill(Vec<Var>),
    /// They count as holding something again, since the start of the loop expects it. No code.
    Revive(Vec<Var>),
    /// A guard that had taken these over has crashed and gave them back. No code.
    Regain(Vec<Var>),
    /// One more owner.
    Dup(Var),
    /// One owner less.
    Drop(Var),
    If {
        condition: Operand,
        then: Block,
        otherwise: Block,
    },
    /// On an integer (or a tag). A block runs for any of its values.
    Switch {
        on: Operand,
        cases: Vec<(Vec<i64>, Block)>,
        default: Block,
    },
    /// `Leave(label)` inside continues after it.
    Scope(Label, Block),
    Leave(Label),
    /// `Repeat(label)` inside starts the body again. The body never falls off its end.
    Loop(Label, Block),
    Repeat(Label),
    Return(Operand),
    /// Ends the actor.
    Panic {
        message: String,
        span: Span,
    },
    Receive(Box<Receive>),
}

/// `receive`: scans the mailbox, suspends when nothing matches.
#[derive(Clone, Debug)]
pub struct Receive {
    /// The message under test; an alias.
    pub message: Var,
    /// Tests `message`; an arm begins with `Let(owned, Rvalue::Accept)` and ends with a jump out.
    /// Falling off means "no".
    pub scan: Block,
    /// Milliseconds of `after`, and its body, which ends with a jump out.
    pub after: Option<(Operand, Block)>,
    /// Where it stands.
    pub span: Span,
}

/// Right-hand sides.
#[derive(Clone, Debug)]
pub enum Rvalue {
    Use(Operand),
    Call(FunctionRef, Vec<Operand>),
    /// Borrows the closure, consumes the arguments.
    CallClosure(Operand, Vec<Operand>),
    /// An operation of the compiler; `span` is where a panic is reported.
    Primitive {
        op: Prim,
        ty: Option<TypeRef>,
        args: Vec<Operand>,
        span: Span,
    },
    /// A runtime function by symbol.
    Runtime {
        symbol: &'static str,
        args: Vec<Operand>,
    },
    /// A structural operation on values of `ty`; borrows.
    Derived {
        op: Derived,
        ty: TypeRef,
        args: Vec<Operand>,
    },
    /// A tuple or struct.
    Make(TypeRef, Vec<Operand>),
    Variant {
        ty: TypeRef,
        variant: usize,
        fields: Vec<Operand>,
    },
    /// A component of a tuple or struct; borrows.
    Field(Operand, usize),
    /// A component of a constructor's payload; borrows. The tag has been tested.
    Payload {
        base: Operand,
        variant: usize,
        index: usize,
    },
    /// Index of the constructor; borrows.
    Tag(Operand),
    /// `base` with other components; consumes `base`, in place when it has one owner.
    Update {
        base: Operand,
        fields: Vec<(usize, Operand)>,
    },
    /// A closure object; the function is a `Kind::Closure`.
    Closure(FunctionRef, Vec<Operand>),
    /// A captured value of the running closure; borrows the closure.
    Capture(usize),
    /// The `message` of the enclosing `receive`, now removed from the mailbox and owned.
    Accept(Var),
    /// Starts an actor; the arguments are copied, so they are borrowed.
    Spawn(FunctionRef, Vec<Operand>),
    /// Copies a message into a mailbox; borrows. What the answer is depends on the manner.
    Send {
        to: Operand,
        message: Operand,
        manner: Manner,
    },
    /// The running actor.
    SelfPid,
    /// Runs code and catches its crash: `Result<T, String>`.
    Guard {
        body: GuardedCode,
        /// Milliseconds that it may take, and what it is called in reports; borrows.
        limit: Option<(Operand, Operand)>,
        result: TypeRef,
    },
}

/// What a guard runs.
#[derive(Clone, Debug)]
pub enum GuardedCode {
    /// A closure, which it consumes.
    Closure(Operand),
    /// A function of kind [`Kind::Guarded`]. Arguments that it borrows are still the caller's
    /// afterwards, also when it crashes; the others are so only then.
    Call(FunctionRef, Vec<Operand>),
}

/// How a message is sent.
#[derive(Clone, Debug)]
pub enum Manner {
    /// As the receiver has chosen for a full mailbox. No answer.
    Plain,
    /// After so many milliseconds; the answer is a timer.
    After(Operand),
    /// Like `Plain`, but the answer says what became of it: one of `layout::delivery`.
    Request,
    /// Refused when the mailbox is full; the answer as for `Request`.
    Offer,
    /// Let in although the mailbox may be full; the answer as for `Request`.
    Exempt,
}

impl Operand {
    /// The variable, if it is one.
    pub fn var(&self) -> Option<Var> {
        if let Operand::Var(v) = self {
            Some(*v)
        } else {
            None
        }
    }
}

impl Program {
    /// The function of that reference.
    pub fn function(&self, f: FunctionRef) -> &Function {
        &self.functions[f.0 as usize]
    }
}

impl Function {
    /// Type of a variable.
    pub fn type_of(&self, v: Var) -> TypeRef {
        self.vars[v.0 as usize].ty
    }
}
