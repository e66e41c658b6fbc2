//! The ways out of some statements, and what is known behind each of them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::core::ir::*;
use crate::core::uses;

/// Where control goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    /// To what stands behind the statements.
    Next,
    Return,
    Leave(Label),
    Repeat(Label),
}

/// A way out: where it leads, and the variables that the statements have set on the way there and
/// that are mentioned elsewhere.
pub(super) type Exit = (To, Vec<Var>);

/// What is found.
#[derive(Default)]
pub(super) struct Exits {
    /// All that differ.
    pub(super) all: Vec<Exit>,
    /// By jump out of the statements, in source order, its number in `all`; the end of the
    /// statements comes last, if it is reached.
    pub(super) order: Vec<usize>,
    /// Variables of `open` that are looked at before they are set.
    pub(super) inputs: FxHashSet<Var>,
}

struct Walk<'o> {
    /// Variables that are set here and mentioned elsewhere, too.
    open: &'o FxHashSet<Var>,
    /// What is set at the jumps to each scope inside.
    scopes: FxHashMap<Label, Option<Vec<Var>>>,
    /// What is set at the start of each loop inside.
    loops: FxHashMap<Label, Vec<Var>>,
    found: Exits,
    failed: bool,
}

/// The exits of a block; `None` when something in it is bound to the body that it stands in, or when
/// paths that meet have set different variables.
pub(super) fn of(block: &[Stmt], open: &FxHashSet<Var>) -> Option<Exits> {
    let mut walk = Walk {
        open,
        scopes: FxHashMap::default(),
        loops: FxHashMap::default(),
        found: Exits::default(),
        failed: false,
    };
    if let Some(set) = walk.block(block, Some(Vec::new())) {
        walk.exit(To::Next, set);
    }
    (!walk.failed).then_some(walk.found)
}

impl Walk<'_> {
    fn block(&mut self, block: &[Stmt], mut set: Option<Vec<Var>>) -> Option<Vec<Var>> {
        for stmt in block {
            if matches!(stmt, Stmt::At(_)) {
                continue;
            }
            match set.take() {
                Some(before) if !self.failed => set = self.stmt(stmt, before),
                // Code behind a jump is not counted on.
                Some(_) | None => self.failed = true,
            }
        }
        set
    }

    fn stmt(&mut self, stmt: &Stmt, mut set: Vec<Var>) -> Option<Vec<Var>> {
        match stmt {
            Stmt::At(_) => Some(set),
            Stmt::Let(v, rvalue) => {
                self.failed |= self.open.contains(v)
                    || matches!(rvalue, Rvalue::Accept(_) | Rvalue::Capture(_));
                uses::rvalue(rvalue, &|_, _| true, &mut |operand, _| {
                    self.read(operand, &set)
                });
                Some(set)
            }
            Stmt::Assign(v, operand) => {
                self.read(operand, &set);
                if self.open.contains(v) && !set.contains(v) {
                    set.push(*v);
                    set.sort_unstable();
                }
                Some(set)
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                self.read(condition, &set);
                let then = self.block(then, Some(set.clone()));
                let otherwise = self.block(otherwise, Some(set));
                self.join(then, otherwise)
            }
            Stmt::Switch { on, cases, default } => {
                self.read(on, &set);
                let mut end = None;
                for (_, block) in cases {
                    let case = self.block(block, Some(set.clone()));
                    end = self.join(end, case);
                }
                let default = self.block(default, Some(set));
                self.join(end, default)
            }
            Stmt::Scope(label, block) => {
                self.scopes.insert(*label, None);
                let end = self.block(block, Some(set));
                let jumps = self.scopes.remove(label).flatten();
                self.join(jumps, end)
            }
            Stmt::Leave(label) => {
                match self.scopes.remove(label) {
                    Some(jumps) => {
                        let joined = self.join(jumps, Some(set));
                        self.scopes.insert(*label, joined);
                    }
                    None => self.exit(To::Leave(*label), set),
                }
                None
            }
            Stmt::Loop(label, block) => {
                self.loops.insert(*label, set.clone());
                self.failed |= self.block(block, Some(set)).is_some();
                self.loops.remove(label);
                None
            }
            Stmt::Repeat(label) => {
                match self.loops.get(label) {
                    Some(start) => self.failed |= *start != set,
                    None => self.exit(To::Repeat(*label), set),
                }
                None
            }
            Stmt::Return(operand) => {
                self.read(operand, &set);
                self.exit(To::Return, Vec::new());
                None
            }
            Stmt::Panic { .. } => None,
            Stmt::Receive(_)
            | Stmt::Kill(_)
            | Stmt::Revive(_)
            | Stmt::Regain(_)
            | Stmt::Dup(_)
            | Stmt::Drop(_) => {
                self.failed = true;
                None
            }
        }
    }

    fn read(&mut self, operand: &Operand, set: &[Var]) {
        if let Operand::Var(v) = operand {
            if self.open.contains(v) && !set.contains(v) {
                self.found.inputs.insert(*v);
            }
        }
    }

    fn join(&mut self, a: Option<Vec<Var>>, b: Option<Vec<Var>>) -> Option<Vec<Var>> {
        match (a, b) {
            (Some(a), Some(b)) => {
                self.failed |= a != b;
                Some(a)
            }
            (a, b) => a.or(b),
        }
    }

    fn exit(&mut self, to: To, set: Vec<Var>) {
        let exit = (to, set);
        let all = &mut self.found.all;
        let known = all.iter().position(|other| *other == exit);
        let number = known.unwrap_or_else(|| {
            all.push(exit);
            all.len() - 1
        });
        self.found.order.push(number);
    }
}
