//! Asking a running actor for the processor.
//!
//! A timer on the worker's own processor time (see [`fine_slices`] for what else) sends that thread a signal; its handler raises the
//! stack limit of the actor that runs, so that the next check at a function's entry or a loop's
//! back edge calls `snow_stack_check`. An idle worker uses no processor time and so gets no
//! signals.

use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use std::sync::Once;

use snow_abi::layout::Context;

use super::fine_slices::{self, FineSlices};
use super::slice_timer::{self, Clock, Slice};
use super::worker::Worker;
use super::{growth, watch, workers};
use crate::actor::control::Actor;
use crate::actor::exit;
use crate::context::fiber::{self, Outcome};

/// Processor time after which others get a turn. Lower makes a busy worker answer sooner and switch
/// more often.
pub const SLICE_MS: i64 = 2;
/// Ignored by default, and used by nothing else in a program without a terminal debugger.
pub const SIGNAL: libc::c_int = libc::SIGURG;

/// What the handler of one worker's thread may touch.
#[derive(Debug)]
pub struct Preempt {
    running: AtomicPtr<Context>,
    /// Time slices that have ended.
    ticks: AtomicU32,
    timer: AtomicUsize,
    /// Slices by the wall clock.
    pub fine: FineSlices,
    /// Bytes for which the reserve of memory was used in a call of the actor that runs; 0 when it
    /// was not.
    owed: AtomicUsize,
}

impl Preempt {
    /// Nothing runs.
    pub fn new() -> Self {
        Preempt {
            running: AtomicPtr::new(std::ptr::null_mut()),
            ticks: AtomicU32::new(0),
            timer: AtomicUsize::new(0),
            fine: FineSlices::new(),
            owed: AtomicUsize::new(0),
        }
    }

    /// The actor that runs from now on, or null.
    pub fn watch(&self, cx: *mut Context) {
        // Relaxed suffices: the handler runs on this very thread.
        self.running.store(cx, Ordering::Relaxed);
    }

    /// The actor that runs, or null.
    pub fn running(&self) -> *mut Context {
        self.running.load(Ordering::Relaxed)
    }

    /// Makes the actor that runs crash at its next check.
    pub fn blame(&self, bytes: usize) {
        let cx = self.running();
        if !cx.is_null() {
            self.owed.store(bytes, Ordering::Relaxed);
            // SAFETY: the context of an actor that runs is alive, and the check looks at it as the
            // handler left it.
            unsafe { (&raw mut (*cx).limit).write_volatile(usize::MAX) };
        }
    }

    /// The actor's turn is over: it did not come to a check, and had what it asked for.
    pub fn forget_blame(&self) {
        if self.owed.load(Ordering::Relaxed) != 0 {
            self.owed.store(0, Ordering::Relaxed);
        }
    }

    /// Bytes for which the actor that runs is to crash.
    pub fn take_blame(&self) -> usize {
        self.owed.swap(0, Ordering::Relaxed)
    }

    /// The timer of the worker's own processor time, if there is one.
    pub fn timer(&self) -> Option<libc::timer_t> {
        slice_timer::from_word(self.timer.load(Ordering::Relaxed))
    }

    /// True while an actor runs.
    pub fn is_watching(&self) -> bool {
        !self.running.load(Ordering::Relaxed).is_null()
    }

    /// True when a time slice has ended since this was last asked.
    pub fn take_tick(&self) -> bool {
        self.ticks() > 0 && self.ticks.swap(0, Ordering::Relaxed) > 0
    }

    /// How many time slices have ended since then.
    pub fn ticks(&self) -> u32 {
        self.ticks.load(Ordering::Relaxed)
    }
}

extern "C" fn on_signal(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: the timer's value is the `Preempt` of the worker whose thread this is; it is taken
    // down before that goes. The context is alive while it is watched.
    unsafe {
        if info.is_null() || (*info).si_code != libc::SI_TIMER {
            return;
        }
        let preempt: *const Preempt = (*info).si_value().sival_ptr.cast();
        if preempt.is_null() {
            return;
        }
        (*preempt).ticks.fetch_add(1, Ordering::Relaxed);
        let cx = (*preempt).running.load(Ordering::Relaxed);
        if !cx.is_null() {
            (&raw mut (*cx).limit).write_volatile(usize::MAX);
        }
    }
}

