//! Objects and buffers. Convert, call, convert.

use std::ffi::c_void;

use snow_abi::layout::{Block, Bytes, Context, Writer};

use crate::actor::control::Actor;
use crate::actor::{guard, memory};
use crate::mem::{block, heap, notes, scratch};

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `class` is an index of a size class.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_alloc_slow(cx: *mut Context, class: i64) -> *mut c_void {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::alloc_slow(cx, class as usize) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_alloc_large(cx: *mut Context, bytes: i64) -> *mut c_void {
    // SAFETY: generated code keeps the promise above. A negative size is one that no object can
    // have.
    unsafe { memory::alloc_large(cx, usize::try_from(bytes).unwrap_or(usize::MAX)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `object` is a large one of its heap.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_free_large(cx: *mut Context, object: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { heap::free_large(cx, object) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_bytes_new(cx: *mut Context, capacity: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promise above.
    unsafe { memory::bytes_with_capacity(cx, usize::try_from(capacity).unwrap_or(usize::MAX)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, and nothing refers to the reference any more.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_block_release(cx: *mut Context, reference: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { block::drop_reference(cx, reference.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_writer_open(cx: *mut Context, writer: *mut c_void) {
    // SAFETY: generated code keeps the promise above; the writer is its local.
    unsafe { memory::open_writer(Actor::of(cx), writer.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the writer is open.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_writer_grow(cx: *mut Context, writer: *mut c_void, more: i64) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        memory::grow_writer(
            Actor::of(cx),
            writer.cast(),
            usize::try_from(more).unwrap_or(usize::MAX),
        )
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the writer is open, the block alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_writer_block(
    _cx: *mut Context,
    writer: *mut c_void,
    shared: *mut c_void,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { scratch::count_block(writer.cast::<Writer>(), shared.cast::<Block>()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the block is counted in the message that it looks at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_adopt_block(
    cx: *mut Context,
    shared: *mut c_void,
) -> *mut c_void {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        block::retain_block(shared.cast::<Block>());
        memory::new_reference(cx, shared.cast()).cast()
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `guard` stands on its stack, its `outer` is set.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_enter(cx: *mut Context, guard: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { guard::enter(cx, guard.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_guard_enter`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_enter_taking(cx: *mut Context, guard: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { guard::enter_taking(cx, guard.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `guard` is its innermost one.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_leave(cx: *mut Context, guard: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { guard::leave(cx, guard.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the object is of its heap and older than its guard.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_note_count(cx: *mut Context, object: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { notes::note_count(cx, object.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the cell is of its heap and was just taken from a free
/// list.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_note_cell(cx: *mut Context, cell: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { notes::note_cell(cx, cell.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the object is of its heap, older than its guard and
/// has one owner, and the bytes are its own.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_note_words(
    cx: *mut Context,
    object: *mut c_void,
    from: *mut c_void,
    bytes: i64,
) -> bool {
    // SAFETY: generated code keeps the promises above.
    unsafe { notes::note_words(cx, object.cast(), from.cast(), bytes as usize) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the object is of its heap and older than its guard,
/// and nothing that runs refers to it any more.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_free(cx: *mut Context, object: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { notes::note_freed(cx, object.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, what the message kept is older than its guard.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_guard_accept(cx: *mut Context, message: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { guard::accept(cx, message.cast()) }
}
