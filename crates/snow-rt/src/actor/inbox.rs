//! A queue with many senders and one owner, which also says whether its owner waits.
//!
//! Senders push onto a linked stack; the owner takes the whole stack at once and turns it round, so
//! order is that of the pushes. One word holds everything: null, the newest node, or one of two
//! marks. `WAITING`: the owner sleeps until something comes; the thread that replaces the mark has
//! the right, and the duty, to wake it. `CLOSED`: there is no owner; pushes are refused and the
//! sender keeps its node. Because "empty and waiting" and "newest node" are one word, no wake-up
//! can be lost between them.
//!
//! The word's upper 16 bits, which no address of a process uses, are the weight of what stands in
//! the queue, in units of the senders'. So weighing costs no write of its own. What does not fit is
//! handed to the sender, to be kept elsewhere.

use crate::sync::{AtomicPtr, Ordering};

/// A node that can be linked into an [`Inbox`].
pub trait Linked {
    /// The link field of a node; written by the owner of the node.
    ///
    /// # Safety
    /// `node` is alive.
    unsafe fn link(node: *mut Self) -> *mut *mut Self;
}

/// The queue.
#[derive(Debug)]
pub struct Inbox<T> {
    head: AtomicPtr<T>,
}

/// Lowest bit of the weight.
const WEIGHT_SHIFT: u32 = 48;
/// The largest weight that a node and a queue may have.
pub const MOST_WEIGHT: usize = 0xffff;

/// What a push of a weighed node found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// What a push finds.
    pub pushed: Pushed,
    /// Weight of the queue by now, as far as the queue knows.
    pub weight: usize,
    /// Weight that the queue does not know any more.
    pub spilled: usize,
}

/// What a push found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// Other nodes were there.
    Queued,
    /// The queue was empty and its owner was busy.
    First,
    /// The owner was waiting: the sender must wake it.
    Woke,
    /// The queue is closed: the sender keeps the node.
    Refused,
}

fn waiting<T>() -> *mut T {
    std::ptr::without_provenance_mut(1)
}

fn closed<T>() -> *mut T {
    std::ptr::without_provenance_mut(2)
}

