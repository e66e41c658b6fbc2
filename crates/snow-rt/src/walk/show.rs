//! Texts of objects: Display and Debug.

use std::ffi::CStr;

use snow_abi::layout::{shape, step, Bytes, Context, Header, List, Shape, Step, Variant};

use super::entries::Entries;
use super::work::Work;

use crate::actor::append::append;
use crate::mem::steps::{after_case, after_close, first_of_item, tag_at, variant_of};
use crate::sched::reductions::Reductions;
use crate::text::literal::literal;
use crate::{mem, text};

/// Where a walk stands in a tuple, struct, variant or list.
#[derive(Clone, Copy)]
struct Position {
    base: *const u8,
    step: *const Step,
    /// Items of a list that are left, this one included.
    items: i64,
    shape: *const Shape,
    variant: *const Variant,
    /// How many parts were shown.
    shown: i64,
}

/// Where a walk stands in a map or set.
#[derive(Clone, Copy)]
struct Listing {
    entries: Entries,
    /// The slot to go on with.
    slot: i64,
    stage: Stage,
    /// Only the keys are shown.
    is_set: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The first key comes.
    First,
    /// The value of the slot comes.
    Value,
    /// The next key comes.
    Next,
}

/// What is left to do.
#[derive(Clone, Copy)]
enum Frame {
    Parts(Position),
    Listing(Listing),
}

/// The text so far, and how values are shown.
struct Text {
    cx: *mut Context,
    to: *mut Bytes,
    inspect: bool,
}

impl Text {
    unsafe fn append(&mut self, more: &[u8]) {
        // SAFETY: the text is ours, and its actor runs here.
        self.to = unsafe { append(self.cx, self.to, more) };
    }

    unsafe fn append_name(&mut self, name: *const std::ffi::c_char) {
        // SAFETY: names are static text of generated code.
        unsafe { self.append(CStr::from_ptr(name).to_bytes()) };
    }

    unsafe fn append_int(&mut self, value: i64) {
        // An i64 has at most twenty characters.
        let mut digits = [0; 20];
        let mut start = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            start -= 1;
            digits[start] = b'-';
        }
        // SAFETY: as for `append`.
        unsafe { self.append(&digits[start..]) };
    }
}

/// Appends the text of an object of `shape`; consumes `to`.
///
/// # Safety
/// `cx` runs here and owns one count of `to`; the object is alive and of the shape.
pub unsafe fn show(
    cx: *mut Context,
    to: *mut Bytes,
    object: *const Header,
    shape: *const Shape,
    inspect: bool,
) -> *mut Bytes {
    let mut reductions = Reductions::new();
    let mut text = Text { cx, to, inspect };
    // SAFETY: the value is alive; steps and places belong together.
    unsafe {
        let mut work: Work<Frame> = Work::new(cx);
        let mut here = enter(&mut text, object, shape);
        while let Some(frame) = here {
            let (base, step) = match frame {
                Frame::Parts(place) => match next_part(&mut text, place, &mut work) {
                    Ok(part) => part,
                    Err(next) => {
                        here = next.or_else(|| work.pop());
                        continue;
                    }
                },
                Frame::Listing(listing) => match next_in_listing(&mut text, listing, &mut work) {
                    Some(part) => part,
                    None => {
                        here = work.pop();
                        continue;
                    }
                },
            };
            reductions.count(cx);
            here = show_part(&mut text, base, step).or_else(|| work.pop());
        }
    }
    text.to
}

/// A part that lies at a step from a base.
type Part = (*const u8, *const Step);

/// The next part of an object, with what stands before it. What comes behind the part is left to
/// do; where there is no part, it is answered, if there is something.
unsafe fn next_part(
    text: &mut Text,
    mut place: Position,
    work: &mut Work<Frame>,
) -> Result<Part, Option<Frame>> {
    // SAFETY: steps and places belong together.
    unsafe {
        let (base, step) = (place.base, place.step);
        match (*step).code {
            step::ITEM_END if place.items > 1 => {
                place.base = base.add((*step).offset as usize);
                place.step = first_of_item(step);
                place.items -= 1;
            }
            step::END | step::ITEM_END | step::CLOSE => {
                close(text, &place);
                return Err(None);
            }
            step::CASE => place.step = after_case(base, step),
            step::NOTHING => place.step = step.add(1),
            code => {
                begin_part(text, &mut place);
                place.step = if code == step::OPEN {
                    after_close(step)
                } else {
                    step.add(1)
                };
                if !show_leaf(text, base, step) {
                    work.push(Frame::Parts(place));
                    return Ok((base, step));
                }
            }
        }
        Err(Some(Frame::Parts(place)))
    }
}

