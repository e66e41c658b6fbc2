//! Text and numbers: convert, call, convert.

use snow_abi::layout::{error, Bytes, Context};

use crate::actor::append::append;
use crate::actor::memory;
use crate::actor::outcome;
use crate::{mem, text};

/// A text and its copy in another case take so many times the bytes of the text together, at most:
/// a character takes three times its bytes then.
const CASE_GROWTH: usize = 6;

/// A copy of a text of ASCII characters that `change` was applied to: the length stays, and the
/// characters need no table. `None` for any other text.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `value` is alive.
unsafe fn changed_if_ascii(
    cx: *mut Context,
    value: *mut Bytes,
    change: impl FnOnce(&mut [u8]),
) -> Option<*mut Bytes> {
    // SAFETY: passed on; nothing else knows the fresh copy.
    unsafe {
        let content = mem::content(value);
        if !content.is_ascii() {
            return None;
        }
        let copy = memory::new_bytes(cx, content);
        if !content.is_empty() {
            change(std::slice::from_raw_parts_mut((*copy).data, content.len()));
        }
        Some(copy)
    }
}

/// # Safety
/// `value` is a `String` of generated code and alive.
unsafe fn as_str<'a>(value: *mut Bytes) -> &'a str {
    // SAFETY: a Snow `String` is UTF-8; that is the compiler's and the library's promise.
    unsafe { std::str::from_utf8_unchecked(mem::content(value)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the values are alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_append_float(
    cx: *mut Context,
    to: *mut Bytes,
    value: f64,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { append(cx, to, text::FloatText::new(value).as_bytes()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_append_decimal(
    cx: *mut Context,
    to: *mut Bytes,
    value: f64,
) -> *mut Bytes {
    let mut buffer = text::DecimalBuffer::new();
    let (front, back) = text::decimal(value, &mut buffer);
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let to = append(cx, to, front.as_bytes());
        match back.is_empty() {
            true => to,
            false => append(cx, to, back.as_bytes()),
        }
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_append_literal(
    cx: *mut Context,
    to: *mut Bytes,
    value: *mut Bytes,
) -> *mut Bytes {
    let mut to = to;
    // SAFETY: generated code keeps the promises above.
    unsafe { text::literal::literal(as_str(value), |piece| to = append(cx, to, piece)) };
    to
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_parse_float(cx: *mut Context, value: *mut Bytes) -> f64 {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        outcome::clear_error(cx);
        text::parse_float(as_str(value)).unwrap_or_else(|| {
            outcome::set_error(cx, error::INVALID, "invalid");
            0.0
        })
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_to_upper(cx: *mut Context, value: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        if let Some(text) = changed_if_ascii(cx, value, <[u8]>::make_ascii_uppercase) {
            return text;
        }
        memory::demand(cx, CASE_GROWTH * mem::content(value).len());
        memory::new_bytes(cx, text::to_upper(as_str(value)).as_bytes())
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_to_lower(cx: *mut Context, value: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        if let Some(text) = changed_if_ascii(cx, value, <[u8]>::make_ascii_lowercase) {
            return text;
        }
        memory::demand(cx, CASE_GROWTH * mem::content(value).len());
        memory::new_bytes(cx, text::to_lower(as_str(value)).as_bytes())
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_trim(cx: *mut Context, value: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, text::trim(as_str(value)).as_bytes()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_find(
    _cx: *mut Context,
    hay: *mut Bytes,
    needle: *mut Bytes,
    from: i64,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    let found = unsafe { text::find(mem::content(hay), mem::content(needle), from) };
    found.map_or(-1, |index| index as i64)
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_append_float`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_pow(_cx: *mut Context, base: f64, exponent: f64) -> f64 {
    text::pow(base, exponent)
}
