//! Answers outside `receive`. Convert, call, convert.
//!
//! An answer is a function without parameters, because a function knows how to pack and unpack what
//! it has captured. Packed it is two words, the static function or null and the description of its
//! code, then the captured values.

use std::mem::MaybeUninit;

use snow_abi::layout::{Closure, ClosureInfo, Context, Reader, Writer};

use crate::actor::control::Actor;
use crate::actor::envelope::{Content, Envelope};
use crate::actor::memory;
use crate::actor::{answers, post};

/// The two words in front of the captured values.
type Head = (*mut Closure, *const ClosureInfo);

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_answer_close(cx: *mut Context, answer: i64) {
    // SAFETY: the context is that of the caller's actor, which this thread runs.
    unsafe { answers::give_up(Actor::of(cx), answer) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_answer_open(cx: *mut Context) -> i64 {
    // SAFETY: generated code keeps the promise above.
    unsafe { answers::open(cx) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_answer_expect(cx: *mut Context, answer: i64, from: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { answers::expect(cx, answer, from) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here and hands `value` over.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_answer_send(
    cx: *mut Context,
    to: i64,
    answer: i64,
    value: *mut Closure,
) {
    // SAFETY: generated code keeps the promises above. A fresh writer has room for the head.
    unsafe {
        let actor = Actor::of(cx);
        let mut writer = MaybeUninit::<Writer>::uninit();
        memory::open_writer(actor, writer.as_mut_ptr());
        let is_static = (*value).header.rc == 0;
        let fixed = if is_static {
            value
        } else {
            std::ptr::null_mut()
        };
        let writer = writer.as_mut_ptr();
        (*writer)
            .at
            .cast::<Head>()
            .write_unaligned((fixed, (*value).info));
        (*writer).at = (*writer).at.add(size_of::<Head>());
        if let (false, Some(pack)) = (is_static, (*(*value).info).pack) {
            pack(writer, value);
        }
        let envelope = post::seal(Actor::of(cx), writer.cast());
        (*envelope).content = Content::Answer;
        (*envelope).token = answer;
        memory::drop_closure(cx, value);
        post::signal((*actor).worker, to, envelope);
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here and hands `otherwise` over; `answer` was opened for
/// functions of its type.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_answer_wait(
    cx: *mut Context,
    answer: i64,
    deadline: i64,
    otherwise: *mut Closure,
) -> *mut Closure {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let deadline = (deadline >= 0).then_some(deadline);
        match answers::wait(cx, answer, deadline, |envelope| unpack(cx, envelope)) {
            Some(value) => {
                memory::drop_closure(cx, otherwise);
                value
            }
            None => otherwise,
        }
    }
}

/// The function in the heap of `cx`.
unsafe fn unpack(cx: *mut Context, envelope: *mut Envelope) -> *mut Closure {
    // SAFETY: the envelope was written by `snow_answer_send`.
    unsafe {
        let packed = Envelope::bytes(envelope).as_ptr_range();
        let (fixed, info) = packed.start.cast::<Head>().read_unaligned();
        if !fixed.is_null() {
            return fixed;
        }
        let mut reader = Reader {
            at: packed.start.add(size_of::<Head>()),
            end: packed.end,
        };
        match (*info).unpack {
            Some(unpack) => unpack(cx, &mut reader),
            None => std::process::abort(),
        }
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_self(cx: *mut Context) -> i64 {
    // SAFETY: generated code keeps the promise above.
    unsafe { (*cx).pid }
}
