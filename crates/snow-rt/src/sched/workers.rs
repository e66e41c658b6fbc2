//! What the workers of a running program share: each other's inboxes, which are parked, and how the
//! program is to end.
//!
//! A runtime stops once: when nothing can happen any more, when the main actor crashed, or when a
//! signal asks for it (see [`super::closing`] for the actors that finish first). Starting and
//! stopping are `boot`'s.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicPtr, AtomicU64, Ordering};

use snow_abi::layout::{exit, Program};

use super::closing::Closing;
use super::parked::Parked;
use super::signals;
use super::worker::{Shared, Worker};
use crate::actor::exit::Reason;
use crate::actor::report::{self, About};
use crate::actor::{trace, ActorRef, Pid};
use crate::counters;

/// What the floors above do for the scheduler and the actors; said once, at boot. None of it is
/// called for a message.
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// An actor ends: what it owned above goes back. Called on its worker, before its memory goes.
    pub on_end: fn(ActorRef),
    /// The address of the one connection that an actor owns.
    pub peer_of: fn(Pid) -> Option<String>,
    /// Prints what an actor did, unless there was too much of that kind.
    pub report: fn(About, &str, &mut dyn FnMut() -> String),
    /// Prints a line about the program.
    pub log: fn(&[u8]),
    /// A worker has nothing to do and is about to park.
    pub before_park: fn(),
}

/// One run of a program.
#[derive(Debug)]
pub struct Runtime {
    /// What workers know of each other.
    pub workers: Vec<&'static Shared>,
    /// A bit for each parked worker.
    pub parked: Parked,
    /// How often a worker was unparked.
    pub wake_epoch: AtomicU64,
    /// Actors that end in an order of their own when a signal asks for the end.
    pub closing: Closing,
    /// What the floors above do for the scheduler and the actors.
    pub hooks: Hooks,
    /// What generated code handed over.
    pub program: *const Program,
    /// Paths of the program's own sources.
    sources: Vec<&'static str>,
    main: AtomicI64,
    main_is_over: AtomicBool,
    status: AtomicI32,
}

/// `status` while the program runs.
const RUNNING: i32 = -1;
/// Exit status of a program whose main actor crashed.
pub const CRASHED: i32 = 1;

// SAFETY: the program's description is static and never written.
unsafe impl Sync for Runtime {}
// SAFETY: as above.
unsafe impl Send for Runtime {}

static RUNTIME: AtomicPtr<Runtime> = AtomicPtr::new(std::ptr::null_mut());

/// The runtime that runs.
///
/// # Panics
/// When there is none: nothing of an actor exists outside of one.
pub fn get() -> &'static Runtime {
    // Acquire: pairs with the Release in `publish`.
    let runtime = RUNTIME.load(Ordering::Acquire);
    // SAFETY: a runtime is never freed, so that a late waker of a helper thread finds one that has
    // stopped.
    unsafe { runtime.as_ref() }.expect("a runtime runs")
}

impl Runtime {
    /// A runtime over these workers, whose main actor is not yet known.
    ///
    /// # Safety
    /// `program` is a live description.
    pub unsafe fn new(
        workers: Vec<&'static Shared>,
        hooks: Hooks,
        program: *const Program,
    ) -> Runtime {
        Runtime {
            workers,
            parked: Parked::new(),
            wake_epoch: AtomicU64::new(0),
            closing: Closing::default(),
            hooks,
            program,
            // SAFETY: the caller's promise; the list is part of the description.
            sources: unsafe { trace::paths((*program).sources) },
            main: AtomicI64::new(0),
            main_is_over: AtomicBool::new(false),
            status: AtomicI32::new(RUNNING),
        }
    }

    /// Makes this the runtime that [`get`] answers.
    pub fn publish(&'static self) {
        counters::set_workers(self.workers.len());
        RUNTIME.store(std::ptr::from_ref(self).cast_mut(), Ordering::Release);
    }

    /// Says which actor the program ends with.
    pub fn set_main(&self, main: Pid) {
        self.main.store(main, Ordering::Relaxed);
    }

    /// The exit status of a program that is over.
    pub fn status(&self) -> i32 {
        self.status.load(Ordering::SeqCst)
    }

    /// Paths of the program's own sources, as in the compiler's messages; the library's are not
    /// among them.
    pub fn sources(&self) -> &[&'static str] {
        &self.sources
    }

    /// True when workers are to end.
    pub fn is_stopping(&self) -> bool {
        self.status.load(Ordering::Relaxed) != RUNNING
    }

    /// Ends the program; the first status counts.
    pub fn stop(&self, status: i32) {
        if self
            .status
            .compare_exchange(RUNNING, status, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
        {
            for index in 0..self.workers.len() {
                crate::io::notify(index);
            }
        }
    }

    /// An actor has ended.
    pub fn actor_ended(&self, pid: Pid, reason: &Reason) {
        if pid == self.main.load(Ordering::Relaxed) {
            self.main_is_over.store(true, Ordering::SeqCst);
            if reason.kind != exit::NORMAL && reason.kind != exit::SHUTDOWN {
                if !reason.is_reported {
                    (self.hooks.log)(report::end_of_main(reason).as_bytes());
                }
                self.stop(CRASHED);
            }
        }
        if self.closing.ended(pid) {
            self.stop(0);
        }
    }

    /// No actor can run, and none will be woken but by a delayed message. True when that ends the
    /// program.
    pub fn nothing_left(&self) -> bool {
        if self.closing.waits() && counters::read(counters::TIMERS) > 0 {
            // A child that does not stop in time is ended by a delayed message.
            return self.is_stopping();
        }
        if self.main_is_over.load(Ordering::SeqCst) {
            self.stop(0);
        } else if counters::read(counters::TIMERS) == 0 && !signals::are_awaited() {
            (self.hooks.log)(b"deadlock: main waits for a message that nobody can send\n");
            self.stop(CRASHED);
        }
        self.is_stopping()
    }

    /// Ends the program when the system has asked for it, after those that want to close in order
    /// have, and tells actors of the signals that they wait for.
    ///
    /// # Safety
    /// `worker` is this thread's.
    pub unsafe fn look_at_signals(&self, worker: *mut Worker) {
        // SAFETY: the caller's promise.
        if signals::is_asked_to_end() && unsafe { !self.closing.begin(worker) } {
            self.stop(0);
        }
        signals::look();
    }
}
