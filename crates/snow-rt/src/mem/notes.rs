//! What the code inside guards did to objects and cells from before: notes in the order in which
//! they were made, in parts of a page each.
//!
//! The outermost guard of an actor has the list; the guards inside know where theirs begin. Workers
//! keep a few parts for the next guard.

use std::ptr::null_mut;

use snow_abi::layout::{Context, Guard, Header};

use super::system;
use crate::actor::control::Actor;

/// Bytes of a part.
const PART: usize = 4096;
/// Notes that fit into a part.
const FIT: usize = (PART - size_of::<Head>()) / size_of::<Note>();
/// Parts that a worker keeps.
const SPARES: usize = 16;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// The count of an object was changed.
    Count,
    /// A free cell was used.
    Cell,
    /// A box with a message that was accepted is to be dropped at the end of the guard.
    Box,
}

/// One note.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// The object; its lowest bits are the kind.
    object: usize,
    /// Its header as it was.
    pub header: Header,
}

impl Mark {
    /// Before the first note.
    pub const START: Mark = Mark {
        part: null_mut(),
        length: 0,
    };
}

impl Note {
    /// The header of `object`, as it is now.
    ///
    /// # Safety
    /// The object's header can be read.
    pub unsafe fn of(object: *mut Header, kind: Kind) -> Note {
        Note {
            object: object.addr() | kind as usize,
            // SAFETY: the caller's promise.
            header: unsafe { *object },
        }
    }

    /// What it is about.
    pub fn kind(&self) -> Kind {
        match self.object & 3 {
            0 => Kind::Count,
            1 => Kind::Cell,
            _ => Kind::Box,
        }
    }

    /// The object that it is about.
    pub fn object(&self) -> *mut Header {
        // Objects are aligned to 16 bytes; heaps of Rust are not distinguished from others.
        (self.object & !15) as *mut Header
    }
}

#[derive(Debug)]
struct Head {
    before: *mut Part,
    after: *mut Part,
    length: u16,
}

/// A part of the list.
#[derive(Debug)]
pub struct Part {
    head: Head,
    notes: [Note; FIT],
}

const _: () = assert!(size_of::<Part>() <= PART);

/// A place between two notes: a part, or null before the first one, and a number of its notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The part.
    pub part: *mut Part,
    /// Notes of it.
    pub length: u16,
}

/// Spare parts of a worker.
#[derive(Debug)]
pub struct Spares {
    first: *mut Part,
    count: usize,
}

impl Spares {
    /// None.
    pub fn new() -> Self {
        Spares {
            first: null_mut(),
            count: 0,
        }
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        while !self.first.is_null() {
            let part = self.first;
            // SAFETY: spares are owned by the list.
            unsafe {
                self.first = (*part).head.before;
                system::free(part.cast());
            }
        }
    }
}

/// The notes of an actor, which its outermost guard has.
#[derive(Clone, Copy, Debug)]
pub struct Notes {
    actor: *mut Actor,
    outermost: *mut Guard,
}

impl Notes {
    /// Those of the actor that is inside of `guard`.
    ///
    /// # Safety
    /// The guard was entered by the actor of `cx` and not left; this thread owns the actor.
    pub unsafe fn of(cx: *mut Context, guard: *mut Guard) -> Notes {
        Notes {
            actor: Actor::of(cx),
            // SAFETY: the caller's promise.
            outermost: unsafe { (*guard).before.outermost },
        }
    }

    fn newest(&self) -> *mut Part {
        // SAFETY: the outermost guard stands as long as one inside does.
        unsafe { (*self.outermost).before.notes.cast() }
    }

    fn set_newest(&self, part: *mut Part) {
        // SAFETY: as above.
        unsafe { (*self.outermost).before.notes = part.cast() };
    }

    /// Behind the newest note.
    pub fn end(&self) -> Mark {
        let part = self.newest();
        if part.is_null() {
            return Mark::START;
        }
        Mark {
            part,
            // SAFETY: parts in the list are ours.
            length: unsafe { (*part).head.length },
        }
    }

