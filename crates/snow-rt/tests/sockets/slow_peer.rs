//! A peer with a small window that stops reading: what waits for it does not wait in the system,
//! where it cannot be had back.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{channel, Receiver};
use std::thread::{spawn, JoinHandle};

use socket2::{Domain, Socket, Type};

use crate::support::{run, Actor};

/// The outbox's limit.
const LIMIT: i64 = 64 * 1024;
/// The peer's receive buffer.
const WINDOW: usize = 4096;

/// A connection whose peer reads nothing until it is told to, and then all. Answers our end, and
/// what the peer has read.
fn connection(main: Actor, start: Receiver<()>) -> (i64, JoinHandle<Vec<u8>>) {
    let (listener, port) = main.listen();
    let peer = spawn(move || {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(WINDOW).unwrap();
        let address: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
        socket.connect(&address.into()).unwrap();
        start.recv().unwrap();
        let mut all = Vec::new();
        TcpStream::from(socket).read_to_end(&mut all).unwrap();
        all
    });
    let near = main.accept(listener, -1).unwrap();
    main.close(listener);
    (near, peer)
}

fn numbered(number: u32, length: usize) -> Vec<u8> {
    number
        .to_be_bytes()
        .into_iter()
        .cycle()
        .take(length)
        .collect()
}

#[test]
fn the_oldest_message_is_dropped_soon_and_the_latest_arrives() {
    for length in [100, 1000, 8000] {
        run(move |main| {
            let (go, start) = channel();
            let (near, peer) = connection(main, start);
            main.drop_oldest(near, LIMIT).unwrap();
            let mut sent = 0;
            let mut number = 0;
            while main.take_dropped(near).unwrap() == 0 {
                number += 1;
                assert_eq!(main.send(near, &numbered(number, length)), 0);
                sent += length as i64;
                main.give_way();
            }
            let waiting = sent - main.acknowledged(near).unwrap();
            assert!(
                waiting <= 2 * LIMIT,
                "{waiting} bytes waited when the first message of {length} was dropped"
            );
            for _ in 0..1000 {
                number += 1;
                assert_eq!(main.send(near, &numbered(number, length)), 0);
            }
            main.shutdown(near).unwrap();
            go.send(()).unwrap();
            assert_eq!(
                main.read(near, 1, -1),
                Err(1),
                "the peer has read everything"
            );
            let read = peer.join().unwrap();
            assert_eq!(read.len() % length, 0, "messages arrive whole");
            assert!(
                read.ends_with(&numbered(number, length)),
                "the latest arrives"
            );
            main.close(near);
        });
    }
}

#[test]
fn a_fixed_send_buffer_bounds_what_the_system_takes() {
    run(|main| {
        let (go, start) = channel();
        let (near, peer) = connection(main, start);
        assert_eq!(main.set_send_buffer(near, 0), Err(4));
        main.set_send_buffer(near, 8192).unwrap();
        main.set_limit(near, 0).unwrap();
        let mut sent = 0;
        while main.send(near, &[1; 1000]) == 0 {
            sent += 1000;
            main.give_way();
        }
        assert!(sent - main.acknowledged(near).unwrap() < 3 * 8192);
        main.shutdown(near).unwrap();
        go.send(()).unwrap();
        assert_eq!(main.read(near, 1, -1), Err(1));
        assert_eq!(peer.join().unwrap().len() as i64, sent);
        main.close(near);
    });
}
