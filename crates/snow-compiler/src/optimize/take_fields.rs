//! Lets `%{s | f: g(s.f)}` update the field in place.
//!
//! Read plainly, `s` still holds the field while `g` runs, so `g` sees two owners and copies. Here
//! an update behind the read leaves nothing in the field, when the same block later overwrites that
//! field of `s` and nothing in between looks at `s` except for other fields. What is read several
//! times until then is read once. The read may also stand before the statement whose block this is,
//! as in `case s.f do Some(x) -> %{s | f: Some(g(x))} …`.

use std::collections::BTreeMap;

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::mentions::{self, Mention};
use crate::core::types::Types;
use crate::core::uses;
use crate::parallel;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let Program {
        types, functions, ..
    } = program;
    let functions = functions.iter_mut().collect();
    parallel::map(functions, |function: &mut Function| {
        let mut body = std::mem::take(&mut function.body);
        block(&mut body, function, types, &[]);
        function.body = body;
    });
}

/// A field that was read: of which value, which one, and what it is called since.
type Read = (Var, usize, Var);

/// `outer` are reads that come before the block.
fn block(statements: &mut Block, function: &mut Function, types: &Types, outer: &[Read]) {
    let mut known = outer.to_vec();
    for stmt in statements.iter_mut() {
        if let Stmt::Let(part, Rvalue::Field(Operand::Var(whole), index)) = stmt {
            if types.managed(function.type_of(*part)) {
                known.push((*whole, *index, *part));
            }
        }
        // In the second round of a loop other values may have the names of the first.
        if matches!(stmt, Stmt::Loop(..)) {
            forget_changed(&mut known, stmt);
        }
        stmt.blocks_mut(&mut |inner| block(inner, function, types, &known));
        forget_changed(&mut known, stmt);
    }
    // From the last to the first: an update may be of what a later one is made of.
    let mut at = statements.len();
    while at > 0 {
        at = take(statements, at - 1, function, types, outer);
    }
}

fn forget_changed(known: &mut Vec<Read>, stmt: &mut Stmt) {
    if known.is_empty() || matches!(stmt, Stmt::Let(..) | Stmt::At(_)) {
        return;
    }
    mentions::each(std::slice::from_mut(stmt), &mut |mention| {
        if let Mention::Defines(var) = mention {
            known.retain(|(whole, _, _)| whole != var);
        }
    });
}

