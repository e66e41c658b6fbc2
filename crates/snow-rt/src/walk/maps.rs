//! Equality and order of two maps of one type, for the walk in [`compare`](super::compare).
//!
//! Keys may contain maps themselves. So a search and a sort do not compare keys: they tell the walk
//! which two are next, and go on with its answer.

use std::cmp::Ordering;

use super::compare::{Frame, Outcome, Position, Walk};
use super::entries::{Entries, Entry};

use crate::actor::memory;
use crate::mem::heap;

/// Two maps are equal when each entry of one is in the other, in whatever order.
#[derive(Clone, Copy)]
pub(super) struct Search {
    a: Entries,
    b: Entries,
    /// The slot of the entry of `a` that is searched.
    slot: i64,
    /// Where the search in `b` goes on.
    from: i64,
    /// The slot of `b` whose key is being compared; negative once the values are.
    found: i64,
}

impl Search {
    /// Begins to compare two maps.
    pub unsafe fn begin(walk: &mut Walk, a: Entries, b: Entries) -> Outcome {
        // SAFETY: both maps are alive.
        unsafe {
            if a.count() != b.count() {
                return Err(Ordering::Less);
            }
            let search = Search {
                a,
                b,
                slot: 0,
                from: 0,
                found: -1,
            };
            search.take_next(walk)
        }
    }

    /// Goes on when two keys or values were compared.
    pub unsafe fn resume(self, walk: &mut Walk, order: Ordering) -> Outcome {
        let is_key = self.found >= 0;
        // SAFETY: both maps are alive; the slots have entries.
        unsafe {
            match order {
                Ordering::Equal if is_key => self.compare_values(walk),
                Ordering::Equal => self.take_next(walk),
                _ if is_key => self.try_next(walk),
                order => Err(order),
            }
        }
    }

    /// Searches the entry of `a` at or behind `slot`.
    unsafe fn take_next(mut self, walk: &mut Walk) -> Outcome {
        // SAFETY: both maps are alive.
        unsafe {
            let Some((slot, entry)) = self.a.next(self.slot) else {
                return Err(Ordering::Equal);
            };
            self.slot = slot;
            self.from = self.b.search(walk.cx, entry);
            self.try_next(walk)
        }
    }

    /// Compares the searched key with the next one that may be the same.
    unsafe fn try_next(mut self, walk: &mut Walk) -> Outcome {
        // SAFETY: both maps are alive; the slots have entries.
        unsafe {
            let Some((found, from)) = self.b.candidate(self.from) else {
                return Err(Ordering::Less);
            };
            let (a, b) = entries((self.a, self.slot), (self.b, found))?;
            (self.found, self.from) = (found, from);
            walk.work.push(Frame::Search(self));
            Ok(keys(a, b))
        }
    }

    unsafe fn compare_values(mut self, walk: &mut Walk) -> Outcome {
        // SAFETY: both maps are alive; the slots have entries.
        unsafe {
            let (a, b) = entries((self.a, self.slot), (self.b, self.found))?;
            let values = Position {
                step: a.value(),
                ..pair(a, b, Ordering::Equal)
            };
            self.slot += 1;
            self.found = -1;
            if self.a.next(self.slot).is_some() {
                walk.work.push(Frame::Search(self));
            }
            Ok(values)
        }
    }
}

/// The entries in two slots. Both are there; otherwise the maps would not be equal.
unsafe fn entries(a: (Entries, i64), b: (Entries, i64)) -> Result<(Entry, Entry), Ordering> {
    // SAFETY: both maps are alive.
    unsafe { a.0.get(a.1).zip(b.0.get(b.1)).ok_or(Ordering::Less) }
}

/// Two entries, the key first. `rest` is their order when they are equal.
unsafe fn pair(a: Entry, b: Entry, rest: Ordering) -> Position {
    Position {
        a: a.base,
        b: b.base,
        step: a.key,
        end: std::ptr::null(),
        items: 1,
        rest: rest as i8,
    }
}

/// Two keys.
unsafe fn keys(a: Entry, b: Entry) -> Position {
    // SAFETY: both are entries of maps that are alive.
    unsafe {
        Position {
            end: a.value(),
            ..pair(a, b, Ordering::Equal)
        }
    }
}

/// What is being done with the entries of two maps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    SortA,
    SortB,
    Compare,
}

/// The order of two maps is that of their entries, sorted by key. Memory of the actor; the slots of
/// both maps follow, twice.
pub(super) struct Sorted {
    a: Sort,
    b: Sort,
    stage: Stage,
    /// How many pairs of entries were found equal.
    equal: i64,
}

impl Sorted {
    /// Begins to compare two maps.
    pub unsafe fn begin(walk: &mut Walk, a: Entries, b: Entries) -> Outcome {
        // SAFETY: both maps are alive; the block holds what is written to it.
        unsafe {
            let (count_a, count_b) = (a.count(), b.count());
            let rest = count_a.cmp(&count_b);
            if count_a.min(count_b) == 0 {
                return Err(rest);
            }
            if count_a.max(count_b) == 1 {
                return match a.next(0).zip(b.next(0)) {
                    Some(((_, a), (_, b))) => Ok(pair(a, b, rest)),
                    None => Err(rest),
                };
            }
            let slots = 2 * (count_a + count_b) as usize;
            let bytes = size_of::<Sorted>() + slots * size_of::<i64>();
            let block: *mut Sorted = memory::alloc_large(walk.cx, bytes).cast();
            let memory: *mut i64 = block.add(1).cast();
            block.write(Sorted {
                a: Sort::new(a, memory),
                b: Sort::new(b, memory.add(2 * count_a as usize)),
                stage: Stage::SortA,
                equal: 0,
            });
            Self::go_on(block, walk)
        }
    }

