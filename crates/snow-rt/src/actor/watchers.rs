//! The actors that are to be told of an actor's end: nearly always one, the hub of a server or a
//! supervisor, so one has room in place.

use std::collections::HashSet;

use super::links::Mixed;
use super::slots::Pid;

/// A watcher, and the number under which it watches.
pub type Watcher = (Pid, i64);

/// A set of watchers.
#[derive(Debug, Default)]
pub enum Watchers {
    /// No actor watches.
    #[default]
    None,
    /// The usual case.
    One(Watcher),
    /// Several watch, or did.
    #[allow(
        clippy::box_collection,
        reason = "a set in place would make every actor larger"
    )]
    Many(Box<HashSet<Watcher, Mixed>>),
}

impl Watchers {
    /// Adds one.
    pub fn insert(&mut self, watcher: Watcher) {
        match self {
            Watchers::None => *self = Watchers::One(watcher),
            Watchers::One(first) => {
                *self = Watchers::Many(Box::new(HashSet::from_iter([*first, watcher])))
            }
            Watchers::Many(all) => {
                all.insert(watcher);
            }
        }
    }

    /// Removes one, if it is there.
    pub fn remove(&mut self, watcher: Watcher) {
        match self {
            Watchers::One(only) if *only == watcher => *self = Watchers::None,
            Watchers::None | Watchers::One(_) => {}
            Watchers::Many(all) => {
                all.remove(&watcher);
            }
        }
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Watcher> {
        match self {
            Watchers::None => Vec::new(),
            Watchers::One(only) => vec![only],
            Watchers::Many(all) => all.into_iter().collect(),
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_any_size_keeps_each_once() {
        let mut watchers = Watchers::default();
        assert!(std::mem::take(&mut watchers).into_all().is_empty());
        for watcher in [(1, 1), (2, 1), (2, 1), (3, 7)] {
            watchers.insert(watcher);
        }
        watchers.remove((3, 8));
        watchers.remove((3, 7));
        let mut all = watchers.into_all();
        all.sort_unstable();
        assert_eq!(all, [(1, 1), (2, 1)]);
    }

    #[test]
    fn the_only_one_goes_when_it_is_meant() {
        let mut watchers = Watchers::One((1, 1));
        watchers.remove((1, 2));
        assert!(matches!(watchers, Watchers::One(_)));
        watchers.remove((1, 1));
        assert!(matches!(watchers, Watchers::None));
    }
}
