//! Chunks of memory for the heaps of actors: powers of two from 512 bytes to 32 KiB, carved from
//! slabs.
//!
//! A worker keeps a list a size; lists that grow too long, because actors are made on one worker
//! and end on another, hand a batch to the process-wide lists. Slabs are never given back to the
//! system: what one actor returns is the next one's first chunk, and a process that once had a
//! million actors may have them again.

use parking_lot::Mutex;

/// Size of the smallest chunk: the first one of every heap.
pub const SMALLEST: usize = 512;
/// Number of sizes; each is twice the one before.
pub const SIZES: usize = 7;
/// Size of the largest chunk.
pub const LARGEST: usize = SMALLEST << (SIZES - 1);
/// What is asked of the system at once.
const SLAB: usize = 1 << 20;
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

/// What belongs to no worker.
struct Spare {
    /// Batches that workers handed over.
    free: [Free; SIZES],
    /// Rest of the newest slab, which nothing has touched.
    fresh: *mut u8,
    /// Bytes of it: a multiple of the largest size.
    left: usize,
}

// SAFETY: as for `Free`; the rest of the slab is touched by the thread that takes a part of it.
unsafe impl Send for Spare {}

static SPARE: Mutex<Spare> = Mutex::new(Spare {
    free: [Free::EMPTY; SIZES],
    fresh: std::ptr::null_mut(),
    left: 0,
});

impl Spare {
    /// Memory for as many chunks of any size as it holds, zeroed; null when the system has none
    /// left. A page costs nothing before it is touched, so no more is cut into chunks than is
    /// needed soon.
    fn part(&mut self) -> *mut u8 {
        if self.left == 0 {
            let (access, flags) = (
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            );
            // SAFETY: a fresh anonymous mapping touches nothing that exists.
            let slab = unsafe { libc::mmap(std::ptr::null_mut(), SLAB, access, flags, -1, 0) };
            if slab == libc::MAP_FAILED {
                return std::ptr::null_mut();
            }
            self.fresh = slab.cast();
            self.left = SLAB;
        }
        let part = self.fresh;
        self.fresh = part.wrapping_add(LARGEST);
        self.left -= LARGEST;
        part
    }
}

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
        self.free[size].push(chunk);
        if self.free[size].count * Chunk::bytes(size) > KEEP {
            let mut spare = SPARE.lock();
            for _ in 0..self.free[size].count / 2 {
                spare.free[size].push(self.free[size].pop());
            }
        }
    }

    #[cold]
    fn refill(&mut self, size: usize) {
        let part = {
            let mut spare = SPARE.lock();
            for _ in 0..SLAB / Chunk::bytes(size) {
                let chunk = spare.free[size].pop();
                if chunk.is_null() {
                    break;
                }
                self.free[size].push(chunk);
            }
            if self.free[size].count > 0 {
                return;
            }
            spare.part()
        };
        if part.is_null() {
            return;
        }
        // From the top down, so that the list hands out ascending addresses.
        for offset in (0..LARGEST / Chunk::bytes(size)).rev() {
            // SAFETY: the offset lies in the part, which is zeroed, aligned and ours.
            let chunk: *mut Chunk = unsafe { part.add(offset * Chunk::bytes(size)) }.cast();
            // SAFETY: as above.
            unsafe { (*chunk).size = size as u64 };
            self.free[size].push(chunk);
        }
    }
}

impl Drop for ChunkPool {
    fn drop(&mut self) {
        let mut spare = SPARE.lock();
        for (size, free) in self.free.iter_mut().enumerate() {
            while free.count > 0 {
                spare.free[size].push(free.pop());
            }
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
