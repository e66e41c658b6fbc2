//! Emptied outboxes of this thread, so that a socket holds one only while it has something to send.

use std::cell::RefCell;

use super::outbox::Outbox;

/// Outboxes kept for reuse: as many as one busy turn needs. A broadcast to more members allocates
/// the rest, which costs some tens of nanoseconds each; keeping more would be memory that an idle
/// server holds for nothing.
const MOST: usize = 256;

thread_local! {
    #[allow(clippy::vec_box, reason = "the boxes are what moves between here and the sockets")]
    static SPARE: RefCell<Vec<Box<Outbox>>> = const { RefCell::new(Vec::new()) };
}

/// An empty outbox.
#[inline(never)]
pub fn take() -> Box<Outbox> {
    SPARE
        .with_borrow_mut(|spare| spare.pop())
        .unwrap_or_default()
}

/// Keeps an empty outbox for the next socket.
#[inline(never)]
pub fn give(outbox: Box<Outbox>) {
    debug_assert_eq!(outbox.pending(), 0);
    SPARE.with_borrow_mut(|spare| {
        if spare.len() < MOST {
            spare.push(outbox);
        }
    });
}