impl<T: Linked> Inbox<T> {
    /// A queue that is open and empty.
    pub fn new() -> Self {
        Inbox {
            head: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// A queue that refuses everything until it is opened.
    pub fn new_closed() -> Self {
        Inbox {
            head: AtomicPtr::new(closed()),
        }
    }

    /// Hands a node over that weighs nothing.
    ///
    /// # Safety
    /// The caller owns `node`, and keeps it only when the answer is `Refused`.
    pub unsafe fn push(&self, node: *mut T) -> Pushed {
        // SAFETY: the caller's promise.
        unsafe { self.push_weighed(node, 0).pushed }
    }

    /// Hands a node of at most [`MOST_WEIGHT`] over.
    ///
    /// # Safety
    /// As for [`Inbox::push`].
    #[inline]
    pub unsafe fn push_weighed(&self, node: *mut T, weight: usize) -> Weighed {
        debug_assert!(weight <= MOST_WEIGHT && node.addr() >> WEIGHT_SHIFT == 0);
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            let (newest, before) = (address(head), head.addr() >> WEIGHT_SHIFT);
            if newest == closed() {
                return Weighed {
                    pushed: Pushed::Refused,
                    weight: 0,
                    spilled: 0,
                };
            }
            let below = if newest == waiting() {
                std::ptr::null_mut()
            } else {
                newest
            };
            let (sum, spilled) = match before + weight {
                sum if sum <= MOST_WEIGHT => (sum, 0),
                _ => (weight, before),
            };
            // SAFETY: the node is ours until the exchange below succeeds.
            unsafe { *T::link(node) = below };
            let new = node.map_addr(|address| address | sum << WEIGHT_SHIFT);
            // Release: pairs with the Acquire in `take`, so the owner sees the node's content.
            // Acquire on success: the thread that wakes the owner must see what the owner wrote
            // before it began to wait.
            match self
                .head
                .compare_exchange_weak(head, new, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => {
                    let pushed = match newest {
                        found if found == waiting() => Pushed::Woke,
                        found if found.is_null() => Pushed::First,
                        _ => Pushed::Queued,
                    };
                    return Weighed {
                        pushed,
                        weight: sum,
                        spilled,
                    };
                }
                Err(now) => head = now,
            }
        }
    }

    /// Weight of what stands in the queue, as far as the queue knows.
    pub fn weight(&self) -> usize {
        self.head.load(Ordering::Relaxed).addr() >> WEIGHT_SHIFT
    }

    /// True when nothing was pushed since the owner took all. For the owner, which is awake: a push
    /// that it does not see yet is one that comes later.
    #[inline]
    pub fn is_untouched(&self) -> bool {
        self.head.load(Ordering::Relaxed).is_null()
    }

    /// All nodes, oldest first, linked. For the owner, which is awake.
    pub fn take(&self) -> *mut T {
        self.take_weighed().0
    }

    /// The same with their weight, as far as the queue knew it.
    pub fn take_weighed(&self) -> (*mut T, usize) {
        if self.is_untouched() {
            return (std::ptr::null_mut(), 0);
        }
        // Acquire: pairs with the Release in `push`.
        let head = self.head.swap(std::ptr::null_mut(), Ordering::Acquire);
        // SAFETY: the swap made every node ours.
        (
            unsafe { turned_round(address(head)) },
            head.addr() >> WEIGHT_SHIFT,
        )
    }

    /// The newest node, which leads to all before it; null when there is none. For the owner, which
    /// is awake and takes none away meanwhile.
    pub fn newest(&self) -> *mut T {
        // Acquire: pairs with the Release in `push`.
        let newest = address(self.head.load(Ordering::Acquire));
        if newest == waiting() || newest == closed() {
            return std::ptr::null_mut();
        }
        newest
    }

    /// True when there is nothing to take.
    pub fn is_empty(&self) -> bool {
        let head = self.head.load(Ordering::SeqCst);
        head.is_null() || head == waiting() || head == closed()
    }

    /// Marks the owner as waiting; false when something is there already.
    pub fn begin_wait(&self) -> bool {
        // Release: pairs with the Acquire of the push or `end_wait` that wakes the owner. SeqCst:
        // an asker is seen, or sees the mark, see `inspect::Questions`.
        self.head
            .compare_exchange(
                std::ptr::null_mut(),
                waiting(),
                Ordering::SeqCst,
                Ordering::Relaxed,
            )
            .is_ok()
    }

    /// Ends a wait without a push. True when the caller won the right to wake the owner.
    pub fn end_wait(&self) -> bool {
        self.head
            .compare_exchange(
                waiting(),
                std::ptr::null_mut(),
                Ordering::SeqCst,
                Ordering::SeqCst,
            )
            .is_ok()
    }

    /// Opens a closed queue.
    pub fn open(&self) {
        // Release: pairs with the Acquire in `push`; what the new owner set up is visible to the
        // thread that wakes it.
        self.head.store(std::ptr::null_mut(), Ordering::Release);
    }

    /// Refuses all that comes from now on, and hands out what came before, oldest first.
    pub fn close(&self) -> *mut T {
        let newest = address(self.head.swap(closed(), Ordering::AcqRel));
        if newest == waiting() || newest == closed() {
            return std::ptr::null_mut();
        }
        // SAFETY: the swap made every node ours.
        unsafe { turned_round(newest) }
    }

    /// True when the queue has no owner.
    pub fn is_closed(&self) -> bool {
        self.head.load(Ordering::Acquire) == closed()
    }
}

/// A head without its weight.
fn address<T>(head: *mut T) -> *mut T {
    head.map_addr(|address| address & ((1 << WEIGHT_SHIFT) - 1))
}

/// # Safety
/// The caller owns all nodes of the list.
unsafe fn turned_round<T: Linked>(mut node: *mut T) -> *mut T {
    let mut done = std::ptr::null_mut();
    while !node.is_null() {
        // SAFETY: the caller owns the node.
        unsafe {
            let link = T::link(node);
            let next = *link;
            *link = done;
            done = node;
            node = next;
        }
    }
    done
}

#[cfg(test)]
#[path = "inbox_tests.rs"]
mod tests;
