//! The control block of an actor, and what it has only while it is awake: its context, which
//! generated code sees, and behind that its frame, in one allocation.

use std::ffi::c_void;

use snow_abi::layout::{ActorInfo, Context, CLASS_SIZES};

use super::envelope::Envelope;
use super::hibernate::{self, Packed};
use super::inbox::Linked;
use super::inspect;
use super::links::Extras;
use super::slots::{Pid, Slot};
use super::state::{Awaited, Phase};
use super::turn;
use super::watchers::Watchers;
use crate::context::fiber::{self, Outcome};
use crate::counters;
use crate::mem::chunks::{self, Chunk};
use crate::mem::owner::{OwnedContext, Owner, Owns};
use crate::mem::system;
use crate::sched::worker::Worker;
use crate::timer::wheel::{Kind, Timer};

/// A stack that serves actors.
pub type Fiber = fiber::Fiber<Actor>;

impl fiber::Body for Actor {
    unsafe fn turn(this: *mut Self) -> Outcome {
        // SAFETY: the caller's promise.
        unsafe { turn::body(this) }
    }

    #[inline]
    unsafe fn is_looked_at(this: *mut Self) -> bool {
        // SAFETY: the caller's promise.
        unsafe { inspect::is_looked_at(this) }
    }
}

impl Owns for *mut Actor {
    #[inline]
    fn owner(self) -> *mut Owner {
        self.cast()
    }
}

/// An actor. Only its worker touches it, but for the party that won the right to schedule it.
#[repr(C)]
#[derive(Debug)]
pub struct Actor {
    /// Its memory, and its context.
    pub heap: Owner,
    /// Its name.
    pub pid: Pid,
    /// Its place in the table.
    pub slot: &'static Slot,
    /// Where it belongs.
    pub worker: *mut Worker,
    /// What is known about its code.
    pub info: *const ActorInfo,
    /// Next one in a run queue or a worker's inbox.
    pub next: *mut Actor,
    /// The stack that it keeps, or runs on.
    pub fiber: *mut Fiber,
    /// Messages that came and are not yet taken, the oldest first.
    pub first: *mut Envelope,
    /// The newest of them.
    pub last: *mut Envelope,
    /// The last one that the current `receive` has looked at.
    pub scanned: *mut Envelope,
    /// The packed arguments, until the first turn.
    pub arguments: *mut Envelope,
    /// What it knows while it hibernates, else null.
    pub packed: *mut Packed,
    /// Deadline of its `receive` or suspension.
    pub timer: Timer,
    /// When the `after` of the current `receive` is over, or [`NO_DEADLINE`].
    pub receive_deadline: i64,
    /// First of the sockets that it owns.
    pub sockets: *mut c_void,
    /// Who is to be told of its end.
    pub watchers: Watchers,
    /// What most actors never need.
    pub extras: *mut Extras,
    /// What the messages in its own list are charged with, in units of `envelope::UNIT`.
    pub held: u32,
    /// Bytes of heap at which it hibernates as soon as it waits.
    pub heap_mark: u32,
    /// Functions of its heap that sockets were lent for their events.
    pub lent_functions: u32,
    /// How many sockets it owns.
    pub owned_sockets: u32,
    /// Reasons why it cannot move to another worker.
    pub pins: u32,
    /// It has chosen its worker, for itself and for those that it spawns.
    pub chose_worker: bool,
    /// Where it stands.
    pub phase: Phase,
    /// What its last suspension waits for, or has waited for.
    pub awaited: Awaited,
    /// True when crashes that its guards catch are reported.
    pub reports_caught: bool,
    /// True while its suspension keeps the program from ending.
    pub keeps_alive: bool,
    /// True once its `terminate` block is to run, or runs.
    pub terminating: bool,
    /// True when its body has begun, so that its frame makes sense.
    pub begun: bool,
    /// True when it is to hibernate at the end of its turn.
    pub hibernation_due: bool,
    /// True while it packs what it knows.
    pub packing: bool,
    /// The last of its turns that was ended by a time slice: the low bits of its number.
    pub spent_turn: u8,
    /// True when it had a turn since it was entered into its worker's list of waiters.
    pub ran_since_listed: bool,
}

