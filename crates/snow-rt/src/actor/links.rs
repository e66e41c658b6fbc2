//! Links and monitors: the bookkeeping on both sides.
//!
//! A link is an entry on both sides, and so is the tie of an actor that follows another one, whose
//! crash it shares but not the other way about; a monitor is an entry with the watcher (which
//! function makes the event) and one with the watched (which actor to tell). Both sides learn of
//! each other through signals in their mailboxes, so nothing is locked; a signal to an actor that
//! is gone is answered at once by the worker that finds that out.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use snow_abi::layout::{exit, Closure, Context};

use super::answers::{ReplySlot, Waiting};
use super::control::Actor;
use super::envelope::{self, Content, Envelope};
use super::exit::Reason;
use super::memory;
use super::slots::{self, Pid};
use super::{functions, mailbox, post};
use crate::mem::notes;

/// Text of the exit of an actor that was not there.
pub const NO_ACTOR: &[u8] = b"no such actor";

/// What an actor is to one that it has a tie with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// The crash of either ends the other.
    Linked,
    /// It ends with the other's crash; its own is none of the other's business.
    Follows,
    /// The other one's side of that.
    Followed,
}

/// What most actors never need.
#[derive(Debug, Default)]
pub struct Extras {
    /// Actors that are told of the end of this one, or are to tell of theirs.
    pub ties: HashMap<Pid, Tie, Mixed>,
    /// Actors that this one watches, by number.
    pub monitors: HashMap<i64, Monitor, Mixed>,
    /// Number of the last monitor.
    pub last_monitor: i64,
    /// Makes events of exit signals, or null.
    pub trap: Option<*mut Closure>,
    /// Text of the last error, when it says more than its code.
    pub error_text: Box<str>,
    /// Text of the last panic that a guard caught.
    pub caught: Box<[u8]>,
    /// Why it ends.
    pub reason: Option<Reason>,
    /// Places for answers, by number; monitors and places share their numbers.
    pub answers: HashMap<i64, ReplySlot, Mixed>,
    /// The answer that it reads.
    pub reading: Option<*mut Envelope>,
    /// The answer that it is suspended for.
    pub waiting: Option<Waiting>,
}

/// Hashes pids and monitor numbers, which no peer chooses: one multiplication each, and no seed to
/// be kept.
pub type Mixed = BuildHasherDefault<Mixer>;

/// See [`Mixed`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_i64(i64::from(*byte));
        }
    }

    fn write_i64(&mut self, number: i64) {
        // The golden ratio spreads neighbouring numbers; the fold brings the spread to the low
        // bits.
        let product = u128::from(self.0 ^ number as u64) * 0x9E37_79B9_7F4A_7C15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The watcher's side of a monitor.
#[derive(Debug)]
pub struct Monitor {
    /// The watched actor.
    pub target: Pid,
    /// Makes the event; in the watcher's heap. Null when it is an answer that is expected.
    pub make: *mut Closure,
}

/// Links the caller with `other`.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn link(cx: *mut Context, other: Pid) {
    // SAFETY: the caller's promise.
    unsafe { tie(cx, other, Tie::Linked) }
}

/// The caller ends with the crash of `other`, as if they were linked; `other` is not told of the
/// caller's end. A link stays a link.
///
/// # Safety
/// As for [`link`].
pub unsafe fn follow(cx: *mut Context, other: Pid) {
    // SAFETY: the caller's promise.
    unsafe {
        let known = (*Actor::of(cx))
            .extras()
            .is_some_and(|extras| extras.ties.contains_key(&other));
        if !known {
            tie(cx, other, Tie::Follows);
        }
    }
}

unsafe fn tie(cx: *mut Context, other: Pid, tie: Tie) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        let me = (*cx).pid;
        if other == me || (*actor).extras_mut().ties.insert(other, tie) == Some(tie) {
            return;
        }
        let worker = (*actor).worker;
        let content = match tie {
            Tie::Linked => Content::Link,
            Tie::Follows | Tie::Followed => Content::Follow,
        };
        let signal = envelope::signal(worker, content, me, 0, &[]);
        if let Err(signal) = post::try_signal(other, signal) {
            envelope::free(worker, signal);
            answer_link(actor, other);
        }
    }
}

/// The one to be linked is gone: the caller gets its exit signal now.
unsafe fn answer_link(actor: *mut Actor, other: Pid) {
    // SAFETY: the actor is the caller's.
    unsafe {
        let worker = (*actor).worker;
        let kind = match slots::remembered_exit(other) {
            Some(kind @ (exit::NORMAL | exit::SHUTDOWN)) => kind,
            _ => exit::NO_ACTOR,
        };
        let text = if kind == exit::NO_ACTOR {
            NO_ACTOR
        } else {
            &[]
        };
        let signal = envelope::signal(worker, Content::LinkedExit, other, kind, text);
        post::signal(worker, (*actor).pid, signal);
    }
}

