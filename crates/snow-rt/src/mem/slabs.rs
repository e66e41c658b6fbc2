//! Where chunks come from and go back to: slabs of the system, each cut into parts of the size of
//! the largest chunk, each part into chunks of one size.
//!
//! A part whose chunks are all free is whole: it may be cut anew, and its pages go back to the
//! system when it was not needed for a period ([`end_period`], [`give_back_some`]). What a wave of
//! actors took is given back so, when they have ended or hibernate, while a program that takes and
//! gives all the time keeps what it needs. A slab keeps its address space.

use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;

use super::chunks::{Chunk, LARGEST, SIZES};

/// What is asked of the system at once, and the alignment of that.
const SLAB: usize = 1 << 20;
/// Parts of a slab. The first one holds what is known of the others.
const PARTS: usize = SLAB / LARGEST;
/// Whole parts whose pages are kept for reuse.
const KEEP: usize = 8;
/// Parts whose pages are given back at once: half a millisecond of the worker that does it.
const BATCH: usize = 64;

/// What is known of a part.
#[derive(Debug)]
struct Part {
    /// Neighbours in the list that it stands in: of parts with some free chunks of its size, of
    /// whole ones, or of whole ones without pages.
    next: *mut Part,
    prev: *mut Part,
    /// Its free chunks that no worker has.
    first: *mut Chunk,
    count: usize,
}

const _: () = assert!(PARTS * size_of::<Part>() <= 4096);

impl Part {
    /// The part that a chunk stands in.
    fn of(chunk: *mut Chunk) -> *mut Part {
        let slab = chunk.map_addr(|address| address & !(SLAB - 1));
        let index = (chunk.addr() - slab.addr()) / LARGEST;
        slab.cast::<Part>().wrapping_add(index)
    }

    /// Where its chunks are.
    fn memory(this: *mut Part) -> *mut u8 {
        let slab = this.map_addr(|address| address & !(SLAB - 1));
        let index = (this.addr() - slab.addr()) / size_of::<Part>();
        slab.cast::<u8>().wrapping_add(index * LARGEST)
    }
}

/// Parts that are linked.
#[derive(Debug)]
struct List {
    first: *mut Part,
    count: usize,
}

impl List {
    const EMPTY: List = List {
        first: std::ptr::null_mut(),
        count: 0,
    };

    /// # Safety
    /// The part stands in no list.
    unsafe fn push(&mut self, part: *mut Part) {
        // SAFETY: parts are alive for ever, and ours under the lock.
        unsafe {
            (*part).next = self.first;
            (*part).prev = std::ptr::null_mut();
            if !self.first.is_null() {
                (*self.first).prev = part;
            }
        }
        self.first = part;
        self.count += 1;
    }

    /// # Safety
    /// The part stands in this list.
    unsafe fn remove(&mut self, part: *mut Part) {
        // SAFETY: as for `push`.
        unsafe {
            let (next, prev) = ((*part).next, (*part).prev);
            if prev.is_null() {
                self.first = next;
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
        }
        self.count -= 1;
    }

    fn pop(&mut self) -> Option<*mut Part> {
        let part = self.first;
        if part.is_null() {
            return None;
        }
        // SAFETY: it is the first of this list.
        unsafe { self.remove(part) };
        Some(part)
    }
}

/// All that belongs to no worker.
struct Store {
    /// Parts with free chunks and others that are in use, by size.
    started: [List; SIZES],
    /// Whole parts whose pages may have been touched.
    whole: List,
    /// Whole parts without pages.
    bare: List,
    /// The fewest whole parts there were in this period.
    fewest: usize,
    /// How many of them are still to be given back.
    due: usize,
}

// SAFETY: the lists own their parts, which no thread touches without the lock.
unsafe impl Send for Store {}

static STORE: Mutex<Store> = Mutex::new(Store {
    started: [List::EMPTY; SIZES],
    whole: List::EMPTY,
    bare: List::EMPTY,
    fewest: 0,
    due: 0,
});

/// Whole parts beyond those that are kept, for a look without the lock.
static SLACK: AtomicUsize = AtomicUsize::new(0);

impl Store {
    /// Cuts a new slab; false when the system has no memory left. A page costs nothing before it is
    /// touched.
    fn grow(&mut self) -> bool {
        let (access, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        );
        // SAFETY: a fresh anonymous mapping touches nothing that exists; what stands before and
        // behind the aligned slab in it is unmapped again.
        let slab = unsafe {
            let mapped = libc::mmap(std::ptr::null_mut(), 2 * SLAB, access, flags, -1, 0);
            if mapped == libc::MAP_FAILED {
                return false;
            }
            let before = mapped.addr().wrapping_neg() & (SLAB - 1);
            let slab = mapped.wrapping_byte_add(before);
            if before > 0 {
                libc::munmap(mapped, before);
            }
            libc::munmap(slab.wrapping_byte_add(SLAB), SLAB - before);
            slab
        };
        // From the top down, so that parts are handed out in the order of their addresses.
        for index in (1..PARTS).rev() {
            let part = slab.cast::<Part>().wrapping_add(index);
            // SAFETY: the slab's first part has room for all heads, which are zeroed.
            unsafe { self.bare.push(part) };
        }
        true
    }

