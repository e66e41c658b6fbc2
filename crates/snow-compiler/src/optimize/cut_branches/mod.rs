//! Cuts branches of very long functions into functions of bounded length.
//!
//! A match of thousands of arms has no run that `cut-long` could cut: its arms return, or jump to
//! where the match ends. In: any program. Out: the same, where cases, blocks and runs of statements
//! of very long bodies have become functions that are called once. Such a function answers which of
//! its exits was taken, and what the code behind that exit has to know; the caller goes on from
//! there. What needs more parameters or answers more words than the limits below stays.

mod exits;
mod part;

use rustc_hash::FxHashSet;

use super::cut_long::{length, variable, Count};
use crate::core::ir::*;
use crate::core::mentions;
use crate::core::types::{TypeKind, TypeRef, Types};
use crate::core::uses;

/// Statements of a body that stays as it is.
const LONG: usize = 1024;

/// Statements of a part, more or less.
const PART: usize = 192;

/// Statements that a function of their own is worth.
const LEAST: usize = 48;

/// Values that a part may take from what stands around it.
const MOST_PARAMS: usize = 8;

/// Words that a part may answer.
const MOST_WORDS: usize = 8;

/// Cases of a switch: their values, and what they do.
type Cases = Vec<(Vec<i64>, Block)>;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let Program {
        types, functions, ..
    } = program;
    let kinds = &types.list;
    let known = |kind: TypeKind| {
        let found = kinds.iter().position(|info| info.kind == kind);
        found.map(|index| TypeRef(index as u32))
    };
    let (Some(int), Some(unit)) = (known(TypeKind::Int), known(TypeKind::Unit)) else {
        return;
    };
    for at in 0..functions.len() {
        if length(&functions[at].body) <= LONG {
            continue;
        }
        let first = functions.len();
        let mut body = std::mem::take(&mut functions[at].body);
        let mut cutter = Cutter::new(&mut functions[at], types, (int, unit), &mut body);
        cutter.first = first;
        cutter.block(&mut body);
        let parts = cutter.parts;
        functions[at].body = body;
        functions.extend(parts);
    }
}

struct Cutter<'f> {
    function: &'f mut Function,
    types: &'f mut Types,
    int: TypeRef,
    unit: TypeRef,
    /// By variable, in what the body is by now.
    counts: Vec<Count>,
    /// Messages that a `receive` still tests, and what is inside of them: no part may take these.
    untaken: FxHashSet<Var>,
    /// Number of the first part in the program.
    first: usize,
    parts: Vec<Function>,
}

impl<'f> Cutter<'f> {
    fn new(
        function: &'f mut Function,
        types: &'f mut Types,
        (int, unit): (TypeRef, TypeRef),
        body: &mut Block,
    ) -> Self {
        let mut counts = vec![Count::default(); function.vars.len()];
        for param in &function.params {
            counts[param.0 as usize] = Count { all: 1, defined: 1 };
        }
        mentions::each(body, &mut |mention| {
            if let Some((v, defines)) = variable(mention) {
                counts[v.0 as usize].add(defines);
            }
        });
        let mut untaken = FxHashSet::default();
        crate::core::blocks::walk(body, &mut |stmt| note_untaken(stmt, &mut untaken));
        Cutter {
            function,
            types,
            int,
            unit,
            counts,
            untaken,
            first: 0,
            parts: Vec::new(),
        }
    }

    /// Cuts what is inside of a block, and then runs of its own statements. Answers its length.
    fn block(&mut self, block: &mut Block) -> usize {
        let lengths: Vec<usize> = block.iter_mut().map(|stmt| self.statement(stmt)).collect();
        let whole = lengths.iter().sum();
        if whole <= 2 * PART {
            return whole;
        }
        let (mut run, mut run_length, mut whole) = (Vec::new(), 0, 0);
        let statements = std::mem::take(block).into_iter();
        for (stmt, length) in statements.zip(lengths) {
            run.push(stmt);
            run_length += length;
            if run_length >= PART {
                whole += self.run(&mut run, run_length);
                block.append(&mut run);
                run_length = 0;
            }
        }
        whole += self.run(&mut run, run_length);
        block.append(&mut run);
        whole
    }

    fn run(&mut self, run: &mut Block, length: usize) -> usize {
        let cut = if length >= LEAST { self.cut(run) } else { None };
        cut.unwrap_or(length)
    }

    fn statement(&mut self, stmt: &mut Stmt) -> usize {
        let mut length = usize::from(!matches!(stmt, Stmt::At(_)));
        if let Stmt::Switch { on, cases, default } = stmt {
            return length + self.cases(on, cases) + self.nested(default);
        }
        stmt.blocks_mut(&mut |inner| length += self.nested(inner));
        length
    }

    fn nested(&mut self, block: &mut Block) -> usize {
        let length = self.block(block);
        let cut = if length >= PART {
            self.cut(block)
        } else {
            None
        };
        cut.unwrap_or(length)
    }

    /// Cuts cases in groups, each of which is a switch of its own then.
    fn cases(&mut self, on: &Operand, cases: &mut Cases) -> usize {
        let lengths: Vec<usize> = cases.iter_mut().map(|(_, b)| self.nested(b)).collect();
        let whole = lengths.iter().sum();
        if whole <= 2 * PART {
            return whole;
        }
        let (mut group, mut group_length, mut whole) = (Vec::new(), 0, 0);
        for (case, length) in std::mem::take(cases).into_iter().zip(lengths) {
            group.push(case);
            group_length += length;
            if group_length >= PART {
                whole += self.group(on, std::mem::take(&mut group), group_length, cases);
                group_length = 0;
            }
        }
        whole + self.group(on, group, group_length, cases)
    }

    /// Adds a group to the cases; answers the length of what is there for it.
    fn group(&mut self, on: &Operand, mut group: Cases, length: usize, to: &mut Cases) -> usize {
        let values: Vec<i64> = group
            .iter()
            .flat_map(|(values, _)| values.clone())
            .collect();
        let last = if length >= LEAST { group.pop() } else { None };
        let Some((last_values, last)) = last else {
            to.extend(group);
            return length;
        };
        let switch = Stmt::Switch {
            on: on.clone(),
            cases: group,
            default: last,
        };
        let mut block = vec![switch];
        if let Some(cut) = self.cut(&mut block) {
            to.push((values, block));
            return cut;
        }
        if let Some(Stmt::Switch { cases, default, .. }) = block.pop() {
            to.extend(cases);
            to.push((last_values, default));
        }
        length
    }
}

fn note_untaken(stmt: &Stmt, untaken: &mut FxHashSet<Var>) {
    match stmt {
        Stmt::Receive(receive) => {
            untaken.insert(receive.message);
        }
        Stmt::Let(v, rvalue) => {
            let base = uses::projection(rvalue);
            if base.is_some_and(|base| untaken.contains(&base)) {
                untaken.insert(*v);
            }
        }
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
        | Stmt::Panic { .. } => {}
    }
}
