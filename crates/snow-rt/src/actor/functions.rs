//! Functions in packed form: they know how to pack and unpack what they have captured.
//!
//! Packed, one is two words, the static function or null and the description of its code, then the
//! captured values.

use std::mem::MaybeUninit;

use snow_abi::layout::{guard_state, Closure, ClosureInfo, Context, Reader, Writer};

use super::control::Actor;
use super::envelope::Envelope;
use super::{answers, memory, post};

/// The two words in front of the captured values.
type Head = (*mut Closure, *const ClosureInfo);

/// A function in an envelope; takes a count of it.
///
/// # Safety
/// `cx` runs on this thread and hands `function` over.
pub unsafe fn pack(cx: *mut Context, function: *mut Closure) -> *mut Envelope {
    // SAFETY: the caller's promise. A fresh writer has room for the head.
    unsafe {
        let actor = Actor::of(cx);
        let mut writer = MaybeUninit::<Writer>::uninit();
        memory::open_writer(actor, writer.as_mut_ptr());
        let is_static = (*function).header.rc == 0;
        let fixed = if is_static {
            function
        } else {
            std::ptr::null_mut()
        };
        let writer = writer.as_mut_ptr();
        (*writer)
            .at
            .cast::<Head>()
            .write_unaligned((fixed, (*function).info));
        (*writer).at = (*writer).at.add(size_of::<Head>());
        if let (false, Some(pack)) = (is_static, (*(*function).info).pack) {
            pack(writer, function);
        }
        let envelope = post::seal(Actor::of(cx), writer.cast());
        memory::drop_closure(cx, function);
        envelope
    }
}

/// The function in the heap of `cx`.
///
/// # Safety
/// `cx` runs on this thread; the envelope came from [`pack`].
pub unsafe fn unpack(cx: *mut Context, envelope: *mut Envelope) -> *mut Closure {
    // SAFETY: the caller's promise.
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

/// A function that the runtime is about to keep. What a guard took over is given back after a
/// crash, also when the runtime has kept a part of it; so there it gets a copy.
///
/// # Safety
/// `cx` runs on this thread and hands `make` over.
#[inline(always)]
pub unsafe fn kept_apart(cx: *mut Context, make: *mut Closure) -> *mut Closure {
    // SAFETY: the caller's promise.
    unsafe {
        if (*cx).guard.is_null() || make.is_null() || (*make).header.rc == 0 {
            return make;
        }
        copied_where_taken(cx, make)
    }
}

#[cold]
unsafe fn copied_where_taken(cx: *mut Context, make: *mut Closure) -> *mut Closure {
    // SAFETY: the caller's promise. The actor knows the envelope while it is read, so that it is
    // freed even if the reader crashes.
    unsafe {
        let outermost = (*(*cx).guard).before.outermost;
        if (*outermost).before.state & guard_state::TAKES == 0 {
            return make;
        }
        let envelope = pack(cx, make);
        (*Actor::of(cx)).extras_mut().reading = Some(envelope);
        let own = unpack(cx, envelope);
        answers::finish_reading(Actor::of(cx));
        own
    }
}
