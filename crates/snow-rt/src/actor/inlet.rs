//! A queue with many senders and one owner, which also says whether its owner waits.
//!
//! Senders push onto a linked stack; the owner takes the whole stack at once and turns it round, so order is that of
//! the pushes. One word holds everything: null, the newest node, or one of two marks.
//! `WAITING`: the owner sleeps until something comes; who replaces the mark has the right, and the duty, to wake it.
//! `CLOSED`: there is no owner; pushes are refused and the sender keeps its node.
//! Because "empty and waiting" and "newest node" are one word, no wake-up can be lost between them.

use crate::sync::{AtomicPtr, Ordering};

/// A node that can be linked into an [`Inlet`].
pub trait Linked {
    /// The link field of a node; written by whoever owns the node.
    ///
    /// # Safety
    /// `node` is alive.
    unsafe fn link(node: *mut Self) -> *mut *mut Self;
}

/// The queue.
#[derive(Debug)]
pub struct Inlet<T> {
    head: AtomicPtr<T>,
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

impl<T: Linked> Inlet<T> {
    /// A queue that is open and empty.
    pub fn new() -> Self {
        Inlet { head: AtomicPtr::new(std::ptr::null_mut()) }
    }

    /// A queue that refuses everything until it is opened.
    pub fn new_closed() -> Self {
        Inlet { head: AtomicPtr::new(closed()) }
    }

    /// Hands a node over.
    ///
    /// # Safety
    /// The caller owns `node`, and keeps it only when the answer is `Refused`.
    pub unsafe fn push(&self, node: *mut T) -> Pushed {
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            if head == closed() {
                return Pushed::Refused;
            }
            let below = if head == waiting() { std::ptr::null_mut() } else { head };
            // SAFETY: the node is ours until the exchange below succeeds.
            unsafe { *T::link(node) = below };
            // Release: pairs with the Acquire in `take`, so the owner sees the node's content.
            // Acquire on success: who wakes the owner must see what the owner wrote before it began to wait.
            match self.head.compare_exchange_weak(head, node, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) if head == waiting() => return Pushed::Woke,
                Ok(_) if head.is_null() => return Pushed::First,
                Ok(_) => return Pushed::Queued,
                Err(now) => head = now,
            }
        }
    }

    /// All nodes, oldest first, linked. For the owner, who is awake.
    pub fn take(&self) -> *mut T {
        if self.head.load(Ordering::Relaxed).is_null() {
            return std::ptr::null_mut();
        }
        // Acquire: pairs with the Release in `push`.
        let newest = self.head.swap(std::ptr::null_mut(), Ordering::Acquire);
        // SAFETY: the swap made every node ours.
        unsafe { turned_round(newest) }
    }

    /// True when there is nothing to take.
    pub fn is_empty(&self) -> bool {
        let head = self.head.load(Ordering::SeqCst);
        head.is_null() || head == waiting() || head == closed()
    }

    /// Marks the owner as waiting; false when something is there already.
    pub fn begin_wait(&self) -> bool {
        // Release: pairs with the Acquire of the push or `end_wait` that wakes the owner.
        self.head.compare_exchange(std::ptr::null_mut(), waiting(), Ordering::Release, Ordering::Relaxed).is_ok()
    }

    /// Ends a wait without a push. True when the caller won the right to wake the owner.
    pub fn end_wait(&self) -> bool {
        self.head.compare_exchange(waiting(), std::ptr::null_mut(), Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Opens a closed queue.
    pub fn open(&self) {
        // Release: pairs with the Acquire in `push`; what the new owner set up is visible to the one who wakes it.
        self.head.store(std::ptr::null_mut(), Ordering::Release);
    }

    /// Refuses all that comes from now on, and hands out what came before, oldest first.
    pub fn close(&self) -> *mut T {
        let newest = self.head.swap(closed(), Ordering::AcqRel);
        if newest == waiting() || newest == closed() {
            return std::ptr::null_mut();
        }
        // SAFETY: the swap made every node ours.
        unsafe { turned_round(newest) }
    }

    /// True when nobody owns the queue.
    pub fn is_closed(&self) -> bool {
        self.head.load(Ordering::Acquire) == closed()
    }
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
#[path = "inlet_tests.rs"]
mod tests;
