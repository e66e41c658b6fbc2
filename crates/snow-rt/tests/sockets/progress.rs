//! How far a stream has come, and what is told about an outbox.

use snow_abi::layout::{outbox_watch, socket_event};

use crate::support::{run, Actor};

/// Puts more on the outbox than the system takes for a peer that does not read. Answers how much
/// that was.
fn fill(main: Actor, near: i64) -> usize {
    main.set_limit(near, i64::MAX).unwrap();
    (0..20).for_each(|_| assert_eq!(main.send(near, &[7; 1_000_000]), 0));
    20_000_000
}

#[test]
fn what_arrives_is_acknowledged_up_to_the_end_that_was_foretold() {
    run(|main| {
        let (near, far) = main.pair();
        let start = main.acknowledged(near).unwrap();
        assert_eq!(main.outbox_end(near), Ok(start));
        assert_eq!(main.send(near, b"queued"), 0);
        assert_eq!(main.outbox_end(near), Ok(start + 6));
        let sent = 6 + fill(main, near);
        let end = main.outbox_end(near).unwrap();
        assert_eq!(end, start + sent as i64);
        assert!(main.acknowledged(near).unwrap() < end);
        main.read_exactly(far, sent);
        // An answer carries the acknowledgement of all that came before it.
        main.write(far, b"x", -1).unwrap();
        main.read_exactly(near, 1);
        assert_eq!(main.acknowledged(near), Ok(end));
        assert_eq!(main.outbox_end(near), Ok(end));
        main.close(near);
        assert_eq!(main.acknowledged(near), Err(1));
    });
}

#[test]
fn a_blocked_outbox_is_told_and_so_is_an_empty_one() {
    run(|main| {
        let (near, far) = main.pair();
        assert_eq!(main.watch(near, 0, outbox_watch::BLOCKED), Ok(false));
        (0..20).for_each(|_| main.give_way());
        assert_eq!(main.waiting_messages(), 0, "nothing waits to be sent");
        let sent = fill(main, near);
        assert_eq!(main.event(), (socket_event::BLOCKED, near));
        assert_eq!(main.watch(near, 0, outbox_watch::BLOCKED), Ok(true));
        assert_eq!(
            main.event(),
            (socket_event::BLOCKED, near),
            "it is told again while it is so"
        );
        main.write(far, b"a question", -1).unwrap();
        assert_eq!(main.watch(near, 1000, outbox_watch::EMPTIED), Ok(true));
        (0..20).for_each(|_| main.give_way());
        assert_eq!(
            main.waiting_messages(),
            0,
            "an event came although much waits to be sent"
        );
        main.read_exactly(far, sent);
        // What can be read may be told before the last bytes are gone.
        let (kind, _) = main.event();
        assert_ne!(kind, socket_event::BLOCKED);
        assert_eq!(main.watch(near, 1000, outbox_watch::EMPTIED), Ok(false));
        while main.event().0 != socket_event::EMPTIED {
            main.watch(near, 1000, outbox_watch::EMPTIED).unwrap();
        }
        assert_eq!(main.try_read(near), Ok(b"a question".to_vec()));
    });
}
