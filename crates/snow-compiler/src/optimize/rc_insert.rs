//! Makes reference counts explicit: the one place that decides where a value is dropped.
//!
//! In: `core` without counts, with `borrowed` and `alias` decided. Out: the same with `Dup` and
//! `Drop`. A backward walk knows which owned variables are still needed after each statement: the
//! last consuming use moves a value, an earlier one is preceded by `Dup`, and a value that is not
//! needed on a path is dropped at the path's start (precise reference counting, after Reinking,
//! Xie, de Moura and Leijen, "Perceus", 2021). A path that ends in a panic drops nothing: the
//! actor's heap goes as a whole.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::uses::{self, Mode};
use crate::parallel;

/// What is needed after a point.
#[derive(Clone, Debug, Default)]
struct Live {
    /// Owned variables that are used later.
    set: BTreeSet<Var>,
    /// Every path from here ends in a panic, so nothing has to be dropped.
    panics: bool,
}

impl Live {
    /// The same as the place where paths meet: all of them must come there with the same
    /// references, even if a panic follows.
    fn met(&self) -> Live {
        Live {
            set: self.set.clone(),
            panics: false,
        }
    }
}

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let functions = program.functions.iter_mut();
    let bodies = functions.map(|f| std::mem::take(&mut f.body)).enumerate();
    let counted = parallel::map(bodies.collect(), |(at, body)| {
        Pass::new(program, at, &body).function(body)
    });
    for (function, body) in program.functions.iter_mut().zip(counted) {
        function.body = body;
    }
}

struct Pass<'p> {
    program: &'p Program,
    function: &'p Function,
    /// For a view: the variable that it is a part of.
    base: FxHashMap<Var, Var>,
    /// Live after each open scope.
    scopes: FxHashMap<Label, Live>,
    /// Live at the head of each open loop.
    heads: FxHashMap<Label, BTreeSet<Var>>,
}

impl<'p> Pass<'p> {
    fn new(program: &'p Program, at: usize, body: &Block) -> Self {
        let function = &program.functions[at];
        let mut base = FxHashMap::default();
        blocks::walk(body, &mut |stmt| {
            if let Stmt::Let(var, rvalue) = stmt {
                if let Some(whole) =
                    uses::projection(rvalue).filter(|_| function.vars[var.0 as usize].alias)
                {
                    base.insert(*var, whole);
                }
            }
        });
        Pass {
            program,
            function,
            base,
            scopes: FxHashMap::default(),
            heads: FxHashMap::default(),
        }
    }

    fn function(mut self, body: Block) -> Block {
        let (mut counted, live) = self.block(body, Live::default());
        if live.panics {
            return counted;
        }
        // Parameters that are not used are dropped first.
        let unused = self
            .function
            .params
            .iter()
            .filter(|p| self.owned(**p) && !live.set.contains(p));
        let mut drops: Block = unused.map(|p| Stmt::Drop(*p)).collect();
        drops.append(&mut counted);
        drops
    }

    fn owned(&self, var: Var) -> bool {
        let info = &self.function.vars[var.0 as usize];
        !info.alias && self.program.types.managed(info.ty)
    }

    fn managed(&self, var: Var) -> bool {
        self.program.types.managed(self.function.type_of(var))
    }

    /// The owned variable that a use of `var` keeps alive. A number that was read out of a value
    /// needs it no more.
    fn keeps(&self, var: Var) -> Option<Var> {
        if !self.managed(var) {
            return None;
        }
        let mut at = var;
        while let Some(next) = self.base.get(&at) {
            at = *next;
        }
        self.owned(at).then_some(at)
    }

    fn block(&mut self, block: Block, live: Live) -> (Block, Live) {
        let mut live = live;
        let mut reversed: Vec<Stmt> = Vec::with_capacity(block.len() * 2);
        for stmt in block.into_iter().rev() {
            live = self.statement(stmt, live, &mut reversed);
        }
        reversed.reverse();
        (reversed, live)
    }

