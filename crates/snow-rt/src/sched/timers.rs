//! Deadlines of actors, and the suspensions that keep a program from ending.
//!
//! A timer stands in the wheel of the worker on which it was armed, so its actor is pinned there
//! meanwhile.

use super::worker::{self, Worker};
use crate::actor::control::Actor;
use crate::actor::delayed;
use crate::actor::state::Phase;
use crate::counters;
use crate::timer::clock;
use crate::timer::wheel::{Kind, Timer};

/// Arms the actor's timer.
///
/// # Safety
/// The actor is owned by this thread; its timer is not armed.
pub unsafe fn arm(actor: *mut Actor, kind: Kind, deadline: i64) {
    // SAFETY: the actor, and with it the timer, stays where it is until its end, which disarms it.
    unsafe {
        let timer = &raw mut (*actor).timer;
        (*timer).kind = kind;
        (*timer).deadline = deadline;
        (*(*actor).worker).wheel.arm(timer);
        (*actor).pins += 1;
        counters::add_here((*(*actor).worker).index, counters::TIMERS, 1);
    }
}

/// Disarms the actor's timer if it is armed.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn disarm(actor: *mut Actor) {
    // SAFETY: an armed timer pins its actor, so this is the worker whose wheel it stands in.
    unsafe {
        if (*actor).timer.armed {
            (*(*actor).worker).wheel.disarm(&raw mut (*actor).timer);
            (*actor).pins -= 1;
            counters::add_here((*(*actor).worker).index, counters::TIMERS, -1);
        }
    }
}

/// True once after the actor was woken to be looked at.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn take_look(actor: *mut Actor) -> bool {
    // SAFETY: the actor is the caller's.
    unsafe {
        let due = (*actor).timer.kind == Kind::LookDue;
        if due {
            (*actor).timer.kind = Kind::Look;
        }
        due
    }
}

/// The actor's suspension keeps the program from ending.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn keep_alive(actor: *mut Actor) {
    // SAFETY: the actor is the caller's.
    unsafe {
        if !(*actor).keeps_alive {
            (*actor).keeps_alive = true;
            counters::add_here((*(*actor).worker).index, counters::KEEP_ALIVES, 1);
        }
    }
}

/// Its suspension is over.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn end_keep_alive(actor: *mut Actor) {
    // SAFETY: the actor is the caller's.
    unsafe {
        if (*actor).keeps_alive {
            (*actor).keeps_alive = false;
            counters::add_here((*(*actor).worker).index, counters::KEEP_ALIVES, -1);
        }
    }
}

/// Fires what is due.
///
/// # Safety
/// Called on the worker's own stack.
pub unsafe fn fire_due(worker: *mut Worker) {
    // SAFETY: timers in the wheel belong to actors of this worker, or to entries that are never
    // freed.
    unsafe {
        if (*worker).wheel.is_empty() {
            return;
        }
        let now = clock::now_ms();
        loop {
            let timer = (*worker).wheel.advance(now);
            if timer.is_null() {
                return;
            }
            match (*timer).kind {
                Kind::Delayed => delayed::fire(worker, timer),
                kind => fire(worker, actor_of(timer), kind),
            }
        }
    }
}

fn actor_of(timer: *mut Timer) -> *mut Actor {
    timer
        .wrapping_byte_sub(std::mem::offset_of!(Actor, timer))
        .cast()
}

unsafe fn fire(worker: *mut Worker, actor: *mut Actor, kind: Kind) {
    // SAFETY: the timer pinned its actor to this worker, which runs no actor right now.
    unsafe {
        (*actor).pins -= 1;
        counters::add_here((*worker).index, counters::TIMERS, -1);
        let slot = (*actor).slot;
        let ours = match kind {
            Kind::Receive => slot.inbox.end_wait(),
            Kind::Park | Kind::Delayed => slot.park.time_out(),
            Kind::Look | Kind::LookDue => {
                (*actor).timer.kind = Kind::LookDue;
                match (*actor).phase {
                    Phase::Waiting => slot.inbox.end_wait(),
                    _ => slot.park.interrupt(),
                }
            }
        };
        if ours {
            worker::enqueue(worker, actor);
        }
    }
}
