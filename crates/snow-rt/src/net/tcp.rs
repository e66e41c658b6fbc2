//! Connecting, sending, closing, handing on.
//!
//! In: handles and bytes. Out: results; a stale handle is one of them. Promised: bytes leave in the order in which they
//! were put on the outbox, all of one turn in one system call. Never: waiting under a lock.

use std::os::fd::RawFd;

use snow_abi::layout::{sent, Bytes, Context};

use super::failure::Failure;
use super::hold::Hold;
use super::outbox::Outbox;
use super::socket::{Kind, Socket, NOWHERE};
use super::wait::{self, Direction};
use super::{listener, names, notify, owners, table};
use crate::actor::{self, current_actor, ActorRef, Pid};
use crate::io;
use crate::io::poller::Poller;
use crate::mem;
use crate::sched::park;

/// Puts a descriptor into the table; on failure it is closed.
pub fn open(poller: &dyn Poller, fd: RawFd, kind: Kind, owner: Pid) -> Result<i64, Failure> {
    io::serve(io::Client { report: wait::report, flush: wait::flush });
    match table::insert(Socket::new(fd, kind, owner)) {
        Ok(handle) => {
            owners::add(owner, handle);
            Ok(handle)
        }
        Err(socket) => {
            socket.close(poller);
            Err(Failure::System("too many sockets".into()))
        }
    }
}

/// Connects to `host:port`, trying the name's addresses in turn until the deadline.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn connect(cx: *mut Context, host: &str, port: i64, deadline: i64) -> Result<i64, Failure> {
    // SAFETY: passed on.
    let addresses = unsafe { names::resolve(cx, host, port, deadline) }?;
    let mut outcome = Err(Failure::Invalid("no address to connect to".into()));
    for &address in addresses.as_slice() {
        // A failure owns its text, and what is owned must not be on the stack of a parked actor.
        drop(std::mem::replace(&mut outcome, Err(Failure::Timeout)));
        let poller = wait::poller_for(NOWHERE);
        outcome = match poller.connect(address) {
            // SAFETY: passed on.
            Ok(fd) => unsafe { finish_connecting(cx, open(poller, fd, Kind::Connecting, current_actor(cx).pid())?, deadline) },
            Err(error) => Err(Failure::from(&error)),
        };
        match outcome {
            Ok(_) | Err(Failure::Timeout) => return outcome,
            Err(failure) => outcome = Err(Failure::System(format!("cannot connect to {address}: {}", failure.text()))),
        }
    }
    outcome
}

unsafe fn finish_connecting(cx: *mut Context, handle: i64, deadline: i64) -> Result<i64, Failure> {
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
            Ok(()) => return Ok(handle),
            // SAFETY: passed on.
            Err(Failure::WouldBlock) => match unsafe { wait::wait_for(cx, handle, Direction::Write, deadline) } {
                Ok(()) => continue,
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        // SAFETY: passed on.
        unsafe { close(cx, handle) };
        return Err(failure);
    }
}

/// Puts bytes on the outbox: one of `layout::sent`. They leave at the end of the home worker's turn.
///
/// # Safety
/// `data` is alive.
pub unsafe fn send(handle: i64, data: *const Bytes) -> i64 {
    // SAFETY: passed on.
    let content = unsafe { mem::content(data) };
    let outcome = table::with(handle, |socket| {
        if socket.refuses_bytes() {
            return (sent::CLOSED, None);
        }
        if socket.is_full(content.len()) {
            return (sent::FULL, None);
        }
        // SAFETY: passed on.
        unsafe { put(socket.outbox(), data, content) };
        // When the system takes no more, its report that it does again is what flushes.
        let flush = socket.can_write() && !std::mem::replace(&mut socket.dirty, true);
        (sent::SENT, flush.then_some(socket.home))
    });
    let Some((answer, flush)) = outcome else { return sent::CLOSED };
    if let Some(home) = flush {
        flush_later(home, handle);
    }
    answer
}

fn flush_later(home: u16, handle: i64) {
    let home = if home == NOWHERE { io::here().unwrap_or(0) } else { usize::from(home) };
    io::flush_later(home, handle as u64);
}

unsafe fn put(outbox: &mut Outbox, data: *const Bytes, content: &[u8]) {
    if Outbox::shares(content.len()) {
        // SAFETY: the caller vouches for `data`.
        let block = unsafe { mem::block_of(data) };
        if !block.is_null() {
            // SAFETY: `content` is the window of `data` in that block, which `data` keeps alive.
            return outbox.share(unsafe { Hold::new(block, content) });
        }
    }
    outbox.copy(content);
}

