//! Selective receive: the messages that came, in order, and how far the current `receive` has
//! looked.
//!
//! What senders push stands in the slot's inbox; the owner moves it into its own list when a
//! `receive` has looked at all it knew. Messages that match nothing stay, and a later `receive`
//! finds them in the order in which they came.

use std::ffi::c_void;

use snow_abi::layout::{message, wait, Context, Header, Message};

use super::control::{Actor, NO_DEADLINE};
use super::envelope::{self, Content, Envelope};
use super::exit::{self, Reason};
use super::memory;
use super::{backpressure, guard, hibernate, post, signals, slots};
use crate::mem::{self, notes};
use crate::sched::timers;
use crate::timer::clock;
use crate::timer::wheel::Kind;

/// Senders learn of what was taken out of a mailbox when it was so much, in units of
/// [`envelope::UNIT`].
const PUBLISH: u32 = 32;

/// Moves what came into the actor's own list, and obeys the signals among it. An answer means that
/// the actor must end.
///
/// # Safety
/// The actor is owned by this thread.
#[inline]
pub unsafe fn collect(actor: *mut Actor) -> Option<Reason> {
    // SAFETY: passed on.
    unsafe {
        // Twice of three times: a `receive` looks once more before its actor waits.
        if (*actor).slot.inbox.is_untouched() {
            return None;
        }
        collect_some(actor)
    }
}

#[inline(never)]
unsafe fn collect_some(actor: *mut Actor) -> Option<Reason> {
    let mut end: Option<Reason> = None;
    // SAFETY: the list taken from the inbox is ours whole; the link is read before the envelope is
    // handed on.
    unsafe {
        let generation = slots::generation((*actor).pid);
        let (mut envelope, known) = (*actor).slot.inbox.take_weighed();
        let (mut inside, mut aside) = (0, 0);
        let is_some = !envelope.is_null();
        while !envelope.is_null() {
            let next = (*envelope).next;
            let weight = (*envelope).weight as usize;
            if weight > post::MOST_INSIDE {
                aside += weight;
            } else {
                inside += weight;
            }
            if (*envelope).generation != generation {
                signals::answer_for_the_dead(actor, envelope, None);
            } else if post::is_message((*envelope).content) {
                hibernate::take_back(actor, (*envelope).message.make);
                append(actor, envelope);
            } else if let Some(reason) = signals::obey(actor, envelope) {
                end = Some(Reason::weightier(end, reason));
            }
            envelope = next;
        }
        if is_some {
            let bounds = &(*actor).slot.bounds;
            // What the inbox's word does not know of these was counted aside.
            bounds.take_back(aside + inside.saturating_sub(known));
            bounds.publish((*actor).held);
        }
    }
    end
}

/// Puts a message at the end of the actor's own list.
///
/// # Safety
/// The actor is owned by this thread; the envelope is handed over.
pub unsafe fn append(actor: *mut Actor, envelope: *mut Envelope) {
    // SAFETY: both are the caller's.
    unsafe {
        let last = (*actor).last;
        (*actor).held = (*actor).held.saturating_add((*envelope).weight);
        (*envelope).next = std::ptr::null_mut();
        (*envelope).prev = last;
        if last.is_null() {
            (*actor).first = envelope;
        } else {
            (*last).next = envelope;
        }
        (*actor).last = envelope;
    }
}

/// Takes a message out of the list and frees it.
unsafe fn remove(actor: *mut Actor, envelope: *mut Envelope) {
    // SAFETY: the envelope is in the actor's list.
    unsafe {
        let (next, prev) = ((*envelope).next, (*envelope).prev);
        if next.is_null() {
            (*actor).last = prev;
        } else {
            (*next).prev = prev;
        }
        if prev.is_null() {
            (*actor).first = next;
        } else {
            (*prev).next = next;
        }
        if (*actor).scanned == envelope {
            (*actor).scanned = prev;
        }
        (*actor).held -= (*envelope).weight;
        // Not with each message: senders need to know it roughly only.
        if (*actor).slot.bounds.published() - (*actor).held >= PUBLISH {
            (*actor).slot.bounds.publish((*actor).held);
        }
        let counted = (*envelope).counted;
        post::discard(actor, envelope);
        if counted {
            backpressure::removed((*actor).slot, slots::index((*actor).pid));
        }
    }
}

/// Forgets the event of a monitor that has fired but was not received.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn withdraw(actor: *mut Actor, monitor: i64) {
    // SAFETY: the list is the actor's; what the event owns is in the actor's heap.
    unsafe {
        let mut envelope = (*actor).first;
        while !envelope.is_null() {
            let next = (*envelope).next;
            if (*envelope).content == Content::Event && (*envelope).token == monitor {
                let cx = (*actor).context();
                notes::keep_for_good(actor);
                memory::drop_closure(cx, (*envelope).message.make);
                mem::drop_bytes(cx, (*envelope).message.event_text);
                remove(actor, envelope);
            }
            envelope = next;
        }
    }
}

/// Puts the scan position before the oldest message.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn begin(cx: *mut Context) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        (*actor).scanned = std::ptr::null_mut();
        end_deadline(actor);
        if !(*cx).guard.is_null() {
            guard::note_receive(cx);
        }
    }
}

