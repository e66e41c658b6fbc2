//! Parts that are only looked at.
//!
//! A part that is read out of a value gets an owner of its own, because the value may go before it.
//! Where the value stays until the part has been used for the last time, and the part is never
//! handed on, the owner is for nothing: `dup part … drop part` goes, and the part is a view.

use rustc_hash::FxHashMap;

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::uses::{self, Mode};
use crate::parallel;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let functions = program.functions.iter_mut();
    let bodies = functions.map(|f| std::mem::take(&mut f.body)).enumerate();
    let looked = parallel::map(bodies.collect(), |(at, mut body): (usize, Block)| {
        let mut function = Looked::new(program, at, &body);
        function.block(&mut body);
        (body, function.views)
    });
    for (function, (body, views)) in program.functions.iter_mut().zip(looked) {
        function.body = body;
        for view in views {
            function.vars[view.0 as usize].alias = true;
        }
    }
}

struct Looked<'p> {
    program: &'p Program,
    function: &'p Function,
    /// How often a variable is counted up, and how often down.
    counted: FxHashMap<Var, (usize, usize)>,
    /// For a part: what it is a part of.
    wholes: FxHashMap<Var, Var>,
    views: Vec<Var>,
}

impl<'p> Looked<'p> {
    fn new(program: &'p Program, at: usize, body: &Block) -> Self {
        let mut counted: FxHashMap<Var, (usize, usize)> = FxHashMap::default();
        let mut wholes = FxHashMap::default();
        blocks::walk(body, &mut |stmt| {
            if let Stmt::Dup(var) = stmt {
                counted.entry(*var).or_default().0 += 1;
            } else if let Stmt::Drop(var) = stmt {
                counted.entry(*var).or_default().1 += 1;
            } else if let Stmt::Let(part, rvalue) = stmt {
                if let Some(whole) = uses::projection(rvalue) {
                    wholes.insert(*part, whole);
                }
            }
        });
        Looked {
            program,
            function: &program.functions[at],
            counted,
            wholes,
            views: Vec::new(),
        }
    }

    /// The part, and what must stay for it to stay: the value that it is read from and, where that
    /// is a view, what this is a view of. `None` when that is not a value of this function.
    fn held_by(&self, part: Var) -> Option<Vec<Var>> {
        let mut held = vec![part];
        let mut at = part;
        loop {
            at = *self.wholes.get(&at)?;
            held.push(at);
            let is_view = self.function.vars[at.0 as usize].alias || self.views.contains(&at);
            if !is_view || self.function.params.contains(&at) {
                return Some(held);
            }
        }
    }

    fn block(&mut self, block: &mut Block) {
        for stmt in block.iter_mut() {
            stmt.blocks_mut(&mut |inner| self.block(inner));
        }
        let mut at = 0;
        while at < block.len() {
            if let Some((var, up, down)) = self.looked_at(block, at) {
                block.remove(down);
                block.remove(up);
                self.views.push(var);
            }
            at += 1;
        }
    }

    /// The variable that the statement at `at` reads out of a value, and where its owner comes and
    /// goes, if it needs none.
    fn looked_at(&self, block: &Block, at: usize) -> Option<(Var, usize, usize)> {
        let Stmt::Let(part, rvalue) = &block[at] else {
            return None;
        };
        let part = *part;
        uses::projection(rvalue)?;
        if self.counted.get(&part) != Some(&(1, 1)) {
            return None;
        }
        let up = at + 1;
        if !matches!(block.get(up), Some(Stmt::Dup(var)) if *var == part) {
            return None;
        }
        let held = self.held_by(part)?;
        for (down, stmt) in block.iter().enumerate().skip(up + 1) {
            if matches!(stmt, Stmt::Drop(var) if *var == part) {
                return Some((part, up, down));
            }
            if !self.lets_be(stmt, &held) {
                return None;
            }
        }
        None
    }

    /// True when none of these goes, or gets another value, in the statement.
    fn lets_be(&self, stmt: &Stmt, held: &[Var]) -> bool {
        match stmt {
            Stmt::At(_) | Stmt::Dup(_) => true,
            Stmt::Drop(var) => !held.contains(var),
            Stmt::Let(_, rvalue) => {
                let program = self.program;
                let borrowed = |f: FunctionRef, i: usize| {
                    program.function(f).borrowed.get(i).copied() == Some(true)
                };
                let mut stay = true;
                uses::rvalue(rvalue, &borrowed, &mut |operand, mode| {
                    stay &= mode == Mode::Borrow || !is_held(operand, held);
                });
                stay
            }
            Stmt::Assign(slot, operand) => !held.contains(slot) && !is_held(operand, held),
            Stmt::Return(operand) => !is_held(operand, held),
            Stmt::Kill(list) | Stmt::Revive(list) | Stmt::Regain(list) => {
                !list.iter().any(|var| held.contains(var))
            }
            Stmt::If { .. } | Stmt::Switch { .. } | Stmt::Scope(..) | Stmt::Loop(..) => {
                let mut stay = true;
                stmt.blocks(&mut |inner| {
                    stay &= inner.iter().all(|stmt| self.lets_be(stmt, held));
                });
                stay
            }
            Stmt::Leave(_) | Stmt::Repeat(_) | Stmt::Panic { .. } => true,
            // What is held while an actor waits has to be its own.
            Stmt::Receive(_) => false,
        }
    }
}

fn is_held(operand: &Operand, held: &[Var]) -> bool {
    operand.var().is_some_and(|var| held.contains(&var))
}
