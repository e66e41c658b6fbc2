//! Time slices by the wall clock, for as long as some actor computes for long.
//!
//! The system looks at timers of processor time at its own ticks only, every four milliseconds on
//! many machines; a timer of the wall clock ends a slice when it is over. It would wake idle
//! workers, and cost two system calls whenever a worker goes idle. So it is armed when an actor has
//! used up two slices in a row, and rests when none has done that for a while or the worker parks.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

use super::slice_timer::{self, Clock, Slice};
use super::worker::Worker;
use crate::actor::control::Actor;

/// Slices without such an actor after which the timer rests.
const CALM: u32 = 64;

/// Which timer of a worker is armed. Only its own thread touches it.
#[derive(Debug)]
pub struct FineSlices {
    /// One more than the number of the wall clock's timer; 0 before it was needed.
    timer: AtomicUsize,
    armed: AtomicBool,
    refused: AtomicBool,
    calm: AtomicU32,
}

impl FineSlices {
    /// Slices by processor time.
    pub fn new() -> Self {
        FineSlices {
            timer: AtomicUsize::new(0),
            armed: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            calm: AtomicU32::new(0),
        }
    }

    /// True while slices go by the wall clock.
    pub fn are_armed(&self) -> bool {
        self.armed.load(Ordering::Relaxed)
    }
}

/// An actor has used up its slice. When that was so in its turn before, too, slices are fine.
///
/// # Safety
/// Called on the worker's own thread, which owns the actor.
pub unsafe fn note_spent(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the caller's promise.
    unsafe {
        let turn = (*actor).slot.turns.load(Ordering::Relaxed) as u8;
        let again = (*actor).spent_turn.wrapping_add(1) == turn;
        (*actor).spent_turn = turn;
        if again {
            let fine = &(*worker).preempt.fine;
            fine.calm.store(0, Ordering::Relaxed);
            if !fine.are_armed() && !fine.refused.load(Ordering::Relaxed) {
                arm(worker);
            }
        }
    }
}

/// A slice has ended.
///
/// # Safety
/// Called on the worker's own thread.
pub unsafe fn note_tick(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        let fine = &(*worker).preempt.fine;
        if fine.are_armed() && fine.calm.fetch_add(1, Ordering::Relaxed) >= CALM {
            rest(worker);
        }
    }
}

/// Goes back to slices by processor time.
///
/// # Safety
/// Called on the worker's own thread.
pub unsafe fn rest(worker: *mut Worker) {
    // SAFETY: the caller's promise; the timers are those of this worker, which are alive.
    unsafe {
        let fine = &(*worker).preempt.fine;
        if let Some(own) = (*worker).preempt.timer() {
            let _ = slice_timer::set(slice_timer::SYSTEM, own, super::preempt::SLICE_MS);
        }
        if let Some(timer) = slice_timer::from_word(fine.timer.load(Ordering::Relaxed)) {
            let _ = slice_timer::set(slice_timer::SYSTEM, timer, 0);
        }
        fine.armed.store(false, Ordering::Relaxed);
    }
}

/// Deletes the timer.
///
/// # Safety
/// Called on the worker's own thread, which runs no actor any more.
pub unsafe fn stop(worker: *mut Worker) {
    // SAFETY: the timer is this worker's, and is forgotten here.
    unsafe {
        let word = (*worker).preempt.fine.timer.swap(0, Ordering::Relaxed);
        if let Some(timer) = slice_timer::from_word(word) {
            libc::timer_delete(timer);
        }
    }
}

#[cold]
unsafe fn arm(worker: *mut Worker) {
    // SAFETY: the caller's promise, which is that of `note_spent`; the handler expects the worker's
    // `Preempt`, and `stop` deletes the timer before that goes.
    unsafe {
        let preempt = &(*worker).preempt;
        let fine = &preempt.fine;
        let known = slice_timer::from_word(fine.timer.load(Ordering::Relaxed));
        let timer = match known {
            Some(timer) => Ok(timer),
            None => {
                let slice = Slice {
                    clock: Clock::Wall,
                    signal: super::preempt::SIGNAL,
                    value: std::ptr::from_ref(preempt).cast_mut().cast(),
                };
                slice_timer::create(slice_timer::SYSTEM, slice)
            }
        };
        let armed = timer.and_then(|timer| {
            fine.timer
                .store(slice_timer::word(timer), Ordering::Relaxed);
            slice_timer::set(slice_timer::SYSTEM, timer, super::preempt::SLICE_MS)
        });
        if armed.is_err() {
            // Coarse slices go on.
            fine.refused.store(true, Ordering::Relaxed);
            return;
        }
        fine.armed.store(true, Ordering::Relaxed);
        // Two timers would end slices early, and what counts them would count too many.
        if let Some(own) = preempt.timer() {
            let _ = slice_timer::set(slice_timer::SYSTEM, own, 0);
        }
    }
}
