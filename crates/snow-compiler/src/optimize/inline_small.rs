//! Marks functions that are small enough to be copied into every C file that calls them; the C
//! compiler does the rest.

use rustc_hash::FxHashSet;

use crate::core::blocks;
use crate::core::ir::*;

/// Instructions that a copied function may have. Accessors and wrappers of primitives are below,
/// loops never are.
const MOST: usize = 12;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let hooks: Vec<usize> = program
        .types
        .list
        .iter()
        .flat_map(|t| &t.hooks)
        .map(|(_, f)| *f)
        .collect();
    let mut used_by_runtime: Vec<FunctionRef> =
        hooks.into_iter().map(|f| FunctionRef(f as u32)).collect();
    for function in &program.functions {
        if let Kind::Actor {
            terminate: Some(t), ..
        } = function.kind
        {
            used_by_runtime.push(t);
        }
    }
    for at in 0..program.functions.len() {
        let function = &program.functions[at];
        let own = FunctionRef(at as u32);
        let fits = function.kind == Kind::Plain
            && !function.apart
            && !function.hook
            && function.compiled.is_none()
            && !used_by_runtime.contains(&own)
            && is_small(function, own);
        program.functions[at].inline = fits;
    }
    for at in circular(program) {
        program.functions[at].inline = false;
    }
}

/// Small functions that come back to themselves through small functions only. A copied function has
/// no check of its own, so a circle of them would look neither at its stack nor at the clock.
fn circular(program: &Program) -> Vec<usize> {
    let callees: Vec<Vec<usize>> = program.functions.iter().map(called_if_small).collect();
    let is_small = |at: &usize| program.functions[*at].inline;
    let comes_back = |from: &usize| {
        let mut seen = FxHashSet::default();
        let mut work: Vec<usize> = callees[*from].clone();
        while let Some(at) = work.pop() {
            if at == *from {
                return true;
            }
            if is_small(&at) && seen.insert(at) {
                work.extend(&callees[at]);
            }
        }
        false
    };
    (0..callees.len())
        .filter(|at| is_small(at) && comes_back(at))
        .collect()
}

fn called_if_small(function: &Function) -> Vec<usize> {
    let mut found = Vec::new();
    if function.inline {
        blocks::walk(&function.body, &mut |stmt| {
            if let Stmt::Let(_, Rvalue::Call(f, _)) = stmt {
                found.push(f.0 as usize);
            }
        });
    }
    found
}

fn is_small(function: &Function, own: FunctionRef) -> bool {
    let mut count = 0;
    let mut simple = true;
    blocks::walk(&function.body, &mut |stmt| match stmt {
        Stmt::At(_) | Stmt::Kill(_) | Stmt::Revive(_) | Stmt::Regain(_) => {}
        Stmt::Loop(..) | Stmt::Receive(_) => simple = false,
        Stmt::Let(_, Rvalue::Call(f, _)) => {
            count += 1;
            simple &= *f != own;
        }
        // Closures and actors are objects with one address.
        Stmt::Let(_, Rvalue::Closure(..) | Rvalue::Spawn(..)) => simple = false,
        Stmt::Let(..)
        | Stmt::Assign(..)
        | Stmt::Dup(_)
        | Stmt::Drop(_)
        | Stmt::If { .. }
        | Stmt::Switch { .. }
        | Stmt::Scope(..)
        | Stmt::Leave(_)
        | Stmt::Repeat(_)
        | Stmt::Return(_)
        | Stmt::Panic { .. } => count += 1,
    });
    simple && count <= MOST
}
