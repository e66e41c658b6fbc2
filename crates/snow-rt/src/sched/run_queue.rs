//! The queue of runnable actors of one worker.
//!
//! Actors stand in plain linked lists that only their worker touches: no atomic operation is spent
//! while all workers are busy. When another worker is parked, some that may move are put into a
//! deque from which it can steal.

use crossbeam_deque::{Steal, Stealer, Worker as Deque};

use crate::actor::control::Actor;

/// An actor in the deque.
#[derive(Debug)]
pub struct Runnable(pub *mut Actor);

// SAFETY: the code that takes an actor from a queue owns it, as did the code that put it there.
unsafe impl Send for Runnable {}

/// How often the deque comes first although the list is not empty, in turns. Actors on offer that
/// no worker steals are to wait no longer than twice as many turns as there are actors; with 16
/// here they waited for half a second.
const DEQUE_FIRST: u32 = 2;

/// Time slices of the others after which one that has used up its time goes first. More makes a
/// server beside a busy loop answer sooner and the loop slower.
const SLICES_BETWEEN: u32 = 4;

/// Actors linked by their own field.
#[derive(Debug)]
struct List {
    first: *mut Actor,
    last: *mut Actor,
    count: usize,
}

impl List {
    const EMPTY: List = List {
        first: std::ptr::null_mut(),
        last: std::ptr::null_mut(),
        count: 0,
    };

    /// # Safety
    /// The caller owns the actor, which stands in no other queue.
    unsafe fn push(&mut self, actor: *mut Actor) {
        // SAFETY: the actor's link is free, and the last one is ours.
        unsafe {
            (*actor).next = std::ptr::null_mut();
            if self.last.is_null() {
                self.first = actor;
            } else {
                (*self.last).next = actor;
            }
        }
        self.last = actor;
        self.count += 1;
    }

    fn pop(&mut self) -> *mut Actor {
        let actor = self.first;
        if !actor.is_null() {
            // SAFETY: actors in the list are ours.
            self.first = unsafe { (*actor).next };
            if self.first.is_null() {
                self.last = std::ptr::null_mut();
            }
            self.count -= 1;
        }
        actor
    }

    /// Takes those out that may move, of the first `count`. The others keep their places: an actor
    /// that went to the end each time would never come to the front.
    ///
    /// # Safety
    /// The caller owns the actors of the list.
    unsafe fn take_movable(&mut self, count: usize, mut take: impl FnMut(*mut Actor)) {
        let mut before: *mut Actor = std::ptr::null_mut();
        let mut actor = self.first;
        for _ in 0..count {
            // SAFETY: there are `count` actors, and all are the caller's. The link of one that is
            // taken is read before it is handed on.
            unsafe {
                let next = (*actor).next;
                if (*actor).pins > 0 {
                    before = actor;
                } else {
                    if before.is_null() {
                        self.first = next;
                    } else {
                        (*before).next = next;
                    }
                    if next.is_null() {
                        self.last = before;
                    }
                    self.count -= 1;
                    take(actor);
                }
                actor = next;
            }
        }
    }
}

/// The queue.
#[derive(Debug)]
pub struct RunQueue {
    /// New ones, those that were woken, and those that gave way by themselves.
    fresh: List,
    /// Those that had to be asked to give way.
    spent: List,
    offered: Deque<Runnable>,
    turn: u32,
    /// Time slices since one of the spent ones ran.
    slices: u32,
    ran_spent: bool,
}

impl RunQueue {
    /// A queue over a deque whose other end the other workers know.
    pub fn new(offered: Deque<Runnable>) -> Self {
        RunQueue {
            fresh: List::EMPTY,
            spent: List::EMPTY,
            offered,
            turn: 0,
            slices: 0,
            ran_spent: false,
        }
    }

    /// Actors that no worker can steal yet.
    pub fn len(&self) -> usize {
        self.fresh.count + self.spent.count
    }

    /// True when there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.offered.is_empty()
    }

    /// True when all that can run have used up their time before.
    pub fn has_only_spent(&self) -> bool {
        self.spent.count > 0 && self.fresh.count == 0 && self.offered.is_empty()
    }

    /// Puts an actor at the end.
    ///
    /// # Safety
    /// The caller owns the actor.
    pub unsafe fn push(&mut self, actor: *mut Actor) {
        // SAFETY: the caller's promise.
        unsafe { self.fresh.push(actor) };
    }

    /// Puts an actor behind all that have not used up their time.
    ///
    /// # Safety
    /// The caller owns the actor.
    pub unsafe fn push_spent(&mut self, actor: *mut Actor) {
        // SAFETY: the caller's promise.
        unsafe { self.spent.push(actor) };
    }

    /// The next actor to run, or null.
    pub fn pop(&mut self) -> *mut Actor {
        self.turn = self.turn.wrapping_add(1);
        self.ran_spent = self.slices >= SLICES_BETWEEN && self.spent.count > 0;
        if self.ran_spent {
            return self.spent.pop();
        }
        if self.fresh.count == 0 || self.turn % DEQUE_FIRST == 0 {
            if let Some(Runnable(actor)) = self.offered.pop() {
                return actor;
            }
        }
        let actor = self.fresh.pop();
        if actor.is_null() {
            self.ran_spent = true;
            return self.spent.pop();
        }
        actor
    }

    /// A time slice is over.
    pub fn end_slice(&mut self) {
        self.slices = if self.ran_spent { 0 } else { self.slices + 1 };
    }

    /// Offers up to half of the actors to other workers: those that have nothing armed here, and
    /// first those that need much time. True when there is something to steal now.
    pub fn offer(&mut self) -> bool {
        let offered = &self.offered;
        for list in [&mut self.spent, &mut self.fresh] {
            // SAFETY: the actors in the lists are ours.
            unsafe {
                list.take_movable(list.count.div_ceil(2), |actor| {
                    offered.push(Runnable(actor))
                });
            }
        }
        !self.offered.is_empty()
    }

    /// Takes actors from another worker; one is the answer, more may stand in the queue.
    pub fn steal(&mut self, from: &Stealer<Runnable>) -> Option<*mut Actor> {
        loop {
            match from.steal_batch_and_pop(&self.offered) {
                Steal::Success(Runnable(actor)) => return Some(actor),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    }
}

#[cfg(test)]
#[path = "run_queue_tests.rs"]
mod tests;
