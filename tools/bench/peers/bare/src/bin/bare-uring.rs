//! An io_uring loop that echoes, one thread. Argument: the port. What comes on the path `/room` goes
//! to all connections there, once in a turn of the loop.
//!
//! Accepting and receiving are multishot, receiving from a ring of buffers, but for messages longer
//! than one of them, whose rest is received where it belongs. All that a turn sends is submitted
//! with the wait for the next one.

use std::io;
use std::os::fd::AsRawFd;
use std::rc::Rc;
use std::sync::atomic::{AtomicU16, Ordering};

use io_uring::types::{BufRingEntry, Fd};
use io_uring::{cqueue, opcode, squeue, IoUring};
use peer_bare::{listen, no_delay, Answer, Ended, Peer, Table};

const GROUP: u16 = 0;
const BUFFERS: u16 = 256;
const BUFFER: usize = 16 << 10;
const ACCEPT: u64 = 0;
const RECEIVE: u64 = 1;
const REST: u64 = 2;
const SEND: u64 = 3;
const CANCEL: u64 = 4;

struct Connection {
    peer: Peer,
    /// What the system sends now, how much of it was sent, and what comes behind it.
    sending: Option<Rc<Vec<u8>>>,
    sent: usize,
    behind: Vec<u8>,
    receiving: bool,
    ended: bool,
}

/// Buffers that the system receives into.
struct Buffers {
    entries: *mut BufRingEntry,
    bytes: Vec<u8>,
    tail: u16,
}

impl Buffers {
    fn new(ring: &IoUring) -> io::Result<Buffers> {
        let size = usize::from(BUFFERS) * size_of::<BufRingEntry>();
        // SAFETY: fresh memory of the system's choice, aligned to a page.
        let entries = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                size,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_ANONYMOUS | libc::MAP_PRIVATE,
                -1,
                0,
            )
        };
        if entries == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the entries stay mapped as long as the process.
        unsafe {
            ring.submitter()
                .register_buf_ring_with_flags(entries as u64, BUFFERS, GROUP, 0)?;
        }
        let mut buffers = Buffers {
            entries: entries.cast(),
            bytes: vec![0; usize::from(BUFFERS) * BUFFER],
            tail: 0,
        };
        (0..BUFFERS).for_each(|number| buffers.give(number));
        Ok(buffers)
    }

    fn of(&mut self, number: u16) -> &mut [u8] {
        &mut self.bytes[usize::from(number) * BUFFER..][..BUFFER]
    }

    /// Nobody needs what is in it any more.
    fn give(&mut self, number: u16) {
        let start = self.of(number).as_mut_ptr() as u64;
        // SAFETY: the entry is in the ring; the system reads it only once the tail says so.
        unsafe {
            let entry = &mut *self.entries.add(usize::from(self.tail % BUFFERS));
            entry.set_addr(start);
            entry.set_len(BUFFER as u32);
            entry.set_bid(number);
            self.tail = self.tail.wrapping_add(1);
            let tail = BufRingEntry::tail(self.entries).cast::<AtomicU16>();
            (*tail).store(self.tail, Ordering::Release);
        }
    }
}

/// Queues an operation; a full queue is submitted first.
fn push(ring: &mut IoUring, entry: squeue::Entry) {
    loop {
        // SAFETY: what the operations point to lives until their completion: buffers of the ring,
        // of a connection that stays until nothing is under way, or counted ones.
        let pushed = unsafe { ring.submission().push(&entry) };
        if pushed.is_ok() {
            return;
        }
        // What cannot be submitted now is tried again.
        let _ = ring.submit();
    }
}

fn token(what: u64, fd: i32) -> u64 {
    what << 32 | fd as u64
}

struct Server {
    ring: IoUring,
    buffers: Buffers,
    connections: Table<Connection>,
    members: Vec<i32>,
    published: Vec<u8>,
    /// Room for answers; the one that was used last is the next.
    spares: Vec<Vec<u8>>,
}

