//! Parked actors that one fact will wake: nearly always one, seldom more, so only the first has room in the socket.

use crate::sched::park::Waker;

/// A few wakers. Those of actors that were ended meanwhile do no harm.
#[derive(Default)]
pub struct Waiters {
    first: Option<Waker>,
    #[allow(clippy::box_collection, reason = "every socket has two of these, nearly all of them empty")]
    more: Option<Box<Vec<Waker>>>,
}

impl Waiters {
    /// Adds one.
    pub fn add(&mut self, waker: Waker) {
        if self.first.is_none() {
            self.first = Some(waker);
        } else {
            self.more.get_or_insert_default().push(waker);
        }
    }

    /// All of them; none are left.
    pub fn take(&mut self) -> Waiters {
        std::mem::take(self)
    }

    /// Lets all of them go on. Not under a socket's lock, because waking takes locks of the scheduler.
    pub fn wake(self) {
        if let Some(waker) = self.first {
            waker.wake();
        }
        for waker in self.more.into_iter().flat_map(|more| more.into_iter()) {
            waker.wake();
        }
    }
}
