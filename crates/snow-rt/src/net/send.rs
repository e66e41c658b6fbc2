//! Sending: bytes go onto the outbox and leave together, in one system call: what the socket's own
//! actor sends, at the end of that actor's turn; what others send, at the end of the home worker's.
//!
//! In: handles and bytes, from any actor on any worker. Out: what became of them. Promised: bytes
//! leave in the order in which they were put on the outbox. Never: waiting under a lock.

use snow_abi::layout::{sent, Bytes, Context};

use super::failure::Failure;
use super::outbox::Outbox;
use super::shared_slice::SharedSlice;
use super::socket::{Sender, Socket, NOWHERE};
use super::table::{self, Busy};
use super::wait::{self, Deadline};
use super::waiters::Direction;
use crate::{io, mem};

/// Puts bytes on the outbox: one of `layout::sent`.
///
/// # Safety
/// `data` is alive.
pub unsafe fn send(handle: i64, sender: Sender, data: *const Bytes) -> i64 {
    // SAFETY: passed on.
    let content = unsafe { mem::content(data) };
    // SAFETY: passed on.
    let (answer, flush) = offer(handle, content.len(), sender, |outbox| unsafe {
        put(outbox, data, content)
    });
    if let Some(flush) = flush {
        flush.come(handle);
    }
    answer
}

/// The same for `size` bytes of a number, the most significant first, and a body behind them: what
/// a protocol's short header costs no value of its own. `size` is from 0 to 8; others count as the
/// nearest.
///
/// # Safety
/// `body` is alive.
pub unsafe fn send_behind(
    handle: i64,
    sender: Sender,
    (number, size): (i64, i64),
    body: *const Bytes,
) -> i64 {
    let size = size.clamp(0, NUMBER as i64) as usize;
    let unused = u64::BITS - 8 * size as u32;
    let number = (number as u64).checked_shl(unused).unwrap_or(0);
    // SAFETY: passed on.
    let rest = unsafe { mem::content(body) };
    let (answer, flush) = offer(handle, size + rest.len(), sender, |outbox| {
        if Outbox::shares(rest.len()) {
            outbox.copy(&number.to_be_bytes()[..size]);
            // SAFETY: passed on.
            unsafe { put(outbox, body, rest) };
        } else {
            outbox.copy_behind(number, size, rest);
        }
    });
    if let Some(flush) = flush {
        flush.come(handle);
    }
    answer
}

/// Bytes of a number.
const NUMBER: usize = size_of::<u64>();

/// The same for two that follow each other and are taken together: a large `body` is shared,
/// however short the `head`.
///
/// # Safety
/// Both are alive.
pub unsafe fn send_parts(
    handle: i64,
    sender: Sender,
    head: *const Bytes,
    body: *const Bytes,
) -> i64 {
    // SAFETY: passed on.
    let (first, rest) = unsafe { (mem::content(head), mem::content(body)) };
    let (answer, flush) = offer(handle, first.len() + rest.len(), sender, |outbox| {
        outbox.copy(first);
        // SAFETY: passed on.
        unsafe { put(outbox, body, rest) };
    });
    if let Some(flush) = flush {
        flush.come(handle);
    }
    answer
}

/// A flush that has to come, and that is on no list yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flush {
    /// The worker of the socket, or `NOWHERE`.
    pub home: u16,
    /// The socket's own actor has sent.
    is_own: bool,
}

impl Flush {
    /// Sees to it. What the socket's own actor sends leaves when its turn ends: what the system
    /// knows of the connection is in the cache then, and the memory that the bytes gathered in
    /// serves the next actor while it is.
    fn come(self, handle: i64) {
        if self.is_own && io::here() == Some(usize::from(self.home)) {
            io::flush_soon(handle as u64);
        } else {
            flush_later(self.home, handle);
        }
    }
}

