//! How far a stream has come: what the peer's system has acknowledged, and where what is queued
//! will end.
//!
//! Both count bytes of the wire from the start of the connection, so under TLS they count
//! ciphertext. Both are asked of the system on demand: a connection holds nothing for them.

use std::io;

use super::failure::Failure;
use super::socket::Socket;
use super::{pairs, wait};
use crate::io::poller::Poller;

/// Bytes that the peer's system has acknowledged. Grows, and stays below what was sent.
pub fn acknowledged(handle: i64) -> Result<i64, Failure> {
    count(handle, |socket, poller| socket.acknowledged(poller))
}

/// What `acknowledged` will be once all that is on the outbox now has arrived.
pub fn outbox_end(handle: i64) -> Result<i64, Failure> {
    count(handle, |socket, poller| socket.outbox_end(poller))
}

fn count(
    handle: i64,
    ask: impl FnOnce(&Socket, &dyn Poller) -> io::Result<u64>,
) -> Result<i64, Failure> {
    let bytes = wait::with(handle, |socket, poller| ask(socket, poller))?;
    bytes
        .map(|bytes| bytes as i64)
        .map_err(|error| Failure::from(&error))
}

/// Holds `acknowledged` of a socket inside the program at `bytes`, or lets it go when that is
/// negative.
pub fn script_acknowledged(handle: i64, bytes: i64) -> Result<(), Failure> {
    wait::with(handle, |socket, _| {
        if !socket.is_inside() {
            return Err(Failure::Invalid(
                "only a socket of a pair has a scripted peer".into(),
            ));
        }
        pairs::hold_acknowledged(socket.fd, u64::try_from(bytes).ok());
        Ok(())
    })?
}

impl Socket {
    /// Bytes of the wire that the peer's system has acknowledged.
    pub fn acknowledged(&self, poller: &dyn Poller) -> io::Result<u64> {
        if self.is_inside() {
            return Ok(pairs::acknowledged(self.fd));
        }
        poller.acknowledged(self.fd)
    }

    /// Where on the wire the last byte that is queued will stand.
    pub fn outbox_end(&self, poller: &dyn Poller) -> io::Result<u64> {
        let taken = if self.is_inside() {
            pairs::taken(self.fd)
        } else {
            poller.taken(self.fd)?
        };
        Ok(taken + self.pending_on_wire() as u64)
    }
}
