//! Sockets: handles, ownership, outboxes, and the operations that park an actor until the system is
//! ready.
//!
//! A socket is registered with the poller of the worker on which its owner first waits for it, and
//! the owner stays there as long as it owns it. Any actor may use any handle; only the owner's end
//! closes the socket.

/// Text and numbers to addresses.
pub mod address;
/// One frame to many sockets.
pub mod broadcast;
/// Why an operation did not work.
pub mod failure;
/// What encrypts a connection.
pub mod layer;
/// Listening and accepting.
pub mod listener;
/// Names to addresses, on a thread of its own.
pub mod names;
/// One event when a socket can be read.
pub mod notify;
/// Bytes to be sent.
pub mod outbox;
/// Which actor owns which sockets.
pub mod owners;
/// Closing and handing on.
pub mod ownership;
/// What sockets inside the program have taken.
pub mod pairs;
/// How far a stream has come at the peer.
pub mod progress;
/// Reading: the one place where poller, deadline and receive buffer meet.
pub mod read;
/// Sending.
pub mod send;
/// References to shared blocks.
pub mod shared_slice;
/// One socket.
pub mod socket;
/// Emptied outboxes.
pub mod spare;
/// All sockets, by handle.
pub mod table;
/// Opening connections.
pub mod tcp;
/// Waiting for a socket.
pub mod wait;
/// Parked actors.
pub mod waiters;

pub use ownership::close_all;
pub use tcp::peer_of;
