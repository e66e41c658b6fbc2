//! Memory of actors: objects, buffers, and what the rest of the runtime asks of them.
//!
//! Each actor has a heap of its own ([`heap`]) made of chunks from its worker's pool ([`chunks`]);
//! nothing in it is known to any other actor. Only [`block`]s are shared, and only they are counted
//! atomically. When an actor ends its chunks, large objects and block references are given back
//! without looking at single objects.

/// Shared buffers and the references of an actor to them.
pub mod block;
/// `Bytes` values.
pub mod bytes;
/// Chunks of memory, pooled by worker.
pub mod chunks;
/// A dense form of packed values.
pub mod dense;
/// Freeing objects of any depth.
pub mod drop;
/// The heap of one actor.
pub mod heap;
/// Memory for large buffers.
pub mod large;
/// What guards remember of objects from before.
pub mod note_list;
pub mod notes;
/// What is known here of an actor.
pub mod owner;
/// Buffers that messages are packed into.
pub mod scratch;
pub mod slabs;
/// Steps of the description of a type.
pub mod steps;
/// What the system gives, and what happens when it gives no more.
pub mod system;

pub use block::{block_data, new_block, release_block, retain_block};
pub use bytes::{block_of, content, drop_bytes, no_bytes};
