//! Reading: the one place where poller, deadline and receive buffer meet.
//!
//! Small reads go through the thread's one receive buffer, so that an idle connection holds none.
//! Where the last read makes a large one probable, the system writes straight into a shareable
//! block, so that nothing is copied after it.

use std::cell::Cell;

use snow_abi::layout::{Bytes, Context};

use super::failure::Failure;
use super::wait::{self, Deadline};
use super::waiters::Direction;
use crate::actor::memory;
use crate::mem;

/// Size of the receive buffer, and the most that one read through it returns. As large as what a
/// fast peer has under way on one machine; it stays in the second-level cache.
const RECEIVE_ROOM: usize = 256 * 1024;
/// From this expected length on, a read goes into a block of its own.
const LARGE: usize = 8 * 1024;
/// Capacity beyond the expected length, so that a message of the usual size is read short, which says
/// that nothing is left.
const SLACK: usize = 4 * 1024;
/// The most that one read asks the system for. Beyond, copying in the kernel takes so long that
/// other actors wait.
const MOST: usize = 1024 * 1024;

thread_local! {
    static RECEIVE: Cell<Option<&'static mut [u8]>> = const { Cell::new(None) };
}

/// Bytes that came, at most `most`; waits for them until the deadline.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn read(
    cx: *mut Context,
    handle: i64,
    most: i64,
    deadline: i64,
) -> Result<*mut Bytes, Failure> {
    let mut limit = Deadline::until(deadline);
    loop {
        // SAFETY: passed on.
        match unsafe { try_read(cx, handle, most) } {
            Err(Failure::WouldBlock) => {}
            outcome => return outcome,
        }
        // SAFETY: passed on.
        unsafe { wait::wait_for(cx, handle, Direction::Read, &mut limit) }?;
    }
}

/// The same without waiting.
///
/// # Safety
/// As for [`read`].
pub unsafe fn try_read(cx: *mut Context, handle: i64, most: i64) -> Result<*mut Bytes, Failure> {
    let most = match usize::try_from(most) {
        Ok(most) if most > 0 => most.min(MOST),
        _ => return Err(Failure::Invalid("a read asks for at least one byte".into())),
    };
    // SAFETY: passed on.
    match unsafe { read_small(cx, handle, most) } {
        // SAFETY: passed on.
        Err(Attempt::Large(capacity)) => unsafe { read_large(cx, handle, capacity.min(most)) },
        Err(Attempt::Failed(failure)) => Err(failure),
        Ok(bytes) => Ok(bytes),
    }
}

enum Attempt {
    /// A large read is probable: make a block with that capacity first.
    Large(usize),
    Failed(Failure),
}

// Not inlined: it uses a variable of the thread, and callers suspend.
#[inline(never)]
unsafe fn read_small(cx: *mut Context, handle: i64, most: usize) -> Result<*mut Bytes, Attempt> {
    let buffer = RECEIVE
        .take()
        .unwrap_or_else(|| vec![0; RECEIVE_ROOM].leak());
    let outcome = wait::with(handle, |socket, poller| {
        let expected = socket.expected as usize;
        if expected >= LARGE && most >= LARGE && socket.can_read() {
            return Err(Attempt::Large(
                (expected + expected / 8 + SLACK).next_multiple_of(SLACK),
            ));
        }
        let capacity = most.min(buffer.len());
        socket
            .read(poller, &mut buffer[..capacity])
            .map_err(Attempt::Failed)
    });
    let start = buffer.as_ptr();
    RECEIVE.set(Some(buffer));
    let count = outcome.map_err(Attempt::Failed)??;
    // SAFETY: the buffer is never freed, and no code on this thread reads into it before
    // `new_bytes` has copied. That call may end the actor at its memory ceiling, which is why the
    // buffer is back in its place already.
    Ok(unsafe { memory::new_bytes(cx, std::slice::from_raw_parts(start, count)) })
}

unsafe fn read_large(
    cx: *mut Context,
    handle: i64,
    capacity: usize,
) -> Result<*mut Bytes, Failure> {
    // Before the socket's lock, because this may end the actor at its memory ceiling.
    // SAFETY: `cx` runs here.
    let bytes = unsafe { memory::bytes_with_capacity(cx, capacity) };
    // SAFETY: a fresh value with a capacity of `capacity` bytes that nothing else knows. They are zero or
    // left over from an earlier use of the memory: written once, so reading them as bytes is
    // defined.
    let into = unsafe { std::slice::from_raw_parts_mut((*bytes).data, capacity) };
    let outcome =
        wait::with(handle, |socket, poller| socket.read(poller, into)).and_then(|outcome| outcome);
    // SAFETY: `bytes` is ours; `count` bytes of it were filled.
    unsafe {
        match outcome {
            Ok(count) if count >= capacity / 2 => {
                (*bytes).len = count as i64;
                Ok(bytes)
            }
            // Mostly empty: an actor that keeps a few bytes should not keep a large block alive.
            Ok(count) => {
                let exact = memory::new_bytes(cx, &into[..count]);
                mem::drop_bytes(cx, bytes);
                Ok(exact)
            }
            Err(failure) => {
                mem::drop_bytes(cx, bytes);
                Err(failure)
            }
        }
    }
}