/// `receive_deadline` of a `receive` that has not waited yet.
pub const NO_DEADLINE: i64 = i64::MIN;

/// Contexts and frames of so many bytes stand in a chunk of the smallest size: those of actors that
/// hibernate go back to the system with the chunks of their heaps, where a hole of the allocator
/// would stay.
const IN_CHUNK: usize = chunks::SMALLEST - size_of::<Chunk>();

/// A waiting connection is to cost hundreds of bytes. Of 257 to 264 bytes the allocator makes the
/// same piece as of 256.
const _: () = assert!(size_of::<Actor>() <= 264 && size_of::<OwnedContext>() <= 264);
const _: () = assert!(std::mem::offset_of!(Actor, heap) == 0);

impl Linked for Actor {
    unsafe fn link(node: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller says that the actor is alive.
        unsafe { &raw mut (*node).next }
    }
}

impl Actor {
    /// The actor of a context.
    #[inline]
    pub fn of(cx: *mut Context) -> *mut Actor {
        // An actor begins with its `Owner`.
        Owner::of(cx).cast()
    }

    /// A new actor with a zeroed frame, or null when there is no memory.
    ///
    /// # Safety
    /// Called on the thread of `worker`; `info` is a live description.
    pub unsafe fn new(
        worker: *mut Worker,
        slot: &'static Slot,
        pid: Pid,
        info: *const ActorInfo,
    ) -> *mut Actor {
        let null: *mut c_void = std::ptr::null_mut();
        // SAFETY: the memory is fresh, aligned by malloc, and large enough.
        unsafe {
            let actor: *mut Actor = system::allocate(size_of::<Actor>()).cast();
            if actor.is_null() {
                return actor;
            }
            actor.write(Actor {
                heap: Owner::new((*worker).actor_memory, &raw mut (*worker).memory),
                pid,
                slot,
                worker,
                info,
                next: null.cast(),
                fiber: null.cast(),
                first: null.cast(),
                last: null.cast(),
                scanned: null.cast(),
                held: 0,
                arguments: null.cast(),
                packed: null.cast(),
                heap_mark: hibernate::FIRST_MARK,
                lent_functions: 0,
                timer: Timer::new(Kind::Receive),
                receive_deadline: NO_DEADLINE,
                sockets: null,
                owned_sockets: 0,
                pins: 0,
                chose_worker: false,
                watchers: Watchers::None,
                extras: null.cast(),
                phase: Phase::New,
                awaited: Awaited::Nothing,
                reports_caught: false,
                keeps_alive: false,
                terminating: false,
                begun: false,
                hibernation_due: false,
                packing: false,
                spent_turn: 0,
                ran_since_listed: false,
            });
            counters::add_here(
                (*worker).index,
                counters::ACTOR_BYTES,
                size_of::<Actor>() as i64,
            );
            if !Actor::make_context(actor) {
                Actor::free(actor);
                return null.cast();
            }
            actor
        }
    }

    /// Gives an actor that has none a context and a zeroed frame; false when there is no memory.
    ///
    /// # Safety
    /// The actor is owned by this thread.
    pub unsafe fn make_context(actor: *mut Actor) -> bool {
        let null = std::ptr::null_mut();
        // SAFETY: the memory is nobody's, aligned for everything, and large enough for context and
        // frame.
        unsafe {
            let bytes = Actor::awake_bytes((*actor).info);
            let awake: *mut OwnedContext = if bytes <= IN_CHUNK {
                let chunk = (*(*actor).heap.pool).chunks.take(0);
                if chunk.is_null() {
                    return false;
                }
                chunk.add(1).cast()
            } else {
                system::allocate(bytes).cast()
            };
            if awake.is_null() {
                return false;
            }
            std::ptr::write_bytes(
                awake.add(1).cast::<u8>(),
                0,
                bytes - size_of::<OwnedContext>(),
            );
            awake.write(OwnedContext {
                context: Context {
                    limit: 0,
                    free: [null; CLASS_SIZES.len()],
                    bump: null.cast(),
                    bump_end: null.cast(),
                    guard: null.cast(),
                    pid: (*actor).pid,
                    error: 0,
                    epoch: super::guard::OUTSIDE,
                    last_epoch: super::guard::OUTSIDE,
                    noted: super::guard::OUTSIDE - 1,
                    note: std::ptr::null_mut(),
                    notes_end: std::ptr::null_mut(),
                },
                owner: actor.owner(),
            });
            (*actor).heap.context = awake;
            counters::add_here(
                (*(*actor).worker).index,
                counters::ACTOR_BYTES,
                bytes as i64,
            );
            true
        }
    }

