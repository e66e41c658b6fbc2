//! Packing an object: the bytes that generated code's helpers write, in the same order.

use snow_abi::layout::{
    shape, step, BlockRef, Bytes, Closure, Context, Header, List, Shape, Step, Writer,
    TAG_BLOCK_REF,
};

use super::work::Work;
use crate::actor::memory;

use crate::actor::control::Actor;
use crate::mem::steps::{
    after_case, captured, first_of_item, is_child, nothing_follows, variant_of,
};
use crate::mem::{self, block, scratch};
use crate::sched::reductions::Reductions;

/// First byte of packed Bytes and closures: the content follows.
pub(super) const COPY: u8 = 0;
/// A window of a block follows.
pub(super) const BLOCK: u8 = 1;
/// The address of something static follows.
pub(super) const STATIC: u8 = 2;
/// A shorter window of a block is copied.
const SHARE_MIN: i64 = 256;

/// Where a walk stands.
#[derive(Clone, Copy)]
struct Position {
    base: *const u8,
    step: *const Step,
    /// Items of a list that are left, this one included.
    items: i64,
}

/// Packs `object`; `shape` is null for a closure that captured something.
///
/// # Safety
/// `cx` runs here and has opened the writer; the object is of the shape.
pub unsafe fn pack_object(
    cx: *mut Context,
    writer: *mut Writer,
    object: *const Header,
    shape: *const Shape,
) {
    let mut reductions = Reductions::new();
    // SAFETY: what is read is alive because the caller's value is; steps and places belong
    // together.
    unsafe {
        let mut work: Work<Position> = Work::new(cx);
        let mut here = match shape.is_null() {
            true => Some(Position {
                base: object.cast(),
                step: (*captured(object)).steps,
                items: 0,
            }),
            false => enter(cx, writer, object, shape),
        };
        while let Some(Position { base, step, items }) = here {
            let part = base.add((*step).offset as usize);
            let mut next = Position {
                base,
                step: step.add(1),
                items,
            };
            match (*step).code {
                step::INT | step::PID | step::FLOAT => write(cx, writer, part, 8),
                step::BOOL | step::UNIT => write(cx, writer, part, 1),
                step::NOTHING => write(cx, writer, &COPY, 1),
                step::STRING | step::BYTES => {
                    pack_bytes(cx, writer, part.cast::<*const Bytes>().read())
                }
                step::OPEN if (*(*step).of).kind == shape::SUM => write(cx, writer, part, 2),
                step::CASE => next.step = after_case(base, step),
                step::ITEM_END if items > 1 => {
                    next = Position {
                        base: part,
                        step: first_of_item(step),
                        items: items - 1,
                    };
                }
                step::ITEM_END | step::END => {
                    here = work.pop();
                    continue;
                }
                code if is_child(code) => {
                    reductions.count(cx);
                    let child = part.cast::<*const Header>().read();
                    let inner = match code {
                        step::CLOSURE => enter_closure(cx, writer, child),
                        _ => enter(cx, writer, child, (*step).of),
                    };
                    if let Some(inner) = inner {
                        if !nothing_follows(base, next.step, items) {
                            work.push(next);
                        }
                        next = inner;
                    }
                }
                _ => {}
            }
            here = Some(next);
        }
    }
}

/// Writes what comes before the parts of an object; answers where these begin, when there are any.
unsafe fn enter(
    cx: *mut Context,
    writer: *mut Writer,
    object: *const Header,
    shape: *const Shape,
) -> Option<Position> {
    // SAFETY: the object is of the shape.
    unsafe {
        if (*shape).kind == shape::LIST {
            let list: *const List = object.cast();
            write(cx, writer, (&raw const (*list).len).cast(), 8);
            let steps = (*(*shape).variants).steps;
            return ((*list).len > 0).then_some(Position {
                base: (*list).data,
                step: steps,
                items: (*list).len,
            });
        }
        if (*shape).kind == shape::SUM {
            write(cx, writer, (&raw const (*object).tag).cast(), 2);
        }
        Some(Position {
            base: object.cast(),
            step: (*variant_of(object, shape)).steps,
            items: 0,
        })
    }
}

unsafe fn enter_closure(
    cx: *mut Context,
    writer: *mut Writer,
    closure: *const Header,
) -> Option<Position> {
    // SAFETY: the closure is alive; only one that is not static has captured something.
    unsafe {
        if (*closure).rc == 0 {
            write(cx, writer, &STATIC, 1);
            write(cx, writer, (&raw const closure).cast(), 8);
            return None;
        }
        write(cx, writer, &COPY, 1);
        write(
            cx,
            writer,
            (&raw const (*closure.cast::<Closure>()).info).cast(),
            8,
        );
        Some(Position {
            base: closure.cast(),
            step: (*captured(closure)).steps,
            items: 0,
        })
    }
}

unsafe fn pack_bytes(cx: *mut Context, writer: *mut Writer, value: *const Bytes) {
    // SAFETY: the value is alive, and so is its owner; a block is counted for the message.
    unsafe {
        let (length, owner) = ((*value).len, (*value).owner);
        if (*value).header.rc == 0 && owner.is_null() {
            write(cx, writer, &STATIC, 1);
            write(cx, writer, (&raw const value).cast(), 8);
        } else if length >= SHARE_MIN && !owner.is_null() && (*owner).tag == TAG_BLOCK_REF {
            let shared = (*owner.cast::<BlockRef>()).block;
            let offset = (*value).data as i64 - block::block_data(shared) as i64;
            write(cx, writer, &BLOCK, 1);
            write(cx, writer, (&raw const shared).cast(), 8);
            write(cx, writer, (&raw const offset).cast(), 8);
            write(cx, writer, (&raw const length).cast(), 8);
            scratch::count_block(writer, shared);
        } else {
            let content = mem::content(value);
            write(cx, writer, &COPY, 1);
            write(cx, writer, (&raw const length).cast(), 8);
            write(cx, writer, content.as_ptr(), content.len());
        }
    }
}

unsafe fn write(cx: *mut Context, writer: *mut Writer, from: *const u8, bytes: usize) {
    // SAFETY: `grow` makes room or does not return.
    unsafe {
        if ((*writer).end as usize) - ((*writer).at as usize) < bytes {
            memory::grow_writer(Actor::of(cx), writer, bytes);
        }
        std::ptr::copy_nonoverlapping(from, (*writer).at, bytes);
        (*writer).at = (*writer).at.add(bytes);
    }
}
