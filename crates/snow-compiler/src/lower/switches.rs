//! What a decision tree looks at: a switch on tags and numbers, or tests one after another.

use std::sync::Arc;

use super::function::{Body, Destination};
use super::known::Known;
use super::patterns::Walk;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{TypeKind, TypeRef};
use crate::matches::places::Place;
use crate::matches::tree::{Case, NodeId};
use crate::source::{Name, Span};
use crate::types::Ty;

/// Cases that lead to one node.
type Edge = (Vec<Case>, NodeId);

/// Texts that are compared one after the other; more are looked for in a sorted table.
const MOST_COMPARED: usize = 12;

/// The texts among the cases.
fn texts(cases: &[Edge]) -> impl Iterator<Item = &Name> {
    cases
        .iter()
        .flat_map(|(same, _)| same)
        .filter_map(|case| match case {
            Case::String(text) => Some(text),
            Case::Variant(_)
            | Case::Int(_)
            | Case::Float(_)
            | Case::Bool(_)
            | Case::Cons
            | Case::Nil => None,
        })
}

impl Body<'_, '_> {
    pub(super) fn switch(
        &mut self,
        place: Place,
        cases: &[Edge],
        default: Option<NodeId>,
        walk: &Walk<'_>,
        known: &mut Known,
    ) {
        let (subject, ty) = self.place(place, &walk.tree.places, known);
        let first = cases.first().and_then(|(same, _)| same.first());
        match first {
            Some(Case::Variant(_)) => {
                let int = self.lowering.int();
                let tag = self.bind(int, Rvalue::Tag(subject));
                self.switch_on(tag, cases, default, walk, known);
            }
            Some(Case::Int(_)) => self.switch_on(subject, cases, default, walk, known),
            Some(Case::String(_)) if texts(cases).count() > MOST_COMPARED => {
                match self.text_table(&subject, cases) {
                    Some((index, cases)) => self.switch_on(index, &cases, default, walk, known),
                    None => self.tests((&subject, ty), cases, default, walk, known),
                }
            }
            Some(Case::Float(_) | Case::String(_) | Case::Bool(_) | Case::Cons | Case::Nil) => {
                self.tests((&subject, ty), cases, default, walk, known)
            }
            None => {
                if let Some(default) = default {
                    self.edge(default, walk, known);
                }
            }
        }
    }

    /// Where the subject stands in the table of all texts, and the cases for that number.
    fn text_table(&mut self, subject: &Operand, cases: &[Edge]) -> Option<(Operand, Vec<Edge>)> {
        let lang = &self.lowering.hir.lang;
        let (list, string) = (lang.list?, lang.string?);
        let mut sorted: Vec<&Name> = texts(cases).collect();
        sorted.sort_unstable();
        let list = Ty::Con(list, vec![Ty::Con(string, Vec::new())]);
        let list = self.lowering.type_ref(&list);
        let items = sorted
            .iter()
            .map(|text| Static::Plain(Operand::Text((*text).clone())));
        let table = Operand::Static(Arc::new(Static::List(list, items.collect())));
        let int = self.lowering.int();
        let args = vec![subject.clone(), table];
        let index = self.primitive(Prim::BytesFind, int, args, Span::default());
        let place = |case: &Case| match case {
            Case::String(text) => sorted.binary_search(&text).map_or(-1, |at| at as i64),
            Case::Variant(_)
            | Case::Int(_)
            | Case::Float(_)
            | Case::Bool(_)
            | Case::Cons
            | Case::Nil => -1,
        };
        let numbered = |(same, node): &Edge| {
            let places = same.iter().map(|case| Case::Int(place(case)));
            (places.collect(), *node)
        };
        Some((index, cases.iter().map(numbered).collect()))
    }

