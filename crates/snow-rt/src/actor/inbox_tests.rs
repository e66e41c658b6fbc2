//! Order, wake-up rights and refusal of the inbox; with `--cfg loom` under every interleaving.

use super::*;

struct Node {
    link: *mut Node,
    value: usize,
}

impl Linked for Node {
    unsafe fn link(node: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller says that the node is alive.
        unsafe { &raw mut (*node).link }
    }
}

fn node(value: usize) -> *mut Node {
    Box::into_raw(Box::new(Node {
        link: std::ptr::null_mut(),
        value,
    }))
}

fn values(mut list: *mut Node) -> Vec<usize> {
    let mut all = Vec::new();
    while !list.is_null() {
        // SAFETY: nodes are made by `node` and taken once.
        let node = unsafe { Box::from_raw(list) };
        all.push(node.value);
        list = node.link;
    }
    all
}

#[cfg(not(loom))]
#[test]
fn nodes_come_out_in_the_order_of_the_pushes() {
    let inbox = Inbox::new();
    // SAFETY: each node is fresh.
    unsafe {
        assert_eq!(inbox.push(node(1)), Pushed::First);
        assert_eq!(inbox.push(node(2)), Pushed::Queued);
    }
    assert!(!inbox.begin_wait(), "there is something to take");
    assert_eq!(values(inbox.take()), [1, 2]);
    assert!(inbox.begin_wait());
    // SAFETY: each node is fresh.
    unsafe { assert_eq!(inbox.push(node(3)), Pushed::Woke) };
    assert!(!inbox.end_wait(), "the push had won");
    assert_eq!(values(inbox.close()), [3]);
    let refused = node(4);
    // SAFETY: the node is fresh, and ours again after the refusal.
    unsafe {
        assert_eq!(inbox.push(refused), Pushed::Refused);
        drop(Box::from_raw(refused));
    }
}

#[cfg(not(loom))]
#[test]
fn a_queue_weighs_what_stands_in_it() {
    let inbox = Inbox::new();
    // SAFETY: each node is fresh.
    let push = |value, weight| unsafe { inbox.push_weighed(node(value), weight) };
    assert_eq!(
        push(1, 3),
        Weighed {
            pushed: Pushed::First,
            weight: 3,
            spilled: 0
        }
    );
    assert_eq!(
        push(2, MOST_WEIGHT - 3),
        Weighed {
            pushed: Pushed::Queued,
            weight: MOST_WEIGHT,
            spilled: 0
        }
    );
    let spills = push(3, 2);
    assert_eq!(
        spills,
        Weighed {
            pushed: Pushed::Queued,
            weight: 2,
            spilled: MOST_WEIGHT
        },
        "a new sum begins"
    );
    assert_eq!(inbox.weight(), 2);
    let (list, weight) = inbox.take_weighed();
    assert_eq!((values(list), weight), (vec![1, 2, 3], 2));
    assert_eq!(inbox.weight(), 0);
    assert!(inbox.begin_wait());
    assert_eq!(
        push(4, 1),
        Weighed {
            pushed: Pushed::Woke,
            weight: 1,
            spilled: 0
        }
    );
    assert_eq!(values(inbox.close()), [4]);
}

#[cfg(loom)]
#[test]
fn loom_one_party_wakes_a_waiting_owner() {
    use loom::sync::atomic::{AtomicUsize, Ordering};
    use loom::sync::Arc;
    loom::model(|| {
        let inbox = Arc::new(Inbox::new());
        let wakes = Arc::new(AtomicUsize::new(0));
        assert!(inbox.begin_wait());
        let push = |value: usize| {
            let (inbox, wakes) = (inbox.clone(), wakes.clone());
            loom::thread::spawn(move || {
                // SAFETY: the node is fresh.
                if unsafe { inbox.push(node(value)) } == Pushed::Woke {
                    wakes.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        let (one, two) = (push(1), push(2));
        if inbox.end_wait() {
            wakes.fetch_add(1, Ordering::SeqCst);
        }
        one.join().unwrap();
        two.join().unwrap();
        assert_eq!(wakes.load(Ordering::SeqCst), 1);
        let mut all = values(inbox.take());
        all.sort_unstable();
        assert_eq!(all, [1, 2]);
    });
}

#[cfg(loom)]
#[test]
fn loom_nothing_is_lost_between_taking_and_waiting() {
    use loom::sync::Arc;
    loom::model(|| {
        let inbox = Arc::new(Inbox::new());
        let sender = {
            let inbox = inbox.clone();
            loom::thread::spawn(move || {
                // SAFETY: each node is fresh.
                unsafe {
                    let first = inbox.push(node(1));
                    let second = inbox.push(node(2));
                    first == Pushed::Woke || second == Pushed::Woke
                }
            })
        };
        let mut seen = values(inbox.take());
        let waits = inbox.begin_wait();
        let woken = sender.join().unwrap();
        if waits && seen.len() < 2 {
            assert!(woken, "a waiting owner with mail must have been woken");
        }
        seen.extend(values(inbox.close()));
        assert_eq!(seen, [1, 2]);
    });
}
