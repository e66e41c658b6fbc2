//! Checks a counted program: on every path each owned variable is consumed exactly as often as it
//! is owned.
//!
//! In: a program after `rc-insert`. Out: one message for each function that breaks the rule. The
//! walk keeps, for every owned variable, the number of references the code holds; joins must agree,
//! and a path that returns must hold none.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::ir::*;
use super::uses::{self, Mode};

/// References held, by owned variable.
pub type Held = BTreeMap<Var, i64>;

/// All violations, in words.
pub fn program(program: &Program) -> Vec<String> {
    let mut problems = Vec::new();
    for function in &program.functions {
        let mut check = Check::new(program, function);
        check.run();
        if let Some(problem) = check.problem {
            problems.push(format!("{}: {problem}", function.symbol));
        }
    }
    problems
}

/// By the message variable of each `receive` of `function` that is reached: the owned variables
/// that the code holds while it waits there, and how many references to each.
pub fn held_at_receives(program: &Program, function: &Function) -> FxHashMap<Var, Held> {
    let mut check = Check::new(program, function);
    check.run();
    check.receives
}

struct Check<'p> {
    program: &'p Program,
    function: &'p Function,
    scopes: FxHashMap<Label, Option<Held>>,
    loops: FxHashMap<Label, Held>,
    receives: FxHashMap<Var, Held>,
    problem: Option<String>,
}

impl<'p> Check<'p> {
    fn new(program: &'p Program, function: &'p Function) -> Self {
        let (scopes, loops, receives) = (
            FxHashMap::default(),
            FxHashMap::default(),
            FxHashMap::default(),
        );
        Check {
            program,
            function,
            scopes,
            loops,
            receives,
            problem: None,
        }
    }

    fn run(&mut self) {
        let mut held = Held::new();
        for (i, param) in self.function.params.iter().enumerate() {
            if self.owned(*param) && self.function.borrowed.get(i) != Some(&true) {
                held.insert(*param, 1);
            }
        }
        self.block(&self.function.body, Some(held));
    }

    fn owned(&self, var: Var) -> bool {
        let info = &self.function.vars[var.0 as usize];
        !info.alias && self.program.types.managed(info.ty)
    }

    fn fail(&mut self, text: String) {
        self.problem.get_or_insert(text);
    }

    fn add(&mut self, held: &mut Held, var: Var, change: i64) {
        if !self.owned(var) {
            return;
        }
        let count = held.entry(var).or_insert(0);
        *count += change;
        if *count < 0 {
            self.fail(format!("v{} is used after its last owner went", var.0));
        } else if *count == 0 {
            held.remove(&var);
        }
    }

    fn take(&mut self, held: &mut Held, operand: &Operand) {
        if let Some(v) = operand.var() {
            self.add(held, v, -1);
        }
    }

    /// A use of a view needs nothing here; a use of an owned variable needs a reference.
    fn look(&mut self, held: &Held, operand: &Operand) {
        if let Some(v) = operand.var() {
            if self.owned(v) && !held.contains_key(&v) {
                self.fail(format!("v{} is looked at after its last owner went", v.0));
            }
        }
    }

    fn join(&mut self, a: Option<Held>, b: Option<Held>, at: &str) -> Option<Held> {
        match (a, b) {
            (Some(a), Some(b)) => {
                if a != b {
                    self.fail(format!(
                        "paths that meet at {at} hold different references: {a:?} and {b:?}"
                    ));
                }
                Some(a)
            }
            (a, b) => a.or(b),
        }
    }

    /// What is held after the block; `None` when its end is not reached.
    fn block(&mut self, block: &[Stmt], held: Option<Held>) -> Option<Held> {
        let mut held = held;
        for stmt in block {
            held = self.statement(stmt, held?);
        }
        held
    }

