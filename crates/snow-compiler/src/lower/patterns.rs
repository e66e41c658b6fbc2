//! Decision trees to tests, bindings and arms.

use std::collections::HashMap;

use super::function::{Body, Destination};
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{TypeKind, TypeRef};
use crate::hir::{Clause, LocalId, Pat, PatKind};
use crate::matches::tree::{Decision, MatchKey, Place, Step};
use crate::source::Span;

/// What a match does at its leaves.
pub(super) struct Match<'m> {
    pub subjects: &'m [Var],
    pub clauses: &'m [Clause],
    pub destination: Destination,
    /// Where control goes after an arm.
    pub done: Label,
    /// Arms with several leaves: their label and the join variables of their names.
    pub shared: HashMap<usize, (Label, Vec<(LocalId, Var)>)>,
    /// `receive`: an arm first takes the message out of the mailbox, and no match is no crash.
    pub receive: Option<Var>,
    pub span: Span,
}

/// Values found so far, by place.
pub(super) type Known = HashMap<Place, (Operand, TypeRef)>;

impl Body<'_, '_> {
    /// Clauses of a function or closure, or arms of a `case`.
    pub(super) fn clauses(
        &mut self,
        key: MatchKey,
        subjects: &[Var],
        clauses: &[Clause],
        destination: Destination,
        span: Span,
    ) {
        let shadowed = self.locals.clone();
        match self.lowering.decisions.get(&key) {
            Some(tree) => {
                let done = self.fresh_label();
                let m = Match {
                    subjects,
                    clauses,
                    destination,
                    done,
                    shared: HashMap::new(),
                    receive: None,
                    span,
                };
                self.scope(done, |b| b.match_tree(tree, m));
            }
            None => {
                if let Some(clause) = clauses.first() {
                    for (pattern, var) in clause.patterns.iter().zip(subjects) {
                        let ty = self.vars[var.0 as usize].ty;
                        self.bind_pattern(pattern, Operand::Var(*var), ty);
                    }
                    self.at(clause.body.span);
                    self.into_destination(&clause.body, destination);
                }
            }
        }
        self.locals = shadowed;
    }

