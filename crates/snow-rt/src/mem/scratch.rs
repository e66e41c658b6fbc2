//! Buffers that values are packed into before they become a message.
//!
//! An actor may be asked to give way in the middle of packing, so a buffer belongs to the actor
//! from opening to sending, and is found again when the actor crashes in between. Workers keep a
//! few for the next one.

use snow_abi::layout::{Block, Writer};

use super::owner::{Owner, Owns, Refused};
use super::{block, system};

/// Bytes that a fresh buffer has room for.
const FIRST: usize = 4096;
/// A buffer that grew beyond this is not kept.
const KEEP: usize = 1 << 20;
/// Buffers that a worker keeps.
const SPARES: usize = 8;

/// Head of a buffer; the packed bytes follow.
#[repr(C, align(16))]
#[derive(Debug)]
pub struct Scratch {
    /// The next buffer that the same actor has open, or the next spare one.
    next: *mut Scratch,
    /// Bytes that follow.
    capacity: usize,
    /// Blocks counted for the value so far.
    pub blocks: Vec<*mut Block>,
}

/// Spare buffers of a worker.
#[derive(Debug)]
pub struct Spares {
    first: *mut Scratch,
    count: usize,
}

impl Spares {
    /// None.
    pub fn new() -> Self {
        Spares {
            first: std::ptr::null_mut(),
            count: 0,
        }
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        while !self.first.is_null() {
            let scratch = self.first;
            // SAFETY: spares are owned by the list.
            unsafe {
                self.first = (*scratch).next;
                free(scratch);
            }
        }
    }
}

fn data(scratch: *mut Scratch) -> *mut u8 {
    scratch.wrapping_add(1).cast()
}

/// The buffer of an open writer.
///
/// # Safety
/// The writer was opened and not yet closed.
pub unsafe fn of(writer: *const Writer) -> *mut Scratch {
    // SAFETY: the head stands before the first packed byte.
    unsafe { (*writer).base.cast::<Scratch>().sub(1) }
}

/// Opens a writer for the actor.
///
/// # Safety
/// The actor runs on this thread; `writer` may be written.
pub unsafe fn open(actor: impl Owns, writer: *mut Writer) -> Result<(), Refused> {
    // SAFETY: the buffer is taken from the worker's list or fresh, and ours until it is closed.
    unsafe {
        let owner = actor.owner();
        let spares = &mut (*(*owner).pool).scratch;
        let mut scratch = spares.first;
        if scratch.is_null() {
            scratch = system::allocate(size_of::<Scratch>() + FIRST).cast();
            if scratch.is_null() {
                return Err(Refused::NoMemory(FIRST));
            }
            scratch.write(Scratch {
                next: std::ptr::null_mut(),
                capacity: FIRST,
                blocks: Vec::new(),
            });
        } else {
            spares.first = (*scratch).next;
            spares.count -= 1;
        }
        (*scratch).next = (*owner).scratch;
        (*owner).scratch = scratch;
        let base = data(scratch);
        writer.write(Writer {
            at: base,
            end: base.add((*scratch).capacity),
            base,
            context: (*owner).context.cast(),
        });
        Ok(())
    }
}

/// Makes room for `more` bytes, unless the buffer gets too large for its owner.
///
/// # Safety
/// The writer is open and was opened by this actor.
pub unsafe fn grow(actor: impl Owns, writer: *mut Writer, more: usize) -> Result<(), Refused> {
    // SAFETY: the buffer is the actor's; its old address is replaced wherever it is known: the list
    // and the writer.
    unsafe {
        let owner = actor.owner();
        let old = of(writer);
        let used = (*writer).at as usize - (*writer).base as usize;
        let capacity = used
            .saturating_add(more)
            .max((*old).capacity.saturating_mul(2));
        if capacity > (*owner).ceiling.saturating_mul(2) {
            return Err(Refused::OverLimit);
        }
        let link = link_to(owner, old);
        let new: *mut Scratch =
            system::reallocate(old.cast(), size_of::<Scratch>() + capacity).cast();
        if new.is_null() {
            return Err(Refused::NoMemory(capacity));
        }
        *link = new;
        (*new).capacity = capacity;
        (*writer).base = data(new);
        (*writer).at = (*writer).base.add(used);
        (*writer).end = (*writer).base.add(capacity);
        Ok(())
    }
}

/// Counts a block for the value that is being packed.
///
/// # Safety
/// The writer is open, the block alive.
pub unsafe fn count_block(writer: *const Writer, shared: *mut Block) {
    // SAFETY: the caller's promise.
    unsafe {
        block::retain_block(shared);
        (*of(writer)).blocks.push(shared);
    }
}

/// Where the actor's list points to the buffer.
unsafe fn link_to(owner: *mut Owner, scratch: *mut Scratch) -> *mut *mut Scratch {
    // SAFETY: an open buffer is in the list of its actor, so the walk ends at it.
    unsafe {
        let mut link = &raw mut (*owner).scratch;
        while *link != scratch {
            link = &raw mut (**link).next;
        }
        link
    }
}

/// Ends the use of a writer; what it counted is no longer its business.
///
/// # Safety
/// The writer is open and was opened by this actor.
pub unsafe fn close(actor: impl Owns, writer: *const Writer) {
    // SAFETY: the buffer is in the actor's list.
    unsafe {
        let owner = actor.owner();
        let scratch = of(writer);
        let link = link_to(owner, scratch);
        *link = (*scratch).next;
        (*scratch).blocks.clear();
        keep(owner, scratch);
    }
}

/// Ends the use of a writer whose value goes nowhere.
///
/// # Safety
/// As for [`close`].
pub unsafe fn discard(actor: impl Owns, writer: *const Writer) {
    // SAFETY: each count was added by `count_block`.
    unsafe {
        for shared in (*of(writer)).blocks.drain(..) {
            block::release_block(shared);
        }
        close(actor, writer);
    }
}

/// Gives back all buffers that an ended actor still had open, with the blocks counted in them.
///
/// # Safety
/// The actor has ended and is owned by this thread.
pub unsafe fn release_all(actor: impl Owns) {
    // SAFETY: the list is the actor's; each count in it was added by `snow_writer_block`.
    unsafe {
        let owner = actor.owner();
        while !(*owner).scratch.is_null() {
            let scratch = (*owner).scratch;
            (*owner).scratch = (*scratch).next;
            for shared in (*scratch).blocks.drain(..) {
                block::release_block(shared);
            }
            keep(owner, scratch);
        }
    }
}

unsafe fn keep(owner: *mut Owner, scratch: *mut Scratch) {
    // SAFETY: nothing else knows the buffer any more.
    unsafe {
        let spares = &mut (*(*owner).pool).scratch;
        if spares.count >= SPARES || (*scratch).capacity > KEEP {
            free(scratch);
            return;
        }
        (*scratch).next = spares.first;
        spares.first = scratch;
        spares.count += 1;
    }
}

unsafe fn free(scratch: *mut Scratch) {
    // SAFETY: the caller owns the buffer.
    unsafe {
        std::ptr::drop_in_place(&raw mut (*scratch).blocks);
        system::free(scratch.cast());
    }
}
