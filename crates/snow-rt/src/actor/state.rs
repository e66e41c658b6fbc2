//! An actor's states, their legal moves, and the word through which others end a suspension.
//!
//! ```text
//! New ──► Running ──► Waiting (in receive; with or without a stack) ──► Running …
//!            │  └───► Parked  (inside a call; keeps its stack)      ──► Running …
//!            ├──────► Runnable (gave way)                           ──► Running …
//!            └──────► Ended
//! ```
//! A `Waiting` actor is woken through its [`crate::actor::inbox::Inbox`], a `Parked` one through
//! its [`ParkWord`]. In both, several parties may try (a waker, a timer, a signal); the exchange on
//! one word picks the one that schedules.

use snow_abi::layout::awaited;

use crate::sync::{AtomicU64, Ordering};

/// Where an actor stands. Written only by the worker that owns the actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Made, not yet run.
    New,
    /// On a stack of its worker right now.
    Running,
    /// Gave the processor up and stands in a run queue.
    Runnable,
    /// In `receive`, nothing matched.
    Waiting,
    /// Suspended inside a call.
    Parked,
    /// Over; nothing may be done with it but freeing it.
    Ended,
}

impl Phase {
    /// Moves on, or stops the process when the move is none that the picture above allows.
    pub fn enter(&mut self, next: Phase) {
        use Phase::*;
        let legal = match (*self, next) {
            (New | Runnable | Waiting | Parked, Running) => true,
            (Running, Runnable | Waiting | Parked | Ended) => true,
            (New | Runnable | Waiting | Parked, Ended) => true,
            // An actor whose `terminate` block is still to run stands in a queue once more.
            (Ended, Runnable) => true,
            _ => false,
        };
        debug_assert!(legal, "an actor moved from {self:?} to {next:?}");
        *self = next;
    }
}

/// What a `Parked` actor waits for, as `layout::awaited` numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Awaited {
    /// Nothing: it has not been parked yet, or is woken at once.
    Nothing = awaited::NOTHING as u8,
    /// The end of a sleep.
    Sleep = awaited::SLEEP as u8,
    /// The answer to what it asked.
    Answer = awaited::ANSWER as u8,
    /// A place in the full mailbox of another actor.
    Mailbox = awaited::MAILBOX as u8,
    /// A socket, or the address of a name.
    Network = awaited::NETWORK as u8,
    /// A file or a folder.
    File = awaited::FILE as u8,
    /// Standard input, or room on standard output or standard error.
    Stream = awaited::STREAM as u8,
}

/// Suspended, and no thread has the right to schedule it yet.
const PARKED: u64 = 1;
/// The waker was used.
const READY: u64 = 2;
/// The deadline passed.
const TIMED_OUT: u64 = 4;
/// Signals (exit, link, monitor) wait in the mailbox. Independent of any suspension.
const SIGNAL: u64 = 8;
/// Between the begin of a suspension and its end.
const ACTIVE: u64 = 16;
/// Bits below the number of the suspension.
const BITS: u32 = 8;

/// Number of the current suspension, and what has happened to it.
#[derive(Debug)]
pub struct ParkWord(AtomicU64);

/// How a suspension ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The waker was used.
    Ready,
    /// The deadline passed.
    TimedOut,
}

impl ParkWord {
    /// No suspension.
    pub fn new() -> Self {
        ParkWord(AtomicU64::new(0))
    }

    fn update(&self, change: impl Fn(u64) -> Option<u64>) -> Result<u64, u64> {
        // AcqRel: every party must see what the one before it wrote, in both directions. SeqCst: an
        // asker is seen, or sees the suspension, see `inspect::Questions`.
        self.0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, change)
    }

    /// The owner starts a suspension; the answer is its number. Wakes count from now on.
    pub fn begin(&self) -> u64 {
        let next = |word: u64| (((word >> BITS) + 1) << BITS) | (word & SIGNAL) | ACTIVE;
        let old = self
            .update(|word| Some(next(word)))
            .unwrap_or_else(|word| word);
        next(old) >> BITS
    }

    /// The worker has switched away from the owner. False when something happened meanwhile: run it
    /// on.
    pub fn suspend(&self) -> bool {
        self.update(|word| (word & (READY | TIMED_OUT | SIGNAL) == 0).then_some(word | PARKED))
            .is_ok()
    }

    fn end_with(&self, bit: u64, number: Option<u64>) -> bool {
        let old = self.update(|word| {
            let current = number.is_none_or(|number| word >> BITS == number);
            (current && word & ACTIVE != 0 && word & (READY | TIMED_OUT) == 0)
                .then_some((word | bit) & !PARKED)
        });
        old.is_ok_and(|word| word & PARKED != 0)
    }

    /// Wakes suspension `number`. True when the caller must schedule the actor.
    pub fn wake(&self, number: u64) -> bool {
        self.end_with(READY, Some(number))
    }

    /// The deadline of the current suspension passed. True when the caller must schedule the actor.
    pub fn time_out(&self) -> bool {
        self.end_with(TIMED_OUT, None)
    }

    /// The owner is to run although its suspension goes on. True when the caller must schedule the
    /// actor.
    pub fn interrupt(&self) -> bool {
        self.update(|word| (word & PARKED != 0).then_some(word & !PARKED))
            .is_ok()
    }

    /// Signals were put into the mailbox. True when the caller must schedule the actor.
    pub fn signal(&self) -> bool {
        self.update(|word| Some((word | SIGNAL) & !PARKED))
            .is_ok_and(|word| word & PARKED != 0)
    }

    /// True once when signals came. For the owner, which looks at its mailbox then.
    pub fn take_signal(&self) -> bool {
        self.0.load(Ordering::Relaxed) & SIGNAL != 0
            && self
                .update(|word| Some(word & !SIGNAL))
                .is_ok_and(|word| word & SIGNAL != 0)
    }

    /// True when the current suspension may go on.
    pub fn is_woken(&self) -> bool {
        self.0.load(Ordering::Acquire) & (READY | TIMED_OUT) != 0
    }

    /// The owner ends its suspension.
    pub fn finish(&self) -> Cause {
        let old = self
            .update(|word| Some(word & !(READY | TIMED_OUT | ACTIVE | PARKED)))
            .unwrap_or_else(|word| word);
        if old & READY != 0 {
            Cause::Ready
        } else {
            Cause::TimedOut
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
