//! Memory for large buffers: mapped from the system one by one, and a bounded part of it kept for
//! the next.
//!
//! In: sizes. Out: memory, whose bytes are zero or left over from an earlier use. Promised: what is
//! not in use and not kept is the system's again at once, whichever thread gives it back. The C
//! library's allocator cannot promise that: its arenas give back only what lies at their end.
//! Never: charging an actor, crashing one.

use std::collections::VecDeque;
use std::ffi::c_void;

use parking_lot::Mutex;

use super::system;

/// From this size on memory is mapped. Smaller sizes stay with the allocator, whose arenas serve
/// threads without a lock.
const MAPPED: usize = 128 * 1024;
/// Bytes that are kept for reuse in the whole process. A server of large messages takes its memory
/// from here instead of from fresh pages, which cost more than the messages; no program is larger
/// than it must be by more than this.
const KEPT: usize = 32 * 1024 * 1024;
/// Mappings that are kept, so that looking for one stays cheap.
const MOST_KEPT: usize = 128;
/// Sizes differ by at least this part of the next smaller power of two, so that memory of one size
/// fits the next of about the same.
const STEPS: usize = 8;

/// What stands before the memory in a mapping: its size, and what keeps the memory aligned.
const HEAD: usize = 16;

/// Mappings that nothing uses, the latest at the end.
#[derive(Default)]
struct Kept {
    mappings: VecDeque<Mapping>,
    bytes: usize,
}

struct Mapping {
    start: *mut c_void,
    size: usize,
}

// SAFETY: a mapping that is kept belongs to the list alone.
unsafe impl Send for Mapping {}

static KEEP: Mutex<Kept> = Mutex::new(Kept {
    mappings: VecDeque::new(),
    bytes: 0,
});

impl Kept {
    /// The one that was used last of those that fit and are not twice as large as needed. What was
    /// used last is in the processor's cache most probably, which matters more than a close fit.
    fn take(&mut self, size: usize) -> Option<Mapping> {
        let fits = |mapping: &Mapping| size <= mapping.size && mapping.size <= 2 * size;
        let at = self.mappings.iter().rposition(fits)?;
        let mapping = self.mappings.remove(at)?;
        self.bytes -= mapping.size;
        Some(mapping)
    }

    /// Keeps one, and answers those that must go for it: the ones that were unused for longest.
    fn keep(&mut self, mapping: Mapping) -> Vec<Mapping> {
        if mapping.size > KEPT {
            return vec![mapping];
        }
        self.bytes += mapping.size;
        self.mappings.push_back(mapping);
        let mut gone = Vec::new();
        while self.bytes > KEPT || self.mappings.len() > MOST_KEPT {
            let Some(oldest) = self.mappings.pop_front() else {
                break;
            };
            self.bytes -= oldest.size;
            gone.push(oldest);
        }
        gone
    }
}

/// Memory of at least `bytes` bytes, aligned for any object; null when the system has none.
pub fn allocate(bytes: usize) -> *mut c_void {
    if !is_mapped(bytes) {
        return system::allocate(bytes).cast();
    }
    let Some(size) = bytes.checked_add(HEAD).and_then(mapped_size) else {
        return std::ptr::null_mut();
    };
    if system::fails_now() {
        return std::ptr::null_mut();
    }
    let kept = KEEP.lock().take(size);
    let mapping = kept
        .or_else(|| map(size))
        .or_else(|| if unmap_kept() { map(size) } else { None });
    let Some(Mapping { start, size }) = mapping else {
        return std::ptr::null_mut();
    };
    // SAFETY: the mapping is ours alone, begins on a page, and is longer than its head.
    unsafe {
        start.cast::<usize>().write(size);
        start.byte_add(HEAD)
    }
}

/// Gives back to the system what is kept; true when that was something.
fn unmap_kept() -> bool {
    let gone = std::mem::take(&mut *KEEP.lock());
    let any = !gone.mappings.is_empty();
    gone.mappings.into_iter().for_each(unmap);
    any
}

/// Gives memory back.
///
/// # Safety
/// `memory` came from [`allocate`] with the same `bytes`, and nothing uses it any more.
pub unsafe fn free(memory: *mut c_void, bytes: usize) {
    if !is_mapped(bytes) {
        // SAFETY: it came from there, by the same size.
        return unsafe { system::free(memory.cast()) };
    }
    // SAFETY: `allocate` has put the mapping's size there.
    let mapping = unsafe {
        let start = memory.byte_sub(HEAD);
        Mapping {
            start,
            size: start.cast::<usize>().read(),
        }
    };
    let gone = KEEP.lock().keep(mapping);
    // Not under the lock: the system takes its time with every page.
    gone.into_iter().for_each(unmap);
}

