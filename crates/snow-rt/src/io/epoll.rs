//! The poller on Linux: one epoll instance a worker, edge-triggered, each descriptor registered
//! once.
//!
//! In: descriptors and tokens. Out: reports, see `poller`. Promised: one `epoll_ctl` in the life of
//! a connection, and no system call to acknowledge a wake-up. Never: a blocking call other than
//! `epoll_wait`.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

use parking_lot::Mutex;
use socket2::{Domain, Protocol, SockAddr, SockRef, Socket, Type};

use super::poller::{Accepted, Event, Poller, Waited};
use super::tcp;

/// Reports taken from the kernel at once. Chosen so that a loaded worker returns to its run queue
/// every few hundred connections; the buffer costs 12 bytes a report.
const BATCH: usize = 512;
/// The token of the wake-up descriptor; no socket handle has this value.
const WAKE_TOKEN: u64 = u64::MAX;

/// An epoll instance and the descriptor that wakes it.
pub struct Epoll {
    instance: OwnedFd,
    alarm: OwnedFd,
    /// Only the owning worker waits, so this lock is never contended; it makes the type shareable.
    gathered: Mutex<Vec<libc::epoll_event>>,
}

impl Epoll {
    /// A poller with nothing registered.
    pub fn new() -> io::Result<Epoll> {
        // SAFETY: no pointers are passed; the results are checked before they become owned
        // descriptors.
        let (instance, alarm) = unsafe {
            (
                descriptor(libc::epoll_create1(libc::EPOLL_CLOEXEC))?,
                descriptor(libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK))?,
            )
        };
        let poller = Epoll {
            instance,
            alarm,
            gathered: Mutex::new(Vec::with_capacity(BATCH)),
        };
        // Edge-triggered: each write to the eventfd is a new edge, so it need not be read back to
        // zero.
        poller.control(
            libc::EPOLL_CTL_ADD,
            poller.alarm.as_raw_fd(),
            (libc::EPOLLIN | libc::EPOLLET) as u32,
            WAKE_TOKEN,
        )?;
        Ok(poller)
    }

    fn control(&self, operation: i32, fd: RawFd, interest: u32, token: u64) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: interest,
            u64: token,
        };
        // SAFETY: `event` lives across the call; a wrong descriptor is answered with an error.
        let status =
            unsafe { libc::epoll_ctl(self.instance.as_raw_fd(), operation, fd, &mut event) };
        check(status as isize)?;
        Ok(())
    }
}

impl Poller for Epoll {
    fn listen(&self, address: SocketAddr, backlog: i32) -> io::Result<RawFd> {
        listening(address, backlog, false)
    }

    fn listen_beside(&self, fd: RawFd, backlog: i32) -> io::Result<RawFd> {
        let first = borrowed(fd);
        let first = SockRef::from(&first);
        let address = first
            .local_addr()?
            .as_socket()
            .ok_or(io::ErrorKind::Unsupported)?;
        // Linux asks for this option on both when the second is bound, not before. The first was
        // bound without it, so it had the port for itself: another program that wants it is
        // refused, as ever.
        first.set_reuse_port(true)?;
        listening(address, backlog, true)
    }

    fn pair(&self) -> io::Result<(RawFd, RawFd)> {
        let (near, far) = Socket::pair(Domain::UNIX, Type::STREAM.nonblocking(), None)?;
        Ok((near.into_raw_fd(), far.into_raw_fd()))
    }

    fn connect(&self, address: SocketAddr) -> io::Result<RawFd> {
        let socket = stream_socket(address)?;
        socket.set_tcp_nodelay(true)?;
        match socket.connect(&address.into()) {
            Ok(()) => Ok(socket.into_raw_fd()),
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {
                Ok(socket.into_raw_fd())
            }
            Err(error) => Err(error),
        }
    }

