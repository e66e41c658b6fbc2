//! Sockets on the scripted system: what is sent arrives in order and in parts, and whatever fails,
//! nothing stays open.

use std::io::IoSlice;

use super::*;
use crate::io::fake::Fake;
use crate::net::outbox::MOST_PIECES;

const MESSAGE: &[u8] = b"a message longer than the room of a fake connection";

fn refused(failure: Failure) -> io::Error {
    io::Error::other(failure.text().to_owned())
}

/// One round of the loop that a worker runs: wait, pass reports on.
fn turn(fake: &Fake, sockets: &mut [&mut Socket]) -> io::Result<()> {
    let mut events = Vec::new();
    fake.wait(&mut events, None)?;
    for event in &events {
        sockets[event.token as usize].report(fake, event);
    }
    Ok(())
}

fn pass(fake: &Fake, from: &mut Socket, to: &mut Socket, message: &[u8]) -> io::Result<Vec<u8>> {
    offer(from, Sender::Anyone, message);
    from.flush(fake);
    let mut received = Vec::new();
    while received.len() < message.len() {
        turn(fake, &mut [from, to])?;
        let mut buffer = [0; 5];
        match to.read(fake, &mut buffer) {
            Ok(count) => received.extend(&buffer[..count]),
            Err(Failure::WouldBlock) if !from.is_broken() => {}
            Err(failure) => return Err(refused(failure)),
        }
        if from.is_broken() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
    }
    Ok(received)
}

/// Everything a server and a client do to echo one message; sockets end up in `open`, whatever
/// happens.
fn echo_once(fake: &Fake, open: &mut Vec<Socket>) -> io::Result<Vec<u8>> {
    let address = "127.0.0.1:9".parse().unwrap();
    open.push(Socket::new(fake.listen(address, 1)?, Kind::Listener, 1));
    open[0].register(fake, 0, 0)?;
    open.push(Socket::new(fake.connect(address)?, Kind::Connecting, 2));
    fake.connected(open[1].fd)?;
    open[1].connected();
    turn(fake, &mut [&mut open[0]])?;
    let accepted = open[0].accept(fake)?;
    open.push(Socket::new(accepted.fd, Kind::Stream, 1));
    let [listener, client, server] = &mut open[..] else {
        unreachable!("three sockets were made")
    };
    fake.remove(listener.fd);
    client.register(fake, 0, 0)?;
    server.register(fake, 0, 1)?;
    let arrived = pass(fake, client, server, MESSAGE)?;
    client.unregister(fake);
    server.unregister(fake);
    server.register(fake, 0, 0)?;
    client.register(fake, 0, 1)?;
    let echoed = pass(fake, server, client, &arrived)?;
    server.end_sending(fake);
    assert!(server.refuses_bytes());
    Ok(echoed)
}

#[test]
fn an_echo_arrives_and_when_any_operation_fails_everything_is_closed() {
    for n in 0.. {
        let fake = Fake::failing_at(n);
        let mut open = Vec::new();
        let outcome = echo_once(&fake, &mut open);
        for socket in open {
            socket.close(&fake);
        }
        assert!(
            fake.all_closed(),
            "open descriptors when operation {n} fails"
        );
        if !fake.fired() {
            assert_eq!(outcome.unwrap(), MESSAGE);
            assert!(n > 20, "the script has too few operations to be an echo");
            return;
        }
    }
}

#[test]
fn a_message_is_taken_by_what_is_queued_behind_the_first_before_it() {
    let mut socket = Socket::new(-1, Kind::Stream, OWNER);
    socket.set_outbox(10, 0, false);
    assert!(
        offer(&mut socket, Sender::Anyone, &[0; 100]),
        "it is the first"
    );
    assert!(offer(&mut socket, Sender::Anyone, &[0; 6]));
    assert!(
        offer(&mut socket, Sender::Anyone, &[0; 100]),
        "six bytes are queued before it"
    );
    assert!(!offer(&mut socket, Sender::Anyone, &[0; 1]));
    socket.outbox().advance(99);
    assert!(
        !offer(&mut socket, Sender::Anyone, &[0; 1]),
        "the first is being written still"
    );
    socket.outbox().advance(1);
    assert!(
        !offer(&mut socket, Sender::Anyone, &[0; 1]),
        "100 bytes are behind the six"
    );
    socket.outbox().advance(6);
    assert!(
        offer(&mut socket, Sender::Anyone, &[0; 1]),
        "what was large is the first now"
    );
    assert_eq!(
        socket.traffic,
        Traffic {
            messages: 4,
            bytes: 207,
            dropped: 3
        }
    );
}