fn main() -> io::Result<()> {
    let listener = listen(false)?;
    let door = listener.as_raw_fd();
    let ring = IoUring::builder()
        .setup_single_issuer()
        .setup_defer_taskrun()
        .setup_cqsize(1 << 15)
        .build(4096)?;
    let buffers = Buffers::new(&ring)?;
    let mut server = Server {
        ring,
        buffers,
        connections: Table::default(),
        members: Vec::new(),
        published: Vec::new(),
        spares: Vec::new(),
    };
    server.accept(door);
    let mut completions = Vec::new();
    loop {
        match server.ring.submit_and_wait(1) {
            Err(cause) if cause.raw_os_error() != Some(libc::EINTR) => return Err(cause),
            _ => {}
        }
        completions.extend(server.ring.completion());
        for completion in completions.drain(..) {
            server.complete(door, &completion);
        }
        server.publish();
    }
}

impl Server {
    fn accept(&mut self, door: i32) {
        let accept = opcode::AcceptMulti::new(Fd(door)).build();
        push(&mut self.ring, accept.user_data(token(ACCEPT, door)));
    }

    fn complete(&mut self, door: i32, completion: &cqueue::Entry) {
        let (what, fd) = (completion.user_data() >> 32, completion.user_data() as i32);
        let (result, flags) = (completion.result(), completion.flags());
        let count = usize::try_from(result).unwrap_or(0);
        if what == ACCEPT {
            if result >= 0 {
                no_delay(result);
                let connection = Connection {
                    peer: Peer::default(),
                    sending: None,
                    sent: 0,
                    behind: Vec::new(),
                    receiving: false,
                    ended: false,
                };
                self.connections.put(result, Box::new(connection));
                self.receive(result);
            }
            if !cqueue::more(flags) {
                self.accept(door);
            }
            return;
        }
        if what == CANCEL {
            return;
        }
        let Some(mut connection) = self.connections.take(fd) else {
            return;
        };
        match what {
            SEND => {
                connection.sent += count;
                connection.ended |= result < 0;
                self.send_on(fd, &mut connection);
            }
            REST => {
                connection.receiving = false;
                let mut answers = Answers {
                    own: self.spares.pop().unwrap_or_default(),
                    room: Vec::new(),
                };
                let outcome = match result {
                    1.. => connection
                        .peer
                        .arrived(count, |answer| answers.take(answer)),
                    _ => Err(Ended),
                };
                connection.ended |= outcome.is_err();
                self.answer(fd, &mut connection, answers);
            }
            _ => {
                connection.receiving = cqueue::more(flags);
                // The system has run out of buffers, which is no end.
                connection.ended |= result <= 0
                    && !matches!(-result, libc::ENOBUFS | libc::EINTR | libc::ECANCELED);
                if let Some(number) = cqueue::buffer_select(flags) {
                    self.take(fd, &mut connection, number, count);
                    self.buffers.give(number);
                }
            }
        }
        if connection.ended {
            self.members.retain(|member| *member != fd);
            if connection.receiving || connection.sending.is_some() {
                // SAFETY: the descriptor is that of the connection; what is under way completes.
                unsafe { libc::shutdown(fd, libc::SHUT_RDWR) };
                self.connections.put(fd, connection);
            } else {
                // SAFETY: nothing is under way on it any more.
                unsafe { libc::close(fd) };
            }
            return;
        }
        let idle = !connection.receiving;
        self.connections.put(fd, connection);
        if idle {
            self.receive(fd);
        }
    }

