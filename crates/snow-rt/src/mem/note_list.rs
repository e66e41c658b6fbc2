//! The list of the notes of an actor, in the order in which they were made.
//!
//! The outermost guard has it; its first part stands in the guard itself, and what does not fit
//! there goes into parts of a page each. The guards inside know where their notes begin. Generated
//! code adds notes as long as there is space in the newest part, whose end the context has; all
//! other parts are full. Workers keep a few parts for the next guard.

use std::ptr::null_mut;

use snow_abi::layout::{Context, FirstNotes, Guard, Note, NotesHead, FIRST_NOTES};

use super::owner::Owner;
use super::system;

/// Bytes of a part that does not stand in a guard.
const PART: usize = 4096;
/// Notes that fit into such a part.
const FIT: usize = (PART - size_of::<NotesHead>()) / size_of::<Note>();
/// Parts that a worker keeps.
const SPARES: usize = 16;

const _: () = assert!(std::mem::offset_of!(FirstNotes, notes) == size_of::<NotesHead>());

/// A position between two notes: a part, and a number of its notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The part.
    pub part: *mut NotesHead,
    /// Notes of it.
    pub length: u16,
}

/// Spare parts of a worker.
#[derive(Debug)]
pub struct Spares {
    first: *mut NotesHead,
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
                self.first = (*part).before;
                system::free(part.cast());
            }
        }
    }
}

/// The first note of a part.
unsafe fn notes_in(part: *mut NotesHead) -> *mut Note {
    // SAFETY: the notes of a part follow its head.
    unsafe { part.add(1).cast() }
}

/// The notes of an actor, which its outermost guard has.
#[derive(Clone, Copy, Debug)]
pub struct Notes {
    cx: *mut Context,
    outermost: *mut Guard,
}

impl Notes {
    /// Those of the actor that is inside of `guard`.
    ///
    /// # Safety
    /// The guard was entered by the actor of `cx` and not left; this thread owns the actor.
    pub unsafe fn of(cx: *mut Context, guard: *mut Guard) -> Notes {
        Notes {
            cx,
            // SAFETY: the caller's promise.
            outermost: unsafe { (*guard).before.outermost },
        }
    }

    /// Begins the list, empty, in an outermost guard; answers its start.
    ///
    /// # Safety
    /// The guard is being entered by the actor of `cx`, which is in no other.
    pub unsafe fn begin(cx: *mut Context, guard: *mut Guard) -> Mark {
        // SAFETY: the caller's promise.
        unsafe {
            let first = &raw mut (*guard).before.first;
            (&raw mut (*first).head).write(NotesHead {
                before: null_mut(),
                after: null_mut(),
            });
            (*guard).before.notes = first.cast();
            (*cx).note = (&raw mut (*first).notes).cast();
            (*cx).notes_end = (*cx).note.add(FIRST_NOTES);
            Mark {
                part: first.cast(),
                length: 0,
            }
        }
    }

    /// True when all notes stand in the guard.
    pub fn are_few(&self) -> bool {
        self.newest() == self.start().part
    }

    /// Ends the list.
    pub fn end_all(&self) {
        self.cut(self.start());
        self.forget();
    }

    /// Ends a list of [few](Self::are_few) notes.
    pub fn forget(&self) {
        // SAFETY: the context is the actor's own.
        unsafe {
            (*self.cx).note = null_mut();
            (*self.cx).notes_end = null_mut();
        }
    }

    /// Before the oldest note.
    pub fn start(&self) -> Mark {
        Mark {
            // SAFETY: the outermost guard stands as long as one inside does.
            part: unsafe { (&raw mut (*self.outermost).before.first).cast() },
            length: 0,
        }
    }

    fn newest(&self) -> *mut NotesHead {
        // SAFETY: as above.
        unsafe { (*self.outermost).before.notes }
    }

    /// Makes `part` the newest, with `length` notes.
    fn continue_in(&self, part: *mut NotesHead, length: u16) {
        // SAFETY: as above; the part has space for so many.
        unsafe {
            (*self.outermost).before.notes = part;
            let notes = notes_in(part);
            (*self.cx).note = notes.add(usize::from(length));
            (*self.cx).notes_end = notes.add(capacity(part));
        }
    }

    fn length(&self, part: *mut NotesHead) -> u16 {
        if part != self.newest() {
            // SAFETY: parts in the list are ours.
            return unsafe { capacity(part) } as u16;
        }
        // SAFETY: the next note goes into the newest part.
        unsafe { (*self.cx).note.offset_from(notes_in(part)) as u16 }
    }

    /// Behind the newest note.
    pub fn end(&self) -> Mark {
        let part = self.newest();
        Mark {
            part,
            length: self.length(part),
        }
    }

    /// True when the newest note is about what `object` says, its kind included.
    pub fn ends_with(&self, object: usize) -> bool {
        // SAFETY: the note stands before the place for the next one.
        self.end().length > 0 && unsafe { (*(*self.cx).note.sub(1)).object == object }
    }

