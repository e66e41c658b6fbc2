//! Which variables an instruction touches, and whether it consumes them.
//!
//! The one place that knows ownership conventions: passes and verifier ask here.

use super::ir::*;

/// How an operand is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Looked at; the owner stays.
    Borrow,
    /// Taken over.
    Consume,
}

/// Functions of the runtime that take over the buffer that they append to, their first argument.
const TAKE_BUFFER: [&str; 2] = ["snow_append_float", "snow_append_decimal"];

/// Calls `visit` for every operand of `rvalue` in order. `borrowed` answers which parameters a
/// function borrows.
pub fn rvalue(
    rvalue: &Rvalue,
    borrowed: &dyn Fn(FunctionRef, usize) -> bool,
    visit: &mut dyn FnMut(&Operand, Mode),
) {
    use Mode::{Borrow, Consume};
    match rvalue {
        Rvalue::Use(a) => visit(a, Consume),
        Rvalue::Call(f, args) => {
            for (i, a) in args.iter().enumerate() {
                visit(a, if borrowed(*f, i) { Borrow } else { Consume });
            }
        }
        Rvalue::CallClosure(closure, args) => {
            visit(closure, Borrow);
            args.iter().for_each(|a| visit(a, Consume));
        }
        Rvalue::Primitive { op, args, .. } => {
            for (i, a) in args.iter().enumerate() {
                visit(a, if op.consumes(i) { Consume } else { Borrow });
            }
        }
        Rvalue::Runtime { symbol, args } => {
            let params = snow_abi::functions::find(symbol).map_or(&[][..], |f| f.params);
            for (i, a) in args.iter().enumerate() {
                let closure = params.get(i) == Some(&snow_abi::types::AbiType::Closure);
                let taken = closure || (i == 0 && TAKE_BUFFER.contains(symbol));
                visit(a, if taken { Consume } else { Borrow });
            }
        }
        Rvalue::Make(_, args) | Rvalue::Closure(_, args) => {
            args.iter().for_each(|a| visit(a, Consume))
        }
        Rvalue::Variant { fields, .. } => fields.iter().for_each(|a| visit(a, Consume)),
        Rvalue::Field(a, _) | Rvalue::Payload { base: a, .. } | Rvalue::Tag(a) => visit(a, Borrow),
        Rvalue::Update { base, fields } => {
            visit(base, Consume);
            fields.iter().for_each(|(_, a)| visit(a, Consume));
        }
        Rvalue::Derived { args, .. } | Rvalue::Spawn(_, args) => {
            args.iter().for_each(|a| visit(a, Borrow))
        }
        Rvalue::Send {
            to,
            message,
            manner,
        } => {
            visit(to, Borrow);
            visit(message, Borrow);
            if let Manner::After(a) = manner {
                visit(a, Borrow);
            }
        }
        Rvalue::Guard { body, limit, .. } => {
            match body {
                GuardedCode::Closure(closure) => visit(closure, Consume),
                GuardedCode::Call(f, args) => {
                    for (i, a) in args.iter().enumerate() {
                        visit(a, if borrowed(*f, i) { Borrow } else { Consume });
                    }
                }
            }
            if let Some((within, label)) = limit {
                visit(within, Borrow);
                visit(label, Borrow);
            }
        }
        Rvalue::Capture(_) | Rvalue::Accept(_) | Rvalue::SelfPid => {}
    }
}

/// The base of a projection, if it is one.
pub fn projection(rvalue: &Rvalue) -> Option<Var> {
    match rvalue {
        Rvalue::Field(a, _) | Rvalue::Payload { base: a, .. } => a.var(),
        Rvalue::Use(_)
        | Rvalue::Call(..)
        | Rvalue::CallClosure(..)
        | Rvalue::Primitive { .. }
        | Rvalue::Runtime { .. }
        | Rvalue::Derived { .. }
        | Rvalue::Make(..)
        | Rvalue::Variant { .. }
        | Rvalue::Tag(_)
        | Rvalue::Update { .. }
        | Rvalue::Closure(..)
        | Rvalue::Capture(_)
        | Rvalue::Accept(_)
        | Rvalue::Spawn(..)
        | Rvalue::Send { .. }
        | Rvalue::SelfPid
        | Rvalue::Guard { .. } => None,
    }
}

/// Replaces operands by what `map` says.
pub fn map_operands(rvalue: &mut Rvalue, map: &mut dyn FnMut(&mut Operand)) {
    match rvalue {
        Rvalue::Use(a) | Rvalue::Field(a, _) | Rvalue::Payload { base: a, .. } | Rvalue::Tag(a) => {
            map(a)
        }
        Rvalue::Call(_, args)
        | Rvalue::Primitive { args, .. }
        | Rvalue::Runtime { args, .. }
        | Rvalue::Make(_, args)
        | Rvalue::Closure(_, args)
        | Rvalue::Derived { args, .. }
        | Rvalue::Spawn(_, args) => args.iter_mut().for_each(map),
        Rvalue::CallClosure(closure, args) => {
            map(closure);
            args.iter_mut().for_each(map);
        }
        Rvalue::Variant { fields, .. } => fields.iter_mut().for_each(map),
        Rvalue::Update { base, fields } => {
            map(base);
            fields.iter_mut().for_each(|(_, a)| map(a));
        }
        Rvalue::Send {
            to,
            message,
            manner,
        } => {
            map(to);
            map(message);
            if let Manner::After(a) = manner {
                map(a);
            }
        }
        Rvalue::Guard { body, limit, .. } => {
            match body {
                GuardedCode::Closure(closure) => map(closure),
                GuardedCode::Call(_, args) => args.iter_mut().for_each(&mut *map),
            }
            if let Some((within, label)) = limit {
                map(within);
                map(label);
            }
        }
        Rvalue::Capture(_) | Rvalue::Accept(_) | Rvalue::SelfPid => {}
    }
}