/// Has `put` append `length` bytes, if the socket takes them: one of `layout::sent`, and the flush
/// that has to follow, when none was to come before.
///
/// Nothing is refused or dropped before the system was asked to take what is queued: messages of
/// one turn count against the outbox's limit only as far as the peer does not keep up.
#[inline]
pub fn offer(
    handle: i64,
    length: usize,
    sender: Sender,
    put: impl Fn(&mut Outbox),
) -> (i64, Option<Flush>) {
    let outcome = table::with(handle, |socket| {
        if socket.refuses_bytes() {
            return Ok((sent::CLOSED, None));
        }
        if socket.has_capacity(sender) {
            socket.append_message(length, sender, &put);
            return Ok((sent::SENT, flush_after(socket, sender)));
        }
        if socket.can_write() {
            return Err(());
        }
        Ok(append(socket, length, sender, &put))
    });
    match outcome {
        None => (sent::CLOSED, None),
        Some(Ok(answer)) => answer,
        Some(Err(())) => offer_after_flush(handle, length, sender, &put),
    }
}

/// What became of messages that were offered together.
#[derive(Debug, PartialEq, Eq)]
pub enum Together {
    /// All were taken; the flush that has to follow, when none was to come before.
    Taken(Option<Flush>),
    /// The socket takes nothing any more.
    Closed,
    /// They are to be offered one by one: some may be refused, or make others go.
    NotAtOnce,
}

/// Has `put` append messages of these lengths, `bytes` in all, if the socket takes them all. A
/// caller that does not wait may learn that another thread has the socket.
#[inline]
pub fn offer_together(
    handle: i64,
    waits: bool,
    bytes: usize,
    lengths: impl Iterator<Item = usize>,
    put: impl FnOnce(&mut Outbox),
) -> Result<Together, Busy> {
    let outcome = table::with_or_busy(handle, waits, |socket| {
        if socket.refuses_bytes() {
            return Together::Closed;
        }
        if !socket.has_capacity_for(bytes) {
            return Together::NotAtOnce;
        }
        socket.append_messages(lengths, put);
        Together::Taken(flush_after(socket, Sender::Anyone))
    })?;
    Ok(outcome.unwrap_or(Together::Closed))
}

#[cold]
fn offer_after_flush(
    handle: i64,
    length: usize,
    sender: Sender,
    put: &dyn Fn(&mut Outbox),
) -> (i64, Option<Flush>) {
    wait::flush(handle as u64);
    table::with(handle, |socket| {
        if socket.refuses_bytes() {
            return (sent::CLOSED, None);
        }
        append(socket, length, sender, put)
    })
    .unwrap_or((sent::CLOSED, None))
}

fn append(
    socket: &mut Socket,
    length: usize,
    sender: Sender,
    put: impl Fn(&mut Outbox),
) -> (i64, Option<Flush>) {
    if !socket.offer_message(length, sender, put) {
        return (sent::FULL, None);
    }
    (sent::SENT, flush_after(socket, sender))
}

/// The flush that has to follow, when none was to come before. When the system takes no more, its
/// report that it does again is what flushes.
#[inline]
fn flush_after(socket: &mut Socket, sender: Sender) -> Option<Flush> {
    let flush = socket.can_write() && !std::mem::replace(&mut socket.dirty, true);
    flush.then_some(Flush {
        home: socket.home,
        is_own: sender == Sender::Actor(socket.owner),
    })
}

/// Has the socket's worker, or this one if it has none, flush it at the end of the turn.
pub fn flush_later(home: u16, handle: i64) {
    io::flush_later(flusher(home), handle as u64);
}

/// The worker that flushes a socket of that home: one that no poller knows is flushed where it is
/// used.
pub fn flusher(home: u16) -> usize {
    if home == NOWHERE {
        io::here().unwrap_or(0)
    } else {
        usize::from(home)
    }
}

