//! Keeps the program's own calls visible to crash reports, which look for them on the stack.
//!
//! A call in tail position replaces its caller, so that a crash in the library would find no line
//! of the program. Where the library cannot come back to the program by a tail call of its own, the
//! program's frame stays: one frame, once. All other tail calls are made, as the language promises.

use rustc_hash::FxHashSet;

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::primitive::Form;
use crate::source::{FileId, Sources};

/// What is known of all functions.
pub(super) struct Traces {
    /// By function: it comes from the program, not from the library or from the compiler.
    own: Vec<bool>,
    /// By function: a function value may take its frame's place.
    hands_on: Vec<bool>,
}

impl Traces {
    /// Looks through the program.
    pub(super) fn new(program: &Program, sources: &Sources) -> Traces {
        let is_own =
            |function: &Function| origin(function).is_some_and(|file| !sources.get(file).is_stdlib);
        let is_known_to = |f: &Function| f.compiled.as_ref().is_some_and(|c| c.hands_on);
        let mut traces = Traces {
            own: program.functions.iter().map(is_own).collect(),
            hands_on: program.functions.iter().map(is_known_to).collect(),
        };
        let returned: Vec<_> = program.functions.iter().map(returned).collect();
        loop {
            let before = traces.hands_on.iter().filter(|on| **on).count();
            for (at, function) in program.functions.iter().enumerate() {
                let mut on = traces.hands_on[at];
                blocks::walk(&function.body, &mut |stmt| match stmt {
                    Stmt::Let(v, Rvalue::CallClosure(..)) => on |= returned[at].contains(v),
                    Stmt::Let(v, Rvalue::Call(f, _)) => {
                        on |= traces.goes_on(*f) && returned[at].contains(v)
                    }
                    Stmt::At(_)
                    | Stmt::Let(..)
                    | Stmt::Assign(..)
                    | Stmt::Kill(_)
                    | Stmt::Revive(_)
                    | Stmt::Regain(_)
                    | Stmt::Dup(_)
                    | Stmt::Drop(_)
                    | Stmt::If { .. }
                    | Stmt::Switch { .. }
                    | Stmt::Scope(..)
                    | Stmt::Leave(_)
                    | Stmt::Loop(..)
                    | Stmt::Repeat(_)
                    | Stmt::Return(_)
                    | Stmt::Panic { .. }
                    | Stmt::Receive(_) => {}
                });
                traces.hands_on[at] = on;
            }
            if traces.hands_on.iter().filter(|on| **on).count() == before {
                return traces;
            }
        }
    }

    /// A function value may take its frame's place.
    pub(super) fn hands_on(&self, f: FunctionRef) -> bool {
        self.hands_on[f.0 as usize]
    }

    /// True for a function of the program.
    pub(super) fn is_own(&self, f: FunctionRef) -> bool {
        self.own[f.0 as usize]
    }

    /// A tail call of that function has to be made: it may lead to a function of the program, and
    /// so on without end.
    fn goes_on(&self, f: FunctionRef) -> bool {
        self.own[f.0 as usize] || self.hands_on[f.0 as usize]
    }

    /// True when the caller's frame is to stay below this call even if nothing is left to be done
    /// after it.
    pub(super) fn keeps_frame(&self, rvalue: &Rvalue) -> bool {
        match rvalue {
            Rvalue::Call(f, _) => !self.goes_on(*f),
            Rvalue::Runtime { .. } | Rvalue::Derived { .. } => true,
            Rvalue::Primitive { op, .. } => has_frame(op.form()),
            Rvalue::Use(_)
            | Rvalue::CallClosure(..)
            | Rvalue::Make(..)
            | Rvalue::Variant { .. }
            | Rvalue::Field(..)
            | Rvalue::Payload { .. }
            | Rvalue::Tag(_)
            | Rvalue::Update { .. }
            | Rvalue::Closure(..)
            | Rvalue::Capture(_)
            | Rvalue::Accept(_)
            | Rvalue::Spawn(..)
            | Rvalue::Send { .. }
            | Rvalue::SelfPid
            | Rvalue::Guard { .. } => false,
        }
    }
}

/// True for the forms that are C functions, which `cc` may leave out or not.
fn has_frame(form: Form) -> bool {
    match form {
        Form::Infix(_) | Form::Prefix(_) | Form::Constant(_) => false,
        Form::Call | Form::List(_) | Form::Length | Form::PanicText => true,
    }
}

/// The file that a function was written in; the compiler's own have none.
pub(super) fn origin(function: &Function) -> Option<FileId> {
    first_place(function).map(|span| span.file)
}

/// Where a function's body begins.
pub(super) fn first_place(function: &Function) -> Option<crate::source::Span> {
    let mut first = None;
    blocks::walk(&function.body, &mut |stmt| {
        if let (None, Stmt::At(span)) = (first, stmt) {
            first = Some(*span);
        }
    });
    first
}

/// Variables whose value may be the function's result as it is.
pub(super) fn returned(function: &Function) -> FxHashSet<Var> {
    let mut found = FxHashSet::default();
    let mut joins = Vec::new();
    blocks::walk(&function.body, &mut |stmt| match stmt {
        Stmt::Return(operand) => found.extend(operand.var()),
        Stmt::Assign(to, operand) => joins.extend(operand.var().map(|from| (*to, from))),
        Stmt::Let(to, Rvalue::Use(operand)) => joins.extend(operand.var().map(|from| (*to, from))),
        Stmt::At(_)
        | Stmt::Let(..)
        | Stmt::Kill(_)
        | Stmt::Revive(_)
        | Stmt::Regain(_)
        | Stmt::Dup(_)
        | Stmt::Drop(_)
        | Stmt::If { .. }
        | Stmt::Switch { .. }
        | Stmt::Scope(..)
        | Stmt::Leave(_)
        | Stmt::Loop(..)
        | Stmt::Repeat(_)
        | Stmt::Panic { .. }
        | Stmt::Receive(_) => {}
    });
    loop {
        let before = found.len();
        for (to, from) in &joins {
            if found.contains(to) {
                found.insert(*from);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}
