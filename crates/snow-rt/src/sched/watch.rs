//! Time limits of guards: code that does not return is named on standard error, and at last ended
//! where it stands.
//!
//! A guard with a limit costs a few stores. Nothing looks at it before its actor is asked for the
//! processor, gives way or parks, and its time begins with the first look, at most a time slice
//! late. From then on a running actor is looked at with each slice that it uses up, a parked one by
//! the timer of its suspension, which then stands at the earlier of both deadlines. A call of the
//! runtime that takes long is not interrupted; the next look comes after it.
//!
//! Time that the program could not use is not counted: while its process stood still, and while
//! output was stuck (see [`crate::sched::park::park_uncounted`]).

use snow_abi::layout::{Context, Guard, Limit};

use super::preempt::SLICE_MS;
use super::timers;
use crate::actor::control::{Actor, NO_DEADLINE};
use crate::actor::trace::Trace;
use crate::actor::{answers, backpressure, exit, report};
use crate::mem;
use crate::timer::clock;

/// Milliseconds after which code inside a guard is named.
const SLOW_MS: i64 = 1000;
/// Milliseconds between two looks that count in full. More than that passes only while the process
/// stands still, or in one long call of the runtime, which the time slices bear witness to: each
/// lets as much count again.
const STRIDE_MS: i64 = 1000;

/// The guards with a limit around the running code, the innermost first.
unsafe fn limits(cx: *mut Context) -> impl Iterator<Item = (*mut Guard, *mut Limit)> {
    // SAFETY: the context is that of the caller's actor. The guards stand on its stack below the
    // caller.
    unsafe {
        let first = (*cx).guard;
        let chain = std::iter::successors((!first.is_null()).then_some(first), |guard| {
            let outer = (**guard).outer;
            (!outer.is_null()).then_some(outer)
        });
        chain
            .map(|guard| (guard, (*guard).limit))
            .filter(|(_, limit)| !limit.is_null())
    }
}

/// True inside a guard with a limit.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
pub unsafe fn is_limited(cx: *mut Context) -> bool {
    // SAFETY: passed on.
    unsafe { !(*cx).guard.is_null() && limits(cx).next().is_some() }
}

/// Looks at running code: starts clocks, names what is slow, ends what is overdue.
///
/// # Safety
/// As for [`is_limited`]; nothing on the stack needs to be dropped.
pub unsafe fn look(cx: *mut Context) {
    // SAFETY: the caller's promise; an actor that runs is on its worker.
    unsafe {
        if is_limited(cx) {
            look_after(cx, i64::from((*(*Actor::of(cx)).worker).preempt.ticks()));
        }
    }
}

/// The same when so many time slices have ended since the actor was last asked for the processor.
///
/// # Safety
/// As for [`look`].
pub unsafe fn look_after(cx: *mut Context, ticks: i64) {
    // SAFETY: the caller's promise; limits stand on the actor's stack.
    unsafe {
        let now = clock::now_ms();
        for (_, limit) in limits(cx) {
            let limit = &mut *limit;
            if limit.started == 0 {
                limit.started = now - ticks * SLICE_MS;
                limit.named = 0;
            } else {
                let most = STRIDE_MS * (1 + ticks);
                limit.started += (now - limit.seen - most).max(0);
            }
            limit.seen = now;
        }
        judge(cx);
    }
}

/// When a parked actor has to be looked at again; `None` when all that its guards wanted to say is
/// said.
///
/// # Safety
/// As for [`is_limited`], after [`look`].
pub unsafe fn next_look(cx: *mut Context) -> Option<i64> {
    // SAFETY: passed on; limits stand on the actor's stack.
    unsafe {
        let due = |limit: &Limit| {
            let name = (limit.named == 0).then_some(limit.started + SLOW_MS);
            let end = (limit.within > 0).then_some(limit.started.saturating_add(limit.within));
            name.into_iter().chain(end).min()
        };
        limits(cx).filter_map(|(_, limit)| due(&*limit)).min()
    }
}

