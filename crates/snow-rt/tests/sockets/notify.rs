//! One event when a socket can be read or is closed.

use crate::support::run;

#[test]
fn bytes_make_one_event_and_asking_again_another() {
    run(|main| {
        let (near, far) = main.pair();
        for round in 0..3u8 {
            main.notify(far).unwrap();
            main.write(near, &[round], -1).unwrap();
            assert_eq!(main.event(), (0, far));
            assert_eq!(main.try_read(far), Ok(vec![round]));
            assert_eq!(main.try_read(far), Err(3));
        }
    });
}

#[test]
fn bytes_that_are_there_already_are_an_event_too() {
    run(|main| {
        let (near, far) = main.pair();
        main.write(near, b"early", -1).unwrap();
        main.notify(far).unwrap();
        assert_eq!(main.event(), (0, far));
        assert_eq!(main.read(far, 2, -1), Ok(b"ea".to_vec()));
        main.notify(far).unwrap();
        assert_eq!(main.event(), (0, far));
        assert_eq!(main.read(far, 9, -1), Ok(b"rly".to_vec()));
    });
}

#[test]
fn the_end_of_the_stream_is_readable() {
    run(|main| {
        let (near, far) = main.pair();
        main.notify(far).unwrap();
        main.close(near);
        assert_eq!(main.event(), (0, far));
        assert_eq!(main.try_read(far), Err(1));
    });
}

#[test]
fn a_listener_tells_of_a_connection() {
    run(|main| {
        let (listener, port) = main.listen();
        main.notify(listener).unwrap();
        let near = main.connect(port).unwrap();
        assert_eq!(main.event(), (0, listener));
        let far = main.accept(listener, -1).unwrap();
        assert_eq!(main.send(far, b"x"), 0);
        assert_eq!(main.read(near, 1, -1), Ok(b"x".to_vec()));
    });
}

#[test]
fn asking_of_a_stale_handle_is_answered_with_closed() {
    run(|main| {
        let (near, _) = main.pair();
        main.close(near);
        main.notify(near).unwrap();
        assert_eq!(main.event(), (1, near));
    });
}

#[test]
fn closing_by_another_actor_is_an_event_and_by_oneself_none() {
    run(|main| {
        let (near, far) = main.pair();
        main.notify(near).unwrap();
        main.notify(far).unwrap();
        main.close(near);
        main.spawn(move |other| other.close(far));
        let (kind, socket) = main.event();
        // The end of the stream may be seen before the close.
        assert!(kind <= 1);
        assert_eq!(socket, far);
    });
}

#[test]
fn what_can_be_read_waits_until_the_outbox_has_drained() {
    run(|main| {
        let (near, far) = main.pair();
        main.set_limit(near, i64::MAX).unwrap();
        let mut sent = 0;
        while main.pending(near).unwrap() < 1_000_000 {
            assert_eq!(main.send(near, &[7; 100_000]), 0);
            sent += 100_000;
            main.give_way();
        }
        main.notify_within(near, 1000).unwrap();
        main.write(far, b"a question", -1).unwrap();
        (0..20).for_each(|_| main.give_way());
        assert_eq!(
            main.waiting_messages(),
            0,
            "an event came although much waits to be sent"
        );
        main.read_exactly(far, sent);
        assert_eq!(main.event(), (0, near));
        assert_eq!(main.try_read(near), Ok(b"a question".to_vec()));
    });
}
