//! What a guard gives back when the code inside crashes: all that it had made, and the counts that
//! it had taken on objects from before (`docs/memory.md`).
//!
//! An object carries the epoch in which it was made, and a guard begins one. What is older is held
//! by the code around, so inside it changes in its count only. It is noted before that happens for
//! the first time, as is a free cell before it is used. A crash gives back wholesale what is newer
//! than the guard, and obeys the notes. What a guard without one around it has taken over may be
//! freed and written to inside: freed objects stay until it ends, words are noted.
//!
//! What the runtime keeps of an actor's heap outlives guards and may be older than one. When it is
//! taken or given back inside, a crash there cannot be undone ([`notes::keep_for_good`]): what the
//! crashed code held stays. What was taken over comes back even so, with counts that are sums of
//! what they were and what they are, so that nothing goes too early.

use std::ptr::null_mut;

use snow_abi::layout::{
    guard_state, message, Before, Context, Guard, Header, Message, Note, CLASS_SIZES, TAG_BLOCK_REF,
};

use super::control::Actor;
use super::{answers, mailbox};
use crate::mem::chunks::poison;
use crate::mem::note_list::{Mark, Notes};
use crate::mem::notes::{self, Kind};
use crate::mem::owner::Owner;
use crate::mem::{block, heap, scratch};

/// The epoch of what is made outside of guards. Immortal objects have 0.
pub const OUTSIDE: u8 = 2;
/// Guards inside of each other that have epochs of their own. The code inside of those beyond
/// counts as code of this one: what it held when it crashed is given back with this one's crash.
const DEEPEST: u16 = 120;
/// From so many bytes of heap on a guard that ends gives its epoch back, which costs time in
/// proportion to what was touched inside. Smaller heaps are renumbered now and then.
const LARGE_HEAP: usize = 64 << 10;

/// What a dropped box holds behind its header.
type Forget = unsafe extern "C-unwind" fn(*mut Context, *mut Header);

/// Begins a guard.
///
/// # Safety
/// `cx` runs on this thread; `guard` stands on its stack until it is left or a crash returned to
/// it, and its `outer` is the guard around.
#[inline(always)]
pub unsafe fn enter(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: the caller's promise.
    unsafe {
        let actor = Actor::of(cx);
        let before = &raw mut (*guard).before;
        (*before).bump = (*cx).bump;
        (*before).bump_end = (*cx).bump_end;
        (*before).chunks = (*actor).heap.chunks.cast();
        (*before).large = (*actor).heap.large.cast();
        (*before).blocks = (*actor).heap.blocks;
        let outer = (*guard).outer;
        if outer.is_null() {
            (*before).outermost = guard;
            (*before).depth = 0;
            set_mark(before, Notes::begin(cx, guard));
        } else {
            let around = &(*outer).before;
            (*before).outermost = around.outermost;
            (*before).depth = around.depth.saturating_add(1);
            set_mark(before, Notes::of(cx, guard).end());
        }
        (*before).state = 0;
        if (*before).depth >= DEEPEST {
            (*before).state = guard_state::SHARED;
            (*before).outer_epoch = (*cx).epoch;
        } else {
            if (*cx).last_epoch >= u8::MAX - 1 {
                renumber(cx);
            }
            (*before).outer_epoch = (*cx).epoch;
            (*cx).last_epoch += 2;
            set_epoch(cx, (*cx).last_epoch);
        }
        (*before).epoch = (*cx).epoch;
        (*cx).guard = guard;
    }
}

/// Begins a guard whose code takes values over, unless there is a guard around.
///
/// # Safety
/// As for [`enter`]. With a guard around, somebody else holds the values, too.
pub unsafe fn enter_taking(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: the caller's promise.
    unsafe {
        enter(cx, guard);
        if (*guard).outer.is_null() {
            (*guard).before.state = guard_state::TAKES;
            (*guard).before.words = 0;
        }
    }
}

unsafe fn set_epoch(cx: *mut Context, epoch: u8) {
    // SAFETY: the caller's context is its actor's.
    unsafe {
        (*cx).epoch = epoch;
        (*cx).noted = epoch - 1;
    }
}

