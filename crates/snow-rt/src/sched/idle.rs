//! Resting workers, waking them, and noticing that nothing can happen any more.
//!
//! A worker that finds nothing to do sets its bit in a process-wide word, looks once more, and
//! blocks in the poller until its next deadline. Whoever has work for it takes the bit away and
//! interrupts the poller.
//!
//! The program is over when every bit is set, every queue is empty, and nothing is held: no
//! sleeping actor, no deadline of a `receive`, no armed socket. The one who looks reads the count
//! of risings before and after; if nobody rose in between, all that was read was true at one
//! moment.

use std::sync::atomic::Ordering;

use super::worker::Worker;
use super::workers::{self, Runtime};
use crate::counters;

/// Rests until there may be something to do.
///
/// # Safety
/// Called on the worker's own stack, with empty queues.
pub unsafe fn rest(worker: *mut Worker) {
    let runtime = workers::get();
    // SAFETY: the worker is this thread's.
    unsafe {
        runtime.resting.begin((*worker).index);
        (*worker).resting = true;
        if work_is_waiting(runtime, worker) || runtime.is_stopping() {
            return rise(worker);
        }
        if nothing_can_happen(runtime) && runtime.nothing_left() {
            return rise(worker);
        }
        (runtime.hooks.before_rest)();
        let deadlines = [
            (*worker).wheel.next_deadline(),
            (*worker).waiters.next_deadline(),
        ];
        let deadline = deadlines.into_iter().flatten().min();
        crate::io::wait(deadline);
        rise(worker);
    }
}

/// Ends the rest, before anything is done that others could see.
///
/// # Safety
/// `worker` is the one of this thread.
pub unsafe fn rise(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*worker).resting {
            (*worker).resting = false;
            let runtime = workers::get();
            runtime.risings.fetch_add(1, Ordering::SeqCst);
            runtime.resting.end((*worker).index);
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
    let before = runtime.risings.load(Ordering::SeqCst);
    let resting = || runtime.resting.is_everybody(runtime.workers.len());
    resting()
        && runtime
            .workers
            .iter()
            .all(|worker| worker.inbox.is_empty() && worker.stealer.is_empty())
        && counters::read(counters::HOLDS) == 0
        && resting()
        && runtime.risings.load(Ordering::SeqCst) == before
}

/// True when a worker had nothing to do a moment ago.
pub fn is_resting(runtime: &Runtime, index: usize) -> bool {
    runtime.resting.has(index)
}

/// Interrupts the rest of a worker, if it rests. Called after something was queued for it.
pub fn wake(runtime: &Runtime, index: usize) {
    if runtime.resting.take(index) {
        crate::io::notify(index);
    }
}

/// Interrupts the rest of any one worker. Called after actors were offered for stealing.
pub fn wake_any(runtime: &Runtime) {
    if let Some(index) = runtime.resting.take_any() {
        crate::io::notify(index);
    }
}