unsafe fn put(outbox: &mut Outbox, data: *const Bytes, content: &[u8]) {
    if Outbox::shares(content.len()) {
        // SAFETY: the caller vouches for `data`.
        let block = unsafe { mem::block_of(data) };
        if !block.is_null() {
            // SAFETY: `content` is the window of `data` in that block, which `data` keeps alive.
            return outbox.share(unsafe { SharedSlice::new(block, content) });
        }
    }
    outbox.copy(content);
}

/// Puts all bytes on the outbox and waits until the system has taken them.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `data` is alive as long as the call.
pub unsafe fn write(
    cx: *mut Context,
    handle: i64,
    data: *const Bytes,
    deadline: i64,
) -> Result<(), Failure> {
    let mut put_already = false;
    let mut limit = Deadline::until(deadline);
    loop {
        // SAFETY: passed on.
        let content = unsafe { mem::content(data) };
        let step = wait::with(handle, |socket, poller| {
            if !put_already {
                if socket.refuses_bytes() {
                    return Err(Failure::Closed("the sending side is closed"));
                }
                // SAFETY: passed on.
                let put = |outbox: &mut Outbox| unsafe { put(outbox, data, content) };
                put_already = socket.offer_awaited(content.len(), put);
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
        unsafe { wait::wait_for(cx, handle, Direction::Write, &mut limit) }?;
    }
}

/// Bytes on the outbox.
pub fn pending(handle: i64) -> Result<i64, Failure> {
    wait::with(handle, |socket, _| socket.pending() as i64)
}

/// Sets how much the outbox takes: from anybody, from the owner beyond that, and what makes room
/// when it is full.
pub fn set_outbox(handle: i64, limit: i64, slack: i64, drops_oldest: bool) -> Result<(), Failure> {
    let size = |bytes: i64| {
        usize::try_from(bytes).map_err(|_| Failure::Invalid("a limit is not negative".into()))
    };
    let (limit, slack) = (size(limit)?, size(slack)?);
    wait::with(handle, |socket, poller| {
        socket.limit_outbox(poller, limit, slack, drops_oldest)
    })
}

/// Fixes the size of the system's send buffer.
pub fn set_send_buffer(handle: i64, bytes: i64) -> Result<(), Failure> {
    let bytes = match usize::try_from(bytes) {
        Ok(bytes) if bytes > 0 => bytes.min(i32::MAX as usize),
        _ => {
            return Err(Failure::Invalid(
                "a send buffer has at least one byte".into(),
            ))
        }
    };
    wait::with(handle, |socket, poller| {
        poller.set_send_buffer(socket.fd, bytes)
    })?
    .map_err(|error| Failure::from(&error))
}

/// What was offered for sending since this was last asked: one of `layout::traffic`.
pub fn take_traffic(handle: i64, which: i64) -> Result<i64, Failure> {
    wait::with(handle, |socket, _| {
        socket.was_read = false;
        socket.traffic.take(which)
    })
}

/// Offers the outbox to the system now instead of at the end of the turn.
pub fn flush(handle: i64) -> Result<(), Failure> {
    let wakes = wait::with(handle, |socket, poller| {
        wait::flush_watched(socket, poller, handle)
    })?;
    wait::tell(handle, wakes);
    Ok(())
}

/// Has the outbox take nothing more. What is on it leaves, and the peer does not see the end of the
/// stream before `shutdown` or the socket's close.
pub fn seal(handle: i64) -> Result<(), Failure> {
    wait::with(handle, |socket, _| socket.seal())
}

/// Ends the sending side after what is on the outbox.
pub fn shutdown(handle: i64) -> Result<(), Failure> {
    let wakes = wait::with(handle, |socket, poller| {
        let ending = socket.end_sending(poller);
        // What the system did not take must be watched, or the rest would never be sent.
        if socket.pending() > 0 {
            wait::flush_watched(socket, poller, handle)
        } else {
            ending
        }
    })?;
    wait::tell(handle, wakes);
    Ok(())
}
