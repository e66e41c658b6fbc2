//! Bytes that a socket still has to send: small ones copied together, large ones shared with
//! whoever made them.
//!
//! In: slices, with the block they stand in when they stand in one. Out: slices for one gathering
//! write. Promised: the order of appending; an empty outbox can be given back, with one chunk at
//! most, to be used by another socket; a message of which nothing was sent can be taken out again,
//! whole.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;

use super::shared_slice::SharedSlice;

/// Shared bytes up to this length are copied all the same: a copy of this size costs less than two
/// atomic counts and a piece of its own in the system call.
const COPY_MAX: usize = 1024;
/// Capacity of an outbox's first chunk: an answer or a handful of small messages.
const FIRST_CHUNK: usize = 1024;
/// Capacity of the following chunks.
const NEXT_CHUNK: usize = 8 * 1024;
/// Pieces in one gathering write. More than a turn gathers in practice; far below the system's
/// limit of 1024.
pub const MOST_PIECES: usize = 64;

enum Piece {
    Copied(Vec<u8>),
    Shared(SharedSlice),
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        match self {
            Piece::Copied(chunk) => chunk,
            Piece::Shared(hold) => hold.bytes(),
        }
    }
}

/// The length of a message on the outbox, and whether it may be taken out again: one word, since an
/// outbox may hold as many messages as it has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark(usize);

impl Mark {
    const STAYS: usize = 1 << (usize::BITS - 1);

    fn new(length: usize, may_go: bool) -> Mark {
        Mark(if may_go { length } else { length | Mark::STAYS })
    }

    fn length(self) -> usize {
        self.0 & !Mark::STAYS
    }

    fn may_go(self) -> bool {
        self.0 & Mark::STAYS == 0
    }
}

/// A queue of bytes in pieces.
#[derive(Default)]
pub struct Outbox {
    /// All pieces but the last, when that is copied.
    pieces: VecDeque<Piece>,
    /// The last piece: the chunk that small messages gather in. It stands by itself, because most
    /// outboxes have no other. When it is sent it stays, empty, for the next use.
    tail: Vec<u8>,
    /// Bytes of the first piece that were sent.
    sent: usize,
    pending: usize,
    /// The message that is sent next or being sent; of length 0 when nothing is pending.
    first: Mark,
    /// Bytes of it that were sent.
    first_sent: usize,
    /// Messages just behind it with the same mark: a burst of messages of one length needs no room
    /// for each.
    alike: usize,
    /// The messages behind those. In a place of their own, so that most outboxes need none.
    later: VecDeque<Mark>,
}

impl Outbox {
    /// Bytes not sent yet.
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// Appends a copy of `data`.
    #[inline]
    pub fn copy(&mut self, data: &[u8]) {
        self.pending += data.len();
        if self.tail.capacity() - self.tail.len() < data.len() {
            self.begin_chunk(data.len());
        }
        self.tail.extend_from_slice(data);
    }

    /// Appends `size` bytes of a number, whose first byte is the most significant one, and a copy
    /// of `data` behind them.
    #[inline]
    pub fn copy_behind(&mut self, number: u64, size: usize, data: &[u8]) {
        let first = number.to_be_bytes();
        let most = first.len() + data.len();
        self.pending += size + data.len();
        if self.tail.capacity() - self.tail.len() < most {
            self.begin_chunk(most);
        }
        let end = self.tail.len() + size;
        // All of the number is one store; what it has too much is written over or cut off.
        self.tail.extend_from_slice(&first);
        self.tail.truncate(end);
        self.tail.extend_from_slice(data);
    }

    /// Makes a chunk with room for `length` bytes the tail.
    #[inline(never)]
    fn begin_chunk(&mut self, length: usize) {
        self.end_chunk();
        let few = self.pieces.is_empty() || self.pending <= FIRST_CHUNK;
        let capacity = if few { FIRST_CHUNK } else { NEXT_CHUNK };
        self.tail.reserve(length.max(capacity));
    }

    /// Puts the tail among the other pieces, if there is anything in it.
    fn end_chunk(&mut self) {
        if !self.tail.is_empty() {
            let chunk = std::mem::take(&mut self.tail);
            self.pieces.push_back(Piece::Copied(chunk));
        }
    }

    /// Undoes [`Outbox::end_chunk`].
    fn reopen_chunk(&mut self) {
        if let Some(Piece::Copied(chunk)) = self.pieces.back_mut() {
            self.tail = std::mem::take(chunk);
            self.pieces.pop_back();
        }
    }

