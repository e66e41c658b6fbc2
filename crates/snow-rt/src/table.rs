//! A growing table whose entries never move and are never freed, so that any thread may look at any
//! entry at any time.
//!
//! What an entry says about being in use is the entry's own business (a generation). Free indices
//! are kept by workers and balanced through a common list. Both are queues: the index that has been
//! free for longest is used first, so the generations of all grow alike. A worker keeps [`LEAST`]
//! free ones, so an index comes back after as many others. Of 31 bits of generation that makes 2^31
//! × 128 = 2.7 × 10^11 uses before a number means something else for the first time: with a million
//! actors a second on one worker, after 76 hours at the soonest, and then only for whoever has kept
//! the number all the time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicPtr, Ordering};

use parking_lot::Mutex;

/// Entries of a segment. All are alike, so that what was made is never much more than what is used.
const SEGMENT: usize = 512;
const SEGMENTS: usize = 1 << 20;
/// Free indices that a worker keeps before it hands half of them over, and twice what it asks for
/// at once.
const KEEP: usize = 256;

/// Free indices that a worker has at least, so that one comes back after as many others.
const LEAST: usize = 128;

/// The table.
#[derive(Debug)]
pub struct Table<T> {
    segments: [AtomicPtr<T>; SEGMENTS],
    /// Made when it is first used, so that an unused table is nothing but zeros and takes no room
    /// in the executable.
    spare: Mutex<Option<Box<Spare>>>,
}

#[derive(Debug, Default)]
struct Spare {
    free: VecDeque<u32>,
    made: u32,
}

/// An entry that a table can make.
pub trait Entry {
    /// An entry that is not in use.
    fn new() -> Self;
}

impl<T: Entry> Table<T> {
    /// An empty table.
    pub const fn new() -> Self {
        Table {
            segments: [const { AtomicPtr::new(std::ptr::null_mut()) }; SEGMENTS],
            spare: Mutex::new(None),
        }
    }

    /// The entry of an index that was handed out once; `None` for others.
    pub fn get(&self, index: u32) -> Option<&T> {
        let (segment, offset) = place(index);
        // Acquire: pairs with the Release in `grow`, so that the entries are seen as they were
        // made.
        let entries = self.segments.get(segment)?.load(Ordering::Acquire);
        if entries.is_null() {
            return None;
        }
        // SAFETY: the offset lies inside the segment, and entries are never freed.
        Some(unsafe { &*entries.add(offset) })
    }

    /// An index that is not in use; `None` when the table is full.
    pub fn take(&self, mine: &mut VecDeque<u32>) -> Option<u32> {
        if mine.len() < LEAST {
            let mut spare = self.spare.lock();
            let spare = spare.get_or_insert_default();
            if spare.free.is_empty() {
                self.grow(spare);
            }
            let count = spare.free.len().min(KEEP / 2);
            mine.extend(spare.free.drain(..count));
        }
        mine.pop_front()
    }

    /// Gives an index back.
    pub fn give(&self, mine: &mut VecDeque<u32>, index: u32) {
        mine.push_back(index);
        if mine.len() > KEEP {
            self.spare
                .lock()
                .get_or_insert_default()
                .free
                .extend(mine.drain(..KEEP / 2));
        }
    }

    /// Gives all indices back that a worker kept.
    pub fn give_all(&self, mine: &mut VecDeque<u32>) {
        self.spare.lock().get_or_insert_default().free.append(mine);
    }

    /// Number of indices that were ever handed out.
    pub fn made(&self) -> u32 {
        self.spare.lock().as_ref().map_or(0, |spare| spare.made)
    }

    fn grow(&self, spare: &mut Spare) {
        let (segment, _) = place(spare.made);
        if segment >= SEGMENTS {
            return;
        }
        let entries: Box<[T]> = (0..SEGMENT).map(|_| T::new()).collect();
        // Release: pairs with the Acquire in `get`.
        self.segments[segment].store(Box::into_raw(entries).cast(), Ordering::Release);
        spare.free.extend(spare.made..spare.made + SEGMENT as u32);
        spare.made += SEGMENT as u32;
    }
}

fn place(index: u32) -> (usize, usize) {
    (index as usize / SEGMENT, index as usize % SEGMENT)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    struct Empty;

    impl Entry for Empty {
        fn new() -> Self {
            Empty
        }
    }

    #[test]
    fn indices_are_unique_and_found() {
        static TABLE: Table<Empty> = Table::new();
        let table = &TABLE;
        let mut mine = VecDeque::new();
        let mut all: Vec<u32> = (0..5000).filter_map(|_| table.take(&mut mine)).collect();
        assert!(all.iter().all(|index| table.get(*index).is_some()));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5000);
        assert!(table.get(u32::MAX).is_none());
    }

    #[test]
    fn an_index_comes_back_after_many_others() {
        static TABLE: Table<Empty> = Table::new();
        let mut mine = VecDeque::new();
        let first = TABLE.take(&mut mine).expect("there is room");
        TABLE.give(&mut mine, first);
        let between = (0..5000).map(|_| {
            let index = TABLE.take(&mut mine).expect("there is room");
            TABLE.give(&mut mine, index);
            index
        });
        let back = between
            .collect::<Vec<_>>()
            .iter()
            .position(|index| *index == first);
        assert!(
            back.is_some_and(|after| after >= LEAST - 1),
            "came back after {back:?} others"
        );
    }
}
