//! Calls that need more stack than an actor is sure to have left.
//!
//! Generated code leaves [`MARGIN`](crate::context::stack::MARGIN) bytes below its limit. What may
//! need more, such as a handshake's arithmetic, runs on the worker's own stack, which lies idle
//! while an actor runs.

use super::worker;
use crate::actor::control::Actor;
use crate::context::fiber;

/// Calls `f` with plenty of stack. A panic in it goes on in the caller.
///
/// `f` must not suspend or crash the actor that runs. The call costs a few nanoseconds.
#[inline(never)]
pub fn call<R>(f: impl FnOnce() -> R + Send) -> R {
    let worker = worker::current();
    if worker.is_null() {
        return f();
    }
    // SAFETY: the worker is this thread's; an actor that it watches is running and has a fiber,
    // whose own stack we are on when a local of ours lies there. Otherwise this is the worker's
    // stack already.
    unsafe {
        let cx = (*worker).preempt.running();
        if cx.is_null() {
            return f();
        }
        let fiber = (*Actor::of(cx)).fiber;
        let here = 0u8;
        if !(*fiber).contains(&raw const here as usize) {
            return f();
        }
        fiber::on_worker_stack(fiber, f)
    }
}