    fn note_slack(&mut self) {
        self.fewest = self.fewest.min(self.whole.count);
        self.due = self.due.min(self.whole.count);
        SLACK.store(self.whole.count.saturating_sub(KEEP), Ordering::Relaxed);
    }
}

/// Hands free chunks of one size over.
///
/// # Safety
/// Nothing refers to any of them, and all came from here.
pub unsafe fn give(size: usize, chunks: impl Iterator<Item = *mut Chunk>) {
    let mut store = STORE.lock();
    for chunk in chunks {
        let part = Part::of(chunk);
        // SAFETY: the chunk is ours now, and its part's head under the lock.
        unsafe {
            (*chunk).next = (*part).first;
            (*part).first = chunk;
            (*part).count += 1;
            if (*part).count == 1 {
                store.started[size].push(part);
            }
            if (*part).count == LARGEST / Chunk::bytes(size) {
                store.started[size].remove(part);
                ((*part).first, (*part).count) = (std::ptr::null_mut(), 0);
                store.whole.push(part);
            }
        }
    }
    store.note_slack();
}

/// What [`take`] finds.
pub enum Found {
    /// So many free chunks were handed to the caller one by one.
    Chunks,
    /// The memory of a whole part, which is the caller's to cut.
    Part(*mut u8),
    /// The system has none left.
    Nothing,
}

/// Hands up to `most` free chunks of a size to `keep`, or else a whole part.
pub fn take(size: usize, most: usize, mut keep: impl FnMut(*mut Chunk)) -> Found {
    let mut store = STORE.lock();
    let mut left = most;
    while left > 0 && !store.started[size].first.is_null() {
        let part = store.started[size].first;
        // SAFETY: the part has free chunks, which are ours under the lock.
        unsafe {
            while left > 0 && (*part).count > 0 {
                let chunk = (*part).first;
                (*part).first = (*chunk).next;
                (*part).count -= 1;
                keep(chunk);
                left -= 1;
            }
            if (*part).count == 0 {
                store.started[size].remove(part);
            }
        }
    }
    if left < most {
        return Found::Chunks;
    }
    if store.whole.first.is_null() && store.bare.first.is_null() && !store.grow() {
        return Found::Nothing;
    }
    let part = store.whole.pop().or_else(|| store.bare.pop());
    store.note_slack();
    part.map_or(Found::Nothing, |part| Found::Part(Part::memory(part)))
}

/// True when there are more whole parts than are kept, so that a period makes sense.
pub fn has_slack() -> bool {
    SLACK.load(Ordering::Relaxed) > 0
}

/// Ends a period: whole parts that were not needed in it are to be given back.
pub fn end_period() {
    let mut store = STORE.lock();
    store.due = store.fewest.saturating_sub(KEEP);
    store.fewest = store.whole.count;
}

/// Gives pages of some of those back to the system. True when there are more.
pub fn give_back_some() -> bool {
    if !has_slack() {
        return false;
    }
    let mut store = STORE.lock();
    for _ in 0..store.due.min(BATCH) {
        let Some(part) = store.whole.pop() else {
            break;
        };
        // SAFETY: nothing refers to the memory of a whole part, which is mapped.
        unsafe { libc::madvise(Part::memory(part).cast(), LARGEST, libc::MADV_DONTNEED) };
        // SAFETY: the part was taken out of its list.
        unsafe { store.bare.push(part) };
        store.due -= 1;
    }
    store.note_slack();
    store.due > 0
}

#[cfg(all(test, not(loom)))]
#[path = "slabs_tests.rs"]
mod tests;
