//! `core` to C: prints what is there and decides nothing.
//!
//! In: a counted program. Out: one C file for each module (`Unit`), with the helpers its types need
//! as static functions. Statements that come from one place stand on one physical line behind a
//! `#line`, so that debuggers, sanitizers and profilers name Snow lines. Names depend only on what
//! they name, so an unchanged module gives the same file.

mod actor;
mod calls;
mod closures;
mod counting;
mod derived;
mod function;
mod guards;
mod names;
mod packing;
mod rvalue;
mod shapes;
mod show;
mod statics;
mod traces;
mod types;
mod unit;

use crate::core::ir::Program;
use crate::source::Sources;

/// One C file.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// File stem.
    pub name: String,
    /// Text.
    pub text: String,
}

/// All C files of the program, in order of their names.
pub(crate) fn program(program: &Program, sources: &Sources) -> Vec<Unit> {
    let mut names: Vec<_> = program.functions.iter().map(|f| f.unit.clone()).collect();
    names.sort();
    names.dedup();
    let shared = unit::Shared::new(program, sources);
    names
        .iter()
        .map(|name| unit::Emitter::new(program, sources, &shared, name).unit())
        .collect()
}
