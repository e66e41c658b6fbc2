//! A poller for tests: connections are queues in memory, and operation number `n` fails.
//!
//! Keeps the promises of `poller`, in the way that is hardest on the caller: reports are repeated,
//! writes take a part, and every call that can fail fails once when its turn comes.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::fd::RawFd;

use parking_lot::Mutex;

use super::poller::{Accepted, Event, Poller, Waited};

/// Bytes that one direction of a connection holds unless told otherwise; small, so that writes are
/// partial.
const ROOM: usize = 8;

#[derive(Default)]
struct Side {
    received: VecDeque<u8>,
    peer: Option<RawFd>,
    peer_ended: bool,
    listens_at: Option<SocketAddr>,
    queue: VecDeque<RawFd>,
    token: Option<u64>,
    sent: u64,
}

#[derive(Default)]
struct State {
    sides: BTreeMap<RawFd, Side>,
    next: RawFd,
    operations: usize,
    fail_at: Option<usize>,
    room: Option<usize>,
}

/// The scripted system.
#[derive(Default)]
pub struct Fake {
    state: Mutex<State>,
}

impl Fake {
    /// A system whose operation `n` (from 0) fails.
    pub fn failing_at(n: usize) -> Fake {
        Fake {
            state: Mutex::new(State {
                fail_at: Some(n),
                ..State::default()
            }),
        }
    }

    /// A system whose connections hold so many bytes in each direction.
    pub fn with_room(bytes: usize) -> Fake {
        Fake {
            state: Mutex::new(State {
                room: Some(bytes),
                ..State::default()
            }),
        }
    }

    /// True when the scripted failure has happened.
    pub fn fired(&self) -> bool {
        let state = self.state.lock();
        state.fail_at.is_some_and(|n| state.operations > n)
    }

    /// True when every descriptor was given back.
    pub fn all_closed(&self) -> bool {
        self.state.lock().sides.is_empty()
    }

    fn operate<R>(&self, operation: impl FnOnce(&mut State) -> io::Result<R>) -> io::Result<R> {
        let mut state = self.state.lock();
        let number = state.operations;
        state.operations += 1;
        if state.fail_at == Some(number) {
            return Err(io::Error::from_raw_os_error(libc::EIO));
        }
        operation(&mut state)
    }
}

impl State {
    fn open(&mut self) -> RawFd {
        self.next += 1;
        self.sides.insert(self.next, Side::default());
        self.next
    }

    fn side(&mut self, fd: RawFd) -> io::Result<&mut Side> {
        self.sides
            .get_mut(&fd)
            .ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))
    }

    fn room(&mut self, fd: RawFd) -> io::Result<usize> {
        let Some(peer) = self.side(fd)?.peer else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        match self.sides.get(&peer) {
            Some(peer) => Ok(self.room.unwrap_or(ROOM) - peer.received.len()),
            None => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }
}

impl Poller for Fake {
    fn listen(&self, address: SocketAddr, _backlog: i32) -> io::Result<RawFd> {
        self.operate(|state| {
            let fd = state.open();
            state.side(fd)?.listens_at = Some(address);
            Ok(fd)
        })
    }

    fn listen_beside(&self, fd: RawFd, _backlog: i32) -> io::Result<RawFd> {
        self.operate(|state| {
            let address = state.side(fd)?.listens_at;
            let beside = state.open();
            state.side(beside)?.listens_at = address;
            Ok(beside)
        })
    }

    fn pair(&self) -> io::Result<(RawFd, RawFd)> {
        self.operate(|state| {
            let (near, far) = (state.open(), state.open());
            state.side(near)?.peer = Some(far);
            state.side(far)?.peer = Some(near);
            Ok((near, far))
        })
    }

    fn connect(&self, address: SocketAddr) -> io::Result<RawFd> {
        self.operate(|state| {
            let found = state
                .sides
                .iter()
                .find(|(_, side)| side.listens_at == Some(address))
                .map(|(fd, _)| *fd);
            let listener = found.ok_or(io::ErrorKind::ConnectionRefused)?;
            let (near, far) = (state.open(), state.open());
            state.side(near)?.peer = Some(far);
            state.side(far)?.peer = Some(near);
            state.side(listener)?.queue.push_back(far);
            Ok(near)
        })
    }

    fn connected(&self, fd: RawFd) -> io::Result<()> {
        self.operate(|state| state.side(fd).map(|_| ()))
    }

