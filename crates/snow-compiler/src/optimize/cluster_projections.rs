//! Moves the projections of a value together, to where the first of them stands.
//!
//! In `State { list: List.append(s.list, x), map: Map.put(s.map, k, v) }` the second projection
//! would keep `s`, and with it a second reference to the list, alive during the append, which then
//! copies. Read together, `s` dies first and both updates happen in place. Projections have no
//! effect and values never change, so the move is always allowed.

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
    let mut at = 0;
    while at < statements.len() {
        if let Some(base) = projection_base(&statements[at]) {
            cluster_at(statements, at, base);
        }
        at += 1;
    }
}

fn projection_base(stmt: &Stmt) -> Option<Var> {
    match stmt {
        Stmt::Let(_, rvalue) => uses::projection(rvalue),
        Stmt::At(_)
        | Stmt::Assign(..)
        | Stmt::Kill(_)
        | Stmt::Revive(_)
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

/// Moves later projections of `base` in this block up to `at`, stopping where `base` may change.
fn cluster_at(statements: &mut Block, at: usize, base: Var) {
    let mut target = at + 1;
    let mut i = at + 1;
    while i < statements.len() {
        if assigns(&statements[i], base) {
            return;
        }
        if projection_base(&statements[i]) == Some(base) {
            let moved = statements.remove(i);
            statements.insert(target, moved);
            target += 1;
        }
        i += 1;
    }
}

fn assigns(stmt: &Stmt, var: Var) -> bool {
    let mut found = false;
    blocks::walk(std::slice::from_ref(stmt), &mut |s| {
        found |= matches!(s, Stmt::Assign(v, _) if *v == var)
    });
    found
}
