//! The heap of one actor: chunks cut into size classes, large objects, references to shared blocks.
//!
//! Generated code allocates by itself from the free lists and the bump region of its context; it
//! comes here when both are empty. Everything is charged to the actor, and running into its ceiling
//! is a crash of that actor alone.

use std::ffi::c_void;

use snow_abi::layout::{BlockRef, Context, Header, CLASS_LARGE, CLASS_SIZES};

use super::chunks::{unpoison, Chunk, LARGEST, SIZES};
use super::{guard, large};
use crate::actor::control::Actor;
use crate::actor::exit;
use crate::counters;
use crate::sched::growth;

/// What an actor holds.
#[derive(Debug)]
pub struct Heap {
    /// Chunks, the newest first.
    pub chunks: *mut Chunk,
    /// Objects with memory of their own.
    pub large: *mut Large,
    /// References to shared blocks.
    pub blocks: *mut BlockRef,
    /// Bytes charged: chunks, large objects and shared blocks.
    pub charged: usize,
}

/// What stands before a large object.
#[repr(C, align(16))]
#[derive(Debug)]
pub struct Large {
    next: *mut Large,
    prev: *mut Large,
    bytes: usize,
}

impl Heap {
    /// An empty heap: the first chunk is taken with the first object.
    pub const EMPTY: Heap = Heap {
        chunks: std::ptr::null_mut(),
        large: std::ptr::null_mut(),
        blocks: std::ptr::null_mut(),
        charged: 0,
    };
}

/// The smallest class that holds `size` bytes, which are at most those of the largest class.
pub fn class_of(size: usize) -> usize {
    if size <= 128 {
        return size.div_ceil(16).max(1) - 1;
    }
    let octave = 63 - (size as u64 - 1).leading_zeros() as usize;
    8 + (octave - 7) * 4 + (((size - 1) >> (octave - 2)) & 3)
}

/// A new object of `size` bytes with a count of one.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
#[inline]
pub unsafe fn new_object(cx: *mut Context, size: usize, tag: u16) -> *mut Header {
    // SAFETY: the context belongs to the caller's actor; the object is fresh and large enough for a
    // header.
    unsafe {
        let (object, class) = if size <= CLASS_SIZES[CLASS_SIZES.len() - 1] {
            let class = class_of(size);
            (cell(cx, class), class as u8)
        } else {
            (alloc_large(cx, size).cast::<u8>(), CLASS_LARGE)
        };
        let header = object.cast::<Header>();
        header.write(Header {
            rc: 1,
            tag,
            class,
            epoch: (*cx).epoch,
        });
        header
    }
}

#[inline]
unsafe fn cell(cx: *mut Context, class: usize) -> *mut u8 {
    let bytes = CLASS_SIZES[class];
    // SAFETY: free cells and the bump region belong to the actor; a free cell's second word links
    // the next one.
    unsafe {
        let free = (*cx).free[class];
        let cell = if !free.is_null() {
            (*cx).free[class] = *free.cast::<*mut c_void>().add(1);
            let cell: *mut Header = free.cast();
            if (*cell).epoch < (*cx).epoch {
                guard::note_cell(cx, cell);
            }
            free.cast()
        } else if ((*cx).bump_end as usize) - ((*cx).bump as usize) >= bytes {
            let cell = (*cx).bump;
            (*cx).bump = cell.add(bytes);
            cell
        } else {
            alloc_slow(cx, class).cast()
        };
        unpoison(cell, bytes);
        cell
    }
}

/// Gives the memory of an object back, whatever it holds.
///
/// # Safety
/// `object` is of the heap of `cx`, and nobody refers to it any more.
pub unsafe fn free_object(cx: *mut Context, object: *mut Header) {
    // SAFETY: the object is the actor's, and free from here on.
    unsafe {
        let class = (*object).class;
        if class == CLASS_LARGE {
            free_large(cx, object.cast());
            return;
        }
        let link = object.cast::<*mut c_void>().add(1);
        *link = (*cx).free[class as usize];
        (*cx).free[class as usize] = object.cast();
    }
}

/// A cell of class `class` from a new chunk; crashes the actor at its ceiling.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn alloc_slow(cx: *mut Context, class: usize) -> *mut c_void {
    // SAFETY: the context is that of the caller's actor; the new chunk is ours alone.
    unsafe {
        let actor = Actor::of(cx);
        keep_rest(cx);
        let newest = (*actor).heap.chunks;
        let wanted = if newest.is_null() {
            0
        } else {
            ((*newest).size as usize + 1).min(SIZES - 1)
        };
        let fits =
            (0..SIZES).find(|size| Chunk::bytes(*size) - size_of::<Chunk>() >= CLASS_SIZES[class]);
        let size = wanted.max(fits.unwrap_or(SIZES - 1));
        charge(actor, Chunk::bytes(size));
        let chunk = (*(*actor).worker).chunks.take(size);
        if chunk.is_null() {
            uncharge(actor, Chunk::bytes(size));
            exit::out_of_memory(cx, Chunk::bytes(size));
        }
        counters::add_here(
            (*(*actor).worker).index,
            counters::HEAP_BYTES,
            Chunk::bytes(size) as i64,
        );
        (*chunk).next = newest;
        (*actor).heap.chunks = chunk;
        let first = chunk.cast::<u8>().add(size_of::<Chunk>());
        (*cx).bump = first.add(CLASS_SIZES[class]);
        (*cx).bump_end = chunk.cast::<u8>().add(Chunk::bytes(size));
        first.cast()
    }
}

