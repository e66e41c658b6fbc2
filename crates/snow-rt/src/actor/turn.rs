//! One turn of an actor: what its fiber does, and what the worker does around it.

use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::Ordering;

use snow_abi::layout::{exit, turn, Reader};

use super::control::Actor;
use super::envelope::{self, Envelope};
use super::exit::{end, Reason};
use super::state::Phase;
use super::trace::Trace;
use super::{hibernate, inspect, mailbox, report};
use crate::context::fiber::{self, Outcome};
use crate::counters;
use crate::sched::worker::{self, Worker};
use crate::sched::{fine_slices, growth, timers};
use crate::timer::wheel::Kind;

/// The part on the fiber: begins the actor's body or takes it up where its frame says.
///
/// # Safety
/// Called by a fiber with the actor that its worker handed over.
pub unsafe fn body(actor: *mut Actor) -> Outcome {
    // SAFETY: the actor is ours for the turn. Its worker may change while it is suspended inside,
    // so it is not kept.
    let result = catch_unwind(AssertUnwindSafe(|| unsafe {
        let (cx, info, frame) = ((*actor).context(), &*(*actor).info, (*actor).frame());
        if !(*actor).packed.is_null() {
            hibernate::wake(actor);
        }
        if (*actor).terminating {
            if let Some(terminate) = info.terminate {
                terminate(cx, frame);
            }
            return turn::DONE;
        }
        if !(*actor).begun {
            begin(actor, frame);
        }
        let outcome = (info.run)(cx, frame);
        if outcome == turn::WAITING && hibernate::is_due(actor) {
            hibernate::pack(actor);
        }
        outcome
    }));
    match result {
        Ok(turn::WAITING) => Outcome::Waiting,
        Ok(_) => Outcome::Done,
        Err(panic) => {
            // SAFETY: the turn is over, the actor still ours.
            unsafe {
                let text =
                    report::crash(actor, panic_text(&*panic).as_bytes(), None, &Trace::EMPTY);
                let extras = (*actor).extras_mut();
                extras.reason = Some(Reason::weightier(
                    extras.reason.take(),
                    Reason::reported(text),
                ));
            }
            Outcome::Left
        }
    }
}

unsafe fn begin(actor: *mut Actor, frame: *mut c_void) {
    // SAFETY: the actor is the caller's; the arguments are read before they are freed.
    unsafe {
        let arguments = (*actor).arguments;
        if !arguments.is_null() {
            let packed = Envelope::bytes(arguments).as_ptr_range();
            let mut reader = Reader {
                at: packed.start,
                end: packed.end,
            };
            ((*(*actor).info).init)((*actor).context(), frame, &mut reader);
            (*actor).arguments = std::ptr::null_mut();
            envelope::free((*actor).worker, arguments);
        }
        (*actor).begun = true;
    }
}

/// What a Rust panic says.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic")
}

/// The part on the worker: lets the actor run, and puts it where its outcome says.
///
/// # Safety
/// Called on the worker's own stack with an actor just taken from a queue.
pub unsafe fn run(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: what is taken from a queue is owned by the code that took it.
    unsafe {
        let slot = (*actor).slot;
        Actor::set_worker(actor, worker);
        slot.home.store((*worker).index as u16, Ordering::Relaxed);
        if slot.questions.has_any() {
            inspect::answer(worker, actor);
            if inspect::waits_on(actor) {
                return rest(worker, actor);
            }
        }
        // One that hibernates obeys signals when it is awake: they may touch its heap.
        if (*actor).packed.is_null() && slot.park.take_signal() {
            if let Some(reason) = mailbox::collect(actor) {
                count_stack(worker, actor, -1);
                return end(worker, actor, reason);
            }
        }
        if (*actor).phase == Phase::Parked
            && !slot.park.is_woken()
            && (*actor).timer.kind != Kind::LookDue
        {
            // Only a signal had come. It was obeyed, and the suspension goes on.
            if slot.park.suspend() {
                inspect::after_rest(slot);
            } else {
                worker::enqueue(worker, actor);
            }
            return;
        }
        if (*actor).phase == Phase::Waiting {
            timers::end_keep_alive(actor);
        }
        (*actor).phase.enter(Phase::Running);
        slot.count_turn();
        if !(*actor).is_awake() && !Actor::make_context(actor) {
            return end_without_memory(worker, actor, b"out of memory: no context for a turn");
        }
        if (*actor).fiber.is_null() {
            (*actor).fiber = (*worker).take_fiber();
            if (*actor).fiber.is_null() {
                return end_without_memory(
                    worker,
                    actor,
                    b"out of memory: no stack of 1048576 bytes",
                );
            }
        } else {
            count_stack(worker, actor, -1);
        }
        (*(*actor).context()).limit = (*(*actor).fiber).limit();
        (*worker).preempt.watch((*actor).context());
        let outcome = fiber::resume((*actor).fiber, actor);
        (*worker).preempt.watch(std::ptr::null_mut());
        (*worker).preempt.forget_blame();
        put_down(worker, actor, outcome);
    }
}

