//! Values of any depth: convert, call, convert.

use std::cmp::Ordering;
use std::ffi::c_void;

use snow_abi::layout::{Bytes, Context, Reader};

use crate::actor::memory;
use crate::sched::preempt;
use crate::walk::compare::{compare, Question};
use crate::walk::{hash, pack, show, unpack};

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_stack_low(cx: *mut Context) -> bool {
    let here = 0u8;
    // SAFETY: generated code keeps the promise above. The address of a local is as good as the
    // stack pointer.
    unsafe { preempt::is_low(cx, (&raw const here).addr()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the object is dead and of the shape.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_drop_deep(
    cx: *mut Context,
    object: *mut c_void,
    shape: *mut c_void,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::drop_object(cx, object.cast(), shape.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the writer is open, the object is alive and of the
/// shape.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_pack_deep(
    cx: *mut Context,
    writer: *mut c_void,
    object: *mut c_void,
    shape: *mut c_void,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { pack::pack_object(cx, writer.cast(), object.cast(), shape.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the reader stands before a value of the shape.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_unpack_deep(
    cx: *mut Context,
    reader: *mut c_void,
    shape: *mut c_void,
) -> *mut c_void {
    // SAFETY: generated code keeps the promises above.
    unsafe { unpack::unpack_value(cx, &mut *reader.cast::<Reader>(), shape.cast()).cast() }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the reader stands before what a closure of the
/// description captured.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_unpack_deep_closure(
    cx: *mut Context,
    reader: *mut c_void,
    info: *mut c_void,
) -> *mut c_void {
    // SAFETY: generated code keeps the promises above.
    unsafe { unpack::unpack_captured(cx, &mut *reader.cast::<Reader>(), info.cast()).cast() }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, both objects are alive and of the shape.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_equal_deep(
    cx: *mut Context,
    a: *mut c_void,
    b: *mut c_void,
    shape: *mut c_void,
) -> bool {
    // SAFETY: generated code keeps the promises above.
    unsafe { compare(cx, a.cast(), b.cast(), shape.cast(), Question::Equality) == Ordering::Equal }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_equal_deep`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_compare_deep(
    cx: *mut Context,
    a: *mut c_void,
    b: *mut c_void,
    shape: *mut c_void,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { compare(cx, a.cast(), b.cast(), shape.cast(), Question::Order) as i64 }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the object is alive and of the shape.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_hash_deep(
    cx: *mut Context,
    object: *mut c_void,
    shape: *mut c_void,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { hash::hash(cx, object.cast(), shape.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_hash_deep`]; the caller owns one count of `to`.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_show_deep(
    cx: *mut Context,
    to: *mut Bytes,
    object: *mut c_void,
    shape: *mut c_void,
    inspect: bool,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { show::show(cx, to, object.cast(), shape.cast(), inspect) }
}
