//! Sending: the outbox is offered to the system, and ended.

use std::io::{self, IoSlice};
use std::os::fd::RawFd;

use super::{Kind, Sending, Socket, Wakes};
use crate::io::poller::Poller;
use crate::net::outbox::{Outbox, MOST_PIECES};
use crate::net::waiters::Direction;
use crate::net::{pairs, spare};
use crate::sched::big_stack;

impl Socket {
    /// True when the outbox takes nothing, whatever its size.
    pub fn refuses_bytes(&self) -> bool {
        self.kind != Kind::Stream || self.sending != Sending::Open || self.broken
    }

    pub(super) fn outbox(&mut self) -> &mut Outbox {
        self.outbox.get_or_insert_with(spare::take)
    }

    /// True when offering the outbox to the system would not be in vain.
    pub fn can_write(&self) -> bool {
        self.writable && !self.broken
    }

    /// Offers the outbox to the system until it is empty or the system takes no more.
    pub fn flush(&mut self, poller: &dyn Poller) -> Wakes {
        self.dirty = false;
        self.offer(poller);
        self.after_offer(poller)
    }

    pub(super) fn offer(&mut self, poller: &dyn Poller) {
        if self.layer.is_some() {
            return self.offer_layered(poller);
        }
        while self.can_write() {
            let Some(outbox) = self.outbox.as_mut() else {
                break;
            };
            let (outcome, offered) = match outbox.only_piece() {
                Some(piece) => (poller.write(self.fd, &[IoSlice::new(piece)]), piece.len()),
                None if outbox.pending() == 0 => break,
                None => gathered(poller, self.fd, outbox),
            };
            match outcome {
                Ok(taken) => {
                    if self.inside {
                        pairs::took(self.fd, taken);
                    }
                    outbox.advance(taken);
                    self.writable = taken == offered;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.writable = false,
                Err(_) => self.fail(),
            }
        }
    }

    pub(super) fn offer_layered(&mut self, poller: &dyn Poller) {
        if !self.can_write() {
            return;
        }
        let mut outbox = self.outbox.take();
        let (mut wire, Some(layer)) = self.layered(poller) else {
            return;
        };
        let outcome = big_stack::call(|| layer.write(&mut wire, outbox.as_deref_mut()));
        self.outbox = outbox;
        if outcome.is_err() {
            self.fail();
        }
    }

    /// The last words of the layer, when all else is sent.
    pub(super) fn end_layer(&mut self, poller: &dyn Poller) {
        let (_, Some(layer)) = self.layered(poller) else {
            return;
        };
        if big_stack::call(|| layer.end_plaintext()) {
            self.offer_layered(poller);
        }
    }

    fn after_offer(&mut self, poller: &dyn Poller) -> Wakes {
        let mut wakes = Wakes::default();
        if self.sending == Sending::Ending && self.pending() == 0 {
            self.end_layer(poller);
        }
        if self.broken {
            return self.wake_all();
        }
        if self.pending() == 0 {
            if let Some(outbox) = self.outbox.take() {
                spare::give(outbox);
            }
            if self.sending == Sending::Ending {
                self.sending = Sending::Ended;
                if poller.shutdown(self.fd).is_err() {
                    return self.give_up();
                }
            }
            wakes.writers = self.waiters.take(Direction::Write);
        }
        wakes.event = self.event();
        wakes
    }

    /// Has the outbox take nothing more; the peer does not see the end of the stream.
    pub fn seal(&mut self) {
        if self.sending == Sending::Open {
            self.sending = Sending::Sealed;
        }
    }

    /// Ends the sending side once the outbox is empty.
    pub fn end_sending(&mut self, poller: &dyn Poller) -> Wakes {
        if self.kind != Kind::Stream || self.broken {
            return Wakes::default();
        }
        match self.sending {
            Sending::Open | Sending::Sealed => {
                self.sending = Sending::Ending;
                self.flush(poller)
            }
            Sending::Ending | Sending::Ended => Wakes::default(),
        }
    }

    /// True while the outbox, or the outcome of a connection attempt, depends on the system.
    pub fn waits_for_system(&self) -> bool {
        match self.kind {
            Kind::Connecting => !self.writable,
            _ => !self.broken && self.pending() > 0,
        }
    }
}

/// Offers many pieces at once. Answers what the system took, and how much it was offered. Apart
/// from `offer`, which mostly has one piece and no use for an array of them.
#[inline(never)]
fn gathered(poller: &dyn Poller, fd: RawFd, outbox: &Outbox) -> (io::Result<usize>, usize) {
    let mut slices = [IoSlice::new(&[]); MOST_PIECES];
    let count = outbox.slices(&mut slices);
    let offered = slices[..count].iter().map(|slice| slice.len()).sum();
    (poller.write(fd, &slices[..count]), offered)
}
