//! How the stack of an actor grows when it recurses deeply, and is given back.
//!
//! Generated code compares its stack pointer with a limit, which is far above the end of the stack.
//! An actor that comes to it gets a lower one and is charged for what that may take beyond a first
//! part, so that recursion ends where the memory of its actor does. It is given back when the actor
//! waits without it, or needs the memory for its heap.

use snow_abi::layout::Context;

use crate::actor::control::{Actor, Fiber};
use crate::actor::exit;
use crate::mem::heap;
use crate::mem::owner::Owns;

/// Gives the calling actor, whose frame at `stack_pointer` is below the limit, a lower one; crashes
/// it when it must not have that.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
pub unsafe fn grow(cx: *mut Context, stack_pointer: usize) {
    // SAFETY: the context is that of the caller's actor, and so is the fiber.
    unsafe {
        let actor = Actor::of(cx);
        let fiber = (*actor).fiber;
        let Some(limit) = (*fiber).limit_below(stack_pointer) else {
            exit::crash(cx, b"stack overflow");
        };
        let stack = (*fiber).charge_for((*fiber).limit());
        let more = (*fiber).charge_for(limit) - stack;
        if (*actor).heap.charged.saturating_add(more) > (*actor).heap.ceiling {
            // What takes more of the actor's memory is what the report names.
            let text: &[u8] = if stack >= (*actor).heap.charged / 2 {
                b"stack overflow"
            } else {
                b"memory limit"
            };
            exit::crash(cx, text);
        }
        (*actor).heap.charged += more;
        (*fiber).set_limit(limit);
        (&raw mut (*cx).limit).write_volatile(limit);
    }
}

/// The calling actor is about to park and keeps its stack: what that does not need goes back.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
#[inline]
pub unsafe fn before_park(cx: *mut Context) {
    // SAFETY: the context is that of the caller's actor, and so is the fiber.
    unsafe {
        let fiber = (*Actor::of(cx)).fiber;
        if (*fiber).limit() < (*fiber).first_limit() {
            give_back_unused(cx);
        }
    }
}

/// Gives back what the stack of an actor grew to and does not need any more; true when that was
/// something.
///
/// # Safety
/// `cx` is the actor that this thread owns. When it runs on its own stack, the caller's frame is
/// the lowest one in use.
#[cold]
pub unsafe fn give_back_unused(cx: *mut Context) -> bool {
    // SAFETY: the context is that of the caller's actor; what is below a local of ours is not in
    // use, but for the frames of the calls below, for which there is a step of room.
    unsafe {
        let actor = Actor::of(cx);
        let fiber = (*actor).fiber;
        let here = (&raw const fiber).addr();
        if fiber.is_null() || !(*fiber).contains(here) {
            return false;
        }
        let Some(limit) = (*fiber).shrunk_limit(here) else {
            return false;
        };
        shrink(actor, fiber, limit);
        // The handler may raise the limit meanwhile: then its wish is granted at the next check
        // after this one.
        if (&raw mut (*cx).limit).read_volatile() != usize::MAX {
            (&raw mut (*cx).limit).write_volatile(limit);
        }
        true
    }
}

/// Gives back all that the stack of an actor grew to.
///
/// # Safety
/// The actor is owned by this thread, and nothing on its stack is used any more.
pub unsafe fn give_back(actor: *mut Actor) {
    // SAFETY: the caller's promise.
    unsafe {
        let fiber = (*actor).fiber;
        let first = (*fiber).first_limit();
        if (*fiber).limit() < first {
            shrink(actor, fiber, first);
        }
    }
}

unsafe fn shrink(actor: *mut Actor, fiber: *mut Fiber, limit: usize) {
    // SAFETY: the callers say that nothing below the limit is in use.
    unsafe {
        heap::uncharge(
            actor.owner(),
            (*fiber).charge_for((*fiber).limit()) - (*fiber).charge_for(limit),
        );
        (*fiber).set_limit(limit);
    }
}