    /// Takes its context and frame, if it has them.
    ///
    /// # Safety
    /// The actor is owned by this thread and does not run.
    pub unsafe fn free_context(actor: *mut Actor) {
        // SAFETY: nothing else knows the address.
        unsafe {
            let awake = std::mem::replace(&mut (*actor).heap.context, std::ptr::null_mut());
            if !awake.is_null() {
                let bytes = Actor::awake_bytes((*actor).info);
                if bytes <= IN_CHUNK {
                    let chunk: *mut Chunk = awake.cast();
                    (*(*actor).heap.pool).chunks.give(chunk.sub(1));
                } else {
                    system::free(awake.cast());
                }
                counters::add_here(
                    (*(*actor).worker).index,
                    counters::ACTOR_BYTES,
                    -(bytes as i64),
                );
            }
        }
    }

    /// Frees an actor.
    ///
    /// # Safety
    /// The actor is owned by this thread, and has given back everything else.
    pub unsafe fn free(actor: *mut Actor) {
        // SAFETY: nothing looks at it again.
        unsafe {
            Actor::free_context(actor);
            counters::add_here(
                (*(*actor).worker).index,
                counters::ACTOR_BYTES,
                -(size_of::<Actor>() as i64),
            );
            system::free(actor.cast());
        }
    }

    /// Bytes of context and frame.
    unsafe fn awake_bytes(info: *const ActorInfo) -> usize {
        // SAFETY: descriptions are static.
        let frame = unsafe { (*info).frame_size }.max(0) as usize;
        size_of::<OwnedContext>() + frame.next_multiple_of(8)
    }

    /// True when it has a context and a frame.
    pub fn is_awake(&self) -> bool {
        !self.heap.context.is_null()
    }

    /// What generated code sees.
    pub fn context(&self) -> *mut Context {
        self.heap.context.cast()
    }

    /// What the body keeps between two turns.
    pub fn frame(&self) -> *mut c_void {
        self.heap.context.wrapping_add(1).cast()
    }

    /// What most actors never need, when there.
    pub fn extras(&mut self) -> Option<&mut Extras> {
        // SAFETY: null or owned by this actor.
        unsafe { self.extras.as_mut() }
    }

    /// The same, made when not there.
    pub fn extras_mut(&mut self) -> &mut Extras {
        if self.extras.is_null() {
            self.extras = Box::into_raw(Box::default());
        }
        // SAFETY: not null, and owned by this actor.
        unsafe { &mut *self.extras }
    }

    /// Moves an actor to another worker, or begins a turn on its own.
    ///
    /// # Safety
    /// The actor is owned by this thread, whose worker that is.
    #[inline]
    pub unsafe fn set_worker(actor: *mut Actor, worker: *mut Worker) {
        // SAFETY: the caller's promise.
        unsafe {
            (*actor).worker = worker;
            (*actor).heap.pool = &raw mut (*worker).memory;
        }
    }

    /// Its name for reports.
    pub fn name(&self) -> &str {
        // SAFETY: names are static, NUL-terminated text of generated code.
        unsafe {
            if (*self.info).name.is_null() {
                return "actor";
            }
            std::ffi::CStr::from_ptr((*self.info).name)
                .to_str()
                .unwrap_or("actor")
        }
    }
}
