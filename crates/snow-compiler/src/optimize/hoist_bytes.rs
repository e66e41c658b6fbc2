//! Takes the ownership test and the reads of address and length out of loops that write to bytes.
//!
//! In: a counted program. A loop qualifies when a loop variable of type `Bytes` only ever becomes
//! itself with a position set, and no second owner appears in the loop. Then it is made writable
//! once, before the loop; inside, every access goes through the address. The C compiler cannot do
//! this itself: a store to a byte may change any object's header as far as it knows.

use std::collections::BTreeSet;

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::primitive::{Access, Prim};
use crate::core::types::{TypeKind, TypeRef};
use crate::parallel;
use crate::source::Span;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let of_kind = |kind: TypeKind| {
        program
            .types
            .list
            .iter()
            .position(|t| t.kind == kind)
            .map(|i| TypeRef(i as u32))
    };
    let (Some(int), Some(unit), Some(bytes)) = (
        of_kind(TypeKind::Int),
        of_kind(TypeKind::Unit),
        of_kind(TypeKind::Bytes),
    ) else {
        return;
    };
    let functions = program.functions.iter_mut().collect();
    parallel::map(functions, |function: &mut Function| {
        let mut body = std::mem::take(&mut function.body);
        Hoist {
            function,
            int,
            unit,
            bytes,
        }
        .block(&mut body);
        function.body = body;
    });
}

struct Hoist<'f> {
    function: &'f mut Function,
    int: TypeRef,
    unit: TypeRef,
    bytes: TypeRef,
}

impl Hoist<'_> {
    fn block(&mut self, block: &mut Block) {
        let mut at = 0;
        while at < block.len() {
            match &mut block[at] {
                // Bodies of actors stay as they are.
                Stmt::Receive(_) => {}
                Stmt::Loop(_, body) => {
                    self.block(body);
                    if let Some((variable, chain)) = self.candidate(body) {
                        let before = self.rewrite(variable, &chain, body);
                        let added = before.len();
                        block.splice(at..at, before);
                        at += added;
                    }
                }
                other => other.blocks_mut(&mut |inner| self.block(inner)),
            }
            at += 1;
        }
    }

    /// A loop variable that qualifies, and every name that its object has inside the loop.
    fn candidate(&self, body: &Block) -> Option<(Var, BTreeSet<Var>)> {
        let mut assigned = BTreeSet::new();
        blocks::walk(body, &mut |stmt| {
            if let Stmt::Assign(v, _) = stmt {
                assigned.insert(*v);
            }
        });
        let is_bytes = |v: &Var| self.function.type_of(*v) == self.bytes;
        assigned
            .into_iter()
            .filter(is_bytes)
            .find_map(|v| chain_of(v, body).map(|chain| (v, chain)))
    }

    fn fresh(&mut self, ty: TypeRef) -> Var {
        self.function.vars.push(VarInfo { ty, alias: false });
        Var(self.function.vars.len() as u32 - 1)
    }

    /// Rewrites the accesses; answers what has to stand before the loop.
    fn rewrite(&mut self, variable: Var, chain: &BTreeSet<Var>, body: &mut Block) -> Block {
        let (owned, address, length) = (
            self.fresh(self.bytes),
            self.fresh(self.int),
            self.fresh(self.int),
        );
        self.accesses(body, chain, address, length);
        let call = |op: Prim, arg: Var| Rvalue::Primitive {
            op,
            ty: None,
            args: vec![Operand::Var(arg)],
            span: Span::default(),
        };
        vec![
            Stmt::Let(owned, call(Prim::BytesOwn, variable)),
            Stmt::Assign(variable, Operand::Var(owned)),
            Stmt::Let(address, call(Prim::RawAddress, variable)),
            Stmt::Let(length, call(Prim::BytesLength, variable)),
        ]
    }

    fn accesses(&mut self, block: &mut Block, chain: &BTreeSet<Var>, address: Var, length: Var) {
        let mut at = 0;
        while at < block.len() {
            let mut follow = None;
            match &mut block[at] {
                Stmt::Let(v, Rvalue::Primitive { op, args, .. }) if first_in(args, chain) => {
                    if *op == Prim::BytesLength {
                        block[at] = Stmt::Let(*v, Rvalue::Use(Operand::Var(length)));
                    } else if let Some(access) = op.access() {
                        let object = args.remove(0);
                        args.splice(0..0, [Operand::Var(address), Operand::Var(length)]);
                        *op = match access {
                            Access::Get(raw) => raw,
                            Access::Set(raw) => {
                                let target = std::mem::replace(v, self.fresh(self.unit));
                                follow = Some(Stmt::Let(target, Rvalue::Use(object)));
                                raw
                            }
                        };
                    }
                }
                other => {
                    other.blocks_mut(&mut |inner| self.accesses(inner, chain, address, length));
                }
            }
            if let Some(stmt) = follow {
                block.insert(at + 1, stmt);
                at += 1;
            }
            at += 1;
        }
    }
}

fn first_in(args: &[Operand], chain: &BTreeSet<Var>) -> bool {
    args.first()
        .and_then(Operand::var)
        .is_some_and(|v| chain.contains(&v))
}

fn is_set(op: Prim) -> bool {
    matches!(op.access(), Some(Access::Set(_)))
}

/// All names of the object of loop variable `variable`, if the loop only sets positions of it.
fn chain_of(variable: Var, body: &Block) -> Option<BTreeSet<Var>> {
    let mut chain = BTreeSet::from([variable]);
    loop {
        let before = chain.len();
        blocks::walk(body, &mut |stmt| match stmt {
            Stmt::Let(v, Rvalue::Primitive { op, args, .. })
                if is_set(*op) && first_in(args, &chain) =>
            {
                chain.insert(*v);
            }
            Stmt::Let(v, Rvalue::Use(Operand::Var(u))) if chain.contains(u) => {
                chain.insert(*v);
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
            | Stmt::Receive(_) => {}
        });
        if chain.len() == before {
            break;
        }
    }
    let mut sets = 0;
    let mut holds = true;
    blocks::walk(body, &mut |stmt| match stmt {
        Stmt::Dup(v) => holds &= !chain.contains(v),
        Stmt::Assign(v, source) => {
            let from_chain = source.var().is_some_and(|u| chain.contains(&u));
            holds &= from_chain == (*v == variable);
        }
        Stmt::Let(_, Rvalue::Primitive { op, args, .. })
            if is_set(*op) && first_in(args, &chain) =>
        {
            sets += 1
        }
        Stmt::Receive(_) => holds = false,
        Stmt::At(_)
        | Stmt::Let(..)
        | Stmt::Kill(_)
        | Stmt::Revive(_)
        | Stmt::Regain(_)
        | Stmt::Drop(_)
        | Stmt::If { .. }
        | Stmt::Switch { .. }
        | Stmt::Scope(..)
        | Stmt::Leave(_)
        | Stmt::Loop(..)
        | Stmt::Repeat(_)
        | Stmt::Return(_)
        | Stmt::Panic { .. } => {}
    });
    (holds && sets > 0).then_some(chain)
}
