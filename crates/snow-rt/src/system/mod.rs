//! What the process offers besides sockets: standard streams, files, arguments, randomness, its own
//! counters.
//!
//! Everything here may be called on a worker and returns quickly. What may wait for a person, for a
//! device or for another program, reading a line, writing output, files and directories, is done by
//! threads of their own; the actor that needs it is parked.

use std::cell::RefCell;
use std::mem::MaybeUninit;

/// Arguments and environment.
pub mod arguments;
/// Calls that may block.
mod blocking;
/// What tests print.
pub mod captured;
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

/// Random bytes of the system that a thread has in store.
const STORE: usize = 256;

thread_local! {
    /// What is left of the store, in front. A byte that is handed out is wiped.
    static RANDOM: RefCell<(usize, [u8; STORE])> = const { RefCell::new((0, [0; STORE])) };
}

/// Fills `length` bytes at `start` from the system's generator. A few bytes at a time come from the
/// thread's store, because a call of the system costs as much as making a small map, which needs
/// eight.
///
/// # Safety
/// `start` has room for `length` bytes.
pub unsafe fn random_fill(start: *mut u8, length: usize) -> Result<(), String> {
    // SAFETY: the caller vouches for the room; no byte is read before it is written.
    let room: &mut [MaybeUninit<u8>] =
        unsafe { std::slice::from_raw_parts_mut(start.cast(), length) };
    if length > size_of::<u64>() {
        return getrandom::fill_uninit(room)
            .map(|_| ())
            .map_err(|error| error.to_string());
    }
    RANDOM.with_borrow_mut(|(left, store)| {
        if *left < length {
            getrandom::fill(store).map_err(|error| error.to_string())?;
            *left = STORE;
        }
        *left -= length;
        for (to, from) in room.iter_mut().zip(&mut store[*left..]) {
            to.write(std::mem::take(from));
        }
        Ok(())
    })
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

    #[test]
    fn a_few_random_bytes_never_come_again() {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            let mut word = [0; 8];
            // SAFETY: the room is a local of that size.
            unsafe { super::random_fill(word.as_mut_ptr(), word.len()) }.unwrap();
            assert!(seen.insert(word));
        }
    }
}
