//! Freeing an object and all that it alone owned.
//!
//! The way back stands in the dead objects: an object whose part is being freed keeps the object
//! before it in the place of that part, and its own place among the steps in the place of its
//! count. So nothing is allocated, and the stack does not grow.

use snow_abi::layout::{step, Context, Header, List, Shape, Step, TAG_LIST};

use super::steps::{
    after_case, base_of, captured, first_of_item, is_child, keep_step, kept_step, slot, variant_of,
};
use super::{drop_bytes, heap, notes};

/// Frees `object`, whose last owner has gone; `shape` is null for a closure.
///
/// # Safety
/// The object is of the heap of `cx`, and its count is that of the owner that went. `pause` is
/// called between two objects.
pub unsafe fn drop_object(
    cx: *mut Context,
    object: *mut Header,
    shape: *const Shape,
    mut pause: impl FnMut(),
) {
    let mut outer: *mut Header = std::ptr::null_mut();
    // SAFETY: dead objects are ours alone. Each part is visited once, and its object is freed after
    // the last one.
    unsafe {
        let Some((mut object, mut step)) = enter(cx, object, shape) else {
            return;
        };
        loop {
            let base = base_of(object);
            match (*step).code {
                step::STRING | step::BYTES => drop_bytes(cx, (*slot(base, step)).cast()),
                code if is_child(code) => {
                    let part = slot(base, step);
                    let child = *part;
                    if heap::take_owner(cx, child) && may_write(cx, object, part) {
                        pause();
                        if let Some((inner, first)) = enter(cx, child, (*step).of) {
                            *part = outer;
                            keep_step(object, step);
                            (outer, object, step) = (object, inner, first);
                            continue;
                        }
                    }
                }
                step::CASE => {
                    step = after_case(base, step);
                    continue;
                }
                step::ITEM_END if next_item(object.cast(), step) => {
                    step = first_of_item(step);
                    continue;
                }
                step::ITEM_END | step::END => {
                    heap::free_object(cx, object);
                    if outer.is_null() {
                        return;
                    }
                    object = outer;
                    step = kept_step(object);
                    outer = *slot(base_of(object), step);
                }
                _ => {}
            }
            step = step.add(1);
        }
    }
}

/// Goes to the next item of a dead list; false when there is none.
unsafe fn next_item(list: *mut List, last: *const Step) -> bool {
    // SAFETY: a dead list is the caller's alone, and a step that ends an item has its size.
    unsafe {
        (*list).len -= 1;
        (*list).data = (*list).data.add((*last).offset as usize);
        (*list).len > 0
    }
}

/// The object to look into for a dead one, with the first of its steps; frees what has no parts to
/// look at.
unsafe fn enter(
    cx: *mut Context,
    object: *mut Header,
    shape: *const Shape,
) -> Option<(*mut Header, *const Step)> {
    // SAFETY: the object is dead; a view gives one count of its owner back.
    unsafe {
        if shape.is_null() {
            let is_noted = may_use_count(cx, object);
            return is_noted.then(|| (object, (*captured(object)).steps));
        }
        let mut object = object;
        let mut variant = (*shape).variants;
        if (*object).tag == TAG_LIST {
            let owner = (*object.cast::<List>()).owner;
            if !owner.is_null() {
                heap::free_object(cx, object);
                if !heap::take_owner(cx, owner.cast()) {
                    return None;
                }
                object = owner.cast();
            }
        } else {
            variant = variant_of(object, shape);
        }
        let is_empty = (*object).tag == TAG_LIST && (*object.cast::<List>()).len == 0;
        if (*shape).owns == 0 || is_empty {
            heap::free_object(cx, object);
            return None;
        }
        let list: *mut List = object.cast();
        let is_noted = may_use_count(cx, object)
            && ((*object).tag != TAG_LIST
                || (may_write(cx, object, (&raw mut (*list).len).cast())
                    && may_write(cx, object, (&raw mut (*list).data).cast())));
        is_noted.then_some((object, (*variant).steps))
    }
}

/// True when a word of a dead object may be written. In one from before a guard it is noted first;
/// without memory for that the object stays.
unsafe fn may_write(cx: *mut Context, object: *mut Header, word: *mut *mut Header) -> bool {
    // SAFETY: the word is the object's.
    unsafe { (*object).epoch >= (*cx).epoch || notes::note_part(cx, object, word.cast()) }
}

/// The same for the count, which keeps the place among the steps.
unsafe fn may_use_count(cx: *mut Context, object: *mut Header) -> bool {
    // SAFETY: the object is the caller's.
    unsafe { (*object).epoch >= (*cx).epoch || notes::note_dead(cx, object) }
}
