//! One frame to many sockets, in one call.
//!
//! In: handles and a frame, from any actor on any worker. Out: how many took it, how many were
//! closed, and which were full. Promised: the frame is looked at once and shared by the outboxes;
//! every worker that has to flush is told at most once; the cost for each socket does not grow with
//! their number. Never: waking a socket's owner, waiting.

use snow_abi::layout::{sent, Bytes, Context};

use super::send;
use super::shared_slice::SharedSlice;
use super::socket::Sender;
use crate::actor::exit;
use crate::actor::memory;
use crate::{io, mem};

/// Bytes of a number: a handle or a count, most significant first.
const NUMBER: usize = 8;
/// The counts that the answer begins with: `sent` and `closed`.
const COUNTS: usize = 2 * NUMBER;

/// Sockets that have to be flushed, by worker. A process has few workers, so they are searched one
/// by one.
#[derive(Default)]
struct Flushes(Vec<(usize, Vec<u64>)>);

impl Flushes {
    fn add(&mut self, worker: usize, handle: i64) {
        let token = handle as u64;
        match self.0.iter_mut().find(|(known, _)| *known == worker) {
            Some((_, tokens)) => tokens.push(token),
            None => self.0.push((worker, vec![token])),
        }
    }
}

/// The frame as a window of a shared block; one that is in an actor's heap is copied once.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `frame` is alive.
unsafe fn shared(cx: *mut Context, frame: *const Bytes) -> SharedSlice {
    // SAFETY: the caller's promise. A fresh block has one reference, which goes back once the hold
    // has its own.
    unsafe {
        let content = mem::content(frame);
        let block = mem::block_of(frame);
        if !block.is_null() {
            return SharedSlice::new(block, content);
        }
        let block = mem::new_block(content.len());
        if block.is_null() {
            exit::out_of_memory(cx, content.len());
        }
        let data = mem::block_data(block);
        data.copy_from_nonoverlapping(content.as_ptr(), content.len());
        let hold = SharedSlice::new(block, std::slice::from_raw_parts(data, content.len()));
        mem::release_block(block);
        hold
    }
}

/// Puts `frame` on the outbox of every socket listed in `handles` but `except`. Answers the counts
/// and the full sockets.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `handles` and `frame` are its own and alive.
pub unsafe fn broadcast(
    cx: *mut Context,
    handles: *const Bytes,
    frame: *const Bytes,
    except: i64,
) -> *mut Bytes {
    // SAFETY: passed on. The answer comes first and has room for all sockets: making it may end the
    // actor at its memory ceiling, and nothing else here does, so what is on this stack is freed.
    let (answer, handles, frame) = unsafe {
        let handles = mem::content(handles);
        let answer = memory::bytes_with_capacity(cx, COUNTS + handles.len());
        (answer, handles, shared(cx, frame))
    };
    let length = frame.bytes().len();
    let (mut taken, mut closed, mut full) = (0i64, 0i64, 0);
    let mut flushes = Flushes::default();
    for handle in handles
        .chunks_exact(NUMBER)
        .map(number)
        .filter(|handle| *handle != except)
    {
        let (outcome, flush) = send::offer(handle, length, Sender::Anyone, |outbox| {
            outbox.share_one_of_many(&frame)
        });
        match outcome {
            sent::SENT => taken += 1,
            sent::FULL => {
                // SAFETY: each socket of the list is written once at most.
                unsafe { write(answer, COUNTS + full * NUMBER, handle) };
                full += 1;
            }
            _ => closed += 1,
        }
        if let Some(home) = flush {
            flushes.add(send::flusher(home), handle);
        }
    }
    for (worker, tokens) in &flushes.0 {
        io::flush_all_later(*worker, tokens);
    }
    // SAFETY: the answer has room for the counts, and is filled up to its length then.
    unsafe {
        write(answer, 0, taken);
        write(answer, NUMBER, closed);
        (*answer).len = (COUNTS + full * NUMBER) as i64;
    }
    answer
}

/// # Safety
/// `bytes` has capacity for a number at `at`, and nothing else has it.
unsafe fn write(bytes: *mut Bytes, at: usize, number: i64) {
    // SAFETY: the caller's promise.
    unsafe {
        (*bytes)
            .data
            .add(at)
            .copy_from_nonoverlapping(number.to_be_bytes().as_ptr(), NUMBER)
    };
}

fn number(bytes: &[u8]) -> i64 {
    i64::from_be_bytes(
        bytes
            .try_into()
            .expect("chunks are of the size of a number"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_grouped_by_worker() {
        let mut flushes = Flushes::default();
        [(1, 10), (0, 20), (1, 30)]
            .into_iter()
            .for_each(|(worker, handle)| flushes.add(worker, handle));
        assert_eq!(flushes.0, [(1, vec![10, 30]), (0, vec![20])]);
    }
}
