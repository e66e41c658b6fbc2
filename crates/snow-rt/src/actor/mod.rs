//! Actors: what one is, how messages and signals reach it, and how it ends.
//!
//! ```text
//! pid ─► slot (never freed: generation, inbox, park word) ─► control block (freed at the end) ─► heap, frame, stack
//! ```
//! Other workers touch a slot only; everything behind it belongs to the worker that the actor is
//! on.

/// Results that an actor waits for outside its `receive`.
pub mod answers;
/// Appending to a value.
pub mod append;
/// Senders that wait for a place in a mailbox.
pub mod backpressure;
/// How much may wait in a mailbox.
pub mod bounds;
/// The control block.
pub mod control;
/// Messages sent after a while.
pub mod delayed;
/// Events of the runtime, and the actor as other subsystems see it.
pub mod deliver;
/// Messages in memory.
pub mod envelope;
/// How an actor ends, and what is given back.
pub mod exit;
/// Beginning, ending and undoing guards.
pub mod functions;
pub mod guard;
/// Giving the heap of a waiting actor back.
pub mod hibernate;
/// The lock-free queue in front of every actor and worker.
pub mod inbox;
/// Looking at an actor from outside.
pub mod inspect;
/// Labels of actors.
pub mod labels;
/// Links, monitors and their bookkeeping on both sides.
pub mod links;
/// Selective receive.
pub mod mailbox;
/// Memory for the actor that runs.
pub mod memory;
/// The outcome of fallible calls.
pub mod outcome;
/// Functions that all actors share.
pub mod persistent;
/// Putting messages and signals into mailboxes.
pub mod post;
/// Names of actors.
pub mod registry;
/// What standard error says about actors.
pub mod report;
/// What the owner does with the signals in its mailbox.
pub mod signals;
/// The table that pids point into.
pub mod slots;
/// Making actors.
pub mod spawn;
/// States and legal moves.
pub mod state;
/// Lines of the program, for reports.
pub mod trace;
/// One turn of an actor, on its fiber and around it.
pub mod turn;
/// The actors that are to be told of an actor's end.
pub mod watchers;

pub use deliver::{current_actor, deliver_event, ActorRef};
pub use slots::Pid;