/// The next key or value of a map or set that has parts, with all that stands before it; `None`
/// when everything is shown.
unsafe fn next_in_listing(
    text: &mut Text,
    mut listing: Listing,
    work: &mut Work<Frame>,
) -> Option<Part> {
    // SAFETY: the map is alive; a key was shown before its value.
    unsafe {
        while let Some((slot, entry)) = listing.entries.next(listing.slot) {
            if listing.stage != Stage::Value {
                if listing.stage == Stage::Next {
                    text.append(b", ");
                }
                (listing.slot, listing.stage) = if listing.is_set {
                    (slot + 1, Stage::Next)
                } else {
                    (slot, Stage::Value)
                };
                if !show_leaf(text, entry.base, entry.key) {
                    work.push(Frame::Listing(listing));
                    return Some((entry.base, entry.key));
                }
                if listing.is_set {
                    continue;
                }
            }
            text.append(b" => ");
            (listing.slot, listing.stage) = (slot + 1, Stage::Next);
            let value = entry.value();
            if !show_leaf(text, entry.base, value) {
                work.push(Frame::Listing(listing));
                return Some((entry.base, value));
            }
        }
        text.append(b"}");
        None
    }
}

/// Shows a part that has none itself; false when it may have some.
unsafe fn show_leaf(text: &mut Text, base: *const u8, step: *const Step) -> bool {
    // SAFETY: a value of the step's kind lies at the place.
    unsafe {
        let code = (*step).code;
        if is_leaf(code) {
            let quoted = text.inspect;
            leaf(text, code, base.add((*step).offset as usize), quoted);
        }
        is_leaf(code)
    }
}

fn is_leaf(code: u16) -> bool {
    !matches!(code, step::VALUE | step::OPEN)
}

/// Shows a part that may have some itself, or begins it; answers where its own parts are, if it has
/// any.
unsafe fn show_part(text: &mut Text, base: *const u8, step: *const Step) -> Option<Frame> {
    // SAFETY: a value of the step's kind lies at the place.
    unsafe {
        let part = base.add((*step).offset as usize);
        let (code, shape) = ((*step).code, (*step).of);
        if ask_hook(text, shape, part) {
            None
        } else if code == step::VALUE || (*shape).kind == shape::SET {
            enter(text, part.cast::<*const Header>().read(), shape)
        } else {
            Some(Frame::Parts(open(text, base, step)))
        }
    }
}

/// Begins an object; answers where its parts are, if it has any.
unsafe fn enter(text: &mut Text, object: *const Header, shape: *const Shape) -> Option<Frame> {
    // SAFETY: the object is of the shape; a set is its map.
    unsafe {
        let is_set = (*shape).kind == shape::SET;
        if is_set || (*shape).kind == shape::MAP {
            let of = if is_set {
                (*(*(*shape).variants).steps).of
            } else {
                shape
            };
            text.append(if is_set { b"#{" } else { b"%{" });
            return Some(Frame::Listing(Listing {
                entries: Entries::of(object, of),
                slot: 0,
                stage: Stage::First,
                is_set,
            }));
        }
        let mut place = Position {
            base: object.cast(),
            step: std::ptr::null(),
            items: 0,
            shape,
            variant: (*shape).variants,
            shown: 0,
        };
        if (*shape).kind == shape::LIST {
            let list: *const List = object.cast();
            (place.base, place.items) = ((*list).data, (*list).len);
            if place.items == 0 {
                text.append(b"[]");
                return None;
            }
        } else {
            place.variant = variant_of(object, shape);
        }
        place.step = (*place.variant).steps;
        begin(text, &place);
        Some(Frame::Parts(place))
    }
}

