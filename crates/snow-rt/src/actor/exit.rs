//! How an actor ends, and what is given back.
//!
//! Whatever the reason, the end is the same: the stack is switched away from, the `terminate` block
//! runs in a turn of its own, then links and monitors is told, and memory, sockets, timers and
//! names go back. Nothing of it depends on what the actor was doing.

use std::io::Write;
use std::sync::atomic::Ordering;

use snow_abi::layout::{exit, Context};

use super::control::Actor;
use super::deliver::ActorRef;
use super::report::{self, Location};
use super::state::Phase;
use super::trace::Trace;
use super::{answers, guard, hibernate, inspect, links, mailbox, registry, signals, slots};
use crate::context::fiber::{self, Outcome};
use crate::counters;
use crate::mem::{block, heap, scratch, system};
use crate::sched::worker::{self, Worker};
use crate::sched::workers;
use crate::sched::{growth, timers};

/// Why an actor ends.
#[derive(Clone, Debug)]
pub struct Reason {
    /// One of `layout::exit`.
    pub kind: i64,
    /// The report of a crash, or what the actor that asked for the end gave.
    pub text: Box<[u8]>,
    /// A report of it has been printed.
    pub is_reported: bool,
}

impl Reason {
    /// A reason that nothing has been printed about.
    pub fn new(kind: i64, text: &[u8]) -> Self {
        Reason {
            kind,
            text: text.into(),
            is_reported: false,
        }
    }

    /// That of a crash whose report is out.
    pub fn reported(text: Box<[u8]>) -> Self {
        Reason {
            kind: exit::ERROR,
            text,
            is_reported: true,
        }
    }

    /// Of two reasons the one that counts: force before all, else the first.
    pub fn weightier(first: Option<Reason>, second: Reason) -> Reason {
        match first {
            Some(first) if second.kind != exit::KILLED => first,
            _ => second,
        }
    }
}

/// Ends the calling actor, or its innermost guard, with a report that names no place.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack; nothing on that stack needs to be
/// dropped.
pub unsafe fn crash(cx: *mut Context, text: &[u8]) -> ! {
    // SAFETY: the caller's promise.
    unsafe { crash_at(cx, text, None) }
}

/// Bytes that a report may take to find lines of the program.
const FOR_TRACES: usize = 32 << 20;

/// Ends the calling actor, or its innermost guard, because the system has no memory for so many
/// bytes.
///
/// # Safety
/// As for [`crash`].
#[cold]
pub unsafe fn out_of_memory(cx: *mut Context, bytes: usize) -> ! {
    system::note_shortage();
    let mut text = [0; 64];
    let mut rest = &mut text[..];
    // The longest number leaves room.
    let _ = write!(rest, "out of memory: {bytes} bytes");
    let used = 64 - rest.len();
    // SAFETY: the caller's promise.
    unsafe { crash(cx, &text[..used]) }
}

/// True when there is memory to find lines of the program.
pub fn can_trace() -> bool {
    system::can_spare(FOR_TRACES)
}

/// The lines of the program that lead here. Reading line tables takes memory, which must not be the
/// end of the program.
fn trace_here() -> Trace {
    if can_trace() {
        Trace::here()
    } else {
        Trace::EMPTY
    }
}

/// Bytes of a crash's text that are always kept: the runtime's reserve has room for its copies.
const ALWAYS_KEPT: usize = 64 << 10;
/// A report is put together from so many copies of the text.
const COPIES: usize = 8;

/// The text of a crash, or what of it the system has memory for.
fn affordable(text: &[u8]) -> &[u8] {
    if text.len() <= ALWAYS_KEPT || system::has(text.len().saturating_mul(COPIES)) {
        return text;
    }
    system::note_shortage();
    let is_inside = |byte: &u8| *byte & 0xC0 == 0x80;
    let cut = text[..=ALWAYS_KEPT]
        .iter()
        .rposition(|byte| !is_inside(byte));
    &text[..cut.unwrap_or(0)]
}

/// Ends the calling actor, or its innermost guard, with a report. Where memory is short, of a long
/// text its beginning counts.
///
/// # Safety
/// As for [`crash`].
pub unsafe fn crash_at(cx: *mut Context, text: &[u8], place: Option<Location>) -> ! {
    let text = affordable(text);
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        if (*actor).packing {
            hibernate::give_up(actor);
        }
        if !(*cx).guard.is_null() {
            if (*actor).reports_caught {
                drop(report::crash(actor, text, place, &trace_here()));
            } else {
                counters::add_here((*(*actor).worker).index, counters::CRASHES, 1);
            }
            (*actor).extras_mut().caught = text.into();
            guard::undo(cx, (*cx).guard);
            let raise = (*workers::get().program).raise;
            raise(cx);
        }
        let report = report::crash(actor, text, place, &trace_here());
        leave(cx, Reason::reported(report));
    }
}

