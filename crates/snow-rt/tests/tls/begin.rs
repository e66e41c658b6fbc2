//! Handshakes that work and that do not.

use crate::keys;
use crate::support::run;

#[test]
fn silence_ends_at_the_deadline_and_closes_the_socket() {
    run(|main| {
        let (near, far) = main.pair();
        let config = keys::server(main);
        assert_eq!(keys::accept(main, far, config, main.after(20)), Err(2));
        assert_eq!(main.read(far, 1, -1), Err(1));
        assert_eq!(main.read(near, 1, -1), Err(1));
    });
}

#[test]
fn a_client_that_does_not_speak_tls_is_told_so() {
    run(|main| {
        let (near, far) = main.pair();
        let config = keys::server(main);
        main.write(near, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", -1)
            .unwrap();
        assert_eq!(keys::accept(main, far, config, -1), Err(4));
        assert_eq!(
            main.error_text(),
            "received corrupt message of type InvalidContentType"
        );
        // A fatal alert (RFC 8446 section 6).
        let alert = main.read_exactly(near, 7);
        assert_eq!((alert[0], alert[5]), (21, 2));
    });
}

#[test]
fn a_client_that_goes_away_in_the_middle_is_closed() {
    run(|main| {
        let config = keys::server(main);
        for beginning in [&[][..], &[22, 3, 1, 2, 0, 1, 0]] {
            let (near, far) = main.pair();
            main.write(near, beginning, -1).unwrap();
            main.close(near);
            assert_eq!(keys::accept(main, far, config, -1), Err(1));
        }
    });
}

#[test]
fn a_reset_in_the_middle_is_closed() {
    run(|main| {
        let config = keys::server(main);
        let (listener, port) = main.listen();
        let client = std::net::TcpStream::connect(("127.0.0.1", port as u16)).unwrap();
        let far = main.accept(listener, -1).unwrap();
        // Unread bytes make the close a reset.
        main.write(far, b"unread", -1).unwrap();
        std::io::Write::write_all(&mut &client, &[22, 3, 1, 2, 0, 1, 0]).unwrap();
        drop(client);
        assert_eq!(keys::accept(main, far, config, -1), Err(1));
    });
}

#[test]
fn a_server_of_another_name_is_refused_by_the_client_and_hears_why() {
    run(|main| {
        let (client, server) = main.pair();
        let config = keys::server(main);
        main.spawn(move |other| {
            assert_eq!(keys::connect(other, client, "example.org"), Err(4));
            assert!(
                other.error_text().contains("not valid for name"),
                "{}",
                other.error_text()
            );
        });
        assert_eq!(keys::accept(main, server, config, -1), Err(4));
        assert!(main.error_text().contains("alert"), "{}", main.error_text());
    });
}

#[test]
fn only_a_fresh_connection_can_begin() {
    run(|main| {
        let (_, server) = keys::pair(main);
        let config = keys::server(main);
        assert_eq!(keys::accept(main, server, config, -1), Err(4));
        let (listener, _) = main.listen();
        assert_eq!(keys::accept(main, listener, config, -1), Err(4));
        let (near, far) = main.pair();
        assert_eq!(keys::connect(main, near, "not a name"), Err(4));
        keys::release(main, config);
        assert_eq!(keys::accept(main, far, config, -1), Err(4));
        assert_eq!(main.error_text(), "the TLS configuration was released");
        assert_eq!(keys::accept(main, 77, config, -1), Err(4));
    });
}

#[test]
fn a_message_in_a_thousand_parts_ends_without_harm() {
    run(|main| {
        let config = keys::server(main);
        let (near, far) = main.pair();
        // A first message of 65,535 bytes, each in a record of its own.
        let parts: Vec<u8> = [1, 0, 0xff, 0xff]
            .into_iter()
            .chain([0; 65_535])
            .flat_map(|byte| [22, 3, 1, 0, 1, byte])
            .collect();
        assert_eq!(main.send(near, &parts), 0);
        assert_eq!(keys::accept(main, far, config, -1), Err(4));
    });
}
