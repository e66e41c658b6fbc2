//! Answers outside `receive`. Convert, call, convert.
//!
//! An answer is a function without parameters, because a function knows how to pack and unpack what
//! it has captured.

use snow_abi::layout::{Closure, Context};

use crate::actor::control::Actor;
use crate::actor::envelope::Content;
use crate::actor::{answers, functions, memory, post};

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
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let envelope = functions::pack(cx, value);
        (*envelope).content = Content::Answer;
        (*envelope).token = answer;
        post::signal((*Actor::of(cx)).worker, to, envelope);
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
        match answers::wait(cx, answer, deadline, |envelope| {
            functions::unpack(cx, envelope)
        }) {
            Some(value) => {
                memory::drop_closure(cx, otherwise);
                value
            }
            None => otherwise,
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
