//! What the runtime says when it cannot go on: a mistake of its own ends the process before a
//! thread has had time to write what waits.

use std::fs::File;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::time::{Duration, Instant};

use super::{Stream, QUEUES, WRITTEN};

/// How long the line waits for what was accepted before it.
const PATIENCE: Duration = Duration::from_secs(1);
/// A pipe that can be written to takes so many bytes without blocking (`PIPE_BUF`).
const AT_ONCE: usize = 4096;

/// Writes a line to standard error behind what was accepted before, without a queue. Gives up when
/// readers take too long; never blocks for longer than a second, whatever the calling thread holds.
pub fn print_urgently(line: &str) {
    if !is_writer() {
        wait_for_both();
    }
    write_at_once(libc::STDERR_FILENO, line.as_bytes());
}

fn is_writer() -> bool {
    let thread = std::thread::current();
    matches!(thread.name(), Some("snow-stdout" | "snow-stderr"))
}

fn wait_for_both() {
    let until = Instant::now() + PATIENCE;
    // The calling thread itself may hold the lock.
    let Some(mut queues) = QUEUES.try_lock_until(until) else {
        return;
    };
    super::wake_both(&mut queues);
    let has_rest = |stream: Stream, queues: &[super::Queue; 2]| {
        let queue = &queues[stream.index()];
        queue.written < queue.accepted
    };
    while Stream::BOTH
        .into_iter()
        .any(|stream| has_rest(stream, &queues))
    {
        if WRITTEN.wait_until(&mut queues, until).timed_out() {
            return;
        }
    }
}

/// Writes what the descriptor takes without blocking.
fn write_at_once(descriptor: i32, bytes: &[u8]) {
    let mut request = libc::pollfd {
        fd: descriptor,
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one entry is passed and lives across the call.
    let ready = unsafe { libc::poll(&mut request, 1, 0) };
    if ready == 1 && request.revents & libc::POLLOUT != 0 {
        // SAFETY: the caller's descriptor is open, and ManuallyDrop leaves it open.
        let mut stream = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
        // There is nothing left to tell a failure to.
        let _ = stream.write(&bytes[..bytes.len().min(AT_ONCE)]);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{pipe, Read};
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn a_line_goes_into_a_pipe_with_room() {
        let (mut reader, writer) = pipe().unwrap();
        write_at_once(writer.as_raw_fd(), b"the end\n");
        drop(writer);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "the end\n");
    }

    #[test]
    fn a_full_pipe_is_not_waited_for() {
        let (_reader, writer) = pipe().unwrap();
        // More than pipes hold: each call returns, whether or not there is room.
        for _ in 0..1000 {
            write_at_once(writer.as_raw_fd(), &[b'x'; AT_ONCE]);
        }
    }
}
