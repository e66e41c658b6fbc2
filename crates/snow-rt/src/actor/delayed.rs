//! Messages sent after a while.
//!
//! The timer stands in the wheel of the worker where it was made; anybody may cancel it. One
//! exchange on its state decides between firing and cancelling, and the winner owns the message. A
//! cancellation from another worker leaves the timer on a list that its own worker clears when it
//! next comes by.

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use super::envelope::{self, Envelope};
use super::inbox::Linked;
use super::post;
use super::slots::Pid;
use crate::counters;
use crate::sched::worker::Worker;
use crate::sched::workers;
use crate::table::{Entry, Table};
use crate::timer::clock;
use crate::timer::wheel::{Kind, Timer};

/// A message with the time at which it is to be sent.
#[repr(C)]
#[derive(Debug)]
pub struct Delayed {
    timer: std::cell::UnsafeCell<Timer>,
    /// Generation in the upper bits; [`ARMED`].
    state: AtomicU64,
    home: AtomicU16,
    content: std::cell::UnsafeCell<Content>,
}

#[derive(Debug)]
struct Content {
    index: u32,
    /// Length of the bytes in `message`, or [`IN_ENVELOPE`].
    length: u8,
    to: Pid,
    message: Message,
    link: *mut Delayed,
}

/// Most timers send a bare constructor: such a message needs no envelope until its time has come.
union Message {
    bytes: [u8; SMALL],
    envelope: *mut Envelope,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message")
    }
}

const SMALL: usize = 8;
const IN_ENVELOPE: u8 = u8::MAX;

impl Content {
    /// What `envelope` holds, which is handed over.
    unsafe fn new(worker: *mut Worker, index: u32, to: Pid, envelope: *mut Envelope) -> Content {
        let link = std::ptr::null_mut();
        // SAFETY: the envelope is the caller's and read before it is freed.
        unsafe {
            let packed = Envelope::bytes(envelope);
            if packed.len() > SMALL || Envelope::has_blocks(envelope) {
                return Content {
                    index,
                    length: IN_ENVELOPE,
                    to,
                    message: Message { envelope },
                    link,
                };
            }
            let (mut bytes, length) = ([0; SMALL], packed.len());
            bytes[..length].copy_from_slice(packed);
            envelope::free(worker, envelope);
            Content {
                index,
                length: length as u8,
                to,
                message: Message { bytes },
                link,
            }
        }
    }

    /// The message, which is handed out.
    unsafe fn take(&self, worker: *mut Worker) -> *mut Envelope {
        // SAFETY: `length` says which of both it is. The party that won the exchange on the state
        // takes it once.
        unsafe {
            match self.length {
                IN_ENVELOPE => self.message.envelope,
                length => {
                    let packed = &self.message.bytes[..usize::from(length)];
                    envelope::new_essential(worker, envelope::Content::User, packed)
                }
            }
        }
    }

    /// Frees the message.
    unsafe fn discard(&self, worker: *mut Worker) {
        if self.length == IN_ENVELOPE {
            // SAFETY: as for `take`.
            unsafe { envelope::free(worker, self.message.envelope) };
        }
    }
}

const ARMED: u64 = 1;

// SAFETY: the timer is used by the home worker alone; the content by the party that won the
// exchange on `state`.
unsafe impl Sync for Delayed {}
// SAFETY: as above.
unsafe impl Send for Delayed {}

impl Entry for Delayed {
    fn new() -> Self {
        Delayed {
            timer: std::cell::UnsafeCell::new(Timer::new(Kind::Delayed)),
            state: AtomicU64::new(0),
            home: AtomicU16::new(0),
            content: std::cell::UnsafeCell::new(Content {
                index: 0,
                length: 0,
                to: 0,
                message: Message { bytes: [0; SMALL] },
                link: std::ptr::null_mut(),
            }),
        }
    }
}

impl Linked for Delayed {
    unsafe fn link(node: *mut Self) -> *mut *mut Self {
        // SAFETY: entries are never freed.
        unsafe { &raw mut (*(*node).content.get()).link }
    }
}

static TABLE: Table<Delayed> = Table::new();

