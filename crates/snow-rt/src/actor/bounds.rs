//! How much may wait in a mailbox, and how much does: what senders need to know of a receiver that
//! they cannot look into.
//!
//! Every message of an actor is charged to its receiver from the push on, in units of an envelope's
//! size. Three numbers together are the charge: the weight in the inbox's own word, what that word
//! has no room for (`spilled`), and what the receiver has taken into its own list (`held`, which it
//! publishes now and then). So a sender writes nothing beside the push, and a receiver makes a
//! plain store for some 4 KiB.
//!
//! An actor that has set a limit is another case: senders also take places, of which there are
//! `most`.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU32, AtomicU8, Ordering};

use super::envelope::UNIT;

/// What becomes of a message that finds no place. Bits of `Bounds::mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum WhenFull {
    /// Its sender waits for one.
    Park = 1,
    /// It is dropped.
    Drop = 2,
    /// Only messages that are offered need a place, and they are refused; the others are let in.
    Refuse = 4,
}

/// More waits than the receiver may hold, so it is about to end.
const OVERFULL: u8 = 0x80;

/// See the file's head.
#[derive(Debug)]
pub struct Bounds {
    /// Charge at which the receiver ends, or is full, in units.
    limit: AtomicU32,
    /// What the receiver has in its own list.
    held: AtomicU32,
    /// What the inbox's word does not know.
    spilled: AtomicI32,
    /// One of [`WhenFull`] or 0, and [`OVERFULL`].
    mode: AtomicU8,
    /// True while senders wait for a place.
    senders: AtomicBool,
    /// Places, when `mode` says that there are any.
    most: AtomicU32,
    /// Places that are taken. More than there are when a message was let in all the same.
    taken: AtomicI32,
    /// Messages that were dropped.
    dropped: AtomicI64,
}

impl Bounds {
    /// Bounds that belong to no actor yet.
    pub fn new() -> Self {
        Bounds {
            limit: AtomicU32::new(0),
            held: AtomicU32::new(0),
            spilled: AtomicI32::new(0),
            mode: AtomicU8::new(0),
            senders: AtomicBool::new(false),
            most: AtomicU32::new(0),
            taken: AtomicI32::new(0),
            dropped: AtomicI64::new(0),
        }
    }

    /// A new actor, which may hold that many bytes. Before its inbox is opened.
    pub fn begin(&self, bytes: usize) {
        self.set_limit(bytes);
        // Relaxed: opening the inbox publishes all of it.
        self.held.store(0, Ordering::Relaxed);
        self.spilled.store(0, Ordering::Relaxed);
        self.mode.store(0, Ordering::Relaxed);
        self.taken.store(0, Ordering::Relaxed);
        self.dropped.store(0, Ordering::Relaxed);
    }

    /// Sets how many bytes the receiver may hold.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.store(
            u32::try_from(bytes / UNIT).unwrap_or(u32::MAX),
            Ordering::Relaxed,
        );
    }

    /// Counts weight that the inbox's word does not know.
    #[inline]
    pub fn spill(&self, weight: usize) {
        if weight != 0 {
            self.spilled.fetch_add(weight as i32, Ordering::Relaxed);
        }
    }

    /// The receiver has taken spilled weight out of its inbox.
    #[inline]
    pub fn take_back(&self, weight: usize) {
        if weight != 0 {
            self.spilled.fetch_sub(weight as i32, Ordering::Relaxed);
        }
    }

    /// The receiver says what it has in its own list.
    #[inline]
    pub fn publish(&self, held: u32) {
        self.held.store(held, Ordering::Relaxed);
    }

    /// What the receiver has said last.
    #[inline]
    pub fn published(&self) -> u32 {
        self.held.load(Ordering::Relaxed)
    }

    /// The charge, when the inbox's word has `weight`.
    #[inline]
    fn charge(&self, weight: usize) -> u64 {
        let spilled = self.spilled.load(Ordering::Relaxed).max(0) as u64;
        weight as u64 + spilled + u64::from(self.held.load(Ordering::Relaxed))
    }

    /// The charge in bytes.
    pub fn bytes(&self, weight: usize) -> i64 {
        (self.charge(weight) * UNIT as u64) as i64
    }

    /// True when the charge is more than the receiver may hold.
    #[inline]
    pub fn exceeded_by(&self, weight: usize) -> bool {
        self.charge(weight) > u64::from(self.limit.load(Ordering::Relaxed))
    }

    /// True when the actor is about to end because of its mailbox.
    #[inline]
    pub fn is_overfull(&self) -> bool {
        self.mode.load(Ordering::Relaxed) & OVERFULL != 0
    }

    /// The actor is to end because of its mailbox. True for the one sender that has to tell it.
    pub fn mark_overfull(&self) -> bool {
        self.mode.fetch_or(OVERFULL, Ordering::Relaxed) & OVERFULL == 0
    }

    /// What the receiver has chosen, if it has.
    #[inline]
    pub fn when_full(&self) -> Option<WhenFull> {
        match self.mode.load(Ordering::Relaxed) & !OVERFULL {
            1 => Some(WhenFull::Park),
            2 => Some(WhenFull::Drop),
            4 => Some(WhenFull::Refuse),
            _ => None,
        }
    }

    /// The receiver chooses; `waiting` of its messages take places already.
    pub fn choose(&self, most: u32, when_full: WhenFull, waiting: i32) {
        self.most.store(most, Ordering::Relaxed);
        // SeqCst: see `take_place`.
        self.taken.fetch_add(waiting, Ordering::SeqCst);
        let _ = self
            .mode
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |mode| {
                Some(mode & OVERFULL | when_full as u8)
            });
    }

    /// Takes a place for a message of that weight, beside the inbox's; false when there is none.
    pub fn take_place(&self, inbox: usize, weight: usize) -> bool {
        let fits =
            self.charge(inbox) + weight as u64 <= u64::from(self.limit.load(Ordering::Relaxed));
        // SeqCst: a sender that waits marks that and looks for a place; a receiver gives one back
        // and looks for the mark. One of them sees the other.
        fits && {
            let most = i32::try_from(self.most.load(Ordering::Relaxed)).unwrap_or(i32::MAX);
            let take = |taken: i32| (taken < most).then_some(taken + 1);
            self.taken
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
                .is_ok()
        }
    }

    /// Takes a place although there may be none.
    pub fn squeeze_in(&self) {
        self.taken.fetch_add(1, Ordering::SeqCst);
    }

    /// Gives a place back. True when waiting senders are to be looked after: half of the places are
    /// free.
    pub fn give_place(&self) -> bool {
        let taken = self.taken.fetch_sub(1, Ordering::SeqCst) - 1;
        self.senders.load(Ordering::SeqCst)
            && taken <= (self.most.load(Ordering::Relaxed) / 2) as i32
    }

    /// True when a message of that weight would find a place.
    pub fn has_place(&self, inbox: usize, weight: usize) -> bool {
        self.charge(inbox) + weight as u64 <= u64::from(self.limit.load(Ordering::Relaxed))
            && i64::from(self.taken.load(Ordering::SeqCst))
                < i64::from(self.most.load(Ordering::Relaxed))
    }

    /// True while senders wait for a place.
    #[inline]
    pub fn has_waiting_senders(&self) -> bool {
        // SeqCst: see `take_place`.
        self.senders.load(Ordering::SeqCst)
    }

    /// Says whether senders wait for a place.
    pub fn set_waiting_senders(&self, any: bool) {
        self.senders.store(any, Ordering::SeqCst);
    }

    /// Counts a message that was dropped.
    pub fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Messages that were dropped.
    pub fn dropped(&self) -> i64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
