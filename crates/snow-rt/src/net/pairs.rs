//! What sockets inside the program have taken, and how much of it counts as acknowledged.
//!
//! Such a socket has no network behind it that would acknowledge anything. Everything that the
//! system took counts, unless a test holds the count. In a table of its own, so that sockets of a
//! network have no room for it.

use std::collections::HashMap;
use std::os::fd::RawFd;
use std::sync::LazyLock;

use parking_lot::Mutex;

#[derive(Clone, Copy, Default)]
struct Count {
    taken: u64,
    held_at: Option<u64>,
}

/// By descriptor. Taken under a socket's lock; nothing is taken under it.
static COUNTS: LazyLock<Mutex<HashMap<RawFd, Count>>> = LazyLock::new(Default::default);

/// Begins to count for a fresh socket.
pub fn add(fd: RawFd) {
    COUNTS.lock().insert(fd, Count::default());
}

/// The descriptor is about to be closed.
pub fn remove(fd: RawFd) {
    COUNTS.lock().remove(&fd);
}

/// The system took `bytes` more.
pub fn took(fd: RawFd, bytes: usize) {
    if let Some(count) = COUNTS.lock().get_mut(&fd) {
        count.taken += bytes as u64;
    }
}

/// Lets at most `at` bytes count as acknowledged from now on; `None` lets all count that the system
/// takes.
pub fn hold_acknowledged(fd: RawFd, at: Option<u64>) {
    if let Some(count) = COUNTS.lock().get_mut(&fd) {
        count.held_at = at;
    }
}

/// Bytes that the system has taken.
pub fn taken(fd: RawFd) -> u64 {
    COUNTS.lock().get(&fd).map_or(0, |count| count.taken)
}

/// Bytes of them that count as acknowledged.
pub fn acknowledged(fd: RawFd) -> u64 {
    let count = COUNTS.lock().get(&fd).copied().unwrap_or_default();
    count.held_at.map_or(count.taken, |at| at.min(count.taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_acknowledged_unless_it_is_held() {
        let fd = RawFd::MAX;
        add(fd);
        took(fd, 10);
        assert_eq!((acknowledged(fd), taken(fd)), (10, 10));
        hold_acknowledged(fd, Some(15));
        took(fd, 10);
        assert_eq!((acknowledged(fd), taken(fd)), (15, 20));
        hold_acknowledged(fd, None);
        assert_eq!(acknowledged(fd), 20);
        remove(fd);
        assert_eq!((acknowledged(fd), taken(fd)), (0, 0));
    }
}