    /// Starts receiving: the rest of a long message where it belongs, all else into the ring of
    /// buffers.
    fn receive(&mut self, fd: i32) {
        let Some(connection) = self.connections.get(fd) else {
            return;
        };
        connection.receiving = true;
        let entry = match connection.peer.awaited() {
            Some(room) if room.len() > BUFFER => {
                opcode::Recv::new(Fd(fd), room.as_mut_ptr(), room.len() as u32)
                    .flags(libc::MSG_WAITALL)
                    .build()
                    .user_data(token(REST, fd))
            }
            // A short rest comes with what is behind it.
            Some(_) | None => receive_into_ring(fd),
        };
        push(&mut self.ring, entry);
    }

    fn take(&mut self, fd: i32, connection: &mut Connection, number: u16, count: usize) {
        let was_in_room = connection.peer.in_room;
        let mut answers = Answers {
            own: self.spares.pop().unwrap_or_default(),
            room: Vec::new(),
        };
        let bytes = &mut self.buffers.of(number)[..count];
        let outcome = connection
            .peer
            .receive(bytes, |answer| answers.take(answer));
        connection.ended |= outcome.is_err();
        if connection.peer.in_room && !was_in_room {
            self.members.push(fd);
        }
        self.answer(fd, connection, answers);
        // A long message is under way: one more receive that is told where to put it has to wait
        // for the end of this one.
        if connection.receiving && connection.peer.misses_more_than(BUFFER) {
            let cancel = opcode::AsyncCancel::new(token(RECEIVE, fd)).build();
            push(
                &mut self.ring,
                cancel
                    .flags(squeue::Flags::SKIP_SUCCESS)
                    .user_data(token(CANCEL, fd)),
            );
        }
    }

    fn answer(&mut self, fd: i32, connection: &mut Connection, answers: Answers) {
        self.published.extend_from_slice(&answers.room);
        if answers.own.is_empty() {
            self.spares.push(answers.own);
        } else {
            self.send(fd, connection, Rc::new(answers.own));
        }
    }

    fn send(&mut self, fd: i32, connection: &mut Connection, bytes: Rc<Vec<u8>>) {
        if connection.sending.is_some() {
            connection.behind.extend_from_slice(&bytes);
            return;
        }
        connection.sending = Some(bytes);
        connection.sent = 0;
        self.send_on(fd, connection);
    }

    fn send_on(&mut self, fd: i32, connection: &mut Connection) {
        let Some(bytes) = &connection.sending else {
            return;
        };
        if connection.ended {
            connection.sending = None;
            return;
        }
        if connection.sent == bytes.len() {
            // The last member's, if it was published.
            if let Some(mut spare) = connection.sending.take().and_then(Rc::into_inner) {
                spare.clear();
                self.spares.push(spare);
            }
            if !connection.behind.is_empty() {
                let behind = std::mem::take(&mut connection.behind);
                self.send(fd, connection, Rc::new(behind));
            }
            return;
        }
        let rest = &bytes[connection.sent..];
        let send = opcode::Send::new(Fd(fd), rest.as_ptr(), rest.len() as u32)
            .flags(libc::MSG_NOSIGNAL)
            .build();
        push(&mut self.ring, send.user_data(token(SEND, fd)));
    }

    fn publish(&mut self) {
        if self.published.is_empty() {
            return;
        }
        let bytes = Rc::new(std::mem::take(&mut self.published));
        for fd in self.members.clone() {
            if let Some(mut connection) = self.connections.take(fd) {
                self.send(fd, &mut connection, bytes.clone());
                self.connections.put(fd, connection);
            }
        }
    }
}

fn receive_into_ring(fd: i32) -> squeue::Entry {
    opcode::RecvMulti::new(Fd(fd), GROUP)
        .build()
        .user_data(token(RECEIVE, fd))
}

/// What one receive has to be answered with.
struct Answers {
    own: Vec<u8>,
    room: Vec<u8>,
}

impl Answers {
    fn take(&mut self, answer: Answer<'_>) {
        match answer {
            Answer::Own(bytes) => self.own.extend_from_slice(bytes),
            Answer::Room(bytes) => self.room.extend_from_slice(bytes),
        }
    }
}