    fn connected(&self, fd: RawFd) -> io::Result<()> {
        let fd = borrowed(fd);
        let socket = SockRef::from(&fd);
        match socket.take_error()? {
            Some(error) => Err(error),
            // No error and no peer: the attempt is not decided yet.
            None => match socket.peer_addr() {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                    Err(io::ErrorKind::WouldBlock.into())
                }
                Err(error) => Err(error),
            },
        }
    }

    fn accept(&self, fd: RawFd) -> io::Result<Accepted> {
        let flags = libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
        // SAFETY: the storage is large enough for any address, and the kernel writes one there,
        // with its length, whenever the call answers a descriptor.
        let (taken, address) = unsafe {
            SockAddr::try_init(|storage, length| {
                retry(|| libc::accept4(fd, storage.cast(), length, flags) as isize)
            })
        }?;
        Ok(Accepted {
            fd: taken as RawFd,
            peer: address.as_socket(),
        })
    }

    fn read(&self, fd: RawFd, into: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the pointer and the length describe one exclusive slice.
        retry(|| unsafe { libc::recv(fd, into.as_mut_ptr().cast(), into.len(), 0) })
    }

    fn discard(&self, fd: RawFd, most: usize) -> io::Result<usize> {
        // SAFETY: with MSG_TRUNC a TCP socket drops the bytes and does not touch the null buffer;
        // one of a pair inside the program answers with an error, and needs no discarding, because
        // what it sent is read before the reset is seen.
        retry(|| unsafe { libc::recv(fd, std::ptr::null_mut(), most, libc::MSG_TRUNC) })
    }

    fn write(&self, fd: RawFd, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        if let [one] = pieces {
            // SAFETY: the pointer and the length describe one shared slice.
            return retry(|| unsafe {
                libc::send(fd, one.as_ptr().cast(), one.len(), libc::MSG_NOSIGNAL)
            });
        }
        // SAFETY: all zeroes is a valid `msghdr`: no address, no pieces, no control data.
        let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
        // `IoSlice` is documented to have the layout of `iovec`; the kernel only reads through it.
        message.msg_iov = pieces.as_ptr().cast_mut().cast();
        message.msg_iovlen = pieces.len() as _;
        // SAFETY: `message` points at `pieces`, which outlive the call.
        retry(|| unsafe { libc::sendmsg(fd, &message, libc::MSG_NOSIGNAL) })
    }

    fn limit_unsent(&self, fd: RawFd, bytes: usize) -> io::Result<()> {
        tcp::limit_unsent(fd, bytes)
    }

    fn set_send_buffer(&self, fd: RawFd, bytes: usize) -> io::Result<()> {
        SockRef::from(&borrowed(fd)).set_send_buffer_size(bytes)
    }

    fn acknowledged(&self, fd: RawFd) -> io::Result<u64> {
        tcp::acknowledged(fd)
    }

    fn taken(&self, fd: RawFd) -> io::Result<u64> {
        tcp::taken(fd)
    }

    fn shutdown(&self, fd: RawFd) -> io::Result<()> {
        SockRef::from(&borrowed(fd)).shutdown(std::net::Shutdown::Write)
    }

    fn close(&self, fd: RawFd) {
        // SAFETY: the socket table hands a descriptor over for closing once, under the socket's
        // lock.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
    }

    fn local(&self, fd: RawFd) -> io::Result<SocketAddr> {
        SockRef::from(&borrowed(fd))
            .local_addr()?
            .as_socket()
            .ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    fn peer(&self, fd: RawFd) -> io::Result<SocketAddr> {
        SockRef::from(&borrowed(fd))
            .peer_addr()?
            .as_socket()
            .ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    fn add(&self, fd: RawFd, token: u64) -> io::Result<()> {
        let interest = libc::EPOLLIN | libc::EPOLLOUT | libc::EPOLLRDHUP | libc::EPOLLET;
        self.control(libc::EPOLL_CTL_ADD, fd, interest as u32, token)
    }

    fn remove(&self, fd: RawFd) {
        // A descriptor that is not registered is what the caller wants; there is no other error
        // that could be handled.
        let _ = self.control(libc::EPOLL_CTL_DEL, fd, 0, 0);
    }

    fn wait(&self, events: &mut Vec<Event>, timeout_ms: Option<i64>) -> io::Result<Waited> {
        let mut gathered = self.gathered.lock();
        let timeout = timeout_ms.map_or(-1, |ms| ms.clamp(0, i64::from(i32::MAX)) as i32);
        // SAFETY: the vector has room for BATCH entries, and the kernel fills at most that many.
        let count = check(unsafe {
            libc::epoll_wait(
                self.instance.as_raw_fd(),
                gathered.as_mut_ptr(),
                BATCH as i32,
                timeout,
            )
        } as isize);
        let count = match count {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                return Ok(Waited::Interrupted)
            }
            Err(error) => return Err(error),
        };
        // SAFETY: the kernel has initialised that many entries.
        unsafe { gathered.set_len(count) };
        events.extend(
            gathered
                .iter()
                .filter(|event| event.u64 != WAKE_TOKEN)
                .map(report),
        );
        Ok(Waited::Whole)
    }

    fn wake(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: eight bytes are read from a local. A full counter means that a wake-up is already
        // on its way.
        unsafe { libc::write(self.alarm.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }
}

fn report(event: &libc::epoll_event) -> Event {
    let bits = event.events as i32;
    let ended = bits & (libc::EPOLLRDHUP | libc::EPOLLHUP | libc::EPOLLERR) != 0;
    let broken = bits & (libc::EPOLLHUP | libc::EPOLLERR) != 0;
    Event {
        token: event.u64,
        readable: ended || bits & libc::EPOLLIN != 0,
        writable: broken || bits & libc::EPOLLOUT != 0,
        ended,
    }
}

fn listening(address: SocketAddr, backlog: i32, shares_port: bool) -> io::Result<RawFd> {
    let socket = stream_socket(address)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(shares_port)?;
    if address.is_ipv6() && address.ip().is_unspecified() {
        // Both families, whatever the system's default is.
        socket.set_only_v6(false)?;
    }
    // Inherited by every accepted connection, which saves a system call for each.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    Ok(socket.into_raw_fd())
}

fn stream_socket(address: SocketAddr) -> io::Result<Socket> {
    // `Socket::new` sets close-on-exec.
    Socket::new(
        Domain::for_address(address),
        Type::STREAM.nonblocking(),
        Some(Protocol::TCP),
    )
}

fn borrowed<'a>(fd: RawFd) -> BorrowedFd<'a> {
    // SAFETY: callers hold the socket's lock, under which alone its descriptor is closed.
    unsafe { BorrowedFd::borrow_raw(fd) }
}

/// # Safety
/// `fd` is a descriptor that nothing else owns, or negative.
unsafe fn descriptor(fd: i32) -> io::Result<OwnedFd> {
    check(fd as isize)?;
    // SAFETY: it is not negative, and the caller gives it away.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

pub(super) fn check(result: isize) -> io::Result<usize> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result as usize)
    }
}

