//! Patterns tested from left to right: `let`, and the arms of a match whose tree would be too long.
//!
//! The code is as long as the patterns; a value may be looked at again for each arm.

use super::function::Body;
use super::patterns::Match;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::TypeRef;
use crate::hir::{LocalId, Pat, PatKind, TypeKind};
use crate::matches::all_bytes;
use crate::matches::places::Step;
use crate::matches::tree::Case;

impl Body<'_, '_> {
    /// Tries one arm after the other.
    pub(super) fn in_order(&mut self, m: &Match<'_>) {
        for (arm, clause) in m.clauses.iter().enumerate() {
            let next = self.fresh_label();
            self.scope(next, |b| {
                for (pattern, var) in clause.patterns.iter().zip(m.subjects) {
                    let ty = b.vars[var.0 as usize].ty;
                    b.test_pattern(pattern, Operand::Var(*var), ty, next);
                }
                if let Some(guard) = &clause.guard {
                    let holds = b.value(guard);
                    b.require(holds, next);
                }
                if let Some(message) = m.receive {
                    // Names are bound again, from the owned value.
                    let ty = b.vars[message.0 as usize].ty;
                    let owned = b.bind(ty, Rvalue::Accept(message));
                    clause
                        .patterns
                        .iter()
                        .for_each(|p| b.bind_pattern(p, owned.clone(), ty));
                }
                b.arm_body(arm, m);
            });
        }
        self.no_match(m);
    }

    /// `let pattern = operand`, or the pattern of a `for`: matches, but for the bit syntax.
    pub(super) fn bind_pattern(&mut self, pattern: &Pat, operand: Operand, ty: TypeRef) {
        let fail = self.fresh_label();
        if !self.may_fail(pattern) {
            return self.test_pattern(pattern, operand, ty, fail);
        }
        let found = self.fresh_label();
        let operand = Operand::Var(self.as_var(operand, ty));
        self.scope(found, |b| {
            b.scope(fail, |b| {
                b.test_pattern(pattern, operand, ty, fail);
                b.stmt(Stmt::Leave(found));
            });
            let text = "the bytes do not have the form that the pattern asks for";
            b.panic(text, pattern.span);
        });
    }

    /// True when the code of a pattern has a path on which it does not match.
    fn may_fail(&self, pattern: &Pat) -> bool {
        match &pattern.kind {
            PatKind::Wildcard | PatKind::Bind(_) | PatKind::Unit | PatKind::Error => false,
            PatKind::As(inner, _) => self.may_fail(inner),
            PatKind::Tuple(items) => items.iter().any(|p| self.may_fail(p)),
            PatKind::Constructor { ty, args, .. } => {
                self.is_one_of_many(*ty) || args.iter().any(|p| self.may_fail(p))
            }
            PatKind::Bits(segments) => all_bytes(segments).is_none_or(|value| self.may_fail(value)),
            PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Or(_)
            | PatKind::Cons(..)
            | PatKind::Nil => true,
        }
    }

    fn is_one_of_many(&self, ty: crate::hir::TypeId) -> bool {
        match &self.lowering.hir.types[ty.index()].kind {
            TypeKind::Sum(variants) => variants.len() > 1,
            TypeKind::Struct(_) | TypeKind::Builtin => false,
        }
    }

