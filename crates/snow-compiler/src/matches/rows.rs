//! The rows of a match: what is still to be tested before an arm is found.
//!
//! A row holds tests instead of a full line of the paper's matrix: a column without a test is a
//! wildcard. An or-pattern stays one test for as long as its alternatives are cases of one value.

use crate::ast::BitKind;
use crate::hir::{LocalId, Pat, PatKind, Segment};

use super::places::{Place, Places, Step};
use super::tree::Case;

/// One way to reach an arm.
#[derive(Clone)]
pub(super) struct Row<'p> {
    /// Places with a pattern that can fail, outermost and leftmost first.
    pub tests: Vec<(Place, &'p Pat)>,
    pub bindings: Vec<(LocalId, Place)>,
    pub arm: usize,
    pub has_guard: bool,
    /// A bit pattern of the row has matched and bound names, so that the row means something only
    /// on the path where it did.
    pub after_bits: bool,
}

/// What makes two rows the same.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct RowKey {
    arm: usize,
    tests: Vec<(Place, *const Pat)>,
    bindings: Vec<(LocalId, Place)>,
}

impl<'p> Row<'p> {
    /// The row of an arm.
    pub(super) fn of(
        patterns: &[&'p Pat],
        arm: usize,
        has_guard: bool,
        places: &mut Places,
    ) -> Self {
        let mut row = Row {
            tests: Vec::new(),
            bindings: Vec::new(),
            arm,
            has_guard,
            after_bits: false,
        };
        for (column, pattern) in patterns.iter().enumerate() {
            let place = places.column(column);
            row.add(place, pattern, places);
        }
        row
    }

    pub(super) fn key(&self) -> RowKey {
        RowKey {
            arm: self.arm,
            tests: self
                .tests
                .iter()
                .map(|(place, pattern)| (*place, std::ptr::from_ref(*pattern)))
                .collect(),
            bindings: self.bindings.clone(),
        }
    }

    /// The test of that place, with its position.
    pub(super) fn test_at(&self, place: Place) -> Option<(usize, &'p Pat)> {
        let index = self.tests.iter().position(|(at, _)| *at == place)?;
        Some((index, self.tests[index].1))
    }

    /// Appends the tests of a pattern: moves names to the bindings, opens tuples, drops what cannot
    /// fail.
    fn add(&mut self, place: Place, pattern: &'p Pat, places: &mut Places) {
        match &pattern.kind {
            PatKind::Wildcard | PatKind::Unit | PatKind::Error => {}
            PatKind::Bind(local) => self.bindings.push((*local, place)),
            PatKind::As(inner, local) => {
                self.bindings.push((*local, place));
                self.add(place, inner, places);
            }
            PatKind::Tuple(items) => {
                for (index, item) in items.iter().enumerate() {
                    let inside = places.then(place, Step::Tuple(index));
                    self.add(inside, item, places);
                }
            }
            PatKind::Bits(segments) => match all_bytes(segments) {
                Some(value) => self.add(place, value, places),
                None => self.tests.push((place, pattern)),
            },
            PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Constructor { .. }
            | PatKind::Or(_)
            | PatKind::Cons(..)
            | PatKind::Nil => self.tests.push((place, pattern)),
        }
    }

    /// The row with other patterns in the place of one test.
    pub(super) fn with(
        &self,
        index: usize,
        patterns: Vec<(Place, &'p Pat)>,
        places: &mut Places,
    ) -> Self {
        let mut row = self.clone();
        let behind = row.tests.split_off(index + 1);
        row.tests.pop();
        for (place, pattern) in patterns {
            row.add(place, pattern, places);
        }
        row.tests.extend(behind);
        row
    }
}

/// The value of `<<rest::bytes>>`, which matches all bytes there are.
pub(crate) fn all_bytes(segments: &[Segment<Pat>]) -> Option<&Pat> {
    match segments {
        [only] if only.kind == BitKind::Bytes && only.size.is_none() => Some(&only.value),
        _ => None,
    }
}

/// The alternatives of a pattern, of nested ones, too; of a pattern without any it is the only one.
pub(super) fn alternatives(pattern: &Pat) -> Vec<&Pat> {
    fn add<'p>(pattern: &'p Pat, all: &mut Vec<&'p Pat>) {
        match &pattern.kind {
            PatKind::Or(items) => items.iter().for_each(|item| add(item, all)),
            PatKind::Wildcard
            | PatKind::Bind(_)
            | PatKind::As(..)
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Tuple(_)
            | PatKind::Constructor { .. }
            | PatKind::Cons(..)
            | PatKind::Nil
            | PatKind::Bits(_)
            | PatKind::Error => all.push(pattern),
        }
    }
    let mut all = Vec::new();
    add(pattern, &mut all);
    all
}

/// True when some alternative is no case, so that a switch cannot tell them apart.
pub(super) fn is_mixed(pattern: &Pat) -> bool {
    let is_or = matches!(pattern.kind, PatKind::Or(_));
    is_or && alternatives(pattern).iter().any(|p| case_of(p).is_none())
}

/// The case that a pattern tests for; none for alternatives and the bit syntax.
pub(super) fn case_of(pattern: &Pat) -> Option<Case> {
    Some(match &pattern.kind {
        PatKind::Int(value) => Case::Int(*value),
        PatKind::Float(value) => Case::Float(*value),
        PatKind::String(value) => Case::String(value.clone()),
        PatKind::Bool(value) => Case::Bool(*value),
        PatKind::Constructor { variant, .. } => Case::Variant(*variant),
        PatKind::Cons(..) => Case::Cons,
        PatKind::Nil => Case::Nil,
        PatKind::Wildcard
        | PatKind::Bind(_)
        | PatKind::As(..)
        | PatKind::Unit
        | PatKind::Tuple(_)
        | PatKind::Or(_)
        | PatKind::Bits(_)
        | PatKind::Error => return None,
    })
}

/// The patterns inside one that has been tested for its case.
pub(super) fn inside<'p>(
    place: Place,
    pattern: &'p Pat,
    places: &mut Places,
) -> Vec<(Place, &'p Pat)> {
    match &pattern.kind {
        PatKind::Constructor { variant, args, .. } => {
            let mut all = Vec::new();
            for (field, arg) in args.iter().enumerate() {
                let step = Step::Variant {
                    variant: *variant,
                    field,
                };
                all.push((places.then(place, step), arg));
            }
            all
        }
        PatKind::Cons(head, tail) => vec![
            (places.then(place, Step::Head), &**head),
            (places.then(place, Step::Tail), &**tail),
        ],
        PatKind::Wildcard
        | PatKind::Bind(_)
        | PatKind::As(..)
        | PatKind::Int(_)
        | PatKind::Float(_)
        | PatKind::String(_)
        | PatKind::Bool(_)
        | PatKind::Unit
        | PatKind::Tuple(_)
        | PatKind::Or(_)
        | PatKind::Nil
        | PatKind::Bits(_)
        | PatKind::Error => Vec::new(),
    }
}

/// How many values a pattern compares: the size of a match for the limits of its tree.
pub(super) fn size(pattern: &Pat) -> usize {
    match &pattern.kind {
        PatKind::Wildcard | PatKind::Bind(_) | PatKind::Unit | PatKind::Error => 0,
        PatKind::As(inner, _) => size(inner),
        PatKind::Tuple(items) | PatKind::Or(items) => items.iter().map(size).sum(),
        PatKind::Constructor { args, .. } => 1 + args.iter().map(size).sum::<usize>(),
        PatKind::Cons(head, tail) => 1 + size(head) + size(tail),
        PatKind::Bits(segments) => segments.len(),
        PatKind::Int(_)
        | PatKind::Float(_)
        | PatKind::String(_)
        | PatKind::Bool(_)
        | PatKind::Nil => 1,
    }
}
