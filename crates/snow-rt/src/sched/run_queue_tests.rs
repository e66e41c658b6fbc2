//! Nobody waits for ever, whoever is pinned and whatever is offered.

use std::mem::MaybeUninit;

use crossbeam_deque::Worker as Deque;

use super::*;

/// Actors of which nothing is set but the pins; a queue looks at nothing else.
struct Actors(Vec<MaybeUninit<Actor>>);

impl Actors {
    fn with_pins(pins: &[u32]) -> Actors {
        let make = |pins: &u32| {
            let mut actor = MaybeUninit::<Actor>::zeroed();
            // SAFETY: the memory is this function's.
            unsafe { (&raw mut (*actor.as_mut_ptr()).pins).write(*pins) };
            actor
        };
        Actors(pins.iter().map(make).collect())
    }

    fn get(&mut self, number: usize) -> *mut Actor {
        self.0[number].as_mut_ptr()
    }

    fn number(&self, actor: *mut Actor) -> Option<usize> {
        self.0
            .iter()
            .position(|one| std::ptr::eq(one.as_ptr(), actor))
    }
}

#[test]
fn who_cannot_move_has_a_turn_beside_who_can() {
    // The first one is pinned; the second one is offered each time and stolen by nobody.
    for pins in [[1, 0], [0, 1], [1, 1]] {
        let mut actors = Actors::with_pins(&pins);
        let mut queue = RunQueue::new(Deque::new_fifo());
        let mut turns = [0; 2];
        // SAFETY: the actors are this test's.
        unsafe {
            queue.push_spent(actors.get(0));
            queue.push_spent(actors.get(1));
            for _ in 0..100 {
                let actor = queue.pop();
                turns[actors.number(actor).expect("an actor of the queue")] += 1;
                queue.push_spent(actor);
                queue.end_slice();
                queue.offer();
            }
        }
        assert!(
            turns.iter().all(|turns| *turns > 20),
            "{turns:?} of {pins:?}"
        );
    }
}

#[test]
fn an_offer_keeps_the_order_of_those_that_stay() {
    let mut actors = Actors::with_pins(&[1, 0, 1, 0, 1, 1, 0, 1]);
    let mut queue = RunQueue::new(Deque::new_fifo());
    for number in 0..8 {
        // SAFETY: the actors are this test's.
        unsafe { queue.push(actors.get(number)) };
    }
    assert!(queue.offer());
    assert_eq!(queue.len(), 6, "two of the first half may move");
    let order: Vec<_> = std::iter::from_fn(|| actors.number(queue.fresh.pop())).collect();
    assert_eq!(order, [0, 2, 4, 5, 6, 7]);
}

#[test]
fn an_offer_of_all_leaves_a_queue_that_works() {
    let mut actors = Actors::with_pins(&[0, 0]);
    let mut queue = RunQueue::new(Deque::new_fifo());
    // SAFETY: the actors are this test's.
    unsafe {
        queue.push(actors.get(0));
        queue.offer();
        assert_eq!((queue.len(), queue.is_empty()), (0, false));
        queue.push(actors.get(1));
    }
    let order = [queue.pop(), queue.pop(), queue.pop()].map(|actor| actors.number(actor));
    assert_eq!(order, [Some(1), Some(0), None]);
}