/// Ends the innermost guard, whose code has returned.
///
/// # Safety
/// `cx` runs on this thread, and its innermost guard is `guard`.
pub unsafe fn leave(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: the caller's promise.
    unsafe {
        (*cx).guard = (*guard).outer;
        let before = &raw const (*guard).before;
        let notes = Notes::of(cx, guard);
        // Most guards are alone, in a small actor, and leave no notes to pass on.
        if (*guard).outer.is_null()
            && (*before).state & guard_state::BOXES == 0
            && (*Actor::of(cx)).heap.charged < LARGE_HEAP
            && notes.are_few()
        {
            set_epoch(cx, (*before).outer_epoch);
            if (*before).state & guard_state::FREED != 0 {
                free_all_noted(cx, notes);
            }
            notes.forget();
            return;
        }
        pass_notes_on(cx, guard);
    }
}

/// The code inside `guard` has crashed: undoes what it did, and ends the guard but for the jump to
/// it.
///
/// # Safety
/// `cx` runs on this thread; the guard is its innermost one, or all inside of that are abandoned.
pub unsafe fn undo(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: the caller's promise. Nothing that code inside of the guard made is used any more.
    unsafe {
        let actor = Actor::of(cx);
        scratch::release_all(actor);
        answers::finish_reading(actor);
        let before = &raw mut (*guard).before;
        if (*before).state & (guard_state::FOR_GOOD | guard_state::SHARED) != 0 {
            if (*before).state & guard_state::TAKES != 0 {
                give_back(cx, guard);
            }
            pass_notes_on(cx, guard);
            return;
        }
        let epoch = (*before).epoch;
        if (*before).state & guard_state::RECEIVED != 0 {
            mailbox::forget_kept(actor, epoch);
        }
        for free in &mut (*cx).free {
            while !free.is_null() && (*free.cast::<Header>()).epoch >= epoch {
                *free = *free.cast::<*mut std::ffi::c_void>().add(1);
            }
        }
        block::release_newer(actor, (*before).blocks);
        heap::free_newer_large(actor, (*before).large.cast());
        obey_notes(cx, guard, epoch);
        heap::give_newer_chunks(actor, (*before).chunks.cast());
        (*cx).bump = (*before).bump;
        (*cx).bump_end = (*before).bump_end;
        poison((*cx).bump, (*cx).bump_end as usize - (*cx).bump as usize);
        (*cx).last_epoch = epoch - 2;
        pass_notes_on(cx, guard);
    }
}

unsafe fn set_mark(before: *mut Before, mark: Mark) {
    // SAFETY: the caller's guard stands.
    unsafe {
        (*before).mark = mark.part;
        (*before).mark_length = mark.length;
    }
}

unsafe fn mark_of(guard: *mut Guard) -> Mark {
    // SAFETY: the guard stands.
    unsafe {
        Mark {
            part: (*guard).before.mark,
            length: (*guard).before.mark_length,
        }
    }
}

/// Takes counts back and frees cells, as the notes of a guard say. The newest comes first, so that
/// cells are on their free lists in the order in which they were: those that a guard around has
/// touched before the others.
unsafe fn obey_notes(cx: *mut Context, guard: *mut Guard, epoch: u8) {
    // SAFETY: an object or cell of before the guard is where it was, and nothing of what the guard
    // made is looked at.
    unsafe {
        let notes = Notes::of(cx, guard);
        let mut boxes = Vec::new();
        notes.take_back(mark_of(guard), |note| {
            let kind = notes::kind(&note);
            // What is newer than the guard is gone.
            if kind != Kind::Word && note.header.epoch >= epoch {
                return;
            }
            match kind {
                Kind::Count | Kind::Dead => *notes::object(&note) = note.header,
                Kind::Word => *notes::word(&note) = note.header,
                Kind::Freed | Kind::Part => {}
                Kind::Cell => {
                    let cell = notes::object(&note);
                    *cell = note.header;
                    let class = usize::from(note.header.class);
                    *cell.cast::<*mut std::ffi::c_void>().add(1) = (*cx).free[class];
                    (*cx).free[class] = cell.cast();
                    poison(cell.cast(), 8);
                    poison(cell.cast::<u8>().add(16), CLASS_SIZES[class] - 16);
                }
                Kind::Box => boxes.push(note),
            }
        });
        note_again(cx, notes, boxes);
    }
}

