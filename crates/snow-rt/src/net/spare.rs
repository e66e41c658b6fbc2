//! Emptied outboxes, so that a socket holds one only while it has something to send.
//!
//! In: outboxes that nothing waits on. Out: the same ones. Each thread keeps some for itself. A
//! broadcast takes them on one worker, and those of other workers' sockets come free there: they go
//! back in batches, because a lock of the allocator would be taken by both workers for each one.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::outbox::Outbox;

/// Outboxes that change threads together.
const BATCH: usize = 128;
/// Outboxes that a thread keeps: as many as one busy turn needs.
const MOST: usize = 2 * BATCH;
/// Batches that wait for any thread. A broadcast to more members allocates the rest, which costs
/// some tens of nanoseconds each; keeping more would be memory that an idle server holds for
/// nothing.
const MOST_BATCHES: usize = 8;

#[allow(
    clippy::vec_box,
    reason = "the boxes are what moves between here and the sockets"
)]
type Spare = Vec<Box<Outbox>>;

/// Batches that any thread may take.
struct Batches {
    all: Mutex<Vec<Spare>>,
    /// How many there are, so that looking in vain costs one load and no lock.
    count: AtomicUsize,
}

static BATCHES: Batches = Batches::new();

thread_local! {
    static SPARE: RefCell<Spare> = const { RefCell::new(Vec::new()) };
}

/// An empty outbox.
#[inline(never)]
pub fn take() -> Box<Outbox> {
    SPARE.with_borrow_mut(|spare| BATCHES.take(spare))
}

/// Keeps an empty outbox for the next socket.
#[inline(never)]
pub fn give(outbox: Box<Outbox>) {
    debug_assert_eq!(outbox.pending(), 0);
    SPARE.with_borrow_mut(|spare| BATCHES.give(spare, outbox));
}

impl Batches {
    const fn new() -> Batches {
        Batches {
            all: Mutex::new(Vec::new()),
            count: AtomicUsize::new(0),
        }
    }

    #[inline]
    fn take(&self, spare: &mut Spare) -> Box<Outbox> {
        match spare.pop() {
            Some(outbox) => outbox,
            None => self.take_from_batch(spare),
        }
    }

    #[inline(never)]
    fn take_from_batch(&self, spare: &mut Spare) -> Box<Outbox> {
        // Relaxed, here and below: the count is a hint, and what it is about is under the lock.
        if self.count.load(Ordering::Relaxed) > 0 {
            let mut all = self.all.lock();
            *spare = all.pop().unwrap_or_default();
            self.count.store(all.len(), Ordering::Relaxed);
        }
        spare.pop().unwrap_or_default()
    }

    #[inline]
    fn give(&self, spare: &mut Spare, outbox: Box<Outbox>) {
        if spare.len() < MOST || self.take_batch(spare) {
            spare.push(outbox);
        }
    }

    /// Makes room in a thread's full list; false when there are batches enough.
    #[inline(never)]
    fn take_batch(&self, spare: &mut Spare) -> bool {
        if self.count.load(Ordering::Relaxed) >= MOST_BATCHES {
            return false;
        }
        let mut batch = spare.split_off(MOST - BATCH);
        batch.iter_mut().for_each(|outbox| outbox.trim());
        let mut all = self.all.lock();
        all.push(batch);
        self.count.store(all.len(), Ordering::Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn give(batches: &Batches, spare: &mut Spare, count: usize) {
        (0..count).for_each(|_| batches.give(spare, Box::default()));
    }

    #[test]
    fn what_one_thread_has_too_many_of_another_takes() {
        let (batches, mut spare) = (Batches::new(), Vec::new());
        give(&batches, &mut spare, MOST);
        assert_eq!(batches.all.lock().len(), 0);
        let moved: *const Outbox = &*spare[MOST - BATCH];
        give(&batches, &mut spare, 1);
        assert_eq!(spare.len(), MOST - BATCH + 1);
        let mut other = Vec::new();
        let taken: Vec<_> = (0..BATCH).map(|_| batches.take(&mut other)).collect();
        assert!(taken.iter().any(|outbox| std::ptr::eq(&**outbox, moved)));
        assert!(other.is_empty() && batches.all.lock().is_empty());
        assert_eq!(batches.take(&mut other).pending(), 0);
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let (batches, mut spare) = (Batches::new(), Vec::new());
        give(&batches, &mut spare, MOST + 2 * MOST_BATCHES * BATCH);
        assert_eq!(batches.all.lock().len(), MOST_BATCHES);
        assert_eq!(spare.len(), MOST);
    }
}
