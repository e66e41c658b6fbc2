//! Parking workers, unparking them, and noticing that nothing can happen any more.
//!
//! A worker that finds nothing to do parks: it sets its bit in a process-wide word, looks once
//! more, and blocks in the poller until its next deadline. A thread with work for it takes the bit
//! away and interrupts the poller.
//!
//! The program is over when every bit is set, every queue is empty, and nothing keeps it alive: no
//! sleeping actor, no deadline of a `receive`, no armed socket. The worker that looks reads the
//! wake epoch before and after; if no worker was unparked in between, all that was read was true at
//! one moment.

use std::sync::atomic::Ordering;

use super::fine_slices;
use super::worker::Worker;
use super::workers::{self, Runtime};
use crate::counters;

/// Parks the worker until there may be something to do.
///
/// # Safety
/// Called on the worker's own stack, with empty queues.
pub unsafe fn park(worker: *mut Worker) {
    let runtime = workers::get();
    // SAFETY: the worker is this thread's.
    unsafe {
        runtime.parked.begin((*worker).index);
        (*worker).parked = true;
        if work_is_waiting(runtime, worker) || runtime.is_stopping() {
            return unpark(worker);
        }
        if nothing_can_happen(runtime) && runtime.nothing_left() {
            return unpark(worker);
        }
        (runtime.hooks.before_park)();
        if (*worker).preempt.fine.are_armed() {
            fine_slices::rest(worker);
        }
        let timers = (*worker).wheel.next_deadline();
        let deadline = match (*worker).waiters.next_look() {
            Some(at) => Some(timers.map_or(at, |timer| timer.min(at))),
            None => timers,
        };
        crate::io::wait(deadline);
        unpark(worker);
    }
}

/// Ends the wait, before anything is done that others could see.
///
/// # Safety
/// `worker` is the one of this thread.
pub unsafe fn unpark(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*worker).parked {
            (*worker).parked = false;
            let runtime = workers::get();
            runtime.wake_epoch.fetch_add(1, Ordering::SeqCst);
            runtime.parked.end((*worker).index);
        }
    }
}

unsafe fn work_is_waiting(runtime: &Runtime, worker: *mut Worker) -> bool {
    // SAFETY: the worker is this thread's.
    let index = unsafe { (*worker).index };
    !runtime.workers[index].inbox.is_empty()
        || runtime
            .workers
            .iter()
            .any(|other| !other.stealer.is_empty())
}

fn nothing_can_happen(runtime: &Runtime) -> bool {
    let before = runtime.wake_epoch.load(Ordering::SeqCst);
    let all_parked = || runtime.parked.is_everybody(runtime.workers.len());
    all_parked()
        && runtime
            .workers
            .iter()
            .all(|worker| worker.inbox.is_empty() && worker.stealer.is_empty())
        && counters::sum(counters::KEEP_ALIVES, runtime.workers.len()) == 0
        && all_parked()
        && runtime.wake_epoch.load(Ordering::SeqCst) == before
}

/// True when a worker had nothing to do a moment ago.
pub fn is_parked(runtime: &Runtime, index: usize) -> bool {
    runtime.parked.has(index)
}

/// Unparks a worker, if it is parked. Called after something was queued for it.
pub fn wake(runtime: &Runtime, index: usize) {
    if runtime.parked.take(index) {
        crate::io::notify(index);
    }
}

/// Unparks any one worker. Called after actors were offered for stealing.
pub fn wake_any(runtime: &Runtime) {
    if let Some(index) = runtime.parked.take_any() {
        crate::io::notify(index);
    }
}
