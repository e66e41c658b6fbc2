//! How much of its time a worker did not wait for sockets.
//!
//! In: the beginning and the end of each wait. Out: the rest of the time since the worker began.
//! What is counted is the waiting, so a busy worker pays nothing.

use std::cell::Cell;

use super::poller::Waited;
use crate::timer::clock;

/// Nanoseconds of one worker.
#[derive(Clone, Copy)]
struct Account {
    /// When the worker began, on the monotonic clock.
    began: i64,
    /// What it has waited.
    waited: i64,
}

impl Account {
    /// An interrupted wait counts as busy from its beginning: when a process is stopped and
    /// continues, the wait tells only that it was interrupted, and peers that sent meanwhile must
    /// not be judged by that time.
    fn note(&mut self, from: i64, to: i64, outcome: Waited) {
        if outcome == Waited::Whole {
            self.waited += to - from;
        }
    }

    fn busy(self, now: i64) -> i64 {
        now - self.began - self.waited
    }
}

thread_local! {
    static ACCOUNT: Cell<Option<Account>> = const { Cell::new(None) };
}

/// The calling thread becomes a worker.
pub fn begin() {
    ACCOUNT.set(Some(Account {
        began: clock::now_ns(),
        waited: 0,
    }));
}

/// The calling worker has waited from one moment to another.
#[inline(never)]
pub fn note(from: i64, to: i64, outcome: Waited) {
    if let Some(mut account) = ACCOUNT.get() {
        account.note(from, to, outcome);
        ACCOUNT.set(Some(account));
    }
}

/// Milliseconds in which the calling worker did not wait for sockets; 0 on other threads. Not
/// inlined, because an actor may be on another thread after each suspension.
#[inline(never)]
pub fn busy_ms() -> i64 {
    ACCOUNT
        .get()
        .map_or(0, |account| account.busy(clock::now_ns()) / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_wait_is_not_busy_and_an_interrupted_one_is() {
        let mut account = Account {
            began: 100,
            waited: 0,
        };
        assert_eq!(account.busy(150), 50);
        account.note(150, 1150, Waited::Whole);
        assert_eq!(account.busy(1160), 60);
        account.note(1160, 5160, Waited::Interrupted);
        assert_eq!(account.busy(5160), 4060);
    }

    #[test]
    fn a_thread_that_is_no_worker_has_no_account() {
        std::thread::spawn(|| {
            note(0, 10, Waited::Whole);
            assert_eq!(busy_ms(), 0);
        });
    }
}
