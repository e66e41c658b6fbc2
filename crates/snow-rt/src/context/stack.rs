//! Memory for stacks: slots of two sizes, cut from slabs.
//!
//! ```text
//! slab   | guard | stack ............. | guard | stack ............. | …
//!                 ◄─ grows down ─ base         (only touched pages use memory)
//! ```
//! A slot costs address space until it is touched, so slots are as large as any recursion may need,
//! while there is address space: a process that is allowed little of it, or that keeps very many
//! stacks, gets small ones. The guard is a page that the kernel refuses: `MADV_GUARD_INSTALL` where
//! it exists, because that splits no mapping and so any number of stacks is possible; else
//! `mprotect`.

use std::sync::atomic::{AtomicBool, Ordering};

use corosensei::stack::{Stack, StackPointer};
use parking_lot::Mutex;

/// Address space of a stack, guard included. Less than the usual memory limit of an actor, so that
/// endless recursion is reported as what it is.
const LARGE: Size = Size {
    bytes: 192 << 20,
    slab_slots: 16,
    least_slots: 16,
    most_slabs: 4096,
    frame: 1 << 20,
};
/// Address space of a stack when there is no room for large ones, or are too many already: 65,536
/// take 12 of 128 TiB.
const SMALL: Size = Size {
    bytes: 1 << 20,
    slab_slots: 64,
    least_slots: 1,
    most_slabs: usize::MAX,
    frame: 128 << 10,
};
/// The largest page that the system may have. The guard has this size, and the C compiler counts on
/// it when it touches the pages of a large frame one by one (`-fstack-clash-protection`).
const PAGE: usize = if cfg!(target_arch = "aarch64") {
    64 << 10
} else {
    4 << 10
};
/// A large page, where the system has such.
const LARGE_PAGE: usize = 2 << 20;
/// The part of a stack that is always in small pages, so that the usual stack takes no more than it
/// uses.
pub const SMALL_PAGES: usize = 4 << 20;
/// Part of an idle stack that keeps its memory: the frames of the coroutine's own loop.
const IDLE: usize = if cfg!(feature = "sanitizer") {
    4 * PAGE
} else {
    PAGE
};
/// Bytes that must be left below the stack limit: enough to report a crash, and for the frame of a
/// signal handler, which holds all vector registers: many on some processors for aarch64.
pub const MARGIN: usize = if cfg!(any(feature = "sanitizer", target_arch = "aarch64")) {
    64 << 10
} else {
    16 << 10
};

/// Since Linux 6.13; `libc` does not name it yet.
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// Stacks of one size.
#[derive(Debug)]
struct Size {
    bytes: usize,
    /// Stacks cut from one mapping.
    slab_slots: usize,
    /// Stacks cut from one when the system has no room for so many.
    least_slots: usize,
    /// Mappings of this size at most.
    most_slabs: usize,
    /// Bytes of the largest frame that ends its actor, and not the program, where the stack ends. A
    /// function checks its stack when it has taken its frame, so all of that must be there. Frames
    /// beyond it have 10,000 values at least, and touch the guard, which ends the program.
    frame: usize,
}

/// One stack.
#[derive(Debug)]
pub struct Slot {
    bottom: usize,
    bytes: usize,
}

// SAFETY: base and limit are page-aligned places of a mapping that is never given back, the limit
// not below its lowest page, which is a guard.
unsafe impl Stack for Slot {
    fn base(&self) -> StackPointer {
        StackPointer::new(self.bottom + self.bytes).unwrap_or(StackPointer::MIN)
    }

    fn limit(&self) -> StackPointer {
        // The sanitizer writes notes about all of what is told it, each time a coroutine is reset:
        // a part is enough, because `give_shadow` deals with the whole stack.
        let told = match cfg!(feature = "sanitizer") {
            true => self.bytes.min(SMALL_PAGES),
            false => self.bytes,
        };
        StackPointer::new(self.bottom + self.bytes - told).unwrap_or(StackPointer::MIN)
    }
}

/// Free slots of one size.
struct Free {
    bottoms: Vec<usize>,
    slabs: usize,
}

static FREE_LARGE: Mutex<Free> = Mutex::new(Free {
    bottoms: Vec::new(),
    slabs: 0,
});
static FREE_SMALL: Mutex<Free> = Mutex::new(Free {
    bottoms: Vec::new(),
    slabs: 0,
});
static GUARD_BY_ADVICE: AtomicBool = AtomicBool::new(true);

