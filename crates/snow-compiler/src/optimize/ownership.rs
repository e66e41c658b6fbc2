//! Who owns what: which parameters a function borrows, and which variables are mere views.
//!
//! A variable is *wanted* when something consumes it, or consumes a part projected from it: owning
//! the whole is what lets the part be updated in place (the rule of Ullrich and de Moura, "Counting
//! Immutable Beans", 2019). A parameter that is not wanted is borrowed. A projection of an unwanted
//! variable that is itself not wanted is a view: it is never counted.

use rustc_hash::FxHashSet;

use super::guard_takes;
use crate::core::blocks;
use crate::core::ir::*;
use crate::core::uses::{self, Mode};
use crate::parallel;

/// Starts from "everything borrowed" and takes back what does not hold, until nothing changes.
pub(super) fn run(program: &mut Program) {
    let has_body = |function: &Function| function.compiled.is_none();
    for function in program.functions.iter_mut().filter(|f| has_body(f)) {
        let free = matches!(function.kind, Kind::Plain | Kind::Guarded);
        function.borrowed = vec![free; function.params.len()];
    }
    let used_by_runtime: Vec<FunctionRef> = program
        .functions
        .iter()
        .filter_map(|f| {
            if let Kind::Actor {
                terminate: Some(t), ..
            } = f.kind
            {
                Some(t)
            } else {
                None
            }
        })
        .collect();
    for reference in used_by_runtime {
        program.functions[reference.0 as usize]
            .borrowed
            .iter_mut()
            .for_each(|b| *b = false);
    }
    let takes = guard_takes::candidates(program);
    let callers = callers(program);
    let mut waits = vec![true; program.functions.len()];
    let mut work: Vec<usize> = (0..program.functions.len()).rev().collect();
    while let Some(at) = work.pop() {
        waits[at] = false;
        if !has_body(&program.functions[at]) {
            continue;
        }
        let wanted = wanted(program, at);
        let function = &mut program.functions[at];
        let mut changed = false;
        for (i, param) in function.params.iter().enumerate() {
            // What a guard hands over must be there after a crash, unless it takes it over.
            let may_own = function.kind != Kind::Guarded || takes[at].get(i) == Some(&true);
            if function.borrowed[i] && may_own && wanted.contains(param) {
                function.borrowed[i] = false;
                changed = true;
            }
        }
        // Only those who call it can want more than before.
        for caller in callers[at].iter().filter(|_| changed) {
            if !std::mem::replace(&mut waits[*caller], true) {
                work.push(*caller);
            }
        }
    }
    guard_takes::mark(program);
    let all = (0..program.functions.len()).collect();
    let aliases = parallel::map(all, |at| aliases(program, at));
    for (function, aliases) in program.functions.iter_mut().zip(aliases) {
        for var in aliases {
            function.vars[var.0 as usize].alias = true;
        }
    }
}

/// By function, those who call it.
fn callers(program: &Program) -> Vec<Vec<usize>> {
    let mut callers = vec![Vec::new(); program.functions.len()];
    for (at, function) in program.functions.iter().enumerate() {
        blocks::walk(&function.body, &mut |stmt| {
            let callee = match stmt {
                Stmt::Let(_, Rvalue::Call(callee, _)) => callee,
                Stmt::Let(_, Rvalue::Guard { body, .. }) => match body {
                    GuardedCode::Call(callee, _) => callee,
                    GuardedCode::Closure(_) => return,
                },
                _ => return,
            };
            callers[callee.0 as usize].push(at);
        });
    }
    callers
}

/// Variables that something consumes, directly or through a part.
fn wanted(program: &Program, at: usize) -> FxHashSet<Var> {
    let function = &program.functions[at];
    let borrowed = |f: FunctionRef, i: usize| {
        program
            .function(f)
            .borrowed
            .get(i)
            .copied()
            .unwrap_or(false)
    };
    let mut wanted = FxHashSet::default();
    let mut parts = Vec::new();
    blocks::walk(&function.body, &mut |stmt| match stmt {
        Stmt::Let(var, rvalue) => {
            uses::rvalue(rvalue, &borrowed, &mut |operand, mode| {
                if let (Some(v), Mode::Consume) = (operand.var(), mode) {
                    wanted.insert(v);
                }
            });
            if let Some(base) = uses::projection(rvalue) {
                parts.push((*var, base));
            }
        }
        Stmt::Assign(slot, operand) => {
            // A variable that changes holds values of its own.
            wanted.insert(*slot);
            wanted.extend(operand.var());
        }
        Stmt::Return(operand) => wanted.extend(operand.var()),
        Stmt::At(_)
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
    wanted.retain(|v| program.types.managed(function.type_of(*v)));
    loop {
        let before = wanted.len();
        // Parts stand behind what they are parts of.
        for (part, base) in parts.iter().rev() {
            if wanted.contains(part) && program.types.managed(function.type_of(*base)) {
                wanted.insert(*base);
            }
        }
        if wanted.len() == before {
            return wanted;
        }
    }
}

/// Parameters that are borrowed, and variables that are views.
fn aliases(program: &Program, at: usize) -> Vec<Var> {
    let wanted = wanted(program, at);
    let mut aliases = Vec::new();
    let function = &program.functions[at];
    blocks::walk(&function.body, &mut |stmt| match stmt {
        Stmt::Let(var, rvalue) => {
            let view = match rvalue {
                Rvalue::Capture(_) => !wanted.contains(var),
                _ => uses::projection(rvalue)
                    .is_some_and(|base| !wanted.contains(var) && !wanted.contains(&base)),
            };
            if view {
                aliases.push(*var);
            }
        }
        Stmt::Receive(r) => aliases.push(r.message),
        Stmt::At(_)
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
        | Stmt::Panic { .. } => {}
    });
    for (param, borrowed) in function.params.iter().zip(&function.borrowed) {
        if *borrowed {
            aliases.push(*param);
        }
    }
    aliases
}