/// Begins a value that lies in an object.
unsafe fn open(text: &mut Text, base: *const u8, step: *const Step) -> Position {
    // SAFETY: the step opens a value at this base; the tag of a sum counts its variants.
    unsafe {
        let shape = (*step).of;
        let tag = if (*shape).kind == shape::SUM {
            tag_at(base, step)
        } else {
            0
        };
        let variant = (*shape).variants.add(tag as usize);
        let place = Position {
            base,
            step: step.add(1),
            items: 0,
            shape,
            variant,
            shown: 0,
        };
        begin(text, &place);
        place
    }
}

/// What stands before the parts of a value.
unsafe fn begin(text: &mut Text, place: &Position) {
    // SAFETY: names are there for what has one.
    unsafe {
        let (shape, variant) = (&*place.shape, &*place.variant);
        match shape.kind {
            shape::TUPLE => text.append(b"("),
            shape::LIST => text.append(b"["),
            shape::SUM => {
                text.append_name(variant.name);
                if variant.count > 0 {
                    text.append(b"(");
                }
            }
            shape::QUEUE => text.append(b"Queue("),
            _ => {
                text.append_name(shape.name);
                text.append(match (text.inspect, variant.count) {
                    (false, _) => b"(",
                    (true, 0) => b" {}",
                    (true, _) => b" { ",
                });
            }
        }
    }
}

/// What stands behind them.
unsafe fn close(text: &mut Text, place: &Position) {
    // SAFETY: shapes and variants are static.
    unsafe {
        let (shape, variant) = (&*place.shape, &*place.variant);
        let end: &[u8] = match (shape.kind, variant.count) {
            (shape::LIST, _) => b"]",
            (shape::SUM, 0) => b"",
            (shape::STRUCT, 0) if text.inspect => b"",
            (shape::STRUCT, _) if text.inspect => b" }",
            _ => b")",
        };
        text.append(end);
    }
}

/// What stands before one part.
unsafe fn begin_part(text: &mut Text, place: &mut Position) {
    // SAFETY: a struct has a name for each of its fields.
    unsafe {
        if place.shown > 0 {
            text.append(b", ");
        }
        if text.inspect && (*place.shape).kind == shape::STRUCT {
            text.append_name(*(*place.variant).fields.add(place.shown as usize));
            text.append(b": ");
        }
        place.shown += 1;
    }
}

unsafe fn leaf(text: &mut Text, code: u16, part: *const u8, quoted: bool) {
    // SAFETY: a value of the step's kind lies at the place.
    unsafe {
        match code {
            step::INT => text.append_int(part.cast::<i64>().read()),
            step::PID => {
                text.append(b"Pid(");
                text.append_int(part.cast::<i64>().read() & 0xffff_ffff);
                text.append(b")");
            }
            step::FLOAT => text.append(text::FloatText::new(part.cast::<f64>().read()).as_bytes()),
            step::BOOL => text.append(if part.read() != 0 { b"true" } else { b"false" }),
            step::UNIT => text.append(b"()"),
            step::CLOSURE => text.append(b"<function>"),
            step::STRING => {
                let content = mem::content(part.cast::<*const Bytes>().read());
                match quoted {
                    // SAFETY: a String is valid UTF-8.
                    true => literal(std::str::from_utf8_unchecked(content), |piece| {
                        text.append(piece);
                    }),
                    false => text.append(content),
                }
            }
            _ => {
                text.append(b"<<");
                for (index, byte) in mem::content(part.cast::<*const Bytes>().read())
                    .iter()
                    .enumerate()
                {
                    if index > 0 {
                        text.append(b", ");
                    }
                    text.append_int(i64::from(*byte));
                }
                text.append(b">>");
            }
        }
    }
}

/// Lets a hook show the value at `place`; false when there is none.
unsafe fn ask_hook(text: &mut Text, shape: *const Shape, place: *const u8) -> bool {
    // SAFETY: a hook takes the place of a value of its type, and gives the text back.
    unsafe {
        let hook = (*shape).hooks.as_ref().and_then(|hooks| {
            if text.inspect {
                hooks.inspect
            } else {
                hooks.display
            }
        });
        if let Some(show) = hook {
            text.to = show(text.cx, text.to, place);
        }
        hook.is_some()
    }
}
