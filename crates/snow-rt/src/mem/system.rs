//! Memory of the system, and what happens when there is none left.
//!
//! What is as large as an actor asks for goes through [`allocate`], whose failure its caller turns
//! into that actor's crash. What is small and cannot fail where it is needed, such as an entry of a
//! table, a signal, or a collection of the libraries that the runtime uses, is taken from a reserve
//! then ([`Reserved`], [`allocate_essential`]), and the actor in whose call that happened crashes
//! at its next check. Only when the reserve is gone, too, the program ends.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

/// Address space that is kept for the time when there is none left. It is not touched, so it takes
/// no memory.
const RESERVE: usize = 2 << 20;

/// Some allocation has failed in this process.
static SHORT: AtomicBool = AtomicBool::new(false);
/// Where the reserve is; 0 when it was given away.
static RESERVE_AT: AtomicUsize = AtomicUsize::new(0);

/// Told of each use of the reserve, when set: a `fn(usize)`.
static ON_USE: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());

/// Has `hook` told how many bytes were wanted whenever the reserve is used.
pub fn on_use_of_reserve(hook: fn(usize)) {
    ON_USE.store(hook as *mut (), Ordering::Release);
}

fn tell(bytes: usize) {
    let hook = ON_USE.load(Ordering::Acquire);
    if !hook.is_null() {
        // SAFETY: only `on_use_of_reserve` stores here.
        let hook: fn(usize) = unsafe { std::mem::transmute(hook) };
        hook(bytes);
    }
}

/// Memory of `bytes` bytes, aligned for everything; null when the system has none.
pub fn allocate(bytes: usize) -> *mut u8 {
    if fails_now() {
        return std::ptr::null_mut();
    }
    // SAFETY: plain allocation; the callers look at the result.
    unsafe { libc::malloc(bytes) }.cast()
}

/// The same memory with another size, or null; then the old memory is as it was.
///
/// # Safety
/// `old` came from this file.
pub unsafe fn reallocate(old: *mut u8, bytes: usize) -> *mut u8 {
    if fails_now() {
        return std::ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { libc::realloc(old.cast(), bytes) }.cast()
}

/// Gives memory back.
///
/// # Safety
/// It came from this file, and nothing uses it any more.
pub unsafe fn free(memory: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe { libc::free(memory.cast()) };
}

/// True when the system has so many bytes now. Another thread may take them next.
pub fn has(bytes: usize) -> bool {
    // Not looked at, the memory would never be asked for: compilers know what `malloc` does.
    let probe = std::hint::black_box(allocate(bytes));
    // SAFETY: the memory is from here, or null, which is not freed.
    unsafe { free(probe) };
    !probe.is_null()
}

/// True unless memory has run short before and the system has not so many bytes now.
pub fn can_spare(bytes: usize) -> bool {
    if !SHORT.load(Ordering::Relaxed) {
        return true;
    }
    let (access, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: a fresh anonymous mapping touches nothing that exists, and goes at once.
    unsafe {
        let probe = libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0);
        probe != libc::MAP_FAILED && libc::munmap(probe, bytes) == 0
    }
}

/// Memory has run short: from now on it is looked before it is taken for what can be left out.
pub fn note_shortage() {
    SHORT.store(true, Ordering::Relaxed);
}

/// Memory for something small that the runtime cannot do without; never null.
pub fn allocate_essential(bytes: usize) -> *mut u8 {
    or_from_reserve(bytes, || allocate(bytes))
}

/// Keeps the reserve again after it was used, when there is memory. Called whenever an actor has
/// ended.
pub fn refill() {
    if RESERVE_AT.load(Ordering::Relaxed) != 0 {
        return;
    }
    let (access, flags) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: a fresh anonymous mapping touches nothing that exists.
    let reserve = unsafe { libc::mmap(std::ptr::null_mut(), RESERVE, access, flags, -1, 0) };
    if reserve == libc::MAP_FAILED {
        return;
    }
    if RESERVE_AT
        .compare_exchange(0, reserve as usize, Ordering::AcqRel, Ordering::Relaxed)
        .is_err()
    {
        // SAFETY: another thread was first, and ours was never used.
        unsafe { libc::munmap(reserve, RESERVE) };
    }
}

/// What `allocate` answers; when that is nothing, the reserve goes back to the system, and it is
/// asked again.
#[inline]
fn or_from_reserve(bytes: usize, allocate: impl Fn() -> *mut u8) -> *mut u8 {
    let memory = allocate();
    if memory.is_null() {
        return from_reserve(bytes, allocate);
    }
    memory
}

#[cold]
fn from_reserve(bytes: usize, allocate: impl Fn() -> *mut u8) -> *mut u8 {
    note_shortage();
    let reserve = RESERVE_AT.swap(0, Ordering::AcqRel);
    if reserve != 0 {
        // SAFETY: the code that took the address out owns the mapping.
        unsafe { libc::munmap(reserve as *mut libc::c_void, RESERVE) };
    }
    let memory = allocate();
    if memory.is_null() {
        end(bytes);
    }
    tell(bytes);
    memory
}

/// Ends the program. Nothing is allocated for that.
fn end(bytes: usize) -> ! {
    let mut text = [0; 128];
    let mut rest = &mut text[..];
    let _ = std::io::Write::write_fmt(
        &mut rest,
        format_args!("snow: out of memory: no {bytes} bytes for the runtime's own tables\n"),
    );
    let left = rest.len();
    let used = &text[..text.len() - left];
    // SAFETY: the text is ours; what was printed before and not yet written is lost, as writing it
    // might need memory.
    unsafe {
        libc::write(libc::STDERR_FILENO, used.as_ptr().cast(), used.len());
        libc::_exit(1)
    }
}

/// The allocator of Rust code in the runtime and its libraries.
#[derive(Debug)]
pub struct Reserved;

#[cfg(not(loom))]
#[global_allocator]
static ALLOCATOR: Reserved = Reserved;

// SAFETY: all memory is the system allocator's; an allocation that fails is tried once more or ends
// the program.
unsafe impl GlobalAlloc for Reserved {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        or_from_reserve(layout.size(), || {
            if fails_now() {
                return std::ptr::null_mut();
            }
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        or_from_reserve(layout.size(), || {
            if fails_now() {
                return std::ptr::null_mut();
            }
            // SAFETY: the caller's promise.
            unsafe { System.alloc_zeroed(layout) }
        })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) };
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        or_from_reserve(bytes, || {
            if fails_now() {
                return std::ptr::null_mut();
            }
            // SAFETY: the caller's promise; memory that could not be resized is as it was.
            unsafe { System.realloc(memory, layout, bytes) }
        })
    }
}

/// For tests: the number of allocations on workers until one fails; none does at 0 or below.
#[cfg(test)]
pub static FAILS_AFTER: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);

#[cfg(test)]
/// True when the next allocation is to fail.
pub fn fails_now() -> bool {
    FAILS_AFTER.load(Ordering::Relaxed) > 0
        && crate::counters::is_worker()
        && FAILS_AFTER.fetch_sub(1, Ordering::Relaxed) == 1
}

#[cfg(not(test))]
/// True when the next allocation is to fail: in tests alone.
#[inline(always)]
pub fn fails_now() -> bool {
    false
}
