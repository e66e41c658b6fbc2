//! A list of what is left to do, last in, first out. Its memory belongs to the actor and counts
//! against its limit.

use std::marker::PhantomData;

use snow_abi::layout::Context;

use crate::actor::memory;
use crate::mem::heap;

/// Bytes of a part of the list.
const PART: usize = 16 << 10;

/// Head of a part; the entries follow.
#[repr(C)]
struct Part {
    before: *mut Part,
    count: usize,
}

/// The list. It has to be emptied by `pop` or `free`; what is left when its actor crashes goes with
/// the actor's heap.
pub struct Work<T: Copy> {
    cx: *mut Context,
    newest: *mut Part,
    /// An empty part, so that a walk between two parts does not allocate again and again.
    spare: *mut Part,
    entries: PhantomData<T>,
}

impl<T: Copy> Work<T> {
    const FIT: usize = (PART - size_of::<Part>()) / size_of::<T>();

    /// An empty list of the actor that runs; it takes no memory yet.
    ///
    /// # Safety
    /// `cx` is the actor that runs on this thread as long as the list is used.
    pub unsafe fn new(cx: *mut Context) -> Self {
        const { assert!(align_of::<T>() <= align_of::<Part>()) };
        Work {
            cx,
            newest: std::ptr::null_mut(),
            spare: std::ptr::null_mut(),
            entries: PhantomData,
        }
    }

    /// Adds an entry; crashes the actor when that is beyond its limit.
    pub fn push(&mut self, entry: T) {
        // SAFETY: `new` says that the actor runs here; a part has room for `FIT` entries.
        unsafe {
            if self.newest.is_null() || (*self.newest).count == Self::FIT {
                let mut part = std::mem::replace(&mut self.spare, std::ptr::null_mut());
                if part.is_null() {
                    part = memory::alloc_large(self.cx, PART).cast();
                }
                part.write(Part {
                    before: self.newest,
                    count: 0,
                });
                self.newest = part;
            }
            let part = self.newest;
            part.add(1).cast::<T>().add((*part).count).write(entry);
            (*part).count += 1;
        }
    }

    /// Takes the entry that came last.
    pub fn pop(&mut self) -> Option<T> {
        if self.newest.is_null() {
            self.free();
            return None;
        }
        // SAFETY: the newest part has at least one entry, because a part that is left empty is
        // taken out.
        unsafe {
            let part = self.newest;
            (*part).count -= 1;
            let entry = part.add(1).cast::<T>().add((*part).count).read();
            if (*part).count == 0 {
                self.newest = (*part).before;
                if self.spare.is_null() {
                    self.spare = part;
                } else {
                    heap::free_large(self.cx, part.cast());
                }
            }
            Some(entry)
        }
    }

    /// Gives all memory back.
    pub fn free(&mut self) {
        // SAFETY: the parts are ours alone.
        unsafe {
            while !self.newest.is_null() {
                let part = self.newest;
                self.newest = (*part).before;
                heap::free_large(self.cx, part.cast());
            }
            if !self.spare.is_null() {
                heap::free_large(
                    self.cx,
                    std::mem::replace(&mut self.spare, std::ptr::null_mut()).cast(),
                );
            }
        }
    }
}
