//! Closing, stale handles, and what an actor's end closes.

use crate::support::run;

#[test]
fn a_stale_handle_is_an_answer_even_when_its_slot_is_used_again() {
    run(|main| {
        let (near, far) = main.pair();
        main.close(near);
        main.close(near);
        let (other, _) = main.pair();
        assert_ne!(near, other);
        for stale in [near, 0, -1, i64::MAX, i64::MIN] {
            assert_eq!(main.read(stale, 1, -1), Err(1));
            assert_eq!(main.try_read(stale), Err(1));
            assert_eq!(main.write(stale, b"x", -1), Err(1));
            assert_eq!(main.send(stale, b"x"), 2);
            assert_eq!(main.pending(stale), Err(1));
            assert_eq!(main.accept(stale, -1), Err(1));
            assert_eq!(main.shutdown(stale), Err(1));
            main.close(stale);
        }
        assert_eq!(main.read(far, 1, -1), Err(1));
        assert_eq!(main.send(other, b"alive"), 0);
    });
}

#[test]
fn the_last_bytes_are_not_lost_to_a_reset_when_unread_ones_are_left() {
    run(|main| {
        let (near, far) = main.pair();
        main.write(near, &[1; 100_000], -1).unwrap();
        assert_eq!(main.send(far, b"goodbye"), 0);
        main.close(far);
        assert_eq!(main.read_exactly(near, 7), b"goodbye");
        assert_eq!(main.read(near, 1, -1), Err(1));
        assert_eq!(
            main.error_text(),
            "closed",
            "the stream ended, it was not reset"
        );
    });
}

#[test]
fn the_end_of_an_actor_closes_its_sockets() {
    run(|main| {
        let (listener, port) = main.listen();
        main.spawn(move |client| {
            client.connect(port).unwrap();
        });
        let socket = main.accept(listener, -1).unwrap();
        assert_eq!(main.read(socket, 1, -1), Err(1));
    });
}

#[test]
fn closing_by_another_actor_wakes_the_reader() {
    run(|main| {
        let (near, far) = main.pair();
        let closer = move |other: crate::support::Actor| {
            other.give_way();
            other.close(far);
        };
        main.spawn(closer);
        assert_eq!(main.read(far, 1, -1), Err(1));
        assert_eq!(main.read(near, 1, -1), Err(1));
    });
}

#[test]
fn an_actor_ended_by_force_while_it_reads_leaves_nothing_open() {
    run(|main| {
        let (near, far) = main.pair();
        let reader = main.spawn(|reader| {
            let (_, socket) = reader.event();
            reader.write(socket, b"ready", -1).unwrap();
            let _ = reader.read(socket, 1, -1);
            unreachable!("nothing is sent");
        });
        main.give(far, reader).unwrap();
        snow_rt::actor::deliver_event(reader, crate::support::event_maker(), 0, far, b"");
        assert_eq!(main.read_exactly(near, 5), b"ready");
        // SAFETY: the actor runs here, and the text is its own.
        unsafe {
            let text = main.bytes(b"enough");
            snow_rt::abi::actor::snow_exit(main.0, reader, snow_abi::layout::exit::KILLED, text);
        }
        assert_eq!(main.read(near, 1, -1), Err(1));
    });
}

#[test]
fn waiting_in_vain_many_times_does_no_harm() {
    run(|main| {
        let (near, far) = main.pair();
        for _ in 0..50 {
            assert_eq!(main.read(far, 1, main.after(1)), Err(2));
        }
        main.write(near, b"x", -1).unwrap();
        assert_eq!(main.read(far, 1, -1), Ok(b"x".to_vec()));
    });
}
