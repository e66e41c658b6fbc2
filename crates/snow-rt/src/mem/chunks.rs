//! Chunks of memory for the heaps of actors: powers of two from 512 bytes to 32 KiB.
//!
//! A worker keeps a list a size: what one actor returns is the next one's first chunk. Lists that
//! grow too long, because actors are made on one worker and end on another or because many have
//! ended, hand a batch to the process ([`slabs`]).

use super::slabs::{self, Found};

/// Size of the smallest chunk: the first one of every heap.
pub const SMALLEST: usize = 512;
/// Number of sizes; each is twice the one before.
pub const SIZES: usize = 7;
/// Size of the largest chunk.
pub const LARGEST: usize = SMALLEST << (SIZES - 1);
/// Bytes of one size that a worker keeps before it hands half to the others: what actors bring that
/// were made elsewhere.
const KEEP: usize = 256 << 10;

/// Head of a free chunk, and of a chunk in use.
#[repr(C)]
#[derive(Debug)]
pub struct Chunk {
    /// Next chunk of the list or heap.
    pub next: *mut Chunk,
    /// Index of its size.
    pub size: u64,
}

impl Chunk {
    /// Bytes of a chunk of size index `size`, head included.
    pub fn bytes(size: usize) -> usize {
        SMALLEST << size
    }
}

/// A list of free chunks of one size.
#[derive(Debug)]
struct Free {
    first: *mut Chunk,
    count: usize,
}

impl Free {
    const EMPTY: Free = Free {
        first: std::ptr::null_mut(),
        count: 0,
    };

    fn pop(&mut self) -> *mut Chunk {
        let chunk = self.first;
        if !chunk.is_null() {
            // SAFETY: chunks in the list are free and ours.
            self.first = unsafe { (*chunk).next };
            self.count -= 1;
        }
        chunk
    }

    fn push(&mut self, chunk: *mut Chunk) {
        // SAFETY: the chunk was handed to us.
        unsafe { (*chunk).next = self.first };
        self.first = chunk;
        self.count += 1;
    }
}

// SAFETY: a list owns its chunks, which no thread touches otherwise.
unsafe impl Send for Free {}

/// The free chunks of one worker.
#[derive(Debug)]
pub struct ChunkPool {
    free: [Free; SIZES],
}

impl ChunkPool {
    /// An empty pool.
    pub fn new() -> Self {
        ChunkPool {
            free: [Free::EMPTY; SIZES],
        }
    }

    /// A chunk of size index `size`, or null when the system has no memory left.
    pub fn take(&mut self, size: usize) -> *mut Chunk {
        let chunk = self.free[size].pop();
        if !chunk.is_null() {
            return chunk;
        }
        self.refill(size);
        self.free[size].pop()
    }

    /// Gives a chunk back.
    ///
    /// # Safety
    /// Nothing refers to the chunk any more.
    pub unsafe fn give(&mut self, chunk: *mut Chunk) {
        // SAFETY: the head of a chunk in use still says its size.
        let size = unsafe { (*chunk).size } as usize;
        unpoison(chunk.cast(), Chunk::bytes(size));
        let free = &mut self.free[size];
        free.push(chunk);
        if free.count * Chunk::bytes(size) > KEEP {
            let half = free.count / 2;
            // SAFETY: free chunks are referred to by this list alone, which gives them up.
            unsafe { slabs::give(size, (0..half).map(|_| free.pop())) };
        }
    }

    #[cold]
    fn refill(&mut self, size: usize) {
        let free = &mut self.free[size];
        let most = (KEEP / 2 / Chunk::bytes(size)).max(1);
        let Found::Part(part) = slabs::take(size, most, |chunk| free.push(chunk)) else {
            return;
        };
        // From the top down, so that the list hands out ascending addresses.
        for offset in (0..LARGEST / Chunk::bytes(size)).rev() {
            // SAFETY: the offset lies in the part, which is aligned and ours.
            let chunk: *mut Chunk = unsafe { part.add(offset * Chunk::bytes(size)) }.cast();
            // SAFETY: as above.
            unsafe { (*chunk).size = size as u64 };
            self.free[size].push(chunk);
        }
    }
}

impl Drop for ChunkPool {
    fn drop(&mut self) {
        for (size, free) in self.free.iter_mut().enumerate() {
            // SAFETY: as in `give`.
            unsafe { slabs::give(size, (0..free.count).map(|_| free.pop())) };
        }
    }
}

/// Tells AddressSanitizer that memory is in use again; generated code poisons cells that it frees.
#[inline]
pub fn unpoison(at: *const u8, bytes: usize) {
    #[cfg(feature = "sanitizer")]
    {
        extern "C" {
            fn __asan_unpoison_memory_region(at: *const u8, bytes: usize);
        }
        // SAFETY: the call only clears shadow memory.
        unsafe { __asan_unpoison_memory_region(at, bytes) };
    }
    #[cfg(not(feature = "sanitizer"))]
    let _ = (at, bytes);
}

/// Tells AddressSanitizer that memory is not to be touched until it is in use again.
#[inline]
pub fn poison(at: *const u8, bytes: usize) {
    #[cfg(feature = "sanitizer")]
    {
        extern "C" {
            fn __asan_poison_memory_region(at: *const u8, bytes: usize);
        }
        // SAFETY: the call only sets shadow memory.
        unsafe { __asan_poison_memory_region(at, bytes) };
    }
    #[cfg(not(feature = "sanitizer"))]
    let _ = (at, bytes);
}