    fn switch_on(
        &mut self,
        on: Operand,
        cases: &[Edge],
        default: Option<NodeId>,
        walk: &Walk<'_>,
        known: &mut Known,
    ) {
        let mut arms = Vec::new();
        let mut all_dead = true;
        let (last, others) = match default {
            Some(node) => (Some(node), cases),
            // Complete: the last case needs no test.
            None => (cases.last().map(|c| c.1), &cases[..cases.len() - 1]),
        };
        for (same, node) in others {
            let values = same
                .iter()
                .map(|case| match case {
                    Case::Variant(v) => *v as i64,
                    Case::Int(v) => *v,
                    Case::Float(_) | Case::String(_) | Case::Bool(_) | Case::Cons | Case::Nil => 0,
                })
                .collect();
            let (block, dead) = self.nested(|b| b.edge(*node, walk, known));
            all_dead &= dead;
            arms.push((values, block));
        }
        let (default, dead) = self.nested(|b| {
            if let Some(node) = last {
                b.edge(node, walk, known);
            }
        });
        if arms.is_empty() {
            self.block.extend(default);
            self.dead = dead;
            return;
        }
        self.stmt(Stmt::Switch {
            on,
            cases: arms,
            default,
        });
        self.dead |= all_dead && dead;
    }

    /// Cases that are tested one after the other.
    fn tests(
        &mut self,
        (subject, ty): (&Operand, TypeRef),
        cases: &[Edge],
        default: Option<NodeId>,
        walk: &Walk<'_>,
        known: &mut Known,
    ) {
        let Some(((same, node), rest)) = cases.split_first() else {
            if let Some(default) = default {
                self.edge(default, walk, known);
            }
            return;
        };
        if rest.is_empty() && default.is_none() {
            self.edge(*node, walk, known);
            return;
        }
        let holds = self.any_case(subject, ty, same);
        let (then, then_dead) = self.nested(|b| b.edge(*node, walk, known));
        let (otherwise, otherwise_dead) =
            self.nested(|b| b.tests((subject, ty), rest, default, walk, known));
        self.stmt(Stmt::If {
            condition: holds,
            then,
            otherwise,
        });
        self.dead |= then_dead && otherwise_dead;
    }

    /// Whether some case holds.
    fn any_case(&mut self, subject: &Operand, ty: TypeRef, cases: &[Case]) -> Operand {
        if let [only] = cases {
            return self.case_test(subject, ty, only);
        }
        let bool_ = self.lowering.bool();
        let any = self.fresh(bool_);
        let found = self.fresh_label();
        self.scope(found, |b| {
            for case in cases {
                let holds = b.case_test(subject, ty, case);
                b.if_else(
                    holds,
                    |b| {
                        b.deliver(Operand::Bool(true), Destination::Slot(any));
                        b.stmt(Stmt::Leave(found));
                    },
                    |_| {},
                );
            }
            b.deliver(Operand::Bool(false), Destination::Slot(any));
        });
        Operand::Var(any)
    }

    /// Whether a case that is no constructor holds.
    pub(super) fn case_test(&mut self, subject: &Operand, ty: TypeRef, case: &Case) -> Operand {
        let bool_ = self.lowering.bool();
        match case {
            Case::Bool(true) => subject.clone(),
            Case::Bool(false) => {
                self.primitive(Prim::BoolNot, bool_, vec![subject.clone()], Span::default())
            }
            Case::Float(v) => self.test(Prim::FloatEq, subject.clone(), Operand::Float(*v)),
            Case::String(text) => self.test(
                Prim::BytesEqual,
                subject.clone(),
                Operand::Text(text.clone()),
            ),
            Case::Cons | Case::Nil => {
                let int = self.lowering.int();
                let item = match self.lowering.program.types.get(ty).kind {
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
                    | TypeKind::Sum { .. } => int,
                };
                let length = self.list_primitive(
                    Prim::ListLength,
                    item,
                    int,
                    vec![subject.clone()],
                    Span::default(),
                );
                let name = if *case == Case::Cons {
                    Prim::IntGt
                } else {
                    Prim::IntEq
                };
                self.test(name, length, Operand::Int(0))
            }
            Case::Int(v) => self.test(Prim::IntEq, subject.clone(), Operand::Int(*v)),
            Case::Variant(_) => Operand::Bool(true),
        }
    }
}
