//! Sending to an actor that has set a limit for its mailbox, and senders that wait for a place in
//! one.
//!
//! A sender that finds no place where it is to wait (`WhenFull::Park`) enters itself here and
//! parks. It is woken when half of the places are free, when the receiver waits in a `receive` and
//! a place is free, when the limit changes, and when the receiver ends; then it tries again. A
//! message is let in beyond the limit when its sender would wait for itself: when it is the
//! receiver, or when the receiver waits for it around a circle of senders.

use std::collections::{HashMap, VecDeque};
use std::ffi::c_void;
use std::sync::LazyLock;

use parking_lot::Mutex;
use snow_abi::layout::{delivery, Context, Writer};

use super::bounds::WhenFull;
use super::control::Actor;
use super::envelope::{self, Envelope};
use super::links::Mixed;
use super::slots::{self, Pid, Slot, SLOTS};
use super::state::Awaited;
use super::{mailbox, post};
use crate::mem::scratch;
use crate::sched::park::{self, Waker};

/// How a message may be turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As the receiver has chosen.
    Plain,
    /// Never waits: refused when there is no place.
    Offer,
    /// Let in whatever the limit is.
    Exempt,
}

#[derive(Default)]
struct Senders {
    /// By the receiver's slot, the first to wait first.
    waiting: HashMap<u32, VecDeque<(Pid, Waker)>, Mixed>,
    /// The actor that a sender waits for.
    target: HashMap<Pid, Pid, Mixed>,
}

/// A leaf among the locks: an actor is woken after it is given back.
static SENDERS: LazyLock<Mutex<Senders>> = LazyLock::new(Mutex::default);

impl Senders {
    /// True when `to` waits, directly or through others, for `sender`.
    fn would_wait_for_itself(&self, sender: Pid, to: Pid) -> bool {
        let mut at = to;
        // What ended senders left may form a circle of its own.
        for _ in 0..=self.target.len() {
            match self.target.get(&at) {
                Some(next) if *next == sender => return true,
                Some(next) => at = *next,
                None => return false,
            }
        }
        false
    }

    /// The senders that go on, at most `most`.
    fn let_go(&mut self, slot: &Slot, index: u32, most: usize) -> Vec<Waker> {
        let Some(queue) = self.waiting.get_mut(&index) else {
            slot.bounds.set_waiting_senders(false);
            return Vec::new();
        };
        let count = most.min(queue.len());
        let gone: Vec<(Pid, Waker)> = queue.drain(..count).collect();
        if queue.is_empty() {
            self.waiting.remove(&index);
            slot.bounds.set_waiting_senders(false);
        }
        for (pid, _) in &gone {
            self.target.remove(pid);
        }
        gone.into_iter().map(|(_, waker)| waker).collect()
    }
}

fn let_go(slot: &Slot, index: u32, most: usize) {
    let wakers = SENDERS.lock().let_go(slot, index, most);
    wakers.into_iter().for_each(Waker::wake);
}

/// Sends the message that an open writer holds; the writer is closed. Answers one of
/// `layout::delivery`. May suspend the sender, whose writer stays its own until there is a place.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack; the writer is open.
pub unsafe fn send(cx: *mut Context, to: Pid, writer: *mut c_void, manner: Manner) -> i64 {
    // SAFETY: the context is that of the caller's actor, whose worker may be another one after a
    // suspension.
    unsafe {
        let actor = Actor::of(cx);
        loop {
            let Some(slot) = slots::find(to).filter(|slot| !slot.bounds.is_overfull()) else {
                discard(actor, writer);
                return delivery::CLOSED;
            };
            let Some(when_full) = slot.bounds.when_full() else {
                if manner == Manner::Offer && slot.bounds.exceeded_by(slot.inbox.weight()) {
                    slot.bounds.count_dropped();
                    discard(actor, writer);
                    return delivery::FULL;
                }
                let envelope = seal(actor, writer);
                post::send_charged((*actor).worker, slot, to, envelope);
                return delivery::SENT;
            };
            let exempt = manner == Manner::Exempt
                || (when_full == WhenFull::Refuse && manner == Manner::Plain);
            if exempt {
                // Not compared with the limit: an actor that has chosen what to refuse does not end
                // by what it must hear.
                let envelope = seal(actor, writer);
                let delivered = post::deliver((*actor).worker, slot, to, envelope).is_some();
                return if delivered {
                    delivery::SENT
                } else {
                    delivery::CLOSED
                };
            }
            if slot.bounds.take_place(slot.inbox.weight(), weight(writer)) {
                return enter(actor, slot, to, writer);
            }
            let waits = when_full == WhenFull::Park && manner == Manner::Plain;
            if waits && to == (*actor).pid {
                slot.bounds.squeeze_in();
                return enter(actor, slot, to, writer);
            }
            if !waits || never_parks(actor) {
                slot.bounds.count_dropped();
                discard(actor, writer);
                return delivery::FULL;
            }
            if !wait_for_place(cx, slot, to, weight(writer)) {
                slot.bounds.squeeze_in();
                return enter(actor, slot, to, writer);
            }
        }
    }
}

