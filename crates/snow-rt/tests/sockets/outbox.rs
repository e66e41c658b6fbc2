//! Outboxes: limits, sharing, and sending from another worker.

use std::sync::mpsc::channel;

use crate::support::run;

#[test]
fn a_message_is_judged_by_what_the_peer_has_not_taken() {
    run(|main| {
        let (near, far) = main.pair();
        main.set_limit(near, 1000).unwrap();
        // All in one turn, and no more than the peer's window: the system takes it as it comes.
        (0..8).for_each(|_| assert_eq!(main.send(near, &[1; 5000]), 0));
        assert_eq!(main.read_exactly(far, 40_000), [1; 40_000]);
        let mut sent = 0;
        while main.send(near, &[2; 5000]) == 0 {
            sent += 5000;
        }
        // One that is being written, and one behind it that found nothing queued before it.
        let pending = main.pending(near).unwrap();
        assert!(
            (5001..=10_000).contains(&pending),
            "{pending} bytes are queued"
        );
        assert_eq!(main.read_exactly(far, sent), vec![2; sent]);
        assert_eq!(main.send(near, &[3; 1]), 0);
        assert_eq!(main.read_exactly(far, 1), [3]);
    });
}

#[test]
fn a_large_message_and_a_small_one_go_through_in_either_order() {
    run(|main| {
        let (near, far) = main.pair();
        for lengths in [[6_000_000, 4], [4, 6_000_000]] {
            for length in lengths {
                assert_eq!(main.broadcast(&[near], &vec![7; length], 0), (1, 0, vec![]));
            }
            assert_eq!(main.read_exactly(far, 6_000_004), vec![7; 6_000_004]);
        }
    });
}

#[test]
fn a_peer_that_does_not_read_fills_the_outbox_and_its_end_empties_it() {
    run(|main| {
        let (near, far) = main.pair();
        let mut taken = 0;
        while main.send(near, &[5; 100_000]) == 0 {
            taken += 1;
            main.give_way();
        }
        // The limit is a MiB.
        assert!(taken >= 11);
        main.close(far);
        // Unread bytes make the close a reset, which the next read tells.
        while main.read(near, 1, -1).is_ok() {}
        assert_eq!(main.write(near, b"x", -1), Err(1));
    });
}

#[test]
fn messages_of_one_turn_from_several_actors_stay_whole_and_in_order() {
    run(|main| {
        let (near, far) = main.pair();
        // Registered on this worker from now on, so that senders elsewhere hand their messages
        // over.
        assert_eq!(main.read(near, 1, main.after(1)), Err(2));
        const SENDERS: usize = 8;
        const EACH: usize = 500;
        for sender in 0..SENDERS {
            main.spawn(move |actor| {
                for number in 0..EACH {
                    let message = [sender as u8, number as u8, (number >> 8) as u8, 0xff];
                    assert_eq!(actor.send(near, &message), 0);
                    if number % 50 == 0 {
                        actor.give_way();
                    }
                }
            });
        }
        let all = main.read_exactly(far, SENDERS * EACH * 4);
        let mut next = [0; SENDERS];
        for message in all.chunks(4) {
            let sender = usize::from(message[0]);
            assert_eq!(
                usize::from(message[1]) | usize::from(message[2]) << 8,
                next[sender]
            );
            assert_eq!(message[3], 0xff);
            next[sender] += 1;
        }
        assert_eq!(next, [EACH; SENDERS]);
    });
}

#[test]
fn a_large_message_is_shared_by_many_outboxes() {
    let (sender, receiver) = channel();
    run(move |main| {
        let pairs: Vec<_> = (0..20).map(|_| main.pair()).collect();
        let frame = main.bytes(&[9; 50_000]);
        let before = snow_rt::counters::read(snow_abi::layout::counter::BLOCKS);
        for (near, _) in &pairs {
            // SAFETY: the actor runs here and the value is its own.
            let sent = unsafe { snow_rt::abi::socket::snow_socket_send(main.0, *near, frame) };
            assert_eq!(sent, 0);
        }
        sender
            .send(snow_rt::counters::read(snow_abi::layout::counter::BLOCKS) - before)
            .unwrap();
        // SAFETY: the value is this actor's; the outboxes have references of their own.
        unsafe { snow_rt::mem::drop_bytes(main.0, frame) };
        for (_, far) in &pairs {
            assert!(main.read_exactly(*far, 50_000) == [9; 50_000]);
        }
    });
    assert_eq!(
        receiver.recv().unwrap(),
        0,
        "sending made blocks of its own"
    );
}