unsafe fn end_deadline(actor: *mut Actor) {
    // SAFETY: the actor is the caller's.
    unsafe {
        if (*actor).receive_deadline != NO_DEADLINE {
            (*actor).receive_deadline = NO_DEADLINE;
            timers::disarm(actor);
        }
    }
}

unsafe fn unseen(actor: *mut Actor) -> *mut Envelope {
    // SAFETY: the list is the actor's.
    unsafe {
        if (*actor).scanned.is_null() {
            (*actor).first
        } else {
            (*(*actor).scanned).next
        }
    }
}

/// Like [`collect`], on the actor's own stack: an actor that must end does so here.
///
/// # Safety
/// As for [`begin`].
pub unsafe fn collect_or_leave(cx: *mut Context) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        if let Some(reason) = collect(actor) {
            exit::leave(cx, reason);
        }
    }
}

/// The next message that this `receive` has not looked at, or null.
///
/// # Safety
/// As for [`begin`].
pub unsafe fn next(cx: *mut Context) -> *mut Message {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        let mut envelope = unseen(actor);
        if envelope.is_null() {
            collect_or_leave(cx);
            envelope = unseen(actor);
            if envelope.is_null() {
                return std::ptr::null_mut();
            }
        }
        (*actor).scanned = envelope;
        let message = &raw mut (*envelope).message;
        if (*message).kind == message::EVENT
            && !(*message).make.is_null()
            && (*message).event_text.is_null()
        {
            // Its function is used up by the code that makes the value.
            if !(*cx).guard.is_null() && (*(*message).make).header.rc != 0 {
                notes::keep_for_good(actor);
            }
            let text = Envelope::bytes(envelope);
            (*message).event_text = if text.is_empty() {
                mem::no_bytes()
            } else {
                memory::new_bytes(cx, text)
            };
        }
        message
    }
}

/// Removes a message that matched; this ends the `receive`.
///
/// # Safety
/// As for [`begin`]; the message came from [`next`] and was not taken before.
pub unsafe fn take(cx: *mut Context, message: *mut Message) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        remove(actor, Envelope::of(message));
        end_deadline(actor);
    }
}

/// Leaves a message that did not match, with its value in the actor's heap.
///
/// # Safety
/// As for [`take`].
pub unsafe fn keep(cx: *mut Context, message: *mut Message, kept: *mut c_void) {
    // SAFETY: the message is alive. An event has used up its function and text when its value
    // exists, so that cannot be made again.
    unsafe {
        if (*message).kind == message::EVENT && (*message).kept.is_null() {
            notes::keep_for_good(Actor::of(cx));
        }
        (*message).kept = kept;
        (*message).make = std::ptr::null_mut();
        (*message).event_text = std::ptr::null_mut();
    }
}

/// Forgets values of messages that stay: those of that epoch or a later one. They are made again
/// when they are looked at.
///
/// # Safety
/// The actor is owned by this thread; values of the epoch have not been given back.
pub unsafe fn forget_kept(actor: *mut Actor, epoch: u8) {
    // SAFETY: what a message refers to is in the actor's heap.
    unsafe {
        let mut envelope = (*actor).first;
        while !envelope.is_null() {
            let message = &raw mut (*envelope).message;
            let kept: *mut Header = (*message).kept.cast();
            if !kept.is_null() && (*kept).epoch >= epoch {
                (*message).kept = std::ptr::null_mut();
            }
            let text = (*message).event_text;
            if !text.is_null() && (*text).header.epoch >= epoch {
                (*message).event_text = std::ptr::null_mut();
            }
            envelope = (*envelope).next;
        }
    }
}

/// Nothing matched: what the `receive` does next, one of `layout::wait`. The deadline is fixed by
/// the first call.
///
/// # Safety
/// As for [`begin`].
pub unsafe fn wait(cx: *mut Context, ms: i64) -> i64 {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        if unseen(actor).is_null() {
            collect_or_leave(cx);
        }
        if !unseen(actor).is_null() {
            return wait::MORE;
        }
        if (*actor).slot.bounds.has_waiting_senders() {
            backpressure::begins_to_wait((*actor).slot, slots::index((*actor).pid));
        }
        if ms < 0 {
            return wait::SUSPEND;
        }
        if (*actor).receive_deadline == NO_DEADLINE {
            if ms == 0 {
                return wait::TIMEOUT;
            }
            (*actor).receive_deadline = clock::deadline_after(ms);
        } else if clock::now_ms() >= (*actor).receive_deadline {
            end_deadline(actor);
            return wait::TIMEOUT;
        }
        if !(*actor).timer.armed {
            timers::arm(actor, Kind::Receive, (*actor).receive_deadline);
        }
        wait::SUSPEND
    }
}

/// Frees all messages of an actor that has ended.
///
/// # Safety
/// The actor has ended and is owned by this thread.
pub unsafe fn release(actor: *mut Actor) {
    // SAFETY: the list is the actor's; the link is read before the envelope goes.
    unsafe {
        let mut envelope = std::mem::replace(&mut (*actor).first, std::ptr::null_mut());
        while !envelope.is_null() {
            let next = (*envelope).next;
            post::discard(actor, envelope);
            envelope = next;
        }
        if !(*actor).arguments.is_null() {
            envelope::free((*actor).worker, (*actor).arguments);
        }
    }
}
