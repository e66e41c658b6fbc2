//! The capacity of a socket's outbox: how much each sender may put on it, and what happens when it
//! is full.
//!
//! In: messages, and their senders. Out: whether they were taken. Promised: a message is taken
//! whole or not at all; its own length does not matter, only what is queued before it, so that an
//! outbox holds two messages and its limit at most; urgent ones always fit, and are never taken out
//! again.

use snow_abi::layout::traffic;

use super::{Kind, Socket};
use crate::actor::Pid;
use crate::io::poller::Poller;
use crate::net::outbox::Outbox;

/// Less than this makes the system wait for an acknowledgement before it is given the next small
/// message.
const LEAST_UNSENT: usize = 4 * 1024;
/// So that a message of this size leaves with one call while its peer keeps up, which is what makes
/// large ones fast. A smaller limit says that memory matters more than that: the system then holds
/// a part of it only.
const MOST_UNSENT: usize = 1024 * 1024;

/// What became of messages that were offered for sending. What is urgent does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes taken.
    pub bytes: u64,
    /// Messages taken.
    pub messages: u32,
    /// Messages refused because the outbox was full, or taken out again.
    pub dropped: u32,
}

impl Traffic {
    /// One of the counters, see `layout::traffic`; it begins anew.
    pub fn take(&mut self, which: i64) -> i64 {
        match which {
            traffic::MESSAGES => i64::from(std::mem::take(&mut self.messages)),
            traffic::BYTES => std::mem::take(&mut self.bytes) as i64,
            _ => i64::from(std::mem::take(&mut self.dropped)),
        }
    }
}

/// The sender of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The actor with that pid.
    Actor(Pid),
    /// Any actor, with no right of its own.
    Anyone,
    /// An actor whose messages are few and must not be refused or dropped.
    Urgent,
}

/// Bytes that the system takes beyond what it can send at once, for an outbox of that limit.
/// Measured: docs/decisions/0017-unsent-bytes.md.
fn unsent(limit: usize) -> usize {
    if limit >= MOST_UNSENT {
        MOST_UNSENT
    } else {
        (limit / 4).max(LEAST_UNSENT)
    }
}

impl Socket {
    /// Sets the limit of the outbox, what the owner may put on it beyond that, and whether a full
    /// one lets its oldest messages go.
    ///
    /// What the system has taken cannot be had back, and the limit begins behind it; so the system
    /// is to take little that it cannot send at once. That is a courtesy: a socket without such an
    /// option works without it.
    pub fn limit_outbox(
        &mut self,
        poller: &dyn Poller,
        limit: usize,
        slack: usize,
        drops_oldest: bool,
    ) {
        self.set_outbox(limit, slack, drops_oldest);
        if self.kind == Kind::Stream && !self.is_inside() {
            let _ = poller.limit_unsent(self.fd, unsent(limit));
        }
    }

    /// The same without the system.
    pub fn set_outbox(&mut self, limit: usize, slack: usize, drops_oldest: bool) {
        self.limit = u32::try_from(limit).unwrap_or(u32::MAX);
        self.slack = u32::try_from(slack).unwrap_or(u32::MAX);
        self.drops_oldest = drops_oldest;
    }

    /// True when a message of that sender is taken without anything being refused or dropped.
    pub fn has_capacity(&self, sender: Sender) -> bool {
        sender == Sender::Urgent || self.behind() <= self.capacity(sender)
    }

    /// True when messages of anybody, so many bytes in all, are taken without anything being
    /// refused or dropped.
    pub fn has_capacity_for(&self, bytes: usize) -> bool {
        self.behind() + bytes <= self.capacity(Sender::Anyone)
    }

    /// Has `put` append messages of anybody, of these lengths, for which there is room.
    pub fn append_messages(
        &mut self,
        lengths: impl Iterator<Item = usize>,
        put: impl FnOnce(&mut Outbox),
    ) {
        let (mut messages, mut bytes) = (0, 0);
        let outbox = self.outbox();
        put(outbox);
        for length in lengths {
            outbox.mark(length, true);
            messages += 1;
            bytes += length as u64;
        }
        self.traffic.messages = self.traffic.messages.saturating_add(messages);
        self.traffic.bytes += bytes;
    }

    /// Has `put` append a message of `length` bytes, if there is room behind what is queued or can
    /// be made.
    pub fn offer_message(
        &mut self,
        length: usize,
        sender: Sender,
        put: impl FnOnce(&mut Outbox),
    ) -> bool {
        if sender != Sender::Urgent && !self.make_room(sender) {
            self.traffic.dropped = self.traffic.dropped.saturating_add(1);
            return false;
        }
        self.append_message(length, sender, put);
        true
    }

    /// Has `put` append a message of `length` bytes, for which there is room.
    #[inline]
    pub fn append_message(&mut self, length: usize, sender: Sender, put: impl FnOnce(&mut Outbox)) {
        if sender != Sender::Urgent {
            self.traffic.messages = self.traffic.messages.saturating_add(1);
            self.traffic.bytes += length as u64;
        }
        self.put(length, sender != Sender::Urgent, put);
    }

    /// The same for bytes that their sender waits for: they find room, or are offered again.
    pub fn offer_awaited(&mut self, length: usize, put: impl FnOnce(&mut Outbox)) -> bool {
        let fits = self.behind() <= self.limit as usize;
        if fits {
            self.put(length, false, put);
        }
        fits
    }

    fn put(&mut self, length: usize, may_go: bool, put: impl FnOnce(&mut Outbox)) {
        let outbox = self.outbox();
        put(outbox);
        outbox.mark(length, may_go);
    }

    /// What may be queued behind the message that is being written, before one of that sender.
    fn capacity(&self, sender: Sender) -> usize {
        let slack = if sender == Sender::Actor(self.owner) {
            self.slack
        } else {
            0
        };
        self.limit as usize + slack as usize
    }

    fn behind(&self) -> usize {
        self.outbox.as_ref().map_or(0, |outbox| outbox.behind())
    }

    fn make_room(&mut self, sender: Sender) -> bool {
        if self.has_capacity(sender) {
            return true;
        }
        let capacity = self.capacity(sender);
        if let (true, Some(outbox)) = (self.drops_oldest, self.outbox.as_mut()) {
            let dropped = outbox.drop_oldest(capacity);
            self.traffic.dropped = self.traffic.dropped.saturating_add(dropped as u32);
        }
        // What is left then is being sent, or urgent: the newest message goes behind that.
        self.drops_oldest
    }
}
