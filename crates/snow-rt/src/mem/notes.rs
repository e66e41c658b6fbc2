//! What the code inside guards did to objects and cells from before: notes in the order in which
//! they were made.
//!
//! The outermost guard of an actor has the list, whose first part stands in the guard itself; what
//! does not fit there goes into parts of a page each. The guards inside know where their notes
//! begin. Generated code adds notes as long as there is space in the newest part, whose end the
//! context has; all other parts are full. Workers keep a few parts for the next guard.
//!
//! Only code of a guard that has taken values over changes more of an object from before than its
//! count: it frees it, or writes to a list in place.

use std::ptr::null_mut;

use snow_abi::layout::{guard_state, Context, FirstNotes, Guard, Header, Note, NotesHead};
use snow_abi::layout::{FIRST_NOTES, NOTE_CELL};

use super::owner::{Owner, Owns};
use super::{heap, system};

/// Bytes of a part that does not stand in a guard.
const PART: usize = 4096;
/// Notes that fit into such a part.
const FIT: usize = (PART - size_of::<NotesHead>()) / size_of::<Note>();
/// Parts that a worker keeps.
const SPARES: usize = 16;

const _: () = assert!(std::mem::offset_of!(FirstNotes, notes) == size_of::<NotesHead>());

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Kind {
    /// The count of an object was changed.
    Count = 0,
    /// A free cell was used.
    Cell = NOTE_CELL,
    /// A box with a message that was accepted is to be dropped at the end of the guard.
    Box = 2,
    /// A word was written, whose address stands in the place of an object.
    Word = 3,
    /// An object, or a reference to a block, is to be freed at the end of the guard.
    Freed = 4,
}

/// A note about `object`, with its header as it is now.
///
/// # Safety
/// The object's header can be read.
pub unsafe fn note_of(object: *mut Header, kind: Kind) -> Note {
    Note {
        object: object.addr() | kind as usize,
        // SAFETY: the caller's promise.
        header: unsafe { *object },
    }
}

/// What a note is about.
pub fn kind(note: &Note) -> Kind {
    match note.object & 7 {
        0 => Kind::Count,
        NOTE_CELL => Kind::Cell,
        2 => Kind::Box,
        3 => Kind::Word,
        _ => Kind::Freed,
    }
}

/// The word that a note of [`Kind::Word`] is about. It is as large as a header.
pub fn word(note: &Note) -> *mut Header {
    (note.object & !7) as *mut Header
}

/// The object that a note is about.
pub fn object(note: &Note) -> *mut Header {
    // Objects are aligned to 16 bytes; heaps of Rust are not distinguished from others.
    (note.object & !15) as *mut Header
}

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

/// Notes the count of an old object.
///
/// # Safety
/// `cx` is the actor that this thread owns, and the object is of its heap and not immortal.
pub unsafe fn note_count(cx: *mut Context, object: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        if !push(cx, note_of(object, Kind::Count)) {
            // Whatever its count should be after a crash, it is not the last one.
            (*object).rc = (*object).rc.saturating_add(UNKNOWN);
        }
        (*object).epoch = (*cx).noted;
    }
}

/// What is added to a count that cannot be noted, so that the object stays.
const UNKNOWN: u32 = 1 << 30;

/// The same when a count is about to be taken. The last one of an old object is one that the guard
/// has taken over, or one that the runtime had: then the object will not be there when the guard
/// ends.
///
/// # Safety
/// As for [`note_count`].
#[cold]
pub unsafe fn note_loss(cx: *mut Context, object: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*object).rc > 1 {
            note_count(cx, object);
        } else if !takes((*cx).guard) {
            keep_for_good(Owner::of(cx));
            note_count(cx, object);
        }
    }
}

