//! The heap of one actor: chunks cut into size classes, large objects, references to shared blocks.
//!
//! Generated code allocates by itself from the free lists and the bump region of its context; it
//! comes here when both are empty. Everything is charged to the actor; what would exceed its
//! ceiling is refused.

use std::ffi::c_void;

use snow_abi::layout::{Context, Header, CLASS_LARGE, CLASS_SIZES};

use super::chunks::{unpoison, Chunk, LARGEST, SIZES};
use super::owner::{Owner, Owns, Refused};
use super::{large, notes};
use crate::counters;

/// What stands before a large object.
#[repr(C, align(16))]
#[derive(Debug)]
pub struct Large {
    next: *mut Large,
    prev: *mut Large,
    bytes: usize,
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
#[inline(always)]
pub unsafe fn new_object(cx: *mut Context, size: usize, tag: u16) -> Result<*mut Header, Refused> {
    // SAFETY: the context belongs to the caller's actor; the object is fresh and large enough for a
    // header.
    unsafe {
        let (object, class) = if size <= CLASS_SIZES[CLASS_SIZES.len() - 1] {
            let class = class_of(size);
            (cell(cx, class)?, class as u8)
        } else {
            (alloc_large(cx, size)?.cast::<u8>(), CLASS_LARGE)
        };
        let header = object.cast::<Header>();
        header.write(Header {
            rc: 1,
            tag,
            class,
            epoch: (*cx).epoch,
        });
        Ok(header)
    }
}

#[inline(always)]
unsafe fn cell(cx: *mut Context, class: usize) -> Result<*mut u8, Refused> {
    let bytes = CLASS_SIZES[class];
    // SAFETY: free cells and the bump region belong to the actor; a free cell's second word links
    // the next one.
    unsafe {
        let free = (*cx).free[class];
        let cell = if !free.is_null() {
            (*cx).free[class] = *free.cast::<*mut c_void>().add(1);
            let cell: *mut Header = free.cast();
            if (*cell).epoch < (*cx).epoch {
                notes::note_cell(cx, cell);
            }
            free.cast()
        } else if ((*cx).bump_end as usize) - ((*cx).bump as usize) >= bytes {
            let cell = (*cx).bump;
            (*cx).bump = cell.add(bytes);
            cell
        } else {
            alloc_slow(cx, class)?.cast()
        };
        unpoison(cell, bytes);
        Ok(cell)
    }
}

/// Gives the memory of an object back, whatever it holds; that of one from before the innermost
/// guard when that ends.
///
/// # Safety
/// `object` is of the heap of `cx`, and nothing refers to it any more.
pub unsafe fn free_object(cx: *mut Context, object: *mut Header) {
    // SAFETY: the object is the actor's, and free from here on.
    unsafe {
        if (*object).epoch < (*cx).epoch {
            notes::note_freed(cx, object);
            return;
        }
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

/// A cell of class `class` from a new chunk.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn alloc_slow(cx: *mut Context, class: usize) -> Result<*mut c_void, Refused> {
    // SAFETY: the context is that of the caller's actor; the new chunk is ours alone.
    unsafe {
        let owner = Owner::of(cx);
        keep_rest(cx);
        let newest = (*owner).chunks;
        let wanted = if newest.is_null() {
            0
        } else {
            ((*newest).size as usize + 1).min(SIZES - 1)
        };
        let fits =
            (0..SIZES).find(|size| Chunk::bytes(*size) - size_of::<Chunk>() >= CLASS_SIZES[class]);
        let size = wanted.max(fits.unwrap_or(SIZES - 1));
        charge(owner, Chunk::bytes(size))?;
        let chunk = (*(*owner).pool).chunks.take(size);
        if chunk.is_null() {
            uncharge(owner, Chunk::bytes(size));
            return Err(Refused::NoMemory(Chunk::bytes(size)));
        }
        counters::add_here(
            (*(*owner).pool).worker,
            counters::HEAP_BYTES,
            Chunk::bytes(size) as i64,
        );
        (*chunk).next = newest;
        (*owner).chunks = chunk;
        let first = chunk.cast::<u8>().add(size_of::<Chunk>());
        (*cx).bump = first.add(CLASS_SIZES[class]);
        (*cx).bump_end = chunk.cast::<u8>().add(Chunk::bytes(size));
        Ok(first.cast())
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
            // A walk over a chunk finds the next cell by the class of this one.
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

/// An object with memory of its own.
///
/// # Safety
/// As for [`new_object`].
pub unsafe fn alloc_large(cx: *mut Context, bytes: usize) -> Result<*mut c_void, Refused> {
    // SAFETY: the context is that of the caller's actor; the new memory is ours alone.
    unsafe {
        let owner = Owner::of(cx);
        let total = bytes.saturating_add(size_of::<Large>());
        charge(owner, total)?;
        let large: *mut Large = large::allocate(total).cast();
        if large.is_null() {
            uncharge(owner, total);
            return Err(Refused::NoMemory(bytes));
        }
        let next = (*owner).large;
        large.write(Large {
            next,
            prev: std::ptr::null_mut(),
            bytes: total,
        });
        if !next.is_null() {
            (*next).prev = large;
        }
        (*owner).large = large;
        counters::add_here((*(*owner).pool).worker, counters::HEAP_BYTES, total as i64);
        Ok(large.add(1).cast())
    }
}

/// Bytes that an object takes, its header included.
///
/// # Safety
/// `object` is alive, and came from an allocation of this module.
pub unsafe fn size_of_object(object: *const Header) -> usize {
    // SAFETY: the head of a large object stands before it.
    unsafe {
        match (*object).class {
            CLASS_LARGE => (*object.cast::<Large>().sub(1)).bytes - size_of::<Large>(),
            class => CLASS_SIZES[usize::from(class)],
        }
    }
}

/// Gives a large object back.
///
/// # Safety
/// `object` came from [`alloc_large`] of the same actor, and nothing refers to it any more.
pub unsafe fn free_large(cx: *mut Context, object: *mut c_void) {
    // SAFETY: the list is the actor's; the head stands before the object.
    unsafe {
        let owner = Owner::of(cx);
        let large = object.cast::<Large>().sub(1);
        let Large { next, prev, bytes } = large.read();
        if prev.is_null() {
            (*owner).large = next;
        } else {
            (*prev).next = next;
        }
        if !next.is_null() {
            (*next).prev = prev;
        }
        uncharge(owner, bytes);
        counters::add_here(
            (*(*owner).pool).worker,
            counters::HEAP_BYTES,
            -(bytes as i64),
        );
        large::free(large.cast(), bytes);
    }
}

/// Charges bytes to an owner, unless that would exceed its ceiling.
///
/// # Safety
/// The owner is this thread's.
pub unsafe fn charge(owner: *mut Owner, bytes: usize) -> Result<(), Refused> {
    // SAFETY: the owner is the caller's.
    unsafe {
        if !(*owner).has_room(bytes) {
            return Err(Refused::OverLimit);
        }
        (*owner).charged += bytes;
        Ok(())
    }
}

/// Takes a charge back.
///
/// # Safety
/// The owner is this thread's.
pub unsafe fn uncharge(owner: *mut Owner, bytes: usize) {
    // SAFETY: the owner is the caller's.
    unsafe { (*owner).charged = (*owner).charged.saturating_sub(bytes) };
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
        if (*object).epoch < (*cx).noted {
            notes::note_count(cx, object);
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
        if (*object).epoch < (*cx).noted {
            notes::note_loss(cx, object);
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
        let owner = Owner::of(cx);
        let newest = (*owner).chunks;
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
        let mut large = (*owner).large;
        while large != since.large {
            visit(large.add(1).cast());
            large = (*large).next;
        }
    }
}

/// Frees the large objects that are newer than `last`.
///
/// # Safety
/// The actor is owned by this thread; `last` is in its list or null, and nothing refers to a newer
/// one any more.
pub unsafe fn free_newer_large(actor: impl Owns, last: *mut Large) {
    // SAFETY: the caller's promise.
    unsafe {
        let owner = actor.owner();
        let cx: *mut Context = (*owner).context.cast();
        loop {
            let newest = (*owner).large;
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
pub unsafe fn give_newer_chunks(actor: impl Owns, last: *mut Chunk) {
    // SAFETY: the caller's promise.
    unsafe {
        let owner = actor.owner();
        let pool = (*owner).pool;
        while (*owner).chunks != last {
            let chunk = (*owner).chunks;
            let bytes = Chunk::bytes((*chunk).size as usize);
            (*owner).chunks = (*chunk).next;
            uncharge(owner, bytes);
            counters::add_here((*pool).worker, counters::HEAP_BYTES, -(bytes as i64));
            (*pool).chunks.give(chunk);
        }
    }
}

/// Gives back all that an actor holds.
///
/// # Safety
/// The actor has ended and is owned by this thread.
pub unsafe fn release(actor: impl Owns) {
    // SAFETY: nothing looks at the heap of an ended actor; each list is walked once, reading the
    // link before freeing.
    unsafe {
        let owner = actor.owner();
        let pool = (*owner).pool;
        let mut freed = 0;
        let mut chunk = (*owner).chunks;
        while !chunk.is_null() {
            let next = (*chunk).next;
            freed += Chunk::bytes((*chunk).size as usize);
            (*pool).chunks.give(chunk);
            chunk = next;
        }
        let mut large = (*owner).large;
        while !large.is_null() {
            let next = (*large).next;
            let bytes = (*large).bytes;
            freed += bytes;
            large::free(large.cast(), bytes);
            large = next;
        }
        counters::add_here((*pool).worker, counters::HEAP_BYTES, -(freed as i64));
        (*owner).large = std::ptr::null_mut();
        (*owner).chunks = std::ptr::null_mut();
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
