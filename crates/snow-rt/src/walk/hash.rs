//! Hash of an object: FNV-1a of the hashes of its parts, as generated code computes it.

use snow_abi::layout::{shape, step, Bytes, Context, Header, List, Shape, Step};

use super::work::Work;

use crate::mem;
use crate::mem::steps::{after_case, after_close, first_of_item, tag_at, variant_of};
use crate::sched::patience::Patience;

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

/// The hash of an object of `shape`.
///
/// # Safety
/// `cx` runs here; the object is alive and of the shape.
pub unsafe fn hash(cx: *mut Context, object: *const Header, shape: *const Shape) -> i64 {
    let mut patience = Patience::new();
    // SAFETY: the value is alive; steps and places belong together.
    unsafe {
        let mut work: Work<Position> = Work::new(cx);
        let mut here = enter(object, shape);
        loop {
            let Position {
                base,
                step,
                items,
                hash,
            } = here;
            let part = base.add((*step).offset as usize);
            let mut next = Position {
                step: step.add(1),
                ..here
            };
            let value = match (*step).code {
                step::INT | step::PID => Some(hash_int(part.cast::<i64>().read())),
                step::BOOL => Some(hash_int(i64::from(part.read()))),
                step::FLOAT => Some(hash_float(part.cast::<f64>().read())),
                step::UNIT => Some(0),
                step::STRING | step::BYTES => {
                    Some(hash_bytes(mem::content(part.cast::<*const Bytes>().read())))
                }
                step::OPEN => {
                    let value = ask_hook(cx, (*step).of, part);
                    next.step = after_close(step);
                    if value.is_none() {
                        work.push(next);
                        next = Position {
                            step: step.add(1),
                            hash: BASIS,
                            ..here
                        };
                        if (*(*step).of).kind == shape::SUM {
                            next.hash = combine(BASIS, tag_at(base, step));
                        }
                    }
                    value
                }
                step::CASE => {
                    next.step = after_case(base, step);
                    None
                }
                step::VALUE => {
                    patience.spend(cx);
                    let value = ask_hook(cx, (*step).of, part);
                    if value.is_none() {
                        work.push(next);
                        next = enter(part.cast::<*const Header>().read(), (*step).of);
                    }
                    value
                }
                step::ITEM_END if items > 1 => {
                    next = Position {
                        base: part,
                        step: first_of_item(step),
                        items: items - 1,
                        hash,
                    };
                    None
                }
                step::ITEM_END | step::END | step::CLOSE => match work.pop() {
                    Some(outer) => {
                        next = outer;
                        Some(hash as i64)
                    }
                    None => return hash as i64,
                },
                _ => None,
            };
            if let Some(value) = value {
                next.hash = combine(next.hash, value);
            }
            here = next;
        }
    }
}

unsafe fn enter(object: *const Header, shape: *const Shape) -> Position {
    // SAFETY: the object is of the shape.
    unsafe {
        if (*shape).kind == shape::LIST {
            let list: *const List = object.cast();
            let step = if (*list).len > 0 {
                (*(*shape).variants).steps
            } else {
                &raw const NO_ITEMS.0
            };
            return Position {
                base: (*list).data,
                step,
                items: (*list).len,
                hash: BASIS,
            };
        }
        let is_sum = (*shape).kind == shape::SUM;
        let hash = if is_sum {
            combine(BASIS, i64::from((*object).tag))
        } else {
            BASIS
        };
        Position {
            base: object.cast(),
            step: (*variant_of(object, shape)).steps,
            items: 0,
            hash,
        }
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
