//! Moves the projections of a value together, to where the first of them stands.
//!
//! In `State { list: List.append(s.list, x), map: Map.put(s.map, k, v) }` the second projection
//! would keep `s`, and with it a second reference to the list, alive during the append, which then
//! copies. Read together, `s` dies first and both updates happen in place. Projections have no
//! effect and values never change, so the move is always allowed.

use rustc_hash::FxHashMap;

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::uses;
use crate::parallel;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let functions = program.functions.iter_mut().collect();
    parallel::map(functions, |function: &mut Function| {
        block(&mut function.body)
    });
}

fn block(statements: &mut Block) {
    for stmt in statements.iter_mut() {
        stmt.blocks_mut(&mut block);
    }
    let groups = groups(statements);
    if groups.is_empty() {
        return;
    }
    let mut rest: Vec<Option<Stmt>> = std::mem::take(statements).into_iter().map(Some).collect();
    for at in 0..rest.len() {
        statements.extend(rest[at].take());
        for later in groups.get(&at).into_iter().flatten() {
            statements.extend(rest[*later].take());
        }
    }
}

/// By the position of the first of them, later projections of one variable that nothing changes in
/// between.
fn groups(statements: &Block) -> FxHashMap<usize, Vec<usize>> {
    let mut of_base: FxHashMap<Var, Vec<usize>> = FxHashMap::default();
    for (at, stmt) in statements.iter().enumerate() {
        if let Some(base) = projection_base(stmt) {
            of_base.entry(base).or_default().push(at);
        }
    }
    of_base.retain(|_, places| places.len() > 1);
    let mut groups: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    if of_base.is_empty() {
        return groups;
    }
    // By variable, the first projection of the group that is open.
    let mut open: FxHashMap<Var, usize> = FxHashMap::default();
    for (at, stmt) in statements.iter().enumerate() {
        blocks::walk(std::slice::from_ref(stmt), &mut |inner| {
            if let Stmt::Assign(v, _) = inner {
                open.remove(v);
            }
        });
        let base = projection_base(stmt).filter(|base| of_base.contains_key(base));
        if let Some(base) = base {
            match open.get(&base) {
                Some(first) => groups.entry(*first).or_default().push(at),
                None => drop(open.insert(base, at)),
            }
        }
    }
    groups
}

fn projection_base(stmt: &Stmt) -> Option<Var> {
    match stmt {
        Stmt::Let(_, rvalue) => uses::projection(rvalue),
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
        | Stmt::Panic { .. }
        | Stmt::Receive(_) => None,
    }
}
