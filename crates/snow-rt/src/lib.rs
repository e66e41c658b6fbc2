//! The Snow runtime: actors, scheduler, timers, sockets, and what else generated code asks for.
//!
//! Ground rules of safety, on which the notes at each `unsafe` block rest:
//! - A worker's state is touched by its own thread alone. What others may touch of it is in
//!   `sched::worker::Shared`.
//! - An actor is owned by one party at a time: the worker it runs on, the queue it stands in, or,
//!   while it waits, the party that wins the exchange on its inbox or park word. Only
//!   `actor::slots::Slot` is touched by anybody at any time.
//! - An object belongs to one actor; `Block`s alone are shared, and nothing writes to one that has
//!   two references.
//! - Code that may suspend or crash an actor holds no lock, no borrow of a thread's variable, and
//!   nothing to be dropped.

#![allow(
    clippy::new_without_default,
    reason = "an empty pool is made on purpose, never by default"
)]

// Groups from the ground up; the order within is in `README.md`.

/// Atomics, real or modelled.
mod sync;
/// Tables whose entries never move.
mod table;
/// Use of time and memory by the process.
mod usage;

/// Settings.
pub mod config;
/// Counters that programs may read.
pub mod counters;
/// Digests.
pub mod crypto;
/// Text.
pub mod text;

/// Stacks and coroutines.
pub mod context;
/// Pollers.
pub mod io;
/// Memory of actors.
pub mod mem;
/// Deadlines.
pub mod timer;

/// Actors.
pub mod actor;
/// Workers: when an actor runs, and where.
pub mod sched;

/// Boot and shutdown.
pub mod boot;
/// Sockets.
pub mod net;
/// The process.
pub mod system;
/// TLS on connections.
pub mod tls;
/// Walks over values of any depth.
pub mod walk;

/// Every function of the table in `snow-abi`.
pub mod abi;

#[cfg(all(test, not(loom)))]
mod testing;