fn retry(mut call: impl FnMut() -> isize) -> io::Result<usize> {
    loop {
        match check(call()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_wake_before_the_wait_ends_it_and_is_not_reported() {
        let poller = Epoll::new().unwrap();
        poller.wake();
        let mut events = Vec::new();
        poller.wait(&mut events, None).unwrap();
        assert_eq!(events, []);
    }

    #[test]
    fn the_second_wake_is_an_edge_although_nobody_read_the_first() {
        let poller = Epoll::new().unwrap();
        for _ in 0..3 {
            poller.wake();
            poller.wait(&mut Vec::new(), None).unwrap();
        }
    }

    #[test]
    fn a_signal_interrupts_the_wait() {
        extern "C" fn ignore(_: libc::c_int) {}
        let handler: extern "C" fn(libc::c_int) = ignore;
        // SAFETY: the handler does nothing, and nothing else in this process uses that signal.
        unsafe { libc::signal(libc::SIGUSR2, handler as usize) };
        // SAFETY: no arguments; a thread always has an identifier.
        let waiting = unsafe { libc::pthread_self() };
        let over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    // SAFETY: the thread outlives the scope.
                    unsafe { libc::pthread_kill(waiting, libc::SIGUSR2) };
                    std::thread::yield_now();
                }
            });
            let outcome = Epoll::new().unwrap().wait(&mut Vec::new(), None);
            over.store(true, Ordering::SeqCst);
            assert_eq!(outcome.unwrap(), Waited::Interrupted);
        });
    }

    #[test]
    fn accepted_sockets_inherit_no_delay_and_know_their_peer() {
        let poller = Epoll::new().unwrap();
        let listener = poller.listen("127.0.0.1:0".parse().unwrap(), 8).unwrap();
        let client = poller.connect(poller.local(listener).unwrap()).unwrap();
        let mut events = Vec::new();
        poller.add(listener, 7).unwrap();
        poller.wait(&mut events, None).unwrap();
        assert!(events
            .iter()
            .any(|event| event.token == 7 && event.readable));
        let Accepted { fd: accepted, peer } = poller.accept(listener).unwrap();
        assert_eq!(peer, poller.peer(accepted).ok());
        assert!(SockRef::from(&borrowed(accepted)).tcp_nodelay().unwrap());
        for fd in [listener, client, accepted] {
            poller.close(fd);
        }
    }

    #[test]
    fn a_refused_connection_says_so() {
        let poller = Epoll::new().unwrap();
        let listener = poller.listen("127.0.0.1:0".parse().unwrap(), 8).unwrap();
        let address = poller.local(listener).unwrap();
        poller.close(listener);
        let Ok(fd) = poller.connect(address) else {
            return;
        };
        poller.add(fd, 1).unwrap();
        poller.wait(&mut Vec::new(), None).unwrap();
        assert_eq!(
            poller.connected(fd).unwrap_err().kind(),
            io::ErrorKind::ConnectionRefused
        );
        poller.close(fd);
    }
}
