//! Letting others run in the middle of a walk over a large value.

use snow_abi::layout::Context;

use super::preempt;

/// Objects after which a walk looks whether the actor is asked to give way.
const OBJECTS: u32 = 1024;

/// Counts objects, and lets others run after many.
#[derive(Debug)]
pub struct Reductions {
    left: u32,
}

impl Reductions {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        Reductions { left: OBJECTS }
    }

    /// Counts one object.
    ///
    /// # Safety
    /// `cx` is the actor that this thread owns. When it runs, others may run during the call.
    pub unsafe fn count(&mut self, cx: *mut Context) {
        self.left -= 1;
        if self.left == 0 {
            self.left = OBJECTS;
            // SAFETY: the caller's promise.
            unsafe { preempt::give_way_if_asked(cx) };
        }
    }
}