    /// Adds a note; false when there is no memory for it.
    pub fn push(&self, note: Note) -> bool {
        // SAFETY: the next note goes into the newest part, unless that is full.
        unsafe {
            if (*self.cx).note == (*self.cx).notes_end {
                let next = self.take();
                if next.is_null() {
                    return false;
                }
                let newest = self.newest();
                next.write(NotesHead {
                    before: newest,
                    after: null_mut(),
                });
                (*newest).after = next;
                self.continue_in(next, 0);
            }
            (*self.cx).note.write(note);
            (*self.cx).note = (*self.cx).note.add(1);
            true
        }
    }

    /// Calls `keep` with each note behind `mark`, the oldest first, and removes those for which it
    /// says so. `keep` adds none.
    pub fn retain(&self, mark: Mark, mut keep: impl FnMut(&mut Note) -> bool) {
        let (mut from, mut to) = (mark, mark);
        // SAFETY: the positions are within the list; what is written was read before.
        unsafe {
            while let Some(note) = self.next(&mut from) {
                if keep(&mut *note) {
                    if let Some(kept) = self.next(&mut to) {
                        kept.write(*note);
                    }
                }
            }
        }
        self.cut(to);
    }

    /// Calls `visit` with each note behind `mark`, the oldest first. `visit` adds none.
    pub fn each(&self, mark: Mark, mut visit: impl FnMut(&mut Note)) {
        let mut at = mark;
        // SAFETY: the position is within the list.
        unsafe {
            while let Some(note) = self.next(&mut at) {
                visit(&mut *note);
            }
        }
    }

    /// Removes the notes behind `mark`, the newest first.
    pub fn take_back(&self, mark: Mark, mut visit: impl FnMut(Note)) {
        // SAFETY: a note is read before it is removed; a part that is empty and not the mark's is
        // behind the mark, so another is before it.
        unsafe {
            while self.end() != mark {
                let part = self.newest();
                if self.length(part) == 0 {
                    self.remove_newest();
                    continue;
                }
                (*self.cx).note = (*self.cx).note.sub(1);
                visit((*self.cx).note.read());
            }
        }
    }

    /// The note at a position, which moves on behind it.
    unsafe fn next(&self, at: &mut Mark) -> Option<*mut Note> {
        // SAFETY: the position is within the list.
        unsafe {
            while at.length >= self.length(at.part) {
                let after = (*at.part).after;
                if after.is_null() {
                    return None;
                }
                *at = Mark {
                    part: after,
                    length: 0,
                };
            }
            at.length += 1;
            Some(notes_in(at.part).add(usize::from(at.length) - 1))
        }
    }

    /// Removes all notes behind `mark`.
    pub fn cut(&self, mark: Mark) {
        // SAFETY: the mark's part is in the list, and the ones behind it are given back.
        unsafe {
            while self.newest() != mark.part {
                self.remove_newest();
            }
        }
        self.continue_in(mark.part, mark.length);
    }

    /// Gives the newest part back, which is not the first; the one before is full.
    unsafe fn remove_newest(&self) {
        // SAFETY: parts in the list are ours; none refers to one that is given back.
        unsafe {
            let part = self.newest();
            let before = (*part).before;
            (*before).after = null_mut();
            self.continue_in(before, capacity(before) as u16);
            self.give(part);
        }
    }

    /// A part of the worker's, or a fresh one. It is charged without a look at the ceiling, because
    /// there may be no crash where a count changes; the next allocation has the look.
    unsafe fn take(&self) -> *mut NotesHead {
        // SAFETY: an actor is owned by its worker's thread.
        unsafe {
            let owner = Owner::of(self.cx);
            let spares = &mut (*(*owner).pool).notes;
            let mut part = spares.first;
            if part.is_null() {
                part = system::allocate(PART).cast();
            } else {
                spares.first = (*part).before;
                spares.count -= 1;
            }
            if !part.is_null() {
                (*owner).charged += PART;
            }
            part
        }
    }

    unsafe fn give(&self, part: *mut NotesHead) {
        // SAFETY: as for `take`; the part is in no list any more.
        unsafe {
            let owner = Owner::of(self.cx);
            (*owner).charged = (*owner).charged.saturating_sub(PART);
            let spares = &mut (*(*owner).pool).notes;
            if spares.count >= SPARES {
                system::free(part.cast());
                return;
            }
            (*part).before = spares.first;
            spares.first = part;
            spares.count += 1;
        }
    }
}

/// Notes that fit into a part: the first one, which has none before it, stands in a guard.
unsafe fn capacity(part: *mut NotesHead) -> usize {
    // SAFETY: the caller's part is in a list.
    if unsafe { (*part).before.is_null() } {
        FIRST_NOTES
    } else {
        FIT
    }
}