    /// Appends what `hold` shows, without copying when it is large.
    pub fn share(&mut self, hold: SharedSlice) {
        if hold.bytes().len() <= COPY_MAX {
            return self.copy(hold.bytes());
        }
        self.pending += hold.bytes().len();
        self.end_chunk();
        self.pieces.push_back(Piece::Shared(hold));
    }

    /// Appends what `hold` shows and others send too. An empty outbox shares even a small one,
    /// which saves it a chunk; when another small one comes after that, both are copied together.
    pub fn share_one_of_many(&mut self, hold: &SharedSlice) {
        let is_first = self.pieces.is_empty() && self.tail.is_empty();
        if !is_first && hold.bytes().len() <= COPY_MAX {
            return self.copy_behind_shared(hold.bytes());
        }
        if hold.bytes().is_empty() {
            return;
        }
        self.end_chunk();
        self.pending += hold.bytes().len();
        self.pieces.push_back(Piece::Shared(hold.clone()));
    }

    /// Appends a copy of `data`, and first makes a copy of a small shared piece that is alone: one
    /// piece leaves with a cheaper call.
    #[inline(never)]
    fn copy_behind_shared(&mut self, data: &[u8]) {
        if let (true, Some(Piece::Shared(only))) = (self.is_one_piece(), self.pieces.front()) {
            let bytes = &only.bytes()[self.sent..];
            if bytes.len() + data.len() <= FIRST_CHUNK {
                self.tail.reserve(FIRST_CHUNK);
                self.tail.extend_from_slice(bytes);
                self.sent = 0;
                self.pieces.clear();
            }
        }
        self.copy(data);
    }

    /// Keeps no more memory for its next use than most outboxes need.
    pub fn trim(&mut self) {
        if self.tail.capacity() > FIRST_CHUNK {
            self.tail = Vec::new();
        }
    }

    /// True when sharing pays for `length` bytes of a block.
    pub fn shares(length: usize) -> bool {
        length > COPY_MAX
    }

    /// True when the pieces beside the tail are one, and the tail is empty.
    fn is_one_piece(&self) -> bool {
        self.pieces.len() == 1 && self.tail.is_empty()
    }

    /// The bytes to send, when they stand in one piece.
    pub fn only_piece(&self) -> Option<&[u8]> {
        if self.pieces.is_empty() {
            return (!self.tail.is_empty()).then(|| &self.tail[self.sent..]);
        }
        match self.pieces.front() {
            Some(piece) if self.is_one_piece() => Some(&piece.bytes()[self.sent..]),
            _ => None,
        }
    }