/// Sends a message in `ms` milliseconds. The answer names the timer.
///
/// # Safety
/// Called on a worker's thread; the envelope is handed over.
pub unsafe fn arm(worker: *mut Worker, to: Pid, ms: i64, envelope: *mut Envelope) -> i64 {
    // SAFETY: the index is ours until its generation ends; the entry stays where it is.
    unsafe {
        let found = TABLE.take(&mut (*worker).timers);
        let Some((index, entry)) =
            found.and_then(|index| TABLE.get(index).map(|entry| (index, entry)))
        else {
            envelope::free(worker, envelope);
            return 0;
        };
        *entry.content.get() = Content::new(worker, index, to, envelope);
        entry.home.store((*worker).index as u16, Ordering::Relaxed);
        let timer = entry.timer.get();
        (*timer).deadline = clock::deadline_after(ms);
        (*worker).wheel.arm(timer);
        counters::add_here((*worker).index, counters::TIMERS, 1);
        let generation = (entry.state.load(Ordering::Relaxed) >> 1) + 1;
        // Release: pairs with the Acquire of the exchange that ends this generation.
        entry
            .state
            .store(generation << 1 | ARMED, Ordering::Release);
        ((generation & 0x7fff_ffff) << 32) as i64 | i64::from(index)
    }
}

/// True when the caller ended this generation.
fn win(entry: &Delayed, generation: Option<u64>) -> bool {
    let state = entry.state.load(Ordering::Acquire);
    let current = generation.is_none_or(|generation| (state >> 1) & 0x7fff_ffff == generation);
    let disarmed = state & !ARMED;
    current
        && state & ARMED != 0
        && entry
            .state
            .compare_exchange(state, disarmed, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
}

/// Cancels a timer; true when it had not fired yet.
///
/// # Safety
/// Called on a worker's thread.
pub unsafe fn cancel(worker: *mut Worker, id: i64) -> bool {
    let Some(entry) = TABLE.get(id as u32) else {
        return false;
    };
    if id <= 0 || !win(entry, Some((id >> 32) as u64)) {
        return false;
    }
    // SAFETY: the exchange made the content ours; the timer is touched on its home worker only.
    unsafe {
        let content = entry.content.get();
        (*content).discard(worker);
        counters::add_here((*worker).index, counters::TIMERS, -1);
        let home = entry.home.load(Ordering::Relaxed) as usize;
        if home == (*worker).index {
            forget(worker, entry);
        } else {
            workers::get().workers[home]
                .cancelled
                .push(std::ptr::from_ref(entry).cast_mut());
        }
    }
    true
}

unsafe fn forget(worker: *mut Worker, entry: &Delayed) {
    // SAFETY: we are on the home worker, and nothing else uses a timer that is over.
    unsafe {
        (*worker).wheel.disarm(entry.timer.get());
        TABLE.give(&mut (*worker).timers, (*entry.content.get()).index);
    }
}

/// Takes timers out of the wheel that were cancelled on other workers.
///
/// # Safety
/// Called on the worker's own thread.
pub unsafe fn clear_cancelled(worker: *mut Worker) {
    // SAFETY: the list is handed to us whole.
    unsafe {
        let mut entry = (*worker).shared.cancelled.take();
        while !entry.is_null() {
            let next = *Delayed::link(entry);
            forget(worker, &*entry);
            entry = next;
        }
    }
}

/// The time of a timer has come; it is out of the wheel already.
///
/// # Safety
/// Called on the home worker with a timer of kind `Delayed`.
pub unsafe fn fire(worker: *mut Worker, timer: *mut Timer) {
    // SAFETY: the timer is the first field of its entry, which is never freed.
    unsafe {
        let entry = &*timer.cast::<Delayed>();
        // When a cancellation won, its list entry gives the index back.
        if win(entry, None) {
            let content = entry.content.get();
            let (to, envelope, index) = ((*content).to, (*content).take(worker), (*content).index);
            counters::add_here((*worker).index, counters::TIMERS, -1);
            TABLE.give(&mut (*worker).timers, index);
            post::send(worker, to, envelope);
        }
    }
}

/// Gives back the free entries that a worker kept.
pub fn give_back(free: &mut std::collections::VecDeque<u32>) {
    TABLE.give_all(free);
}

/// Frees what is still armed when a runtime ends.
///
/// # Safety
/// The worker's loop has ended, and no other runs.
pub unsafe fn release_all(worker: *mut Worker) {
    for index in 0..TABLE.made() {
        let Some(entry) = TABLE.get(index) else {
            continue;
        };
        // SAFETY: no other worker runs; an armed entry of this worker is in its wheel.
        unsafe {
            if usize::from(entry.home.load(Ordering::Relaxed)) == (*worker).index
                && win(entry, None)
            {
                (*entry.content.get()).discard(worker);
                counters::add_here((*worker).index, counters::TIMERS, -1);
                forget(worker, entry);
            }
        }
    }
}