/// Removes a link.
///
/// # Safety
/// As for [`link`].
pub unsafe fn unlink(cx: *mut Context, other: Pid) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        if (*actor)
            .extras()
            .is_some_and(|extras| extras.ties.remove(&other).is_some())
        {
            let worker = (*actor).worker;
            post::signal(
                worker,
                other,
                envelope::signal(worker, Content::Unlink, (*cx).pid, 0, &[]),
            );
        }
    }
}

/// Asks for one event when `other` ends; the answer is the monitor's number.
///
/// # Safety
/// As for [`link`]; `make` is handed over.
pub unsafe fn monitor(cx: *mut Context, other: Pid, make: *mut Closure) -> i64 {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        let make = functions::kept_apart(cx, make);
        keep(actor, make);
        let extras = (*actor).extras_mut();
        extras.last_monitor += 1;
        let number = extras.last_monitor;
        extras.monitors.insert(
            number,
            Monitor {
                target: other,
                make,
            },
        );
        watch(actor, number, other);
        number
    }
}

/// The runtime takes, or gives back, a function of the actor's heap, which outlives guards.
unsafe fn keep(actor: *mut Actor, make: *mut Closure) {
    // SAFETY: the actor is the caller's; the function is alive, or null.
    unsafe {
        if !make.is_null() && (*make).header.rc != 0 {
            notes::keep_for_good(actor);
        }
    }
}

/// Tells `other` that the actor watches it under `number`.
///
/// # Safety
/// The actor runs on this thread.
pub unsafe fn watch(actor: *mut Actor, number: i64, other: Pid) {
    // SAFETY: the actor is the caller's.
    unsafe {
        let (worker, me) = ((*actor).worker, (*actor).pid);
        let signal = envelope::numbered(
            envelope::signal(worker, Content::Monitor, me, 0, &[]),
            number,
        );
        if let Err(signal) = post::try_signal(other, signal) {
            envelope::free(worker, signal);
            let down = envelope::numbered(
                envelope::signal(worker, Content::Down, other, exit::NO_ACTOR, NO_ACTOR),
                number,
            );
            post::signal(worker, me, down);
        }
    }
}

/// Withdraws a monitor; its event will not be seen any more.
///
/// # Safety
/// As for [`link`].
pub unsafe fn demonitor(cx: *mut Context, number: i64) {
    // SAFETY: the context is that of the caller's actor; the function is in its heap.
    unsafe {
        let actor = Actor::of(cx);
        let worker = (*actor).worker;
        let monitor = (*actor)
            .extras()
            .and_then(|extras| extras.monitors.remove(&number));
        match monitor {
            Some(Monitor { target, make }) => {
                keep(actor, make);
                memory::drop_closure(cx, make);
                let signal = envelope::numbered(
                    envelope::signal(worker, Content::Demonitor, (*cx).pid, 0, &[]),
                    number,
                );
                post::signal(worker, target, signal);
            }
            // It fired already: the event may still stand in the mailbox.
            None => mailbox::withdraw(actor, number),
        }
    }
}

/// From now on exit signals become events; a function given before is dropped.
///
/// # Safety
/// As for [`link`]; `make` is handed over.
pub unsafe fn trap_exits(cx: *mut Context, make: *mut Closure) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        let make = functions::kept_apart(cx, make);
        keep(actor, make);
        if let Some(old) = (*actor).extras_mut().trap.replace(make) {
            keep(actor, old);
            memory::drop_closure(cx, old);
        }
    }
}

/// Tells the links and monitors of an actor that it has ended.
///
/// # Safety
/// The actor has ended and is owned by this thread.
pub unsafe fn dissolve(actor: *mut Actor, reason: &Reason) {
    // SAFETY: the actor is the caller's.
    unsafe {
        let (worker, me) = ((*actor).worker, (*actor).pid);
        let ties = (*actor)
            .extras()
            .map(|extras| std::mem::take(&mut extras.ties));
        for (other, tie) in ties.unwrap_or_default() {
            let signal = match tie {
                Tie::Linked | Tie::Followed => {
                    envelope::signal(worker, Content::LinkedExit, me, reason.kind, &reason.text)
                }
                Tie::Follows => envelope::signal(worker, Content::Unlink, me, 0, &[]),
            };
            post::signal(worker, other, signal);
        }
        for (watcher, number) in std::mem::take(&mut (*actor).watchers).into_all() {
            post::signal(
                worker,
                watcher,
                envelope::numbered(
                    envelope::signal(worker, Content::Down, me, reason.kind, &reason.text),
                    number,
                ),
            );
        }
        let Some(extras) = (*actor).extras() else {
            return;
        };
        for (number, monitor) in std::mem::take(&mut extras.monitors) {
            post::signal(
                worker,
                monitor.target,
                envelope::numbered(
                    envelope::signal(worker, Content::Demonitor, me, 0, &[]),
                    number,
                ),
            );
        }
    }
}
