//! A coroutine that serves one actor after the other, whatever an actor is: see [`Body`].
//!
//! An actor that waits in `receive` returns from its `run`, and the same coroutine takes the next
//! actor: no stack is kept. An actor that is suspended deeper takes the coroutine along. One that
//! crashed is switched away from for ever, and the coroutine is made anew on the same stack;
//! nothing on that stack owns anything, for what generated code holds is in the actor's heap, and
//! the runtime's own functions hold nothing when they crash an actor.

use corosensei::{Coroutine, CoroutineResult, Yielder};

use super::stack::{self, Slot};

/// What an actor's turn ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The body ended.
    Done,
    /// The body waits in `receive`, and its stack is free.
    Waiting,
    /// It waits like that, but an attempt to hibernate was left in the middle; what is on the stack
    /// is not to be used any more.
    StillAwake,
    /// It waits in a `receive` that stands deeper, and keeps the stack.
    WaitingDeep,
    /// It is suspended inside a call and keeps the stack.
    Parked,
    /// It gave way and keeps the stack.
    GaveWay,
    /// It used up its time, was asked to give way, and keeps the stack.
    Spent,
    /// It was ended where it stood; the reason is recorded. What is on the stack is not to be used
    /// any more.
    Left,
}

/// What runs on fibers: an actor. The call of its turn is direct, as the type is known.
pub trait Body: Sized + 'static {
    /// Has one turn on the fiber.
    ///
    /// # Safety
    /// Called by a fiber with what its worker handed over, which it owns and which is ready.
    unsafe fn turn(this: *mut Self) -> Outcome;

    /// True when it was resumed only to see where it stands, which this has noted.
    ///
    /// # Safety
    /// Called by a fiber where it was suspended, with what its worker handed over.
    unsafe fn is_looked_at(this: *mut Self) -> bool;
}

type Runner<B> = Coroutine<*mut B, Outcome, (), Slot>;

/// Bytes of a stack that its actor may use at once. Most never need more, and a walk over a deep
/// value goes on without the stack from there.
const FIRST: usize = 256 << 10;
/// Bytes by which a stack grows.
const STEP: usize = 256 << 10;
/// What grows beyond this counts against the memory limit of the actor.
const FREE_OF_CHARGE: usize = 1 << 20;

/// A stack with the coroutine that lives on it.
pub struct Fiber<B: Body> {
    runner: Option<Runner<B>>,
    yielder: *const Yielder<*mut B, Outcome>,
    /// Addresses of the stack.
    range: std::ops::Range<usize>,
    /// How deep the stack may go now.
    limit: usize,
}

impl<B: Body> Fiber<B> {
    /// A fresh fiber, or null when there is no memory for a stack.
    pub fn create() -> *mut Self {
        let Some(slot) = Slot::take() else {
            return std::ptr::null_mut();
        };
        let range = slot.range();
        let limit = range.end - FIRST;
        let fiber = Box::into_raw(Box::new(Fiber {
            runner: None,
            yielder: std::ptr::null(),
            range,
            limit,
        }));
        // SAFETY: the fiber is fresh and ours.
        unsafe { (*fiber).runner = Some(runner(fiber, slot)) };
        fiber
    }

    /// Stack pointers at or below this one are too low until the stack has grown.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// True when `address` lies on this fiber's stack.
    pub fn contains(&self, address: usize) -> bool {
        self.range.contains(&address)
    }

    /// The limit with which a frame at `stack_pointer` has room below it; `None` when the stack
    /// cannot be so large.
    pub fn limit_below(&self, stack_pointer: usize) -> Option<usize> {
        let hard = stack::hard_limit(&self.range);
        (stack_pointer > hard).then(|| {
            stack_pointer
                .saturating_sub(STEP)
                .clamp(hard, self.range.end - FIRST)
        })
    }

    /// Bytes for which an actor is charged when its stack may go down to `limit`.
    pub fn charge_for(&self, limit: usize) -> usize {
        (self.range.end - limit).saturating_sub(FREE_OF_CHARGE)
    }

    /// Lets the stack go down to another limit. When that is higher, the memory below it is given
    /// back, of which nothing may be in use.
    pub fn set_limit(&mut self, limit: usize) {
        let is_deep = |limit| self.range.end - limit > stack::SMALL_PAGES;
        if is_deep(limit) != is_deep(self.limit) {
            stack::use_large_pages(&self.range, is_deep(limit));
        }
        if limit > self.limit {
            // The frames of a signal or of the runtime may lie right below the limit.
            stack::release(self.range.start, limit - stack::MARGIN);
        }
        self.limit = limit;
    }

    /// The limit of a stack that has not grown.
    pub fn first_limit(&self) -> usize {
        self.range.end - FIRST
    }

    /// The limit when the stack is to keep what is above `stack_pointer`, unless that gives next to
    /// nothing back.
    pub fn shrunk_limit(&self, stack_pointer: usize) -> Option<usize> {
        let limit = self.limit_below(stack_pointer)?;
        (limit > self.limit + STEP).then_some(limit)
    }
}

