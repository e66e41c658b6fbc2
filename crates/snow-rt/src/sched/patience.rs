//! Letting others run in the middle of a walk over a large value.

use snow_abi::layout::Context;

use super::preempt;

/// Objects after which a walk looks whether the actor is asked to give way.
const OBJECTS: u32 = 1024;

/// Counts objects, and lets others run after many.
#[derive(Debug)]
pub struct Patience {
    left: u32,
}

impl Patience {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        Patience { left: OBJECTS }
    }

    /// Counts one object.
    ///
    /// # Safety
    /// `cx` is the actor that this thread owns. When it runs, others may run during the call.
    pub unsafe fn spend(&mut self, cx: *mut Context) {
        self.left -= 1;
        if self.left == 0 {
            self.left = OBJECTS;
            // SAFETY: the caller's promise.
            unsafe { preempt::give_way_if_asked(cx) };
        }
    }
}