/// Puts what is left of the bump region onto the free lists, largest cells first.
unsafe fn keep_rest(cx: *mut Context) {
    // SAFETY: the region belongs to the actor, and every cell put on a list lies inside it.
    unsafe {
        let mut left = (*cx).bump_end as usize - (*cx).bump as usize;
        while left >= CLASS_SIZES[0] {
            let class = CLASS_SIZES
                .iter()
                .rposition(|bytes| *bytes <= left)
                .unwrap_or(0);
            let cell = (*cx).bump;
            (*cx).bump = cell.add(CLASS_SIZES[class]);
            left -= CLASS_SIZES[class];
            unpoison(cell, CLASS_SIZES[class]);
            // Whoever walks over a chunk finds the next cell by the class of this one.
            cell.cast::<Header>().write(Header {
                rc: 1,
                tag: 0,
                class: class as u8,
                epoch: (*cx).epoch,
            });
            *cell.cast::<*mut c_void>().add(1) = (*cx).free[class];
            (*cx).free[class] = cell.cast();
        }
    }
}

/// An object with memory of its own; crashes the actor at its ceiling.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn alloc_large(cx: *mut Context, bytes: usize) -> *mut c_void {
    // SAFETY: the context is that of the caller's actor; the new memory is ours alone.
    unsafe {
        let actor = Actor::of(cx);
        let total = bytes.saturating_add(size_of::<Large>());
        charge(actor, total);
        let large: *mut Large = large::allocate(total).cast();
        if large.is_null() {
            uncharge(actor, total);
            exit::out_of_memory(cx, bytes);
        }
        let next = (*actor).heap.large;
        large.write(Large {
            next,
            prev: std::ptr::null_mut(),
            bytes: total,
        });
        if !next.is_null() {
            (*next).prev = large;
        }
        (*actor).heap.large = large;
        counters::add_here((*(*actor).worker).index, counters::HEAP_BYTES, total as i64);
        large.add(1).cast()
    }
}

/// Gives a large object back.
///
/// # Safety
/// `object` came from [`alloc_large`] of the same actor, and nobody refers to it any more.
pub unsafe fn free_large(cx: *mut Context, object: *mut c_void) {
    // SAFETY: the list is the actor's; the head stands before the object.
    unsafe {
        let actor = Actor::of(cx);
        let large = object.cast::<Large>().sub(1);
        let Large { next, prev, bytes } = large.read();
        if prev.is_null() {
            (*actor).heap.large = next;
        } else {
            (*prev).next = next;
        }
        if !next.is_null() {
            (*next).prev = prev;
        }
        uncharge(actor, bytes);
        counters::add_here(
            (*(*actor).worker).index,
            counters::HEAP_BYTES,
            -(bytes as i64),
        );
        large::free(large.cast(), bytes);
    }
}

/// True when an actor may hold so many bytes more; its stack gives back for them what it does not
/// need any more.
///
/// # Safety
/// The actor runs on this thread.
pub unsafe fn has_room(actor: *mut Actor, bytes: usize) -> bool {
    // SAFETY: the actor is the caller's.
    unsafe {
        let fits = || (*actor).heap.charged.saturating_add(bytes) <= (*actor).ceiling();
        fits() || (growth::give_back_unused((*actor).context()) && fits())
    }
}

/// Charges bytes to an actor; crashes it when that would exceed its ceiling.
///
/// # Safety
/// The actor runs on this thread.
pub unsafe fn charge(actor: *mut Actor, bytes: usize) {
    // SAFETY: the actor is the caller's.
    unsafe {
        if !has_room(actor, bytes) {
            exit::crash((*actor).context(), b"memory limit");
        }
        (*actor).heap.charged += bytes;
    }
}

/// Changes how much an actor may hold; what it holds already stays.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn set_ceiling(actor: *mut Actor, bytes: usize) {
    // SAFETY: the actor is the caller's.
    unsafe {
        (*actor).ceiling = bytes;
        (*actor).slot.bounds.set_limit(bytes);
    }
}

/// Takes a charge back.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn uncharge(actor: *mut Actor, bytes: usize) {
    // SAFETY: the actor is the caller's.
    unsafe { (*actor).heap.charged = (*actor).heap.charged.saturating_sub(bytes) };
}

/// Adds an owner to an object.
///
/// # Safety
/// The object is alive and of the heap of `cx`, which this thread owns, or immortal.
pub unsafe fn add_owner(cx: *mut Context, object: *mut Header) {
    // SAFETY: the caller's promise; a count of 0 is never written.
    unsafe {
        if (*object).rc == 0 {
            return;
        }
        if (*object).epoch < (*cx).epoch {
            guard::note_count(cx, object);
        }
        (*object).rc += 1;
    }
}

