//! Equality and order of two objects of one type.

use std::cmp::Ordering;

use snow_abi::layout::{shape, step, Bytes, Context, Header, Hooks, List, Shape, Step};

use super::work::Work;

use crate::mem;
use crate::mem::steps::{
    after_case, after_close, first_of_item, nothing_follows, tag_at, variant_of,
};
use crate::sched::patience::Patience;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Are they equal? An order other than equal only says that they are not.
    Equality,
    /// Which comes first?
    Order,
}

/// Where a walk stands in both.
#[derive(Clone, Copy)]
struct Position {
    a: *const u8,
    b: *const u8,
    step: *const Step,
    /// Items of two lists that are left, this one included.
    items: i64,
    /// The order of two lists whose common items are equal.
    rest: i8,
}

/// Compares two objects of `shape`.
///
/// # Safety
/// `cx` runs here; both objects are alive and of the shape.
pub unsafe fn compare(
    cx: *mut Context,
    a: *const Header,
    b: *const Header,
    shape: *const Shape,
    question: Question,
) -> Ordering {
    // SAFETY: the caller's promise.
    unsafe {
        let begin = match enter(a, b, shape, question) {
            Ok(position) => position,
            Err(order) => return order,
        };
        let mut work: Work<Position> = Work::new(cx);
        let order = walk(cx, begin, question, &mut work);
        work.free();
        order
    }
}

/// Compares all that is left of two objects from a position on.
unsafe fn walk(
    cx: *mut Context,
    begin: Position,
    question: Question,
    work: &mut Work<Position>,
) -> Ordering {
    let mut patience = Patience::new();
    // SAFETY: both values are alive and of one type, so that each step is one of both.
    unsafe {
        let mut here = begin;
        loop {
            let Position {
                a,
                b,
                step,
                items,
                rest,
            } = here;
            let offset = (*step).offset as usize;
            let (left, right) = (a.add(offset), b.add(offset));
            let mut next = Position {
                step: step.add(1),
                ..here
            };
            let order = match (*step).code {
                step::INT | step::PID => compare_as::<i64>(left, right),
                step::BOOL => compare_as::<u8>(left, right),
                step::FLOAT => compare_floats(
                    left.cast::<f64>().read(),
                    right.cast::<f64>().read(),
                    question,
                ),
                step::STRING | step::BYTES => {
                    let [left, right] =
                        [left, right].map(|part| mem::content(part.cast::<*const Bytes>().read()));
                    left.cmp(right)
                }
                step::OPEN => match ask_hook(cx, (*step).of, left, right, question) {
                    Some(order) => {
                        next.step = after_close(step);
                        order
                    }
                    None if (*(*step).of).kind == shape::SUM => {
                        tag_at(a, step).cmp(&tag_at(b, step))
                    }
                    None => Ordering::Equal,
                },
                step::CASE => {
                    next.step = after_case(a, step);
                    Ordering::Equal
                }
                step::VALUE => {
                    patience.spend(cx);
                    match ask_hook(cx, (*step).of, left, right, question) {
                        Some(order) => order,
                        None => {
                            let [left, right] =
                                [left, right].map(|part| part.cast::<*const Header>().read());
                            match enter(left, right, (*step).of, question) {
                                Ok(inner) => {
                                    if rest != 0 || !nothing_follows(a, next.step, items) {
                                        work.push(next);
                                    }
                                    next = inner;
                                    Ordering::Equal
                                }
                                Err(order) => order,
                            }
                        }
                    }
                }
                step::ITEM_END if items > 1 => {
                    next = Position {
                        a: left,
                        b: right,
                        step: first_of_item(step),
                        items: items - 1,
                        rest,
                    };
                    Ordering::Equal
                }
                step::ITEM_END | step::END => {
                    if rest != 0 {
                        return rest.cmp(&0);
                    }
                    match work.pop() {
                        Some(outer) => next = outer,
                        None => return Ordering::Equal,
                    }
                    Ordering::Equal
                }
                _ => Ordering::Equal,
            };
            if order != Ordering::Equal {
                return order;
            }
            here = next;
        }
    }
}

/// Where the parts of two objects begin; the order when it is known without them.
unsafe fn enter(
    a: *const Header,
    b: *const Header,
    shape: *const Shape,
    question: Question,
) -> Result<Position, Ordering> {
    // SAFETY: both objects are of the shape.
    unsafe {
        if (*shape).kind == shape::LIST {
            let (a, b): (*const List, *const List) = (a.cast(), b.cast());
            let rest = (*a).len.cmp(&(*b).len);
            let items = (*a).len.min((*b).len);
            if items == 0 || (question == Question::Equality && rest != Ordering::Equal) {
                return Err(rest);
            }
            let step = (*(*shape).variants).steps;
            return Ok(Position {
                a: (*a).data,
                b: (*b).data,
                step,
                items,
                rest: rest as i8,
            });
        }
        match (*a).tag.cmp(&(*b).tag) {
            Ordering::Equal => {
                let step = (*variant_of(a, shape)).steps;
                Ok(Position {
                    a: a.cast(),
                    b: b.cast(),
                    step,
                    items: 0,
                    rest: 0,
                })
            }
            order => Err(order),
        }
    }
}

unsafe fn ask_hook(
    cx: *mut Context,
    shape: *const Shape,
    a: *const u8,
    b: *const u8,
    question: Question,
) -> Option<Ordering> {
    // SAFETY: hooks take the places of two values of their type.
    unsafe {
        let hooks: &Hooks = (*shape).hooks.as_ref()?;
        match question {
            Question::Equality => hooks.equal.map(|equal| {
                if equal(cx, a, b) {
                    Ordering::Equal
                } else {
                    Ordering::Less
                }
            }),
            Question::Order => hooks.compare.map(|compare| compare(cx, a, b).cmp(&0)),
        }
    }
}

unsafe fn compare_as<T: Ord + Copy>(a: *const u8, b: *const u8) -> Ordering {
    // SAFETY: a value of the type lies at both places.
    unsafe { a.cast::<T>().read().cmp(&b.cast::<T>().read()) }
}

/// Equality is that of the processor; in the order every NaN is one value after all others.
fn compare_floats(a: f64, b: f64, question: Question) -> Ordering {
    match (a.partial_cmp(&b), question) {
        (Some(order), _) => order,
        (None, Question::Equality) => Ordering::Less,
        (None, Question::Order) => a.is_nan().cmp(&b.is_nan()),
    }
}
