//! Hash of an object: FNV-1a of the hashes of its parts, as generated code computes it.

use snow_abi::layout::{shape, step, Bytes, Context, Header, List, Shape, Step};

use super::entries::Entries;
use super::work::Work;

use crate::mem;
use crate::mem::steps::{after_case, after_close, first_of_item, tag_at, variant_of};
use crate::sched::reductions::Reductions;

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x100_0000_01b3;

/// The steps of a list without items.
struct NoItems(Step);

// SAFETY: nothing writes it.
unsafe impl Sync for NoItems {}

static NO_ITEMS: NoItems = NoItems(Step {
    code: step::END,
    variant: 0,
    offset: 0,
    skip: 0,
    of: std::ptr::null(),
});

/// Where a walk stands, with the hash of what it has seen of this object.
#[derive(Clone, Copy)]
struct Position {
    base: *const u8,
    step: *const Step,
    /// Items of a list that are left, this one included.
    items: i64,
    hash: u64,
}

/// What is left to do.
#[derive(Clone, Copy)]
enum Frame {
    /// An object from a part of it on.
    Parts(Position),
    /// A map whose entry before `slot` is being hashed. The order of the entries does not matter,
    /// so their hashes are added up.
    Map {
        entries: Entries,
        slot: i64,
        sum: i64,
    },
}

/// The hash of an object of `shape`.
///
/// # Safety
/// `cx` runs here; the object is alive and of the shape.
pub unsafe fn hash(cx: *mut Context, object: *const Header, shape: *const Shape) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let mut work = Work::new(cx);
        match enter(object, shape, &mut work) {
            Ok(place) => walk(cx, place, work),
            Err(value) => value,
        }
    }
}

/// The hash of the part of an object at `base` that a step is about.
///
/// # Safety
/// `cx` runs here; the step is of the object, which is alive.
pub unsafe fn hash_part(cx: *mut Context, base: *const u8, step: *const Step) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let mut work = Work::new(cx);
        match enter_part(cx, base, step, &mut work) {
            Ok(place) => walk(cx, place, work),
            Err(value) => value,
        }
    }
}

/// Walks on from a place, and through what is left to do.
unsafe fn walk(cx: *mut Context, mut here: Position, mut work: Work<Frame>) -> i64 {
    let mut reductions = Reductions::new();
    // SAFETY: the value is alive; steps and places belong together.
    unsafe {
        loop {
            let Position { base, step, .. } = here;
            let mut next = Position {
                step: step.add(1),
                ..here
            };
            let value = match (*step).code {
                step::CASE => {
                    next.step = after_case(base, step);
                    None
                }
                step::ITEM_END if here.items > 1 => {
                    next.base = base.add((*step).offset as usize);
                    next.step = first_of_item(step);
                    next.items -= 1;
                    None
                }
                step::ITEM_END | step::END | step::CLOSE => {
                    match leave(here.hash as i64, &mut work) {
                        Ok(outer) => next = outer,
                        Err(value) => return value,
                    }
                    None
                }
                step::CLOSURE | step::NOTHING => None,
                code => {
                    if code == step::VALUE {
                        reductions.count(cx);
                    } else if code == step::OPEN {
                        next.step = after_close(step);
                    }
                    // The part's own frames come above this one.
                    let is_deep = matches!(code, step::VALUE | step::OPEN);
                    if is_deep {
                        work.push(Frame::Parts(next));
                    }
                    match enter_part(cx, base, step, &mut work) {
                        Ok(inner) => {
                            next = inner;
                            None
                        }
                        Err(value) => {
                            if is_deep {
                                work.pop();
                            }
                            Some(value)
                        }
                    }
                }
            };
            if let Some(value) = value {
                next.hash = combine(next.hash, value);
            }
            here = next;
        }
    }
}

/// Hands the hash of a value to what is around it; answers where that goes on, or the hash of the
/// whole.
unsafe fn leave(mut value: i64, work: &mut Work<Frame>) -> Result<Position, i64> {
    // SAFETY: the maps among what is left to do are alive.
    unsafe {
        loop {
            match work.pop() {
                None => return Err(value),
                Some(Frame::Parts(mut outer)) => {
                    outer.hash = combine(outer.hash, value);
                    return Ok(outer);
                }
                Some(Frame::Map { entries, slot, sum }) => {
                    let sum = sum.wrapping_add(value);
                    match enter_entry(entries, slot, sum, work) {
                        Some(entry) => return Ok(entry),
                        None => value = sum,
                    }
                }
            }
        }
    }
}

