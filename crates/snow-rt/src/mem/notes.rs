//! What the code inside guards did to objects and cells from before.
//!
//! Only code of a guard that has taken values over changes more of an object from before than its
//! count: it frees it, or writes to a list in place.

use snow_abi::layout::{guard_state, Context, Guard, Header, Note, NOTE_CELL};

use super::heap;
use super::note_list::Notes;
use super::owner::{Owner, Owns};

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
    /// The count of a dead object was used for something else.
    Dead = 5,
    /// The object that the word of the next note is of. Guards inside others have these, since they
    /// leave the notes about what is older than the guard around to that one.
    Part = 6,
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
        4 => Kind::Freed,
        5 => Kind::Dead,
        _ => Kind::Part,
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

/// Notes the count of an old object.
///
/// # Safety
/// `cx` is the actor that this thread owns, and the object is of its heap and not immortal.
pub unsafe fn note_count(cx: *mut Context, object: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        if !push(cx, note_of(object, Kind::Count)) {
            // Whatever its count should be after a crash, it is not the last one.
            add_count(object, UNKNOWN);
        }
        (*object).epoch = (*cx).noted;
    }
}

/// A count that is not known. So many references never are, so the object stays.
const UNKNOWN: u32 = 1 << 30;

/// Adds to the count of an object, which stays below what could overflow.
///
/// # Safety
/// The object is alive, not immortal, and of the heap of an actor that this thread owns.
pub unsafe fn add_count(object: *mut Header, more: u32) {
    // SAFETY: the caller's promise.
    unsafe { (*object).rc = (*object).rc.saturating_add(more).min(UNKNOWN) };
}

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
        notes.ends_with(note.object) || notes.push(note)
    }
}

/// Notes a word of a dead object that is old. False when there is no memory for that.
///
/// # Safety
/// As for [`note_word`]; the word is of the object.
pub unsafe fn note_part(cx: *mut Context, object: *mut Header, word: *mut Header) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let guard = (*cx).guard;
        let is_inside = !guard.is_null() && !(*guard).outer.is_null();
        (!is_inside || push(cx, note_of(object, Kind::Part))) && note_word(cx, word)
    }
}

/// Notes that the count of a dead object that is old is about to be used for something else. False
/// when there is no memory for that.
///
/// # Safety
/// As for [`note_count`].
pub unsafe fn note_dead(cx: *mut Context, object: *mut Header) -> bool {
    // SAFETY: the caller's promise.
    unsafe { push(cx, note_of(object, Kind::Dead)) }
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
