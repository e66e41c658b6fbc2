//! Equality and order of two objects of one type.

use std::cmp::Ordering;

use snow_abi::layout::{shape, step, Bytes, Context, Header, Hooks, List, Shape, Step};

use super::entries::Entries;
use super::maps::{Search, Sorted};
use super::work::Work;

use crate::mem;
use crate::mem::steps::{
    after_case, after_close, first_of_item, nothing_follows, tag_at, variant_of,
};
use crate::sched::reductions::Reductions;

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
pub(super) struct Position {
    pub a: *const u8,
    pub b: *const u8,
    pub step: *const Step,
    /// The step before which the walk ends early; null where it does not.
    pub end: *const Step,
    /// Items of two lists that are left, this one included.
    pub items: i64,
    /// The order of two lists whose common items are equal.
    pub rest: i8,
}

/// What is left to do.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// Two objects from a part of them on.
    Parts(Position),
    /// Two maps: each entry of one is searched in the other.
    Search(Search),
    /// Two maps whose entries are being sorted, or compared in order.
    Sorted(*mut Sorted),
}

/// Where a walk goes on, or the order of what was compared.
pub(super) type Outcome = Result<Position, Ordering>;

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
    let mut walk = Walk {
        cx,
        question,
        // SAFETY: the caller's promise.
        work: unsafe { Work::new(cx) },
        reductions: Reductions::new(),
    };
    // SAFETY: both values are alive and of one type, so that each step is one of both.
    unsafe {
        let mut outcome = walk.enter(a, b, shape);
        loop {
            outcome = match outcome {
                Ok(place) => walk.advance(place),
                Err(order) => match walk.work.pop() {
                    None => return order,
                    Some(Frame::Parts(outer)) if order == Ordering::Equal => Ok(outer),
                    Some(Frame::Parts(_)) => Err(order),
                    Some(Frame::Search(search)) => search.resume(&mut walk, order),
                    Some(Frame::Sorted(sorted)) => Sorted::resume(sorted, &mut walk, order),
                },
            };
        }
    }
}

/// A walk over two values.
pub(super) struct Walk {
    pub cx: *mut Context,
    pub work: Work<Frame>,
    question: Question,
    reductions: Reductions,
}

impl Walk {
    /// Compares the parts at one step.
    unsafe fn advance(&mut self, here: Position) -> Outcome {
        let Position {
            a,
            b,
            step,
            items,
            rest,
            end,
        } = here;
        if step == end {
            return Err(Ordering::Equal);
        }
        // SAFETY: a value of the step's kind lies in both objects.
        unsafe {
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
                    self.question,
                ),
                step::STRING | step::BYTES => {
                    let [left, right] =
                        [left, right].map(|part| mem::content(part.cast::<*const Bytes>().read()));
                    left.cmp(right)
                }
                step::OPEN => match self.ask_hook((*step).of, left, right) {
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
                    self.reductions.count(self.cx);
                    match self.ask_hook((*step).of, left, right) {
                        Some(order) => order,
                        None => {
                            let [left, right] =
                                [left, right].map(|part| part.cast::<*const Header>().read());
                            if rest != 0 || !is_over(&next) {
                                self.work.push(Frame::Parts(next));
                            }
                            return self.enter(left, right, (*step).of);
                        }
                    }
                }
                step::ITEM_END if items > 1 => {
                    next = Position {
                        a: left,
                        b: right,
                        step: first_of_item(step),
                        items: items - 1,
                        ..here
                    };
                    Ordering::Equal
                }
                step::ITEM_END | step::END => return Err(rest.cmp(&0)),
                _ => Ordering::Equal,
            };
            match order {
                Ordering::Equal => Ok(next),
                order => Err(order),
            }
        }
    }

    /// Where the parts of two objects begin; the order when it is known without them.
    unsafe fn enter(&mut self, a: *const Header, b: *const Header, shape: *const Shape) -> Outcome {
        // SAFETY: both objects are of the shape.
        unsafe {
            if (*shape).kind == shape::MAP {
                let (a, b) = (Entries::of(a, shape), Entries::of(b, shape));
                return match self.question {
                    Question::Equality => Search::begin(self, a, b),
                    Question::Order => Sorted::begin(self, a, b),
                };
            }
            enter(a, b, shape, self.question)
        }
    }

    unsafe fn ask_hook(&self, shape: *const Shape, a: *const u8, b: *const u8) -> Option<Ordering> {
        // SAFETY: hooks take the places of two values of their type.
        unsafe {
            let hooks: &Hooks = (*shape).hooks.as_ref()?;
            match self.question {
                Question::Equality => hooks.equal.map(|equal| {
                    if equal(self.cx, a, b) {
                        Ordering::Equal
                    } else {
                        Ordering::Less
                    }
                }),
                Question::Order => hooks.compare.map(|compare| compare(self.cx, a, b).cmp(&0)),
            }
        }
    }
}

/// True when nothing of the objects is left to compare.
unsafe fn is_over(place: &Position) -> bool {
    let mut step = place.step;
    // SAFETY: an end stands behind the closes.
    unsafe {
        while step != place.end && (*step).code == step::CLOSE {
            step = step.add(1);
        }
        step == place.end || nothing_follows(place.a, step, place.items)
    }
}

/// Where the parts of two objects begin; the order when it is known without them.
unsafe fn enter(
    a: *const Header,
    b: *const Header,
    shape: *const Shape,
    question: Question,
) -> Outcome {
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
                end: std::ptr::null(),
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
                    end: std::ptr::null(),
                    items: 0,
                    rest: 0,
                })
            }
            order => Err(order),
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
