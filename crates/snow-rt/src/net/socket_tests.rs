//! Sockets on the scripted system: what is sent arrives in order and in parts, and whatever fails, nothing stays open.

use super::*;
use crate::io::fake::Fake;

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
    from.outbox().copy(message);
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

/// Everything a server and a client do to echo one message; sockets end up in `open`, whatever happens.
fn echo_once(fake: &Fake, open: &mut Vec<Socket>) -> io::Result<Vec<u8>> {
    let address = "127.0.0.1:9".parse().unwrap();
    open.push(Socket::new(fake.listen(address, 1)?, Kind::Listener, 1));
    open[0].register(fake, 0, 0)?;
    open.push(Socket::new(fake.connect(address)?, Kind::Connecting, 2));
    fake.connected(open[1].fd)?;
    open[1].connected();
    turn(fake, &mut [&mut open[0]])?;
    let accepted = open[0].accept(fake)?;
    open.push(Socket::new(accepted, Kind::Stream, 1));
    let [listener, client, server] = &mut open[..] else { unreachable!("three sockets were made") };
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
        assert!(fake.all_closed(), "open descriptors when operation {n} fails");
        if !fake.fired() {
            assert_eq!(outcome.unwrap(), MESSAGE);
            assert!(n > 20, "the script has too few operations to be an echo");
            return;
        }
    }
}

#[test]
fn one_message_beyond_the_limit_fits_into_an_empty_outbox_only() {
    let mut socket = Socket::new(-1, Kind::Stream, OWNER);
    socket.set_outbox(10, 0, false);
    assert!(offer(&mut socket, Sender::Anyone, &[0; 100]));
    assert!(!offer(&mut socket, Sender::Anyone, &[0; 1]));
    socket.outbox().advance(95);
    assert!(!offer(&mut socket, Sender::Anyone, &[0; 6]));
    assert!(offer(&mut socket, Sender::Anyone, &[0; 5]));
    assert_eq!(socket.traffic, Traffic { messages: 2, bytes: 105, dropped: 2 });
}

#[test]
fn the_owner_has_slack_and_what_is_urgent_always_fits() {
    let mut socket = Socket::new(-1, Kind::Stream, OWNER);
    socket.set_outbox(10, 5, false);
    assert!(offer(&mut socket, Sender::Actor(2), &[0; 10]));
    assert!(!offer(&mut socket, Sender::Actor(2), &[0; 1]));
    assert!(offer(&mut socket, Sender::Actor(OWNER), &[0; 5]));
    assert!(!offer(&mut socket, Sender::Actor(OWNER), &[0; 1]));
    assert!(offer(&mut socket, Sender::Urgent, &[0; 100]));
    assert_eq!(socket.pending(), 115);
    assert_eq!(socket.traffic, Traffic { messages: 2, bytes: 15, dropped: 2 });
}

#[test]
fn the_oldest_make_room_but_what_is_begun_or_urgent_stays() {
    let mut socket = Socket::new(-1, Kind::Stream, OWNER);
    assert!(offer(&mut socket, Sender::Anyone, b"before"));
    socket.set_outbox(12, 0, true);
    assert!(offer(&mut socket, Sender::Anyone, b"begun."));
    socket.outbox().advance(8);
    assert!(offer(&mut socket, Sender::Anyone, b"old..."));
    assert!(offer(&mut socket, Sender::Urgent, b"!"));
    assert!(offer(&mut socket, Sender::Anyone, b"new..."), "`old...` goes");
    assert_eq!(content(&mut socket), b"gun.!new...");
    assert!(offer(&mut socket, Sender::Anyone, b"longer than the limit"), "`new...` goes");
    assert_eq!(content(&mut socket), b"gun.!longer than the limit");
    assert_eq!(socket.traffic.dropped, 2);
    socket.outbox().advance(26);
    assert!(offer(&mut socket, Sender::Anyone, b"and"), "marks have kept step");
    assert_eq!(content(&mut socket), b"and");
}

const OWNER: Pid = 1;

fn offer(socket: &mut Socket, sender: Sender, message: &[u8]) -> bool {
    socket.offer_message(message.len(), sender, |outbox| outbox.copy(message))
}

fn content(socket: &mut Socket) -> Vec<u8> {
    let mut slices = [IoSlice::new(&[]); MOST_PIECES];
    let count = socket.outbox().slices(&mut slices);
    slices[..count].iter().flat_map(|slice| slice.to_vec()).collect()
}

#[test]
fn a_short_read_is_not_followed_by_another_try() {
    let fake = Fake::default();
    let address = "127.0.0.1:9".parse().unwrap();
    let listener = fake.listen(address, 1).unwrap();
    let mut client = Socket::new(fake.connect(address).unwrap(), Kind::Stream, 1);
    let mut server = Socket::new(fake.accept(listener).unwrap(), Kind::Stream, 1);
    client.outbox().copy(b"abc");
    client.flush(&fake);
    let mut buffer = [0; 4];
    assert_eq!(server.read(&fake, &mut buffer), Ok(3));
    assert!(!server.can_read());
    client.outbox().copy(b"defg");
    client.flush(&fake);
    let event = Event { token: 0, readable: true, writable: true, ended: false };
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
    let mut server = Socket::new(fake.accept(listener).unwrap(), Kind::Stream, 1);
    client.outbox().copy(b"abc");
    client.close(&fake);
    // One report tells of the bytes and of the end; no second one will come.
    server.report(&fake, &Event { token: 0, readable: true, writable: true, ended: true });
    let mut buffer = [0; 9];
    assert_eq!(server.read(&fake, &mut buffer), Ok(3));
    assert_eq!(server.read(&fake, &mut buffer), Err(Failure::END));
    assert_eq!(server.read(&fake, &mut buffer), Err(Failure::END));
}
