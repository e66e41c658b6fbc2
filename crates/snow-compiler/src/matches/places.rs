//! Values inside of subjects, by number: patterns may be as deep as their text is long.

use rustc_hash::FxHashMap;

/// A value inside of a subject; index into [`Places`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(u32);

/// One step inwards. Valid only below the case that establishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// A field of a constructor's payload.
    Variant { variant: usize, field: usize },
    /// A component of a tuple.
    Tuple(usize),
    /// First element.
    Head,
    /// All but the first.
    Tail,
}

/// How to get to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It is this subject (parameter).
    Column(usize),
    /// From another place inwards.
    Inside(Place, Step),
}

/// The places of one match.
#[derive(Clone, Debug, Default)]
pub struct Places {
    origins: Vec<Origin>,
    numbers: FxHashMap<Origin, Place>,
}

impl Places {
    /// A subject.
    pub fn column(&mut self, column: usize) -> Place {
        self.place(Origin::Column(column))
    }

    /// One step further in.
    pub fn then(&mut self, place: Place, step: Step) -> Place {
        self.place(Origin::Inside(place, step))
    }

    /// How to get there.
    pub fn origin(&self, place: Place) -> Origin {
        self.origins[place.0 as usize]
    }

    /// The place that `origin` describes, if a pattern looked there.
    pub fn find(&self, origin: Origin) -> Option<Place> {
        self.numbers.get(&origin).copied()
    }

    fn place(&mut self, origin: Origin) -> Place {
        *self.numbers.entry(origin).or_insert_with(|| {
            self.origins.push(origin);
            Place(self.origins.len() as u32 - 1)
        })
    }
}
