//! Actors parked on a socket: nearly always one, seldom more, so only one has room in the socket.

use crate::sched::park::Waker;

/// Which fact an actor waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Bytes, a connection, or the end of the stream.
    Read,
    /// An empty outbox, or the outcome of a connection attempt.
    Write,
}

/// A few wakers, each with the fact that its actor waits for.
#[derive(Debug, Default)]
pub enum Waiters {
    /// No actor waits.
    #[default]
    None,
    /// The usual case.
    One(Direction, Waker),
    /// Several actors, or several that have waited.
    #[allow(
        clippy::box_collection,
        reason = "a vector in place would make every socket larger"
    )]
    Many(Box<Vec<(Direction, Waker)>>),
}

impl Waiters {
    /// Adds one. What the same actor has left here from a wait that timed out gives way, so that
    /// waiting again and again needs no more room; what ended actors have left is taken with the
    /// next fact.
    pub fn add(&mut self, direction: Direction, waker: Waker) {
        match self {
            Waiters::None => *self = Waiters::One(direction, waker),
            Waiters::One(_, old) if old.is_of_same_actor(waker) => {
                *self = Waiters::One(direction, waker)
            }
            Waiters::One(other, old) => {
                *self = Waiters::Many(Box::new(vec![(*other, *old), (direction, waker)]))
            }
            Waiters::Many(all) => {
                all.retain(|(_, old)| !old.is_of_same_actor(waker));
                all.push((direction, waker));
            }
        }
    }

    /// The actors that wait for that fact; they wait no longer.
    #[inline(always)]
    pub fn take(&mut self, direction: Direction) -> Waiters {
        // Nearly always: connections wait for an event instead.
        if matches!(self, Waiters::None) {
            return Waiters::None;
        }
        self.take_some(direction)
    }

    #[inline(never)]
    fn take_some(&mut self, direction: Direction) -> Waiters {
        match self {
            Waiters::One(waited, _) if *waited == direction => std::mem::take(self),
            Waiters::None | Waiters::One(..) => Waiters::None,
            Waiters::Many(all) => {
                let (taken, left) = std::mem::take(&mut **all)
                    .into_iter()
                    .partition(|(waited, _)| *waited == direction);
                **all = left;
                Waiters::Many(Box::new(taken))
            }
        }
    }

    /// All of them.
    pub fn take_all(&mut self) -> Waiters {
        std::mem::take(self)
    }

    /// Lets all of them go on. Not under a socket's lock, because waking takes locks of the
    /// scheduler.
    #[inline]
    pub fn wake(self) {
        // Nearly always.
        if !matches!(self, Waiters::None) {
            self.wake_some();
        }
    }

    #[inline(never)]
    fn wake_some(self) {
        match self {
            Waiters::None => {}
            Waiters::One(_, waker) => waker.wake(),
            Waiters::Many(all) => all.into_iter().for_each(|(_, waker)| waker.wake()),
        }
    }
}
