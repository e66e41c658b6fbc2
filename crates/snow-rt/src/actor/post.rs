//! Putting messages and signals into mailboxes.
//!
//! Messages (what the receiver's program sees) and signals (what its runtime handles) take one way, so that a message
//! sent before a signal is there before it. A refused push means that the actor is gone.

use super::control::Actor;
use super::envelope::{self, Content, Envelope};
use super::inlet::Pushed;
use super::slots::{self, Pid, Slot};
use crate::sched::counters;
use crate::sched::worker::{self, Worker};

/// Sends a message or event; it is dropped when the actor is gone.
///
/// # Safety
/// `worker` is the one of this thread or null; the envelope is handed over.
#[inline]
pub unsafe fn send(worker: *mut Worker, to: Pid, envelope: *mut Envelope) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(slot) = slots::find(to) else {
            return envelope::free(worker, envelope);
        };
        (*envelope).generation = slots::generation(to);
        match slot.inlet.push(envelope) {
            Pushed::Refused => return envelope::free(worker, envelope),
            Pushed::Woke => schedule(slot),
            Pushed::First | Pushed::Queued => {}
        }
        if worker.is_null() {
            counters::add(counters::MESSAGES, 1);
        } else {
            counters::add_here(worker, counters::MESSAGES, 1);
        }
    }
}

/// Sends a signal; the caller gets it back when the actor is gone.
///
/// # Safety
/// As for [`send`].
pub unsafe fn try_signal(to: Pid, signal: *mut Envelope) -> Result<(), *mut Envelope> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(slot) = slots::find(to) else {
            return Err(signal);
        };
        (*signal).generation = slots::generation(to);
        let pushed = slot.inlet.push(signal);
        if pushed == Pushed::Refused {
            return Err(signal);
        }
        // A suspended actor is not woken by mail, but must look at signals. Both at once cannot be: whoever waits in
        // `receive` is not parked.
        if slot.park.signal() || pushed == Pushed::Woke {
            schedule(slot);
        }
        Ok(())
    }
}

/// Sends a signal; it is dropped when the actor is gone.
///
/// # Safety
/// As for [`send`].
pub unsafe fn signal(worker: *mut Worker, to: Pid, signal: *mut Envelope) {
    // SAFETY: the caller's promise; a refused signal is ours again.
    unsafe {
        if let Err(signal) = try_signal(to, signal) {
            envelope::free(worker, signal);
        }
    }
}

/// Puts an actor into the run queue of its worker.
///
/// # Safety
/// The caller has won the right to schedule it.
pub unsafe fn schedule(slot: &Slot) {
    // Relaxed: winning the right synchronised with the worker that let the actor wait.
    let actor = slot.actor.load(std::sync::atomic::Ordering::Relaxed);
    let home = slot.home.load(std::sync::atomic::Ordering::Relaxed) as usize;
    // SAFETY: the right to schedule is the right to put it into one queue.
    unsafe { worker::enqueue_on(home, actor) };
}

/// True for envelopes that the program sees.
pub fn is_message(content: Content) -> bool {
    matches!(content, Content::User | Content::Event)
}

/// Frees what an actor that has ended did not receive.
///
/// # Safety
/// The caller owns the list; the actor is owned by this thread.
pub unsafe fn discard(actor: *mut Actor, envelope: *mut Envelope) {
    // SAFETY: the caller's promise.
    unsafe {
        if is_message((*envelope).content) {
            counters::add_here((*actor).worker, counters::MESSAGES, -1);
        }
        envelope::free((*actor).worker, envelope);
    }
}