    /// Lowers a tree; arms that several leaves reach stand once, behind scopes of their own.
    pub(super) fn match_tree(&mut self, tree: &Decision, mut m: Match<'_>) {
        let mut leaves = HashMap::new();
        count_leaves(tree, &mut leaves);
        let mut shared: Vec<usize> = leaves
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(arm, _)| *arm)
            .collect();
        shared.sort_unstable();
        if m.receive.is_some() {
            // Taking a message is part of each leaf, so arms are not shared there.
            shared.clear();
        }
        for arm in &shared {
            let label = self.fresh_label();
            let slots = self.shared_slots(tree, *arm, &m);
            m.shared.insert(*arm, (label, slots));
        }
        self.shared_arms(tree, &m, &shared);
    }

    fn shared_arms(&mut self, tree: &Decision, m: &Match<'_>, pending: &[usize]) {
        let Some((arm, rest)) = pending.split_last() else {
            let mut known = Known::new();
            for (column, var) in m.subjects.iter().enumerate() {
                let ty = self.vars[var.0 as usize].ty;
                known.insert(
                    Place {
                        column,
                        steps: Vec::new(),
                    },
                    (Operand::Var(*var), ty),
                );
            }
            self.tree(tree, m, known);
            return;
        };
        let (label, slots) = m.shared[arm].clone();
        self.scope(label, |b| {
            b.shared_arms(tree, m, rest);
        });
        for (local, slot) in slots {
            self.locals.insert(local, Operand::Var(slot));
        }
        self.arm_body(*arm, m);
    }

    fn shared_slots(&mut self, tree: &Decision, arm: usize, m: &Match<'_>) -> Vec<(LocalId, Var)> {
        let mut locals = Vec::new();
        leaf_locals(tree, arm, &mut locals);
        // A path to this arm may come past the bit pattern of another one, whose names have no
        // value then.
        locals.retain(|local| m.clauses[arm].patterns.iter().any(|p| p.binds(*local)));
        let typed = self.lowering.typed;
        let mut slots = Vec::new();
        for local in locals {
            let ty = typed.local[local.index()].substitute(&self.args);
            let ty = self.lowering.type_ref(&ty);
            slots.push((local, self.fresh(ty)));
        }
        slots
    }

    fn arm_body(&mut self, arm: usize, m: &Match<'_>) {
        let body = &m.clauses[arm].body;
        self.at(body.span);
        self.into_destination(body, m.destination);
        self.stmt(Stmt::Leave(m.done));
    }

    pub(super) fn tree(&mut self, tree: &Decision, m: &Match<'_>, mut known: Known) {
        if self.dead {
            return;
        }
        match tree {
            Decision::Fail => {
                if m.receive.is_none() {
                    self.panic("non-exhaustive match", m.span);
                }
            }
            Decision::Arm { arm, bindings } => self.leaf(*arm, bindings, m, &mut known),
            Decision::Guarded {
                arm,
                bindings,
                otherwise,
            } => {
                self.bind_places(bindings, &mut known);
                let Some(guard) = &m.clauses[*arm].guard else {
                    return;
                };
                let holds = self.value(guard);
                let again = known.clone();
                self.if_else(
                    holds,
                    |b| b.leaf(*arm, bindings, m, &mut known),
                    |b| b.tree(otherwise, m, again),
                );
            }
            Decision::Switch {
                place,
                cases,
                default,
            } => self.switch(place, cases, default.as_deref(), m, known),
            Decision::Bits {
                place,
                segments,
                matched,
                otherwise,
            } => {
                let (subject, _) = self.place(place, &mut known);
                let fail = self.fresh_label();
                let inner = known.clone();
                self.scope(fail, |b| {
                    b.match_bits(&subject, segments, fail);
                    b.tree(matched, m, inner);
                    // A failed test leaves to `fail`; whatever falls through here found no arm
                    // further in.
                    b.stmt(Stmt::Leave(fail));
                });
                self.tree(otherwise, m, known);
            }
        }
    }

    /// An arm has been found.
    fn leaf(
        &mut self,
        arm: usize,
        bindings: &[(LocalId, Place)],
        m: &Match<'_>,
        known: &mut Known,
    ) {
        if let Some((label, slots)) = m.shared.get(&arm).cloned() {
            self.bind_places(bindings, known);
            for (local, slot) in slots {
                if let Some(value) = self.locals.get(&local).cloned() {
                    self.stmt(Stmt::Assign(slot, value));
                }
            }
            self.stmt(Stmt::Leave(label));
            return;
        }
        if let Some(message) = m.receive {
            // From here the message is owned: names are bound from the owned value, not from the
            // one under test.
            let ty = self.vars[message.0 as usize].ty;
            let owned = self.bind(ty, Rvalue::Accept(message));
            let mut fresh = Known::new();
            fresh.insert(
                Place {
                    column: 0,
                    steps: Vec::new(),
                },
                (owned, ty),
            );
            self.bind_places(bindings, &mut fresh);
        } else {
            self.bind_places(bindings, known);
        }
        self.arm_body(arm, m);
    }

    fn bind_places(&mut self, bindings: &[(LocalId, Place)], known: &mut Known) {
        for (local, place) in bindings {
            let (value, _) = self.place(place, known);
            self.locals.insert(*local, value);
        }
    }

    /// The value at a place, projected once.
    pub(super) fn place(&mut self, place: &Place, known: &mut Known) -> (Operand, TypeRef) {
        if let Some(found) = known.get(place) {
            return found.clone();
        }
        let mut outer = place.clone();
        let Some(step) = outer.steps.pop() else {
            return (Operand::Unit, self.lowering.int());
        };
        let (base, base_ty) = self.place(&outer, known);
        let (ty, rvalue) = match step {
            Step::Variant { variant, field } => {
                let payload = self.lowering.program.types.payload(base_ty, variant);
                let ty = payload.get(field).copied().unwrap_or(base_ty);
                (
                    ty,
                    Rvalue::Payload {
                        base,
                        variant,
                        index: field,
                    },
                )
            }
            Step::Tuple(index) => {
                let ty = self
                    .lowering
                    .program
                    .types
                    .fields(base_ty)
                    .get(index)
                    .copied()
                    .unwrap_or(base_ty);
                (ty, Rvalue::Field(base, index))
            }
            Step::Head | Step::Tail => {
                let item = match self.lowering.program.types.get(base_ty).kind {
                    TypeKind::List(item) => item,
                    _ => base_ty,
                };
                let (op, ty) = if step == Step::Head {
                    (Prim::ListHead, item)
                } else {
                    (Prim::ListTail, base_ty)
                };
                let span = self.line.unwrap_or_default();
                (
                    ty,
                    Rvalue::Primitive {
                        op,
                        ty: Some(item),
                        args: vec![base],
                        span,
                    },
                )
            }
        };
        let value = self.bind(ty, rvalue);
        known.insert(place.clone(), (value.clone(), ty));
        (value, ty)
    }

    /// `let pattern = operand`, or the pattern of a `for`: cannot fail.
    pub(super) fn bind_pattern(&mut self, pattern: &Pat, operand: Operand, ty: TypeRef) {
        match &pattern.kind {
            PatKind::Wildcard | PatKind::Unit | PatKind::Error => {}
            PatKind::Bind(local) => {
                self.locals.insert(*local, operand);
            }
            _ => {
                let Some(tree) = self.lowering.decisions.get(&MatchKey::Let(pattern.id)) else {
                    return;
                };
                let var = self.as_var(operand, ty);
                let mut known = Known::new();
                known.insert(
                    Place {
                        column: 0,
                        steps: Vec::new(),
                    },
                    (Operand::Var(var), ty),
                );
                self.irrefutable(tree, known, pattern.span);
            }
        }
    }

    fn irrefutable(&mut self, tree: &Decision, mut known: Known, span: Span) {
        match tree {
            Decision::Arm { bindings, .. } => self.bind_places(bindings, &mut known),
            Decision::Switch {
                place,
                cases,
                default,
            } => {
                self.place(place, &mut known);
                let next = cases.first().map(|c| &c.1).or(default.as_deref());
                if let Some(next) = next {
                    self.irrefutable(next, known, span);
                }
            }
            Decision::Bits {
                place,
                segments,
                matched,
                ..
            } => {
                let (subject, _) = self.place(place, &mut known);
                let fail = self.fresh_label();
                let ok = self.fresh_label();
                self.scope(ok, |b| {
                    b.scope(fail, |b| {
                        b.match_bits(&subject, segments, fail);
                        b.stmt(Stmt::Leave(ok));
                    });
                    b.panic(
                        "the bytes do not have the form that the pattern asks for",
                        span,
                    );
                });
                self.irrefutable(matched, known, span);
            }
            Decision::Guarded { otherwise, .. } => self.irrefutable(otherwise, known, span),
            Decision::Fail => self.panic("non-exhaustive match", span),
        }
    }
}

