//! Memory for stacks: slots of one size, cut from slabs.
//!
//! ```text
//! slab   | guard | stack ............. | guard | stack ............. | …
//!                 ◄─ grows down ─ base         (only touched pages use memory)
//! ```
//! A slot costs address space until it is touched. The guard is a page that the kernel refuses: `MADV_GUARD_INSTALL`
//! where it exists, because that splits no mapping and so any number of stacks is possible; else `mprotect`.

use std::sync::atomic::{AtomicBool, Ordering};

use corosensei::stack::{Stack, StackPointer};
use parking_lot::Mutex;

/// Address space of one stack, guard included.
pub const SLOT: usize = 1 << 20;
const PAGE: usize = 4096;
/// Stacks cut from one mapping.
const SLAB_SLOTS: usize = 64;
/// Part of a resting stack that keeps its memory: the frames of the coroutine's own loop.
const RESTING: usize = if cfg!(feature = "sanitizer") { 4 * PAGE } else { PAGE };
/// Bytes that must be left below the stack limit: enough to report a crash, and for the frame of a signal handler.
pub const MARGIN: usize = if cfg!(feature = "sanitizer") { 64 << 10 } else { 16 << 10 };

/// Since Linux 6.13; `libc` does not name it yet.
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// One stack.
#[derive(Debug)]
pub struct Slot {
    bottom: usize,
}

// SAFETY: base and limit are page-aligned bounds of a mapping that is never given back; its lowest page is a guard.
unsafe impl Stack for Slot {
    fn base(&self) -> StackPointer {
        StackPointer::new(self.bottom + SLOT).unwrap_or(StackPointer::MIN)
    }

    fn limit(&self) -> StackPointer {
        StackPointer::new(self.bottom).unwrap_or(StackPointer::MIN)
    }
}

static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static GUARD_BY_ADVICE: AtomicBool = AtomicBool::new(true);

impl Slot {
    /// A stack, or `None` when the system has no address space left.
    pub fn take() -> Option<Slot> {
        let mut free = FREE.lock();
        if free.is_empty() {
            map_slab(&mut free);
        }
        free.pop().map(|bottom| Slot { bottom })
    }

    /// Gives a stack back that no coroutine uses.
    pub fn give(self) {
        FREE.lock().push(self.bottom);
    }

    /// Stack pointers at or below this one are too low.
    pub fn soft_limit(&self) -> usize {
        self.bottom + PAGE + MARGIN
    }

    /// Lets the system have the memory of a stack back on which only the coroutine's own loop stands.
    pub fn rest(&self) {
        let from = self.bottom + PAGE;
        let bytes = SLOT - PAGE - RESTING;
        // SAFETY: nothing below the loop's frames is in use, so its content may become zero.
        unsafe { libc::madvise(from as *mut libc::c_void, bytes, libc::MADV_DONTNEED) };
    }
}

fn map_slab(free: &mut Vec<usize>) {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    let bytes = SLOT * SLAB_SLOTS;
    // SAFETY: a fresh anonymous mapping touches nothing that exists.
    let slab = unsafe { libc::mmap(std::ptr::null_mut(), bytes, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    if slab == libc::MAP_FAILED {
        return;
    }
    // A huge page would make one touched page of a stack cost two megabytes.
    // SAFETY: advice about our own mapping.
    unsafe { libc::madvise(slab, bytes, libc::MADV_NOHUGEPAGE) };
    for index in (0..SLAB_SLOTS).rev() {
        let bottom = slab as usize + index * SLOT;
        if guard(bottom) {
            free.push(bottom);
        }
    }
}

fn guard(bottom: usize) -> bool {
    let page = bottom as *mut libc::c_void;
    if GUARD_BY_ADVICE.load(Ordering::Relaxed) {
        // SAFETY: the page is ours and unused.
        if unsafe { libc::madvise(page, PAGE, MADV_GUARD_INSTALL) } == 0 {
            return true;
        }
        GUARD_BY_ADVICE.store(false, Ordering::Relaxed);
    }
    // SAFETY: as above.
    unsafe { libc::mprotect(page, PAGE, libc::PROT_NONE) == 0 }
}
