//! Tables whose first part several programs share: what is known of the library stays the same from
//! one check to the next.

use std::iter::Chain;
use std::ops::{Index, IndexMut};
use std::slice::Iter;
use std::sync::Arc;

/// A list that may begin with entries of another one.
#[derive(Clone, Debug)]
pub struct Table<T> {
    shared: Arc<Vec<T>>,
    own: Vec<T>,
}

impl<T> Table<T> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.shared.len() + self.own.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry of that number, if there is one.
    pub fn get(&self, index: usize) -> Option<&T> {
        match index.checked_sub(self.shared.len()) {
            Some(index) => self.own.get(index),
            None => self.shared.get(index),
        }
    }

    /// All entries in order.
    pub fn iter(&self) -> Chain<Iter<'_, T>, Iter<'_, T>> {
        self.shared.iter().chain(&self.own)
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: T) {
        self.own.push(entry);
    }

    /// The entries that are not shared.
    pub(crate) fn own_mut(&mut self) -> &mut Vec<T> {
        &mut self.own
    }

    /// The first `count` entries, which are shared from now on.
    pub(crate) fn share(&mut self, count: usize) -> Arc<Vec<T>> {
        if self.shared.is_empty() {
            let rest = self.own.split_off(count);
            self.shared = Arc::new(std::mem::replace(&mut self.own, rest));
        }
        self.shared.clone()
    }

    /// Puts entries of another table in the place of as many at the begin.
    pub(crate) fn adopt(&mut self, shared: &Arc<Vec<T>>) {
        self.own.drain(..shared.len().min(self.own.len()));
        self.shared = shared.clone();
    }

    /// Entries of another table, and `count` more that are `entry`.
    pub(crate) fn after(shared: &Arc<Vec<T>>, count: usize, entry: &T) -> Table<T>
    where
        T: Clone,
    {
        Table {
            shared: shared.clone(),
            own: vec![entry.clone(); count],
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> From<Vec<T>> for Table<T> {
    fn from(own: Vec<T>) -> Self {
        Table {
            shared: Arc::new(Vec::new()),
            own,
        }
    }
}

impl<T> Index<usize> for Table<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        match index.checked_sub(self.shared.len()) {
            Some(index) => &self.own[index],
            None => &self.shared[index],
        }
    }
}

/// A shared entry is changed in a copy of all of them.
impl<T: Clone> IndexMut<usize> for Table<T> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        match index.checked_sub(self.shared.len()) {
            Some(index) => &mut self.own[index],
            None => &mut Arc::make_mut(&mut self.shared)[index],
        }
    }
}

impl<'t, T> IntoIterator for &'t Table<T> {
    type Item = &'t T;
    type IntoIter = Chain<Iter<'t, T>, Iter<'t, T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_reached_by_their_places() {
        let mut squares: Table<u32> = vec![0, 1, 4].into();
        squares.push(9);
        assert_eq!(squares[2], 4);
        assert_eq!(squares.iter().sum::<u32>(), 14);
    }

    #[test]
    fn what_is_shared_comes_first_and_is_changed_in_a_copy() {
        let mut one: Table<u32> = vec![1, 2, 3].into();
        let shared = one.share(2);
        let mut other: Table<u32> = vec![7, 7, 4].into();
        other.adopt(&shared);
        let all = |table: &Table<u32>| table.iter().copied().collect::<Vec<_>>();
        assert_eq!((all(&one), all(&other)), (vec![1, 2, 3], vec![1, 2, 4]));
        other[0] = 9;
        other[2] = 5;
        assert_eq!((all(&one), all(&other)), (vec![1, 2, 3], vec![9, 2, 5]));
        assert_eq!((other.len(), other.get(3)), (3, None));
        assert_eq!(all(&Table::after(&shared, 1, &0)), [1, 2, 0]);
    }
}