/// Waits until there may be a place; false when the sender would wait for itself.
unsafe fn wait_for_place(cx: *mut Context, slot: &'static Slot, to: Pid, weight: usize) -> bool {
    // SAFETY: the context is that of the caller's actor. What is entered goes when it is woken, or
    // with the receiver.
    unsafe {
        let me = (*cx).pid;
        if SENDERS.lock().would_wait_for_itself(me, to) {
            return false;
        }
        let mut circle = false;
        park::park(cx, Awaited::Mailbox, None, false, |waker| {
            let mut senders = SENDERS.lock();
            circle = senders.would_wait_for_itself(me, to);
            if !circle {
                senders.target.insert(me, to);
                senders
                    .waiting
                    .entry(slots::index(to))
                    .or_default()
                    .push_back((me, waker));
                slot.bounds.set_waiting_senders(true);
            }
            drop(senders);
            let full = slots::is_alive(to) && !slot.bounds.has_place(slot.inbox.weight(), weight);
            if circle || !full {
                waker.wake();
            }
        });
        // One that woke itself is still in the list.
        abandon(me);
        !circle
    }
}

/// Takes a sender that does not wait any more out of the list, if it is there.
pub fn abandon(sender: Pid) {
    let mut senders = SENDERS.lock();
    let Some(to) = senders.target.remove(&sender) else {
        return;
    };
    let index = slots::index(to);
    let Some(queue) = senders.waiting.get_mut(&index) else {
        return;
    };
    queue.retain(|(pid, _)| *pid != sender);
    if queue.is_empty() {
        senders.waiting.remove(&index);
        if let Some(slot) = SLOTS.get(index) {
            slot.bounds.set_waiting_senders(false);
        }
    }
}

/// Sends a message that has a place.
unsafe fn enter(actor: *mut Actor, slot: &'static Slot, to: Pid, writer: *mut c_void) -> i64 {
    // SAFETY: the writer is open, and the actor is the caller's.
    unsafe {
        let envelope = seal(actor, writer);
        (*envelope).counted = true;
        match post::deliver((*actor).worker, slot, to, envelope) {
            Some(_) => delivery::SENT,
            None => {
                removed(slot, slots::index(to));
                delivery::CLOSED
            }
        }
    }
}

/// A counted message has left the mailbox.
pub fn removed(slot: &Slot, index: u32) {
    if slot.bounds.give_place() {
        let_go(slot, index, usize::MAX);
    }
}

/// The receiver waits in a `receive`: a sender that finds a place goes on.
pub fn begins_to_wait(slot: &Slot, index: u32) {
    if slot.bounds.has_place(slot.inbox.weight(), 0) {
        let_go(slot, index, usize::MAX);
    }
}

/// The receiver has ended.
pub fn ended(index: u32) {
    if let Some(slot) = SLOTS.get(index) {
        let_go(slot, index, usize::MAX);
    }
}

/// Sets the calling actor's limit. What waits already takes places.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
pub unsafe fn set_limit(cx: *mut Context, most: i64, when_full: WhenFull) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        mailbox::collect_or_leave(cx);
        let actor = Actor::of(cx);
        let slot = (*actor).slot;
        let mut waiting = 0;
        let mut envelope = (*actor).first;
        while !envelope.is_null() {
            if (*envelope).weight > 0 && !(*envelope).counted {
                (*envelope).counted = true;
                waiting += 1;
            }
            envelope = (*envelope).next;
        }
        // An actor that serves a connection keeps to its own rule.
        let when_full = if never_parks(actor) {
            WhenFull::Refuse
        } else {
            when_full
        };
        slot.bounds.choose(
            u32::try_from(most.max(1)).unwrap_or(u32::MAX),
            when_full,
            waiting,
        );
        if slot.bounds.has_waiting_senders() {
            let_go(slot, slots::index((*actor).pid), usize::MAX);
        }
    }
}

/// True for an actor that waits for no place anywhere.
unsafe fn never_parks(actor: *mut Actor) -> bool {
    // SAFETY: the actor is the caller's.
    unsafe { (*actor).slot.bounds.when_full() == Some(WhenFull::Refuse) }
}

/// Messages for an actor that were dropped because its mailbox was full; 0 when it has ended.
pub fn dropped(pid: Pid) -> i64 {
    slots::find(pid).map_or(0, |slot| slot.bounds.dropped())
}

/// What the message of an open writer is charged with.
unsafe fn weight(writer: *mut c_void) -> usize {
    let writer: *mut Writer = writer.cast();
    // SAFETY: the writer is open.
    unsafe {
        let length = (*writer).at as usize - (*writer).base as usize;
        envelope::weight_of(length, &(*scratch::of(writer)).blocks) as usize
    }
}

unsafe fn seal(actor: *mut Actor, writer: *mut c_void) -> *mut Envelope {
    // SAFETY: the writer is open and the actor's.
    unsafe { post::seal(actor, writer.cast()) }
}

/// Closes a writer and gives back what its message counted.
unsafe fn discard(actor: *mut Actor, writer: *mut c_void) {
    // SAFETY: the writer is open and the actor's.
    unsafe { scratch::discard(actor, writer.cast::<Writer>()) }
}