    /// Adds a note; false when there is no memory for it.
    pub fn push(&self, note: Note) -> bool {
        // SAFETY: parts in the list are ours, and the newest one has room.
        unsafe {
            let mut part = self.newest();
            if part.is_null() || (*part).head.length as usize == FIT {
                let next = self.take();
                if next.is_null() {
                    return false;
                }
                (&raw mut (*next).head).write(Head {
                    before: part,
                    after: null_mut(),
                    length: 0,
                });
                if !part.is_null() {
                    (*part).head.after = next;
                }
                part = next;
                self.set_newest(part);
            }
            let length = (*part).head.length;
            (&raw mut (*part).notes)
                .cast::<Note>()
                .add(length as usize)
                .write(note);
            (*part).head.length = length + 1;
            true
        }
    }

    /// Calls `keep` with each note behind `mark`, the oldest first, and removes those for which it
    /// says so. `keep` adds none.
    pub fn retain(&self, mark: Mark, mut keep: impl FnMut(&mut Note) -> bool) {
        let (mut from, mut to) = (mark, mark);
        // SAFETY: the places are within the list; what is written was read before.
        unsafe {
            while let Some(note) = self.next(&mut from) {
                if keep(&mut *note) {
                    if let Some(place) = self.next(&mut to) {
                        place.write(*note);
                    }
                }
            }
        }
        self.cut(to);
    }

    /// Removes the notes behind `mark`, the newest first.
    pub fn take_back(&self, mark: Mark, mut visit: impl FnMut(Note)) {
        // SAFETY: a note is read before it is removed.
        unsafe {
            while self.end() != mark {
                let part = self.newest();
                let length = (*part).head.length;
                if length == 0 {
                    self.set_newest((*part).head.before);
                    self.give(part);
                    continue;
                }
                (*part).head.length = length - 1;
                visit(
                    (&raw const (*part).notes)
                        .cast::<Note>()
                        .add(usize::from(length) - 1)
                        .read(),
                );
            }
        }
        self.cut(mark);
    }

    /// The note at a place, which moves on behind it.
    unsafe fn next(&self, at: &mut Mark) -> Option<*mut Note> {
        // SAFETY: the place is within the list.
        unsafe {
            if at.part.is_null() {
                at.part = self.first();
                if at.part.is_null() {
                    return None;
                }
            }
            while at.length >= (*at.part).head.length {
                let after = (*at.part).head.after;
                if after.is_null() {
                    return None;
                }
                *at = Mark {
                    part: after,
                    length: 0,
                };
            }
            at.length += 1;
            Some(
                (&raw mut (*at.part).notes)
                    .cast::<Note>()
                    .add(at.length as usize - 1),
            )
        }
    }

    fn first(&self) -> *mut Part {
        let mut part = self.newest();
        // SAFETY: parts in the list are ours.
        unsafe {
            while !part.is_null() && !(*part).head.before.is_null() {
                part = (*part).head.before;
            }
        }
        part
    }

    /// Removes all notes behind `mark`.
    pub fn cut(&self, mark: Mark) {
        // SAFETY: parts in the list are ours; none refers to one that is given back.
        unsafe {
            let mut part = self.newest();
            while part != mark.part {
                let before = (*part).head.before;
                self.give(part);
                part = before;
            }
            self.set_newest(part);
            if !part.is_null() {
                (*part).head.after = null_mut();
                (*part).head.length = mark.length;
            }
        }
    }

    /// A part of the worker's, or a fresh one. It is charged without a look at the ceiling, because
    /// there may be no crash where a count changes; the next allocation has the look.
    unsafe fn take(&self) -> *mut Part {
        // SAFETY: an actor is owned by its worker's thread.
        unsafe {
            let spares = &mut (*(*self.actor).worker).notes;
            let mut part = spares.first;
            if part.is_null() {
                part = system::allocate(PART).cast();
            } else {
                spares.first = (*part).head.before;
                spares.count -= 1;
            }
            if !part.is_null() {
                (*self.actor).heap.charged += PART;
            }
            part
        }
    }

    unsafe fn give(&self, part: *mut Part) {
        // SAFETY: as for `take`; the part is in no list any more.
        unsafe {
            (*self.actor).heap.charged = (*self.actor).heap.charged.saturating_sub(PART);
            let spares = &mut (*(*self.actor).worker).notes;
            if spares.count >= SPARES {
                system::free(part.cast());
                return;
            }
            (*part).head.before = spares.first;
            spares.first = part;
            spares.count += 1;
        }
    }
}
