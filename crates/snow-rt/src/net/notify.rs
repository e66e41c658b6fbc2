//! One event when a socket can be read, and not too much waits on its outbox, or when it is closed.
//!
//! In: the asker's function, which stands in its own heap. Out: exactly one event, or none when the asker ends first.
//! While a request is open the program does not end. Never: an event under a socket's lock.

use std::ptr::NonNull;

use snow_abi::layout::{socket_event, Closure, Context};

use super::failure::Failure;
use super::{table, wait};
use crate::actor::control::Actor;
use crate::actor::{current_actor, deliver_event, hibernate, Pid};
use crate::mem;
use crate::sched::park;

/// An open request.
#[derive(Debug)]
pub struct Request {
    /// The asker.
    pub to: Pid,
    /// While more bytes than this wait on the outbox, what can be read is no event.
    pub most: u32,
    make: NonNull<Closure>,
}

// SAFETY: the pointer is only carried; it is used by the asker, or handed to the asker's mailbox.
unsafe impl Send for Request {}

/// Asks for one event. Readiness that is known already is an event at once.
///
/// # Safety
/// `cx` is the actor that runs on this thread, and `make` is its own.
pub unsafe fn ask(cx: *mut Context, handle: i64, most: i64, make: *mut Closure) -> Result<(), Failure> {
    let most = u32::try_from(most.max(0)).unwrap_or(u32::MAX);
    let to = current_actor(cx).pid();
    let Some(make) = NonNull::new(make) else { return Err(Failure::Invalid("no function to call".into())) };
    let request = Request { to, most, make };
    park::hold_program();
    // SAFETY: passed on.
    let fresh = match unsafe { wait::register_here(cx, handle) } {
        Ok(fresh) => fresh,
        Err(failure) => {
            deliver(request, socket_event::CLOSED, handle);
            return if failure == Failure::STALE { Ok(()) } else { Err(failure) };
        }
    };
    let mut request = Some(request);
    let replaced = table::with(handle, |socket| {
        if fresh {
            socket.expect_report();
        }
        if socket.can_tell(most) {
            return None;
        }
        std::mem::replace(&mut socket.notify, request.take())
    });
    match (request, replaced) {
        (Some(request), None) => deliver(request, socket_event::CLOSED, handle),
        (Some(request), Some(_)) => deliver(request, socket_event::READABLE, handle),
        (None, Some(Some(old))) if old.to == to => {
            // SAFETY: the old function is the caller's own, and its request was still open.
            unsafe { withdraw(cx, old) }
        }
        (None, Some(Some(old))) => deliver(old, socket_event::READABLE, handle),
        (None, _) => {}
    }
    Ok(())
}

/// Sends the event of a request that is no longer open.
pub fn deliver(request: Request, kind: i64, handle: i64) {
    deliver_event(request.to, request.make.as_ptr(), kind, handle, b"");
    park::release_program();
}

/// Forgets a request without an event.
///
/// # Safety
/// `cx` is the asker and runs on this thread.
pub unsafe fn withdraw(cx: *mut Context, request: Request) {
    // SAFETY: the function came from this actor's heap with the request, which was its one owner.
    unsafe {
        hibernate::take_back(Actor::of(cx), request.make.as_ptr());
        mem::drop_closure(cx, request.make.as_ptr());
    }
    park::release_program();
}

/// Forgets a request whose asker has ended: its heap, and the function in it, is given back as a whole.
pub fn forget(_request: Request) {
    park::release_program();
}
