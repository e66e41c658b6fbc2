//! An epoll loop that echoes, one thread. Arguments: how many loops, if more than one, and the port.
//! What comes on the path `/room` goes to all connections there, once in a turn of the loop. Loops
//! share nothing but the port, and what is said in the room.

use std::io;
use std::os::fd::AsRawFd;
use std::sync::Mutex;

use peer_bare::{listen, loops, no_delay, Answer, Ended, Peer, Table};

struct Connection {
    peer: Peer,
    unsent: Vec<u8>,
}

/// What other loops have heard for the members of this one, and the descriptor that wakes it.
struct Inbox {
    said: Mutex<Vec<u8>>,
    bell: i32,
}

impl Inbox {
    fn new() -> Inbox {
        // SAFETY: no pointers.
        let bell = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        Inbox {
            said: Mutex::default(),
            bell,
        }
    }

    fn put(&self, bytes: &[u8]) {
        let mut said = self.said.lock().expect("no loop panics");
        let is_first = said.is_empty();
        said.extend_from_slice(bytes);
        drop(said);
        if is_first {
            // SAFETY: eight bytes of a local.
            unsafe { libc::write(self.bell, (&raw const ONE).cast(), 8) };
        }
    }
}

static ONE: u64 = 1;

fn main() -> io::Result<()> {
    let inboxes: Vec<Inbox> = (0..loops()).map(|_| Inbox::new()).collect();
    std::thread::scope(|scope| {
        for own in 1..inboxes.len() {
            let inboxes = &inboxes;
            scope.spawn(move || serve(own, inboxes));
        }
        serve(0, &inboxes)
    })
}

fn serve(own: usize, inboxes: &[Inbox]) -> io::Result<()> {
    let listener = listen(inboxes.len() > 1)?;
    listener.set_nonblocking(true)?;
    let door = listener.as_raw_fd();
    let bell = inboxes[own].bell;
    // SAFETY: no pointers.
    let poll = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    watch(poll, libc::EPOLL_CTL_ADD, door, libc::EPOLLIN);
    watch(
        poll,
        libc::EPOLL_CTL_ADD,
        bell,
        libc::EPOLLIN | libc::EPOLLET,
    );
    // SAFETY: an event is plain numbers.
    let mut events: Vec<libc::epoll_event> = vec![unsafe { std::mem::zeroed() }; 1024];
    let mut buffer = vec![0; 512 << 10];
    let mut connections: Table<Connection> = Table::default();
    let mut members: Vec<i32> = Vec::new();
    let mut published = Vec::new();
    loop {
        // SAFETY: the buffer has room for as many events as it says.
        let count = unsafe { libc::epoll_wait(poll, events.as_mut_ptr(), 1024, -1) };
        for event in &events[..count.max(0) as usize] {
            let (fd, flags) = (event.u64 as i32, event.events as i32);
            if fd == door {
                accept(poll, door, &mut connections);
                continue;
            }
            if fd == bell {
                continue;
            }
            let Some(connection) = connections.get(fd) else {
                continue;
            };
            let mut alive = true;
            if flags & libc::EPOLLOUT != 0 {
                alive = connection.flush(poll, fd);
            }
            if alive && flags & !libc::EPOLLOUT != 0 {
                let was_in_room = connection.peer.in_room;
                alive = connection
                    .read(poll, fd, &mut buffer, &mut published)
                    .is_ok();
                if connection.peer.in_room && !was_in_room {
                    members.push(fd);
                }
            }
            if !alive {
                connections.take(fd);
                members.retain(|member| *member != fd);
                // SAFETY: the descriptor is that of the connection, which is gone.
                unsafe { libc::close(fd) };
            }
        }
        if !published.is_empty() {
            for (_, other) in inboxes.iter().enumerate().filter(|(at, _)| *at != own) {
                other.put(&published);
            }
        }
        if inboxes.len() > 1 {
            published.append(&mut inboxes[own].said.lock().expect("no loop panics"));
        }
        if !published.is_empty() {
            for fd in &members {
                if let Some(connection) = connections.get(*fd) {
                    connection.send(poll, *fd, &published);
                }
            }
            published.clear();
        }
    }
}

impl Connection {
    fn read(
        &mut self,
        poll: i32,
        fd: i32,
        buffer: &mut [u8],
        published: &mut Vec<u8>,
    ) -> Result<(), Ended> {
        let Connection { peer, unsent } = self;
        let send = |answer: Answer<'_>| match answer {
            Answer::Own(bytes) => send(unsent, poll, fd, bytes),
            Answer::Room(bytes) => published.extend_from_slice(bytes),
        };
        if let Some(room) = peer.awaited() {
            let count = receive(fd, room)?;
            return peer.arrived(count, send);
        }
        let count = receive(fd, buffer)?;
        peer.receive(&mut buffer[..count], send)
    }

    fn send(&mut self, poll: i32, fd: i32, bytes: &[u8]) {
        send(&mut self.unsent, poll, fd, bytes);
    }

    fn flush(&mut self, poll: i32, fd: i32) -> bool {
        let unsent = std::mem::take(&mut self.unsent);
        self.send(poll, fd, &unsent);
        if self.unsent.is_empty() {
            watch(poll, libc::EPOLL_CTL_MOD, fd, libc::EPOLLIN);
        }
        true
    }
}

/// Sends what the system takes and keeps the rest. An error is seen by the next read.
fn send(unsent: &mut Vec<u8>, poll: i32, fd: i32, bytes: &[u8]) {
    let mut taken = 0;
    if unsent.is_empty() {
        // SAFETY: the bytes live for the call.
        let count =
            unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), libc::MSG_NOSIGNAL) };
        taken = count.max(0) as usize;
        if taken < bytes.len() {
            watch(
                poll,
                libc::EPOLL_CTL_MOD,
                fd,
                libc::EPOLLIN | libc::EPOLLOUT,
            );
        }
    }
    unsent.extend_from_slice(&bytes[taken..]);
}

fn receive(fd: i32, into: &mut [u8]) -> Result<usize, Ended> {
    // SAFETY: the buffer is as long as it says.
    let count = unsafe { libc::recv(fd, into.as_mut_ptr().cast(), into.len(), 0) };
    match count {
        0 => Err(Ended),
        count if count > 0 => Ok(count as usize),
        _ => match io::Error::last_os_error().kind() {
            io::ErrorKind::WouldBlock => Ok(0),
            _ => Err(Ended),
        },
    }
}

fn accept(poll: i32, door: i32, connections: &mut Table<Connection>) {
    loop {
        let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
        // SAFETY: no address is asked for.
        let fd = unsafe { libc::accept4(door, std::ptr::null_mut(), std::ptr::null_mut(), flags) };
        if fd < 0 {
            return;
        }
        no_delay(fd);
        watch(poll, libc::EPOLL_CTL_ADD, fd, libc::EPOLLIN);
        let connection = Connection {
            peer: Peer::default(),
            unsent: Vec::new(),
        };
        connections.put(fd, Box::new(connection));
    }
}

fn watch(poll: i32, how: i32, fd: i32, flags: i32) {
    let mut event = libc::epoll_event {
        events: flags as u32,
        u64: fd as u64,
    };
    // SAFETY: the event lives for the call.
    unsafe { libc::epoll_ctl(poll, how, fd, &mut event) };
}
