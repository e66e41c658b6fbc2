//! One event when a socket can be read, and not too much waits on its outbox, when it is closed, or
//! when a fact about its outbox becomes true.
//!
//! In: the asker's function, which stands in its own heap. Out: exactly one event, or none when the
//! asker ends first. While a request is open the program does not end. Never: an event under a
//! socket's lock.

use std::ptr::NonNull;

use snow_abi::layout::{outbox_watch, socket_event, Closure, Context};

use super::failure::Failure;
use super::socket::Socket;
use super::{table, wait};
use crate::actor::control::Actor;
use crate::actor::memory;
use crate::actor::{current_actor, deliver_event, hibernate, Pid};
use crate::io;
use crate::mem::notes;
use crate::sched::park;

/// A fact about an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxWatch {
    /// None is an event.
    Nothing,
    /// Bytes wait, and the system takes no more.
    Blocked,
    /// Nothing waits.
    Emptied,
}

impl OutboxWatch {
    /// By its code, one of `layout::outbox_watch`.
    pub fn from_code(code: i64) -> OutboxWatch {
        match code {
            outbox_watch::BLOCKED => OutboxWatch::Blocked,
            outbox_watch::EMPTIED => OutboxWatch::Emptied,
            _ => OutboxWatch::Nothing,
        }
    }
}

/// A connection has room for one request in any case, so what a request says must not make it
/// larger.
const _: () = assert!(size_of::<Option<Request>>() <= 24);

/// An open request.
#[derive(Debug)]
pub struct Request {
    /// The asker.
    pub to: Pid,
    /// While more bytes than this wait on the outbox, what can be read is no event.
    pub most: u32,
    /// The fact about the outbox that is an event, too.
    pub watch: OutboxWatch,
    make: NonNull<Closure>,
}

// SAFETY: the pointer is only carried; it is used by the asker, or handed to the asker's mailbox.
unsafe impl Send for Request {}

/// Asks for one event. A fact that is known already is an event at once. True when reading pauses,
/// because more than `most` bytes wait on the outbox.
///
/// # Safety
/// `cx` is the actor that runs on this thread, and `make` is its own.
pub unsafe fn ask(
    cx: *mut Context,
    handle: i64,
    most: i64,
    watch: OutboxWatch,
    make: *mut Closure,
) -> Result<bool, Failure> {
    let most = u32::try_from(most.max(0)).unwrap_or(u32::MAX);
    let to = current_actor(cx).pid();
    let Some(make) = NonNull::new(make) else {
        return Err(Failure::Invalid("no function to call".into()));
    };
    let request = Request {
        to,
        most,
        watch,
        make,
    };
    park::hold_program();
    let mut request = Some(request);
    // Nearly always the socket is known to this worker's poller, and one look at it is enough.
    let here = io::here();
    let known = table::with(handle, |socket| {
        (here == Some(usize::from(socket.home))).then(|| look(socket, &mut request))
    });
    let outcome = match known {
        Some(Some(asked)) => Some(asked),
        None => None,
        // SAFETY: passed on.
        Some(None) => match unsafe { wait::register_here(cx, handle) } {
            Ok(fresh) => table::with(handle, |socket| {
                if fresh {
                    socket.expect_report();
                }
                look(socket, &mut request)
            }),
            Err(failure) => {
                if let Some(request) = request {
                    deliver(request, socket_event::CLOSED, handle);
                }
                return if failure == Failure::STALE {
                    Ok(false)
                } else {
                    Err(failure)
                };
            }
        },
    };
    let (answer, pauses) = match outcome.unwrap_or(Asked::Told(socket_event::CLOSED, false)) {
        Asked::Told(kind, pauses) => (request.map(|request| (request, kind)), pauses),
        Asked::Waits(Some(old), pauses) if old.to == to => {
            // SAFETY: the old function is the caller's own, and its request was still open.
            unsafe { withdraw(cx, old) };
            (None, pauses)
        }
        Asked::Waits(old, pauses) => (old.map(|old| (old, socket_event::READABLE)), pauses),
    };
    if let Some((request, kind)) = answer {
        deliver(request, kind, handle);
    }
    Ok(pauses)
}

/// Answers a request, or leaves it open with the socket.
#[inline]
fn look(socket: &mut Socket, request: &mut Option<Request>) -> Asked {
    let Some(Request { most, watch, .. }) = *request else {
        return Asked::Waits(None, false);
    };
    let pauses = socket.pauses_reading(most);
    match socket.fact(most, watch) {
        Some(kind) => Asked::Told(kind, pauses),
        None => Asked::Waits(
            std::mem::replace(&mut socket.notify, request.take()),
            pauses,
        ),
    }
}

/// What became of a request, and whether reading pauses.
enum Asked {
    /// The fact was known: one of `socket_event`.
    Told(i64, bool),
    /// It is open, in place of another one.
    Waits(Option<Request>, bool),
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
        if request.make.as_ref().header.rc != 0 {
            notes::keep_for_good(Actor::of(cx));
        }
        hibernate::take_back(Actor::of(cx), request.make.as_ptr());
        memory::drop_closure(cx, request.make.as_ptr());
    }
    park::release_program();
}

/// Forgets a request whose asker has ended: its heap, and the function in it, is given back as a
/// whole.
pub fn forget(_request: Request) {
    park::release_program();
}