#[test]
fn a_broadcast_reaches_all_but_one_and_tells_who_was_full_or_closed() {
    run(|main| {
        let pairs: Vec<_> = (0..20).map(|_| main.pair()).collect();
        let near: Vec<i64> = pairs.iter().map(|(near, _)| *near).collect();
        main.close(near[1]);
        main.set_limit(near[2], 10).unwrap();
        while main.send(near[2], &[1; 100_000]) == 0 {}
        assert_eq!(
            main.broadcast(&near, b"frame", near[0]),
            (17, 1, vec![near[2]])
        );
        assert_eq!(main.broadcast(&near[3..], &[9; 50_000], 0), (17, 0, vec![]));
        for (_, far) in &pairs[3..] {
            assert_eq!(main.read_exactly(*far, 5), b"frame");
            assert!(main.read_exactly(*far, 50_000) == [9; 50_000]);
        }
        assert_eq!(main.send(near[0], b"x"), 0);
        assert_eq!(main.read_exactly(pairs[0].1, 1), b"x");
        assert_eq!(main.broadcast(&[], b"frame", 0), (0, 0, vec![]));
    });
}

#[test]
fn messages_that_are_broadcast_together_are_counted_and_left_out_one_by_one() {
    run(|main| {
        let pairs: Vec<_> = (0..5).map(|_| main.pair()).collect();
        let near: Vec<i64> = pairs.iter().map(|(near, _)| *near).collect();
        main.close(near[4]);
        let large = vec![8; 3000];
        let messages: [(&[u8], i64); 3] = [(b"one", near[0]), (&large, near[1]), (b"", 0)];
        let (counts, full) = main.broadcast_all(&near, &messages);
        assert_eq!(counts, [[3, 0, 1], [3, 0, 1], [4, 0, 1]]);
        assert_eq!(full, []);
        let all = [b"one".as_slice(), &large].concat();
        assert!(main.read_exactly(pairs[0].1, 3000) == large);
        assert_eq!(main.read_exactly(pairs[1].1, 3), b"one");
        for (_, far) in &pairs[2..4] {
            assert!(main.read_exactly(*far, 3003) == all);
        }
        let again = main.broadcast_all(&near[2..4], &[(b"end", 0), (b"!", near[2])]);
        assert_eq!(again, (vec![[2, 0, 0], [1, 0, 0]], vec![]));
        assert_eq!(main.read_exactly(pairs[2].1, 3), b"end");
        assert_eq!(main.read_exactly(pairs[3].1, 4), b"end!");
        assert_eq!(main.broadcast_all(&near, &[]), (vec![], vec![]));
    });
}

#[test]
fn of_messages_together_an_outbox_takes_those_that_it_would_take_one_by_one() {
    run(|main| {
        let (near, far) = main.pair();
        let (fills, _other) = main.pair();
        main.set_limit(near, 100).unwrap();
        main.set_limit(fills, 100).unwrap();
        while main.send(near, &[1; 100_000]) == 0 {}
        while main.send(fills, &[1; 100_000]) == 0 {}
        let waits = main.pending(near).unwrap();
        let messages: [(&[u8], i64); 2] = [(b"first", 0), (b"second", 0)];
        let (counts, full) = main.broadcast_all(&[near, fills], &messages);
        assert_eq!(counts, [[0, 2, 0], [0, 2, 0]]);
        assert_eq!(full, [near, fills]);
        assert_eq!(main.pending(near).unwrap(), waits);
        main.close(far);
    });
}
