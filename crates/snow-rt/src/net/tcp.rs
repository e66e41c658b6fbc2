//! Opening connections, and what is known about them.
//!
//! In: names, ports, descriptors. Out: handles. Promised: a descriptor is in the table or closed,
//! whatever fails.

use std::os::fd::RawFd;

use snow_abi::layout::Context;

use super::failure::Failure;
use super::socket::{Kind, Socket, NOWHERE};
use super::wait::{self, Deadline};
use super::waiters::Direction;
use super::{address, names, owners, ownership, table};
use crate::actor::{current_actor, Pid};
use crate::io;
use crate::io::poller::{Accepted, Poller};

/// Puts a descriptor into the table; on failure it is closed.
pub fn open(poller: &dyn Poller, fd: RawFd, kind: Kind, owner: Pid) -> Result<i64, Failure> {
    insert(poller, fd, owner, || Socket::new(fd, kind, owner))
}

/// The same for what a listener has given.
pub fn open_accepted(poller: &dyn Poller, accepted: Accepted, owner: Pid) -> Result<i64, Failure> {
    insert(poller, accepted.fd, owner, || {
        let mut socket = Socket::new(accepted.fd, Kind::Stream, owner);
        if let Some(peer) = accepted.peer {
            socket.remember_peer(peer);
        }
        socket
    })
}

fn insert(
    poller: &dyn Poller,
    fd: RawFd,
    owner: Pid,
    make: impl FnOnce() -> Socket,
) -> Result<i64, Failure> {
    io::serve(io::Client {
        report: wait::report,
        flush: wait::flush,
    });
    let Some(handle) = table::insert(make) else {
        poller.close(fd);
        return Err(Failure::System("too many sockets".into()));
    };
    owners::add(owner, handle);
    Ok(handle)
}

/// Connects to `host:port`, trying the name's addresses in turn until the deadline.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn connect(
    cx: *mut Context,
    host: &str,
    port: i64,
    deadline: i64,
) -> Result<i64, Failure> {
    // SAFETY: passed on.
    let addresses = unsafe { names::resolve(cx, host, port, deadline) }?;
    let mut outcome = Err(Failure::Invalid("no address to connect to".into()));
    for &address in addresses.as_slice() {
        // A failure owns its text, and what is owned must not be on the stack of a parked actor.
        drop(std::mem::replace(&mut outcome, Err(Failure::Timeout)));
        let poller = wait::poller_for(NOWHERE);
        outcome = match poller.connect(address) {
            // SAFETY: passed on.
            Ok(fd) => unsafe {
                finish_connecting(
                    cx,
                    open(poller, fd, Kind::Connecting, current_actor(cx).pid())?,
                    deadline,
                )
            },
            Err(error) => Err(Failure::from(&error)),
        };
        match outcome {
            Ok(_) | Err(Failure::Timeout) => return outcome,
            Err(failure) => {
                outcome = Err(Failure::System(format!(
                    "cannot connect to {address}: {}",
                    failure.text()
                )))
            }
        }
    }
    outcome
}

unsafe fn finish_connecting(cx: *mut Context, handle: i64, deadline: i64) -> Result<i64, Failure> {
    let mut limit = Deadline::until(deadline);
    loop {
        let decided = wait::with(handle, |socket, poller| {
            let outcome = poller.connected(socket.fd);
            match outcome {
                Ok(()) => socket.connected(),
                Err(_) => socket.undecided(),
            }
            outcome.map_err(|error| Failure::from(&error))
        });
        let failure = match decided.and_then(|decided| decided) {
            Ok(()) => {
                remember_peer(handle);
                return Ok(handle);
            }
            Err(Failure::WouldBlock) => {
                // SAFETY: passed on.
                match unsafe { wait::wait_for(cx, handle, Direction::Write, &mut limit) } {
                    Ok(()) => continue,
                    Err(failure) => failure,
                }
            }
            Err(failure) => failure,
        };
        // SAFETY: passed on.
        unsafe { ownership::close(cx, handle) };
        return Err(failure);
    }
}

/// Two connected sockets inside the program, owned by the caller.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn pair(cx: *mut Context) -> Result<(i64, i64), Failure> {
    let poller = wait::poller_for(NOWHERE);
    let owner = current_actor(cx).pid();
    let (near, far) = poller.pair().map_err(|error| Failure::from(&error))?;
    let near = open(poller, near, Kind::Stream, owner).inspect_err(|_| poller.close(far))?;
    // SAFETY: passed on.
    let far = open(poller, far, Kind::Stream, owner)
        .inspect_err(|_| unsafe { ownership::close(cx, near) })?;
    for handle in [near, far] {
        wait::with(handle, |socket, _| socket.mark_inside())?;
    }
    Ok((near, far))
}

/// `address:port` of the other side.
pub fn peer(handle: i64) -> Result<String, Failure> {
    address_text(wait::with(handle, |socket, poller| socket.peer(poller))?)
}

/// Asks for the other side of a new connection while the system knows it.
fn remember_peer(handle: i64) {
    // One that was reset already has no other side to tell.
    let _ = wait::with(handle, |socket, poller| socket.peer(poller).is_ok());
}

/// The peer of an actor that owns one connection, for reports; `None` when there are more, or the
/// connection is gone.
pub fn peer_of(owner: Pid) -> Option<String> {
    let mut peers = owners::of(owner)
        .into_iter()
        .filter_map(|socket| peer(socket).ok());
    let first = peers.next();
    first.filter(|_| peers.next().is_none())
}

/// `address:port` of this side.
pub fn local(handle: i64) -> Result<String, Failure> {
    address_text(wait::with(handle, |socket, poller| {
        poller.local(socket.fd)
    })?)
}

fn address_text(address: std::io::Result<std::net::SocketAddr>) -> Result<String, Failure> {
    address
        .map(address::text)
        .map_err(|error| Failure::from(&error))
}
