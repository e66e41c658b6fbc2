//! Which workers are parked, as one word.
//!
//! A worker sets its bit, and then looks once more for work; a thread that has queued work for it
//! looks for the bit afterwards. A full fence on both sides, between what is written and what is
//! read, makes one of them see the other, whatever the orderings of the queue are.

use crate::sync::{fence, AtomicU64, Ordering};

/// The bits of all workers.
#[derive(Debug)]
pub struct Parked(AtomicU64);

fn bit(index: usize) -> u64 {
    1 << index
}

impl Parked {
    /// No worker is parked.
    pub fn new() -> Self {
        Parked(AtomicU64::new(0))
    }

    /// A worker is about to park. What it reads from now on was queued before, or its bit is seen
    /// by the thread that queues it.
    pub fn begin(&self, index: usize) {
        // SeqCst: `everybody` reads bits and counts of several places at one moment.
        self.0.fetch_or(bit(index), Ordering::SeqCst);
        fence(Ordering::SeqCst);
    }

    /// A worker is parked no longer.
    pub fn end(&self, index: usize) {
        self.0.fetch_and(!bit(index), Ordering::SeqCst);
    }

    /// After work was queued for a worker. True for the one thread that has to unpark it.
    pub fn take(&self, index: usize) -> bool {
        fence(Ordering::SeqCst);
        self.take_after_fence(index)
    }

    /// The same for any one worker, after work was queued that all may take.
    pub fn take_any(&self) -> Option<usize> {
        fence(Ordering::SeqCst);
        let parked = self.0.load(Ordering::SeqCst);
        let index = parked.trailing_zeros() as usize;
        (parked != 0 && self.take_after_fence(index)).then_some(index)
    }

    fn take_after_fence(&self, index: usize) -> bool {
        let bit = bit(index);
        self.0.load(Ordering::SeqCst) & bit != 0
            && self.0.fetch_and(!bit, Ordering::SeqCst) & bit != 0
    }

    /// True when a worker was parked a moment ago. Nothing may depend on it.
    pub fn has(&self, index: usize) -> bool {
        self.0.load(Ordering::Relaxed) & bit(index) != 0
    }

    /// True when any worker was parked a moment ago. Nothing may depend on it.
    pub fn has_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// True when all of `count` workers are parked.
    pub fn is_everybody(&self, count: usize) -> bool {
        self.0.load(Ordering::SeqCst) == u64::MAX >> (64 - count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(loom))]
    #[test]
    fn one_thread_wakes_a_parked_worker() {
        let parked = Parked::new();
        assert!(!parked.take(1), "it is not parked");
        parked.begin(1);
        assert!(parked.has(1) && !parked.has(0) && !parked.is_everybody(2));
        assert!(parked.take(1));
        assert!(!parked.take(1), "another thread has done it");
        parked.begin(0);
        parked.begin(1);
        assert!(parked.is_everybody(2));
        assert_eq!(parked.take_any(), Some(0));
        parked.end(1);
        assert_eq!(parked.take_any(), None);
    }

    /// The worker finds what was queued before it parks, or it is interrupted.
    #[cfg(loom)]
    #[test]
    fn loom_work_for_a_parked_worker_is_not_lost() {
        use crate::actor::inbox::{Inbox, Linked, Pushed};
        use loom::sync::Arc;

        struct Node(*mut Node);
        impl Linked for Node {
            unsafe fn link(node: *mut Self) -> *mut *mut Self {
                // SAFETY: the caller says that the node is alive.
                unsafe { &raw mut (*node).0 }
            }
        }
        loom::model(|| {
            let shared = Arc::new((Inbox::<Node>::new(), Parked::new()));
            let sender = {
                let shared = shared.clone();
                loom::thread::spawn(move || {
                    let node = Box::into_raw(Box::new(Node(std::ptr::null_mut())));
                    // SAFETY: the node is fresh.
                    unsafe { shared.0.push(node) == Pushed::First && shared.1.take(0) }
                })
            };
            shared.1.begin(0);
            let sees = !shared.0.is_empty();
            let woken = sender.join().unwrap();
            assert!(sees || woken, "work was queued for a worker that is parked");
            let list = shared.0.take();
            // SAFETY: the list is the one node.
            drop(unsafe { Box::from_raw(list) });
        });
    }
}
