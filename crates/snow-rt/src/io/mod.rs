//! Where a worker meets the outside: its poller, its sleep, and the sockets whose outboxes wait for
//! the end of a turn.
//!
//! Knows tokens, not sockets: the user of the poller says once, through [`serve`], what a report
//! and a flush mean.

/// How long a worker has waited.
mod busy;
/// The poller on Linux.
pub mod epoll;
/// A scripted poller.
#[cfg(test)]
pub mod fake;
/// What a poller promises.
pub mod poller;
/// One reactor a worker.
pub mod reactor;
/// What the system knows about a TCP connection.
mod tcp;

pub use busy::busy_ms;
pub use reactor::{
    end_of_actor_turn, end_of_last_turn, end_of_turn, flush_all_later, flush_later, flush_soon,
    has_unsent, here, notify, poll, poller_of, serve, wait, worker_start, Client,
};
