//! Boot and shutdown. The inventory of threads:
//!
//! - worker 0 is the thread that called `snow_start`, the process's main thread;
//! - workers 1 and up are made by [`run`] and joined by it;
//! - helper threads for name resolution, standard input and output belong to `net` and `system`;
//!   they are not joined, and hold nothing of an actor but a [`crate::sched::park::Waker`].
//!
//! A runtime stops once: when nothing can happen any more, when the main actor crashed, or when a
//! signal asks for it (see [`crate::closing`] for who may finish first). Workers end after the turn
//! they are in. Actors that are left are discarded without a word.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicPtr, AtomicU64, Ordering};

use snow_abi::layout::{exit, Program};

use crate::actor::exit::Reason;
use crate::actor::{exit as ending, slots, spawn, Pid};
use crate::closing::Closing;
use crate::config::Config;
use crate::sched::counters;
use crate::sched::resting::Resting;
use crate::sched::worker::{self, Shared, Worker};
use crate::system::{output, signals};
use crate::text::escape::escaped;
use crate::timer::delayed;
use crate::trace;

/// One run of a program.
#[derive(Debug)]
pub struct Runtime {
    /// What workers know of each other.
    pub workers: Vec<&'static Shared>,
    /// A bit for each worker that rests.
    pub resting: Resting,
    /// How often a worker ended its rest.
    pub risings: AtomicU64,
    /// Actors that end in an order of their own when a signal asks for the end.
    pub closing: Closing,
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
const CRASHED: i32 = 1;

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
    // Acquire: pairs with the Release in `run`.
    let runtime = RUNTIME.load(Ordering::Acquire);
    // SAFETY: a runtime is never freed, so that a late waker of a helper thread finds one that has
    // stopped.
    unsafe { runtime.as_ref() }.expect("a runtime runs")
}

/// What becomes of actors that are left when the program is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leftovers {
    /// Freed one by one.
    Freed,
    /// Left to the system, which frees a process at once.
    Forgotten,
}

/// Runs a program to its end, gives everything back that it had, and answers its exit status.
///
/// # Safety
/// `program` is a live description. One runtime runs at a time.
pub unsafe fn run(config: &Config, program: *const Program) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { run_until(config, program, Leftovers::Freed) }
}

/// Runs a program to its end and answers its exit status. The process is to end with it.
///
/// # Safety
/// `program` is a live description, and this is the one runtime of the process.
pub unsafe fn run_process(config: &Config, program: *const Program) -> i32 {
    crate::mem::large::bound_allocator();
    crate::mem::system::refill();
    let leftovers = if cfg!(feature = "sanitizer") {
        Leftovers::Freed
    } else {
        Leftovers::Forgotten
    };
    // SAFETY: the caller's promise.
    unsafe { run_until(config, program, leftovers) }
}

unsafe fn run_until(config: &Config, program: *const Program, leftovers: Leftovers) -> i32 {
    let (workers, offered): (Vec<_>, Vec<_>) =
        (0..config.workers).map(|_| worker::shared()).unzip();
    let workers: Vec<&'static Shared> = workers
        .into_iter()
        .map(|shared| &*Box::leak(Box::new(shared)))
        .collect();
    let runtime: &'static Runtime = Box::leak(Box::new(Runtime {
        workers,
        resting: Resting::new(),
        risings: AtomicU64::new(0),
        closing: Closing::default(),
        program,
        // SAFETY: the caller's promise; the list is part of the description.
        sources: unsafe { trace::paths((*program).sources) },
        main: AtomicI64::new(0),
        main_is_over: AtomicBool::new(false),
        status: AtomicI32::new(RUNNING),
    }));
    RUNTIME.store(std::ptr::from_ref(runtime).cast_mut(), Ordering::Release);
    report_own_panics();
    let memory = config.actor_memory;
    let mut made = offered.into_iter().enumerate().map(|(index, offered)| {
        Handle(Box::into_raw(Worker::new(
            index,
            runtime.workers[index],
            offered,
            memory,
        )))
    });
    let Some(Handle(first)) = made.next() else {
        return CRASHED;
    };
    let others: Vec<_> = made
        .map(|other| {
            let name = "snow-worker".to_string();
            let thread = std::thread::Builder::new().name(name).spawn(move || {
                let worker = other;
                // SAFETY: this thread alone uses the worker until it hands it back.
                unsafe { run_worker(worker.0) };
                worker
            });
            thread.expect("the system gives each worker a thread")
        })
        .collect();
    // SAFETY: this thread alone uses the first worker; the others are used again only after their
    // threads have ended.
    unsafe {
        worker::enter(first);
        let main = spawn::spawn(first, false, (*program).main, std::ptr::null_mut());
        runtime.main.store(main, Ordering::Relaxed);
        worker::run(first);
        let others: Vec<Handle> = others
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect();
        if leftovers == Leftovers::Freed {
            discard_actors(first, &others);
            worker::leave(first);
            drop(Box::from_raw(first));
        }
    }
    output::finish(signals::is_asked_to_end);
    runtime.status.load(Ordering::SeqCst)
}