/// Starts the time slices of this thread's worker.
///
/// # Safety
/// Called on the worker's own thread; the worker stays where it is until [`stop`].
pub unsafe fn start(worker: *mut Worker) {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(|| {
        // SAFETY: the handler only touches atomics and one word of a live context.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_signal as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
            libc::sigaction(SIGNAL, &action, std::ptr::null_mut());
        }
    });
    // SAFETY: the handler expects the worker's `Preempt`, and `stop` deletes the timer before that
    // goes.
    let started = unsafe {
        let slice = Slice {
            signal: SIGNAL,
            value: (&raw mut (*worker).preempt).cast(),
            clock: Clock::Own,
        };
        slice_timer::start(slice_timer::SYSTEM, slice, SLICE_MS)
    };
    match started {
        // SAFETY: the caller's promise.
        Ok(timer) => unsafe {
            let word = slice_timer::word(timer);
            (*worker).preempt.timer.store(word, Ordering::Relaxed);
        },
        // Without the timer, actors are only asked to give way by what they call.
        Err(refusal) => {
            static TOLD: AtomicBool = AtomicBool::new(false);
            slice_timer::tell_once(&TOLD, &refusal, workers::get().hooks.log);
        }
    }
}

/// Ends the time slices.
///
/// # Safety
/// Called on the worker's own thread, which runs no actor any more.
pub unsafe fn stop(worker: *mut Worker) {
    // SAFETY: the caller's promise; the timer is the one that `start` made.
    unsafe {
        fine_slices::stop(worker);
        let word = (*worker).preempt.timer.swap(0, Ordering::Relaxed);
        if let Some(timer) = slice_timer::from_word(word) {
            libc::timer_delete(timer);
        }
    }
}

/// The check of generated code has failed: either the handler raised the limit, or the stack is
/// used up.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack at `stack_pointer`.
pub unsafe fn check(cx: *mut Context, stack_pointer: usize) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let actor = Actor::of(cx);
        let limit = (*(*actor).fiber).limit();
        let asked = (&raw mut (*cx).limit).read_volatile() == usize::MAX;
        (&raw mut (*cx).limit).write_volatile(limit);
        if stack_pointer <= limit {
            growth::grow(cx, stack_pointer);
        }
        if asked {
            let owed = (*(*actor).worker).preempt.take_blame();
            if owed > 0 {
                exit::out_of_memory(cx, owed);
            }
        }
        // Nothing may happen to an actor between its packed form and what that was made of; it is
        // not long.
        if asked && !(*actor).packing {
            watch::look(cx);
            fiber::suspend((*actor).fiber, Outcome::Spent);
        }
    }
}

/// Lets others run when the actor was asked to give way and can: it runs on its own stack and packs
/// nothing.
///
/// # Safety
/// `cx` is the actor that this thread owns.
pub unsafe fn give_way_if_asked(cx: *mut Context) {
    // SAFETY: the context is that of the caller's actor; a local of ours lies on the stack that we
    // are on.
    unsafe {
        if (&raw mut (*cx).limit).read_volatile() != usize::MAX {
            return;
        }
        let fiber = (*Actor::of(cx)).fiber;
        let here = 0u8;
        if !fiber.is_null() && (*fiber).contains(&raw const here as usize) {
            check(cx, usize::MAX);
        }
    }
}

/// True when the stack of the calling actor has no room for another level of a walk; gives way when
/// it was asked to.
///
/// # Safety
/// As for [`check`].
pub unsafe fn is_low(cx: *mut Context, stack_pointer: usize) -> bool {
    // SAFETY: the caller's promise; a stack pointer above all is never too low.
    unsafe {
        check(cx, usize::MAX);
        stack_pointer <= (*(*Actor::of(cx)).fiber).limit()
    }
}

/// Puts the calling actor at the end of the queue.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
pub unsafe fn give_way(cx: *mut Context) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        watch::look(cx);
        fiber::suspend((*Actor::of(cx)).fiber, Outcome::GaveWay);
    }
}
