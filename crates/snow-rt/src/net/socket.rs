//! One socket: its descriptor, what is known about its readiness, its outbox, and the actors that
//! wait for it.
//!
//! In: calls and reports of the poller. Out: results, and through [`Wakes`] which actors to tell.
//! Promised: a transfer is tried only when the last report or result leaves hope. Never: parking,
//! waking, another socket, the table.

use std::io;
use std::net::SocketAddr;
use std::os::fd::RawFd;

use snow_abi::layout::socket_event;

use super::address::Packed;
use super::failure::Failure;
use super::layer::{Installed, Layer, Wire};
use super::notify::{OutboxWatch, Request};
use super::outbox::Outbox;
use super::pairs;
use super::waiters::{Direction, Waiters};
use crate::actor::Pid;
use crate::io::poller::{Event, Poller};
use crate::sched::big_stack;

mod capacity;
mod closing;
mod receiving;
mod sending;

pub use capacity::{Sender, Traffic};

/// Bytes that an outbox takes before it answers "full", unless the program sets another limit.
/// Large enough for any burst of small messages, small enough that 1,000 slow readers cost 1 GiB at
/// most.
pub const OUTBOX_LIMIT: usize = 1024 * 1024;
/// `home` of a socket that no poller knows yet.
pub const NOWHERE: u16 = u16::MAX;

/// What a socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Accepts connections.
    Listener,
    /// A connection attempt that is not decided.
    Connecting,
    /// A connection.
    Stream,
}

/// How far the end of the sending side has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sending {
    /// The outbox takes bytes.
    Open,
    /// The outbox takes nothing more, and the peer is not told of an end yet.
    Sealed,
    /// The peer is to be told once the outbox is empty.
    Ending,
    /// The system was told so.
    Ended,
}

/// An open socket.
pub struct Socket {
    /// The descriptor.
    pub fd: RawFd,
    /// What it is.
    pub kind: Kind,
    /// The worker whose poller knows it, or [`NOWHERE`].
    pub home: u16,
    /// A worker has it on its list of outboxes to flush.
    pub dirty: bool,
    /// Reading may give something: not known to be drained.
    readable: bool,
    /// Writing may take something: not known to be full.
    writable: bool,
    /// The other side will send no more; no report will follow.
    ended: bool,
    /// A read has returned the end of the stream.
    end_seen: bool,
    /// How far the sending side has come.
    sending: Sending,
    /// Sending has failed; the outbox was dropped.
    broken: bool,
    /// The layer has plaintext for a reader.
    more: bool,
    /// It is one of a pair inside the program.
    inside: bool,
    /// The other side, once it was asked for: after a reset the system does not know it any more.
    peer: Option<Packed>,
    /// Length that the next read probably has, judged by the last one; decides where its bytes go.
    pub expected: u32,
    /// The actor that owns it.
    pub owner: Pid,
    limit: u32,
    /// What the owner may put on the outbox beyond the limit.
    slack: u32,
    /// A full outbox lets its oldest messages go, rather than refuse the newest.
    drops_oldest: bool,
    /// Bytes have come since traffic was last asked for.
    pub was_read: bool,
    /// What was offered for sending and not asked for yet.
    pub traffic: Traffic,
    outbox: Option<Box<Outbox>>,
    layer: Option<Box<Installed>>,
    /// Actors parked on it.
    pub waiters: Waiters,
    /// Asked for one event.
    pub notify: Option<Request>,
    /// The owner is kept on its worker because of this socket.
    pub pins_owner: bool,
}

/// The actors to tell after the socket's lock was given back.
#[derive(Default)]
pub struct Wakes {
    /// Actors parked in a read or accept.
    pub readers: Waiters,
    /// Actors parked in a write or connect.
    pub writers: Waiters,
    /// A request that is to be answered with one of `socket_event`.
    pub event: Option<(Request, i64)>,
}