struct Handle(*mut Worker);

// SAFETY: handed from thread to thread, used by one at a time.
unsafe impl Send for Handle {}

unsafe fn run_worker(worker: *mut Worker) {
    // SAFETY: the caller's promise.
    unsafe {
        worker::enter(worker);
        worker::run(worker);
        worker::leave(worker);
    }
}

/// Ends what is left, so that a test can see that nothing is lost. Each actor is ended as if on its
/// own worker.
unsafe fn discard_actors(first: *mut Worker, others: &[Handle]) {
    // SAFETY: no other thread runs, so all workers and actors are this thread's.
    unsafe {
        for index in 0..slots::SLOTS.made() {
            let Some(slot) = slots::SLOTS.get(index) else {
                continue;
            };
            if !slot.inlet.is_closed() {
                let actor = slot.actor.load(Ordering::Relaxed);
                let home = usize::from(slot.home.load(Ordering::Relaxed));
                let worker = others
                    .iter()
                    .map(|other| other.0)
                    .find(|other| (**other).index == home)
                    .unwrap_or(first);
                (*actor).worker = worker;
                worker::set_current(worker);
                ending::discard(worker, actor);
            }
        }
        for worker in others.iter().map(|other| other.0).chain([first]) {
            worker::set_current(worker);
            delayed::clear_cancelled(worker);
            delayed::release_all(worker);
        }
        for other in others {
            worker::set_current(other.0);
            drop(Box::from_raw(other.0));
        }
        worker::set_current(first);
    }
}

impl Runtime {
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
            output::log(b"deadlock: main waits for a message that nobody can send\n");
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

/// A Rust panic inside an actor is reported as that actor's crash. One elsewhere in the runtime is a
/// line on standard error that neither waits for a reader nor mixes with others; the usual hook is
/// for the threads of others, such as tests.
fn report_own_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let worker = worker::current();
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("without a name");
            // SAFETY: a thread's worker lives as long as its loop.
            if !worker.is_null() && unsafe { (*worker).preempt.is_watching() } {
                return;
            }
            if !worker.is_null() || name == "main" || name.starts_with("snow-") {
                output::print_urgently(&panic_line(name, &panic.to_string()));
            } else {
                usual(panic);
            }
        }));
    });
}

/// The line about a mistake in the runtime.
fn panic_line(thread: &str, words: &str) -> String {
    let words = words.replacen(":\n", ": ", 1);
    format!(
        "the runtime failed in thread {thread}: {}; this is a bug in Snow\n",
        escaped(&words)
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mistake_in_the_runtime_is_one_line() {
        let words = "panicked at crates/snow-rt/src/table.rs:44:9:\nindex out of bounds\nor worse";
        assert_eq!(
            super::panic_line("snow-worker", words),
            "the runtime failed in thread snow-worker: panicked at crates/snow-rt/src/table.rs:44:9: \
             index out of bounds\\nor worse; this is a bug in Snow\n"
        );
    }
}