/// Begins the next entry of a map, which is hashed like a pair.
unsafe fn enter_entry(
    entries: Entries,
    slot: i64,
    sum: i64,
    work: &mut Work<Frame>,
) -> Option<Position> {
    // SAFETY: the map is alive.
    let (slot, entry) = unsafe { entries.next(slot)? };
    work.push(Frame::Map {
        entries,
        slot: slot + 1,
        sum,
    });
    Some(Position {
        base: entry.base,
        step: entry.key,
        items: 0,
        hash: BASIS,
    })
}

/// Begins a part of an object: answers where its parts are, or its hash.
unsafe fn enter_part(
    cx: *mut Context,
    base: *const u8,
    step: *const Step,
    work: &mut Work<Frame>,
) -> Result<Position, i64> {
    // SAFETY: a value of the step's kind lies at the place.
    unsafe {
        let part = base.add((*step).offset as usize);
        match (*step).code {
            step::INT | step::PID => Err(hash_int(part.cast::<i64>().read())),
            step::BOOL => Err(hash_int(i64::from(part.read()))),
            step::FLOAT => Err(hash_float(part.cast::<f64>().read())),
            step::STRING | step::BYTES => {
                let content = mem::content(part.cast::<*const Bytes>().read());
                Err(hash_bytes(content))
            }
            step::OPEN | step::VALUE => {
                if let Some(value) = ask_hook(cx, (*step).of, part) {
                    return Err(value);
                }
                let kind = (*(*step).of).kind;
                if (*step).code == step::VALUE {
                    enter(part.cast::<*const Header>().read(), (*step).of, work)
                } else if kind == shape::SET {
                    // A set hashes like its map.
                    enter(part.cast::<*const Header>().read(), (*step.add(1)).of, work)
                } else {
                    let hash = if kind == shape::SUM {
                        combine(BASIS, tag_at(base, step))
                    } else {
                        BASIS
                    };
                    Ok(Position {
                        base,
                        step: step.add(1),
                        items: 0,
                        hash,
                    })
                }
            }
            _ => Err(0),
        }
    }
}

unsafe fn enter(
    object: *const Header,
    shape: *const Shape,
    work: &mut Work<Frame>,
) -> Result<Position, i64> {
    // SAFETY: the object is of the shape.
    unsafe {
        if (*shape).kind == shape::LIST {
            let list: *const List = object.cast();
            let step = if (*list).len > 0 {
                (*(*shape).variants).steps
            } else {
                &raw const NO_ITEMS.0
            };
            return Ok(Position {
                base: (*list).data,
                step,
                items: (*list).len,
                hash: BASIS,
            });
        }
        if (*shape).kind == shape::MAP {
            return enter_entry(Entries::of(object, shape), 0, 0, work).ok_or(0);
        }
        let is_sum = (*shape).kind == shape::SUM;
        let hash = if is_sum {
            combine(BASIS, i64::from((*object).tag))
        } else {
            BASIS
        };
        Ok(Position {
            base: object.cast(),
            step: (*variant_of(object, shape)).steps,
            items: 0,
            hash,
        })
    }
}

unsafe fn ask_hook(cx: *mut Context, shape: *const Shape, place: *const u8) -> Option<i64> {
    // SAFETY: a hook takes the place of a value of its type.
    unsafe { (*shape).hooks.as_ref()?.hash.map(|hash| hash(cx, place)) }
}

fn combine(hash: u64, next: i64) -> u64 {
    next.to_le_bytes().iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
    })
}

fn hash_int(value: i64) -> i64 {
    combine(BASIS, value) as i64
}

fn hash_bytes(content: &[u8]) -> i64 {
    content.iter().fold(BASIS, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(PRIME)
    }) as i64
}

/// What is equal hashes equal: both zeros, and all NaN.
fn hash_float(value: f64) -> i64 {
    let bits = match value {
        v if v.is_nan() => 0x7ff8_0000_0000_0000,
        0.0 => 0,
        v => v.to_bits() as i64,
    };
    hash_int(bits)
}
