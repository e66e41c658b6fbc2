//! The queue of runnable actors of one worker.
//!
//! Actors stand in a plain linked list that only their worker touches: no atomic operation is spent while all workers
//! are busy. When another worker rests, some that may move are put into a deque from which it can steal.

use crossbeam_deque::{Steal, Stealer, Worker as Deque};

use crate::actor::control::Actor;

/// An actor in the deque.
#[derive(Debug)]
pub struct Runnable(pub *mut Actor);

// SAFETY: whoever takes an actor from a queue owns it; it was put there by one who owned it.
unsafe impl Send for Runnable {}

/// How often the deque comes first although the list is not empty, in turns. Without it, actors on offer that nobody
/// steals would wait for as long as the list has any.
const DEQUE_FIRST: u32 = 16;

/// The queue.
#[derive(Debug)]
pub struct RunQueue {
    first: *mut Actor,
    last: *mut Actor,
    count: usize,
    offered: Deque<Runnable>,
    turn: u32,
}

impl RunQueue {
    /// A queue over a deque whose other end the other workers know.
    pub fn new(offered: Deque<Runnable>) -> Self {
        let null = std::ptr::null_mut();
        RunQueue { first: null, last: null, count: 0, offered, turn: 0 }
    }

    /// Actors in the list.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True when there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.count == 0 && self.offered.is_empty()
    }

    /// Puts an actor at the end.
    ///
    /// # Safety
    /// The caller owns the actor.
    pub unsafe fn push(&mut self, actor: *mut Actor) {
        // SAFETY: an actor stands in one queue, so its link is free.
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

    /// The next actor to run, or null.
    pub fn pop(&mut self) -> *mut Actor {
        self.turn = self.turn.wrapping_add(1);
        if self.first.is_null() || self.turn % DEQUE_FIRST == 0 {
            if let Some(Runnable(actor)) = self.offered.pop() {
                return actor;
            }
        }
        self.pop_list()
    }

    fn pop_list(&mut self) -> *mut Actor {
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

    /// Offers up to half of the list to other workers: those actors that have nothing armed here. True when there is
    /// something to steal now.
    pub fn offer(&mut self) -> bool {
        for _ in 0..self.count / 2 {
            let actor = self.pop_list();
            // SAFETY: just taken from the list, so ours.
            unsafe {
                if (*actor).pins == 0 {
                    self.offered.push(Runnable(actor));
                } else {
                    self.push(actor);
                }
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
