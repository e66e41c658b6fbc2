//! What the system knows about a TCP connection, beyond what every stream has.
//!
//! In: descriptors of TCP sockets. Out: counts of their streams. Any other descriptor is answered
//! with an error.

use std::io;
use std::os::fd::RawFd;

use super::epoll::check;

/// Where `tcpi_bytes_acked` stands in the kernel's `struct tcp_info`, which only ever grows at its
/// end.
const BYTES_ACKED: usize = 120;
/// The part of that structure which ends with it.
const INFO: usize = BYTES_ACKED + size_of::<u64>();
/// Attempts to see both counts of one moment.
const ATTEMPTS: usize = 4;

/// Has the system take at most about `bytes` bytes that it cannot send at once (tcp(7),
/// `TCP_NOTSENT_LOWAT`).
pub fn limit_unsent(fd: RawFd, bytes: usize) -> io::Result<()> {
    let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
    let value = (&raw const bytes).cast();
    let length = size_of_val(&bytes) as libc::socklen_t;
    // SAFETY: the kernel reads one integer.
    check(unsafe {
        libc::setsockopt(
            fd,
            libc::IPPROTO_TCP,
            libc::TCP_NOTSENT_LOWAT,
            value,
            length,
        )
    } as isize)?;
    Ok(())
}

/// Bytes that the peer's system has acknowledged (tcp(7), `TCP_INFO`).
pub fn acknowledged(fd: RawFd) -> io::Result<u64> {
    let mut info = [0u8; INFO];
    let mut length = INFO as libc::socklen_t;
    let into = info.as_mut_ptr().cast();
    // SAFETY: the kernel writes at most `length` bytes, which is the size of `info`.
    let status =
        unsafe { libc::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, into, &mut length) };
    check(status as isize)?;
    if (length as usize) < INFO {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "the system does not count acknowledged bytes",
        ));
    }
    let (_, count) = info.split_at(BYTES_ACKED);
    Ok(u64::from_ne_bytes(
        count
            .try_into()
            .expect("the structure ends with this number"),
    ))
}

/// Bytes that this system has taken for sending.
///
/// Two counts that are read one after the other belong together when the first is the same before
/// and after the second. Where acknowledgements come too fast for that, the answer is too high by
/// what came in between, never too low.
pub fn taken(fd: RawFd) -> io::Result<u64> {
    let mut before = acknowledged(fd)?;
    for attempt in 1.. {
        let queued = queued(fd)?;
        let after = acknowledged(fd)?;
        if before == after || attempt == ATTEMPTS {
            return Ok(after + queued);
        }
        before = after;
    }
    unreachable!("the loop has a last attempt")
}

/// Bytes in the system's send queue that are not acknowledged (tcp(7), `SIOCOUTQ`).
fn queued(fd: RawFd) -> io::Result<u64> {
    let mut count: libc::c_int = 0;
    // SAFETY: the kernel writes one integer.
    check(unsafe { libc::ioctl(fd, libc::TIOCOUTQ, &mut count) } as isize)?;
    Ok(count.unsigned_abs().into())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn what_was_read_is_acknowledged_and_the_rest_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut far, _) = listener.accept().unwrap();
        for stream in [&mut near, &mut far] {
            let start = acknowledged(stream.as_raw_fd()).unwrap();
            stream.write_all(&[0; 1000]).unwrap();
            assert_eq!(taken(stream.as_raw_fd()).unwrap(), start + 1000);
        }
        far.read_exact(&mut [0; 1000]).unwrap();
        // An answer carries the acknowledgement with it.
        far.write_all(b"x").unwrap();
        near.read_exact(&mut [0; 1001]).unwrap();
        let fd = near.as_raw_fd();
        assert_eq!(acknowledged(fd).unwrap(), taken(fd).unwrap());
    }

    #[test]
    fn what_the_peer_has_no_room_for_is_taken_and_not_acknowledged() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_far, _) = listener.accept().unwrap();
        near.set_nonblocking(true).unwrap();
        let fd = near.as_raw_fd();
        let start = taken(fd).unwrap();
        let mut written = 0;
        while let Ok(count) = near.write(&[0; 100_000]) {
            written += count as u64;
        }
        assert_eq!(taken(fd).unwrap(), start + written);
        assert!(acknowledged(fd).unwrap() < start + written);
    }

    #[test]
    fn a_socket_without_tcp_is_an_error() {
        let (near, _far) = std::os::unix::net::UnixStream::pair().unwrap();
        assert!(acknowledged(near.as_raw_fd()).is_err());
    }
}
