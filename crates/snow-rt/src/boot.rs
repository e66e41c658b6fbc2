//! Boot and shutdown. The inventory of threads:
//!
//! - worker 0 is the thread that called `snow_start`, the process's main thread;
//! - workers 1 and up are made by [`run`] and joined by it;
//! - helper threads for name resolution, standard input and output belong to `net` and `system`;
//!   they are not joined, and hold nothing of an actor but a [`crate::sched::park::Waker`].
//!
//! When the runtime stops ([`crate::sched::workers`]), workers end after the turn they are in.
//! Actors that are left are discarded without a report.

use std::sync::atomic::Ordering;

use snow_abi::layout::Program;

use crate::actor::control::Actor;
use crate::actor::{delayed, exit, slots, spawn};
use crate::config::Config;
use crate::sched::signals;
use crate::sched::worker::{self, Shared, Worker};
use crate::sched::workers::{Hooks, Runtime, CRASHED};
use crate::system::output;
use crate::text::escape::escaped;
use crate::text::words_of;
use crate::{mem, net};

/// What the scheduler and the actors ask of the floors above them.
const HOOKS: Hooks = Hooks {
    on_end: net::close_all,
    peer_of: net::peer_of,
    report: |about, kind, text| output::report(about, kind, text),
    log: output::log,
    before_park: output::flush,
};

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
    mem::large::bound_allocator();
    mem::system::refill();
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
    // SAFETY: the caller's promise.
    let runtime = unsafe { Runtime::new(workers, HOOKS, program) };
    let runtime: &'static Runtime = Box::leak(Box::new(runtime));
    runtime.publish();
    mem::system::on_use_of_reserve(worker::blame);
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
    let mut others = Vec::new();
    for other in made {
        let name = "snow-worker".to_string();
        let thread = std::thread::Builder::new().name(name).spawn(move || {
            let worker = other;
            // SAFETY: this thread alone uses the worker until it hands it back.
            unsafe { run_worker(worker.0) };
            worker
        });
        match thread {
            Ok(thread) => others.push(thread),
            Err(error) => {
                let number = others.len() + 2;
                return cannot_start(&format!(
                    "no thread for worker {number} of {}: {}",
                    config.workers,
                    words_of(&error)
                ));
            }
        }
    }
    // SAFETY: this thread alone uses the first worker; the others are used again only after their
    // threads have ended.
    unsafe {
        worker::enter(first);
        let main = spawn::spawn(first, false, (*program).main, std::ptr::null_mut(), 0);
        if main == 0 {
            return cannot_start("no memory for the actor of main");
        }
        runtime.set_main(main);
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
    runtime.status()
}

/// The system has not what a program begins with. Threads that have begun end with the process.
fn cannot_start(why: &str) -> i32 {
    output::log(format!("snow: the program cannot start: {why}\n").as_bytes());
    output::finish(signals::is_asked_to_end);
    CRASHED
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
            if !slot.inbox.is_closed() {
                let actor = slot.actor.load(Ordering::Relaxed);
                let home = usize::from(slot.home.load(Ordering::Relaxed));
                let worker = others
                    .iter()
                    .map(|other| other.0)
                    .find(|other| (**other).index == home)
                    .unwrap_or(first);
                Actor::set_worker(actor, worker);
                worker::set_current(worker);
                exit::discard(worker, actor);
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

/// A Rust panic inside an actor is reported as that actor's crash. One elsewhere in the runtime is
/// a line on standard error that neither waits for a reader nor mixes with others; the usual hook
/// is for the threads of others, such as tests.
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