/// Notes words of an old object that has one owner, which are about to be written. False when a
/// copy is to be written instead: one costs less than the notes, or there is no memory for these.
///
/// # Safety
/// As for [`note_count`]; the bytes are the object's own.
#[cold]
pub unsafe fn note_words(
    cx: *mut Context,
    object: *mut Header,
    from: *mut u8,
    bytes: usize,
) -> bool {
    // SAFETY: the caller's promise. Objects begin and end at the bounds of words.
    unsafe {
        let guard = (*cx).guard;
        if !takes(guard) {
            return false;
        }
        let mut at: *mut Header = from.map_addr(|address| address & !7).cast();
        let end = from.add(bytes).addr();
        let words = (end - at.addr()).div_ceil(size_of::<Header>());
        let noted = &mut (*guard).before.words;
        let all = *noted as usize + words;
        if all * size_of::<Note>() > heap::size_of_object(object).max(SMALL) {
            return false;
        }
        *noted += words as u32;
        while at.addr() < end {
            if !note_word(cx, at) {
                return false;
            }
            at = at.add(1);
        }
        true
    }
}

/// Objects up to this size are not worth a copy for a few notes.
const SMALL: usize = 1024;

/// Notes a word of an old object. False when there is no memory for that.
///
/// # Safety
/// As for [`note_count`]; the word can be read.
pub unsafe fn note_word(cx: *mut Context, word: *mut Header) -> bool {
    let note = Note {
        object: word.addr() | Kind::Word as usize,
        // SAFETY: the caller's promise.
        header: unsafe { *word },
    };
    // SAFETY: as above. A part has a note when the next place in it is not the first.
    unsafe {
        let guard = (*cx).guard;
        if guard.is_null() {
            return true;
        }
        let notes = Notes::of(cx, guard);
        let newest = notes.newest();
        let is_noted = notes.length(newest) > 0 && (*(*cx).note.sub(1)).object == note.object;
        is_noted || notes.push(note)
    }
}

/// An old object that nothing refers to any more is freed when the guard ends, or stays when there
/// is no memory for a note.
///
/// # Safety
/// As for [`note_count`].
#[cold]
pub unsafe fn note_freed(cx: *mut Context, object: *mut Header) {
    // SAFETY: the caller's promise; what is old is so because of a guard.
    unsafe {
        (*(*cx).guard).before.state |= guard_state::FREED;
        push(cx, note_of(object, Kind::Freed));
    }
}

/// True for a guard that has taken values over.
unsafe fn takes(guard: *const Guard) -> bool {
    // SAFETY: a guard in a context stands.
    unsafe { !guard.is_null() && (*guard).before.state & guard_state::TAKES != 0 }
}

/// Notes a free cell of before the innermost guard, which is about to be used.
///
/// # Safety
/// As for [`note_count`].
#[cold]
pub unsafe fn note_cell(cx: *mut Context, cell: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe { note(cx, cell, Kind::Cell) }
}

/// Adds a note about an object to those of the innermost guard, if there is one.
///
/// # Safety
/// As for [`note_count`].
pub unsafe fn note(cx: *mut Context, object: *mut Header, kind: Kind) {
    // SAFETY: the caller's promise.
    unsafe {
        if !push(cx, note_of(object, kind)) {
            keep_for_good(Owner::of(cx));
        }
    }
}

/// Adds a note to those of the innermost guard, if there is one; false when there is no memory.
unsafe fn push(cx: *mut Context, note: Note) -> bool {
    // SAFETY: the epoch of the context is that of its innermost guard.
    unsafe {
        let guard = (*cx).guard;
        guard.is_null() || Notes::of(cx, guard).push(note)
    }
}

/// The runtime takes or gives back something of the actor's heap that outlives guards: what code
/// inside of those around makes stays with the actor when it crashes.
///
/// # Safety
/// The actor is owned by this thread.
#[cold]
pub unsafe fn keep_for_good(owner: impl Owns) {
    // SAFETY: the caller's promise.
    unsafe {
        let awake = (*owner.owner()).context;
        if !awake.is_null() {
            mark(awake.cast(), guard_state::FOR_GOOD);
        }
    }
}

/// Marks all guards that the actor is inside of.
///
/// # Safety
/// As for [`note_count`].
pub unsafe fn mark(cx: *mut Context, state: u8) {
    // SAFETY: guards stand on the actor's stack.
    unsafe {
        let mut guard = (*cx).guard;
        while !guard.is_null() {
            (*guard).before.state |= state;
            guard = (*guard).outer;
        }
    }
}
