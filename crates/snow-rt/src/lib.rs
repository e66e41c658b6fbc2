//! The Snow runtime: actors, scheduler, timers, sockets, and what else generated code asks for.
//!
//! Ground rules of safety, on which the notes at each `unsafe` block rest:
//! - A worker's state is touched by its own thread alone. What others may touch of it is in
//!   `sched::worker::Shared`.
//! - An actor is owned by one party at a time: the worker it runs on, the queue it stands in, or,
//!   while it waits, whoever wins the exchange on its inlet or park word. Only `actor::slots::Slot`
//!   is touched by anybody at any time.
//! - An object belongs to one actor; `Block`s alone are shared, and nobody writes to one that has
//!   two references.
//! - Code that may suspend or crash an actor holds no lock, no borrow of a thread's variable, and
//!   nothing to be dropped.

#![allow(
    clippy::new_without_default,
    reason = "an empty pool is made on purpose, never by default"
)]

/// Atomics, real or modelled.
mod sync;
/// Tables whose entries never move.
mod table;

/// Boot and shutdown.
pub mod boot;
/// Settings.
pub mod config;
/// Counters that programs may read.
pub mod counters;
/// Use of time and memory by the process.
mod usage;

/// Actors.
pub mod actor;
/// Stacks and coroutines.
pub mod context;
/// Memory of actors.
pub mod mem;
/// Who runs when.
pub mod sched;
/// Deadlines.
pub mod timer;

/// Digests.
pub mod crypto;
/// Pollers.
pub mod io;
/// Sockets.
pub mod net;
/// The process.
pub mod system;
/// Text.
pub mod text;
/// TLS on connections.
pub mod tls;
/// Walks over values of any depth.
pub mod walk;

/// Every function of the table in `snow-abi`.
pub mod abi;

#[cfg(all(test, not(loom)))]
mod testing;
