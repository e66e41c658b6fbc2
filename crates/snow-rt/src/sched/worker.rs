//! A worker and its loop.
//!
//! One operating system thread each. In a round it takes what others put into its inbox, fires what
//! is due, lets a number of actors have a turn, hands gathered output to the system, and asks for
//! events. With nothing to do it steals, and then parks.

use std::cell::Cell;
use std::collections::VecDeque;

use crossbeam_deque::{Stealer, Worker as Deque};

use super::fine_slices;
use super::idle;
use super::preempt::{self, Preempt};
use super::run_queue::{RunQueue, Runnable};
use super::timers;
use super::workers;
use crate::actor::control::{Actor, Fiber};
use crate::actor::delayed::{self, Delayed};
use crate::actor::envelope::EnvelopePool;
use crate::actor::hibernate;
use crate::actor::inbox::{Inbox, Pushed};
use crate::actor::slots::SLOTS;
use crate::actor::trace::Frames;
use crate::actor::turn;
use crate::context::fiber::FiberPool;
use crate::counters;
use crate::mem::owner::Pool;
use crate::timer::clock;
use crate::timer::wheel::Wheel;

/// Turns between two looks at the poller. Low enough that a socket waits for microseconds, high
/// enough that the system call is a small part of a turn; a time slice that ends makes the look
/// come sooner.
const TURNS: usize = 64;

/// What other threads may touch of a worker.
#[derive(Debug)]
pub struct Shared {
    /// Actors that others made runnable.
    pub inbox: Inbox<Actor>,
    /// Actors on offer.
    pub stealer: Stealer<Runnable>,
    /// Timers that others cancelled.
    pub cancelled: Inbox<Delayed>,
}

/// A worker. Only its own thread touches it.
#[derive(Debug)]
pub struct Worker {
    /// Its number.
    pub index: usize,
    /// What others may touch.
    pub shared: &'static Shared,
    /// For the signal handler.
    pub preempt: Preempt,
    /// True between setting its bit among the parked and taking it away.
    pub parked: bool,
    /// Runnable actors.
    queue: RunQueue,
    /// Deadlines.
    pub wheel: Wheel,
    /// Memory for its actors.
    pub memory: Pool,
    /// Freed messages.
    pub envelopes: EnvelopePool,
    /// Idle stacks.
    pub fibers: FiberPool<Actor>,
    /// The stack that serves the next actor without one.
    serving: *mut Fiber,
    /// Free slots of actors.
    pub slots: VecDeque<u32>,
    /// Free entries of delayed messages.
    pub timers: VecDeque<u32>,
    /// Actors that wait and have a heap.
    pub waiters: hibernate::WaitList,
    /// Bytes that an actor may hold unless told otherwise.
    pub actor_memory: usize,
    /// Where an actor that is resumed only to be looked at notes where it stands, else null.
    pub looks_into: *mut Frames,
}

thread_local! {
    static CURRENT: Cell<*mut Worker> = const { Cell::new(std::ptr::null_mut()) };
}

/// The worker of this thread, or null. Never inlined: an actor may be on another thread after each
/// suspension, and the address of a thread's variable must not be remembered across one.
#[inline(never)]
pub fn current() -> *mut Worker {
    CURRENT.get()
}

/// The reserve of memory was used for so many bytes: the actor in whose call that happened ends at
/// its next check.
pub fn blame(bytes: usize) {
    let worker = current();
    if !worker.is_null() {
        // SAFETY: the worker is this thread's.
        unsafe { (*worker).preempt.blame(bytes) };
    }
}

/// The part of a new worker that others know, and the end of its deque that only itself may use.
pub fn shared() -> (Shared, Deque<Runnable>) {
    let offered = Deque::new_fifo();
    let shared = Shared {
        inbox: Inbox::new(),
        stealer: offered.stealer(),
        cancelled: Inbox::new(),
    };
    (shared, offered)
}

impl Worker {
    /// A worker that has nothing yet.
    pub fn new(
        index: usize,
        shared: &'static Shared,
        offered: Deque<Runnable>,
        actor_memory: usize,
    ) -> Box<Worker> {
        Box::new(Worker {
            index,
            shared,
            preempt: Preempt::new(),
            parked: false,
            queue: RunQueue::new(offered),
            wheel: Wheel::new(clock::now_ms()),
            memory: Pool::new(index),
            envelopes: EnvelopePool::new(),
            fibers: FiberPool::new(),
            serving: std::ptr::null_mut(),
            slots: VecDeque::new(),
            timers: VecDeque::new(),
            waiters: hibernate::WaitList::new(),
            actor_memory,
            looks_into: std::ptr::null_mut(),
        })
    }

    /// Puts an actor of this worker behind those that have not used up their time.
    ///
    /// # Safety
    /// The caller owns the actor and is on the worker's own stack.
    pub unsafe fn enqueue_spent(&mut self, actor: *mut Actor) {
        // SAFETY: the caller's promise.
        unsafe { self.queue.push_spent(actor) };
    }

