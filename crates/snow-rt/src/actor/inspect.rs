//! Looking at an actor from outside: what it does, what waits for it, how much memory it has, and
//! where in the program it stands.
//!
//! Only the owner of an actor may look into it. So whoever wants to know leaves a *question* at the
//! actor's slot, and schedules the actor if it rests; whoever takes it from a queue answers before
//! the turn, and puts one that has nothing else to do back without a turn. An actor that runs is
//! asked when it gives way, at the latest at the end of its time slice. So an answer is true of one
//! moment, nothing is locked, a hibernating actor goes on hibernating, and messages cost nothing: a
//! turn costs a look at the slot's list of questions, and a counter.

use std::ffi::{c_char, CStr};
use std::sync::atomic::{AtomicPtr, Ordering};

use snow_abi::layout::{activity, awaited, Context, Place};

use super::control::{Actor, NO_DEADLINE};
use super::envelope::{self, Content, Envelope};
use super::exit::out_of_memory;
use super::slots::{self, Pid, Slot};
use super::state::Phase;
use super::trace::{Frames, Site};
use super::{answers, hibernate, post};
use crate::context::fiber;
use crate::sched::worker::Worker;
use crate::timer::wheel::Kind;

/// Messages that are counted at most, so that a look takes no longer for a longer mailbox.
pub const MOST_COUNTED: usize = 10_000;

/// What the answer says of whether there is one.
const FOUND: i64 = 0;
const ENDED: i64 = 1;

/// A question about the actor `about`; the answer goes to the place `number` of `asker`.
#[derive(Debug)]
pub struct Question {
    next: *mut Question,
    about: Pid,
    asker: Pid,
    number: i64,
}

/// The questions at a slot.
#[derive(Debug)]
pub struct Questions(AtomicPtr<Question>);

/// What an actor was at one moment.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// One of `layout::activity`.
    pub activity: i64,
    /// Messages that wait for it, at most [`MOST_COUNTED`].
    pub messages: i64,
    /// Bytes of its heap with the blocks that it holds, or of what it has packed.
    pub memory: i64,
    /// Turns that it has had.
    pub turns: i64,
    /// What it waits for: one of `layout::awaited`.
    pub awaited: i64,
    name: *const c_char,
    /// The `receive` of its body that it stands in, or null. It is static.
    receive: *const Place,
    /// Where it stands else.
    pub frames: Frames,
}

impl Questions {
    /// None.
    pub fn new() -> Self {
        Questions(AtomicPtr::new(std::ptr::null_mut()))
    }

    /// True when there are any.
    #[inline]
    pub fn has_any(&self) -> bool {
        // SeqCst: an asker leaves its question and looks whether the actor rests; the actor begins
        // to rest and looks for questions. One of them sees the other.
        !self.0.load(Ordering::SeqCst).is_null()
    }

    fn push(&self, question: Box<Question>) {
        let question = Box::into_raw(question);
        let link = |first| {
            // SAFETY: the question is ours until the exchange succeeds.
            unsafe { (*question).next = first };
            Some(question)
        };
        let _ = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, link);
    }

    /// Takes all of them.
    fn take(&self) -> impl Iterator<Item = Box<Question>> {
        let mut next = self.0.swap(std::ptr::null_mut(), Ordering::SeqCst);
        std::iter::from_fn(move || {
            if next.is_null() {
                return None;
            }
            // SAFETY: the exchange made all of them ours; each was a box.
            let question = unsafe { Box::from_raw(next) };
            next = question.next;
            Some(question)
        })
    }
}

impl Found {
    /// The name of the actor in its source.
    pub fn name(&self) -> &'static [u8] {
        if self.name.is_null() {
            return b"actor";
        }
        // SAFETY: names are static, NUL-terminated text of generated code.
        unsafe { CStr::from_ptr(self.name) }.to_bytes()
    }

    /// File and line of the `receive` of its body that it stands in.
    pub fn receive(&self) -> Option<Site> {
        // SAFETY: null, or one of the places of generated code, which are static, as their
        // NUL-terminated paths are.
        unsafe {
            let place = self.receive.as_ref()?;
            Some(Site {
                file: CStr::from_ptr(place.file).to_str().ok()?,
                line: u32::try_from(place.line).ok()?,
            })
        }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: a value without padding, since all of it is words.
        unsafe { std::slice::from_raw_parts((&raw const *self).cast(), size_of::<Found>()) }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Found> {
        // SAFETY: so many bytes are those that `bytes` gave.
        (bytes.len() == size_of::<Found>())
            .then(|| unsafe { bytes.as_ptr().cast::<Found>().read_unaligned() })
    }
}