    /// Goes on when two keys or entries were compared.
    pub unsafe fn resume(block: *mut Sorted, walk: &mut Walk, order: Ordering) -> Outcome {
        // SAFETY: the block is this walk's, and alive until it is freed here.
        unsafe {
            match (*block).stage {
                Stage::SortA => (*block).a.answer(order),
                Stage::SortB => (*block).b.answer(order),
                Stage::Compare if order == Ordering::Equal => (*block).equal += 1,
                Stage::Compare => {
                    heap::free_large(walk.cx, block.cast());
                    return Err(order);
                }
            }
            Self::go_on(block, walk)
        }
    }

    unsafe fn go_on(block: *mut Sorted, walk: &mut Walk) -> Outcome {
        // SAFETY: as for `resume`; both maps are alive, and slots that were sorted have entries.
        unsafe {
            let sorted = &mut *block;
            if sorted.stage == Stage::SortA {
                if let Some((a, b)) = sorted.a.ask() {
                    walk.work.push(Frame::Sorted(block));
                    return Ok(keys(a, b));
                }
                sorted.stage = Stage::SortB;
            }
            if sorted.stage == Stage::SortB {
                if let Some((a, b)) = sorted.b.ask() {
                    walk.work.push(Frame::Sorted(block));
                    return Ok(keys(a, b));
                }
                sorted.stage = Stage::Compare;
            }
            let at = sorted.equal;
            let last = sorted.a.count.min(sorted.b.count) - 1;
            let Some((a, b)) = sorted.a.entry(at).zip(sorted.b.entry(at)) else {
                heap::free_large(walk.cx, block.cast());
                return Err(Ordering::Equal);
            };
            if at < last {
                walk.work.push(Frame::Sorted(block));
                return Ok(pair(a, b, Ordering::Equal));
            }
            let rest = sorted.a.count.cmp(&sorted.b.count);
            heap::free_large(walk.cx, block.cast());
            Ok(pair(a, b, rest))
        }
    }
}

/// A stable merge sort from the bottom up that asks for the order of two keys, and is told it.
struct Sort {
    entries: Entries,
    /// Slots: runs of `width` are sorted.
    from: *mut i64,
    /// Slots: what has been merged of two runs.
    to: *mut i64,
    count: i64,
    width: i64,
    /// Where the two runs begin that are being merged, and how far each of them is.
    start: i64,
    left: i64,
    right: i64,
}

impl Sort {
    /// A sort of the entries of a map, in memory for twice as many slots.
    unsafe fn new(entries: Entries, memory: *mut i64) -> Self {
        // SAFETY: the map is alive; the caller says that the memory is large enough.
        unsafe {
            let count = entries.count();
            let mut slot = 0;
            for number in 0..count as usize {
                if let Some((found, _)) = entries.next(slot) {
                    slot = found;
                }
                memory.add(number).write(slot);
                slot += 1;
            }
            Sort {
                entries,
                from: memory,
                to: memory.add(count as usize),
                count,
                width: 1,
                start: 0,
                left: 0,
                right: 1,
            }
        }
    }

    /// The entry at a place in the order so far.
    unsafe fn entry(&self, at: i64) -> Option<Entry> {
        // SAFETY: there are `count` slots.
        unsafe { self.entries.get(self.from.add(at as usize).read()) }
    }

    /// Where the two runs end.
    fn ends(&self) -> (i64, i64) {
        let middle = (self.start + self.width).min(self.count);
        (middle, (middle + self.width).min(self.count))
    }

    /// The next two entries whose order has to be known; `None` when all are sorted.
    unsafe fn ask(&mut self) -> Option<(Entry, Entry)> {
        // SAFETY: both places are in the runs.
        unsafe {
            while self.width < self.count {
                let (middle, end) = self.ends();
                if self.left < middle && self.right < end {
                    return self.entry(self.left).zip(self.entry(self.right));
                }
                while self.left < middle {
                    self.take_left();
                }
                while self.right < end {
                    self.take_right();
                }
                self.start = end;
                if end == self.count {
                    std::mem::swap(&mut self.from, &mut self.to);
                    self.width *= 2;
                    self.start = 0;
                }
                self.left = self.start;
                self.right = self.ends().0;
            }
            None
        }
    }

    /// Takes the order of the two entries that `ask` answered.
    unsafe fn answer(&mut self, order: Ordering) {
        // SAFETY: both places are in the runs.
        unsafe {
            if order == Ordering::Greater {
                self.take_right();
            } else {
                self.take_left();
            }
        }
    }

    unsafe fn take_left(&mut self) {
        // SAFETY: the caller says that the left run has a slot left.
        unsafe { self.take(self.left) };
        self.left += 1;
    }

    unsafe fn take_right(&mut self) {
        // SAFETY: the caller says that the right run has a slot left.
        unsafe { self.take(self.right) };
        self.right += 1;
    }

    /// Appends a slot to what has been merged.
    unsafe fn take(&mut self, at: i64) {
        let merged = self.left + self.right - self.ends().0;
        // SAFETY: `to` has the slots of both runs.
        unsafe {
            self.to
                .add(merged as usize)
                .write(self.from.add(at as usize).read())
        };
    }
}
