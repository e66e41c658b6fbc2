//! What a decision tree looks at: a switch on tags and numbers, or tests one after another.

use super::function::Body;
use super::patterns::{Known, Match};
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{TypeKind, TypeRef};
use crate::matches::tree::{Case, Decision, Place};
use crate::source::Span;

impl Body<'_, '_> {
    pub(super) fn switch(
        &mut self,
        place: &Place,
        cases: &[(Case, Decision)],
        default: Option<&Decision>,
        m: &Match<'_>,
        mut known: Known,
    ) {
        let (subject, ty) = self.place(place, &mut known);
        let Some((first, _)) = cases.first() else {
            if let Some(default) = default {
                self.tree(default, m, known);
            }
            return;
        };
        match first {
            Case::Variant(_) | Case::Int(_) => {
                let on = match first {
                    Case::Variant(_) => {
                        let int = self.lowering.int();
                        self.bind(int, Rvalue::Tag(subject))
                    }
                    Case::Int(_)
                    | Case::Float(_)
                    | Case::String(_)
                    | Case::Bool(_)
                    | Case::Cons
                    | Case::Nil => subject,
                };
                self.switch_on(on, cases, default, m, known);
            }
            Case::Float(_) | Case::String(_) | Case::Bool(_) | Case::Cons | Case::Nil => {
                self.tests(subject, ty, cases, default, m, known)
            }
        }
    }

    fn switch_on(
        &mut self,
        on: Operand,
        cases: &[(Case, Decision)],
        default: Option<&Decision>,
        m: &Match<'_>,
        known: Known,
    ) {
        let mut arms = Vec::new();
        let mut all_dead = true;
        let (last, others) = match default {
            Some(tree) => (Some(tree), cases),
            // Complete: the last case needs no test.
            None => (cases.last().map(|c| &c.1), &cases[..cases.len() - 1]),
        };
        for (case, tree) in others {
            let value = match case {
                Case::Variant(v) => *v as i64,
                Case::Int(v) => *v,
                Case::Float(_) | Case::String(_) | Case::Bool(_) | Case::Cons | Case::Nil => 0,
            };
            let known = known.clone();
            let (block, dead) = self.nested(|b| b.tree(tree, m, known));
            all_dead &= dead;
            arms.push((value, block));
        }
        let (default, dead) = self.nested(|b| {
            if let Some(tree) = last {
                b.tree(tree, m, known);
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
        subject: Operand,
        ty: TypeRef,
        cases: &[(Case, Decision)],
        default: Option<&Decision>,
        m: &Match<'_>,
        known: Known,
    ) {
        let Some(((case, tree), rest)) = cases.split_first() else {
            if let Some(default) = default {
                self.tree(default, m, known);
            }
            return;
        };
        if rest.is_empty() && default.is_none() {
            self.tree(tree, m, known);
            return;
        }
        let holds = self.case_test(&subject, ty, case);
        let here = known.clone();
        self.if_else(
            holds,
            |b| b.tree(tree, m, here),
            |b| b.tests(subject.clone(), ty, rest, default, m, known),
        );
    }

    fn case_test(&mut self, subject: &Operand, ty: TypeRef, case: &Case) -> Operand {
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
                    _ => int,
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
            Case::Variant(_) | Case::Int(_) => Operand::Bool(true),
        }
    }
}
