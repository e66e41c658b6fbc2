//! Time. Convert, call, convert.

use std::ffi::c_void;

use snow_abi::layout::Context;

use crate::actor::control::Actor;
use crate::actor::delayed;
use crate::actor::post;
use crate::actor::state::Awaited;
use crate::counters;
use crate::io;
use crate::sched::{park, preempt};
use crate::timer::clock;

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the writer is open.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_send_after(
    cx: *mut Context,
    to: i64,
    ms: i64,
    writer: *mut c_void,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        delayed::arm(
            (*Actor::of(cx)).worker,
            to,
            ms,
            post::seal(Actor::of(cx), writer.cast()),
        )
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_timer_cancel(cx: *mut Context, timer: i64) -> bool {
    // SAFETY: generated code keeps the promise above.
    unsafe { delayed::cancel((*Actor::of(cx)).worker, timer) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_sleep(cx: *mut Context, ms: i64) {
    // SAFETY: generated code keeps the promise above. Only the deadline ends the sleep.
    unsafe {
        if ms <= 0 {
            return preempt::give_way(cx);
        }
        let ends_at = clock::deadline_after(ms);
        park::park(cx, Awaited::Sleep, Some(ends_at), true, |_| {});
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_yield(cx: *mut Context) {
    // SAFETY: generated code keeps the promise above.
    unsafe { preempt::give_way(cx) };
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_settle(cx: *mut Context, worker: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { park::settle_on(cx, worker.unsigned_abs() as usize) };
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_now_ns(_cx: *mut Context) -> i64 {
    clock::now_ns()
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_wall_ns(_cx: *mut Context) -> i64 {
    clock::wall_ns()
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_busy_ms(_cx: *mut Context) -> i64 {
    io::busy_ms()
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_counter(_cx: *mut Context, which: i64) -> i64 {
    counters::read(which)
}
