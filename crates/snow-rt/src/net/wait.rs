//! Waiting for a socket: registration with a poller, parking, and what a report sets in motion.
//!
//! The order is what makes it safe: first the socket is known to a poller, then the waker is in the
//! socket, both before the actor is suspended; and readiness is looked at under the same lock that
//! a report takes.

use snow_abi::layout::Context;

use super::failure::Failure;
use super::socket::{Socket, Wakes, NOWHERE};
use super::waiters::Direction;
use super::{notify, table};
use crate::actor::current_actor;
use crate::actor::state::Awaited;
use crate::io;
use crate::io::poller::{Event, Poller};
use crate::sched::park::{self, Woken};
use crate::timer::clock;

/// The poller that a socket's transfers go through.
pub fn poller_for(home: u16) -> &'static dyn Poller {
    io::poller_of(if home == NOWHERE {
        io::here().unwrap_or(0)
    } else {
        usize::from(home)
    })
}

/// Calls `use_it` with the socket under its lock and its poller.
pub fn with<R>(
    handle: i64,
    use_it: impl FnOnce(&mut Socket, &dyn Poller) -> R,
) -> Result<R, Failure> {
    table::with(handle, |socket| {
        let poller = poller_for(socket.home);
        use_it(socket, poller)
    })
    .ok_or(Failure::STALE)
}

/// How long a call waits for a socket. A deadline that has passed ends nothing before the system
/// was asked once more, and one that is looked at much too late begins anew: the process may have
/// stood still while what is waited for has come, or could not be sent.
#[derive(Clone, Copy)]
pub struct Deadline {
    /// Monotonic milliseconds, -1 for none.
    at: i64,
    /// Milliseconds from the beginning to the deadline.
    within: i64,
    was_last_look: bool,
}

/// A deadline is much too late beyond this part of its time, and these milliseconds.
const LATE_PART: i64 = 8;
const LATE_MIN_MS: i64 = 10;

impl Deadline {
    /// At `ms` on the monotonic clock, in milliseconds; never at -1.
    pub fn until(ms: i64) -> Deadline {
        let within = if ms > 0 { ms - clock::now_ms() } else { 0 };
        Deadline {
            at: ms,
            within,
            was_last_look: false,
        }
    }

    fn has_passed(self) -> bool {
        self.at >= 0 && clock::now_ms() >= self.at
    }

    /// Has the caller ask the system once more, or tells that it has done so.
    fn look_again(&mut self, handle: i64, direction: Direction) -> Result<(), Failure> {
        let now = clock::now_ms();
        if self.within > 0 && now - self.at > (self.within / LATE_PART).max(LATE_MIN_MS) {
            self.at = now + self.within;
        } else if std::mem::replace(&mut self.was_last_look, true) {
            return Err(Failure::Timeout);
        }
        table::with(handle, |socket| socket.hope(direction));
        Ok(())
    }
}

/// Parks the caller until the fact is known or its deadline has passed. It may return early, so the
/// caller tries again.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn wait_for(
    cx: *mut Context,
    handle: i64,
    direction: Direction,
    limit: &mut Deadline,
) -> Result<(), Failure> {
    if limit.has_passed() {
        return limit.look_again(handle, direction);
    }
    // SAFETY: passed on.
    unsafe { register_here(cx, handle) }?;
    let register = |waker: park::Waker| {
        let already = table::with(handle, |socket| {
            let already = match direction {
                Direction::Read => socket.can_read(),
                Direction::Write => !socket.waits_for_system(),
            };
            if !already {
                socket.waiters.add(direction, waker);
            }
            already
        });
        if already != Some(false) {
            waker.wake();
        }
    };
    let ends_at = (limit.at >= 0).then_some(limit.at);
    // SAFETY: `cx` runs here. Nothing that owns memory lives on this stack across the suspension,
    // because an actor that is ended while it is parked loses its stack without unwinding.
    match unsafe { park::park(cx, Awaited::Network, ends_at, true, register) } {
        Woken::Ready => Ok(()),
        Woken::TimedOut => limit.look_again(handle, direction),
    }
}

/// True when a deadline lies in the past.
pub fn has_passed(ms: i64) -> bool {
    Deadline::until(ms).has_passed()
}

/// Makes the socket known to this worker's poller if it is known to none, or if its owner now waits
/// here. An owner is kept on the worker from then on. Answers true when the socket was known to
/// none: a first report will come, and no other thread can see it.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn register_here(cx: *mut Context, handle: i64) -> Result<bool, Failure> {
    let caller = current_actor(cx).pid();
    let here = io::here().expect("actors run on workers");
    let outcome = table::with(handle, |socket| {
        let owns = socket.owner == caller;
        let fresh = socket.home == NOWHERE;
        if !fresh && (usize::from(socket.home) == here || !owns) {
            return Ok((false, false));
        }
        if !fresh {
            poller_for(socket.home).remove(socket.fd);
        }
        socket.register(io::poller_of(here), here as u16, handle)?;
        let pins = owns && !socket.pins_owner;
        socket.pins_owner |= owns;
        Ok((fresh, pins))
    });
    let (fresh, pins) = outcome
        .ok_or(Failure::STALE)?
        .map_err(|error| Failure::about(&error, "cannot watch the socket"))?;
    if pins {
        // SAFETY: the owner is the caller, which runs here.
        unsafe { park::pin_to_worker(cx) };
    }
    Ok(fresh)
}

/// What the poller calls for each report.
pub fn report(event: &Event) {
    let handle = event.token as i64;
    if let Ok(wakes) = with(handle, |socket, poller| socket.report(poller, event)) {
        tell(handle, wakes);
    }
}

/// What a worker calls at the end of a turn for each socket with a dirty outbox. Answers how many
/// bytes were on it.
pub fn flush(token: u64) -> usize {
    let handle = token as i64;
    let flushed = with(handle, |socket, poller| {
        let bytes = socket.pending();
        (bytes, flush_watched(socket, poller, handle))
    });
    let Ok((bytes, wakes)) = flushed else {
        return 0;
    };
    tell(handle, wakes);
    bytes
}

/// Flushes, and sees to it that a socket whose outbox the system did not take is watched.
pub fn flush_watched(socket: &mut Socket, poller: &dyn Poller, handle: i64) -> Wakes {
    let wakes = socket.flush(poller);
    if socket.home == NOWHERE && socket.pending() > 0 {
        let here = io::here().unwrap_or(0);
        if socket
            .register(io::poller_of(here), here as u16, handle)
            .is_err()
        {
            return socket.give_up();
        }
    }
    wakes
}

/// Tells the actors that waited. Not under the socket's lock.
pub fn tell(handle: i64, wakes: Wakes) {
    wakes.readers.wake();
    wakes.writers.wake();
    if let Some((request, kind)) = wakes.event {
        notify::deliver(request, kind, handle);
    }
}
