//! The outcome of fallible calls: a code in the context, and a text when it says more than the
//! code.

use snow_abi::layout::{error, Context};

use super::control::Actor;

/// What a code means when nothing more is known. Such texts are not stored, so that a connection
/// that is often told "nothing to read" carries no text.
pub fn usual_text(code: i64) -> &'static str {
    match code {
        error::NONE => "",
        error::CLOSED => "closed",
        error::TIMEOUT => "timed out",
        error::WOULD_BLOCK => "would block",
        error::INVALID => "invalid",
        _ => "system error",
    }
}

/// Records the outcome of a fallible call in `cx.error`, and the text for `snow_error_text`.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn set_error(cx: *mut Context, code: i64, text: &str) {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        (*cx).error = code as i32;
        let actor = Actor::of(cx);
        if text != usual_text(code) {
            (*actor).extras_mut().error_text = text.into();
        } else if let Some(extras) = (*actor).extras() {
            extras.error_text = Box::default();
        }
    }
}

/// Records success.
///
/// # Safety
/// As for [`set_error`].
pub unsafe fn clear_error(cx: *mut Context) {
    // SAFETY: the context is alive.
    unsafe { (*cx).error = error::NONE as i32 };
}
