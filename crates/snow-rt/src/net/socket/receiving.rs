//! Receiving: what a read or an accept takes, and what its result says about the next one.

use std::io;

use super::{Kind, Socket};
use crate::io::poller::{Accepted, Poller};
use crate::net::failure::Failure;
use crate::sched::big_stack;

impl Socket {
    /// True when a read or accept would not be in vain.
    pub fn can_read(&self) -> bool {
        self.readable || self.ended || self.broken || self.more
    }

    /// Reads at most `into.len()` bytes.
    pub fn read(&mut self, poller: &dyn Poller, into: &mut [u8]) -> Result<usize, Failure> {
        match self.kind {
            Kind::Stream => {}
            Kind::Connecting => return Err(Failure::WouldBlock),
            Kind::Listener => {
                return Err(Failure::Invalid("a listener has no bytes to read".into()))
            }
        }
        if self.end_seen {
            return Err(Failure::END);
        }
        if !self.can_read() {
            return Err(Failure::WouldBlock);
        }
        match self.transfer_in(poller, into) {
            Ok(0) => {
                self.end_seen = true;
                Err(Failure::END)
            }
            Ok(count) => {
                self.was_read = true;
                let expected = if self.readable {
                    count.saturating_mul(2)
                } else {
                    count
                };
                self.expected = u32::try_from(expected).unwrap_or(u32::MAX);
                Ok(count)
            }
            Err(Failure::WouldBlock) => Err(if self.broken {
                Failure::Closed("the connection is gone")
            } else {
                Failure::WouldBlock
            }),
            Err(failure) => {
                self.fail();
                Err(failure)
            }
        }
    }

    /// From the wire, or through the layer.
    fn transfer_in(&mut self, poller: &dyn Poller, into: &mut [u8]) -> Result<usize, Failure> {
        // When sending has failed, the system's answer tells what has become of the connection.
        self.readable |= self.broken;
        match self.layered(poller) {
            (mut wire, None) => wire.read(into),
            (mut wire, Some(layer)) => {
                let (outcome, more) =
                    big_stack::call(|| (layer.read(&mut wire, into), layer.has_plaintext()));
                self.more = more;
                outcome
            }
        }
    }

    /// The next connection of a listener.
    pub fn accept(&mut self, poller: &dyn Poller) -> io::Result<Accepted> {
        if !self.can_read() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let outcome = poller.accept(self.fd);
        if matches!(&outcome, Err(error) if error.kind() == io::ErrorKind::WouldBlock) {
            self.readable = false;
        }
        outcome
    }
}
