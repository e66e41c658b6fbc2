//! The table that pids point into.
//!
//! A slot outlives its actors, so a message to a dead one is refused instead of touching freed
//! memory. The generation tells actors of one slot apart; it changes when an actor has ended.

use std::sync::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU16, AtomicU32, AtomicU64, AtomicU8, Ordering,
};

use super::bounds::Bounds;
use super::control::Actor;
use super::envelope::Envelope;
use super::inbox::Inbox;
use super::inspect::Questions;
use super::state::ParkWord;
use crate::table::{Entry, Table};

/// An actor's name: generation in the upper half, slot in the lower. Never 0.
pub type Pid = i64;

/// What other workers may touch of an actor.
#[derive(Debug)]
pub struct Slot {
    /// Messages and signals; closed while the slot is free.
    pub inbox: Inbox<Envelope>,
    /// Suspension of the actor inside a call.
    pub park: ParkWord,
    /// For the party that has the right to schedule the actor.
    pub actor: AtomicPtr<Actor>,
    /// Generation of the actor that lives here, or of the next one.
    pub generation: AtomicU32,
    /// The worker that the actor belongs to; changes only while it runs.
    pub home: AtomicU16,
    /// Exit kind of the generation before.
    pub last_exit: AtomicU8,
    /// Number of the type of the actor's messages.
    pub message_type: AtomicI64,
    /// Whose names the actor sees; those that it starts are of the same world.
    pub world: AtomicI64,
    /// Number of the actor's label, see `labels`; 0 for none.
    pub label: AtomicU32,
    /// What others count about the actor, see `tally`.
    pub tally: AtomicI64,
    /// How much may wait in its mailbox, and how much does.
    pub bounds: Bounds,
    /// Turns that the actor has had; written by its worker only.
    pub turns: AtomicU64,
    /// What others want to know about the actor.
    pub questions: Questions,
    /// True when the registry has a name for the actor.
    pub named: AtomicBool,
    /// True while it stands in a worker's list of actors that wait and have a heap.
    pub listed: AtomicBool,
    /// The next one of that list; only that worker's business.
    pub next_waiter: AtomicU32,
}

impl Entry for Slot {
    fn new() -> Self {
        Slot {
            inbox: Inbox::new_closed(),
            park: ParkWord::new(),
            actor: AtomicPtr::new(std::ptr::null_mut()),
            generation: AtomicU32::new(1),
            home: AtomicU16::new(0),
            last_exit: AtomicU8::new(0),
            message_type: AtomicI64::new(0),
            world: AtomicI64::new(0),
            label: AtomicU32::new(0),
            tally: AtomicI64::new(0),
            bounds: Bounds::new(),
            turns: AtomicU64::new(0),
            questions: Questions::new(),
            named: AtomicBool::new(false),
            listed: AtomicBool::new(false),
            next_waiter: AtomicU32::new(0),
        }
    }
}

/// All slots of the process.
pub static SLOTS: Table<Slot> = Table::new();

/// Slot index of a pid.
pub fn index(pid: Pid) -> u32 {
    pid as u32
}

/// Generation of a pid.
pub fn generation(pid: Pid) -> u32 {
    (pid >> 32) as u32
}

/// The pid of a slot's generation.
pub fn pid(index: u32, generation: u32) -> Pid {
    i64::from(generation) << 32 | i64::from(index)
}

/// The slot of a live actor.
pub fn find(pid: Pid) -> Option<&'static Slot> {
    let slot = SLOTS.get(index(pid))?;
    // Acquire: pairs with the Release in `end_generation`.
    (slot.generation.load(Ordering::Acquire) == generation(pid)).then_some(slot)
}

/// True until the actor has ended.
pub fn is_alive(pid: Pid) -> bool {
    find(pid).is_some_and(|slot| !slot.inbox.is_closed())
}

/// Number of the type of a live actor's messages.
pub fn message_type(pid: Pid) -> Option<i64> {
    // An open inbox: the actor has written its number, even when `pid` was guessed and the actor
    // begins just now.
    let slot = find(pid).filter(|slot| !slot.inbox.is_closed())?;
    // Acquire: pairs with the Release in `spawn`. What a later actor of the slot wrote comes after
    // the end of this one's generation, so a reader of it finds that generation ended.
    let message_type = slot.message_type.load(Ordering::Acquire);
    is_alive(pid).then_some(message_type)
}

/// The world of an actor that has not ended: its own number, or 0, where a program begins.
pub fn world(pid: Pid) -> i64 {
    // Relaxed: an actor's world changes by its own hand only, and whoever asks is that actor or
    // counts those of a world in which nothing begins any more.
    find(pid).map_or(0, |slot| slot.world.load(Ordering::Relaxed))
}

/// Lets an actor go to another world; what it starts from now on belongs there.
pub fn enter_world(pid: Pid, world: i64) {
    if let Some(slot) = find(pid) {
        slot.world.store(world, Ordering::Relaxed);
    }
}

/// Adds to what is counted about an actor and answers the sum; 0 when it has ended.
pub fn tally(pid: Pid, change: i64) -> i64 {
    let Some(slot) = find(pid) else {
        return 0;
    };
    // Relaxed: the number orders nothing else. Should the actor end in between, a later one of the
    // slot begins with the change instead of 0; what is counted allows for that.
    slot.tally.fetch_add(change, Ordering::Relaxed) + change
}

/// The live actors of a world.
pub fn of_world(world: i64) -> Vec<Pid> {
    let alive = |at: u32| in_world(at, world);
    (0..SLOTS.made()).filter_map(alive).collect()
}

/// The live actor of a slot, if it is of that world.
fn in_world(at: u32, world: i64) -> Option<Pid> {
    let slot = SLOTS.get(at)?;
    let pid = pid(at, slot.generation.load(Ordering::Acquire));
    // The world is read between two looks at the generation, so it is this actor's.
    let is_here = is_alive(pid) && slot.world.load(Ordering::Acquire) == world;
    (is_here && is_alive(pid)).then_some(pid)
}

/// At most `most` live actors of a world, in the order of their slots, behind that of `after`.
pub fn of_world_after(world: i64, after: Pid, most: usize) -> Vec<Pid> {
    let first = if after == 0 {
        0
    } else {
        index(after).saturating_add(1)
    };
    let found = (first..SLOTS.made()).filter_map(|at| in_world(at, world));
    found.take(most).collect()
}

impl Slot {
    /// Counts a turn of the actor, for its worker.
    #[inline]
    pub fn count_turn(&self) {
        // Relaxed: nobody else writes, and readers want no more than a recent value.
        self.turns
            .store(self.turns.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// The actor that lived here is gone; its pid means nothing from now on.
    pub fn end_generation(&self, exit_kind: i64) {
        self.last_exit.store(exit_kind as u8, Ordering::Relaxed);
        let next = (self.generation.load(Ordering::Relaxed) % 0x7fff_ffff) + 1;
        // Release: pairs with the Acquire in `find` and `remembered_exit`.
        self.generation.store(next, Ordering::Release);
    }
}

/// How an actor ended, as long as its slot has had at most this one end since: a link that comes
/// just after a normal end must not kill the actor that links.
pub fn remembered_exit(pid: Pid) -> Option<i64> {
    let slot = SLOTS.get(index(pid))?;
    let current = slot.generation.load(Ordering::Acquire);
    (generation(pid) != 0 && current == generation(pid) + 1)
        .then(|| i64::from(slot.last_exit.load(Ordering::Relaxed)))
}
