//! Answers that an actor waits for outside its `receive`: the results of jobs.
//!
//! A place is opened by the actor that will wait, under a number of its own. The answer comes as a
//! signal: it wakes an actor that is suspended inside a call, and no `receive` ever sees it. A
//! place takes one answer; when the actor that it is expected from ends without one, the place
//! fails with that actor's reason. What comes for a place that was given up is freed.

use snow_abi::layout::{error, Context};

use super::control::Actor;
use super::envelope::{self, Content, Envelope};
use super::links::Monitor;
use super::outcome;
use super::slots::Pid;
use super::state::Awaited;
use super::{mailbox, post};
use crate::sched::park::{self, Waker};
use crate::timer::clock;

/// Where an answer is put.
#[derive(Debug)]
pub enum ReplySlot {
    /// Nothing has come.
    Open,
    /// The answer.
    Filled(*mut Envelope),
    /// None will come; why not.
    Failed(String),
}

/// The suspension in which an actor waits for the answer of that number.
#[derive(Debug)]
pub struct Waiting {
    number: i64,
    waker: Waker,
}

/// Opens a place.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn open(cx: *mut Context) -> i64 {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let extras = (*Actor::of(cx)).extras_mut();
        extras.last_monitor += 1;
        extras.answers.insert(extras.last_monitor, ReplySlot::Open);
        extras.last_monitor
    }
}

/// From now on the place fails when `from` ends without an answer; at once when it has ended.
///
/// # Safety
/// As for [`open`].
pub unsafe fn expect(cx: *mut Context, number: i64, from: Pid) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        let make = std::ptr::null_mut();
        (*actor)
            .extras_mut()
            .monitors
            .insert(number, Monitor { target: from, make });
        super::links::watch(actor, number, from);
    }
}

/// An answer has come.
///
/// # Safety
/// The actor is owned by this thread; the signal is handed over.
pub unsafe fn arrived(actor: *mut Actor, signal: *mut Envelope) {
    // SAFETY: both are the caller's.
    unsafe {
        let number = (*signal).token;
        match (*actor).extras_mut().answers.get_mut(&number) {
            Some(slot @ ReplySlot::Open) => {
                *slot = ReplySlot::Filled(signal);
                wake(actor, number);
            }
            _ => envelope::free((*actor).worker, signal),
        }
    }
}

/// The actor that the answer was expected from has ended.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn failed(actor: *mut Actor, number: i64, reason: String) {
    // SAFETY: the actor is the caller's.
    unsafe {
        if let Some(slot @ ReplySlot::Open) = (*actor).extras_mut().answers.get_mut(&number) {
            *slot = ReplySlot::Failed(reason);
            wake(actor, number);
        }
    }
}

unsafe fn wake(actor: *mut Actor, number: i64) {
    // SAFETY: the actor is the caller's.
    let waiting = unsafe { &(*actor).extras_mut().waiting };
    if let Some(waiting) = waiting.as_ref().filter(|waiting| waiting.number == number) {
        waiting.waker.wake();
    }
}

/// Waits until the answer is there, and hands it to `read`. The place is given up with the answer
/// or the news that none will come, but stays when the deadline passes first. Without an answer the
/// caller's error is set.
///
/// # Safety
/// As for [`open`], on the actor's own stack.
pub unsafe fn wait<R>(
    cx: *mut Context,
    number: i64,
    deadline: Option<i64>,
    read: impl FnOnce(*mut Envelope) -> R,
) -> Option<R> {
    // SAFETY: the context is that of the caller's actor. The actor knows the envelope while it is
    // read, so that it is freed even if the reader crashes.
    unsafe {
        let actor = Actor::of(cx);
        loop {
            mailbox::collect_or_leave(cx);
            match (*actor).extras_mut().answers.get(&number) {
                Some(ReplySlot::Filled(envelope)) => {
                    let envelope = *envelope;
                    let extras = (*actor).extras_mut();
                    extras.answers.remove(&number);
                    extras.reading = Some(envelope);
                    give_up(actor, number);
                    let value = read(envelope);
                    finish_reading(actor);
                    outcome::clear_error(cx);
                    return Some(value);
                }
                Some(ReplySlot::Failed(reason)) => {
                    let reason = reason.clone();
                    give_up(actor, number);
                    outcome::set_error(cx, error::CLOSED, &reason);
                    return None;
                }
                None => {
                    outcome::set_error(cx, error::INVALID, "the result was taken before");
                    return None;
                }
                Some(ReplySlot::Open) => {}
            }
            if deadline.is_some_and(|deadline| clock::now_ms() >= deadline) {
                outcome::set_error(cx, error::TIMEOUT, "timeout");
                return None;
            }
            // Only a deadline keeps the program alive by itself: an answer is the business of
            // whoever makes it.
            park::park(cx, Awaited::Answer, deadline, deadline.is_some(), |waker| {
                (*actor).extras_mut().waiting = Some(Waiting { number, waker });
            });
            (*actor).extras_mut().waiting = None;
        }
    }
}

/// Frees the answer that was being read, if there is one: it has been, or its reader has crashed.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn finish_reading(actor: *mut Actor) {
    // SAFETY: the actor is the caller's; the envelope is in no place any more.
    unsafe {
        if let Some(envelope) = (*actor).extras().and_then(|extras| extras.reading.take()) {
            envelope::free((*actor).worker, envelope);
        }
    }
}

/// The code that waited for an answer was ended: no code needs the answer any more.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn abandon(actor: *mut Actor) {
    // SAFETY: the actor is the caller's.
    unsafe {
        let waiting = (*actor).extras().and_then(|extras| extras.waiting.take());
        if let Some(waiting) = waiting {
            give_up(actor, waiting.number);
        }
    }
}

/// Closes a place; an answer in it is freed.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn give_up(actor: *mut Actor, number: i64) {
    // SAFETY: the actor is the caller's.
    unsafe {
        let (worker, me) = ((*actor).worker, (*actor).pid);
        let extras = (*actor).extras_mut();
        if let Some(ReplySlot::Filled(envelope)) = extras.answers.remove(&number) {
            envelope::free(worker, envelope);
        }
        if let Some(monitor) = extras.monitors.remove(&number) {
            let signal = envelope::numbered(
                envelope::signal(worker, Content::Demonitor, me, 0, &[]),
                number,
            );
            post::signal(worker, monitor.target, signal);
        }
    }
}

/// Frees the answers that an actor did not live to take.
///
/// # Safety
/// The actor has ended and is owned by this thread.
pub unsafe fn release(actor: *mut Actor) {
    // SAFETY: the actor is the caller's.
    unsafe {
        finish_reading(actor);
        let worker = (*actor).worker;
        let Some(extras) = (*actor).extras() else {
            return;
        };
        for (_, slot) in extras.answers.drain() {
            if let ReplySlot::Filled(envelope) = slot {
                envelope::free(worker, envelope);
            }
        }
    }
}
