//! Values of a match that have been found, by place.

use rustc_hash::FxHashMap;

use crate::core::ir::Operand;
use crate::core::types::TypeRef;
use crate::matches::places::Place;

/// What is known on one path; what a branch adds is undone behind it.
#[derive(Clone, Default)]
pub(super) struct Known {
    values: FxHashMap<Place, (Operand, TypeRef)>,
    order: Vec<Place>,
}

impl Known {
    pub(super) fn get(&self, place: Place) -> Option<(Operand, TypeRef)> {
        self.values.get(&place).cloned()
    }

    /// The place was not known before.
    pub(super) fn insert(&mut self, place: Place, value: (Operand, TypeRef)) {
        self.values.insert(place, value);
        self.order.push(place);
    }

    pub(super) fn mark(&self) -> usize {
        self.order.len()
    }

    /// Forgets what has been added since.
    pub(super) fn undo(&mut self, mark: usize) {
        for place in self.order.drain(mark..) {
            self.values.remove(&place);
        }
    }

    /// Keeps what another path knows, too: values that were found before the two parted.
    pub(super) fn intersect(&mut self, other: &Known) {
        let Known { values, order } = self;
        values.retain(|place, value| other.values.get(place) == Some(value));
        order.retain(|place| values.contains_key(place));
    }
}
