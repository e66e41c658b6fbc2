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
fn listeners_at_one_address_share_what_comes_and_keep_others_out() {
    run(|main| {
        let (first, port) = main.listen();
        // SAFETY: the actor runs here.
        let second = unsafe { snow_rt::abi::socket::snow_tcp_listen_beside(main.0, first, 1024) };
        assert_eq!(main.local(second), main.local(first));
        let mut accepted = [0, 0];
        let mut open = Vec::new();
        while accepted.contains(&0) && open.len() < 400 {
            open.push(main.connect(port).unwrap());
            for (count, listener) in accepted.iter_mut().zip([first, second]) {
                if let Ok(connection) = main.accept(listener, main.after(1)) {
                    open.push(connection);
                    *count += 1;
                }
            }
        }
        assert!(
            !accepted.contains(&0),
            "the system spread connections as {accepted:?}"
        );
        // SAFETY: the actor runs here.
        let third = unsafe {
            snow_rt::abi::socket::snow_tcp_listen(main.0, main.bytes(b"127.0.0.1"), port, 1)
        };
        assert_eq!(third, 0);
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

/// Sets how many files this process may open, and says how many it was.
fn allow_files(most: u64) -> u64 {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the limit is a local; lowering and raising the soft limit is always allowed.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit), 0);
        let before = std::mem::replace(&mut limit.rlim_cur, most);
        assert_eq!(libc::setrlimit(libc::RLIMIT_NOFILE, &limit), 0);
        before
    }
}

#[test]
fn an_acceptor_without_descriptors_waits_until_one_is_free() {
    run(|main| {
        let (listener, port) = main.listen();
        let [first, second] = [0, 1].map(|_| main.connect(port).unwrap());
        // SAFETY: the copy is closed at once; its number is the lowest free one.
        let lowest = unsafe {
            let copy = libc::dup(0);
            libc::close(copy);
            copy
        };
        let usual = allow_files(lowest as u64);
        assert_eq!(main.accept(listener, main.after(1)), Err(2));
        main.spawn(move |other| other.close(second));
        let accepted = main.accept(listener, -1);
        allow_files(usual);
        let accepted = accepted.unwrap();
        main.write(first, b"survived", -1).unwrap();
        assert_eq!(main.read_exactly(accepted, 8), b"survived");
        let gone = main.accept(listener, -1).unwrap();
        assert_eq!(main.read(gone, 1, -1), Err(1));
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
