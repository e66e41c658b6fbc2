//! What a guard can take over from the code around it.
//!
//! After `case Process.guard(fn() -> f(state) end) do Ok(next) -> … Err(why) -> … end` the state is
//! needed only when `f` has crashed. So the guard takes it over, `f` is its one owner and changes
//! it in place, and a crash gives it back as it was (`docs/memory.md`). In the blocks that a crash
//! leads to, `Regain` says that the code around owns it again. Where it is needed afterwards
//! anyway, it has two owners while the guard runs.

use crate::core::ir::*;
use crate::core::types::{TypeKind, Types};

/// By function: the parameters of guarded ones that their guards could take over.
pub(super) fn candidates(program: &mut Program) -> Vec<Vec<bool>> {
    let mut found = vec![Vec::new(); program.functions.len()];
    let Program {
        types, functions, ..
    } = program;
    for function in functions.iter_mut() {
        let vars = &function.vars;
        each_site(&mut function.body, vars, types, &mut |site| {
            let managed = |o: &Operand| {
                o.var()
                    .is_some_and(|v| types.managed(vars[v.0 as usize].ty))
            };
            found[site.runs.0 as usize] = site.args.iter().map(managed).collect();
        });
    }
    found
}

/// Says where the code around owns again what its guards took over.
pub(super) fn mark(program: &mut Program) {
    let taken: Vec<Vec<bool>> = program
        .functions
        .iter()
        .map(|f| match f.kind {
            Kind::Guarded => f.borrowed.iter().map(|borrowed| !borrowed).collect(),
            Kind::Plain | Kind::Closure(_) | Kind::Actor { .. } => Vec::new(),
        })
        .collect();
    let Program {
        types, functions, ..
    } = program;
    for function in functions.iter_mut() {
        let vars = &function.vars;
        each_site(&mut function.body, vars, types, &mut |site| {
            let taken = &taken[site.runs.0 as usize];
            let args = site.args.iter().zip(taken).filter(|(_, taken)| **taken);
            let regained: Vec<Var> = args.filter_map(|(arg, _)| arg.var()).collect();
            if !regained.is_empty() {
                for block in site.after_crash {
                    block.insert(0, Stmt::Regain(regained.clone()));
                }
            }
        });
    }
}

/// A guard whose outcome is looked at next.
struct Site<'b> {
    runs: FunctionRef,
    args: &'b [Operand],
    after_crash: Vec<&'b mut Block>,
}

fn each_site(block: &mut Block, vars: &[VarInfo], types: &Types, visit: &mut dyn FnMut(Site<'_>)) {
    for at in 0..block.len() {
        let (before, rest) = block.split_at_mut(at + 1);
        let stmt = &mut before[at];
        stmt.blocks_mut(&mut |inner| each_site(inner, vars, types, visit));
        let Stmt::Let(outcome, Rvalue::Guard { body, .. }) = stmt else {
            continue;
        };
        let GuardedCode::Call(runs, args) = body else {
            continue;
        };
        let Some(ok) = ok_of(types, vars[outcome.0 as usize].ty) else {
            continue;
        };
        if let Some(after_crash) = after_crash(rest, *outcome, ok) {
            visit(Site {
                runs: *runs,
                args,
                after_crash,
            });
        }
    }
}

/// The number of `Ok` in a result.
fn ok_of(types: &Types, result: crate::core::types::TypeRef) -> Option<i64> {
    let TypeKind::Sum { variants } = &types.get(result).kind else {
        return None;
    };
    let at = variants.iter().position(|v| &*v.0 == "Ok").unwrap_or(0);
    Some(at as i64)
}

/// The blocks that run when the outcome is not `Ok`, if no path leaves before its tag is looked at.
fn after_crash(rest: &mut [Stmt], outcome: Var, ok: i64) -> Option<Vec<&mut Block>> {
    let mut tag = None;
    for stmt in rest {
        match stmt {
            Stmt::Let(var, Rvalue::Tag(Operand::Var(of))) if *of == outcome => tag = Some(*var),
            Stmt::At(_) | Stmt::Let(..) => {}
            Stmt::Scope(_, inner) if tag.is_none() => return after_crash(inner, outcome, ok),
            Stmt::Switch { on, cases, default } if on.var().is_some() && on.var() == tag => {
                return blocks_without(ok, cases, default)
            }
            Stmt::Assign(..)
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
            | Stmt::Receive(_) => return None,
        }
    }
    None
}

/// The blocks of a switch over the two tags of a result in which the tag is not `ok`.
fn blocks_without<'b>(
    ok: i64,
    cases: &'b mut [(Vec<i64>, Block)],
    default: &'b mut Block,
) -> Option<Vec<&'b mut Block>> {
    if cases.iter().any(|(values, _)| values.len() != 1) || cases.is_empty() {
        return None;
    }
    let has_ok = cases.iter().any(|(values, _)| values[0] == ok);
    let others = cases.iter_mut().filter(|(values, _)| values[0] != ok);
    let mut blocks: Vec<&mut Block> = others.map(|(_, block)| block).collect();
    if has_ok {
        blocks.push(default);
    }
    Some(blocks)
}