/// What a guard took over becomes what it was, although the rest cannot be undone.
unsafe fn give_back(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: an object of before the guard is where it was: what was to be freed is not.
    unsafe {
        let notes = Notes::of(cx, guard);
        let mut boxes = Vec::new();
        notes.take_back(mark_of(guard), |note| match notes::kind(&note) {
            Kind::Count => notes::add_count(notes::object(&note), note.header.rc),
            Kind::Word => *notes::word(&note) = note.header,
            Kind::Dead => (*notes::object(&note)).rc = note.header.rc,
            Kind::Box => boxes.push(note),
            Kind::Freed | Kind::Cell | Kind::Part => {}
        });
        note_again(cx, notes, boxes);
    }
}

unsafe fn note_again(cx: *mut Context, notes: Notes, boxes: Vec<Note>) {
    for note in boxes {
        if !notes.push(note) {
            // SAFETY: the caller's context is its actor's.
            unsafe { notes::keep_for_good(Owner::of(cx)) };
        }
    }
}

#[inline(never)]
unsafe fn free_all_noted(cx: *mut Context, notes: Notes) {
    // SAFETY: the outermost guard has ended.
    notes.each(notes.start(), |note| unsafe { free_noted(cx, note) });
}

/// Frees what a note says is to be freed.
unsafe fn free_noted(cx: *mut Context, note: &Note) {
    if notes::kind(note) != Kind::Freed {
        return;
    }
    let object = notes::object(note);
    // SAFETY: the guard in which the last reference went has ended, and no other is around that is
    // newer than the object.
    unsafe {
        if (*object).tag == TAG_BLOCK_REF {
            block::drop_reference(cx, object.cast());
        } else {
            heap::free_object(cx, object);
        }
    }
}

/// What is left of a guard that ends: its notes become those of the guard around; boxes that are
/// not older than that one are dropped, and objects freed.
unsafe fn pass_notes_on(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: the guard stands. A box that was noted is known here only.
    unsafe {
        let notes = Notes::of(cx, guard);
        let (mark, before) = (mark_of(guard), &raw const (*guard).before);
        set_epoch(cx, (*before).outer_epoch);
        if (*before).state & (guard_state::FOR_GOOD | guard_state::SHARED) == 0
            && (*cx).last_epoch >= (*before).epoch
            && (*Actor::of(cx)).heap.charged >= LARGE_HEAP
        {
            give_epoch_back(cx, guard);
        }
        let is_outermost = (*guard).outer.is_null();
        if is_outermost && (*before).state & (guard_state::BOXES | guard_state::FREED) == 0 {
            notes.end_all();
            return;
        }
        let mut boxes = Vec::new();
        let outer_epoch = (*before).outer_epoch;
        let mut part_is_older = false;
        notes.retain(mark, |note| match notes::kind(note) {
            _ if is_outermost => {
                free_noted(cx, note);
                if notes::kind(note) == Kind::Box {
                    boxes.push(notes::object(note));
                }
                false
            }
            Kind::Count if note.header.epoch < outer_epoch => {
                // For the guard around it is still old, and has its one note.
                (*notes::object(note)).epoch = outer_epoch - 1;
                note.header.epoch < outer_epoch - 1
            }
            Kind::Cell => note.header.epoch < outer_epoch,
            Kind::Box => {
                let is_older = note.header.epoch < outer_epoch;
                if !is_older {
                    boxes.push(notes::object(note));
                }
                is_older
            }
            Kind::Dead => (*notes::object(note)).epoch < outer_epoch,
            Kind::Part => {
                part_is_older = (*notes::object(note)).epoch < outer_epoch;
                part_is_older
            }
            Kind::Word => part_is_older,
            Kind::Freed => {
                let is_older = (*notes::object(note)).epoch < outer_epoch;
                if is_older {
                    (*(*guard).outer).before.state |= guard_state::FREED;
                } else {
                    free_noted(cx, note);
                }
                is_older
            }
            Kind::Count => false,
        });
        if is_outermost {
            notes.end_all();
        }
        for old in boxes {
            let forget = *old.cast::<Forget>().add(1);
            forget(cx, old);
        }
    }
}

