//! Handing sockets on.

use crate::support::run;

#[test]
fn a_gift_to_an_actor_that_is_gone_is_closed() {
    run(|main| {
        let (near, far) = main.pair();
        let short = main.spawn(|_| {});
        // SAFETY: the actor runs here.
        while unsafe { snow_rt::abi::actor::snow_alive(main.0, short) } {
            main.give_way();
        }
        main.give(near, short).unwrap();
        assert_eq!(main.read(near, 1, -1), Err(1));
        assert_eq!(main.read(far, 1, -1), Err(1));
    });
}

#[test]
fn only_the_owner_gives() {
    run(|main| {
        let (near, far) = main.pair();
        let pid = main.spawn(move |other| {
            assert_eq!(other.give(near, 1), Err(4));
            other.write(near, b"done", -1).unwrap();
        });
        assert_eq!(main.read_exactly(far, 4), b"done");
        let _ = pid;
    });
}

#[test]
fn a_socket_that_was_watched_is_watched_again_by_its_new_owner() {
    run(|main| {
        let (near, far) = main.pair();
        assert_eq!(main.read(far, 1, main.after(1)), Err(2));
        main.notify(far).unwrap();
        let heir = main.spawn(move |heir| {
            let (_, socket) = heir.event();
            assert_eq!(heir.read_exactly(socket, 5), b"heir?");
            heir.write(socket, b"yes", -1).unwrap();
        });
        main.give(far, heir).unwrap();
        snow_rt::actor::deliver_event(heir, crate::support::event_maker(), 0, far, b"");
        main.write(near, b"heir?", -1).unwrap();
        assert_eq!(main.read_exactly(near, 3), b"yes");
    });
}
