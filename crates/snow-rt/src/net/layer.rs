//! What may stand between the bytes on the wire and the actors that read and send them: a session
//! that encrypts.
//!
//! In: a socket's transfers, as a [`Wire`]. Out: plaintext. A socket without a layer pays for one
//! test of a pointer, and a program that installs none does not contain any: sockets know this
//! trait only. Never: waiting, waking.

use std::io::{self, IoSlice};
use std::os::fd::RawFd;

use super::failure::Failure;
use super::outbox::Outbox;
use super::pairs;
use crate::io::poller::Poller;

/// A session on a connection. Its calls run with plenty of stack, under the socket's lock.
pub trait Layer: Send {
    /// Goes on with the handshake: true when it is done, `WouldBlock` when the other side has to
    /// say something first.
    fn shake(&mut self, wire: &mut Wire<'_>) -> Result<bool, Failure>;
    /// Plaintext that came; 0 when the other side has ended the session.
    fn read(&mut self, wire: &mut Wire<'_>, into: &mut [u8]) -> Result<usize, Failure>;
    /// True when plaintext is waiting in the session.
    fn has_plaintext(&self) -> bool;
    /// Encrypts and sends what is on the outbox, until that is empty or the system takes no more.
    fn write(&mut self, wire: &mut Wire<'_>, outbox: Option<&mut Outbox>) -> io::Result<()>;
    /// Bytes taken from the outbox that the system has not taken yet; not 0 while anything at all
    /// waits for it.
    fn pending(&self) -> usize;
    /// Bytes that the wire still has to take for what the session holds and for `plain` bytes of
    /// the outbox.
    fn wire_length(&self, plain: usize) -> usize;
    /// Says that no plaintext will follow; false when that was said before or cannot be said.
    fn end_plaintext(&mut self) -> bool;
    /// Drops what waits for the system, which will take no more.
    fn give_up(&mut self);
}

/// A layer in a socket; in a box of its own, so that a socket without one has room for a pointer
/// only.
pub struct Installed(pub Box<dyn Layer>);

/// A socket's transfers, with what is known about their readiness.
pub struct Wire<'a> {
    /// The system.
    pub poller: &'a dyn Poller,
    /// The descriptor.
    pub fd: RawFd,
    /// Reading may give something.
    pub readable: &'a mut bool,
    /// Writing may take something.
    pub writable: &'a mut bool,
    /// No further report will come.
    pub ended: &'a mut bool,
    /// The other side is in this program, see `pairs`.
    pub inside: bool,
}

impl Wire<'_> {
    /// Reads; 0 at the end of the stream. Not tried when it would be in vain.
    pub fn read(&mut self, into: &mut [u8]) -> Result<usize, Failure> {
        if !*self.readable && !*self.ended {
            return Err(Failure::WouldBlock);
        }
        match self.poller.read(self.fd, into) {
            Ok(count) => {
                // Fewer than asked for: drained, and the next bytes will be reported. The end of
                // the stream stays there.
                *self.readable = count == into.len() || count == 0;
                Ok(count)
            }
            Err(error) => {
                if error.kind() == io::ErrorKind::WouldBlock {
                    *self.readable = false;
                    *self.ended = false;
                }
                Err(Failure::from(&error))
            }
        }
    }

    /// Bytes that the system took, 0 when it takes none now.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !*self.writable {
            return Ok(0);
        }
        match self.poller.write(self.fd, &[IoSlice::new(bytes)]) {
            Ok(count) => {
                if self.inside {
                    pairs::took(self.fd, count);
                }
                *self.writable = count == bytes.len();
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                *self.writable = false;
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
}
