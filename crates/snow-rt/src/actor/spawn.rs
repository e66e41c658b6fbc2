//! Making actors.

use std::sync::atomic::Ordering;

use snow_abi::layout::ActorInfo;

use super::control::Actor;
use super::envelope::Envelope;
use super::slots::{self, Pid, SLOTS};
use crate::counters;
use crate::sched::worker::{self, Worker};

/// Starts an actor of a world with packed arguments on the caller's worker, to stay there if
/// `stays`; 0 when there is no room for one more.
///
/// # Safety
/// `worker` is the one of this thread; `info` is a live description; the envelope is handed over
/// unless the answer is 0.
pub unsafe fn spawn(
    worker: *mut Worker,
    stays: bool,
    info: *const ActorInfo,
    arguments: *mut Envelope,
    world: i64,
) -> Pid {
    // SAFETY: the slot is ours until its inbox is opened and the actor enqueued; then the worker
    // owns both.
    unsafe {
        let Some(index) = SLOTS.take(&mut (*worker).slots) else {
            return 0;
        };
        let Some(slot) = SLOTS.get(index) else {
            return 0;
        };
        let pid = slots::pid(index, slot.generation.load(Ordering::Relaxed));
        let actor = Actor::new(worker, slot, pid, info);
        if actor.is_null() {
            SLOTS.give(&mut (*worker).slots, index);
            return 0;
        }
        counters::add_here((*worker).index, counters::ACTORS, 1);
        (*actor).arguments = arguments;
        (*actor).pins = u32::from(stays);
        slot.home.store((*worker).index as u16, Ordering::Relaxed);
        // Release of `open` publishes both to the party that schedules the actor later.
        slot.actor.store(actor, Ordering::Relaxed);
        slot.bounds.begin((*actor).heap.ceiling);
        slot.world.store(world, Ordering::Release);
        slot.label.store(0, Ordering::Relaxed);
        slot.tally.store(0, Ordering::Relaxed);
        slot.turns.store(0, Ordering::Relaxed);
        // Release: pairs with the Acquire in `slots::message_type`.
        slot.message_type.store((*info).message, Ordering::Release);
        slot.inbox.open();
        worker::enqueue(worker, actor);
        pid
    }
}
