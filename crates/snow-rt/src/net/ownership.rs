//! How sockets change hands and are closed: by anyone who has the handle, with their owner, or by a
//! gift.
//!
//! Promised: a socket is closed once, every actor that waits for it is told, and no function of an
//! actor that has ended is touched.

use snow_abi::layout::Context;

use super::failure::Failure;
use super::send::flush_later;
use super::socket::{Socket, NOWHERE};
use super::{listener, notify, owners, table, wait};
use crate::actor::{current_actor, slots, ActorRef, Pid};
use crate::sched::park;

/// Closes a socket after its outbox was offered to the system once; a stale handle is ignored.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn close(cx: *mut Context, handle: i64) {
    let Some(mut socket) = table::remove(handle) else {
        return;
    };
    let caller = current_actor(cx).pid();
    owners::remove(socket.owner, handle);
    if socket.owner == caller && socket.pins_owner {
        // SAFETY: the owner is the caller. An owner on another worker keeps its pin until it ends,
        // which costs nothing but the freedom to move.
        unsafe { park::unpin(cx) };
    }
    if let Some(request) = socket.notify.take_if(|request| request.to == caller) {
        // SAFETY: the asker is the caller, and its request is open. Closing is its own doing, so it
        // needs no event.
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
        let Some(mut socket) = table::remove(handle) else {
            continue;
        };
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

/// Hands a socket to another actor, and puts it into `group` (0 for none) instead of the group it
/// was in: code that looks a group up knows what kind of actor owns its sockets. If that actor is
/// gone, the socket is closed.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn give(cx: *mut Context, handle: i64, to: Pid, group: u32) -> Result<(), Failure> {
    let caller = current_actor(cx).pid();
    if caller == to {
        return Ok(());
    }
    let (pinned, request, waiting, flush) = table::with_group(handle, |socket, own_group| {
        if socket.owner != caller {
            return Err(Failure::Invalid(
                "only its owner can give a socket away".into(),
            ));
        }
        socket.owner = to;
        *own_group = group;
        let flush = socket.home != NOWHERE && socket.unregister(wait::poller_for(socket.home));
        let request = socket.notify.take_if(|request| request.to == caller);
        // An actor that is parked on it must have it watched again.
        Ok((
            std::mem::take(&mut socket.pins_owner),
            request,
            socket.waiters.take_all(),
            flush,
        ))
    })
    .unwrap_or(Err(Failure::STALE))?;
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
    waiting.wake();
    // After `add`: an actor that ends is first marked as gone and then looks for its sockets, so
    // one of us finds it.
    if !slots::is_alive(to) {
        close_owned(to);
    }
    Ok(())
}
