//! How sessions end.

use crate::keys;
use crate::support::run;

#[test]
fn the_end_of_the_sending_side_arrives_after_the_last_bytes_and_the_other_direction_lives() {
    run(|main| {
        let (client, server) = keys::pair(main);
        let message = vec![7; 500_000];
        assert_eq!(main.send(client, &message), 0);
        main.shutdown(client).unwrap();
        assert_eq!(main.send(client, b"late"), 2);
        assert!(main.read_exactly(server, message.len()) == message);
        assert_eq!(main.read(server, 10, -1), Err(1));
        assert_eq!(main.error_text(), "closed");
        main.write(server, b"the other direction lives", -1)
            .unwrap();
        assert_eq!(main.read_exactly(client, 25), b"the other direction lives");
    });
}

#[test]
fn closing_ends_the_session() {
    run(|main| {
        let (client, server) = keys::pair(main);
        assert_eq!(main.send(client, b"goodbye"), 0);
        main.close(client);
        assert_eq!(main.read_exactly(server, 7), b"goodbye");
        assert_eq!(main.read(server, 1, -1), Err(1));
        assert_eq!(main.error_text(), "closed");
    });
}

#[test]
fn an_end_that_tls_was_not_told_of_is_not_a_clean_one() {
    run(|main| {
        let (client, cut_in) = main.pair();
        let (cut_out, server) = main.pair();
        for (from, to) in [(cut_in, cut_out), (cut_out, cut_in)] {
            main.spawn(move |relay| {
                while let Ok(bytes) = relay.read(from, 65536, -1) {
                    relay.write(to, &bytes, -1).unwrap();
                }
                relay.close(to);
            });
        }
        keys::encrypt(main, client, server);
        main.write(client, b"x", -1).unwrap();
        assert_eq!(main.read_exactly(server, 1), b"x");
        main.close(cut_out);
        assert_eq!(main.read(server, 1, -1), Err(1));
        assert_eq!(
            main.error_text(),
            "the other side ended the connection without ending TLS"
        );
    });
}

#[test]
fn a_record_that_was_changed_on_its_way_ends_everything() {
    run(|main| {
        let (client, inside) = main.pair();
        let (outside, server) = main.pair();
        main.spawn(move |relay| {
            while let Ok(bytes) = relay.read(outside, 65536, -1) {
                relay.write(inside, &bytes, -1).unwrap();
            }
        });
        main.spawn(move |relay| {
            while let Ok(mut bytes) = relay.read(inside, 65536, -1) {
                // Only the message below is this long.
                if bytes.len() > 5000 {
                    bytes[1000] ^= 1;
                }
                relay.write(outside, &bytes, -1).unwrap();
            }
        });
        keys::encrypt(main, client, server);
        main.write(client, &[1; 6000], -1).unwrap();
        assert_eq!(main.read(server, 6000, -1), Err(4));
        assert_eq!(main.error_text(), "cannot decrypt peer's message");
        assert_eq!(main.send(server, b"x"), 2);
        assert_eq!(main.read(client, 1, -1), Err(4));
        assert_eq!(main.error_text(), "received fatal alert: BadRecordMac");
        main.close(inside);
        main.close(outside);
    });
}

#[test]
fn the_end_of_an_actor_ends_its_session() {
    run(|main| {
        let (client, server) = keys::pair(main);
        let owner = main.spawn(|owner| {
            owner.event();
        });
        main.give(server, owner).unwrap();
        snow_rt::actor::deliver_event(owner, crate::support::event_maker(), 0, server, b"");
        assert_eq!(main.read(client, 1, -1), Err(1));
        assert_eq!(main.error_text(), "closed");
    });
}