/// True when a guard will end the code that runs now, whatever else happens.
///
/// # Safety
/// As for [`is_limited`].
pub unsafe fn will_end(cx: *mut Context) -> bool {
    // SAFETY: passed on; limits stand on the actor's stack.
    unsafe { limits(cx).any(|(_, limit)| (*limit).within > 0) }
}

/// The actor runs again after a suspension whose deadline, if that is what ended it, was `due`.
///
/// # Safety
/// As for [`is_limited`].
pub unsafe fn resumed(cx: *mut Context, due: Option<i64>) {
    // SAFETY: passed on; limits stand on the actor's stack.
    unsafe {
        let now = clock::now_ms();
        // A worker that comes this late has stood still.
        let late = due.map_or(0, |due| now - due);
        let late = if late > STRIDE_MS { late } else { 0 };
        for (_, limit) in limits(cx) {
            (*limit).started += late;
            (*limit).seen = now;
        }
    }
}

/// Moves all limits on: so many milliseconds do not count.
///
/// # Safety
/// As for [`is_limited`].
pub unsafe fn forgive(cx: *mut Context, ms: i64) {
    // SAFETY: passed on; limits stand on the actor's stack. A clock that has not begun has nothing
    // to be moved.
    unsafe {
        for (_, limit) in limits(cx).filter(|(_, limit)| (**limit).started != 0) {
            (*limit).started += ms;
            (*limit).seen += ms;
        }
    }
}

/// The outermost guard whose time was over when it was last looked at.
unsafe fn overdue(cx: *mut Context) -> Option<(*mut Guard, *mut Limit)> {
    let is_over = |limit: &Limit| limit.within > 0 && limit.seen - limit.started >= limit.within;
    // SAFETY: passed on; limits stand on the actor's stack.
    unsafe { limits(cx).filter(|(_, limit)| is_over(&**limit)).last() }
}

/// True when [`judge`] will not return.
///
/// # Safety
/// As for [`is_limited`].
pub unsafe fn is_overdue(cx: *mut Context) -> bool {
    // SAFETY: passed on.
    unsafe { overdue(cx).is_some() }
}

/// Names the code of each guard that was slow at the last look, once; then ends the outermost one
/// that was overdue.
///
/// # Safety
/// As for [`look`].
pub unsafe fn judge(cx: *mut Context) {
    // SAFETY: the caller's promise; limits stand on the actor's stack.
    unsafe {
        let actor = Actor::of(cx);
        let is_slow = |limit: &Limit| limit.named == 0 && limit.seen - limit.started >= SLOW_MS;
        for (_, limit) in limits(cx).filter(|(_, limit)| is_slow(&**limit)) {
            (*limit).named = 1;
            let label = String::from_utf8_lossy(mem::content((*limit).label));
            report::slow(actor, &label, SLOW_MS / 1000, &Trace::here());
        }
        if let Some((guard, limit)) = overdue(cx) {
            end(cx, guard, limit);
        }
    }
}

/// Crashes the code inside a guard, however many guards stand inside that one.
unsafe fn end(cx: *mut Context, guard: *mut Guard, limit: *mut Limit) -> ! {
    // SAFETY: the caller's promise. The text stays with the actor, because this stack is left.
    unsafe {
        let actor = Actor::of(cx);
        timers::disarm(actor);
        timers::end_keep_alive(actor);
        (*actor).receive_deadline = NO_DEADLINE;
        answers::abandon(actor);
        backpressure::abandon((*cx).pid);
        (*cx).guard = guard;
        let text: *const [u8] = {
            let label = String::from_utf8_lossy(mem::content((*limit).label));
            let text = format!("{label} has not returned after {} ms", (*limit).within);
            let caught = &mut (*actor).extras_mut().caught;
            *caught = text.into_bytes().into();
            &raw const **caught
        };
        exit::crash(cx, &*text)
    }
}
