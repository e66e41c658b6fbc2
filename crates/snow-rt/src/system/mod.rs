//! What the process offers besides sockets: standard streams, files, arguments, randomness, its own counters.
//!
//! Everything here may be called on a worker and returns quickly; the one call that may wait for a person, reading a
//! line, is done by a thread of its own and parks the actor.

/// Arguments and environment.
pub mod arguments;
/// Whole files.
pub mod file;
/// Standard input.
pub mod input;
/// Standard output and standard error.
pub mod output;
/// Its use of time and memory.
pub mod usage;

pub use output::flush;

/// Fills `length` bytes at `start` from the system's generator.
///
/// # Safety
/// `start` has room for `length` bytes.
pub unsafe fn random_fill(start: *mut u8, length: usize) -> Result<(), String> {
    // SAFETY: the caller vouches for the room; no byte is read before it is written.
    let room = unsafe { std::slice::from_raw_parts_mut(start.cast(), length) };
    getrandom::fill_uninit(room).map(|_| ()).map_err(|error| error.to_string())
}

/// Ends the program with `status` after flushing output.
pub fn halt(status: i32) -> ! {
    flush();
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
