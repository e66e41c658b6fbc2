//! A counted look at a part of a shared block: what an outbox keeps instead of a copy.

use snow_abi::layout::Block;

use crate::mem;

/// Keeps a block alive and shows a window of it.
pub struct SharedSlice {
    block: *mut Block,
    start: *const u8,
    length: usize,
}

// SAFETY: blocks are counted atomically and are not written while more than one reference exists; a
// `SharedSlice` is one.
unsafe impl Send for SharedSlice {}

impl SharedSlice {
    /// Adds a reference for `window`, which stands in `block`.
    ///
    /// # Safety
    /// `block` is alive and contains `window`.
    pub unsafe fn new(block: *mut Block, window: &[u8]) -> SharedSlice {
        // SAFETY: the caller vouches for the block.
        unsafe { mem::retain_block(block) };
        SharedSlice {
            block,
            start: window.as_ptr(),
            length: window.len(),
        }
    }

    /// A part of the window.
    pub fn part(&self, range: std::ops::Range<usize>) -> SharedSlice {
        // SAFETY: the part is in the window of the block, which our reference keeps alive.
        unsafe { SharedSlice::new(self.block, &self.bytes()[range]) }
    }

    /// The window.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `new` was given a window of the block, which our reference keeps alive.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

impl Clone for SharedSlice {
    fn clone(&self) -> SharedSlice {
        // SAFETY: our own reference keeps the block alive.
        unsafe { mem::retain_block(self.block) };
        SharedSlice {
            block: self.block,
            start: self.start,
            length: self.length,
        }
    }
}

impl Drop for SharedSlice {
    fn drop(&mut self) {
        // SAFETY: gives back the reference that `new` took.
        unsafe { mem::release_block(self.block) };
    }
}
