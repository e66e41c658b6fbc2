//! Steps: how the description of a type says what an object of it is made of. Walks over values
//! follow them, here and in `walk`.

use snow_abi::layout::{step, Closure, Header, List, Shape, Step, Variant, TAG_LIST};

/// The variant that an object of a boxed type is.
///
/// # Safety
/// The shape is that of the object's type, which is no list.
pub unsafe fn variant_of(object: *const Header, shape: *const Shape) -> *const Variant {
    // SAFETY: the tag of an object of a sum counts its variants; that of a tuple or struct is 0.
    unsafe { (*shape).variants.add(usize::from((*object).tag)) }
}

/// What the object of a closure that captured something is made of.
///
/// # Safety
/// The closure is alive and no static one.
pub unsafe fn captured(closure: *const Header) -> *const Variant {
    // SAFETY: descriptions are static.
    unsafe { (*(*closure.cast::<Closure>()).info).captured }
}

/// The tag of a sum that lies in an object.
///
/// # Safety
/// `step` opens a sum, or begins one of its cases, in the object at `base`.
pub unsafe fn tag_at(base: *const u8, step: *const Step) -> i64 {
    // SAFETY: a sum that lies in an object begins with its tag.
    unsafe { base.add((*step).offset as usize).cast::<i64>().read() }
}

/// The step after a [`step::CASE`]: the first of the variant when the value is of it, else the one
/// behind it.
///
/// # Safety
/// As for [`tag_at`].
pub unsafe fn after_case(base: *const u8, case: *const Step) -> *const Step {
    // SAFETY: the skipped steps belong to the same list of steps.
    unsafe {
        let is_this = tag_at(base, case) == i64::from((*case).variant);
        case.add(if is_this {
            1
        } else {
            1 + (*case).skip as usize
        })
    }
}

/// The step behind a value that lies in an object.
///
/// # Safety
/// `open` is a [`step::OPEN`].
pub unsafe fn after_close(open: *const Step) -> *const Step {
    // SAFETY: the skipped steps belong to the same list of steps.
    unsafe { open.add(1 + (*open).skip as usize) }
}

/// The first step of an item, from its last one.
///
/// # Safety
/// `last` is a [`step::ITEM_END`].
pub unsafe fn first_of_item(last: *const Step) -> *const Step {
    // SAFETY: the step says how many come before it.
    unsafe { last.sub((*last).skip as usize) }
}

/// The pointer at a step.
///
/// # Safety
/// The step is of the object or item at `base`, and a pointer lies there.
pub unsafe fn slot(base: *mut u8, step: *const Step) -> *mut *mut Header {
    // SAFETY: the caller's promise.
    unsafe { base.add((*step).offset as usize).cast() }
}

/// True when a child begins at the step.
pub fn is_child(code: u16) -> bool {
    matches!(code, step::VALUE | step::CLOSURE)
}

/// True when nothing is left of the object or the last item at `base` from `step` on.
///
/// # Safety
/// The step is one of that object's or item's.
pub unsafe fn nothing_follows(base: *const u8, mut step: *const Step, items_left: i64) -> bool {
    // SAFETY: every list of steps ends with one of the two ends.
    unsafe {
        loop {
            match (*step).code {
                step::END => return true,
                step::ITEM_END => return items_left == 1,
                step::CLOSE => step = step.add(1),
                step::CASE => {
                    let next = after_case(base, step);
                    if next == step.add(1) && (*step).skip > 0 {
                        return false;
                    }
                    step = next;
                }
                _ => return false,
            }
        }
    }
}

/// Where the parts of an object lie: behind its start, or in the item that a list has come to.
///
/// # Safety
/// The object is in the middle of a walk that keeps its place in the object.
pub unsafe fn base_of(object: *mut Header) -> *mut u8 {
    // SAFETY: only lists have that tag.
    unsafe {
        if (*object).tag == TAG_LIST {
            (*object.cast::<List>()).data
        } else {
            object.cast()
        }
    }
}

/// Steps are static data of the program, as this is: their distance fits into 32 bits.
static ANCHOR: u64 = 0;

/// Keeps a place among the steps in an object that nothing refers to, in the place of its count.
///
/// # Safety
/// The object is the caller's alone.
pub unsafe fn keep_step(object: *mut Header, step: *const Step) {
    let distance =
        (step as isize).wrapping_sub(&raw const ANCHOR as isize) / align_of::<Step>() as isize;
    debug_assert!(
        i32::try_from(distance).is_ok(),
        "the steps of a shape are far away"
    );
    // SAFETY: the caller's promise.
    unsafe { (*object).rc = distance as i32 as u32 };
}

/// The step that `keep_step` kept.
///
/// # Safety
/// It was kept in this object.
pub unsafe fn kept_step(object: *const Header) -> *const Step {
    // SAFETY: the caller's promise.
    let distance = unsafe { (*object).rc } as i32 as isize * align_of::<Step>() as isize;
    (&raw const ANCHOR as isize).wrapping_add(distance) as *const Step
}