/// Asks about an actor; the answer is the number of the place that it comes to, 0 when the actor
/// has ended.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn ask(cx: *mut Context, about: Pid) -> i64 {
    let Some(slot) = slots::find(about).filter(|slot| !slot.inbox.is_closed()) else {
        return 0;
    };
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let (asker, number) = ((*cx).pid, answers::open(cx));
        slot.questions.push(Box::new(Question {
            next: std::ptr::null_mut(),
            about,
            asker,
            number,
        }));
        if slots::is_alive(about) {
            rouse(slot);
        } else {
            // It ended meanwhile, and may not have seen the question.
            refuse((*Actor::of(cx)).worker, slot);
        }
        number
    }
}

/// Waits for the answer; `None` when the actor has ended, and when the deadline, in monotonic
/// milliseconds, passes first. The place is given up in any case.
///
/// # Safety
/// As for [`ask`], on the actor's own stack; `number` is what that answered.
pub unsafe fn wait(cx: *mut Context, number: i64, deadline: Option<i64>) -> Option<Found> {
    let read = |answer: *mut Envelope| {
        // SAFETY: the answer is alive while it is read.
        unsafe {
            (
                (*answer).message.event_kind,
                Found::from_bytes(Envelope::bytes(answer)),
            )
        }
    };
    // SAFETY: passed on.
    unsafe {
        match answers::wait(cx, number, deadline, read) {
            Some((FOUND, None)) => out_of_memory(cx, size_of::<Found>()),
            Some((_, found)) => found,
            None => {
                answers::give_up(Actor::of(cx), number);
                None
            }
        }
    }
}

/// Schedules the actor of a slot if it rests.
///
/// # Safety
/// Any thread may call.
unsafe fn rouse(slot: &Slot) {
    if slot.inbox.end_wait() || slot.park.interrupt() {
        // SAFETY: the answer gave us the right to schedule.
        unsafe { post::schedule(slot) };
    }
}

/// The actor of the slot has begun to rest, and belongs to whoever rouses it: an asker that came
/// shortly before has not seen that.
///
/// # Safety
/// Called by the thread that let it rest.
#[inline]
pub unsafe fn after_rest(slot: &Slot) {
    if slot.questions.has_any() {
        // SAFETY: passed on.
        unsafe { rouse(slot) };
    }
}

/// Answers what was asked about an actor.
///
/// # Safety
/// Called on the own stack of the worker that owns the actor, before a turn.
#[cold]
pub unsafe fn answer(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: both are the caller's.
    unsafe {
        let mut seen = None;
        for question in (*actor).slot.questions.take() {
            if question.about != (*actor).pid {
                reply(worker, &question, ENDED, &[]);
                continue;
            }
            let mut found = *seen.get_or_insert_with(|| look(worker, actor));
            if question.asker == question.about {
                found.activity = activity::RUNNING;
                found.awaited = awaited::NOTHING;
            }
            reply(worker, &question, FOUND, found.bytes());
        }
    }
}

/// True when an actor that was answered for has nothing else to do but to wait on.
///
/// # Safety
/// As for [`answer`].
pub unsafe fn waits_on(actor: *mut Actor) -> bool {
    // SAFETY: the actor is the caller's.
    unsafe {
        let timer = &(*actor).timer;
        let is_due = timer.kind == Kind::LookDue
            || ((*actor).receive_deadline != NO_DEADLINE && !timer.armed);
        (*actor).phase == Phase::Waiting
            && (*actor).slot.inbox.is_empty()
            && !(*actor).hibernation_due
            && !is_due
    }
}

/// Answers questions about actors of a slot that have ended.
///
/// # Safety
/// `worker` is the one of this thread.
pub unsafe fn refuse(worker: *mut Worker, slot: &Slot) {
    for question in slot.questions.take() {
        if slots::is_alive(question.about) {
            slot.questions.push(question);
            // SAFETY: passed on.
            unsafe { rouse(slot) };
        } else {
            // SAFETY: passed on.
            unsafe { reply(worker, &question, ENDED, &[]) };
        }
    }
}

unsafe fn reply(worker: *mut Worker, question: &Question, kind: i64, found: &[u8]) {
    // SAFETY: the signal is fresh.
    unsafe {
        let signal = envelope::signal(worker, Content::Answer, question.about, kind, found);
        let signal = envelope::numbered(signal, question.number);
        post::signal(worker, question.asker, signal);
    }
}

