//! Large files of a program in parts.
//!
//! A changed line has the C compiler read its file again. In parts of about the same size that is a
//! part of the work, and parts that did change, as all do at first, are compiled side by side.
//! Which part a function is in depends on its name and on how many parts there are, so a change
//! moves no other function. The C compiler sees less at once, so this is for development.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use super::linkage::references;
use crate::core::blocks;
use crate::core::ir::{FunctionRef, Kind, Program};
use crate::source::Name;

/// Statements in a part, about. Less is not worth another start of the C compiler, which takes
/// types and helpers in again.
const STATEMENTS: usize = 800;

/// Splits those of the files named by `may_be_split` that are large.
pub(crate) fn split(program: &mut Program, may_be_split: &dyn Fn(&Name) -> bool) {
    let mut units: FxHashMap<Name, Vec<FunctionRef>> = FxHashMap::default();
    for at in 0..program.functions.len() {
        let f = FunctionRef(at as u32);
        let unit = &program.function(f).unit;
        if may_be_split(unit) {
            units.entry(unit.clone()).or_default().push(f);
        }
    }
    for (unit, functions) in units {
        let statements = functions
            .iter()
            .map(|f| statements(program, *f))
            .sum::<usize>();
        let parts = statements.div_ceil(STATEMENTS);
        if parts < 2 {
            continue;
        }
        for (f, home) in homes(program, &functions) {
            let part = number(&program.function(home).symbol) % parts;
            if part > 0 {
                program.functions[f.0 as usize].unit = format!("{unit}+{part}").into();
            }
        }
    }
}

fn statements(program: &Program, f: FunctionRef) -> usize {
    let mut count = 0;
    blocks::walk(&program.function(f).body, &mut |_| count += 1);
    count
}

/// Each function with the one in whose file it has to be: closures and guarded code belong to the
/// function that makes them.
fn homes(program: &Program, functions: &[FunctionRef]) -> Vec<(FunctionRef, FunctionRef)> {
    let mut makers: FxHashMap<FunctionRef, FunctionRef> = FxHashMap::default();
    for maker in functions {
        references(program.function(*maker), &mut |made| {
            let kind = &program.function(made).kind;
            if matches!(kind, Kind::Closure(_) | Kind::Guarded) && made != *maker {
                makers.entry(made).or_insert(*maker);
            }
        });
    }
    let home = |f: FunctionRef| {
        let mut at = f;
        // Closures that make each other are not at home in any of them.
        for _ in 0..functions.len() {
            match makers.get(&at) {
                Some(maker) => at = *maker,
                None => break,
            }
        }
        at
    };
    functions.iter().map(|f| (*f, home(*f))).collect()
}

/// The same for a name in each run.
pub(super) fn number(symbol: &str) -> usize {
    let mut hasher = FxHasher::default();
    symbol.hash(&mut hasher);
    (hasher.finish() >> 32) as usize
}
