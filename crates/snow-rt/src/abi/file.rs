//! Files and directories. Convert, call, convert.

use std::io;

use snow_abi::layout::{error, Bytes, Context};

use crate::actor::{memory, outcome};
use crate::mem;
use crate::system::{directory, file};
use crate::text::words_of;

/// # Safety
/// `text` is a `String` of generated code and alive.
pub(super) unsafe fn as_str<'a>(text: *mut Bytes) -> &'a str {
    // SAFETY: a Snow `String` is UTF-8; that is the compiler's and the library's promise.
    unsafe { std::str::from_utf8_unchecked(mem::content(text)) }
}

/// # Safety
/// `cx` is the actor that runs on this thread.
unsafe fn record<R: Default>(cx: *mut Context, outcome: io::Result<R>) -> R {
    // SAFETY: passed on.
    unsafe {
        outcome::clear_error(cx);
        outcome.unwrap_or_else(|error| {
            outcome::set_error(cx, error::SYSTEM, &words_of(&error));
            R::default()
        })
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the values are alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_file_read(cx: *mut Context, path: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &record(cx, file::read(cx, as_str(path)))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_file_read_part(
    cx: *mut Context,
    path: *mut Bytes,
    start: i64,
    count: i64,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let part = file::read_part(cx, as_str(path), start, count);
        memory::new_bytes(cx, &record(cx, part))
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_file_write(
    cx: *mut Context,
    path: *mut Bytes,
    content: *mut Bytes,
    append: bool,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        record(
            cx,
            file::write(cx, as_str(path), mem::content(content), append),
        );
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_file_exists(_cx: *mut Context, path: *mut Bytes) -> bool {
    // SAFETY: generated code keeps the promises above.
    file::exists(unsafe { as_str(path) })
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_file_delete(cx: *mut Context, path: *mut Bytes) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, file::delete(as_str(path))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_path_kind(cx: *mut Context, path: *mut Bytes) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::kind(cx, as_str(path))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_path_size(cx: *mut Context, path: *mut Bytes) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::size(cx, as_str(path))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_path_modified(cx: *mut Context, path: *mut Bytes) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::modified(cx, as_str(path))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_path_stat(cx: *mut Context, path: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &record(cx, directory::stat(cx, as_str(path)))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_directory_list(
    cx: *mut Context,
    path: *mut Bytes,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &record(cx, directory::list(cx, as_str(path)))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_directory_make(
    cx: *mut Context,
    path: *mut Bytes,
    parents: bool,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::make(cx, as_str(path), parents)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_path_remove(cx: *mut Context, path: *mut Bytes, whole: bool) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::remove(cx, as_str(path), whole)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_path_rename(
    cx: *mut Context,
    from: *mut Bytes,
    to: *mut Bytes,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::rename(cx, as_str(from), as_str(to))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_file_read`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_file_copy(
    cx: *mut Context,
    from: *mut Bytes,
    to: *mut Bytes,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, directory::copy(cx, as_str(from), as_str(to))) }
}
