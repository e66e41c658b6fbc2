//! Functions that all actors share: what they capture is copied once, and stays until the program
//! ends (Erlang's persistent terms).
//!
//! An actor is started with a copy of the function and gives all that its heap holds away: each
//! object becomes immortal, as static data is, so no thread writes to it again, and the memory has
//! no owner any more. It is never freed, because a message may carry the address of an immortal
//! object to anywhere. The same function again is the one that is there already: a program that
//! starts the same server a thousand times keeps one copy.

use std::collections::HashMap;
use std::sync::LazyLock;

use parking_lot::Mutex;
use snow_abi::layout::{Closure, Context};

use super::control::Actor;
use super::envelope::{self, Envelope};
use super::{functions, memory};
use crate::crypto::sha256;
use crate::mem::heap::{self, Since};

/// Functions by the digest of their packed form, so that this is not kept beside the values. The
/// address of a block in it says what the block holds: the function that is here has the block, too,
/// so no other block gets that address, and no bytes of it are written again.
static KNOWN: LazyLock<Mutex<HashMap<Digest, Shared>>> = LazyLock::new(Mutex::default);

/// SHA-256: two values with one digest cannot be found, even by a client whose words are in them.
type Digest = [u8; 32];

/// An immortal function.
#[derive(Clone, Copy)]
struct Shared(*mut Closure);

// SAFETY: nothing writes to an immortal object, or to what it refers to.
unsafe impl Send for Shared {}

/// An immortal function that does what `function` does. Inside a guard, whose notes are about the
/// heap that would be given away, it is `function` itself.
///
/// # Safety
/// `cx` runs on this thread and hands `function` over. Its actor does not look at what it has sent
/// itself before, and ends soon: what it holds is never freed.
pub unsafe fn share(cx: *mut Context, function: *mut Closure) -> *mut Closure {
    // SAFETY: the caller's promise.
    unsafe {
        if (*function).header.rc == 0 || !(*cx).guard.is_null() {
            return function;
        }
        let digest = digest(cx, function);
        if let Some(Shared(known)) = KNOWN.lock().get(&digest).copied() {
            memory::drop_closure(cx, function);
            return known;
        }
        give_away(cx);
        KNOWN.lock().insert(digest, Shared(function));
        function
    }
}

/// Of the packed form, which two functions have in common when they do the same.
unsafe fn digest(cx: *mut Context, function: *mut Closure) -> Digest {
    // SAFETY: the function is alive and gets the owner that packing takes away.
    unsafe {
        heap::add_owner(cx, function.cast());
        let envelope = functions::pack(cx, function);
        let digest = sha256::digest(Envelope::bytes(envelope));
        envelope::free((*Actor::of(cx)).worker, envelope);
        digest
    }
}

/// Makes all objects of the heap immortal; the actor has an empty one afterwards.
unsafe fn give_away(cx: *mut Context) {
    // SAFETY: the heap is the actor's. Free cells lose nothing: their lists are forgotten.
    unsafe {
        heap::each_object(cx, &Since::ALWAYS, |object| {
            (*object).rc = 0;
            (*object).epoch = 0;
        });
        (*cx).free.fill(std::ptr::null_mut());
        (*cx).bump = std::ptr::null_mut();
        (*cx).bump_end = std::ptr::null_mut();
        (*Actor::of(cx)).heap.forget();
    }
}