    /// A stack for an actor that has none, or null.
    pub fn take_fiber(&mut self) -> *mut Fiber {
        let serving = std::mem::replace(&mut self.serving, std::ptr::null_mut());
        if serving.is_null() {
            self.fibers.take()
        } else {
            serving
        }
    }

    /// Takes back a stack whose actor has returned from its body.
    ///
    /// # Safety
    /// The fiber stands in its own loop, and the caller owns it.
    pub unsafe fn give_fiber(&mut self, fiber: *mut Fiber) {
        if self.serving.is_null() {
            self.serving = fiber;
        } else {
            // SAFETY: the caller's promise.
            unsafe { self.fibers.give(fiber) };
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.serving.is_null() {
            // SAFETY: the fiber stands in its own loop and is ours.
            unsafe { self.fibers.give(self.serving) };
        }
        SLOTS.give_all(&mut self.slots);
        delayed::give_back(&mut self.timers);
    }
}

/// Puts an actor into the queue of this thread's worker.
///
/// # Safety
/// `worker` is the one of this thread; the caller owns the actor.
pub unsafe fn enqueue(worker: *mut Worker, actor: *mut Actor) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*worker).parked {
            idle::unpark(worker);
        }
        (*worker).queue.push(actor);
    }
}

/// Puts an actor into the queue of worker `home`, from any thread.
///
/// # Safety
/// The caller has the right to schedule the actor.
pub unsafe fn enqueue_on(home: usize, actor: *mut Actor) {
    let here = current();
    // SAFETY: the caller's promise.
    unsafe {
        if !here.is_null() && (*here).index == home {
            return enqueue(here, actor);
        }
        let runtime = workers::get();
        // Waking a worker costs a system call and its latency. An actor that may move comes here
        // instead, which also brings two that talk to each other together; if that makes this
        // worker busy, it will offer some.
        if !here.is_null() && (*actor).pins == 0 && idle::is_parked(runtime, home) {
            return enqueue(here, actor);
        }
        // The owner takes all at once, so only the first one has to make sure that it comes.
        if runtime.workers[home].inbox.push(actor) == Pushed::First {
            idle::wake(runtime, home);
        }
    }
}

/// Runs a worker on this thread until the runtime stops.
///
/// # Safety
/// The worker is used by no other thread, and stays where it is.
pub unsafe fn run(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        let runtime = workers::get();
        while !runtime.is_stopping() {
            if (*worker).index == 0 {
                runtime.look_at_signals(worker);
            }
            take_inbox(worker);
            delayed::clear_cancelled(worker);
            timers::fire_due(worker);
            run_some(worker);
            crate::io::end_of_turn();
            if (*worker).queue.len() > 1 && runtime.parked.has_any() && (*worker).queue.offer() {
                idle::wake_any(runtime);
            }
            if !(*worker).queue.is_empty() || crate::io::has_unsent() {
                crate::io::poll();
            } else if steal(worker) {
                continue;
            } else if hibernate::look(worker) {
                crate::io::poll();
            } else {
                idle::park(worker);
            }
        }
        crate::io::end_of_last_turn();
    }
}

unsafe fn take_inbox(worker: *mut Worker) {
    // SAFETY: the list is handed to us whole; the link is read before the actor is queued anew.
    unsafe {
        let mut actor = (*worker).shared.inbox.take();
        while !actor.is_null() {
            let next = (*actor).next;
            (*worker).queue.push(actor);
            actor = next;
        }
    }
}

unsafe fn run_some(worker: *mut Worker) {
    for _ in 0..TURNS {
        // SAFETY: what comes from the queue is ours.
        unsafe {
            let actor = (*worker).queue.pop();
            if actor.is_null() {
                return;
            }
            turn::run(worker, actor);
            crate::io::end_of_actor_turn();
            if (*worker).preempt.take_tick() {
                (*worker).queue.end_slice();
                fine_slices::note_tick(worker);
                return;
            }
            // What came for others meanwhile goes before another slice.
            if (*worker).queue.has_only_spent() {
                return;
            }
        }
    }
}

unsafe fn steal(worker: *mut Worker) -> bool {
    let runtime = workers::get();
    // SAFETY: the worker is this thread's.
    unsafe {
        let count = runtime.workers.len();
        let others = (1..count).map(|step| ((*worker).index + step) % count);
        for other in others {
            if let Some(actor) = (*worker).queue.steal(&runtime.workers[other].stealer) {
                (*worker).queue.push(actor);
                return true;
            }
        }
        false
    }
}

/// Makes a worker the one of this thread, or none.
///
/// # Safety
/// `worker` is null, or alive while it is this thread's.
pub unsafe fn set_current(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    counters::set_row(unsafe { worker.as_ref() }.map(|worker| worker.index));
    CURRENT.set(worker);
}

/// Starts what belongs to a worker's thread.
///
/// # Safety
/// Called on that thread; the worker stays where it is until [`leave`].
pub unsafe fn enter(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        set_current(worker);
        crate::io::worker_start((*worker).index);
        preempt::start(worker);
    }
}

/// Ends what belongs to a worker's thread.
///
/// # Safety
/// As for [`enter`], after the loop.
pub unsafe fn leave(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        preempt::stop(worker);
        set_current(std::ptr::null_mut());
    }
}
