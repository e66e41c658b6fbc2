//! The blocks inside of a statement: the one walk over nested code, for passes and `emit`.

use super::ir::{Block, Stmt};

impl Stmt {
    /// Calls `visit` for each block directly inside, in source order.
    pub fn blocks<'s>(&'s self, visit: &mut dyn FnMut(&'s Block)) {
        match self {
            Stmt::If {
                then, otherwise, ..
            } => {
                visit(then);
                visit(otherwise);
            }
            Stmt::Switch { cases, default, .. } => {
                cases.iter().for_each(|(_, block)| visit(block));
                visit(default);
            }
            Stmt::Scope(_, block) | Stmt::Loop(_, block) => visit(block),
            Stmt::Receive(receive) => {
                visit(&receive.scan);
                receive.after.iter().for_each(|(_, block)| visit(block));
            }
            Stmt::At(_)
            | Stmt::Let(..)
            | Stmt::Assign(..)
            | Stmt::Kill(_)
            | Stmt::Revive(_)
            | Stmt::Regain(_)
            | Stmt::Dup(_)
            | Stmt::Drop(_)
            | Stmt::Leave(_)
            | Stmt::Repeat(_)
            | Stmt::Return(_)
            | Stmt::Panic { .. } => {}
        }
    }

    /// The same for blocks that are to be changed.
    pub fn blocks_mut(&mut self, visit: &mut dyn FnMut(&mut Block)) {
        match self {
            Stmt::If {
                then, otherwise, ..
            } => {
                visit(then);
                visit(otherwise);
            }
            Stmt::Switch { cases, default, .. } => {
                cases.iter_mut().for_each(|(_, block)| visit(block));
                visit(default);
            }
            Stmt::Scope(_, block) | Stmt::Loop(_, block) => visit(block),
            Stmt::Receive(receive) => {
                visit(&mut receive.scan);
                receive.after.iter_mut().for_each(|(_, block)| visit(block));
            }
            Stmt::At(_)
            | Stmt::Let(..)
            | Stmt::Assign(..)
            | Stmt::Kill(_)
            | Stmt::Revive(_)
            | Stmt::Regain(_)
            | Stmt::Dup(_)
            | Stmt::Drop(_)
            | Stmt::Leave(_)
            | Stmt::Repeat(_)
            | Stmt::Return(_)
            | Stmt::Panic { .. } => {}
        }
    }
}

/// Calls `visit` for every statement, nested ones included, in source order.
pub fn walk<'a>(block: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for stmt in block {
        visit(stmt);
        stmt.blocks(&mut |inner| walk(inner, visit));
    }
}
