//! Rows to trees.

use crate::hir::{Pat, PatKind, Program, TypeKind};
use crate::types::Ty;

use super::missing::{Fact, Missing};
use super::rows::{self, Row};
use super::tree::{Case, Decision, Place, Step};

/// Builds one tree and remembers what happened on the way.
pub(super) struct Builder<'p> {
    pub(super) program: &'p Program,
    /// Types of the subjects.
    pub(super) columns: Vec<Ty>,
    reached: Vec<bool>,
    /// What is known about the subjects on the path being built.
    pub(super) facts: Vec<(Place, Fact)>,
    missing: Missing,
}

impl<'p> Builder<'p> {
    pub(super) fn new(program: &'p Program, columns: Vec<Ty>, arms: usize) -> Self {
        Builder {
            program,
            columns,
            reached: vec![false; arms],
            facts: Vec::new(),
            missing: Missing::default(),
        }
    }

    /// The tree for arms given by their patterns and whether they have a guard.
    pub(super) fn tree(&mut self, arms: &[(Vec<&Pat>, bool)]) -> Decision {
        let all = arms
            .iter()
            .enumerate()
            .flat_map(|(arm, (patterns, guard))| rows::of(patterns, arm, *guard))
            .collect();
        self.tree_of(all)
    }

    /// True when some value gets to the arm.
    pub(super) fn reached(&self, arm: usize) -> bool {
        self.reached[arm]
    }

    /// Patterns for the values that no arm takes.
    pub(super) fn missing(&self) -> Vec<String> {
        self.missing.patterns()
    }

    pub(super) fn has_error_type(&self) -> bool {
        self.columns.contains(&Ty::Error)
    }

    fn tree_of(&mut self, rows: Vec<Row>) -> Decision {
        let Some(first) = rows.first() else {
            let texts = self.uncovered();
            self.missing.add(texts);
            return Decision::Fail;
        };
        let Some((place, pattern)) = first.tests.first().cloned() else {
            let (arm, bindings) = (first.arm, first.bindings.clone());
            self.reached[arm] = true;
            if !first.has_guard {
                return Decision::Arm { arm, bindings };
            }
            // The other rows of the same arm would ask the same guard again, but with other
            // bindings.
            let otherwise = Box::new(self.tree_of(rows[1..].to_vec()));
            return Decision::Guarded {
                arm,
                bindings,
                otherwise,
            };
        };
        match rows::case_of(pattern) {
            Some(_) => self.switch(place, pattern, rows),
            None => self.bits(place, pattern, rows),
        }
    }

    /// The bit syntax is a test that nothing is known about: rows below may match whether it does
    /// or not.
    fn bits(&mut self, place: Place, pattern: &Pat, mut rows: Vec<Row>) -> Decision {
        let PatKind::Bits(segments) = &pattern.kind else {
            return Decision::Fail;
        };
        let rest = rows.split_off(1);
        let mut matched = rows;
        matched[0].tests.remove(0);
        matched.extend(rest.iter().cloned());
        let known = self.facts.len();
        self.facts.push((place.clone(), Fact::Opaque));
        let matched = Box::new(self.tree_of(matched));
        self.facts.truncate(known);
        let otherwise = Box::new(self.tree_of(rest));
        Decision::Bits {
            place,
            segments: segments.clone(),
            matched,
            otherwise,
        }
    }

    fn switch(&mut self, place: Place, pattern: &Pat, rows: Vec<Row>) -> Decision {
        let count = self.case_count(pattern);
        let mut cases: Vec<Case> = Vec::new();
        for row in &rows {
            let test = row.tests.iter().find(|(at, _)| *at == place);
            if let Some(case) = test
                .and_then(|(_, p)| rows::case_of(p))
                .filter(|case| !cases.contains(case))
            {
                cases.push(case);
            }
        }
        let known = self.facts.len();
        let mut branches = Vec::new();
        for case in &cases {
            self.facts.push((place.clone(), Fact::Is(case.clone())));
            let inner = self.tree_of(specialised(&rows, &place, case));
            self.facts.truncate(known);
            branches.push((case.clone(), inner));
        }
        let complete = count.is_some_and(|count| cases.len() >= count);
        let default = (!complete).then(|| {
            let untested = |row: &&Row| {
                !row.tests
                    .iter()
                    .any(|(at, _)| *at == place && !is_bits(row, at))
            };
            let rest = rows.iter().filter(untested).cloned().collect();
            self.facts.push((place.clone(), Fact::IsNot(cases)));
            let inner = self.tree_of(rest);
            self.facts.truncate(known);
            Box::new(inner)
        });
        Decision::Switch {
            place,
            cases: branches,
            default,
        }
    }

    /// How many cases a type has; `None` for those without end.
    fn case_count(&self, pattern: &Pat) -> Option<usize> {
        match &pattern.kind {
            PatKind::Bool(_) | PatKind::Cons(..) | PatKind::Nil => Some(2),
            PatKind::Constructor { ty, .. } => match &self.program.types[ty.index()].kind {
                TypeKind::Sum(variants) => Some(variants.len()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The type of a part of a subject.
    pub(super) fn type_at(&self, place: &Place) -> Ty {
        let mut ty = self.columns.get(place.column).cloned().unwrap_or(Ty::Error);
        for step in &place.steps {
            ty = self.part(&ty, step);
        }
        ty
    }

    fn part(&self, ty: &Ty, step: &Step) -> Ty {
        match (ty, step) {
            (Ty::Tuple(items), Step::Tuple(index)) => {
                items.get(*index).cloned().unwrap_or(Ty::Error)
            }
            (Ty::Con(_, args), Step::Head) => args.first().cloned().unwrap_or(Ty::Error),
            (Ty::Con(..), Step::Tail) => ty.clone(),
            (Ty::Con(id, args), Step::Variant { variant, field }) => {
                match &self.program.types[id.index()].kind {
                    TypeKind::Sum(variants) => {
                        let field = variants.get(*variant).and_then(|v| v.fields.get(*field));
                        field.map_or(Ty::Error, |t| t.substitute(args))
                    }
                    _ => Ty::Error,
                }
            }
            _ => Ty::Error,
        }
    }
}

fn is_bits(row: &Row, place: &Place) -> bool {
    row.tests
        .iter()
        .any(|(at, p)| at == place && matches!(p.kind, PatKind::Bits(_)))
}

/// The rows that a value of that case may still match.
fn specialised<'p>(rows: &[Row<'p>], place: &Place, case: &Case) -> Vec<Row<'p>> {
    let mut kept = Vec::new();
    for row in rows {
        let Some(index) = row.tests.iter().position(|(at, _)| at == place) else {
            kept.push(row.clone());
            continue;
        };
        let pattern = row.tests[index].1;
        match rows::case_of(pattern) {
            Some(found) if found == *case => {
                let mut row = row.clone();
                row.tests
                    .splice(index..=index, rows::inside(place, pattern));
                kept.extend(rows::simplified(row));
            }
            Some(_) => {}
            // Only an ill-typed match tests bits where another row tests something else.
            None => kept.push(row.clone()),
        }
    }
    kept
}
