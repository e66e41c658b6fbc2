//! Messages to many sockets, in one call.
//!
//! In: handles and messages, from any actor on any worker. Out: for each message how many took it
//! and how many were closed or full, and which were full. Promised: all messages are one block,
//! which the outboxes share; a socket is looked at once, however many messages there are, unless it
//! may not take them all; every worker that has to flush is told at most once; the cost for each
//! socket does not grow with their number. Never: waking a socket's owner, waiting; a socket that
//! another worker sends on is looked at when the others have theirs.

use std::ops::Range;

use snow_abi::layout::{sent, Bytes, Context};

use super::outbox::Outbox;
use super::send::{self, Flush, Together};
use super::shared_slice::SharedSlice;
use super::socket::Sender;
use super::table::Busy;
use crate::actor::exit;
use crate::actor::memory;
use crate::{io, mem};

/// Bytes of a number: a handle, a length or a count, most significant first.
const NUMBER: usize = 8;
/// Bytes that say what a message is: its length, and the socket that does not get it.
const MESSAGE: usize = 2 * NUMBER;
/// Counts of a message in the answer: `sent`, `full` and `closed`.
const COUNTS: usize = 3 * NUMBER;

/// A message and what became of it.
struct Message {
    /// Where it stands in the block.
    place: Range<usize>,
    except: i64,
    sent: i64,
    full: i64,
    closed: i64,
}

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

/// Puts messages on the outbox of every socket listed in `handles`. Answers the counts and the full
/// sockets.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `handles`, `content` and `messages` are its own and
/// alive.
pub unsafe fn broadcast(
    cx: *mut Context,
    handles: *const Bytes,
    content: *const Bytes,
    messages: *const Bytes,
) -> *mut Bytes {
    // SAFETY: passed on. The answer comes first and has room for all sockets: making it may end the
    // actor at its memory ceiling, and nothing else here does, so what is on this stack is freed.
    let (answer, handles, block, messages) = unsafe {
        let (handles, messages) = (mem::content(handles), mem::content(messages));
        let counts = messages.len() / MESSAGE * COUNTS;
        let answer = memory::bytes_with_capacity(cx, counts + handles.len());
        (answer, handles, shared(cx, content), messages)
    };
    let mut batch = Batch::new(block, messages);
    let first_full = batch.messages.len() * COUNTS;
    let mut full = 0;
    let mut note_full = |handle| {
        // SAFETY: each socket of the list is written once at most.
        unsafe { write(answer, first_full + full * NUMBER, handle) };
        full += 1;
    };
    // A worker holds a socket's lock while the system sends. One that puts messages on the next
    // outboxes meanwhile leaves it behind; waiting would be a wake-up for each socket.
    let mut busy = Vec::new();
    for handle in handles.chunks_exact(NUMBER).map(number) {
        match batch.offer(handle, false) {
            Offered::Whole => {}
            Offered::WasFull => note_full(handle),
            Offered::Busy => busy.push(handle),
        }
    }
    for handle in busy {
        if batch.offer(handle, true) == Offered::WasFull {
            note_full(handle);
        }
    }
    for (worker, tokens) in &batch.flushes.0 {
        io::flush_all_later(*worker, tokens);
    }
    for (index, message) in batch.messages.iter().enumerate() {
        let counts = [message.sent + batch.taken, message.full, message.closed];
        for (which, count) in counts.into_iter().enumerate() {
            // SAFETY: the answer has room for the counts.
            unsafe { write(answer, index * COUNTS + which * NUMBER, count) };
        }
    }
    // SAFETY: the answer is filled up to there.
    unsafe { (*answer).len = (first_full + full * NUMBER) as i64 };
    answer
}

/// What became of messages that were offered to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offered {
    /// It was full for none of them.
    Whole,
    /// It was full for one of them.
    WasFull,
    /// Another thread has the socket, and nothing was done.
    Busy,
}

/// Messages on their way to many sockets.
struct Batch {
    block: SharedSlice,
    messages: Vec<Message>,
    /// How many sockets took all messages at once.
    taken: i64,
    flushes: Flushes,
}

