//! Suspending an actor inside a call, and waking it from anywhere.

use std::sync::atomic::Ordering;

use snow_abi::layout::Context;

use super::worker::{self, Worker};
use super::workers;
use super::{growth, idle, timers, watch};
use crate::actor::control::Actor;
use crate::actor::post;
use crate::actor::slots::{self, SLOTS};
use crate::actor::state::{Awaited, Cause};
use crate::context::fiber::{self, Outcome};
use crate::counters;
use crate::timer::clock;
use crate::timer::wheel::Kind;

/// Wakes one particular suspension of one actor. Harmless when that suspension is over or the actor
/// is gone.
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

    /// The slot of the actor: one number for all of its suspensions.
    pub fn slot(self) -> u32 {
        self.slot
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

/// Suspends the calling actor until its waker is used or the deadline (monotonic milliseconds)
/// passes. Whoever looks at it meanwhile learns that it waits for `awaited`.
///
/// `register` is given the waker before the actor is suspended; a wake-up from then on is not lost.
/// Does not return when the actor is ended meanwhile, or when the time of a guard around the call
/// is over; so `register` must leave nothing that the actor's end (`net::close_all`) does not undo
/// or that a later suspension minds, and the caller must hold nothing that needs to be dropped.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
pub unsafe fn park(
    cx: *mut Context,
    awaited: Awaited,
    deadline_ms: Option<i64>,
    keeps_alive: bool,
    register: impl FnOnce(Waker),
) -> Woken {
    // SAFETY: the caller's promise.
    unsafe {
        (*Actor::of(cx)).awaited = awaited;
        if !watch::is_limited(cx) {
            return suspend(cx, deadline_ms, None, keeps_alive, register);
        }
        watch::look(cx);
        let keeps_alive = keeps_alive || watch::will_end(cx);
        let woken = suspend(cx, deadline_ms, watch::next_look(cx), keeps_alive, register);
        watch::resumed(cx, deadline_ms.filter(|_| woken == Woken::TimedOut));
        woken
    }
}

/// The same, but the time until the actor goes on does not count for the guards around the call: it
/// waits for something that the code inside has no part in.
///
/// # Safety
/// As for [`park`].
pub unsafe fn park_uncounted(
    cx: *mut Context,
    awaited: Awaited,
    deadline_ms: Option<i64>,
    keeps_alive: bool,
    register: impl FnOnce(Waker),
) -> Woken {
    // SAFETY: the caller's promise.
    unsafe {
        (*Actor::of(cx)).awaited = awaited;
        let since = watch::is_limited(cx).then(clock::now_ms);
        let woken = suspend(cx, deadline_ms, None, keeps_alive, register);
        if let Some(since) = since {
            watch::forgive(cx, clock::now_ms() - since);
        }
        woken
    }
}

/// Suspends the calling actor; at `look_ms` it runs for a moment, to be looked at where it stands.
unsafe fn suspend(
    cx: *mut Context,
    deadline_ms: Option<i64>,
    mut look_ms: Option<i64>,
    keeps_alive: bool,
    register: impl FnOnce(Waker),
) -> Woken {
    // SAFETY: the context is that of the caller's actor. Its worker may be another one after the
    // suspension.
    unsafe {
        let actor = Actor::of(cx);
        let slot = (*actor).slot;
        // A `receive` with a deadline around this call shares the timer; it arms it again when it
        // waits again.
        timers::disarm(actor);
        (*actor).timer.kind = Kind::Park;
        let number = slot.park.begin();
        arm_earlier(actor, deadline_ms, look_ms);
        if keeps_alive {
            timers::keep_alive(actor);
        }
        growth::before_park(cx);
        register(Waker {
            slot: slots::index((*cx).pid),
            number,
        });
        loop {
            fiber::suspend((*actor).fiber, Outcome::Parked);
            if !timers::take_look(actor) {
                break;
            }
            watch::resumed(cx, look_ms);
            let woken = slot.park.is_woken();
            if watch::is_overdue(cx) {
                slot.park.finish();
            }
            watch::judge(cx);
            if woken {
                break;
            }
            look_ms = watch::next_look(cx);
            arm_earlier(actor, deadline_ms, look_ms);
        }
        timers::disarm(actor);
        timers::end_keep_alive(actor);
        match slot.park.finish() {
            Cause::Ready => Woken::Ready,
            Cause::TimedOut => Woken::TimedOut,
        }
    }
}

/// Arms the actor's one timer for whichever comes first.
unsafe fn arm_earlier(actor: *mut Actor, deadline_ms: Option<i64>, look_ms: Option<i64>) {
    let look = look_ms.filter(|look| deadline_ms.is_none_or(|deadline| *look < deadline));
    let first = look
        .map(|at| (Kind::Look, at))
        .or(deadline_ms.map(|at| (Kind::Park, at)));
    if let Some((kind, at)) = first {
        // SAFETY: the actor runs on this thread, and its timer is not armed.
        unsafe { timers::arm(actor, kind, at) };
    }
}

/// Moves the calling actor to the worker of that number, modulo their count, and keeps it there to
/// its end, as well as those that it spawns from then on; not those that they spawn. One that has
/// something armed stays where that is.
///
/// # Safety
/// As for [`park`].
pub unsafe fn settle_on(cx: *mut Context, number: usize) {
    // SAFETY: the context is that of the caller's actor; nothing that owns memory lives on this
    // stack.
    unsafe {
        let actor = Actor::of(cx);
        let here = (*(*actor).worker).index;
        let target = number % workers::get().workers.len();
        let moves = target != here && (*actor).pins == 0;
        // A pinned actor cannot be stolen on its way.
        (*actor).pins += 1;
        (*actor).chose_worker = true;
        if moves {
            let slot = (*actor).slot;
            // Woken at once; a timer of its old worker must not stand over the move.
            park_uncounted(cx, Awaited::Nothing, None, false, |waker| {
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
    unsafe {
        let actor = Actor::of(cx);
        growth::before_park(cx);
        if !watch::is_limited(cx) {
            return fiber::suspend((*actor).fiber, Outcome::WaitingDeep);
        }
        watch::look(cx);
        let look_ms = watch::next_look(cx);
        let earlier =
            look_ms.filter(|look| !(*actor).timer.armed || *look < (*actor).timer.deadline);
        if let Some(look) = earlier {
            timers::disarm(actor);
            timers::arm(actor, Kind::Look, look);
        }
        fiber::suspend((*actor).fiber, Outcome::WaitingDeep);
        let due = timers::take_look(actor);
        if (*actor).timer.kind == Kind::Look {
            // The `receive` arms its own deadline again.
            timers::disarm(actor);
        }
        watch::resumed(cx, look_ms.filter(|_| due));
        watch::judge(cx);
    }
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

/// Keeps the program from ending while something outside may still wake an actor. Counted; any
/// thread may call.
pub fn hold_program() {
    counters::add(counters::KEEP_ALIVES, 1);
}

/// Takes one reason back.
pub fn release_program() {
    // A worker that takes it back while it looks for events is about to make an actor
    // runnable.
    let worker: *mut Worker = worker::current();
    if !worker.is_null() {
        // SAFETY: a thread's worker lives as long as its loop.
        unsafe { idle::unpark(worker) };
    }
    counters::add(counters::KEEP_ALIVES, -1);
}
