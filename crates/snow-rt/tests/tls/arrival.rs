//! How the bytes arrive does not matter.

use crate::keys;
use crate::support::{run, Actor};

/// Passes bytes on, `most` at a time, until the stream ends.
fn relay(main: Actor, from: i64, to: i64, most: i64) {
    main.spawn(move |relay| {
        while let Ok(bytes) = relay.read(from, most, -1) {
            if relay.write(to, &bytes, -1).is_err() {
                break;
            }
        }
        relay.close(to);
    });
}

#[test]
fn one_byte_at_a_time() {
    run(|main| {
        let (client, relay_in) = main.pair();
        let (relay_out, server) = main.pair();
        relay(main, relay_in, relay_out, 1);
        relay(main, relay_out, relay_in, 1);
        keys::encrypt(main, client, server);
        for message in [&b"hello"[..], &[7; 3000]] {
            main.write(client, message, -1).unwrap();
            assert_eq!(main.read_exactly(server, message.len()), message);
            main.write(server, message, -1).unwrap();
            assert_eq!(main.read_exactly(client, message.len()), message);
        }
    });
}

#[test]
fn plaintext_that_a_reader_left_is_an_event_and_is_read_next() {
    run(|main| {
        let (client, server) = keys::pair(main);
        main.write(client, b"abcdef", -1).unwrap();
        assert_eq!(main.read(server, 2, -1), Ok(b"ab".to_vec()));
        main.notify(server).unwrap();
        assert_eq!(main.event(), (0, server));
        assert_eq!(main.try_read(server), Ok(b"cdef".to_vec()));
        assert_eq!(main.try_read(server), Err(3));
        main.notify(server).unwrap();
        main.write(client, b"g", -1).unwrap();
        assert_eq!(main.event(), (0, server));
        assert_eq!(main.try_read(server), Ok(b"g".to_vec()));
    });
}

#[test]
fn what_came_with_the_end_of_the_handshake_is_read() {
    run(|main| {
        let (client, server) = main.pair();
        let config = keys::server(main);
        main.spawn(move |other| {
            keys::connect(other, client, "localhost").unwrap();
            other.write(client, b"first words", -1).unwrap();
        });
        keys::accept(main, server, config, -1).unwrap();
        assert_eq!(main.read_exactly(server, 11), b"first words");
    });
}
