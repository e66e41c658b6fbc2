//! Suspending an actor inside a call, and waking it from anywhere.

use std::sync::atomic::Ordering;

use snow_abi::layout::Context;

use super::worker::{self, Worker};
use super::{counters, idle, timers};
use crate::actor::control::Actor;
use crate::actor::post;
use crate::actor::slots::{self, SLOTS};
use crate::actor::state::Cause;
use crate::context::fiber::{self, Outcome};
use crate::runtime;
use crate::timer::wheel::Kind;

/// Wakes one particular suspension of one actor. Harmless when that suspension is over or the actor is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waker {
    slot: u32,
    number: u64,
}

/// Why a suspended actor goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Its waker was used.
    Ready,
    /// The deadline passed first.
    TimedOut,
}

impl Waker {
    /// True when both are of one actor, so that the older one is of a suspension that is over.
    pub fn is_of_same_actor(self, other: Waker) -> bool {
        self.slot == other.slot
    }

    /// Lets the actor go on. May be called from any thread, any number of times.
    pub fn wake(self) {
        if let Some(slot) = SLOTS.get(self.slot) {
            if slot.park.wake(self.number) {
                // SAFETY: the answer gave us the right to schedule.
                unsafe { post::schedule(slot) };
            }
        }
    }
}

/// Suspends the calling actor until its waker is used or the deadline (monotonic milliseconds) passes.
///
/// `register` is given the waker before the actor is suspended; a wake-up from then on is not lost. Does not return
/// when the actor is ended meanwhile, so `register` must leave nothing that its end (`net::close_all`) does not undo,
/// and the caller must hold nothing that needs to be dropped.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
pub unsafe fn park(
    cx: *mut Context,
    deadline_ms: Option<i64>,
    keeps_alive: bool,
    register: impl FnOnce(Waker),
) -> Woken {
    // SAFETY: the context is that of the caller's actor. Its worker may be another one after the suspension.
    unsafe {
        let actor = Actor::of(cx);
        let slot = (*actor).slot;
        // A `receive` with a deadline around this call shares the timer; it arms it again when it waits again.
        timers::disarm(actor);
        let number = slot.park.begin();
        if let Some(deadline) = deadline_ms {
            timers::arm(actor, Kind::Park, deadline);
        }
        if keeps_alive {
            timers::hold(actor);
        }
        register(Waker { slot: slots::index((*cx).pid), number });
        fiber::suspend((*actor).fiber, Outcome::Parked);
        timers::disarm(actor);
        timers::release_hold(actor);
        match slot.park.finish() {
            Cause::Ready => Woken::Ready,
            Cause::TimedOut => Woken::TimedOut,
        }
    }
}

/// Moves the calling actor to the worker of that number, modulo their count, and keeps it there to its end, as well as
/// those that it spawns from then on; not those that they spawn. One that has something armed stays where that is.
///
/// # Safety
/// As for [`park`].
pub unsafe fn settle_on(cx: *mut Context, number: usize) {
    // SAFETY: the context is that of the caller's actor; nothing that owns memory lives on this stack.
    unsafe {
        let actor = Actor::of(cx);
        let here = (*(*actor).worker).index;
        let target = number % runtime::get().workers.len();
        let moves = target != here && (*actor).pins == 0;
        // A pinned actor cannot be stolen on its way.
        (*actor).pins += 1;
        (*actor).settled = true;
        if moves {
            let slot = (*actor).slot;
            park(cx, None, false, |waker| {
                slot.home.store(target as u16, Ordering::Relaxed);
                waker.wake();
            });
        }
    }
}

/// Suspends a `receive` that stands in a deeper call, until something comes or its time is over.
///
/// # Safety
/// As for [`park`].
pub unsafe fn park_in_receive(cx: *mut Context) {
    // SAFETY: the context is that of the caller's actor.
    unsafe { fiber::suspend((*Actor::of(cx)).fiber, Outcome::WaitingDeep) };
}

/// Keeps the actor on its worker: it has something armed there. Counted.
///
/// # Safety
/// `cx` is an actor that this thread owns.
pub unsafe fn pin_to_worker(cx: *mut Context) {
    // SAFETY: the context is that of the actor.
    unsafe { (*Actor::of(cx)).pins += 1 };
}

/// Takes one pin back.
///
/// # Safety
/// As for [`pin_to_worker`].
pub unsafe fn unpin(cx: *mut Context) {
    // SAFETY: the context is that of the actor.
    unsafe {
        debug_assert!((*Actor::of(cx)).pins > 0);
        (*Actor::of(cx)).pins -= 1;
    }
}

/// Keeps the program from ending while something outside may still wake an actor. Counted; any thread may call.
pub fn hold_program() {
    counters::add(counters::HOLDS, 1);
}

/// Takes one hold back.
pub fn release_program() {
    // A worker that takes the hold back while it looks for events is about to make an actor runnable.
    let worker: *mut Worker = worker::current();
    if !worker.is_null() {
        // SAFETY: a thread's worker lives as long as its loop.
        unsafe { idle::rise(worker) };
    }
    counters::add(counters::HOLDS, -1);
}