impl Batch {
    fn new(block: SharedSlice, messages: &[u8]) -> Batch {
        let mut start = 0;
        let most = block.bytes().len();
        let of_entry = |entry: &[u8]| {
            let length = number(&entry[..NUMBER]) as usize;
            let place = start..most.min(start + length);
            start = place.end;
            Message {
                place,
                except: number(&entry[NUMBER..]),
                sent: 0,
                full: 0,
                closed: 0,
            }
        };
        Batch {
            messages: messages.chunks_exact(MESSAGE).map(of_entry).collect(),
            block,
            taken: 0,
            flushes: Flushes::default(),
        }
    }

    /// Puts the messages on a socket's outbox, but those that it does not get. Nothing is done when
    /// this does not wait and another thread has the socket.
    #[inline]
    fn offer(&mut self, handle: i64, waits: bool) -> Offered {
        if self.messages.iter().any(|message| message.except == handle) {
            return self.offer_one_by_one(handle);
        }
        let lengths = self.messages.iter().map(|message| message.place.len());
        let bytes = self.block.bytes().len();
        let put_all = |outbox: &mut Outbox| outbox.share_one_of_many(&self.block);
        match send::offer_together(handle, waits, bytes, lengths, put_all) {
            Ok(Together::Taken(flush)) => {
                self.taken += 1;
                self.flush_later(flush, handle);
                Offered::Whole
            }
            Ok(Together::Closed) => {
                let all = self.messages.iter_mut();
                all.for_each(|message| message.closed += 1);
                Offered::Whole
            }
            Ok(Together::NotAtOnce) => self.offer_one_by_one(handle),
            Err(Busy) => Offered::Busy,
        }
    }

    #[inline(never)]
    fn offer_one_by_one(&mut self, handle: i64) -> Offered {
        let mut was_full = false;
        let mut first = None;
        for message in self.messages.iter_mut().filter(|m| m.except != handle) {
            let part = self.block.part(message.place.clone());
            let (outcome, flush) =
                send::offer(handle, part.bytes().len(), Sender::Anyone, |outbox| {
                    outbox.share_one_of_many(&part);
                });
            match outcome {
                sent::SENT => message.sent += 1,
                sent::FULL => {
                    message.full += 1;
                    was_full = true;
                }
                _ => message.closed += 1,
            }
            first = first.or(flush);
        }
        self.flush_later(first, handle);
        if was_full {
            Offered::WasFull
        } else {
            Offered::Whole
        }
    }

    fn flush_later(&mut self, flush: Option<Flush>, handle: i64) {
        if let Some(flush) = flush {
            self.flushes.add(send::flusher(flush.home), handle);
        }
    }
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
    use crate::net::socket::{Kind, Socket};
    use crate::net::table;

    #[test]
    fn sockets_are_grouped_by_worker() {
        let mut flushes = Flushes::default();
        [(1, 10), (0, 20), (1, 30)]
            .into_iter()
            .for_each(|(worker, handle)| flushes.add(worker, handle));
        assert_eq!(flushes.0, [(1, vec![10, 30]), (0, vec![20])]);
    }

    #[test]
    fn a_socket_that_another_thread_has_is_left_for_later() {
        let handle = table::insert(|| Socket::new(-1, Kind::Stream, 1)).unwrap();
        let block = mem::new_block(2);
        // SAFETY: the block is fresh, has room for two bytes, and is given back.
        let hold = unsafe {
            let data = mem::block_data(block);
            data.copy_from_nonoverlapping(b"hi".as_ptr(), 2);
            let hold = SharedSlice::new(block, std::slice::from_raw_parts(data, 2));
            mem::release_block(block);
            hold
        };
        let message = [2u64.to_be_bytes(), 0u64.to_be_bytes()].concat();
        let mut batch = Batch::new(hold, &message);
        let meanwhile = table::with(handle, |_| batch.offer(handle, false));
        assert_eq!(meanwhile, Some(Offered::Busy));
        assert_eq!((batch.taken, batch.flushes.0.len()), (0, 0));
        assert_eq!(batch.offer(handle, false), Offered::Whole);
        assert_eq!((batch.taken, batch.flushes.0.len()), (1, 1));
        table::remove(handle);
        assert_eq!(batch.offer(handle, false), Offered::Whole);
        assert_eq!(batch.messages[0].closed, 1);
    }
}
