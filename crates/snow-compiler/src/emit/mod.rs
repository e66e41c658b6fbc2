//! `core` to C: prints what is there, and decides nothing but which functions other files may see
//! (`linkage`).
//!
//! In: a counted program. Out: one C file for each module, and one for the library's instances at
//! its types (`Unit`), with the helpers its types need as static functions; in development, with
//! these in files of their own. Statements that come from one place stand on one physical line behind
//! a `#line`, so that debuggers, sanitizers and profilers name Snow lines. Names depend only on what
//! they name, so an unchanged module gives the same file.

mod actor;
mod apart;
mod calls;
mod closures;
mod counting;
mod derived;
mod function;
mod guards;
mod linkage;
mod names;
mod operations;
mod packing;
pub(crate) mod parts;
mod rvalue;
mod shapes;
mod show;
mod statics;
mod take_apart;
mod traces;
mod types;
mod unit;

use std::collections::BTreeSet;

use crate::core::ir::{Convention, Function, FunctionRef, Kind, Program};
use crate::parallel;
use crate::source::Sources;
use linkage::Linkage;
use operations::Homes;
use traces::Traces;

/// One C file.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// File stem.
    pub name: String,
    /// Text.
    pub text: String,
    /// Functions in it that other files may refer to.
    pub exported: Vec<FunctionRef>,
    /// Functions of other files that it refers to.
    pub imported: Vec<FunctionRef>,
}

/// How each function of the library is called by those who do not see its code; `None` for one whose
/// code they have to see.
pub(crate) fn conventions(program: &Program, sources: &Sources) -> Vec<Option<Convention>> {
    let traces = Traces::new(program, sources);
    let functions = program.functions.iter().enumerate();
    let convention = |(at, function): (usize, &Function)| {
        let is_called = function.kind == Kind::Plain && !function.inline;
        is_called.then(|| Convention {
            borrowed: function.borrowed.clone(),
            hands_on: traces.hands_on(FunctionRef(at as u32)),
        })
    };
    functions.map(convention).collect()
}

/// All C files of the program, in order of their names. Functions that `is_precompiled` names have
/// been compiled before, with all that they refer to, and are left out. With `are_apart`, helpers of
/// types have files of their own, which come last.
pub(crate) fn program(
    program: &Program,
    sources: &Sources,
    is_precompiled: &dyn Fn(FunctionRef) -> bool,
    are_apart: bool,
) -> Vec<Unit> {
    let linkage = Linkage::new(program, is_precompiled);
    let traces = Traces::new(program, sources);
    let all = (0..program.functions.len()).map(|at| FunctionRef(at as u32));
    let defined = all.filter(|f| linkage.is_defined(*f));
    let names: BTreeSet<_> = defined.map(|f| &program.function(f).unit).collect();
    let known = (&linkage, &traces);
    let written = parallel::map(names.into_iter().collect(), |name| {
        let homes = match are_apart {
            true => Homes::apart(),
            false => Homes::EachFile,
        };
        let mut file = unit::Emitter::new(program, sources, known, (name, homes));
        (file.unit(), file.homes.wanted())
    });
    let (mut units, wanted): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    let wanted: BTreeSet<_> = wanted.into_iter().flatten().collect();
    if !wanted.is_empty() {
        units.extend(apart::files(program, sources, known, wanted));
    }
    units
}
