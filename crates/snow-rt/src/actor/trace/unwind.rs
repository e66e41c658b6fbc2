//! Return addresses of the calling stack, by the unwinder that the compiler's runtime library
//! brings.

use std::ffi::c_void;
use std::ops::ControlFlow;

use crate::actor::control::{Actor, Fiber};
use crate::sched::worker;

extern "C" {
    fn _Unwind_Backtrace(
        visit: extern "C" fn(*mut c_void, *mut c_void) -> i32,
        argument: *mut c_void,
    ) -> i32;
    fn _Unwind_GetIPInfo(context: *mut c_void, is_before: *mut i32) -> usize;
    fn _Unwind_GetCFA(context: *mut c_void) -> usize;
}

/// `_URC_NO_REASON`: go on.
const GO_ON: i32 = 0;
/// `_URC_END_OF_STACK`: enough.
const ENOUGH: i32 = 5;

struct Walk<'a> {
    into: &'a mut [usize],
    count: usize,
    /// Frames of an actor end with its own stack; below that stands the worker.
    fiber: *const Fiber,
}

impl Walk<'_> {
    fn visit(&mut self, address: usize, is_before: bool, frame: usize) -> ControlFlow<()> {
        // SAFETY: the fiber is the one that runs, or null.
        if unsafe { self.fiber.as_ref() }.is_some_and(|fiber| !fiber.contains(frame)) {
            return ControlFlow::Break(());
        }
        // A return address is behind its call, and may be another line's already, or another
        // function's.
        self.into[self.count] = if is_before {
            address
        } else {
            address.wrapping_sub(1)
        };
        self.count += 1;
        match self.count < self.into.len() {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }
}

extern "C" fn visit(context: *mut c_void, argument: *mut c_void) -> i32 {
    let mut is_before = 0;
    // SAFETY: the unwinder hands over its own context, and the argument that `addresses` gave it.
    let (walk, address, frame) = unsafe {
        let address = _Unwind_GetIPInfo(context, &mut is_before);
        (
            &mut *argument.cast::<Walk>(),
            address,
            _Unwind_GetCFA(context),
        )
    };
    match walk.visit(address, is_before != 0, frame) {
        ControlFlow::Continue(()) => GO_ON,
        ControlFlow::Break(()) => ENOUGH,
    }
}

/// Fills `into` with addresses inside the calls that lead here, the innermost first; answers how
/// many there were.
#[inline(never)]
pub fn addresses(into: &mut [usize]) -> usize {
    let mut walk = Walk {
        into,
        count: 0,
        fiber: running_fiber(),
    };
    // SAFETY: the callback gets `walk` back, which lives across the call. Nothing is unwound.
    unsafe { _Unwind_Backtrace(visit, (&raw mut walk).cast()) };
    walk.count
}

/// The fiber whose stack this code runs on, or null.
fn running_fiber() -> *const Fiber {
    let here = 0u8;
    let worker = worker::current();
    if worker.is_null() {
        return std::ptr::null();
    }
    // SAFETY: the worker is this thread's; an actor that it watches runs and has a fiber.
    unsafe {
        let cx = (*worker).preempt.running();
        if cx.is_null() {
            return std::ptr::null();
        }
        let fiber: *const Fiber = (*Actor::of(cx)).fiber;
        if (*fiber).contains((&raw const here).addr()) {
            fiber
        } else {
            std::ptr::null()
        }
    }
}
