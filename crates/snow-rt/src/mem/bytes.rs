//! `Bytes` and function values as the runtime handles them, and the outcome of fallible calls.

use snow_abi::layout::{
    error, Block, BlockRef, Bytes, Closure, Context, INLINE_MAX, TAG_BLOCK_REF, TAG_BYTES,
};

use super::{block, chunks, heap, system};
use crate::actor::control::Actor;
use crate::actor::exit;

/// A value of length 0 with room for `capacity` bytes at `data`; the caller sets `len` once it has
/// filled it.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn bytes_with_capacity(cx: *mut Context, capacity: usize) -> *mut Bytes {
    // SAFETY: the objects are fresh and of the right size.
    unsafe {
        if capacity > INLINE_MAX {
            let actor = Actor::of(cx);
            // Crashes before memory that large is asked of the system.
            heap::charge(actor, capacity);
            heap::uncharge(actor, capacity);
            let block = block::new_block(capacity);
            if block.is_null() {
                exit::out_of_memory(cx, capacity);
            }
            return bytes_from_block(cx, block, 0);
        }
        let value: *mut Bytes =
            heap::new_object(cx, size_of::<Bytes>() + capacity, TAG_BYTES).cast();
        (*value).len = 0;
        (*value).data = value.add(1).cast();
        (*value).owner = std::ptr::null_mut();
        value
    }
}

/// Crashes the actor when it may not hold so many bytes more, or the system does not have them:
/// before Rust code that cannot fail makes something of that size.
///
/// # Safety
/// As for [`bytes_with_capacity`].
pub unsafe fn demand(cx: *mut Context, bytes: usize) {
    // SAFETY: the context is that of the caller's actor; the memory is ours until it is freed.
    unsafe {
        let actor = Actor::of(cx);
        heap::charge(actor, bytes);
        heap::uncharge(actor, bytes);
        demand_of_system(cx, bytes);
    }
}

/// Crashes the actor when the system does not have so many bytes: before Rust code that cannot fail
/// makes something of that size which the actor does not pay for.
///
/// # Safety
/// As for [`bytes_with_capacity`].
pub unsafe fn demand_of_system(cx: *mut Context, bytes: usize) {
    if bytes > chunks::LARGEST && !system::has(bytes) {
        // SAFETY: the caller's promise.
        unsafe { exit::out_of_memory(cx, bytes) };
    }
}

/// A new value of the actor with a copy of `content`.
///
/// # Safety
/// As for [`bytes_with_capacity`].
pub unsafe fn new_bytes(cx: *mut Context, content: &[u8]) -> *mut Bytes {
    // SAFETY: the value is fresh and has room for the content.
    unsafe {
        let value = bytes_with_capacity(cx, content.len());
        std::ptr::copy_nonoverlapping(content.as_ptr(), (*value).data, content.len());
        (*value).len = content.len() as i64;
        value
    }
}

/// A value of the actor that is the first `len` bytes of a shared buffer; takes over one reference.
///
/// # Safety
/// The caller owns a reference, and `len` bytes are filled.
pub unsafe fn bytes_from_block(cx: *mut Context, shared: *mut Block, len: usize) -> *mut Bytes {
    // SAFETY: the objects are fresh and of the right size.
    unsafe {
        let reference = block::new_reference(cx, shared);
        let value: *mut Bytes = heap::new_object(cx, size_of::<Bytes>(), TAG_BYTES).cast();
        (*value).len = len as i64;
        (*value).data = block::block_data(shared);
        (*value).owner = reference.cast();
        value
    }
}

/// The content of a value.
///
/// # Safety
/// `value` is alive for `'a` and not written meanwhile.
pub unsafe fn content<'a>(value: *const Bytes) -> &'a [u8] {
    // SAFETY: a value's window is valid memory; an empty one may have no address.
    unsafe {
        if (*value).len == 0 {
            return &[];
        }
        std::slice::from_raw_parts((*value).data, (*value).len as usize)
    }
}

/// The shared buffer that a value's window lies in, or null when its bytes are in the actor's heap
/// or static.
///
/// # Safety
/// `value` is alive.
pub unsafe fn block_of(value: *const Bytes) -> *mut Block {
    // SAFETY: owners are alive as long as what refers to them.
    unsafe {
        let mut owner = (*value).owner;
        while !owner.is_null() {
            if (*owner).tag == TAG_BLOCK_REF {
                return (*owner.cast::<BlockRef>()).block;
            }
            owner = (*owner.cast::<Bytes>()).owner;
        }
        std::ptr::null_mut()
    }
}

/// Gives one count of a value back.
///
/// # Safety
/// `value` belongs to the heap of `cx`, and the caller owns the count.
pub unsafe fn drop_bytes(cx: *mut Context, value: *mut Bytes) {
    let mut value = value;
    // SAFETY: a count that reaches zero makes the object ours; its owner loses one count with it.
    unsafe {
        while !value.is_null() && heap::take_owner(cx, value.cast()) {
            let owner = (*value).owner;
            heap::free_object(cx, value.cast());
            if owner.is_null() {
                return;
            }
            if (*owner).tag == TAG_BLOCK_REF {
                if heap::take_owner(cx, owner) {
                    block::drop_reference(cx, owner.cast());
                }
                return;
            }
            value = owner.cast();
        }
    }
}

/// Gives one count of a function value back.
///
/// # Safety
/// `closure` belongs to the heap of `cx`, and the caller owns the count.
pub unsafe fn drop_closure(cx: *mut Context, closure: *mut Closure) {
    // SAFETY: the closure is alive. A worker may call this on its own stack, which generated code
    // must not walk on.
    unsafe {
        if closure.is_null() || !heap::take_owner(cx, closure.cast()) {
            return;
        }
        if !(*(*closure).info).captured.is_null() {
            crate::walk::drop::drop_object(cx, closure.cast(), std::ptr::null());
        } else if let Some(drop) = (*(*closure).info).drop {
            drop(cx, closure);
        }
    }
}

/// What a code means when nothing more is known. Such texts are not stored, so that a connection
/// that is often told "nothing to read" carries no text.
pub fn usual_text(code: i64) -> &'static str {
    match code {
        error::NONE => "",
        error::CLOSED => "closed",
        error::TIMEOUT => "timed out",
        error::WOULD_BLOCK => "would block",
        error::INVALID => "invalid",
        _ => "system error",
    }
}

/// Records the outcome of a fallible call in `cx.error`, and the text for `snow_error_text`.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn set_error(cx: *mut Context, code: i64, text: &str) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        (*cx).error = code as i32;
        let actor = Actor::of(cx);
        if text != usual_text(code) {
            (*actor).extras_mut().error_text = text.into();
        } else if let Some(extras) = (*actor).extras() {
            extras.error_text = Box::default();
        }
    }
}

/// Records success.
///
/// # Safety
/// As for [`set_error`].
pub unsafe fn clear_error(cx: *mut Context) {
    // SAFETY: the context is alive.
    unsafe { (*cx).error = error::NONE as i32 };
}
