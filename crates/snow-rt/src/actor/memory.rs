//! Memory for the actor that runs. Where `mem` refuses, the actor ends, or its innermost guard.
//!
//! What is taken for an actor that runs comes through here; `mem` itself ends no actor.

use std::ffi::c_void;

use snow_abi::layout::{Block, BlockRef, Bytes, Closure, Context, Header, Shape, Writer};

use super::control::Actor;
use super::{exit, hibernate};
use crate::mem::owner::Refused;
use crate::mem::{block, bytes, drop, heap, scratch};
use crate::sched::growth;
use crate::sched::reductions::Reductions;

/// Ends the actor because memory was refused.
#[cold]
unsafe fn end(cx: *mut Context, refused: Refused) -> ! {
    // SAFETY: the callers hold nothing that needs to be dropped.
    unsafe {
        match refused {
            Refused::OverLimit => exit::crash(cx, b"memory limit"),
            Refused::NoMemory(bytes) => exit::out_of_memory(cx, bytes),
        }
    }
}

/// Tries to take memory. At the limit the actor's stack gives back for it what it does not need any
/// more, and it is tried once again.
#[inline]
unsafe fn attempt<T>(
    cx: *mut Context,
    take: impl Fn() -> Result<T, Refused>,
) -> Result<T, Refused> {
    match take() {
        // SAFETY: the caller's promise.
        Err(refused) => unsafe { again(cx, refused, take) },
        taken => taken,
    }
}

/// The second try, apart from the first so that only that is copied into callers.
#[cold]
#[inline(never)]
unsafe fn again<T>(
    cx: *mut Context,
    refused: Refused,
    take: impl Fn() -> Result<T, Refused>,
) -> Result<T, Refused> {
    match refused {
        // SAFETY: the context is that of the caller's actor.
        Refused::OverLimit if unsafe { growth::give_back_unused(cx) } => take(),
        refused => Err(refused),
    }
}

#[inline]
unsafe fn take<T>(cx: *mut Context, take: impl Fn() -> Result<T, Refused>) -> T {
    // SAFETY: the caller's promise.
    unsafe {
        match attempt(cx, take) {
            Ok(taken) => taken,
            Err(refused) => end(cx, refused),
        }
    }
}

/// A new object of `size` bytes with a count of one.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack; nothing on that stack needs to be
/// dropped.
#[inline]
pub unsafe fn new_object(cx: *mut Context, size: usize, tag: u16) -> *mut Header {
    // SAFETY: the caller's promise.
    unsafe { take(cx, || heap::new_object(cx, size, tag)) }
}

/// A cell of class `class` from a new chunk.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn alloc_slow(cx: *mut Context, class: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { take(cx, || heap::alloc_slow(cx, class)) }
}

/// An object with memory of its own.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn alloc_large(cx: *mut Context, bytes: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { take(cx, || heap::alloc_large(cx, bytes)) }
}

/// The actor's own reference to a block; takes one count over, also when the actor ends.
///
/// # Safety
/// As for [`new_object`], and the caller owns the count.
pub unsafe fn new_reference(cx: *mut Context, shared: *mut Block) -> *mut BlockRef {
    // SAFETY: the caller's promise; a count that was not taken over is given back.
    unsafe {
        match attempt(cx, || block::new_reference(cx, shared)) {
            Ok(reference) => reference,
            Err(refused) => {
                block::release_block(shared);
                end(cx, refused)
            }
        }
    }
}

/// A value of length 0 with room for `capacity` bytes at `data`; the caller sets `len` once it has
/// filled it.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn bytes_with_capacity(cx: *mut Context, capacity: usize) -> *mut Bytes {
    // SAFETY: the caller's promise.
    unsafe { take(cx, || bytes::bytes_with_capacity(cx, capacity)) }
}

/// A new value of the actor with a copy of `content`.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn new_bytes(cx: *mut Context, content: &[u8]) -> *mut Bytes {
    // SAFETY: the caller's promise.
    unsafe { take(cx, || bytes::new_bytes(cx, content)) }
}

/// Ends the actor when it may not hold so many bytes more, or the system does not have them: before
/// Rust code that cannot fail makes something of that size.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn demand(cx: *mut Context, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        take(cx, || bytes::check_limit(cx, bytes));
        demand_of_system(cx, bytes);
    }
}

/// Ends the actor when the system does not have so many bytes: before Rust code that cannot fail
/// makes something of that size which the actor does not pay for.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn demand_of_system(cx: *mut Context, bytes: usize) {
    // SAFETY: the caller's promise.
    unsafe { take(cx, || bytes::check_system(bytes)) }
}

/// Opens a writer for the actor.
///
/// # Safety
/// The actor runs on this thread; `writer` may be written.
pub unsafe fn open_writer(actor: *mut Actor, writer: *mut Writer) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Err(refused) = scratch::open(actor, writer) {
            end((*actor).context(), refused);
        }
    }
}

/// Makes room for `more` bytes. An actor that is being packed stays awake instead.
///
/// # Safety
/// The writer is open and was opened by this actor.
pub unsafe fn grow_writer(actor: *mut Actor, writer: *mut Writer, more: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*actor).packing {
            hibernate::give_up(actor);
        }
        if let Err(refused) = scratch::grow(actor, writer, more) {
            end((*actor).context(), refused);
        }
    }
}

/// Changes how much an actor may hold; what it holds already stays. A `terminate` block has no
/// limit.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn set_ceiling(actor: *mut Actor, bytes: usize) {
    // SAFETY: the actor is the caller's.
    unsafe {
        if !(*actor).terminating {
            (*actor).heap.ceiling = bytes;
        }
        (*actor).slot.bounds.set_limit(bytes);
    }
}

/// Frees `object`, whose last owner has gone; `shape` is null for a closure.
///
/// # Safety
/// The object is of the heap of `cx`, and its count is that of the owner that went. When `cx` runs,
/// others may run meanwhile.
pub unsafe fn drop_object(cx: *mut Context, object: *mut Header, shape: *const Shape) {
    let mut reductions = Reductions::new();
    // SAFETY: the caller's promise.
    unsafe { drop::drop_object(cx, object, shape, || reductions.count(cx)) }
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
            drop_object(cx, closure.cast(), std::ptr::null());
        } else if let Some(drop) = (*(*closure).info).drop {
            drop(cx, closure);
        }
    }
}
