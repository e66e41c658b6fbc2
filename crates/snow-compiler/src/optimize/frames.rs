//! What an actor keeps in its frame while it waits.
//!
//! In: counted code. Out: `Function::frame` of each actor: the variables that are mentioned on both
//! sides of a `receive`, and which of them own references there. The code itself stays as it is, so
//! this is the last pass; `emit` prints the frame, and the functions that pack and unpack it.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::core::ir::*;
use crate::core::{blocks, uses, verify};

/// Runs the pass.
pub(super) fn run(program: &mut Program) {
    for at in 0..program.functions.len() {
        if matches!(program.functions[at].kind, Kind::Actor { .. }) {
            let frame = frame(program, &program.functions[at]);
            program.functions[at].frame = Some(frame);
        }
    }
}

fn frame(program: &Program, function: &Function) -> Frame {
    let mut regions = Regions {
        current: 0,
        of: FxHashMap::default(),
        framed: function.params.iter().copied().collect(),
    };
    regions.block(&function.body);
    let vars = regions.framed;
    let held = held(program, function, &vars);
    Frame {
        vars: vars.into_iter().collect(),
        held,
    }
}

/// By `receive`, the variables of the frame that own references there; `None` when the frame cannot
/// be packed.
fn held(program: &Program, function: &Function, vars: &BTreeSet<Var>) -> Option<Vec<HeldAt>> {
    let mut receives = Vec::new();
    blocks::walk(&function.body, &mut |stmt| {
        if let Stmt::Receive(receive) = stmt {
            receives.push(receive.message);
        }
    });
    // A view would have to be made anew from the whole that it is a part of.
    let is_view =
        |v: &Var| function.vars[v.0 as usize].alias && program.types.managed(function.type_of(*v));
    if receives.is_empty() || vars.iter().any(is_view) {
        return None;
    }
    let held = verify::held_at_receives(program, function);
    let at = |message: Var| {
        // What is held but not in the frame is on a path that ends in a crash and is not looked at
        // again.
        let owned = held.get(&message).into_iter().flatten();
        let owned = owned.map(|(v, count)| (*v, *count));
        HeldAt {
            message,
            owned: owned.filter(|(v, _)| vars.contains(v)).collect(),
        }
    };
    Some(receives.into_iter().map(at).collect())
}

/// Counts a new region at each `receive`: a variable mentioned in two regions may be needed after a
/// suspension.
struct Regions {
    current: u32,
    of: FxHashMap<Var, u32>,
    framed: BTreeSet<Var>,
}

impl Regions {
    fn mention(&mut self, var: Var) {
        let region = *self.of.entry(var).or_insert(self.current);
        if region != self.current {
            self.framed.insert(var);
        }
    }

    fn operand(&mut self, operand: &Operand) {
        if let Some(v) = operand.var() {
            self.mention(v);
        }
    }

    /// The next round of a loop with a `receive` comes after it, so what the loop reads of what was
    /// there before is needed.
    fn repeated(&mut self, body: &[Stmt]) {
        let (before, known) = (self.current, self.of.clone());
        self.block(body);
        if self.current == before {
            return;
        }
        let mut inside = Regions {
            current: 0,
            of: FxHashMap::default(),
            framed: BTreeSet::new(),
        };
        inside.block(body);
        self.framed
            .extend(inside.of.keys().filter(|v| known.contains_key(v)));
    }

    fn block(&mut self, block: &[Stmt]) {
        for stmt in block {
            match stmt {
                Stmt::Let(v, rvalue) => {
                    self.mention(*v);
                    let mut list = Vec::new();
                    uses::rvalue(rvalue, &|_, _| false, &mut |o, _| list.push(o.clone()));
                    list.iter().for_each(|o| self.operand(o));
                }
                Stmt::Assign(v, o) => {
                    self.mention(*v);
                    self.operand(o);
                }
                Stmt::Dup(v) | Stmt::Drop(v) => self.mention(*v),
                Stmt::Return(o) => self.operand(o),
                Stmt::If { condition, .. } => self.operand(condition),
                Stmt::Switch { on, .. } => self.operand(on),
                Stmt::Loop(_, b) => {
                    self.repeated(b);
                    continue;
                }
                Stmt::Receive(r) => {
                    if let Some((ms, _)) = &r.after {
                        // Read again after each suspension.
                        self.framed.extend(ms.var());
                    }
                    self.current += 1;
                }
                Stmt::Scope(..)
                | Stmt::At(_)
                | Stmt::Kill(_)
                | Stmt::Revive(_)
                | Stmt::Regain(_)
                | Stmt::Leave(_)
                | Stmt::Repeat(_)
                | Stmt::Panic { .. } => {}
            }
            stmt.blocks(&mut |inner| self.block(inner));
        }
    }
}
