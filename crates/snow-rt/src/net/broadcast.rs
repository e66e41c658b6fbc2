//! One frame to many sockets, in one call.
//!
//! In: handles and a frame, from any actor on any worker. Out: how many took it, were full, were closed. Promised: the
//! frame is looked at once and shared by the outboxes; every worker that has to flush is told at most
//! once; the cost for each socket does not grow with their number. Never: waking a socket's owner, waiting.

use snow_abi::layout::{sent, Bytes};

use super::hold::Hold;
use super::send;
use crate::{io, mem};

/// Bytes of a handle in the list.
const HANDLE: usize = 8;
/// Bits of each count in the answer.
const COUNT_BITS: u32 = 21;
/// The greatest count.
const COUNT_MOST: u64 = (1 << COUNT_BITS) - 1;

/// What became of the frame, by kind of answer.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Counts {
    sent: u64,
    full: u64,
    closed: u64,
}

impl Counts {
    fn add(&mut self, answer: i64) {
        match answer {
            sent::SENT => self.sent += 1,
            sent::FULL => self.full += 1,
            _ => self.closed += 1,
        }
    }

    /// 21 bits each, `sent` lowest. More sockets than that cannot be open; a list that repeats them is counted no further.
    fn packed(self) -> i64 {
        let [sent, full, closed] = [self.sent, self.full, self.closed].map(|count| count.min(COUNT_MOST));
        (sent | full << COUNT_BITS | closed << (2 * COUNT_BITS)) as i64
    }
}

/// Sockets that have to be flushed, by worker. A process has few workers, so they are searched one by one.
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
/// `frame` is alive.
unsafe fn shared(frame: *const Bytes) -> Hold {
    // SAFETY: the caller's promise. A fresh block has one reference, which goes back once the hold has its own.
    unsafe {
        let content = mem::content(frame);
        let block = mem::block_of(frame);
        if !block.is_null() {
            return Hold::new(block, content);
        }
        let block = mem::new_block(content.len());
        let data = mem::block_data(block);
        data.copy_from_nonoverlapping(content.as_ptr(), content.len());
        let hold = Hold::new(block, std::slice::from_raw_parts(data, content.len()));
        mem::release_block(block);
        hold
    }
}

/// Puts `frame` on the outbox of every socket listed in `handles` but `except`; the counts, packed.
///
/// # Safety
/// `handles` and `frame` are alive.
pub unsafe fn broadcast(handles: *const Bytes, frame: *const Bytes, except: i64) -> i64 {
    // SAFETY: passed on. Nothing here ends or suspends the calling actor, so what is on this stack is freed.
    let (handles, frame) = unsafe { (mem::content(handles), shared(frame)) };
    let length = frame.bytes().len();
    let mut counts = Counts::default();
    let mut flushes = Flushes::default();
    for handle in handles.chunks_exact(HANDLE).map(number).filter(|handle| *handle != except) {
        let (answer, flush) = send::offer(handle, length, |outbox| outbox.share_one_of_many(&frame));
        counts.add(answer);
        if let Some(home) = flush {
            flushes.add(send::flusher(home), handle);
        }
    }
    for (worker, tokens) in &flushes.0 {
        io::flush_all_later(*worker, tokens);
    }
    counts.packed()
}

fn number(bytes: &[u8]) -> i64 {
    i64::from_be_bytes(bytes.try_into().expect("chunks are of the size of a handle"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_21_bits_each_and_stop_there() {
        assert_eq!(Counts { sent: 3, full: 2, closed: 1 }.packed(), 3 | 2 << 21 | 1 << 42);
        let most = Counts { sent: 1 << 40, full: COUNT_MOST, closed: 1 << 21 };
        assert_eq!(most.packed(), i64::MAX);
    }

    #[test]
    fn sockets_are_grouped_by_worker() {
        let mut flushes = Flushes::default();
        [(1, 10), (0, 20), (1, 30)].into_iter().for_each(|(worker, handle)| flushes.add(worker, handle));
        assert_eq!(flushes.0, [(1, vec![10, 30]), (0, vec![20])]);
    }
}
