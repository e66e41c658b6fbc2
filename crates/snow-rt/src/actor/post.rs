//! Putting messages and signals into mailboxes.
//!
//! Messages (what the receiver's program sees) and signals (what its runtime handles) take one way,
//! so that a message sent before a signal is there before it. A refused push means that the actor
//! is gone.

use snow_abi::layout::Writer;

use super::control::Actor;
use super::envelope::{self, Content, Envelope};
use super::exit::out_of_memory;
use super::inbox::{Pushed, MOST_WEIGHT};
use super::slots::{self, Pid, Slot};
use super::{hibernate, mailbox};
use crate::counters;
use crate::mem::scratch;
use crate::sched::worker::{self, Worker};

/// The message that a writer holds; the writer is closed. Ends the actor when there is no memory
/// for it.
///
/// # Safety
/// The actor runs on this thread, and the writer is its own and open.
pub unsafe fn seal(actor: *mut Actor, writer: *mut Writer) -> *mut Envelope {
    // SAFETY: the caller's promise. The counts of the blocks go from the writer to the envelope.
    unsafe {
        let length = (*writer).at as usize - (*writer).base as usize;
        let packed = std::slice::from_raw_parts((*writer).base, length);
        let blocks: &[_] = &(*scratch::of(writer)).blocks;
        let envelope = envelope::new((*actor).worker, Content::User, packed, blocks);
        if envelope.is_null() {
            scratch::discard(actor, writer);
            out_of_memory((*actor).context(), length);
        }
        scratch::close(actor, writer);
        envelope
    }
}

/// A message that weighs more is not counted in the inbox's own word.
pub const MOST_INSIDE: usize = MOST_WEIGHT / 16;

/// Sends a message or event whatever its receiver's limits are; it is dropped when the actor is
/// gone. For timers, events, and what the library cannot do without.
///
/// # Safety
/// `worker` is the one of this thread or null; the envelope is handed over.
pub unsafe fn send(worker: *mut Worker, to: Pid, envelope: *mut Envelope) {
    // SAFETY: the caller's promise.
    unsafe {
        match slots::find(to) {
            Some(slot) => {
                deliver(worker, slot, to, envelope);
            }
            None => envelope::free(worker, envelope),
        }
    }
}

/// Sends an event. A receiver that waits on this worker is taken out of its wait first, so that the
/// event is put into its own list, as if it had been collected, and no queue between the two is
/// touched.
///
/// # Safety
/// As for [`send`].
pub unsafe fn send_event(worker: *mut Worker, to: Pid, envelope: *mut Envelope) {
    // SAFETY: the caller's promise. Ending a wait makes the actor ours until it is queued.
    unsafe {
        let Some(slot) = slots::find(to) else {
            return envelope::free(worker, envelope);
        };
        // Relaxed: where the actor lives decides only which way is the shorter one.
        let lives_here = !worker.is_null()
            && usize::from(slot.home.load(std::sync::atomic::Ordering::Relaxed)) == (*worker).index;
        if lives_here && slot.inbox.end_wait() {
            // Relaxed: ending the wait synchronised with the worker that let the actor wait.
            let actor = slot.actor.load(std::sync::atomic::Ordering::Relaxed);
            let is_meant = (*actor).pid == to;
            if is_meant {
                (*envelope).generation = slots::generation(to);
                hibernate::take_back(actor, (*envelope).message.make);
                mailbox::append(actor, envelope);
                slot.bounds.publish((*actor).held);
                counters::add_here((*worker).index, counters::MESSAGES, 1);
            }
            // One that has the slot by now finds nothing and waits on. The actor may have moved
            // before its wait ended.
            schedule(slot);
            if is_meant {
                return;
            }
        }
        deliver(worker, slot, to, envelope);
    }
}

/// Sends a message of an actor to one that has set no limit. When more waits then than the receiver
/// may hold, it ends.
///
/// # Safety
/// As for [`send`]; `slot` is that of `to`.
#[inline]
pub unsafe fn send_charged(worker: *mut Worker, slot: &Slot, to: Pid, envelope: *mut Envelope) {
    // SAFETY: the caller's promise.
    unsafe {
        if slot.bounds.is_overfull() {
            return envelope::free(worker, envelope);
        }
        if let Some(weight) = deliver(worker, slot, to, envelope) {
            if slot.bounds.exceeded_by(weight) {
                overfill(worker, slot, to, weight);
            }
        }
    }
}

/// Hands an envelope to the actor of a slot; `None` when that is gone. Else the weight of the
/// inbox.
///
/// # Safety
/// As for [`send_charged`].
#[inline]
pub unsafe fn deliver(
    worker: *mut Worker,
    slot: &Slot,
    to: Pid,
    envelope: *mut Envelope,
) -> Option<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        (*envelope).generation = slots::generation(to);
        let weight = (*envelope).weight as usize;
        // What is large by itself is counted aside, at a cost that is small beside that of its
        // bytes.
        let aside = if weight > MOST_INSIDE { weight } else { 0 };
        slot.bounds.spill(aside);
        let found = slot.inbox.push_weighed(envelope, weight - aside);
        match found.pushed {
            Pushed::Refused => {
                slot.bounds.take_back(aside);
                envelope::free(worker, envelope);
                return None;
            }
            Pushed::Woke => schedule(slot),
            Pushed::First | Pushed::Queued => {}
        }
        slot.bounds.spill(found.spilled);
        if worker.is_null() {
            counters::add(counters::MESSAGES, 1);
        } else {
            counters::add_here((*worker).index, counters::MESSAGES, 1);
        }
        Some(found.weight)
    }
}

/// Ends an actor whose mailbox holds more than it may. Once; what is sent to it from now on is
/// dropped.
#[cold]
unsafe fn overfill(worker: *mut Worker, slot: &Slot, to: Pid, weight: usize) {
    if slot.bounds.mark_overfull() {
        let bytes = slot.bounds.bytes(weight);
        // SAFETY: the signal is fresh.
        unsafe {
            signal(
                worker,
                to,
                envelope::signal(worker, Content::Overfull, to, bytes, b""),
            )
        };
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
        let pushed = slot.inbox.push(signal);
        if pushed == Pushed::Refused {
            return Err(signal);
        }
        // A suspended actor is not woken by mail, but must look at signals. Both at once cannot be:
        // an actor that waits in `receive` is not parked.
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
            counters::add_here((*(*actor).worker).index, counters::MESSAGES, -1);
        }
        envelope::free((*actor).worker, envelope);
    }
}
