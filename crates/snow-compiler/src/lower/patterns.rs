//! Decision trees to tests, bindings and arms.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::function::{Body, Destination};
use super::known::Known;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{TypeKind, TypeRef};
use crate::hir::{Clause, LocalId, PatKind};
use crate::matches::places::{Origin, Place, Places, Step};
use crate::matches::tree::{Decision, MatchKey, Node, NodeId, Tree};
use crate::source::Span;

/// What a match does at its leaves.
pub(super) struct Match<'m> {
    pub subjects: &'m [Var],
    pub clauses: &'m [Clause],
    pub destination: Destination,
    /// Where control goes after an arm.
    pub done: Label,
    /// `receive`: an arm first takes the message out of the mailbox, and no match is no crash.
    pub receive: Option<Var>,
    pub span: Span,
}

/// A tree being lowered.
pub(super) struct Walk<'w> {
    pub tree: &'w Tree,
    pub m: &'w Match<'w>,
    /// Arms with several leaves: their label and the join variables of their names.
    arms: FxHashMap<usize, (Label, Vec<(LocalId, Var)>)>,
    /// Nodes that several others lead to: their label, and what all of these know about the
    /// subjects.
    joins: RefCell<FxHashMap<NodeId, (Label, Option<Known>)>>,
}

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
            Some(decision) => {
                let done = self.fresh_label();
                let m = Match {
                    subjects,
                    clauses,
                    destination,
                    done,
                    receive: None,
                    span,
                };
                self.scope(done, |b| b.decide(decision, &m));
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

    /// Finds the arm and runs it.
    pub(super) fn decide(&mut self, decision: &Decision, m: &Match<'_>) {
        match decision {
            Decision::Tree(tree) => self.match_tree(tree, m),
            Decision::InOrder => self.in_order(m),
        }
    }

    /// Lowers a tree. Arms that several leaves reach, and nodes that several others lead to, stand
    /// once, behind scopes of their own.
    fn match_tree(&mut self, tree: &Tree, m: &Match<'_>) {
        let mut edges = vec![0usize; tree.nodes.len()];
        edges[tree.root.0 as usize] = 1;
        let mut leaves: FxHashMap<usize, usize> = FxHashMap::default();
        let mut joins = Vec::new();
        // Nodes stand behind those that they lead to.
        for at in (0..=tree.root.0).rev() {
            let here = edges[at as usize];
            if here == 0 {
                continue;
            }
            let node = tree.node(NodeId(at));
            match node {
                Node::Fail => {}
                // A leaf is lowered at each edge: it is a jump.
                Node::Arm { arm, .. } => *leaves.entry(*arm).or_default() += here,
                Node::Guarded { .. } | Node::Switch { .. } | Node::Bits { .. } => {
                    if let Node::Guarded { arm, .. } = node {
                        *leaves.entry(*arm).or_default() += 1;
                    }
                    if here > 1 {
                        joins.push(NodeId(at));
                    }
                }
            }
            node.edges(&mut |next| edges[next.0 as usize] += 1);
        }
        let mut shared: Vec<usize> = leaves
            .into_iter()
            .filter(|(_, n)| *n > 1)
            .map(|(arm, _)| arm)
            .collect();
        shared.sort_unstable();
        let mut walk = Walk {
            tree,
            m,
            arms: FxHashMap::default(),
            joins: RefCell::default(),
        };
        for arm in &shared {
            let label = self.fresh_label();
            let slots = self.arm_slots(tree, *arm, m);
            walk.arms.insert(*arm, (label, slots));
        }
        // The outermost scope is that of the node which all others may lead to.
        joins.reverse();
        for node in &joins {
            let label = self.fresh_label();
            walk.joins.get_mut().insert(*node, (label, None));
        }
        self.shared_arms(&walk, &shared, &joins);
    }

    fn shared_arms(&mut self, walk: &Walk<'_>, pending: &[usize], joins: &[NodeId]) {
        let Some((arm, rest)) = pending.split_last() else {
            return self.shared_nodes(walk, joins);
        };
        let (label, slots) = walk.arms[arm].clone();
        self.scope(label, |b| b.shared_arms(walk, rest, joins));
        for (local, slot) in slots {
            self.locals.insert(local, Operand::Var(slot));
        }
        self.arm_body(*arm, walk.m);
    }

    fn shared_nodes(&mut self, walk: &Walk<'_>, pending: &[NodeId]) {
        let Some((node, rest)) = pending.split_first() else {
            let mut known = Known::default();
            for (column, var) in walk.m.subjects.iter().enumerate() {
                let ty = self.vars[var.0 as usize].ty;
                if let Some(place) = walk.tree.places.find(Origin::Column(column)) {
                    known.insert(place, (Operand::Var(*var), ty));
                }
            }
            return self.node(walk.tree.root, walk, &mut known);
        };
        let label = walk.joins.borrow()[node].0;
        self.scope(label, |b| b.shared_nodes(walk, rest));
        let join = walk.joins.borrow_mut().remove(node);
        if let Some((_, Some(mut known))) = join {
            self.node(*node, walk, &mut known);
        }
    }

    fn arm_slots(&mut self, tree: &Tree, arm: usize, m: &Match<'_>) -> Vec<(LocalId, Var)> {
        let typed = self.lowering.typed;
        let mut slots = Vec::new();
        for local in leaf_locals(tree, arm, &m.clauses[arm]) {
            let ty = typed.local[local.index()].substitute(&self.args);
            let ty = self.lowering.type_ref(&ty);
            slots.push((local, self.fresh(ty)));
        }
        slots
    }

    pub(super) fn arm_body(&mut self, arm: usize, m: &Match<'_>) {
        let body = &m.clauses[arm].body;
        self.at(body.span);
        self.into_destination(body, m.destination);
        self.stmt(Stmt::Leave(m.done));
    }

    /// An edge: the node itself when this is the only one that leads to it, otherwise a jump.
    pub(super) fn edge(&mut self, to: NodeId, walk: &Walk<'_>, known: &mut Known) {
        if self.dead {
            return;
        }
        let label = walk.joins.borrow_mut().get_mut(&to).map(|(label, common)| {
            match common {
                Some(common) => common.intersect(known),
                None => *common = Some(known.clone()),
            }
            *label
        });
        match label {
            Some(label) => self.stmt(Stmt::Leave(label)),
            None => {
                let mark = known.mark();
                self.node(to, walk, known);
                known.undo(mark);
            }
        }
    }

    fn node(&mut self, id: NodeId, walk: &Walk<'_>, known: &mut Known) {
        if self.dead {
            return;
        }
        let m = walk.m;
        let places = &walk.tree.places;
        match walk.tree.node(id) {
            Node::Fail => self.no_match(m),
            Node::Arm { arm, bindings } => self.leaf(*arm, bindings, walk, known),
            Node::Guarded {
                arm,
                bindings,
                otherwise,
            } => {
                self.bind_places(bindings, places, known);
                let Some(guard) = &m.clauses[*arm].guard else {
                    return;
                };
                let holds = self.value(guard);
                let mark = known.mark();
                let (then, then_dead) = self.nested(|b| b.leaf(*arm, bindings, walk, known));
                known.undo(mark);
                let (otherwise, otherwise_dead) = self.nested(|b| b.edge(*otherwise, walk, known));
                self.stmt(Stmt::If {
                    condition: holds,
                    then,
                    otherwise,
                });
                self.dead |= then_dead && otherwise_dead;
            }
            Node::Switch {
                place,
                cases,
                default,
            } => self.switch(*place, cases, *default, walk, known),
            Node::Bits {
                place,
                segments,
                matched,
                otherwise,
            } => {
                let (subject, _) = self.place(*place, places, known);
                let fail = self.fresh_label();
                let mark = known.mark();
                self.scope(fail, |b| {
                    b.match_bits(&subject, segments, fail);
                    b.edge(*matched, walk, known);
                    // A failed test leaves to `fail`; whatever falls through here found no arm
                    // further in.
                    b.stmt(Stmt::Leave(fail));
                });
                known.undo(mark);
                self.edge(*otherwise, walk, known);
            }
        }
    }

    /// Nothing matches.
    pub(super) fn no_match(&mut self, m: &Match<'_>) {
        if m.receive.is_none() {
            self.panic("non-exhaustive match", m.span);
        }
    }

    /// An arm has been found.
    fn leaf(
        &mut self,
        arm: usize,
        bindings: &[(LocalId, Place)],
        walk: &Walk<'_>,
        known: &mut Known,
    ) {
        let (m, places) = (walk.m, &walk.tree.places);
        if let Some(message) = m.receive {
            // From here the message is owned: names are bound from the owned value, not from the
            // one under test.
            let ty = self.vars[message.0 as usize].ty;
            let owned = self.bind(ty, Rvalue::Accept(message));
            let mut fresh = Known::default();
            if let Some(place) = places.find(Origin::Column(0)) {
                fresh.insert(place, (owned, ty));
            }
            self.bind_places(bindings, places, &mut fresh);
        } else {
            self.bind_places(bindings, places, known);
        }
        match walk.arms.get(&arm).cloned() {
            Some((label, slots)) => {
                for (local, slot) in slots {
                    if let Some(value) = self.locals.get(&local).cloned() {
                        self.stmt(Stmt::Assign(slot, value));
                    }
                }
                self.stmt(Stmt::Leave(label));
            }
            None => self.arm_body(arm, m),
        }
    }

    fn bind_places(&mut self, bindings: &[(LocalId, Place)], places: &Places, known: &mut Known) {
        for (local, place) in bindings {
            let (value, _) = self.place(*place, places, known);
            self.locals.insert(*local, value);
        }
    }

    /// The value at a place, projected once.
    pub(super) fn place(
        &mut self,
        place: Place,
        places: &Places,
        known: &mut Known,
    ) -> (Operand, TypeRef) {
        // The steps from the nearest place that is known.
        let mut steps = Vec::new();
        let mut at = place;
        let (mut value, mut ty) = loop {
            if let Some(found) = known.get(at) {
                break found;
            }
            match places.origin(at) {
                Origin::Inside(outer, step) => {
                    steps.push((at, step));
                    at = outer;
                }
                Origin::Column(_) => return (Operand::Unit, self.lowering.int()),
            }
        };
        for (at, step) in steps.into_iter().rev() {
            (value, ty) = self.step(value, ty, step);
            known.insert(at, (value.clone(), ty));
        }
        (value, ty)
    }

    /// One step inwards.
    pub(super) fn step(
        &mut self,
        base: Operand,
        base_ty: TypeRef,
        step: Step,
    ) -> (Operand, TypeRef) {
        let types = &self.lowering.program.types;
        let (ty, rvalue) = match step {
            Step::Variant { variant, field } => {
                let payload = types.payload(base_ty, variant);
                let ty = payload.get(field).copied().unwrap_or(base_ty);
                let index = field;
                (
                    ty,
                    Rvalue::Payload {
                        base,
                        variant,
                        index,
                    },
                )
            }
            Step::Tuple(index) => {
                let fields = types.fields(base_ty);
                let ty = fields.get(index).copied().unwrap_or(base_ty);
                (ty, Rvalue::Field(base, index))
            }
            Step::Head | Step::Tail => {
                let item = match types.get(base_ty).kind {
                    TypeKind::List(item) => item,
                    TypeKind::Int
                    | TypeKind::Float
                    | TypeKind::Bool
                    | TypeKind::Unit
                    | TypeKind::String
                    | TypeKind::Bytes
                    | TypeKind::Pid
                    | TypeKind::Function { .. }
                    | TypeKind::Tuple(_)
                    | TypeKind::Struct { .. }
                    | TypeKind::Sum { .. } => base_ty,
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
        (self.bind(ty, rvalue), ty)
    }
}

/// Names that the leaves of an arm bind, those of bit patterns on the way included.
fn leaf_locals(tree: &Tree, arm: usize, clause: &Clause) -> Vec<LocalId> {
    let mut found = Vec::new();
    // A path to this arm may come past the bit pattern of another one, whose names have no value
    // then.
    let mut add = |local: LocalId| {
        if !found.contains(&local) && clause.patterns.iter().any(|p| p.binds(local)) {
            found.push(local);
        }
    };
    for node in &tree.nodes {
        match node {
            Node::Arm { arm: a, bindings }
            | Node::Guarded {
                arm: a, bindings, ..
            } => {
                if *a == arm {
                    bindings.iter().for_each(|(local, _)| add(*local));
                }
            }
            Node::Bits { segments, .. } => {
                for segment in segments {
                    if let PatKind::Bind(local) = segment.value.kind {
                        add(local);
                    }
                }
            }
            Node::Fail | Node::Switch { .. } => {}
        }
    }
    found
}