#[test]
fn a_large_message_and_a_small_one_are_taken_in_either_order() {
    for (first, second) in [(6_000_000, 4), (4, 6_000_000)] {
        for begun in 0..4 {
            let mut socket = Socket::new(-1, Kind::Stream, OWNER);
            assert!(offer(&mut socket, Sender::Anyone, &vec![1; first]));
            socket.outbox().advance(begun);
            assert!(offer(&mut socket, Sender::Anyone, &vec![2; second]));
            assert_eq!(socket.pending(), first + second - begun);
        }
    }
}

#[test]
fn the_owner_has_slack_and_what_is_urgent_always_fits() {
    let mut socket = Socket::new(-1, Kind::Stream, OWNER);
    socket.set_outbox(10, 5, false);
    assert!(offer(&mut socket, Sender::Actor(2), b"first"));
    assert!(offer(&mut socket, Sender::Actor(2), &[0; 11]));
    assert!(!offer(&mut socket, Sender::Actor(2), &[0; 1]));
    assert!(offer(&mut socket, Sender::Actor(OWNER), &[0; 5]));
    assert!(!offer(&mut socket, Sender::Actor(OWNER), &[0; 1]));
    assert!(offer(&mut socket, Sender::Urgent, &[0; 100]));
    assert_eq!(socket.pending(), 121);
    assert_eq!(
        socket.traffic,
        Traffic {
            messages: 3,
            bytes: 21,
            dropped: 2
        }
    );
}

#[test]
fn the_oldest_make_room_but_what_is_begun_or_urgent_stays() {
    let mut socket = Socket::new(-1, Kind::Stream, OWNER);
    socket.set_outbox(6, 0, true);
    assert!(offer(&mut socket, Sender::Anyone, b"begun."));
    socket.outbox().advance(2);
    assert!(offer(&mut socket, Sender::Anyone, b"old..."));
    assert!(offer(&mut socket, Sender::Urgent, b"!"));
    assert!(
        offer(&mut socket, Sender::Anyone, b"new..."),
        "`old...` goes"
    );
    assert_eq!(content(&mut socket), b"gun.!new...");
    assert!(
        offer(&mut socket, Sender::Anyone, b"longer than the limit"),
        "`new...` goes"
    );
    assert_eq!(content(&mut socket), b"gun.!longer than the limit");
    assert!(
        offer(&mut socket, Sender::Anyone, b"newest"),
        "so does what is longer than the limit"
    );
    assert_eq!(content(&mut socket), b"gun.!newest");
    assert_eq!(socket.traffic.dropped, 3);
    socket.outbox().advance(5);
    assert!(
        offer(&mut socket, Sender::Anyone, b"next"),
        "`newest` is the first now, and not begun"
    );
    assert!(offer(&mut socket, Sender::Anyone, b"..."));
    assert_eq!(content(&mut socket), b"newestnext...");
    assert!(
        offer(&mut socket, Sender::Anyone, b"last"),
        "`newest` goes, which makes `next` the first"
    );
    assert_eq!(content(&mut socket), b"next...last");
}

#[test]
fn facts_about_the_outbox_are_told_once_each() {
    let fake = Fake::default();
    let (near, far) = fake.pair().unwrap();
    let mut near = Socket::new(near, Kind::Stream, OWNER);
    let mut far = Socket::new(far, Kind::Stream, 2);
    let blocked = |socket: &Socket| socket.fact(10, OutboxWatch::Blocked);
    let emptied = |socket: &Socket| socket.fact(10, OutboxWatch::Emptied);
    near.expect_report();
    assert_eq!(
        (blocked(&near), emptied(&near)),
        (None, Some(socket_event::EMPTIED))
    );
    assert!(offer(&mut near, Sender::Anyone, MESSAGE));
    assert_eq!(
        (blocked(&near), emptied(&near)),
        (None, None),
        "the system was not asked yet"
    );
    near.flush(&fake);
    assert_eq!(
        (blocked(&near), emptied(&near)),
        (Some(socket_event::BLOCKED), None)
    );
    assert!(near.pauses_reading(10) && !near.pauses_reading(1000));
    near.register(&fake, 0, 0).unwrap();
    far.register(&fake, 0, 1).unwrap();
    while near.pending() > 0 {
        assert_eq!(emptied(&near), None);
        let _ = far.read(&fake, &mut [0; 5]);
        turn(&fake, &mut [&mut near, &mut far]).unwrap();
    }
    assert_eq!(
        (blocked(&near), emptied(&near)),
        (None, Some(socket_event::EMPTIED))
    );
    assert!(!near.pauses_reading(0));
    assert_eq!(near.fact(0, OutboxWatch::Nothing), None);
    near.give_up();
    assert_eq!(
        near.fact(0, OutboxWatch::Nothing),
        Some(socket_event::CLOSED)
    );
}