    fn statement(&mut self, stmt: &Stmt, mut held: Held) -> Option<Held> {
        match stmt {
            Stmt::At(_) => Some(held),
            Stmt::Let(var, rvalue) => {
                self.definition(*var, rvalue, &mut held);
                Some(held)
            }
            Stmt::Assign(slot, operand) => {
                self.take(&mut held, operand);
                if held.contains_key(slot) {
                    self.fail(format!(
                        "v{} is assigned while it still holds a value",
                        slot.0
                    ));
                }
                self.add(&mut held, *slot, 1);
                Some(held)
            }
            Stmt::Kill(vars) => {
                vars.iter().for_each(|v| self.add(&mut held, *v, -1));
                Some(held)
            }
            Stmt::Revive(vars) => {
                for v in vars {
                    if held.contains_key(v) {
                        self.fail(format!("v{} is given up while it still holds a value", v.0));
                    }
                    self.add(&mut held, *v, 1);
                }
                Some(held)
            }
            Stmt::Regain(vars) => {
                vars.iter().for_each(|v| self.add(&mut held, *v, 1));
                Some(held)
            }
            Stmt::Dup(v) => {
                // A reference made from a view is held under the view's own name until it is
                // consumed.
                if self.owned(*v) {
                    self.add(&mut held, *v, 1);
                }
                Some(held)
            }
            Stmt::Drop(v) => {
                self.add(&mut held, *v, -1);
                Some(held)
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                self.look(&held, condition);
                let a = self.block(then, Some(held.clone()));
                let b = self.block(otherwise, Some(held));
                self.join(a, b, "the end of an if")
            }
            Stmt::Switch { on, cases, default } => {
                self.look(&held, on);
                let mut all = self.block(default, Some(held.clone()));
                for (_, body) in cases {
                    let one = self.block(body, Some(held.clone()));
                    all = self.join(all, one, "the end of a switch");
                }
                all
            }
            Stmt::Scope(label, body) => {
                self.scopes.insert(*label, None);
                let end = self.block(body, Some(held));
                let left = self.scopes.remove(label).flatten();
                self.join(end, left, "the end of a scope")
            }
            Stmt::Leave(label) => {
                let known = self.scopes.get(label).cloned().flatten();
                let joined = self.join(known, Some(held), "the end of a scope");
                self.scopes.insert(*label, joined);
                None
            }
            Stmt::Loop(label, body) => {
                self.loops.insert(*label, held.clone());
                self.block(body, Some(held))
            }
            Stmt::Repeat(label) => {
                let head = self.loops.get(label).cloned();
                self.join(head, Some(held), "the head of a loop");
                None
            }
            Stmt::Return(operand) => {
                self.take(&mut held, operand);
                if let Some(v) = held.keys().next() {
                    let v = v.0;
                    self.fail(format!("v{v} is never dropped on a path that returns"));
                }
                None
            }
            Stmt::Panic { .. } => None,
            Stmt::Receive(receive) => {
                self.receives.insert(receive.message, held.clone());
                let end = self.block(&receive.scan, Some(held.clone()));
                self.join(Some(held.clone()), end, "the next message");
                if let Some((ms, body)) = &receive.after {
                    self.look(&held, ms);
                    return self.block(body, Some(held));
                }
                None
            }
        }
    }

    fn definition(&mut self, var: Var, rvalue: &Rvalue, held: &mut Held) {
        let program = self.program;
        let borrowed = |f: FunctionRef, i: usize| {
            program
                .function(f)
                .borrowed
                .get(i)
                .copied()
                .unwrap_or(false)
        };
        let mut uses_ = Vec::new();
        uses::rvalue(rvalue, &borrowed, &mut |o, mode| {
            uses_.push((o.clone(), mode))
        });
        for (operand, mode) in &uses_ {
            if *mode == Mode::Borrow {
                self.look(held, operand);
            }
        }
        for (operand, mode) in &uses_ {
            if *mode == Mode::Consume {
                self.take(held, operand);
            }
        }
        if !self.owned(var) {
            return;
        }
        if held.contains_key(&var) {
            self.fail(format!(
                "v{} is defined while it still holds a value",
                var.0
            ));
        }
        // A projection is owned only by the `Dup` that follows it.
        let is_part = uses::projection(rvalue).is_some() || matches!(rvalue, Rvalue::Capture(_));
        if !is_part {
            self.add(held, var, 1);
        }
    }
}
