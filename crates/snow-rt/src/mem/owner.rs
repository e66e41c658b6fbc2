//! What `mem` knows of an actor: the part of its control block that memory is taken for.
//!
//! Nothing here ends an actor. What is refused is answered ([`Refused`]), and decided on above.

use snow_abi::layout::{BlockRef, Context};

use super::chunks::{Chunk, ChunkPool};
use super::heap::Large;
use super::note_list;
use super::scratch::{Scratch, Spares};

/// An actor as the owner of memory; the first part of its control block.
#[repr(C)]
#[derive(Debug)]
pub struct Owner {
    /// Its context, which generated code sees; null while it hibernates.
    pub context: *mut OwnedContext,
    /// Chunks, the newest first.
    pub chunks: *mut Chunk,
    /// Objects with memory of their own.
    pub large: *mut Large,
    /// References to shared blocks.
    pub blocks: *mut BlockRef,
    /// Bytes charged: chunks, large objects and shared blocks.
    pub charged: usize,
    /// Bytes that it may hold.
    pub ceiling: usize,
    /// Writers that it has open.
    pub scratch: *mut Scratch,
    /// Where its memory comes from: the pool of its worker.
    pub pool: *mut Pool,
}

/// A context, and behind it the owner that it belongs to.
#[repr(C)]
#[derive(Debug)]
pub struct OwnedContext {
    /// What generated code sees.
    pub context: Context,
    /// The owner.
    pub owner: *mut Owner,
}

/// Spare memory of a worker.
#[derive(Debug)]
pub struct Pool {
    /// Index of the worker, for its counters.
    pub worker: usize,
    /// Memory for heaps.
    pub chunks: ChunkPool,
    /// Buffers for packing.
    pub scratch: Spares,
    /// Parts of lists of notes, for guards.
    pub notes: note_list::Spares,
}

/// Why memory is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The owner would hold more than it may.
    OverLimit,
    /// The system has not so many bytes.
    NoMemory(usize),
}

/// A pointer to something that begins with an [`Owner`].
pub trait Owns: Copy {
    /// The owner.
    fn owner(self) -> *mut Owner;
}

impl Owns for *mut Owner {
    #[inline]
    fn owner(self) -> *mut Owner {
        self
    }
}

impl Owner {
    /// An owner that holds nothing.
    pub fn new(ceiling: usize, pool: *mut Pool) -> Owner {
        Owner {
            context: std::ptr::null_mut(),
            chunks: std::ptr::null_mut(),
            large: std::ptr::null_mut(),
            blocks: std::ptr::null_mut(),
            charged: 0,
            ceiling,
            scratch: std::ptr::null_mut(),
            pool,
        }
    }

    /// The owner of a context.
    #[inline]
    #[allow(
        clippy::not_unsafe_ptr_arg_deref,
        reason = "contexts are handed out by actors that run, and by nothing else"
    )]
    pub fn of(cx: *mut Context) -> *mut Owner {
        // SAFETY: every context is the first part of an `OwnedContext`, which is there while its
        // actor runs.
        unsafe { (*cx.cast::<OwnedContext>()).owner }
    }

    /// Lets go of chunks, large objects and blocks that have been given back.
    pub fn forget(&mut self) {
        self.chunks = std::ptr::null_mut();
        self.large = std::ptr::null_mut();
        self.blocks = std::ptr::null_mut();
        self.charged = 0;
    }

    /// True when it may hold so many bytes more.
    #[inline]
    pub fn has_room(&self, bytes: usize) -> bool {
        self.charged.saturating_add(bytes) <= self.ceiling
    }
}

impl Pool {
    /// The empty pool of a worker.
    pub fn new(worker: usize) -> Self {
        Pool {
            worker,
            chunks: ChunkPool::new(),
            scratch: Spares::new(),
            notes: note_list::Spares::new(),
        }
    }
}