#[test]
fn the_end_of_the_stream_stays_where_it_was_said_to_be() {
    let fake = Fake::default();
    let (near, far) = fake.pair().unwrap();
    let mut near = Socket::new(near, Kind::Stream, OWNER);
    let mut far = Socket::new(far, Kind::Stream, 2);
    near.register(&fake, 0, 0).unwrap();
    far.register(&fake, 0, 1).unwrap();
    assert_eq!(
        (
            near.acknowledged(&fake).unwrap(),
            near.outbox_end(&fake).unwrap()
        ),
        (0, 0)
    );
    assert!(offer(&mut near, Sender::Anyone, MESSAGE));
    let end = MESSAGE.len() as u64;
    near.flush(&fake);
    let mut read = 0;
    while read < end {
        assert_eq!(near.outbox_end(&fake).unwrap(), end);
        assert_eq!(near.acknowledged(&fake).unwrap(), read);
        read += far.read(&fake, &mut [0; 5]).unwrap_or(0) as u64;
        turn(&fake, &mut [&mut near, &mut far]).unwrap();
    }
    assert_eq!(near.acknowledged(&fake).unwrap(), end);
}

const OWNER: Pid = 1;

fn offer(socket: &mut Socket, sender: Sender, message: &[u8]) -> bool {
    socket.offer_message(message.len(), sender, |outbox| outbox.copy(message))
}

fn content(socket: &mut Socket) -> Vec<u8> {
    let mut slices = [IoSlice::new(&[]); MOST_PIECES];
    let count = socket.outbox().slices(&mut slices);
    slices[..count]
        .iter()
        .flat_map(|slice| slice.to_vec())
        .collect()
}

#[test]
fn a_short_read_is_not_followed_by_another_try() {
    let fake = Fake::default();
    let address = "127.0.0.1:9".parse().unwrap();
    let listener = fake.listen(address, 1).unwrap();
    let mut client = Socket::new(fake.connect(address).unwrap(), Kind::Stream, 1);
    let mut server = Socket::new(fake.accept(listener).unwrap().fd, Kind::Stream, 1);
    offer(&mut client, Sender::Anyone, b"abc");
    client.flush(&fake);
    let mut buffer = [0; 4];
    assert_eq!(server.read(&fake, &mut buffer), Ok(3));
    assert!(!server.can_read());
    offer(&mut client, Sender::Anyone, b"defg");
    client.flush(&fake);
    let event = Event {
        token: 0,
        readable: true,
        writable: true,
        ended: false,
    };
    server.report(&fake, &event);
    assert_eq!(server.read(&fake, &mut buffer), Ok(4));
    assert!(server.can_read(), "a full read may have left something");
}

#[test]
fn the_end_of_the_stream_is_seen_after_its_last_bytes() {
    let fake = Fake::default();
    let address = "127.0.0.1:9".parse().unwrap();
    let listener = fake.listen(address, 1).unwrap();
    let mut client = Socket::new(fake.connect(address).unwrap(), Kind::Stream, 1);
    let mut server = Socket::new(fake.accept(listener).unwrap().fd, Kind::Stream, 1);
    offer(&mut client, Sender::Anyone, b"abc");
    client.close(&fake);
    // One report tells of the bytes and of the end; no second one will come.
    server.report(
        &fake,
        &Event {
            token: 0,
            readable: true,
            writable: true,
            ended: true,
        },
    );
    let mut buffer = [0; 9];
    assert_eq!(server.read(&fake, &mut buffer), Ok(3));
    assert_eq!(server.read(&fake, &mut buffer), Err(Failure::END));
    assert_eq!(server.read(&fake, &mut buffer), Err(Failure::END));
}

#[test]
fn a_sealed_socket_sends_what_it_has_and_ends_its_stream_when_it_is_told_to() {
    let fake = Fake::default();
    let address = "127.0.0.1:9".parse().unwrap();
    let listener = fake.listen(address, 1).unwrap();
    let mut client = Socket::new(fake.connect(address).unwrap(), Kind::Stream, 1);
    let mut server = Socket::new(fake.accept(listener).unwrap().fd, Kind::Stream, 1);
    offer(&mut server, Sender::Anyone, b"bye");
    server.seal();
    assert!(server.refuses_bytes());
    server.flush(&fake);
    let mut buffer = [0; 9];
    assert_eq!(client.read(&fake, &mut buffer), Ok(3));
    assert_eq!(client.read(&fake, &mut buffer), Err(Failure::WouldBlock));
    server.end_sending(&fake);
    client.hope(Direction::Read);
    assert_eq!(client.read(&fake, &mut buffer), Err(Failure::END));
}
