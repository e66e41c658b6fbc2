//! Memory of actors: objects, buffers, and what the rest of the runtime asks of them.
//!
//! Each actor has a heap of its own ([`heap`]) made of chunks from its worker's pool ([`chunks`]);
//! nothing in it is known to any other actor. Only [`block`]s are shared, and only they are counted
//! atomically. When an actor ends its chunks, large objects and block references are given back
//! without looking at single objects.

/// Shared buffers and the references of an actor to them.
pub mod block;
/// `Bytes` values, function values, and the outcome of fallible calls.
pub mod bytes;
/// Chunks of memory, pooled by worker.
pub mod chunks;
/// A dense form of packed values.
pub mod dense;
/// What a guard gives back after a crash.
pub mod guard;
/// The heap of one actor.
pub mod heap;
/// Memory for large buffers.
pub mod large;
/// What guards remember of objects from before.
pub mod notes;
/// Buffers that messages are packed into.
pub mod scratch;
/// What the system gives, and what happens when it gives no more.
pub mod system;

pub use block::{block_data, new_block, release_block, retain_block};
pub use bytes::{
    block_of, bytes_from_block, bytes_with_capacity, clear_error, content, demand,
    demand_of_system, drop_bytes, drop_closure, new_bytes, set_error,
};