fn count_leaves(tree: &Decision, leaves: &mut HashMap<usize, usize>) {
    match tree {
        Decision::Fail => {}
        Decision::Arm { arm, .. } => *leaves.entry(*arm).or_default() += 1,
        Decision::Guarded { arm, otherwise, .. } => {
            *leaves.entry(*arm).or_default() += 1;
            count_leaves(otherwise, leaves);
        }
        Decision::Switch { cases, default, .. } => {
            cases.iter().for_each(|(_, t)| count_leaves(t, leaves));
            if let Some(t) = default {
                count_leaves(t, leaves);
            }
        }
        Decision::Bits {
            matched, otherwise, ..
        } => {
            count_leaves(matched, leaves);
            count_leaves(otherwise, leaves);
        }
    }
}

/// Names that the leaves of `arm` bind, those of bit patterns on the way included.
fn leaf_locals(tree: &Decision, arm: usize, out: &mut Vec<LocalId>) {
    let mut add = |local: LocalId| {
        if !out.contains(&local) {
            out.push(local);
        }
    };
    match tree {
        Decision::Fail => {}
        Decision::Arm { arm: a, bindings } => {
            if *a == arm {
                bindings.iter().for_each(|(l, _)| add(*l));
            }
        }
        Decision::Guarded {
            arm: a,
            bindings,
            otherwise,
        } => {
            if *a == arm {
                bindings.iter().for_each(|(l, _)| add(*l));
            }
            leaf_locals(otherwise, arm, out);
        }
        Decision::Switch { cases, default, .. } => {
            cases.iter().for_each(|(_, t)| leaf_locals(t, arm, out));
            if let Some(t) = default {
                leaf_locals(t, arm, out);
            }
        }
        Decision::Bits {
            segments,
            matched,
            otherwise,
            ..
        } => {
            let before = out.len();
            leaf_locals(matched, arm, out);
            let mut leaves = HashMap::new();
            count_leaves(matched, &mut leaves);
            if out.len() > before || leaves.contains_key(&arm) {
                for segment in segments {
                    if let PatKind::Bind(local) = segment.value.kind {
                        if !out.contains(&local) {
                            out.push(local);
                        }
                    }
                }
            }
            leaf_locals(otherwise, arm, out);
        }
    }
}
