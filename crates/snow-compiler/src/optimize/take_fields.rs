//! Lets `%{s | f: g(s.f)}` update the field in place.
//!
//! Read plainly, `s` still holds the field while `g` runs, so `g` sees two owners and copies. Here
//! the read becomes an update that leaves an empty value in the field, when the same block later
//! overwrites that field of `s` and nothing in between looks at `s` except for other fields.

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::types::{TypeKind, TypeRef, Types};
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
        block(&mut body, function, types);
        function.body = body;
    });
}

fn block(statements: &mut Block, function: &mut Function, types: &Types) {
    for stmt in statements.iter_mut() {
        stmt.blocks_mut(&mut |inner| block(inner, function, types));
    }
    let mut at = 0;
    while at < statements.len() {
        at += take(statements, at, function, types) + 1;
    }
}

fn update_of(stmt: &Stmt) -> Option<(Var, Vec<usize>)> {
    match stmt {
        Stmt::Let(
            _,
            Rvalue::Update {
                base: Operand::Var(base),
                fields,
            },
        ) => Some((*base, fields.iter().map(|f| f.0).collect())),
        Stmt::At(_)
        | Stmt::Let(..)
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

/// Rewrites reads of the fields that the statement at `at` updates, if it does; answers how many
/// statements were added before it.
fn take(statements: &mut Block, at: usize, function: &mut Function, types: &Types) -> usize {
    let Some((base, fields)) = update_of(&statements[at]) else {
        return 0;
    };
    // The update must be the last use, or `base` would be seen without the field.
    if mentions(&statements[at + 1..], base) {
        return 0;
    }
    let field_types = types.fields(function.type_of(base));
    let mut reads: Vec<(usize, usize)> = Vec::new();
    for i in (0..at).rev() {
        match &statements[i] {
            Stmt::Let(v, _) if *v == base => break,
            Stmt::Let(_, Rvalue::Field(Operand::Var(b), index)) if *b == base => {
                if fields.contains(index) {
                    if reads.iter().any(|r| r.1 == *index) {
                        return 0;
                    }
                    reads.push((i, *index));
                }
            }
            other => {
                if mentions(std::slice::from_ref(other), base) || leaves(other) {
                    break;
                }
            }
        }
    }
    reads.retain(|(_, index)| empty_value(field_types[*index], types).is_some());
    if reads.is_empty() {
        return 0;
    }
    // From the first read on, `base` is a version of itself with empty fields.
    reads.sort_unstable();
    let ty = function.type_of(base);
    let last = reads[reads.len() - 1].0;
    // All reads are adjacent after `cluster-projections`, but for reads of other fields, which stay
    // on the old name.
    let empties = reads
        .iter()
        .map(|(_, i)| {
            (
                *i,
                empty_value(field_types[*i], types).unwrap_or(Operand::Unit),
            )
        })
        .collect();
    function.vars.push(VarInfo { ty, alias: false });
    let emptied = Var(function.vars.len() as u32 - 1);
    for stmt in &mut statements[last + 1..=at] {
        if let Stmt::Let(_, rvalue) = stmt {
            uses::map_operands(rvalue, &mut |o| {
                if *o == Operand::Var(base) {
                    *o = Operand::Var(emptied);
                }
            });
        }
    }
    let update = Rvalue::Update {
        base: Operand::Var(base),
        fields: empties,
    };
    statements.insert(last + 1, Stmt::Let(emptied, update));
    1
}

/// A value of the type that owns nothing, to leave behind.
fn empty_value(ty: TypeRef, types: &Types) -> Option<Operand> {
    match types.get(ty).kind {
        TypeKind::String | TypeKind::Bytes => Some(Operand::Text("".into())),
        TypeKind::List(_) => Some(Operand::EmptyList(ty)),
        TypeKind::Int
        | TypeKind::Float
        | TypeKind::Bool
        | TypeKind::Unit
        | TypeKind::Pid
        | TypeKind::Function { .. }
        | TypeKind::Tuple(_)
        | TypeKind::Struct { .. }
        | TypeKind::Sum { .. } => None,
    }
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
