//! The process: standard streams, arguments, randomness, use of time and memory. Convert,
//! call, convert.

use snow_abi::layout::{error, Bytes, Closure, Context};

use super::file::as_str;
use crate::actor::hibernate;
use crate::actor::memory;
use crate::actor::outcome;
use crate::actor::slots;
use crate::mem;
use crate::sched::signals;
use crate::system::input::Line;
use crate::system::output::Stream;
use crate::system::{self, arguments, captured, input, output};
use crate::text::line::shortened;

/// # Safety
/// `cx` is the actor that runs on this thread.
unsafe fn refuse(cx: *mut Context, code: i64, text: &str) -> *mut Bytes {
    // SAFETY: passed on.
    unsafe {
        outcome::set_error(cx, code, text);
        memory::new_bytes(cx, &[])
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the values are alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_random_bytes(cx: *mut Context, n: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        outcome::clear_error(cx);
        let length = usize::try_from(n).unwrap_or(0);
        let bytes = memory::bytes_with_capacity(cx, length);
        match system::random_fill((*bytes).data, length) {
            Ok(()) => (*bytes).len = length as i64,
            Err(reason) => outcome::set_error(cx, error::SYSTEM, &reason),
        }
        bytes
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_argument_count(_cx: *mut Context) -> i64 {
    arguments::count() as i64
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_argument(cx: *mut Context, index: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        outcome::clear_error(cx);
        match arguments::get(index) {
            Some(text) => memory::new_bytes(cx, text.as_bytes()),
            None => refuse(cx, error::INVALID, "no such argument"),
        }
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_environment(cx: *mut Context, name: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        outcome::clear_error(cx);
        match arguments::environment(as_str(name)) {
            Some(text) => memory::new_bytes(cx, text.as_bytes()),
            None => refuse(cx, error::CLOSED, "not set"),
        }
    }
}

/// Crashes the actor when the system has no memory for a text on its way out.
///
/// # Safety
/// As for [`output::print`]; `text` is alive.
unsafe fn print(cx: *mut Context, stream: Stream, text: *mut Bytes) {
    // SAFETY: the caller's promise.
    unsafe {
        // A queue grows to twice what it needs.
        memory::demand_of_system(cx, (*text).len as usize * 2);
        if captured::keep(slots::world((*cx).pid), mem::content(text)) {
            return;
        }
        output::print(cx, stream, mem::content(text));
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_print(cx: *mut Context, text: *mut Bytes) {
    // SAFETY: generated code keeps the promises above.
    unsafe { print(cx, Stream::Out, text) };
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_eprint(cx: *mut Context, text: *mut Bytes) {
    // SAFETY: generated code keeps the promises above.
    unsafe { print(cx, Stream::Err, text) };
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_log(cx: *mut Context, lines: *mut Bytes) {
    // SAFETY: generated code keeps the promises above.
    let (world, lines) = unsafe { (slots::world((*cx).pid), as_str(lines)) };
    let lines = shortened(lines);
    if !captured::keep(world, lines.as_bytes()) {
        output::log(lines.as_bytes());
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_capture_output(_cx: *mut Context) {
    captured::begin();
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_take_output(cx: *mut Context, world: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        memory::demand(cx, captured::length_max(world));
        memory::new_bytes(cx, &captured::take(world))
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_read_line(cx: *mut Context) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        outcome::clear_error(cx);
        match input::read_line(cx) {
            Line::Text(text) => memory::new_bytes(cx, text.as_bytes()),
            Line::End => refuse(cx, error::CLOSED, "closed"),
            Line::Failed(reason) => refuse(cx, error::SYSTEM, &reason),
        }
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_signal_watch(_cx: *mut Context, signal: i64) -> i64 {
    signals::watch(signal).unwrap_or_default()
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`]; `make` is handed over.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_signal_notify(
    cx: *mut Context,
    signal: i64,
    seen: i64,
    make: *mut Closure,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let make = hibernate::lend(cx, make);
        signals::ask(cx, signal, seen, make);
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_random_bytes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_halt(_cx: *mut Context, status: i64) -> ! {
    // Exit statuses have eight bits; more would turn a failure into 0.
    system::halt(
        i32::try_from(status)
            .ok()
            .filter(|status| (0..=255).contains(status))
            .unwrap_or(1),
    )
}