    /// Fills `slices` from the front and says how many it filled.
    pub fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; MOST_PIECES]) -> usize {
        let tail = (!self.tail.is_empty()).then_some(&self.tail[..]);
        let mut skip = self.sent;
        let mut count = 0;
        let pieces = self.pieces.iter().map(Piece::bytes).chain(tail);
        for (slice, bytes) in slices.iter_mut().zip(pieces) {
            *slice = IoSlice::new(&bytes[skip..]);
            skip = 0;
            count += 1;
        }
        count
    }

    /// Ends a message: the last `length` bytes, which were appended since the last mark.
    #[inline]
    pub fn mark(&mut self, length: usize, may_go: bool) {
        let mark = Mark::new(length, may_go);
        if length == 0 {
            return;
        }
        if self.first.length() == 0 {
            self.first = mark;
        } else if self.first == mark && self.later.is_empty() {
            self.alike += 1;
        } else {
            self.later.push_back(mark);
        }
        debug_assert!(
            self.first_rest() <= self.pending,
            "a mark is longer than what was appended"
        );
    }

    fn first_rest(&self) -> usize {
        self.first.length() - self.first_sent
    }

    /// Goes on to the next message; false when there is none.
    fn next_message(&mut self) -> bool {
        if self.alike > 0 {
            self.alike -= 1;
            return true;
        }
        let next = self.later.pop_front();
        self.first = next.unwrap_or_default();
        next.is_some()
    }

    /// Bytes behind the message that is sent next or being sent.
    pub fn behind(&self) -> usize {
        self.pending - self.first_rest()
    }

    /// True when a part of the first message was sent.
    pub fn is_begun(&self) -> bool {
        self.first_sent > 0
    }

    /// Takes out the oldest messages that may go and of which nothing was sent, until at most
    /// `most` bytes are left behind the first one, or none may go. Answers how many went.
    pub fn drop_oldest(&mut self, most: usize) -> usize {
        let (mut behind, mut dropped) = (self.behind(), 0);
        // The bytes that go together from one place: each chunk is then closed up once.
        let mut run = 0;
        while behind > most && self.first.may_go() && !self.is_begun() {
            run += self.first.length();
            dropped += 1;
            self.next_message();
            behind -= self.first.length();
        }
        self.remove(0, run);
        let (mut at, mut run, mut index) = (self.first_rest(), 0, 0);
        if self.first.may_go() {
            while behind > most && self.alike > 0 {
                self.alike -= 1;
                let length = self.first.length();
                (run, behind, dropped) = (run + length, behind - length, dropped + 1);
            }
        } else if self.alike > 0 {
            at += self.alike * self.first.length();
        }
        while behind > most && index < self.later.len() {
            let mark = self.later[index];
            if mark.may_go() {
                self.later.remove(index);
                (run, behind, dropped) = (run + mark.length(), behind - mark.length(), dropped + 1);
            } else {
                self.remove(at, run);
                (at, run, index) = (at + mark.length(), 0, index + 1);
            }
        }
        self.remove(at, run);
        dropped
    }

    /// Takes `count` bytes out, from the unsent byte `at` on. They are whole messages, and each
    /// message is in one piece. One that is shared may have several, as many as are put on an
    /// outbox at once.
    fn remove(&mut self, at: usize, count: usize) {
        if count == 0 {
            return;
        }
        self.pending -= count;
        let (mut at, mut count, mut index) = (at + self.sent, count, 0);
        self.end_chunk();
        while count > 0 {
            let length = self.pieces[index].bytes().len();
            let here = count.min(length.saturating_sub(at));
            if here == length {
                self.pieces.remove(index);
            } else {
                if here > 0 {
                    self.remove_inside(index, at..at + here);
                }
                index += 1;
            }
            count -= here;
            at = at.saturating_sub(length);
        }
        self.reopen_chunk();
    }

    /// Takes a part out of a piece, but not all of it.
    fn remove_inside(&mut self, index: usize, part: Range<usize>) {
        match &mut self.pieces[index] {
            Piece::Copied(chunk) => drop(chunk.drain(part)),
            Piece::Shared(hold) => {
                let length = hold.bytes().len();
                let (before, behind) = (hold.part(0..part.start), hold.part(part.end..length));
                if part.start == 0 {
                    *hold = behind;
                } else {
                    *hold = before;
                    if part.end < length {
                        self.pieces.insert(index + 1, Piece::Shared(behind));
                    }
                }
            }
        }
    }

    /// Removes `count` bytes from the front.
    #[inline]
    pub fn advance(&mut self, count: usize) {
        debug_assert!(count <= self.pending);
        if count == self.pending {
            return self.clear();
        }
        self.advance_part(count);
    }

    /// Empties it: all was sent.
    fn clear(&mut self) {
        (self.sent, self.pending) = (0, 0);
        (self.first, self.first_sent, self.alike) = (Mark::default(), 0, 0);
        if !self.later.is_empty() {
            self.later.clear();
        }
        if !self.pieces.is_empty() {
            self.advance_pieces(self.pieces.len());
        }
        self.tail.clear();
        if self.tail.capacity() > NEXT_CHUNK {
            self.tail = Vec::new();
        }
    }

    #[inline(never)]
    fn advance_part(&mut self, count: usize) {
        self.pending -= count;
        self.advance_marks(count);
        self.sent += count;
        let mut done = 0;
        while let Some(piece) = self.pieces.get(done) {
            let length = piece.bytes().len();
            if self.sent < length {
                break;
            }
            self.sent -= length;
            done += 1;
        }
        self.advance_pieces(done);
    }

    /// Lets go of the first pieces. A chunk among them serves again where the tail has none.
    #[inline(never)]
    fn advance_pieces(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(Piece::Copied(mut chunk)) = self.pieces.pop_front() {
                if self.tail.capacity() == 0 && chunk.capacity() <= NEXT_CHUNK {
                    chunk.clear();
                    self.tail = chunk;
                }
            }
        }
    }

    fn advance_marks(&mut self, count: usize) {
        self.first_sent += count;
        while self.first_sent >= self.first.length() {
            self.first_sent -= self.first.length();
            if !self.next_message() {
                self.first_sent = 0;
                return;
            }
        }
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
