//! Listening and accepting.
//!
//! Accepting survives what passes: a connection that was reset while it queued is skipped; when the
//! process or the system has no descriptor left, the acceptor waits until a socket of ours is
//! closed, or a moment, and tries again.

use std::io;

use parking_lot::Mutex;
use snow_abi::layout::Context;

use super::failure::Failure;
use super::socket::Kind;
use super::wait::{self, Deadline};
use super::waiters::Direction;
use super::{address, tcp};
use crate::actor::current_actor;
use crate::actor::state::Awaited;
use crate::sched::park::{self, Waker};
use crate::timer::clock;

/// Milliseconds after which an acceptor without descriptors tries again although no socket of ours
/// was closed: others in the process or system may have given some back.
const STARVED_WAIT_MS: i64 = 100;

/// Acceptors that wait for a descriptor.
static STARVED: Mutex<Vec<Waker>> = Mutex::new(Vec::new());

/// Listens on `host:port`; port 0 picks one.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn listen(
    cx: *mut Context,
    host: &str,
    port: i64,
    backlog: i64,
) -> Result<i64, Failure> {
    let address = address::listening(host, address::port(port)?)?;
    let backlog = backlog_of(backlog);
    let poller = wait::poller_for(super::socket::NOWHERE);
    let fd = poller
        .listen(address, backlog)
        .or_else(
            |error| match (error.raw_os_error(), address::without_ipv6(address)) {
                (Some(libc::EAFNOSUPPORT | libc::EADDRNOTAVAIL), Some(rest)) => {
                    poller.listen(rest, backlog)
                }
                _ => Err(error),
            },
        )
        .map_err(|error| Failure::about(&error, &format!("cannot listen on {address}")))?;
    tcp::open(poller, fd, Kind::Listener, current_actor(cx).pid())
}

/// One more listener at the address of another; connections are spread over both.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn listen_beside(cx: *mut Context, listener: i64, backlog: i64) -> Result<i64, Failure> {
    let backlog = backlog_of(backlog);
    let fd = wait::with(listener, |socket, poller| {
        if socket.kind != Kind::Listener {
            return Err(Failure::Invalid("a connection does not listen".into()));
        }
        poller
            .listen_beside(socket.fd, backlog)
            .map_err(|error| Failure::about(&error, "cannot share the port"))
    })??;
    tcp::open(
        wait::poller_for(super::socket::NOWHERE),
        fd,
        Kind::Listener,
        current_actor(cx).pid(),
    )
}

fn backlog_of(backlog: i64) -> i32 {
    i32::try_from(backlog.max(1)).unwrap_or(i32::MAX)
}

/// The next connection, owned by the caller.
///
/// # Safety
/// As for [`listen`].
pub unsafe fn accept(cx: *mut Context, listener: i64, deadline: i64) -> Result<i64, Failure> {
    let mut limit = Deadline::until(deadline);
    loop {
        match next(cx, listener) {
            Err(Refused::NobodyThere) => {
                // SAFETY: passed on.
                unsafe { wait::wait_for(cx, listener, Direction::Read, &mut limit) }?
            }
            // SAFETY: passed on.
            Err(Refused::NoDescriptor) => unsafe { wait_for_descriptor(cx, deadline) }?,
            Err(Refused::Skip) => {}
            Err(Refused::Failed(failure)) => return Err(failure),
            Ok(handle) => return Ok(handle),
        }
    }
}

/// A socket was closed: acceptors that wait for a descriptor may try again.
pub fn descriptor_free() {
    let waiting = {
        let mut starved = STARVED.lock();
        if starved.is_empty() {
            return;
        }
        std::mem::take(&mut *starved)
    };
    waiting.into_iter().for_each(Waker::wake);
}

enum Refused {
    NobodyThere,
    NoDescriptor,
    Skip,
    Failed(Failure),
}

fn next(cx: *mut Context, listener: i64) -> Result<i64, Refused> {
    let accepted = wait::with(listener, |socket, poller| {
        if socket.kind != Kind::Listener {
            return Err(Refused::Failed(Failure::Invalid(
                "a connection cannot accept".into(),
            )));
        }
        socket.accept(poller).map_err(|error| judge(&error))
    });
    let accepted = accepted.map_err(Refused::Failed)??;
    let poller = wait::poller_for(super::socket::NOWHERE);
    tcp::open_accepted(poller, accepted, current_actor(cx).pid()).map_err(Refused::Failed)
}

/// What a failed accept means for the listener. The network's errors concern the one connection
/// that is gone (accept(2)).
fn judge(error: &io::Error) -> Refused {
    match error.raw_os_error() {
        Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM) => Refused::NoDescriptor,
        Some(
            libc::ECONNABORTED
            | libc::EPROTO
            | libc::ENETDOWN
            | libc::ENOPROTOOPT
            | libc::EHOSTDOWN
            | libc::ENONET
            | libc::EHOSTUNREACH
            | libc::ENETUNREACH
            | libc::EPERM
            | libc::ETIMEDOUT,
        ) => Refused::Skip,
        _ if error.kind() == io::ErrorKind::WouldBlock => Refused::NobodyThere,
        _ => Refused::Failed(Failure::from(error)),
    }
}

unsafe fn wait_for_descriptor(cx: *mut Context, deadline: i64) -> Result<(), Failure> {
    if wait::has_passed(deadline) {
        return Err(Failure::Timeout);
    }
    let moment = clock::now_ms() + STARVED_WAIT_MS;
    let until = if deadline >= 0 {
        moment.min(deadline)
    } else {
        moment
    };
    // SAFETY: `cx` runs here; nothing that owns memory lives on this stack. Both outcomes mean: try
    // again.
    unsafe { park::park(cx, Awaited::Network, Some(until), true, starve) };
    Ok(())
}

fn starve(waker: Waker) {
    let mut starved = STARVED.lock();
    starved.retain(|old| !old.is_of_same_actor(waker));
    starved.push(waker);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_broken_listener_ends_accepting() {
        let judged = |code| judge(&io::Error::from_raw_os_error(code));
        assert!(matches!(judged(libc::EMFILE), Refused::NoDescriptor));
        assert!(matches!(judged(libc::ECONNABORTED), Refused::Skip));
        assert!(matches!(judged(libc::EAGAIN), Refused::NobodyThere));
        assert!(matches!(judged(libc::EBADF), Refused::Failed(_)));
    }
}
