//! Texts of objects: Display and Debug.

use std::ffi::CStr;
use std::io::Write;

use snow_abi::layout::{shape, step, Bytes, Context, Header, List, Shape, Step, Variant};

use super::work::Work;

use crate::actor::append::append;
use crate::mem::steps::{after_case, after_close, first_of_item, tag_at, variant_of};
use crate::sched::patience::Patience;
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
        let mut digits = [0; 24];
        let mut rest = &mut digits[..];
        // An i64 has at most twenty characters.
        let _ = write!(rest, "{value}");
        let used = 24 - rest.len();
        // SAFETY: as for `append`.
        unsafe { self.append(&digits[..used]) };
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
    let mut patience = Patience::new();
    let mut text = Text { cx, to, inspect };
    // SAFETY: the value is alive; steps and places belong together.
    unsafe {
        let mut work: Work<Position> = Work::new(cx);
        let mut here = enter(&mut text, object, shape);
        while let Some(mut place) = here {
            let step = place.step;
            let part = place.base.add((*step).offset as usize);
            let code = (*step).code;
            match code {
                step::ITEM_END if place.items > 1 => {
                    place.base = part;
                    place.step = first_of_item(step);
                    place.items -= 1;
                }
                step::END | step::ITEM_END | step::CLOSE => {
                    close(&mut text, &place);
                    here = work.pop();
                    continue;
                }
                step::CASE => place.step = after_case(place.base, step),
                step::NOTHING => place.step = step.add(1),
                step::VALUE | step::OPEN => {
                    begin_part(&mut text, &mut place);
                    place.step = if code == step::OPEN {
                        after_close(step)
                    } else {
                        step.add(1)
                    };
                    if !ask_hook(&mut text, (*step).of, part) {
                        let inner = if code == step::OPEN {
                            Some(open(&mut text, place.base, step))
                        } else {
                            patience.spend(cx);
                            enter(&mut text, part.cast::<*const Header>().read(), (*step).of)
                        };
                        if let Some(inner) = inner {
                            work.push(place);
                            place = inner;
                        }
                    }
                }
                _ => {
                    begin_part(&mut text, &mut place);
                    let quoted = text.inspect;
                    leaf(&mut text, code, part, quoted);
                    place.step = step.add(1);
                }
            }
            here = Some(place);
        }
    }
    text.to
}

/// Begins an object; answers where its parts are, if it has any.
unsafe fn enter(text: &mut Text, object: *const Header, shape: *const Shape) -> Option<Position> {
    // SAFETY: the object is of the shape.
    unsafe {
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
        Some(place)
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
                let quote: &[u8] = if quoted { b"\"" } else { b"" };
                text.append(quote);
                text.append(mem::content(part.cast::<*const Bytes>().read()));
                text.append(quote);
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