impl Slot {
    /// A stack, or `None` when the system has no address space left.
    pub fn take() -> Option<Slot> {
        Slot::take_of(&LARGE, &FREE_LARGE).or_else(|| Slot::take_of(&SMALL, &FREE_SMALL))
    }

    fn take_of(size: &Size, free: &Mutex<Free>) -> Option<Slot> {
        let mut free = free.lock();
        if free.bottoms.is_empty() && free.slabs < size.most_slabs {
            map_slab(size, &mut free);
        }
        free.bottoms.pop().map(|bottom| Slot {
            bottom,
            bytes: size.bytes,
        })
    }

    /// Gives a stack back that no coroutine uses.
    pub fn give(self) {
        let free = if self.bytes == LARGE.bytes {
            &FREE_LARGE
        } else {
            &FREE_SMALL
        };
        free.lock().bottoms.push(self.bottom);
    }

    /// The addresses of the stack, guard included.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.bottom..self.bottom + self.bytes
    }

    /// Lets the system have the memory of a stack back on which only the coroutine's own loop
    /// stands.
    pub fn give_memory(&self) {
        release(self.bottom, self.bottom + self.bytes - IDLE);
    }

    /// Lets the system have AddressSanitizer's notes about the stack back, an eighth of its size.
    /// Those of memory about which nothing was said are zero as well, so nothing is lost.
    #[cfg(feature = "sanitizer")]
    pub fn give_shadow(&self) {
        extern "C" {
            fn __asan_get_shadow_mapping(scale: *mut usize, offset: *mut usize);
        }
        let (mut scale, mut offset) = (0, 0);
        // SAFETY: the call writes its two numbers and touches nothing else.
        unsafe { __asan_get_shadow_mapping(&mut scale, &mut offset) };
        let shadow = |address: usize| (address >> scale) + offset;
        let from = shadow(self.bottom).next_multiple_of(PAGE);
        let end = shadow(self.bottom + self.bytes) & !(PAGE - 1);
        // SAFETY: the pages are notes about this stack alone, on which nothing stands, so they may
        // say that all of it can be used.
        unsafe { libc::madvise(from as *mut libc::c_void, end - from, libc::MADV_DONTNEED) };
    }
}

/// Lets the system have the memory of a stack back from its `bottom` up to `end`; nothing there is
/// in use.
pub fn release(bottom: usize, end: usize) {
    let from = bottom + PAGE;
    let bytes = (end & !(PAGE - 1)).saturating_sub(from);
    // SAFETY: the range is a part of the stack that is not in use, so its content may become zero.
    unsafe { libc::madvise(from as *mut libc::c_void, bytes, libc::MADV_DONTNEED) };
}

/// Has what a stack takes beyond [`SMALL_PAGES`] come in large pages, or not any more: recursion
/// that is so deep would spend most of its time on the faults of small ones.
pub fn use_large_pages(range: &std::ops::Range<usize>, wanted: bool) {
    let from = (range.start + PAGE).next_multiple_of(LARGE_PAGE);
    let bytes = ((range.end - SMALL_PAGES) & !(LARGE_PAGE - 1)).saturating_sub(from);
    let advice = if wanted {
        libc::MADV_HUGEPAGE
    } else {
        libc::MADV_NOHUGEPAGE
    };
    // SAFETY: advice about our own mapping, which changes no content.
    unsafe { libc::madvise(from as *mut libc::c_void, bytes, advice) };
}

/// Stack pointers at or below this one are too low on a stack with these addresses.
pub fn hard_limit(range: &std::ops::Range<usize>) -> usize {
    let size = if range.len() == LARGE.bytes {
        &LARGE
    } else {
        &SMALL
    };
    range.start + PAGE + size.frame + MARGIN
}

fn map_slab(size: &Size, free: &mut Free) {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let mut slots = size.slab_slots;
    let (slab, bytes) = loop {
        let bytes = size.bytes * slots;
        // SAFETY: a fresh anonymous mapping touches nothing that exists.
        let slab = unsafe { libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0) };
        if slab != libc::MAP_FAILED {
            break (slab, bytes);
        }
        if slots == size.least_slots {
            return;
        }
        slots = (slots / 8).max(size.least_slots);
    };
    free.slabs += 1;
    // A huge page would make one touched page of a stack cost two megabytes.
    // SAFETY: advice about our own mapping.
    unsafe { libc::madvise(slab, bytes, libc::MADV_NOHUGEPAGE) };
    for index in (0..slots).rev() {
        let bottom = slab as usize + index * size.bytes;
        if guard(bottom) {
            free.bottoms.push(bottom);
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