/// Under the sanitizer everything is the allocator's, so that it sees memory that is used after it
/// was given back.
fn is_mapped(bytes: usize) -> bool {
    bytes >= MAPPED && !cfg!(feature = "sanitizer")
}

/// The size of the mapping for `bytes` bytes.
fn mapped_size(bytes: usize) -> Option<usize> {
    let step = (1 << bytes.ilog2()) / STEPS;
    bytes.checked_next_multiple_of(step)
}

fn map(size: usize) -> Option<Mapping> {
    let (access, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: a fresh anonymous mapping touches nothing that exists.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), size, access, flags, -1, 0) };
    (start != libc::MAP_FAILED).then_some(Mapping { start, size })
}

fn unmap(mapping: Mapping) {
    // SAFETY: the mapping is whole and is not used by anything else. A failure would leave it where
    // it is.
    unsafe { libc::munmap(mapping.start, mapping.size) };
}

/// The C library's allocator gives back what it can of each arena beyond this.
const ARENA_KEEPS: libc::c_int = 4 << 20;

/// Bounds what the C library's allocator keeps, and has it keep that much: by itself it would adapt
/// to the largest size that was ever freed.
pub fn bound_allocator() {
    #[cfg(target_env = "gnu")]
    // SAFETY: the calls only change settings of the allocator.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, ARENA_KEEPS / 4);
        libc::mallopt(libc::M_TRIM_THRESHOLD, ARENA_KEEPS);
    }
}

#[cfg(all(test, not(feature = "sanitizer")))]
mod tests {
    use super::*;

    fn mapping(size: usize) -> Mapping {
        Mapping {
            start: std::ptr::without_provenance_mut(size),
            size,
        }
    }

    #[test]
    fn sizes_have_room_waste_little_and_are_few() {
        let mut sizes = std::collections::BTreeSet::new();
        for bytes in (MAPPED..4 * MAPPED).chain([1 << 30, (1 << 40) + 1]) {
            let size = mapped_size(bytes).unwrap();
            assert!(size >= bytes && size <= bytes + bytes / STEPS && size % 4096 == 0);
            sizes.insert(size);
        }
        assert!(sizes.len() <= 2 * STEPS + 3);
        assert_eq!(mapped_size(usize::MAX), None);
        assert!(allocate(usize::MAX).is_null());
    }

    #[test]
    fn what_was_used_last_is_used_next_and_what_is_too_much_goes() {
        let mut kept = Kept::default();
        for size in [3, 4, 9] {
            assert!(kept.keep(mapping(size << 20)).is_empty());
        }
        assert_eq!(
            kept.take(3 << 20).map(|mapping| mapping.size),
            Some(4 << 20),
            "9 is too large, 4 was used last"
        );
        assert!(kept.take(4 << 20).is_none());
        assert!(kept.keep(mapping(4 << 20)).is_empty());
        assert_eq!(
            kept.take(9 << 20).map(|mapping| mapping.size),
            Some(9 << 20)
        );
        assert_eq!(kept.bytes, 7 << 20);
        let gone: Vec<usize> = kept
            .keep(mapping(27 << 20))
            .iter()
            .map(|mapping| mapping.size >> 20)
            .collect();
        assert_eq!(gone, [3], "the oldest goes");
        let gone: Vec<usize> = kept
            .keep(mapping(KEPT + 1))
            .iter()
            .map(|mapping| mapping.size)
            .collect();
        assert_eq!(
            gone,
            [KEPT + 1],
            "what is larger than all that is kept goes at once"
        );
        let gone: usize = (0..MOST_KEPT).map(|_| kept.keep(mapping(1)).len()).sum();
        assert_eq!((gone, kept.mappings.len()), (2, MOST_KEPT));
    }

    #[test]
    fn memory_can_be_written_to_its_end_and_is_used_again() {
        let bytes = 3 * MAPPED + 1;
        let memory = allocate(bytes);
        // SAFETY: fresh memory of that many bytes, which goes back below.
        unsafe {
            memory.cast::<u8>().write_bytes(7, bytes);
            free(memory, bytes);
        }
        let small = allocate(100);
        assert!(!small.is_null());
        // SAFETY: it came from `allocate` by that size.
        unsafe { free(small, 100) };
    }
}