/// Puts all bytes on the outbox and waits until the system has taken them.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `data` is alive as long as the call.
pub unsafe fn write(cx: *mut Context, handle: i64, data: *const Bytes, deadline: i64) -> Result<(), Failure> {
    let mut put_already = false;
    loop {
        // SAFETY: passed on.
        let content = unsafe { mem::content(data) };
        let step = wait::with(handle, |socket, poller| {
            if !put_already {
                if socket.refuses_bytes() {
                    return Err(Failure::Closed("the sending side is closed"));
                }
                if !socket.is_full(content.len()) {
                    // SAFETY: passed on.
                    unsafe { put(socket.outbox(), data, content) };
                    put_already = true;
                }
            }
            let wakes = wait::flush_watched(socket, poller, handle);
            Ok((wakes, socket.is_broken(), socket.pending() > 0))
        });
        let (wakes, broken, waiting) = step.and_then(|step| step)?;
        wait::tell(handle, wakes);
        if broken {
            return Err(Failure::Closed("the connection is gone"));
        }
        if put_already && !waiting {
            return Ok(());
        }
        // SAFETY: passed on.
        unsafe { wait::wait_for(cx, handle, Direction::Write, deadline) }?;
    }
}

/// Bytes on the outbox.
pub fn pending(handle: i64) -> Result<i64, Failure> {
    wait::with(handle, |socket, _| socket.pending() as i64)
}

/// Sets the limit of the outbox.
pub fn set_limit(handle: i64, bytes: i64) -> Result<(), Failure> {
    let limit = usize::try_from(bytes).map_err(|_| Failure::Invalid("a limit is not negative".into()))?;
    wait::with(handle, |socket, _| socket.set_limit(limit))
}

/// Ends the sending side after what is on the outbox.
pub fn shutdown(handle: i64) -> Result<(), Failure> {
    let wakes = wait::with(handle, |socket, poller| {
        let ending = socket.end_sending(poller);
        // What the system did not take must be watched, or nobody would send the rest.
        if socket.pending() > 0 { wait::flush_watched(socket, poller, handle) } else { ending }
    })?;
    wait::tell(handle, wakes);
    Ok(())
}

/// Closes a socket after its outbox was offered to the system once; a stale handle is ignored.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn close(cx: *mut Context, handle: i64) {
    let Some(mut socket) = table::remove(handle) else { return };
    let caller = current_actor(cx).pid();
    owners::remove(socket.owner, handle);
    if socket.owner == caller && socket.pins_owner {
        // SAFETY: the owner is the caller. An owner on another worker keeps its pin until it ends, which costs nothing
        // but the freedom to move.
        unsafe { park::unpin(cx) };
    }
    if let Some(request) = socket.notify.take_if(|request| request.to == caller) {
        // SAFETY: the asker is the caller, and its request is open. Closing is its own doing, so it needs no event.
        unsafe { notify::withdraw(cx, request) };
    }
    finish(handle, socket);
}

/// Closes everything that an actor which has ended still owns.
pub fn close_all(actor: ActorRef) {
    if !table::is_empty() {
        close_owned(actor.pid());
    }
}

fn close_owned(owner: Pid) {
    for handle in owners::take_all(owner) {
        let Some(mut socket) = table::remove(handle) else { continue };
        if let Some(request) = socket.notify.take_if(|request| request.to == owner) {
            notify::forget(request);
        }
        finish(handle, socket);
    }
}

fn finish(handle: i64, socket: Socket) {
    let poller = wait::poller_for(socket.home);
    wait::tell(handle, socket.close(poller));
    listener::descriptor_free();
}

/// Hands a socket to another actor. If that one is gone, the socket is closed.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn give(cx: *mut Context, handle: i64, to: Pid) -> Result<(), Failure> {
    let caller = current_actor(cx).pid();
    if caller == to {
        return Ok(());
    }
    let (pinned, request, waiting, flush) = wait::with(handle, |socket, poller| {
        if socket.owner != caller {
            return Err(Failure::Invalid("only its owner can give a socket away".into()));
        }
        socket.owner = to;
        let flush = socket.home != NOWHERE && socket.unregister(poller);
        let request = socket.notify.take_if(|request| request.to == caller);
        // Whoever is parked on it must have it watched again.
        Ok((std::mem::take(&mut socket.pins_owner), request, (socket.reader.take(), socket.writer.take()), flush))
    })
    .and_then(|outcome| outcome)?;
    owners::remove(caller, handle);
    owners::add(to, handle);
    // SAFETY: the former owner and asker is the caller, which runs here.
    unsafe {
        if pinned {
            park::unpin(cx);
        }
        if let Some(request) = request {
            notify::withdraw(cx, request);
        }
    }
    if flush {
        flush_later(NOWHERE, handle);
    }
    waiting.0.wake();
    waiting.1.wake();
    // After `add`: an actor that ends is first marked as gone and then looks for its sockets, so one of us finds it.
    if !actor::is_alive(to) {
        close_owned(to);
    }
    Ok(())
}

/// `address:port` of the other side.
pub fn peer(handle: i64) -> Result<String, Failure> {
    address_text(wait::with(handle, |socket, poller| poller.peer(socket.fd))?)
}

/// `address:port` of this side.
pub fn local(handle: i64) -> Result<String, Failure> {
    address_text(wait::with(handle, |socket, poller| poller.local(socket.fd))?)
}

fn address_text(address: std::io::Result<std::net::SocketAddr>) -> Result<String, Failure> {
    address.map(|address| address.to_string()).map_err(|error| Failure::from(&error))
}
