//! Crashes and errors. Convert, call, convert.

use std::ffi::{c_char, c_void, CStr};

use snow_abi::layout::{exit, Bytes, Context};

use crate::actor::control::Actor;
use crate::actor::exit::{crash_at, leave, Reason};
use crate::actor::memory;
use crate::actor::outcome;
use crate::mem;
use crate::sched::{growth, preempt};

/// The file of a report; null when there is none.
unsafe fn place<'a>(file: *mut c_void, line: i64) -> Option<(&'a str, i64)> {
    // SAFETY: file names are static, NUL-terminated text of generated code.
    (!file.is_null()).then(|| unsafe {
        (
            CStr::from_ptr(file.cast::<c_char>())
                .to_str()
                .unwrap_or("?"),
            line,
        )
    })
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `message` has `length` bytes.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_panic(
    cx: *mut Context,
    message: *mut c_void,
    length: i64,
    file: *mut c_void,
    line: i64,
) -> ! {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let text = std::slice::from_raw_parts(message.cast::<u8>(), length.max(0) as usize);
        crash_at(cx, text, place(file, line))
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `message` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_panic_text(
    cx: *mut Context,
    message: *mut Bytes,
    file: *mut c_void,
    line: i64,
) -> ! {
    // SAFETY: generated code keeps the promises above.
    unsafe { crash_at(cx, mem::content(message), place(file, line)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_stack_check(cx: *mut Context) {
    let here = 0u8;
    // SAFETY: generated code keeps the promise above. The address of a local is as good as the
    // stack pointer.
    unsafe { preempt::check(cx, (&raw const here).addr()) };
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_crash(cx: *mut Context) -> ! {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let text = (*Actor::of(cx))
            .extras()
            .map(|extras| std::mem::take(&mut extras.caught))
            .unwrap_or_default();
        leave(cx, Reason::new(exit::ERROR, &text))
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_caught_panic(cx: *mut Context) -> *mut Bytes {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        growth::give_back_unused(cx);
        let extras = (*Actor::of(cx)).extras_mut();
        let text = std::mem::take(&mut extras.caught);
        let value = memory::new_bytes(cx, String::from_utf8_lossy(&text).as_bytes());
        (*Actor::of(cx)).extras_mut().caught = text;
        value
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_error_text(cx: *mut Context) -> *mut Bytes {
    // SAFETY: the context is that of the caller's actor; the text stays where it is while it is
    // copied.
    unsafe {
        let usual = outcome::usual_text(i64::from((*cx).error));
        let text: *const str = match (*Actor::of(cx)).extras() {
            Some(extras) if !extras.error_text.is_empty() => &raw const *extras.error_text,
            _ => usual,
        };
        memory::new_bytes(cx, (*text).as_bytes())
    }
}