impl Socket {
    /// A socket that no poller knows and no actor waits for.
    pub fn new(fd: RawFd, kind: Kind, owner: Pid) -> Socket {
        let hope = kind == Kind::Stream;
        Socket {
            fd,
            kind,
            home: NOWHERE,
            dirty: false,
            // A fresh connection often has its first bytes already; a fresh listener has no
            // connection.
            readable: hope,
            writable: hope,
            ended: false,
            end_seen: false,
            sending: Sending::Open,
            broken: false,
            more: false,
            inside: false,
            peer: None,
            expected: 0,
            owner,
            limit: OUTBOX_LIMIT as u32,
            slack: 0,
            drops_oldest: false,
            was_read: false,
            traffic: Traffic::default(),
            outbox: None,
            layer: None,
            waiters: Waiters::None,
            notify: None,
            pins_owner: false,
        }
    }

    fn layered<'a>(&'a mut self, poller: &'a dyn Poller) -> (Wire<'a>, Option<&'a mut dyn Layer>) {
        let (readable, writable, ended) = (&mut self.readable, &mut self.writable, &mut self.ended);
        let wire = Wire {
            poller,
            fd: self.fd,
            readable,
            writable,
            ended,
            inside: self.inside,
        };
        let layer: Option<&mut dyn Layer> = match &mut self.layer {
            Some(installed) => Some(&mut *installed.0),
            None => None,
        };
        (wire, layer)
    }

    /// Puts a layer between the wire and the socket's users.
    pub fn install(&mut self, layer: Box<dyn Layer>) -> Result<(), Failure> {
        if self.kind != Kind::Stream
            || self.layer.is_some()
            || self.pending() > 0
            || self.sending != Sending::Open
        {
            return Err(Failure::Invalid("TLS begins on a fresh connection".into()));
        }
        self.layer = Some(Box::new(Installed(layer)));
        Ok(())
    }

    /// Goes on with the layer's handshake: true when it is done.
    pub fn shake(&mut self, poller: &dyn Poller) -> Result<bool, Failure> {
        let (mut wire, Some(layer)) = self.layered(poller) else {
            return Ok(true);
        };
        let (outcome, more) = big_stack::call(|| (layer.shake(&mut wire), layer.has_plaintext()));
        self.more = more;
        match outcome {
            Err(failure) if failure != Failure::WouldBlock => {
                self.fail();
                Err(failure)
            }
            outcome => outcome,
        }
    }

    /// Keeps the address of the other side.
    pub fn remember_peer(&mut self, peer: SocketAddr) {
        self.peer = Some(peer.into());
    }

    /// The address of the other side, which is remembered.
    pub fn peer(&mut self, poller: &dyn Poller) -> io::Result<SocketAddr> {
        if let Some(peer) = self.peer {
            return Ok(peer.into());
        }
        let address = poller.peer(self.fd)?;
        self.peer = Some(address.into());
        Ok(address)
    }

    /// Bytes on the outbox.
    pub fn pending(&self) -> usize {
        let layer = self
            .layer
            .as_ref()
            .map_or(0, |installed| installed.0.pending());
        layer + self.outbox.as_ref().map_or(0, |outbox| outbox.pending())
    }

    /// Bytes that the wire will carry for them.
    pub fn pending_on_wire(&self) -> usize {
        let plain = self.outbox.as_ref().map_or(0, |outbox| outbox.pending());
        self.layer
            .as_ref()
            .map_or(plain, |installed| installed.0.wire_length(plain))
    }

    /// The socket is one of a pair inside the program, and counts as such until it is closed.
    pub fn mark_inside(&mut self) {
        self.inside = true;
        pairs::add(self.fd);
    }

    /// True when the other side is in this program.
    pub fn is_inside(&self) -> bool {
        self.inside
    }

    /// True when sending has failed for good.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Takes note of a report.
    pub fn report(&mut self, poller: &dyn Poller, event: &Event) -> Wakes {
        self.ended |= event.ended;
        self.readable |= event.readable;
        self.writable |= event.writable;
        let mut wakes = Wakes::default();
        if event.writable {
            if self.kind == Kind::Connecting {
                wakes.writers = self.waiters.take(Direction::Write);
            } else if self.pending() > 0 && !self.dirty {
                wakes = self.flush(poller);
                if self.broken {
                    return wakes;
                }
            }
        }
        if self.can_read() && self.kind != Kind::Connecting {
            wakes.readers = self.waiters.take(Direction::Read);
            wakes.event = wakes.event.or_else(|| self.event());
        }
        wakes
    }

    /// What a request would be answered with now: one of `socket_event`. Facts about the outbox
    /// come first, because a peer that sends without end would hide them otherwise; each is true
    /// until the asker asks for another.
    #[inline]
    pub fn fact(&self, most: u32, watch: OutboxWatch) -> Option<i64> {
        if self.broken {
            return Some(socket_event::CLOSED);
        }
        match watch {
            OutboxWatch::Nothing => {}
            OutboxWatch::Blocked if !self.writable && self.pending() > 0 => {
                return Some(socket_event::BLOCKED)
            }
            OutboxWatch::Emptied if self.pending() == 0 => return Some(socket_event::EMPTIED),
            OutboxWatch::Blocked | OutboxWatch::Emptied => {}
        }
        (self.can_read() && !self.pauses_reading(most)).then_some(socket_event::READABLE)
    }

    /// True when more than `most` bytes wait to be sent, so that what can be read is no event.
    pub fn pauses_reading(&self, most: u32) -> bool {
        !self.broken && self.pending() > most as usize
    }

    #[inline]
    fn event(&mut self) -> Option<(Request, i64)> {
        let Request { most, watch, .. } = *self.notify.as_ref()?;
        let kind = self.fact(most, watch)?;
        self.notify.take().map(|request| (request, kind))
    }

    /// Makes the socket known to a worker's poller, which reports at once what is true already.
    pub fn register(&mut self, poller: &dyn Poller, home: u16, handle: i64) -> io::Result<()> {
        poller.add(self.fd, handle as u64)?;
        self.home = home;
        Ok(())
    }

    /// A transfer in that direction may give something, whatever the last report said.
    pub fn hope(&mut self, direction: Direction) {
        match direction {
            Direction::Read => self.readable = true,
            Direction::Write => self.writable = true,
        }
    }

    /// The poller was told about this socket just now, so its first report decides what can be
    /// read.
    pub fn expect_report(&mut self) {
        self.readable = false;
    }

    /// No poller knows the socket any more. True when it must be flushed, which makes it known
    /// again if it has to wait.
    pub fn unregister(&mut self, poller: &dyn Poller) -> bool {
        poller.remove(self.fd);
        self.home = NOWHERE;
        self.writable |= self.kind == Kind::Stream;
        self.pending() > 0 && !std::mem::replace(&mut self.dirty, true)
    }

    /// A connection attempt is not decided yet, whatever the last report said.
    pub fn undecided(&mut self) {
        self.writable = false;
    }

    /// Sending cannot go on.
    pub fn give_up(&mut self) -> Wakes {
        self.fail();
        self.wake_all()
    }

    /// A connection attempt has succeeded.
    pub fn connected(&mut self) {
        self.kind = Kind::Stream;
        self.writable = true;
    }

    fn fail(&mut self) {
        self.broken = true;
        self.outbox = None;
        if let Some(installed) = &mut self.layer {
            installed.0.give_up();
        }
    }

    fn wake_all(&mut self) -> Wakes {
        Wakes {
            readers: self.waiters.take_all(),
            writers: Waiters::None,
            event: self
                .notify
                .take()
                .map(|request| (request, socket_event::CLOSED)),
        }
    }
}

#[cfg(test)]
#[path = "socket_tests.rs"]
mod tests;