fn runner<B: Body>(fiber: *mut Fiber<B>, slot: Slot) -> Runner<B> {
    Coroutine::with_stack(slot, move |yielder, first: *mut B| {
        // SAFETY: the fiber outlives its coroutine.
        unsafe { (*fiber).yielder = yielder };
        let mut actor = first;
        loop {
            // SAFETY: the worker hands over an actor that it owns and that is ready for a turn.
            let outcome = unsafe { B::turn(actor) };
            actor = yielder.suspend(outcome);
        }
    })
}

/// Lets `actor` run until its turn ends.
///
/// # Safety
/// The caller is on a worker's own stack and owns both; a fiber that is in use is only resumed with
/// its own actor.
pub unsafe fn resume<B: Body>(fiber: *mut Fiber<B>, actor: *mut B) -> Outcome {
    // SAFETY: the caller owns the fiber.
    match unsafe { (*fiber).runner.as_mut() }.map(|runner| runner.resume(actor)) {
        Some(CoroutineResult::Yield(outcome)) => outcome,
        // The loop above never returns, and a fiber always has its coroutine.
        _ => Outcome::Left,
    }
}

/// Leaves the fiber for its worker; returns when it is resumed, but not from being looked at.
///
/// # Safety
/// Called on the fiber's own stack.
#[inline(never)]
pub unsafe fn suspend<B: Body>(fiber: *mut Fiber<B>, outcome: Outcome) {
    // SAFETY: the yielder lives at the bottom of this very stack; what is handed over by `resume`
    // is the fiber's own.
    unsafe {
        while {
            let resumed = (*(*fiber).yielder).suspend(outcome);
            B::is_looked_at(resumed)
        } {}
    }
}

/// Calls `f` on the stack of the worker that has resumed the fiber.
///
/// # Safety
/// Called on the fiber's own stack; `f` does not suspend the fiber or leave it.
pub unsafe fn on_worker_stack<B: Body, R>(fiber: *mut Fiber<B>, f: impl FnOnce() -> R + Send) -> R {
    // SAFETY: the yielder lives at the bottom of this very stack.
    unsafe { (*(*fiber).yielder).on_parent_stack(f) }
}

/// Forgets what stands on the stack.
///
/// # Safety
/// The fiber does not run, and nothing on its stack needs to be dropped.
pub unsafe fn reset<B: Body>(fiber: *mut Fiber<B>) {
    // SAFETY: the caller vouches for the stack's content.
    unsafe {
        if let Some(old) = (*fiber).runner.take() {
            (*fiber).runner = Some(runner(fiber, into_slot(old)));
        }
    }
}

/// Idle fibers, the last used first.
#[derive(Debug)]
pub struct FiberPool<B: Body> {
    idle: Vec<*mut Fiber<B>>,
}

/// Idle fibers of a worker that keep the memory of their stacks, because they will be used soon:
/// all of them where giving it back costs a walk over the sanitizer's notes about the stack.
const WARM: usize = if cfg!(feature = "sanitizer") { KEEP } else { 8 };
/// Idle fibers that a worker keeps at all.
const KEEP: usize = 1024;

impl<B: Body> FiberPool<B> {
    /// An empty pool.
    pub fn new() -> Self {
        FiberPool { idle: Vec::new() }
    }

    /// A fiber, or null when there is no memory for one.
    pub fn take(&mut self) -> *mut Fiber<B> {
        self.idle.pop().unwrap_or_else(Fiber::create)
    }

    /// Takes a fiber back that has no use now.
    ///
    /// # Safety
    /// The caller owns the fiber; it has been reset or stands in its own loop.
    pub unsafe fn give(&mut self, fiber: *mut Fiber<B>) {
        // SAFETY: the caller owns the fiber.
        unsafe {
            if self.idle.len() >= KEEP {
                free(fiber);
                return;
            }
            if self.idle.len() >= WARM {
                if let Some(old) = (*fiber).runner.take() {
                    let slot = into_slot(old);
                    slot.give_memory();
                    (*fiber).runner = Some(runner(fiber, slot));
                }
            }
        }
        self.idle.push(fiber);
    }
}

fn into_slot<B: Body>(mut runner: Runner<B>) -> Slot {
    // SAFETY: nothing on the stack owns anything, see the head of this file.
    unsafe { runner.force_reset() };
    let slot = runner.into_stack();
    #[cfg(feature = "sanitizer")]
    slot.give_shadow();
    slot
}

unsafe fn free<B: Body>(fiber: *mut Fiber<B>) {
    // SAFETY: the caller owns the fiber.
    let mut fiber = unsafe { Box::from_raw(fiber) };
    if let Some(runner) = fiber.runner.take() {
        let slot = into_slot(runner);
        slot.give_memory();
        slot.give();
    }
}

impl<B: Body> Drop for FiberPool<B> {
    fn drop(&mut self) {
        for fiber in self.idle.drain(..) {
            // SAFETY: idle fibers are owned by the pool.
            unsafe { free(fiber) };
        }
    }
}