    /// Pushes the statement and its counts in reverse order; answers what is live before it.
    fn statement(&mut self, stmt: Stmt, live: Live, out: &mut Vec<Stmt>) -> Live {
        match stmt {
            Stmt::At(_) => {
                out.push(stmt);
                live
            }
            Stmt::Let(var, rvalue) => self.definition(var, rvalue, live, out),
            Stmt::Assign(slot, operand) => {
                let mut live = live;
                if self.owned(slot) && !live.set.remove(&slot) {
                    out.push(Stmt::Drop(slot));
                }
                let source = operand.var();
                out.push(Stmt::Assign(slot, operand));
                if let Some(v) = source {
                    self.consume(v, 1, &mut live, out);
                }
                live
            }
            Stmt::Kill(vars) => {
                let mut live = live;
                live.set
                    .extend(vars.iter().copied().filter(|v| self.owned(*v)));
                out.push(Stmt::Kill(vars));
                live
            }
            Stmt::Revive(vars) => {
                let mut live = live;
                live.set.retain(|v| !vars.contains(v));
                out.push(Stmt::Revive(vars));
                live
            }
            Stmt::Regain(vars) => {
                let mut live = live;
                // A view of something, or what is not needed, has no use of its owner.
                for v in vars.iter().filter(|v| self.managed(**v)) {
                    if !live.set.remove(v) {
                        out.push(Stmt::Drop(*v));
                    }
                }
                out.push(Stmt::Regain(vars));
                live
            }
            Stmt::Return(operand) => {
                let mut live = Live::default();
                let source = operand.var();
                out.push(Stmt::Return(operand));
                if let Some(v) = source {
                    self.consume(v, 1, &mut live, out);
                }
                live
            }
            Stmt::Panic { .. } => {
                out.push(stmt);
                Live {
                    set: BTreeSet::new(),
                    panics: true,
                }
            }
            Stmt::Leave(label) => {
                let live = self.scopes.get(&label).cloned().unwrap_or_default();
                out.push(Stmt::Leave(label));
                live
            }
            Stmt::Repeat(label) => {
                out.push(Stmt::Repeat(label));
                Live {
                    set: self.heads.get(&label).cloned().unwrap_or_default(),
                    panics: false,
                }
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                let mut branches = self.branches(vec![then, otherwise], live);
                let otherwise = branches.0.pop().unwrap_or_default();
                let then = branches.0.pop().unwrap_or_default();
                let live = self.with_use(&condition, branches.1);
                out.push(Stmt::If {
                    condition,
                    then,
                    otherwise,
                });
                live
            }
            Stmt::Switch { on, cases, default } => {
                let (values, mut blocks): (Vec<Vec<i64>>, Vec<Block>) = cases.into_iter().unzip();
                blocks.push(default);
                let (mut blocks, live) = self.branches(blocks, live);
                let default = blocks.pop().unwrap_or_default();
                let cases = values.into_iter().zip(blocks).collect();
                let live = self.with_use(&on, live);
                out.push(Stmt::Switch { on, cases, default });
                live
            }
            Stmt::Scope(label, body) => {
                let live = live.met();
                self.scopes.insert(label, live.clone());
                let (body, before) = self.block(body, live);
                self.scopes.remove(&label);
                out.push(Stmt::Scope(label, body));
                before
            }
            Stmt::Loop(label, body) => {
                let mut head = BTreeSet::new();
                loop {
                    self.heads.insert(label, head.clone());
                    let (_, before) = self.block(body.clone(), Live::default());
                    if before.set.is_subset(&head) {
                        break;
                    }
                    head.extend(before.set);
                }
                let (body, before) = self.block(body, Live::default());
                self.heads.remove(&label);
                out.push(Stmt::Loop(label, body));
                before
            }
            Stmt::Receive(receive) => self.receive(*receive, live, out),
            Stmt::Dup(_) | Stmt::Drop(_) => live,
        }
    }

