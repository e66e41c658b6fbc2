//! The actors of a worker that wait and have a heap, until they have waited long enough to give it
//! back.

use std::sync::atomic::Ordering;

use crate::actor::control::Actor;
use crate::actor::slots::{self, Slot, SLOTS};
use crate::mem::slabs;
use crate::sched::worker::{self, Worker};
use crate::timer::clock;

/// An actor whose heap is small has waited between one and two of these when that is given back.
const PERIOD_MS: i64 = 500;
/// How many actors a worker looks at between two looks at its poller.
const BATCH: usize = 32;

/// Slots of a worker's actors that wait and have a heap, linked by themselves: those entered in
/// this period, and those of the period before, which have waited long enough at its end. An
/// entry may refer to a reused slot; the code that takes it copes.
#[derive(Debug)]
pub struct WaitList {
    young: u32,
    old: u32,
    period_ends: i64,
}

/// The index of no slot.
const NO_SLOT: u32 = u32::MAX;

impl WaitList {
    /// None.
    pub fn new() -> Self {
        WaitList {
            young: NO_SLOT,
            old: NO_SLOT,
            period_ends: 0,
        }
    }

    /// When there is something to do: for the first of them, or with memory that is not needed.
    pub fn next_look(&self) -> Option<i64> {
        let deadline = slabs::has_slack().then_some(self.period_ends);
        self.next_deadline().or(deadline)
    }

    fn next_deadline(&self) -> Option<i64> {
        (self.young != NO_SLOT || self.old != NO_SLOT).then_some(self.period_ends)
    }

    fn add(&mut self, index: u32, slot: &Slot) {
        if self.next_deadline().is_none() {
            self.period_ends = clock::now_ms() + PERIOD_MS;
        }
        slot.next_waiter.store(self.young, Ordering::Relaxed);
        self.young = index;
    }

    /// One that has waited for a period, when this one is over; begins the next period after the
    /// last.
    fn take(&mut self, now: i64) -> Option<(u32, &'static Slot)> {
        if self.period_ends > now {
            return None;
        }
        let index = self.old;
        let Some(slot) = SLOTS.get(index) else {
            self.old = std::mem::replace(&mut self.young, NO_SLOT);
            self.period_ends = now + PERIOD_MS;
            return None;
        };
        self.old = slot.next_waiter.load(Ordering::Relaxed);
        Some((index, slot))
    }
}

impl Drop for WaitList {
    /// Slots outlive their worker, and may stand in another one's list.
    fn drop(&mut self) {
        self.period_ends = 0;
        while self.next_deadline().is_some() {
            if let Some((_, slot)) = self.take(i64::MAX - PERIOD_MS) {
                slot.listed.store(false, Ordering::Release);
            }
            self.period_ends = 0;
        }
    }
}

/// Enters an actor that begins to wait into its worker's list, or notes that it has had a turn
/// since it was entered.
///
/// # Safety
/// The actor is owned by this worker.
pub unsafe fn begin_wait(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the caller's promise.
    unsafe {
        // One that could not be packed is not asked again before it has had a turn of its own:
        // nothing would have changed.
        if std::mem::replace(&mut (*actor).hibernation_due, false) {
            return;
        }
        let slot = (*actor).slot;
        // Acquire: pairs with the Release of the worker that took the slot out of a list, and has
        // read its link by then.
        if slot.listed.load(Ordering::Acquire) {
            (*actor).ran_since_listed = true;
        } else if (*actor).heap.charged > 0 && (*(*actor).info).pack.is_some() {
            slot.listed.store(true, Ordering::Relaxed);
            (*actor).ran_since_listed = false;
            (*worker).waiters.add(slots::index((*actor).pid), slot);
        }
    }
}

/// Lets some actors that have waited long enough have a turn in which they give their heaps back,
/// and gives back what heaps have left unused for a period. True when there was anything to do.
///
/// # Safety
/// Called on the worker's own stack, outside of any turn.
pub unsafe fn look(worker: *mut Worker) -> bool {
    // SAFETY: an actor is touched only after its wait was ended here, which makes it this thread's.
    unsafe {
        if (*worker).waiters.next_look().is_none() {
            return false;
        }
        let now = clock::now_ms();
        let period = (*worker).waiters.period_ends;
        let mut found = slabs::give_back_some();
        for _ in 0..BATCH {
            let Some((index, slot)) = (*worker).waiters.take(now) else {
                break;
            };
            found = true;
            if !slot.inbox.end_wait() {
                // It has ended, is about to have a turn, or is suspended, which may last: it is
                // entered when it waits again.
                slot.listed.store(false, Ordering::Release);
                continue;
            }
            let actor = slot.actor.load(Ordering::Relaxed);
            if (*actor).worker == worker && std::mem::replace(&mut (*actor).ran_since_listed, false)
            {
                (*worker).waiters.add(index, slot);
                if slot.inbox.begin_wait() {
                    continue;
                }
            } else {
                slot.listed.store(false, Ordering::Release);
                (*actor).hibernation_due = true;
            }
            worker::enqueue_on((*(*actor).worker).index, actor);
        }
        if (*worker).waiters.period_ends != period {
            slabs::end_period();
        }
        found
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn who_was_entered_is_taken_after_a_period_and_once() {
        let mut mine = std::collections::VecDeque::new();
        let indices = [SLOTS.take(&mut mine), SLOTS.take(&mut mine)]
            .map(|index| index.expect("there is room"));
        let [first, second] =
            indices.map(|index| (index, SLOTS.get(index).expect("it was just made")));
        let mut waiters = WaitList::new();
        let taken = |waiters: &mut WaitList, now| waiters.take(now).map(|(index, _)| index);
        assert_eq!(waiters.next_deadline(), None);
        waiters.add(first.0, first.1);
        let ends = waiters.next_deadline().expect("there is one");
        assert_eq!(
            (taken(&mut waiters, ends - 1), taken(&mut waiters, ends)),
            (None, None),
            "not for a whole period yet"
        );
        waiters.add(second.0, second.1);
        assert_eq!(waiters.next_deadline(), Some(ends + PERIOD_MS));
        assert_eq!(taken(&mut waiters, ends + PERIOD_MS), Some(first.0));
        assert_eq!(
            taken(&mut waiters, ends + PERIOD_MS),
            None,
            "the other one came later"
        );
        assert_eq!(taken(&mut waiters, ends + 2 * PERIOD_MS), Some(second.0));
        assert_eq!(waiters.next_deadline(), None);
        indices
            .into_iter()
            .for_each(|index| SLOTS.give(&mut mine, index));
        SLOTS.give_all(&mut mine);
    }
}
