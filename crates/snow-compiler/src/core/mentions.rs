//! The variables and labels of a block, nested code included, for passes that rename or count them.

use super::ir::*;
use super::uses;

/// What is found, and may be replaced.
pub enum Mention<'m> {
    /// A variable that gets its value here.
    Defines(&'m mut Var),
    /// A variable that is looked at or taken.
    Uses(&'m mut Var),
    /// A label that stands here.
    Places(&'m mut Label),
    /// A label that is jumped to.
    Jumps(&'m mut Label),
}

/// Calls `visit` for all of them, in source order.
pub fn each(block: &mut [Stmt], visit: &mut dyn FnMut(Mention)) {
    for stmt in block {
        of(stmt, visit);
    }
}

fn of(stmt: &mut Stmt, visit: &mut dyn FnMut(Mention)) {
    let operand = |operand: &mut Operand, visit: &mut dyn FnMut(Mention)| {
        if let Operand::Var(v) = operand {
            visit(Mention::Uses(v));
        }
    };
    match stmt {
        Stmt::Let(v, rvalue) => {
            if let Rvalue::Accept(message) = rvalue {
                visit(Mention::Uses(message));
            }
            uses::map_operands(rvalue, &mut |o| operand(o, visit));
            visit(Mention::Defines(v));
        }
        Stmt::Assign(v, o) => {
            operand(o, visit);
            visit(Mention::Defines(v));
        }
        Stmt::Dup(v) | Stmt::Drop(v) => visit(Mention::Uses(v)),
        Stmt::Kill(list) | Stmt::Revive(list) | Stmt::Regain(list) => {
            list.iter_mut().for_each(|v| visit(Mention::Uses(v)));
        }
        Stmt::Return(o) => operand(o, visit),
        Stmt::If { condition, .. } => operand(condition, visit),
        Stmt::Switch { on, .. } => operand(on, visit),
        Stmt::Scope(label, _) | Stmt::Loop(label, _) => visit(Mention::Places(label)),
        Stmt::Leave(label) | Stmt::Repeat(label) => visit(Mention::Jumps(label)),
        Stmt::Receive(receive) => {
            visit(Mention::Defines(&mut receive.message));
            if let Some((time, _)) = &mut receive.after {
                operand(time, visit);
            }
        }
        Stmt::At(_) | Stmt::Panic { .. } => {}
    }
    stmt.blocks_mut(&mut |inner| each(inner, visit));
}
