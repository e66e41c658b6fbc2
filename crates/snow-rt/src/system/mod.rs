//! What the process offers besides sockets: standard streams, files, arguments, randomness, its own
//! counters.
//!
//! Everything here may be called on a worker and returns quickly. What may wait for a person, for a
//! device or for another program, reading a line, writing output, files and directories, is done by
//! threads of their own; the actor that needs it is parked.

/// Arguments and environment.
pub mod arguments;
/// Calls that may block.
mod blocking;
/// Directories, and what stands in them.
pub mod directory;
/// Whole files.
pub mod file;
/// Standard input.
pub mod input;
/// Which entries the log takes.
pub mod log_levels;
/// Standard output and standard error.
pub mod output;
/// Threads beside the workers.
pub mod threads;

/// Fills `length` bytes at `start` from the system's generator.
///
/// # Safety
/// `start` has room for `length` bytes.
pub unsafe fn random_fill(start: *mut u8, length: usize) -> Result<(), String> {
    // SAFETY: the caller vouches for the room; no byte is read before it is written.
    let room = unsafe { std::slice::from_raw_parts_mut(start.cast(), length) };
    getrandom::fill_uninit(room)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// Opens the null device for each of the descriptors 0 to 2 that is closed: else the next file,
/// socket or poller got that number, and what is printed would be written into it.
pub fn open_standard_descriptors() {
    for descriptor in libc::STDIN_FILENO..=libc::STDERR_FILENO {
        // SAFETY: plain numbers and a constant text. `open` answers the lowest free number, which
        // is this one, since those below are open by now.
        unsafe {
            if libc::fcntl(descriptor, libc::F_GETFD) == -1 {
                libc::open(c"/dev/null".as_ptr(), libc::O_RDWR);
            }
        }
    }
}

/// Blocks the calling thread until the descriptor can be read or written (`POLLIN`, `POLLOUT`).
pub fn wait_until_ready(descriptor: i32, events: libc::c_short) {
    let mut request = libc::pollfd {
        fd: descriptor,
        events,
        revents: 0,
    };
    // SAFETY: one entry is passed and lives across the call.
    unsafe { libc::poll(&mut request, 1, -1) };
}

/// Ends the program with `status` when its output is written.
pub fn halt(status: i32) -> ! {
    output::finish(crate::sched::signals::is_asked_to_end);
    std::process::exit(status)
}

#[cfg(test)]
mod tests {
    #[test]
    fn random_bytes_fill_the_room_and_differ() {
        let mut twice = [[0; 32]; 2];
        for room in &mut twice {
            // SAFETY: the room is a local of that size.
            unsafe { super::random_fill(room.as_mut_ptr(), room.len()) }.unwrap();
        }
        assert_ne!(twice[0], twice[1]);
        assert_ne!(twice[0], [0; 32]);
    }
}
