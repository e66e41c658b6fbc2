//! Actors that may finish before a signal ends the program: supervisors that no other supervisor
//! looks after.
//!
//! They enter themselves here, but for outlasting ones (rooms), which serve the others to the end.
//! When the system asks for the end each gets the exit signal "shutdown", the youngest first, and
//! the runtime stops when the last of them has ended. How long that takes is their business; a
//! second signal ends the program at once. An actor that enters while the program closes is not
//! waited for.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use snow_abi::layout::exit;

use super::worker::Worker;
use crate::actor::envelope::{self, Content};
use crate::actor::{post, Pid};

/// The list and whether the program closes.
#[derive(Debug, Default)]
pub struct Closing {
    actors: Mutex<Vec<Pid>>,
    /// True when `actors` may not be empty, so that the end of most actors costs no lock.
    is_used: AtomicBool,
    has_begun: AtomicBool,
}

impl Closing {
    /// Puts an actor on the list.
    pub fn enter(&self, actor: Pid) {
        let mut actors = self.actors.lock();
        if !self.has_begun.load(Ordering::SeqCst) && !actors.contains(&actor) {
            self.is_used.store(true, Ordering::SeqCst);
            actors.push(actor);
        }
    }

    /// Takes an actor off the list: another one looks after it.
    pub fn forget(&self, actor: Pid) {
        if self.is_used.load(Ordering::SeqCst) {
            let mut actors = self.actors.lock();
            // One that was told to end already is waited for, so that there is an end to see.
            if !self.has_begun.load(Ordering::SeqCst) {
                actors.retain(|other| *other != actor);
            }
        }
    }

    /// Tells all on the list to end, once. False when there is no actor to wait for.
    ///
    /// # Safety
    /// `worker` is this thread's.
    pub unsafe fn begin(&self, worker: *mut Worker) -> bool {
        if self.has_begun.load(Ordering::Relaxed) {
            return true;
        }
        let actors = {
            let actors = self.actors.lock();
            self.has_begun.store(true, Ordering::SeqCst);
            actors.clone()
        };
        for actor in actors.iter().rev() {
            let text = b"the program is to end";
            // SAFETY: the worker is the caller's. Sending to an actor of another worker, or a dead
            // one, is allowed.
            unsafe {
                let signal = envelope::signal(worker, Content::Exit, 0, exit::SHUTDOWN, text);
                post::signal(worker, *actor, signal);
            }
        }
        !actors.is_empty()
    }

    /// An actor has ended. True when it was the last that the end of the program waited for.
    pub fn ended(&self, actor: Pid) -> bool {
        if !self.is_used.load(Ordering::Relaxed) {
            return false;
        }
        let mut actors = self.actors.lock();
        let before = actors.len();
        actors.retain(|other| *other != actor);
        before > 0
            && actors.is_empty()
            && actors.len() < before
            && self.has_begun.load(Ordering::SeqCst)
    }

    /// True while the end of the program waits for an actor.
    pub fn waits(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst) && !self.actors.lock().is_empty()
    }
}
