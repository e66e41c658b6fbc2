//! Typed `hir` to `core`.
//!
//! In: the typed program and its decision trees. Out: one `core` function for each function and
//! tuple of type arguments that is reachable from the entry (whole-program monomorphisation).
//! Promised: no type variable is left; evaluation order is left to right; a call in tail position
//! stays the last thing a path does, and a self call there is a loop. `types.rs` chooses what is
//! boxed and what travels by value. Never done here: counts.
//!
//! **Why a version for each tuple of types.** Values are laid out by their types: an `Int` is a word
//! in a register, a small tuple travels by value, a list of floats holds floats. One version of a
//! generic function for all types would need everything behind a pointer, with a description of its
//! type at hand for each copy, comparison and drop. Versions are made here, between types and core,
//! because everything after this point (who owns what, what is a view, which C function copies a
//! value) depends on the concrete type, and nothing before it does. The price is size: versions are
//! made only for what the entry reaches, and E0098 stops a program that needs more without end.
//!
//! **Why a self call becomes a loop here.** What must be dropped is decided later, and a drop behind
//! a call takes the call out of its tail position. As a loop with parameters it needs no stack
//! whatever is dropped, and the loop's head is the one place where the actor may be asked to give
//! way. Functions that call each other are left to `tail-groups`, which sees all of them.
//!
//! **Why A-normal form, and no counts.** Operands are variables or constants, so each value that is
//! made has a name, and passes can say of a name that it is owned, a view, or moved. Where a value
//! goes (`Destination`) is handed down instead of being fetched afterwards: both arms of an `if` write into
//! one variable, or return, and no value is made to be copied. Counts are left out because the best
//! place for one depends on all uses of the value; `rc-insert` sees them, a walk over the tree does
//! not.

mod bits;
mod calls;
mod closure;
mod expr;
mod failing;
mod function;
mod instances;
mod iterate;
mod operators;
mod patterns;
mod primitives;
mod receive;
mod switches;
mod types;
mod values;

use std::collections::{HashMap, HashSet};

use crate::core::ir::{FunctionRef, Program};
use crate::core::types::TypeRef;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{self, FnId, TypeId};
use crate::matches::tree::Decisions;
use crate::types::{Ty, Typed};

/// Lowers everything reachable from `main`, or from the tests when `tests` is set.
pub(crate) fn program(
    hir: &hir::Program,
    typed: &Typed,
    decisions: &Decisions,
    tests: bool,
    diagnostics: &mut Diagnostics,
) -> Program {
    let mut lowering = Lowering {
        hir,
        typed,
        decisions,
        program: Program::default(),
        type_index: HashMap::new(),
        type_ids: HashSet::new(),
        declared: HashMap::new(),
        instances: HashMap::new(),
        wrappers: HashMap::new(),
        queue: Vec::new(),
        errors: Vec::new(),
    };
    let entry = if tests {
        lowering.test_entry()
    } else {
        lowering.main_entry()
    };
    lowering.program.entry = entry;
    lowering.drain();
    types::lay_out(&mut lowering.program.types);
    lowering
        .errors
        .into_iter()
        .for_each(|d| diagnostics.push(d));
    lowering.program
}

/// State of the whole-program part; `function::Body` holds that of one function.
pub(super) struct Lowering<'a> {
    hir: &'a hir::Program,
    typed: &'a Typed,
    decisions: &'a Decisions,
    program: Program,
    type_index: HashMap<Ty, TypeRef>,
    /// Numbers of types that are taken.
    type_ids: HashSet<i64>,
    /// Declaration and arguments of each declared type, for hooks.
    declared: HashMap<TypeRef, (TypeId, Vec<Ty>)>,
    instances: HashMap<(FnId, Vec<Ty>), FunctionRef>,
    /// Closures that stand for a function or constructor used as a value.
    wrappers: HashMap<String, FunctionRef>,
    queue: Vec<(FunctionRef, FnId, Vec<Ty>)>,
    errors: Vec<Diagnostic>,
}