/// Ends the calling actor where it stands.
///
/// # Safety
/// As for [`crash`].
pub unsafe fn leave(cx: *mut Context, reason: Reason) -> ! {
    // SAFETY: the context is that of the caller's actor; its worker never resumes a stack that was
    // left.
    unsafe {
        let actor = Actor::of(cx);
        if !(*actor).terminating {
            (*actor).extras_mut().reason = Some(reason);
        }
        fiber::suspend((*actor).fiber, Outcome::Left);
    }
    // Nothing may go on here: generated code holds that this call does not return.
    std::process::abort()
}

/// Ends an actor that is not on any stack now: through its `terminate` block if it has one, else at
/// once.
///
/// # Safety
/// Called on the worker's own stack; the actor is owned by it and stands in no queue.
pub unsafe fn end(worker: *mut Worker, actor: *mut Actor, reason: Reason) {
    // SAFETY: the caller's promise.
    unsafe {
        give_stack_back(worker, actor);
        timers::disarm(actor);
        timers::end_keep_alive(actor);
        if (*actor).terminating {
            // The block has ended, crashed, or was cut short by force: the first reason stays.
            let first = (*actor).extras_mut().reason.take();
            return finish(worker, actor, first.unwrap_or(reason));
        }
        let block =
            (*(*actor).info).terminate.is_some() && (*actor).begun && reason.kind != exit::KILLED;
        if !block {
            return finish(worker, actor, reason);
        }
        (*actor).terminating = true;
        (*actor).heap.ceiling = usize::MAX;
        (*actor).extras_mut().reason = Some(reason);
        (*actor).phase.enter(Phase::Ended);
        (*actor).phase.enter(Phase::Runnable);
        worker::enqueue(worker, actor);
    }
}

/// Ends an actor that is left when the program is over; no `terminate` block runs.
///
/// # Safety
/// No worker runs; `worker` is the actor's.
pub unsafe fn discard(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*actor).fiber.is_null() {
            counters::add_here((*worker).index, counters::STACKS, -1);
        }
        give_stack_back(worker, actor);
        timers::disarm(actor);
        timers::end_keep_alive(actor);
        // The slot may serve another program of this process: its actor must not seem parked before
        // its first turn.
        (*actor).slot.park.finish();
        finish(
            worker,
            actor,
            Reason::new(exit::SHUTDOWN, b"the program is over"),
        );
    }
}

unsafe fn give_stack_back(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the actor does not run; what is on its stack needs no dropping.
    unsafe {
        guard::abandon(actor);
        if !(*actor).fiber.is_null() {
            growth::give_back(actor);
        }
        let stack = std::mem::replace(&mut (*actor).fiber, std::ptr::null_mut());
        if !stack.is_null() {
            fiber::reset(stack);
            (*worker).fibers.give(stack);
        }
    }
}

/// Gives everything back.
///
/// # Safety
/// As for [`end`]; the actor has no stack any more.
pub unsafe fn finish(worker: *mut Worker, actor: *mut Actor, reason: Reason) {
    // SAFETY: the caller's promise. After the slot's generation has ended nothing else finds the
    // actor.
    unsafe {
        let (slot, pid) = ((*actor).slot, (*actor).pid);
        if (*actor).phase != Phase::Ended {
            (*actor).phase.enter(Phase::Ended);
        }
        let mut late = slot.inbox.close();
        slot.end_generation(reason.kind);
        // After the inbox is closed: an actor that gives this one a socket looks afterwards whether
        // it is still there.
        (workers::get().hooks.on_end)(ActorRef::of(actor));
        while !late.is_null() {
            let next = (*late).next;
            let meant = (*late).generation == slots::generation(pid);
            signals::answer_for_the_dead(actor, late, meant.then_some(&reason));
            late = next;
        }
        if slot.questions.has_any() {
            inspect::refuse(worker, slot);
        }
        if slot.bounds.has_waiting_senders() {
            super::backpressure::ended(slots::index(pid));
        }
        links::dissolve(actor, &reason);
        if slot.named.swap(false, Ordering::SeqCst) {
            registry::forget(pid);
        }
        mailbox::release(actor);
        answers::release(actor);
        scratch::release_all(actor);
        hibernate::release(actor);
        block::release_all(actor);
        heap::release(actor);
        if !(*actor).extras.is_null() {
            drop(Box::from_raw((*actor).extras));
        }
        counters::add_here((*worker).index, counters::ACTORS, -1);
        Actor::free(actor);
        system::refill();
        slots::SLOTS.give(&mut (*worker).slots, slots::index(pid));
        workers::get().actor_ended(pid, &reason);
    }
}
