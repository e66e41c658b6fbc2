//! Listening, accepting, connecting.

use crate::support::run;

#[test]
fn an_address_in_use_is_named() {
    run(|main| {
        let (_listener, port) = main.listen();
        // SAFETY: the actor runs here.
        let second = unsafe {
            let host = main.bytes(b"127.0.0.1");
            snow_rt::abi::socket::snow_tcp_listen(main.0, host, port, 1)
        };
        assert_eq!(second, 0);
        assert_eq!(
            main.error_text(),
            format!("cannot listen on 127.0.0.1:{port}: address already in use")
        );
    });
}

#[test]
fn a_refused_connection_is_named() {
    run(|main| {
        let (listener, port) = main.listen();
        main.close(listener);
        assert_eq!(main.connect(port), Err(5));
        assert_eq!(
            main.error_text(),
            format!("cannot connect to 127.0.0.1:{port}: connection refused")
        );
    });
}

#[test]
fn a_thousand_connections_come_and_go() {
    run(|main| {
        let (listener, port) = main.listen();
        for _ in 0..10 {
            main.spawn(move |client| {
                for _ in 0..100 {
                    let socket = client.connect(port).unwrap();
                    client.write(socket, b"ping", -1).unwrap();
                    assert_eq!(client.read_exactly(socket, 4), b"pong");
                    client.close(socket);
                }
            });
        }
        for _ in 0..1000 {
            let socket = main.accept(listener, -1).unwrap();
            let server = main.spawn(|server| {
                // The event names the socket that was given.
                let (_, socket) = server.event();
                assert_eq!(server.read_exactly(socket, 4), b"ping");
                server.write(socket, b"pong", -1).unwrap();
                assert_eq!(server.read(socket, 1, -1), Err(1));
            });
            main.give(socket, server).unwrap();
            snow_rt::actor::deliver_event(server, crate::support::event_maker(), 0, socket, b"");
        }
    });
}
