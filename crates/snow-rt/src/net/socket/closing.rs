//! The end of a socket: its last bytes leave, and are not lost to a reset.

use super::{Kind, Socket, Wakes};
use crate::io::poller::Poller;
use crate::net::pairs;

/// Received bytes thrown away at closing, so that the system does not answer them with a reset that
/// would overtake our last bytes. A peer that floods beyond this has earned the reset.
const DISCARD_MOST: usize = 4 * 1024 * 1024;

impl Socket {
    /// Offers the outbox once more, sees to it that the last bytes are not lost to a reset, and
    /// closes.
    pub fn close(mut self, poller: &dyn Poller) -> Wakes {
        if self.kind == Kind::Stream && !self.broken {
            self.offer(poller);
            if !self.broken && self.pending() == 0 {
                self.end_layer(poller);
            }
            if !self.broken && self.can_read() && !self.end_seen && !self.discard(poller) {
                // Bytes are left unread: send the end of our stream ahead of the reset that closing
                // will cause. A failure changes nothing, the descriptor is closed in any case.
                let _ = poller.shutdown(self.fd);
            }
        }
        if self.inside {
            pairs::remove(self.fd);
        }
        poller.close(self.fd);
        self.broken = true;
        self.wake_all()
    }

    /// Throws away what was received; false when there is more than that.
    fn discard(&mut self, poller: &dyn Poller) -> bool {
        match poller.discard(self.fd, DISCARD_MOST) {
            Ok(count) => count < DISCARD_MOST,
            Err(_) => true,
        }
    }
}