/// Makes what the code inside a guard has touched a part of what is around, so that the guard's
/// epoch can be used again.
unsafe fn give_epoch_back(cx: *mut Context, guard: *mut Guard) {
    // SAFETY: nothing from before the guard has been freed yet, so what is noted is where it was.
    unsafe {
        let before = &raw const (*guard).before;
        let outer_epoch = (*before).outer_epoch;
        Notes::of(cx, guard).each(mark_of(guard), |note| {
            let is_touched = matches!(notes::kind(note), Kind::Count | Kind::Cell);
            if is_touched && note.header.epoch < (*before).epoch {
                (*notes::object(note)).epoch = outer_epoch;
            }
        });
        let newer = heap::Since {
            chunk: (*before).chunks.cast(),
            bump: (*before).bump,
            large: (*before).large.cast(),
        };
        heap::each_object(cx, &newer, |object| (*object).epoch = outer_epoch);
        (*cx).last_epoch = (*before).epoch - 2;
    }
}

/// Counts epochs, which are bytes and used up, again: one for what was made outside of guards, and
/// two for each guard.
#[cold]
#[inline(never)]
unsafe fn renumber(cx: *mut Context) {
    // SAFETY: guards stand on the actor's stack, notes and objects are the actor's.
    unsafe {
        if (*cx).guard.is_null() {
            heap::each_object(cx, &heap::Since::ALWAYS, |object| (*object).epoch = OUTSIDE);
            (*cx).last_epoch = OUTSIDE;
            return;
        }
        let mut begins = [false; 256];
        let mut guard = (*cx).guard;
        while !guard.is_null() {
            begins[usize::from((*guard).before.epoch)] = true;
            guard = (*guard).outer;
        }
        let mut numbers = [0; 256];
        let mut number = OUTSIDE;
        for epoch in 1..256 {
            let is_noted = begins.get(epoch + 1).copied().unwrap_or(false);
            number += u8::from(is_noted) + u8::from(begins[epoch]);
            numbers[epoch] = number;
        }
        let renumbered = |epoch: &mut u8| *epoch = numbers[usize::from(*epoch)];
        let mut guard = (*cx).guard;
        let notes = Notes::of(cx, guard);
        notes.each(notes.start(), |note| {
            if notes::kind(note) != Kind::Word {
                renumbered(&mut note.header.epoch);
            }
        });
        while !guard.is_null() {
            renumbered(&mut (*guard).before.epoch);
            renumbered(&mut (*guard).before.outer_epoch);
            guard = (*guard).outer;
        }
        heap::each_object(cx, &heap::Since::ALWAYS, |object| {
            renumbered(&mut (*object).epoch);
        });
        set_epoch(cx, numbers[usize::from((*cx).epoch)]);
        (*cx).last_epoch = number;
    }
}

/// A message that was left before the innermost guard was accepted inside it. The code inside has
/// a value of its own, made of the packed one; what was kept goes at the guard's end, however that
/// comes. An event has no packed form: its value is the code's.
///
/// # Safety
/// `cx` runs on this thread; the message is about to be taken out of its mailbox.
pub unsafe fn accept(cx: *mut Context, accepted: *mut Message) {
    // SAFETY: the caller's promise.
    unsafe {
        let kept: *mut Header = (*accepted).kept.cast();
        if (*accepted).kind == message::USER {
            notes::note(cx, kept, Kind::Box);
            notes::mark(cx, guard_state::BOXES);
        } else {
            notes::keep_for_good(Owner::of(cx));
            heap::free_object(cx, kept);
        }
        (*accepted).kept = null_mut();
    }
}

/// A `receive` looks at messages: what it leaves has to be forgotten when a guard around crashes.
///
/// # Safety
/// `cx` runs on this thread.
pub unsafe fn note_receive(cx: *mut Context) {
    // SAFETY: the caller's promise.
    unsafe { notes::mark(cx, guard_state::RECEIVED) }
}

/// Forgets the guards of an actor that ends inside of them.
///
/// # Safety
/// The actor is owned by this thread and still has its stack.
pub unsafe fn abandon(actor: *mut Actor) {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*actor).is_awake() {
            return;
        }
        let cx = (*actor).context();
        if !(*cx).guard.is_null() {
            Notes::of(cx, (*cx).guard).end_all();
            (*cx).guard = null_mut();
            set_epoch(cx, OUTSIDE);
        }
    }
}
