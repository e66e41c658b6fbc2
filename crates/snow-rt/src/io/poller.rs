//! What a poller promises: the one place where the runtime meets the system's sockets.
//!
//! - `add(fd, token)` registers once, for both directions and for the life of the descriptor. What
//!   is true at that moment is reported, then every change for the better. A report may be early or
//!   repeated, never lost.
//! - `wait` is called by the owning worker only; everything else by any thread that holds the
//!   socket's lock.
//! - `wake` ends a `wait` that is running or the next one to start.
//! - No transfer ever blocks: it answers `WouldBlock` instead. A read or write that moves less than
//!   it could is followed by a report when there is more to move.
//! - `close` drops the registration with the descriptor; reports already gathered may still name
//!   the old token, so a token must be checked before use.
//!
//! A backend that completes transfers fits behind the same calls: it reports a token at a
//! completion and keeps the received buffer until `read`. Implementations: `epoll`, and `fake`.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::fd::RawFd;

/// One report about a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What `add` was given.
    pub token: u64,
    /// Bytes, a connection, the end of the stream or an error can be read.
    pub readable: bool,
    /// Bytes can be written, or a connection attempt is decided.
    pub writable: bool,
    /// The other side will send no more: whatever is left to read, no later report will announce
    /// it.
    pub ended: bool,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// By reports, a wake-up, or the time.
    Whole,
    /// By a signal, which may have come long after the process was stopped: whatever the wait took,
    /// the process may have stood still for it.
    Interrupted,
}

/// A connection that a listener has given.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    pub fd: RawFd,
    /// The other side, where the system has told it with the connection.
    pub peer: Option<SocketAddr>,
}

/// The system as sockets see it.
pub trait Poller: Send + Sync {
    /// A listening socket.
    fn listen(&self, address: SocketAddr, backlog: i32) -> io::Result<RawFd>;
    /// One more socket that listens where `fd` does; the system spreads connections over both.
    fn listen_beside(&self, fd: RawFd, backlog: i32) -> io::Result<RawFd>;
    /// Two connected sockets that no network sees.
    fn pair(&self) -> io::Result<(RawFd, RawFd)>;
    /// Starts connecting; the outcome is in `connected` after the first writable report.
    fn connect(&self, address: SocketAddr) -> io::Result<RawFd>;
    /// How a connection attempt ended.
    fn connected(&self, fd: RawFd) -> io::Result<()>;
    /// The next connection of a listener.
    fn accept(&self, fd: RawFd) -> io::Result<Accepted>;
    /// Bytes that came; 0 at the end of the stream.
    fn read(&self, fd: RawFd, into: &mut [u8]) -> io::Result<usize>;
    /// Throws received bytes away; 0 at the end of the stream.
    fn discard(&self, fd: RawFd, most: usize) -> io::Result<usize>;
    /// Bytes taken, from the front of the pieces.
    fn write(&self, fd: RawFd, pieces: &[IoSlice<'_>]) -> io::Result<usize>;
    /// Has the system take at most about so many bytes that it cannot send at once.
    fn limit_unsent(&self, fd: RawFd, bytes: usize) -> io::Result<()>;
    /// Fixes the size of the system's send buffer.
    fn set_send_buffer(&self, fd: RawFd, bytes: usize) -> io::Result<()>;
    /// Bytes of the stream that the peer's system has acknowledged.
    fn acknowledged(&self, fd: RawFd) -> io::Result<u64>;
    /// Bytes of the stream that this system has taken: what is acknowledged, under way, and not
    /// sent yet.
    fn taken(&self, fd: RawFd) -> io::Result<u64>;
    /// Ends the sending side.
    fn shutdown(&self, fd: RawFd) -> io::Result<()>;
    /// Gives the descriptor back.
    fn close(&self, fd: RawFd);
    /// Address of this side.
    fn local(&self, fd: RawFd) -> io::Result<SocketAddr>;
    /// Address of the other side.
    fn peer(&self, fd: RawFd) -> io::Result<SocketAddr>;
    /// Registers a descriptor.
    fn add(&self, fd: RawFd, token: u64) -> io::Result<()>;
    /// Ends a registration while the descriptor lives on.
    fn remove(&self, fd: RawFd);
    /// Waits for reports, at most `timeout_ms` (`None`: as long as it takes), and appends them.
    fn wait(&self, events: &mut Vec<Event>, timeout_ms: Option<i64>) -> io::Result<Waited>;
    /// Ends a `wait` from another thread.
    fn wake(&self);
}