    /// Binds the names of a pattern when `operand` matches, and leaves to `fail` otherwise.
    fn test_pattern(&mut self, pattern: &Pat, operand: Operand, ty: TypeRef, fail: Label) {
        if self.dead {
            return;
        }
        match &pattern.kind {
            PatKind::Wildcard | PatKind::Unit | PatKind::Error => {}
            PatKind::Bind(local) => {
                self.locals.insert(*local, operand);
            }
            PatKind::As(inner, local) => {
                self.locals.insert(*local, operand.clone());
                self.test_pattern(inner, operand, ty, fail);
            }
            PatKind::Tuple(items) => {
                let operand = Operand::Var(self.as_var(operand, ty));
                for (index, item) in items.iter().enumerate() {
                    self.test_part(item, &operand, ty, Step::Tuple(index), fail);
                }
            }
            PatKind::Constructor {
                ty: declared,
                variant,
                args,
            } => {
                let operand = Operand::Var(self.as_var(operand, ty));
                if self.is_one_of_many(*declared) {
                    let int = self.lowering.int();
                    let tag = self.bind(int, Rvalue::Tag(operand.clone()));
                    let holds = self.test(Prim::IntEq, tag, Operand::Int(*variant as i64));
                    self.require(holds, fail);
                }
                for (field, arg) in args.iter().enumerate() {
                    let step = Step::Variant {
                        variant: *variant,
                        field,
                    };
                    self.test_part(arg, &operand, ty, step, fail);
                }
            }
            PatKind::Cons(head, tail) => {
                let operand = Operand::Var(self.as_var(operand, ty));
                let holds = self.case_test(&operand, ty, &Case::Cons);
                self.require(holds, fail);
                self.test_part(head, &operand, ty, Step::Head, fail);
                self.test_part(tail, &operand, ty, Step::Tail, fail);
            }
            PatKind::Int(value) => self.test_case(&operand, ty, &Case::Int(*value), fail),
            PatKind::Float(value) => self.test_case(&operand, ty, &Case::Float(*value), fail),
            PatKind::String(text) => {
                self.test_case(&operand, ty, &Case::String(text.clone()), fail);
            }
            PatKind::Bool(value) => self.test_case(&operand, ty, &Case::Bool(*value), fail),
            PatKind::Nil => self.test_case(&operand, ty, &Case::Nil, fail),
            PatKind::Or(alternatives) => {
                let operand = Operand::Var(self.as_var(operand, ty));
                self.test_alternatives(alternatives, operand, ty, fail);
            }
            PatKind::Bits(segments) => match all_bytes(segments) {
                Some(value) => self.test_pattern(value, operand, ty, fail),
                None => {
                    let operand = Operand::Var(self.as_var(operand, ty));
                    self.match_bits(&operand, segments, fail);
                }
            },
        }
    }

    fn test_case(&mut self, operand: &Operand, ty: TypeRef, case: &Case, fail: Label) {
        let holds = self.case_test(operand, ty, case);
        self.require(holds, fail);
    }

    fn test_part(
        &mut self,
        pattern: &Pat,
        base: &Operand,
        base_ty: TypeRef,
        step: Step,
        fail: Label,
    ) {
        if !matches!(
            pattern.kind,
            PatKind::Wildcard | PatKind::Unit | PatKind::Error
        ) {
            let (part, ty) = self.step(base.clone(), base_ty, step);
            self.test_pattern(pattern, part, ty, fail);
        }
    }

    /// The first alternative that matches gives the names their values.
    fn test_alternatives(&mut self, all: &[Pat], operand: Operand, ty: TypeRef, fail: Label) {
        let mut names = Vec::new();
        if let Some(first) = all.first() {
            first.names(&mut names);
        }
        let slots: Vec<(LocalId, Var)> = names
            .into_iter()
            .map(|local| {
                let ty = self.lowering.typed.local[local.index()].substitute(&self.args);
                let ty = self.lowering.type_ref(&ty);
                (local, self.fresh(ty))
            })
            .collect();
        let found = self.fresh_label();
        self.scope(found, |b| {
            for alternative in all {
                let next = b.fresh_label();
                b.scope(next, |b| {
                    b.test_pattern(alternative, operand.clone(), ty, next);
                    for (local, slot) in &slots {
                        if let Some(value) = b.locals.get(local).cloned() {
                            b.stmt(Stmt::Assign(*slot, value));
                        }
                    }
                    b.stmt(Stmt::Leave(found));
                });
            }
            b.stmt(Stmt::Leave(fail));
        });
        for (local, slot) in slots {
            self.locals.insert(local, Operand::Var(slot));
        }
    }

    fn require(&mut self, holds: Operand, fail: Label) {
        self.if_else(holds, |_| {}, |b| b.stmt(Stmt::Leave(fail)));
    }
}
