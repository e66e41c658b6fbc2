//! Events of the runtime, and the actor as other subsystems see it.

use std::ffi::c_void;

use snow_abi::layout::{Closure, Context};

use super::control::Actor;
use super::{envelope, post, Pid};
use crate::sched::worker;

/// Puts an event into an actor's mailbox; it is dropped when the actor is gone.
///
/// `make` lives in the heap of the receiver and is handed over with the event. Any thread may call.
#[allow(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "the pointer is carried, not followed"
)]
pub fn deliver_event(to: Pid, make: *mut Closure, kind: i64, number: i64, text: &[u8]) {
    let worker = worker::current();
    // SAFETY: the envelope is fresh; `make` is not looked at here.
    unsafe {
        post::send_event(
            worker,
            to,
            envelope::event(worker, make, kind, number, text),
        )
    };
}

/// A live actor that this worker owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorRef(*mut Actor);

/// The actor of a context.
pub fn current_actor(cx: *mut Context) -> ActorRef {
    ActorRef(Actor::of(cx))
}

impl ActorRef {
    /// The same actor, as the rest of the runtime knows it.
    pub fn of(actor: *mut Actor) -> Self {
        ActorRef(actor)
    }

    /// Its name.
    pub fn pid(self) -> Pid {
        // SAFETY: the reference stands for a live actor.
        unsafe { (*self.0).pid }
    }

    /// Its context.
    pub fn context(self) -> *mut Context {
        // SAFETY: the reference stands for a live actor.
        unsafe { (*self.0).context() }
    }

    /// Index of the worker that it belongs to.
    pub fn worker(self) -> usize {
        // SAFETY: the reference stands for a live actor, whose worker outlives it.
        unsafe { (*(*self.0).worker).index }
    }

    /// First of the sockets that it owns; the list is linked by the sockets themselves.
    pub fn sockets(self) -> *mut *mut c_void {
        // SAFETY: the reference stands for a live actor.
        unsafe { &raw mut (*self.0).sockets }
    }

    /// How many sockets it owns.
    pub fn owned_sockets(self) -> *mut u32 {
        // SAFETY: the reference stands for a live actor.
        unsafe { &raw mut (*self.0).owned_sockets }
    }
}