/// Ends an actor that cannot have a turn, with a report.
#[cold]
unsafe fn end_without_memory(worker: *mut Worker, actor: *mut Actor, text: &[u8]) {
    // SAFETY: the caller's promise, which is that of `run`.
    unsafe {
        let text = report::crash(actor, text, None, &Trace::EMPTY);
        end(worker, actor, Reason::reported(text));
    }
}

unsafe fn count_stack(worker: *mut Worker, actor: *mut Actor, amount: i64) {
    // SAFETY: both are the caller's.
    unsafe {
        if !(*actor).fiber.is_null() {
            counters::add_here((*worker).index, counters::STACKS, amount);
        }
    }
}

/// After the last line of each arm the actor may belong to another worker already.
unsafe fn put_down(worker: *mut Worker, actor: *mut Actor, outcome: Outcome) {
    // SAFETY: the actor has just left its fiber and is still ours.
    unsafe {
        match outcome {
            Outcome::Done => {
                growth::give_back(actor);
                (*worker).give_fiber(std::mem::replace(&mut (*actor).fiber, std::ptr::null_mut()));
                end(worker, actor, Reason::new(exit::NORMAL, &[]));
            }
            Outcome::Left => {
                let reason = if (*actor).terminating {
                    None
                } else {
                    (*actor).extras_mut().reason.take()
                };
                end(
                    worker,
                    actor,
                    reason.unwrap_or_else(|| Reason::new(exit::ERROR, b"crash")),
                );
            }
            Outcome::Waiting => {
                growth::give_back(actor);
                (*worker).give_fiber(std::mem::replace(&mut (*actor).fiber, std::ptr::null_mut()));
                if !(*actor).packed.is_null() {
                    Actor::free_context(actor);
                }
                hibernate::begin_wait(worker, actor);
                wait(worker, actor);
            }
            Outcome::StillAwake => {
                growth::give_back(actor);
                let fiber = std::mem::replace(&mut (*actor).fiber, std::ptr::null_mut());
                fiber::reset(fiber);
                (*worker).give_fiber(fiber);
                hibernate::stay_awake(actor);
                wait(worker, actor);
            }
            Outcome::WaitingDeep => {
                count_stack(worker, actor, 1);
                wait(worker, actor);
            }
            Outcome::Parked => {
                count_stack(worker, actor, 1);
                (*actor).phase.enter(Phase::Parked);
                let slot = (*actor).slot;
                if slot.park.suspend() {
                    inspect::after_rest(slot);
                } else {
                    // Another worker's, if it moves there.
                    worker::enqueue_on(usize::from(slot.home.load(Ordering::Relaxed)), actor);
                }
            }
            Outcome::GaveWay => {
                count_stack(worker, actor, 1);
                (*actor).phase.enter(Phase::Runnable);
                worker::enqueue(worker, actor);
            }
            Outcome::Spent => {
                count_stack(worker, actor, 1);
                (*actor).phase.enter(Phase::Runnable);
                fine_slices::note_spent(worker, actor);
                (*worker).enqueue_spent(actor);
            }
        }
    }
}

unsafe fn wait(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the actor is ours until it is marked as waiting.
    unsafe {
        (*actor).phase.enter(Phase::Waiting);
        if (*actor).timer.armed {
            timers::keep_alive(actor);
        }
        rest(worker, actor);
    }
}

unsafe fn rest(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the actor is ours until it is marked as waiting.
    unsafe {
        let slot = (*actor).slot;
        if slot.inbox.begin_wait() {
            inspect::after_rest(slot);
        } else {
            worker::enqueue(worker, actor);
        }
    }
}