    fn accept(&self, fd: RawFd) -> io::Result<Accepted> {
        self.operate(|state| {
            let next = state.side(fd)?.queue.pop_front();
            next.map(|fd| Accepted { fd, peer: None })
                .ok_or_else(|| io::ErrorKind::WouldBlock.into())
        })
    }

    fn read(&self, fd: RawFd, into: &mut [u8]) -> io::Result<usize> {
        self.operate(|state| {
            let side = state.side(fd)?;
            if side.received.is_empty() && !side.peer_ended {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let count = into.len().min(side.received.len());
            into.iter_mut()
                .zip(side.received.drain(..count))
                .for_each(|(place, byte)| *place = byte);
            Ok(count)
        })
    }

    fn discard(&self, fd: RawFd, most: usize) -> io::Result<usize> {
        let mut bytes = vec![0; most];
        self.read(fd, &mut bytes)
    }

    fn write(&self, fd: RawFd, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.operate(|state| {
            let room = state.room(fd)?;
            if room == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let bytes: Vec<u8> = pieces
                .iter()
                .flat_map(|piece| piece.iter().copied())
                .take(room)
                .collect();
            let peer = state.side(fd)?.peer.ok_or(io::ErrorKind::BrokenPipe)?;
            state.side(peer)?.received.extend(&bytes);
            state.side(fd)?.sent += bytes.len() as u64;
            Ok(bytes.len())
        })
    }

    fn limit_unsent(&self, fd: RawFd, _bytes: usize) -> io::Result<()> {
        self.operate(|state| state.side(fd).map(|_| ()))
    }

    fn set_send_buffer(&self, fd: RawFd, _bytes: usize) -> io::Result<()> {
        self.operate(|state| state.side(fd).map(|_| ()))
    }

    /// What the other side has not read yet is not acknowledged.
    fn acknowledged(&self, fd: RawFd) -> io::Result<u64> {
        self.operate(|state| {
            let peer = state.side(fd)?.peer.and_then(|peer| state.sides.get(&peer));
            let unread = peer.map_or(0, |peer| peer.received.len() as u64);
            Ok(state.side(fd)?.sent - unread)
        })
    }

    fn taken(&self, fd: RawFd) -> io::Result<u64> {
        self.operate(|state| Ok(state.side(fd)?.sent))
    }

    fn shutdown(&self, fd: RawFd) -> io::Result<()> {
        self.operate(|state| {
            let peer = state.side(fd)?.peer.ok_or(io::ErrorKind::NotConnected)?;
            state.side(peer).map(|side| side.peer_ended = true)
        })
    }

    fn close(&self, fd: RawFd) {
        let mut state = self.state.lock();
        let side = state
            .sides
            .remove(&fd)
            .expect("a descriptor is closed once");
        if let Some(peer) = side.peer.and_then(|peer| state.sides.get_mut(&peer)) {
            peer.peer_ended = true;
        }
        // As the system does: connections that were not accepted go with their listener.
        side.queue.iter().for_each(|queued| {
            state.sides.remove(queued);
        });
    }

    fn local(&self, fd: RawFd) -> io::Result<SocketAddr> {
        self.operate(|state| {
            state
                .side(fd)?
                .listens_at
                .ok_or_else(|| io::ErrorKind::Unsupported.into())
        })
    }

    fn peer(&self, _fd: RawFd) -> io::Result<SocketAddr> {
        self.operate(|_| Err(io::ErrorKind::NotConnected.into()))
    }

    fn add(&self, fd: RawFd, token: u64) -> io::Result<()> {
        self.operate(|state| state.side(fd).map(|side| side.token = Some(token)))
    }

    fn remove(&self, fd: RawFd) {
        if let Ok(side) = self.state.lock().side(fd) {
            side.token = None;
        }
    }

    fn wait(&self, events: &mut Vec<Event>, _timeout_ms: Option<i64>) -> io::Result<Waited> {
        self.operate(|state| {
            let fds: Vec<RawFd> = state.sides.keys().copied().collect();
            for fd in fds {
                let writable = state.room(fd).map_or(true, |room| room > 0);
                let side = state.side(fd)?;
                let ended = side.peer_ended;
                let readable = ended || !side.received.is_empty() || !side.queue.is_empty();
                if let Some(token) = side.token {
                    events.push(Event {
                        token,
                        readable,
                        writable,
                        ended,
                    });
                }
            }
            Ok(Waited::Whole)
        })
    }

    fn wake(&self) {}
}
