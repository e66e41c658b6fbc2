//! Shared buffers, and the references of an actor to them.
//!
//! A block is freed with its last reference, whichever thread gives that back. An actor's
//! references stand in a list, so that its end finds them; each is charged with the whole block, so
//! that no actor escapes the ceiling by sharing.

use std::sync::atomic::{AtomicI64, Ordering};

use snow_abi::layout::{Block, BlockRef, Context, TAG_BLOCK_REF};

use super::chunks::LARGEST;
use super::owner::{Owner, Owns, Refused};
use super::{heap, large, notes};
use crate::counters;

/// A new buffer with one reference and room for `capacity` bytes, or null when the system has no
/// memory for it.
pub fn new_block(capacity: usize) -> *mut Block {
    let block: *mut Block = large::allocate(bytes_of(capacity)).cast();
    if block.is_null() {
        return block;
    }
    // SAFETY: the memory is fresh, aligned for any object, and large enough.
    unsafe {
        block.write(Block {
            rc: AtomicI64::new(1),
            capacity: capacity as i64,
        })
    };
    counters::add(counters::BLOCKS, 1);
    block
}

/// Bytes of memory of a block.
fn bytes_of(capacity: usize) -> usize {
    size_of::<Block>().saturating_add(capacity)
}

/// First byte of a buffer.
///
/// # Safety
/// `block` is alive.
pub unsafe fn block_data(block: *mut Block) -> *mut u8 {
    // SAFETY: the bytes follow the head.
    unsafe { block.add(1).cast() }
}

/// Adds a reference.
///
/// # Safety
/// `block` is alive.
pub unsafe fn retain_block(block: *mut Block) {
    // Relaxed: the code that adds a reference has one, so the count cannot reach zero meanwhile.
    // SAFETY: the block is alive.
    unsafe { (*block).rc.fetch_add(1, Ordering::Relaxed) };
}

/// Gives one reference back; the last one frees the buffer.
///
/// # Safety
/// The caller owns a reference.
pub unsafe fn release_block(block: *mut Block) {
    // SAFETY: the caller's reference keeps the block alive until the count is taken down.
    unsafe {
        // AcqRel: all use of the buffer by others happens before it is freed here.
        if (*block).rc.fetch_sub(1, Ordering::AcqRel) == 1 {
            large::free(block.cast(), bytes_of((*block).capacity as usize));
            counters::add(counters::BLOCKS, -1);
        }
    }
}

/// The actor's own reference to a block; takes one count over unless it is refused.
///
/// # Safety
/// `cx` is the actor that runs on this thread, and the caller owns the count.
pub unsafe fn new_reference(cx: *mut Context, block: *mut Block) -> Result<*mut BlockRef, Refused> {
    // SAFETY: the context is that of the actor; the reference is fresh.
    unsafe {
        let owner = Owner::of(cx);
        let bytes = (*block).capacity as usize;
        // The reference may need another chunk.
        if !(*owner).has_room(bytes.saturating_add(LARGEST)) {
            return Err(Refused::OverLimit);
        }
        let reference: *mut BlockRef =
            heap::new_object(cx, size_of::<BlockRef>(), TAG_BLOCK_REF)?.cast();
        (*owner).charged += bytes;
        (*reference).block = block;
        (*reference).prev = std::ptr::null_mut();
        (*reference).next = (*owner).blocks;
        if !(*reference).next.is_null() {
            (*(*reference).next).prev = reference;
        }
        (*owner).blocks = reference;
        Ok(reference)
    }
}

/// Gives back a reference whose count has reached zero; one from before the innermost guard when
/// that ends.
///
/// # Safety
/// `reference` is of the heap of `cx`, and nothing refers to it any more.
pub unsafe fn drop_reference(cx: *mut Context, reference: *mut BlockRef) {
    // SAFETY: the list is the actor's; its neighbours are alive.
    unsafe {
        if (*reference).header.epoch < (*cx).epoch {
            notes::note_freed(cx, reference.cast());
            return;
        }
        let owner = Owner::of(cx);
        let (prev, next, block) = ((*reference).prev, (*reference).next, (*reference).block);
        if prev.is_null() {
            (*owner).blocks = next;
        } else {
            (*prev).next = next;
        }
        if !next.is_null() {
            (*next).prev = prev;
        }
        heap::uncharge(owner, (*block).capacity as usize);
        release_block(block);
        heap::free_object(cx, reference.cast());
    }
}

/// Gives back the references that are newer than `last`; their cells stay as they are.
///
/// # Safety
/// The actor is owned by this thread; `last` is in its list or null, and nothing refers to a newer
/// one any more.
pub unsafe fn release_newer(actor: impl Owns, last: *mut BlockRef) {
    // SAFETY: the caller's promise; the newer ones stand before the last.
    unsafe {
        let owner = actor.owner();
        let mut reference = (*owner).blocks;
        while reference != last {
            let (next, block) = ((*reference).next, (*reference).block);
            heap::uncharge(owner, (*block).capacity as usize);
            release_block(block);
            reference = next;
        }
        (*owner).blocks = last;
        if !last.is_null() {
            (*last).prev = std::ptr::null_mut();
        }
    }
}

/// Gives back all references of an actor.
///
/// # Safety
/// The actor has ended; its heap is still there.
pub unsafe fn release_all(actor: impl Owns) {
    // SAFETY: the list lives in the actor's heap, which no other thread touches.
    unsafe {
        let owner = actor.owner();
        let mut reference = (*owner).blocks;
        while !reference.is_null() {
            let next = (*reference).next;
            release_block((*reference).block);
            reference = next;
        }
        (*owner).blocks = std::ptr::null_mut();
    }
}