/// Takes an owner from an object; true when it was the last, and the object is the caller's to
/// free.
///
/// # Safety
/// As for [`add_owner`].
pub unsafe fn take_owner(cx: *mut Context, object: *mut Header) -> bool {
    // SAFETY: the caller's promise; a count of 0 is never written.
    unsafe {
        if (*object).rc == 0 {
            return false;
        }
        if (*object).epoch < (*cx).epoch {
            guard::note_loss(cx, object);
        }
        if (*object).rc > 1 {
            (*object).rc -= 1;
            return false;
        }
        true
    }
}

/// A point in the history of a heap: what was the newest then.
#[derive(Debug)]
pub struct Since {
    /// The newest chunk, or null.
    pub chunk: *mut Chunk,
    /// Where its bump region began.
    pub bump: *mut u8,
    /// The newest large object, or null.
    pub large: *mut Large,
}

impl Since {
    /// Before the first object.
    pub const ALWAYS: Since = Since {
        chunk: std::ptr::null_mut(),
        bump: std::ptr::null_mut(),
        large: std::ptr::null_mut(),
    };
}

/// Calls `visit` with the header of each object or free cell that lies in memory taken since then.
///
/// # Safety
/// `cx` is the actor that this thread owns. No chunk has gone since then, and `since.large` is
/// alive.
pub unsafe fn each_object(cx: *mut Context, since: &Since, mut visit: impl FnMut(*mut Header)) {
    // SAFETY: chunks other than the newest are cut into cells up to their end, the newest up to the
    // bump region; each cell begins with a header that has its class, whether it is free or not.
    unsafe {
        let actor = Actor::of(cx);
        let newest = (*actor).heap.chunks;
        let end_of = |chunk: *mut Chunk| {
            if chunk == newest {
                (*cx).bump
            } else {
                chunk.cast::<u8>().add(Chunk::bytes((*chunk).size as usize))
            }
        };
        let mut walk = |from: *mut u8, end: *mut u8| {
            let mut at = from;
            while at < end {
                let header: *mut Header = at.cast();
                at = at.add(CLASS_SIZES[usize::from((*header).class)]);
                visit(header);
            }
        };
        let mut chunk = newest;
        while chunk != since.chunk {
            walk(chunk.cast::<u8>().add(size_of::<Chunk>()), end_of(chunk));
            chunk = (*chunk).next;
        }
        if !chunk.is_null() {
            walk(since.bump, end_of(chunk));
        }
        let mut large = (*actor).heap.large;
        while large != since.large {
            visit(large.add(1).cast());
            large = (*large).next;
        }
    }
}

/// Frees the large objects that are newer than `last`.
///
/// # Safety
/// The actor is owned by this thread; `last` is in its list or null, and nobody refers to a newer
/// one any more.
pub unsafe fn free_newer_large(actor: *mut Actor, last: *mut Large) {
    // SAFETY: the caller's promise.
    unsafe {
        let cx = (*actor).context();
        loop {
            let newest = (*actor).heap.large;
            if newest == last {
                break;
            }
            free_large(cx, newest.add(1).cast());
        }
    }
}

/// Gives back the chunks that are newer than `last`.
///
/// # Safety
/// As for [`free_newer_large`]; free lists and bump region refer to no newer chunk.
pub unsafe fn give_newer_chunks(actor: *mut Actor, last: *mut Chunk) {
    // SAFETY: the caller's promise.
    unsafe {
        let worker = (*actor).worker;
        while (*actor).heap.chunks != last {
            let chunk = (*actor).heap.chunks;
            let bytes = Chunk::bytes((*chunk).size as usize);
            (*actor).heap.chunks = (*chunk).next;
            uncharge(actor, bytes);
            counters::add_here((*worker).index, counters::HEAP_BYTES, -(bytes as i64));
            (*worker).chunks.give(chunk);
        }
    }
}

/// Gives back all that an actor holds.
///
/// # Safety
/// The actor has ended and is owned by this thread.
pub unsafe fn release(actor: *mut Actor) {
    // SAFETY: nobody looks at the heap of an ended actor; each list is walked once, reading the
    // link before freeing.
    unsafe {
        let worker = (*actor).worker;
        let mut freed = 0;
        let mut chunk = (*actor).heap.chunks;
        while !chunk.is_null() {
            let next = (*chunk).next;
            freed += Chunk::bytes((*chunk).size as usize);
            (*worker).chunks.give(chunk);
            chunk = next;
        }
        let mut large = (*actor).heap.large;
        while !large.is_null() {
            let next = (*large).next;
            let bytes = (*large).bytes;
            freed += bytes;
            large::free(large.cast(), bytes);
            large = next;
        }
        counters::add_here((*worker).index, counters::HEAP_BYTES, -(freed as i64));
        (*actor).heap.large = std::ptr::null_mut();
        (*actor).heap.chunks = std::ptr::null_mut();
    }
}

const _: () = assert!(LARGEST == 32 << 10);

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        for size in 0..=2048 {
            let class = class_of(size);
            assert!(CLASS_SIZES[class] >= size);
            assert!(class == 0 || CLASS_SIZES[class - 1] < size);
        }
    }
}