fn update_of(stmt: &Stmt) -> Option<(Var, Vec<usize>)> {
    match stmt {
        Stmt::Let(
            _,
            Rvalue::Update {
                base: Operand::Var(base),
                fields,
            },
        ) if !matches!(fields[..], [(_, Operand::Undef(_)), ..]) => {
            Some((*base, fields.iter().map(|f| f.0).collect()))
        }
        Stmt::At(_)
        | Stmt::Let(..)
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

/// Rewrites reads of the fields that the statement at `at` updates, if it does; answers where it
/// stands then.
fn take(
    statements: &mut Block,
    at: usize,
    function: &mut Function,
    types: &Types,
    outer: &[Read],
) -> usize {
    let Some((base, fields)) = update_of(&statements[at]) else {
        return at;
    };
    // The update must be the last use, or it makes a copy.
    if is_used(&mut statements[at + 1..], base) {
        return at;
    }
    let field_types = types.fields(function.type_of(base));
    // The places of the reads of each field that is updated, the last one first.
    let mut reads: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut start = 0;
    for i in (0..at).rev() {
        start = i + 1;
        match &statements[i] {
            Stmt::Let(v, _) if *v == base => break,
            Stmt::Let(_, Rvalue::Field(Operand::Var(b), index)) if *b == base => {
                if fields.contains(index) && types.managed(field_types[*index]) {
                    reads.entry(*index).or_default().push(i);
                }
            }
            other => {
                if mentions(std::slice::from_ref(other), base) || leaves(other) {
                    break;
                }
            }
        }
        start = i;
    }
    // Where the fields that are updated have been read, and `base` can do without them.
    let firsts = reads.values().filter_map(|places| places.last());
    let mut emptied_at = firsts.max().map_or(start, |last| last + 1);
    let mut empty: Vec<usize> = reads.keys().copied().collect();
    for (_, index, part) in outer.iter().filter(|read| read.0 == base) {
        let is_taken = fields.contains(index) && !empty.contains(index);
        if is_taken && is_used(&mut statements[emptied_at..at], *part) {
            empty.push(*index);
        }
    }
    if empty.is_empty() {
        return at;
    }
    // From there on, `base` is a version of itself with empty fields. All reads are adjacent after
    // `cluster-projections`, but for reads of other fields, which stay on the old name.
    let ty = function.type_of(base);
    let emptied = Var(function.vars.len() as u32);
    function.vars.push(VarInfo { ty, alias: false });
    for stmt in &mut statements[emptied_at..=at] {
        if let Stmt::Let(_, rvalue) = stmt {
            uses::map_operands(rvalue, &mut |o| {
                if *o == Operand::Var(base) {
                    *o = Operand::Var(emptied);
                }
            });
        }
    }
    let empties = empty.iter().map(|i| (*i, Operand::Undef(field_types[*i])));
    let update = Rvalue::Update {
        base: Operand::Var(base),
        fields: empties.collect(),
    };
    let mut again: Vec<(usize, usize)> = Vec::new();
    for places in reads.values() {
        let (first, later) = places.split_last().unwrap_or((&0, &[]));
        again.extend(later.iter().map(|place| (*place, *first)));
    }
    again.sort_unstable();
    let mut at = at;
    for (place, first) in again.into_iter().rev() {
        read_once(statements, place, first);
        at -= 1;
        emptied_at -= usize::from(place < emptied_at);
    }
    statements.insert(emptied_at, Stmt::Let(emptied, update));
    at + 1
}

/// Removes the read at `place`, whose value is that of the one at `first`.
fn read_once(statements: &mut Block, place: usize, first: usize) {
    let Stmt::Let(kept, _) = statements[first] else {
        return;
    };
    if let Stmt::Let(again, _) = statements.remove(place) {
        mentions::each(&mut statements[place..], &mut |mention| {
            if let Mention::Uses(var) = mention {
                if *var == again {
                    *var = kept;
                }
            }
        });
    }
}

/// True when the value is looked at; a variable that gets another one is not.
fn is_used(statements: &mut [Stmt], var: Var) -> bool {
    let mut found = false;
    mentions::each(statements, &mut |mention| {
        found |= matches!(mention, Mention::Uses(v) if *v == var);
    });
    found
}

fn mentions(statements: &[Stmt], var: Var) -> bool {
    let mut found = false;
    let is = |o: &Operand| *o == Operand::Var(var);
    blocks::walk(statements, &mut |s| {
        found |= match s {
            Stmt::Let(v, rvalue) => {
                let mut inside = *v == var;
                uses::rvalue(rvalue, &|_, _| false, &mut |o, _| inside |= is(o));
                inside
            }
            Stmt::Assign(v, o) => *v == var || is(o),
            Stmt::Return(o) => is(o),
            Stmt::If { condition, .. } => is(condition),
            Stmt::Switch { on, .. } => is(on),
            Stmt::Receive(r) => r.after.as_ref().is_some_and(|(ms, _)| is(ms)),
            Stmt::At(_)
            | Stmt::Kill(_)
            | Stmt::Revive(_)
            | Stmt::Regain(_)
            | Stmt::Dup(_)
            | Stmt::Drop(_)
            | Stmt::Scope(..)
            | Stmt::Leave(_)
            | Stmt::Loop(..)
            | Stmt::Repeat(_)
            | Stmt::Panic { .. } => false,
        };
    });
    found
}

/// Control may leave the block here, past the update.
fn leaves(stmt: &Stmt) -> bool {
    let mut found = false;
    blocks::walk(std::slice::from_ref(stmt), &mut |s| {
        found |= matches!(
            s,
            Stmt::Return(_) | Stmt::Leave(_) | Stmt::Repeat(_) | Stmt::Receive(_)
        );
    });
    found
}
