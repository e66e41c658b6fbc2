//! The rows of a match: what is still to be tested before an arm is found.
//!
//! A row holds tests instead of a full line of the paper's matrix: a column without a test is a
//! wildcard.

use crate::ast::BitKind;
use crate::hir::{LocalId, Pat, PatKind, Segment};

use super::tree::{Case, Place, Step};

/// One way to reach an arm.
#[derive(Clone)]
pub(super) struct Row<'p> {
    /// Places with a pattern that can fail, outermost and leftmost first.
    pub tests: Vec<(Place, &'p Pat)>,
    pub bindings: Vec<(LocalId, Place)>,
    pub arm: usize,
    pub has_guard: bool,
}

/// The rows of an arm: several when it has or-patterns.
pub(super) fn of<'p>(patterns: &[&'p Pat], arm: usize, has_guard: bool) -> Vec<Row<'p>> {
    let start = |(column, pattern): (usize, &&'p Pat)| {
        (
            Place {
                column,
                steps: Vec::new(),
            },
            *pattern,
        )
    };
    let tests = patterns.iter().enumerate().map(start).collect();
    simplified(Row {
        tests,
        bindings: Vec::new(),
        arm,
        has_guard,
    })
}

/// Moves names to the bindings, opens tuples, drops what cannot fail and splits alternatives.
pub(super) fn simplified(row: Row) -> Vec<Row> {
    let Row {
        tests,
        bindings,
        arm,
        has_guard,
    } = row;
    let mut rows = vec![Row {
        tests: Vec::new(),
        bindings,
        arm,
        has_guard,
    }];
    for (place, pattern) in tests {
        rows = rows
            .into_iter()
            .flat_map(|row| with_test(row, &place, pattern))
            .collect();
    }
    rows
}

fn with_test<'p>(mut row: Row<'p>, place: &Place, pattern: &'p Pat) -> Vec<Row<'p>> {
    match &pattern.kind {
        PatKind::Wildcard | PatKind::Unit | PatKind::Error => vec![row],
        PatKind::Bind(local) => {
            row.bindings.push((*local, place.clone()));
            vec![row]
        }
        PatKind::As(inner, local) => {
            row.bindings.push((*local, place.clone()));
            with_test(row, place, inner)
        }
        PatKind::Tuple(items) => {
            let mut rows = vec![row];
            for (index, item) in items.iter().enumerate() {
                let inside = place.then(Step::Tuple(index));
                rows = rows
                    .into_iter()
                    .flat_map(|row| with_test(row, &inside, item))
                    .collect();
            }
            rows
        }
        PatKind::Or(alternatives) => alternatives
            .iter()
            .flat_map(|p| with_test(row.clone(), place, p))
            .collect(),
        PatKind::Bits(segments) => match all_bytes(segments) {
            Some(value) => with_test(row, place, value),
            None => {
                row.tests.push((place.clone(), pattern));
                vec![row]
            }
        },
        _ => {
            row.tests.push((place.clone(), pattern));
            vec![row]
        }
    }
}

/// The value of `<<rest::bytes>>`, which matches all bytes there are.
fn all_bytes(segments: &[Segment<Pat>]) -> Option<&Pat> {
    match segments {
        [only] if only.kind == BitKind::Bytes && only.size.is_none() => Some(&only.value),
        _ => None,
    }
}

impl Place {
    /// One step further in.
    pub(super) fn then(&self, step: Step) -> Place {
        let mut steps = self.steps.clone();
        steps.push(step);
        Place {
            column: self.column,
            steps,
        }
    }

    pub(super) fn is_inside(&self, outer: &Place) -> bool {
        self.column == outer.column && self.steps.starts_with(&outer.steps)
    }
}

/// The case that a pattern tests for; none for the bit syntax.
pub(super) fn case_of(pattern: &Pat) -> Option<Case> {
    Some(match &pattern.kind {
        PatKind::Int(value) => Case::Int(*value),
        PatKind::Float(value) => Case::Float(*value),
        PatKind::String(value) => Case::String(value.clone()),
        PatKind::Bool(value) => Case::Bool(*value),
        PatKind::Constructor { variant, .. } => Case::Variant(*variant),
        PatKind::Cons(..) => Case::Cons,
        PatKind::Nil => Case::Nil,
        _ => return None,
    })
}

/// The patterns inside one that has been tested for its case.
pub(super) fn inside<'p>(place: &Place, pattern: &'p Pat) -> Vec<(Place, &'p Pat)> {
    match &pattern.kind {
        PatKind::Constructor { variant, args, .. } => {
            let step = |field| Step::Variant {
                variant: *variant,
                field,
            };
            args.iter()
                .enumerate()
                .map(|(field, arg)| (place.then(step(field)), arg))
                .collect()
        }
        PatKind::Cons(head, tail) => vec![
            (place.then(Step::Head), head),
            (place.then(Step::Tail), tail),
        ],
        _ => Vec::new(),
    }
}