unsafe fn look(worker: *mut Worker, actor: *mut Actor) -> Found {
    // SAFETY: the actor is the caller's, and rests.
    unsafe {
        let activity = activity_of(actor);
        let receive = receive_of(actor);
        let frames = if receive.is_null() {
            frames(worker, actor)
        } else {
            Frames::EMPTY
        };
        Found {
            activity,
            messages: count_messages(actor) as i64,
            memory: ((*actor).heap.charged + hibernate::packed_bytes(actor)) as i64,
            turns: (*actor).slot.turns.load(Ordering::Relaxed) as i64,
            awaited: match activity {
                activity::WAITING => awaited::MESSAGE,
                activity::SUSPENDED => i64::from((*actor).awaited as u8),
                _ => awaited::NOTHING,
            },
            name: (*(*actor).info).name,
            receive,
            frames,
        }
    }
}

unsafe fn activity_of(actor: *mut Actor) -> i64 {
    // SAFETY: the actor is the caller's.
    unsafe {
        if (*actor).terminating {
            return activity::ENDING;
        }
        match (*actor).phase {
            Phase::Waiting if waits_on(actor) => activity::WAITING,
            Phase::Parked if !(*actor).slot.park.is_woken() => activity::SUSPENDED,
            Phase::Ended => activity::ENDING,
            Phase::New | Phase::Running | Phase::Runnable | Phase::Waiting | Phase::Parked => {
                activity::RUNNING
            }
        }
    }
}

/// Messages in the actor's own list and in its inbox.
unsafe fn count_messages(actor: *mut Actor) -> usize {
    // SAFETY: both lists are the owner's: others only put nodes in front of the inbox's.
    unsafe {
        let in_list = |first: *mut Envelope| {
            std::iter::successors((!first.is_null()).then_some(first), |envelope| {
                let next = (**envelope).next;
                (!next.is_null()).then_some(next)
            })
        };
        let generation = slots::generation((*actor).pid);
        let come = in_list((*actor).slot.inbox.newest())
            .take(MOST_COUNTED)
            .filter(|envelope| {
                (**envelope).generation == generation && post::is_message((**envelope).content)
            });
        in_list((*actor).first)
            .chain(come)
            .take(MOST_COUNTED)
            .count()
    }
}

/// The `receive` of its own body that an actor stands in, or null. One that waits there has no
/// stack; the number in its frame, which it has packed when it hibernates, leads to the place.
unsafe fn receive_of(actor: *mut Actor) -> *const Place {
    // SAFETY: the actor is the caller's. Where there are places, frame and packed values begin with
    // a number of one, or 0.
    unsafe {
        let places = (*(*actor).info).receives;
        let is_there = (*actor).phase == Phase::Waiting && (*actor).fiber.is_null();
        if places.is_null() || !is_there {
            return std::ptr::null();
        }
        let number = if (*actor).is_awake() {
            *(*actor).frame().cast::<i64>()
        } else {
            hibernate::first_number(actor)
        };
        match usize::try_from(number - 1) {
            Ok(at) => places.add(at),
            Err(_) => std::ptr::null(),
        }
    }
}

/// Where an actor that rests stands. One that keeps a stack goes on for a moment, to look at it.
unsafe fn frames(worker: *mut Worker, actor: *mut Actor) -> Frames {
    let mut frames = Frames::EMPTY;
    // SAFETY: the actor is the caller's, and so is its stack, which goes back to where it stood.
    unsafe {
        if (*actor).fiber.is_null() {
            frames.push((*(*actor).info).run as usize);
        } else {
            (*worker).looks_into = &raw mut frames;
            (*worker).preempt.watch((*actor).context());
            fiber::resume((*actor).fiber, actor);
            (*worker).preempt.watch(std::ptr::null_mut());
            (*worker).looks_into = std::ptr::null_mut();
        }
    }
    frames
}

/// Notes where the calling actor stands, if its worker has taken it up to know that.
///
/// # Safety
/// The actor runs on this thread, on its own stack.
#[inline]
pub unsafe fn is_looked_at(actor: *mut Actor) -> bool {
    // SAFETY: the actor is the caller's, and its worker is this thread's.
    unsafe {
        let frames = (*(*actor).worker).looks_into;
        if frames.is_null() {
            return false;
        }
        (*frames).fill();
        true
    }
}
