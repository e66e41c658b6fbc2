//! Standard output, buffered for the whole process, and standard error, unbuffered.
//!
//! A worker calls [`flush`] before it blocks, so output is on its way whenever the program waits; in between up to
//! [`LIMIT`] bytes gather. A reader that went away is not an error: the bytes are dropped.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

/// Bytes that gather before they are written in the middle of a turn: enough that the system call is a small part of the
/// cost of printing, small enough to stay in the first-level cache.
const LIMIT: usize = 8 * 1024;

static BUFFER: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// True while the buffer holds bytes. Lets the worker's flush be one load; a stale answer is corrected by the printing
/// worker's own flush, which comes later in its program order.
static WAITING: AtomicBool = AtomicBool::new(false);

/// Puts text on standard output.
pub fn print(text: &[u8]) {
    let mut buffer = BUFFER.lock();
    buffer.extend_from_slice(text);
    WAITING.store(true, Ordering::Relaxed);
    if buffer.len() > LIMIT {
        drain(&mut buffer);
    }
}

/// Writes what has gathered.
pub fn flush() {
    if WAITING.load(Ordering::Relaxed) {
        drain(&mut BUFFER.lock());
    }
}

/// Puts text on standard error, after what was printed before it.
pub fn eprint(text: &[u8]) {
    flush();
    write_all(libc::STDERR_FILENO, text);
}

fn drain(buffer: &mut Vec<u8>) {
    write_all(libc::STDOUT_FILENO, buffer);
    buffer.clear();
    WAITING.store(false, Ordering::Relaxed);
}

fn write_all(fd: i32, mut bytes: &[u8]) {
    // SAFETY: the standard descriptors stay open for the life of the process, and ManuallyDrop leaves them open here.
    let mut stream = ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return,
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait_for_room(stream.as_raw_fd()),
            Err(_) => return,
        }
    }
}

/// A terminal or pipe may have been made non-blocking by another process that shares it.
fn wait_for_room(fd: i32) {
    let mut request = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one entry is passed and lives across the call.
    unsafe { libc::poll(&mut request, 1, -1) };
}