    fn receive(&mut self, receive: Receive, live: Live, out: &mut Vec<Stmt>) -> Live {
        let Receive {
            message,
            scan,
            after,
            span,
        } = receive;
        let live = live.met();
        // A message that does not match leads back to the scan or to `after`: both must find what
        // they need.
        let mut all: BTreeSet<Var> = BTreeSet::new();
        if let Some((ms, block)) = &after {
            let (_, before) = self.block(block.clone(), live.clone());
            all.extend(before.set);
            all.extend(ms.var().and_then(|v| self.keeps(v)));
        }
        loop {
            let (_, before) = self.block(
                scan.clone(),
                Live {
                    set: all.clone(),
                    panics: false,
                },
            );
            if before.set.is_subset(&all) {
                break;
            }
            all.extend(before.set);
        }
        let (mut scan, before) = self.block(
            scan,
            Live {
                set: all.clone(),
                panics: false,
            },
        );
        if !before.panics {
            // Only a scan that takes every message has such a difference: no path leads back to its
            // start.
            let mut drops: Block = all
                .difference(&before.set)
                .map(|v| Stmt::Drop(*v))
                .collect();
            drops.append(&mut scan);
            scan = drops;
        }
        let after = after.map(|(ms, block)| {
            let (mut block, before) = self.block(block, live);
            if !before.panics {
                let mut drops: Block = all
                    .difference(&before.set)
                    .map(|v| Stmt::Drop(*v))
                    .collect();
                drops.append(&mut block);
                block = drops;
            }
            (ms, block)
        });
        out.push(Stmt::Receive(Box::new(Receive {
            message,
            scan,
            after,
            span,
        })));
        Live {
            set: all,
            panics: false,
        }
    }

    /// Counts alternative blocks and makes them agree on what they take over.
    fn branches(&mut self, blocks: Vec<Block>, live: Live) -> (Vec<Block>, Live) {
        let mut done = Vec::new();
        let mut agreed = Live {
            set: BTreeSet::new(),
            panics: true,
        };
        for block in blocks {
            let (block, before) = self.block(block, live.met());
            agreed.set.extend(before.set.iter().copied());
            agreed.panics &= before.panics;
            done.push((block, before));
        }
        let blocks = done
            .into_iter()
            .map(|(block, before)| match before.panics {
                true => block,
                false => {
                    let mut full: Block = agreed
                        .set
                        .difference(&before.set)
                        .map(|v| Stmt::Drop(*v))
                        .collect();
                    full.extend(block);
                    full
                }
            })
            .collect();
        (blocks, agreed)
    }

    fn with_use(&self, operand: &Operand, live: Live) -> Live {
        let mut live = live;
        live.set.extend(operand.var().and_then(|v| self.keeps(v)));
        live
    }

    fn definition(&mut self, var: Var, rvalue: Rvalue, live: Live, out: &mut Vec<Stmt>) -> Live {
        let mut live = live;
        let program = self.program;
        let borrowed = |f: FunctionRef, i: usize| {
            program
                .function(f)
                .borrowed
                .get(i)
                .copied()
                .unwrap_or(false)
        };
        let mut borrows = Vec::new();
        let mut consumed: Vec<(Var, usize)> = Vec::new();
        uses::rvalue(&rvalue, &borrowed, &mut |operand, mode| {
            let Some(v) = operand.var() else { return };
            match mode {
                Mode::Borrow => borrows.push(v),
                Mode::Consume => match consumed.iter_mut().find(|(c, _)| *c == v) {
                    Some((_, n)) => *n += 1,
                    None => consumed.push((v, 1)),
                },
            }
        });
        let is_part = uses::projection(&rvalue).is_some() || matches!(rvalue, Rvalue::Capture(_));
        let owned = self.owned(var);
        let used = live.set.remove(&var);
        // In reverse order of execution: first what ends with this statement.
        let mut ends: Vec<Var> = Vec::new();
        for root in borrows.iter().filter_map(|b| self.keeps(*b)) {
            if root != var && !live.set.contains(&root) && !ends.contains(&root) {
                ends.push(root);
            }
        }
        out.extend(ends.iter().map(|v| Stmt::Drop(*v)));
        if owned && !used && !is_part {
            out.push(Stmt::Drop(var));
        }
        if owned && used && is_part {
            out.push(Stmt::Dup(var));
        }
        live.set.extend(ends);
        out.push(Stmt::Let(var, rvalue));
        for (v, times) in consumed {
            self.consume(v, times, &mut live, out);
        }
        live
    }

    /// `v` is taken over `times` times by the statement just pushed.
    fn consume(&self, v: Var, times: usize, live: &mut Live, out: &mut Vec<Stmt>) {
        if !self.managed(v) {
            return;
        }
        let mut dups = times;
        if self.owned(v) {
            if live.set.insert(v) {
                dups -= 1;
            }
        } else {
            live.set.extend(self.keeps(v));
        }
        out.extend((0..dups).map(|_| Stmt::Dup(v)));
    }
}
