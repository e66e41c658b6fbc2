//! The contract of a session, whatever library stands behind it: [`Pair::new`] is all that knows
//! one. The seam is `Layer` above and `Wire` below.

use std::io::IoSlice;
use std::os::fd::RawFd;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::ServerConfig;

use super::*;
use crate::io::fake::Fake;
use crate::io::poller::Poller;
use crate::tls::config;

/// Rounds after which nothing is going to happen any more.
const PATIENCE: usize = 100_000;
const CLIENT: usize = 0;
const SERVER: usize = 1;

fn file(name: &str) -> String {
    format!("{}/../../tests/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// One side: a session and the descriptor of its wire.
struct End {
    session: Session,
    fd: RawFd,
}

impl End {
    /// Calls `act` with a wire on which both directions may give something.
    fn on_wire<R>(&mut self, fake: &Fake, act: impl FnOnce(&mut Session, &mut Wire<'_>) -> R) -> R {
        let (mut readable, mut writable, mut ended) = (true, true, false);
        let mut wire = Wire {
            poller: fake,
            fd: self.fd,
            readable: &mut readable,
            writable: &mut writable,
            ended: &mut ended,
            inside: false,
        };
        act(&mut self.session, &mut wire)
    }

    /// Room that the session has for bytes of messages, in or out.
    fn buffered(&self) -> usize {
        let Session {
            kept,
            plain,
            unsent,
            ..
        } = &self.session;
        kept.capacity() + plain.capacity() + unsent.capacity()
    }
}

/// Two sessions that talk to each other.
struct Pair {
    fake: Fake,
    ends: [End; 2],
}

impl Pair {
    /// Sessions before their handshake, on a wire that holds so many bytes in each direction.
    fn new(wire: usize, server: Arc<ServerConfig>) -> Pair {
        let name = ServerName::try_from("localhost").unwrap();
        let client = config::client(&file("ca.pem")).unwrap();
        let client = UnbufferedClientConnection::new(client, name).unwrap();
        let server = UnbufferedServerConnection::new(server).unwrap();
        let fake = Fake::with_room(wire);
        let (near, far) = fake.pair().unwrap();
        let ends = [(Side::Client(client), near), (Side::Server(server), far)].map(|(side, fd)| {
            let session = Session::new(side);
            End { session, fd }
        });
        Pair { fake, ends }
    }

    /// Sessions after their handshake.
    fn ready(wire: usize) -> Pair {
        let server = config::server(&file("server.pem"), &file("server.key")).unwrap();
        let mut pair = Pair::new(wire, server);
        pair.shake();
        pair
    }

    fn shake(&mut self) {
        let mut done = [false; 2];
        for _ in 0..PATIENCE {
            for (end, done) in self.ends.iter_mut().zip(&mut done) {
                end.on_wire(&self.fake, |session, wire| {
                    session.write(wire, None).unwrap();
                    match session.shake(wire) {
                        Ok(ready) => *done = ready,
                        Err(Failure::WouldBlock) => {}
                        Err(failure) => panic!("{failure:?}"),
                    }
                });
            }
            if done == [true; 2] {
                return;
            }
        }
        panic!("the handshake does not end");
    }

    /// Sends a message from one side, and answers what the other one has read.
    fn carry(&mut self, from: usize, message: &[u8]) -> Vec<u8> {
        let mut outbox = Outbox::default();
        outbox.copy(message);
        let mut received = Vec::new();
        for _ in 0..PATIENCE {
            self.send(from, Some(&mut outbox));
            match self.read(1 - from, 1000) {
                Ok(bytes) => received.extend(bytes),
                Err(Failure::WouldBlock) => {}
                Err(failure) => panic!("{failure:?}"),
            }
            if received.len() >= message.len() {
                return received;
            }
        }
        panic!("{} of {} bytes came", received.len(), message.len());
    }

    fn send(&mut self, from: usize, outbox: Option<&mut Outbox>) {
        self.ends[from]
            .on_wire(&self.fake, |session, wire| session.write(wire, outbox))
            .unwrap();
    }

    fn read(&mut self, at: usize, most: usize) -> Result<Vec<u8>, Failure> {
        let mut room = vec![0; most];
        let read = self.ends[at].on_wire(&self.fake, |session, wire| session.read(wire, &mut room));
        read.map(|count| room[..count].to_vec())
    }

    /// Both sides read what is there but plaintext: tickets of the handshake, for example.
    fn settle(&mut self) {
        assert_eq!(self.carry(CLIENT, b"?"), b"?");
        assert_eq!(self.carry(SERVER, b"!"), b"!");
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

#[test]
fn the_plaintext_does_not_depend_on_how_the_wire_is_cut() {
    // A record's head has 5 bytes, its type and tag 17, and a full one is 16,406 long.
    for wire in [1, 2, 5, 21, 22, 23, 1000, 16_405, 16_406, 16_407, 1 << 20] {
        let mut pair = Pair::ready(wire);
        for size in [1, 20, RECORD, RECORD + 1, 3 * RECORD] {
            // A wire of few bytes takes many turns: there, small messages are enough.
            if size <= wire * 1000 {
                let message = pattern(size);
                assert_eq!(pair.carry(CLIENT, &message), message, "{size} over {wire}");
                assert_eq!(pair.carry(SERVER, &message), message, "{size} over {wire}");
            }
        }
    }
}

#[test]
fn an_idle_session_has_no_room_for_bytes_of_messages() {
    let mut pair = Pair::ready(1 << 20);
    pair.settle();
    pair.carry(SERVER, &pattern(3 * RECORD));
    for end in &pair.ends {
        assert_eq!(end.buffered(), 0);
        assert_eq!((end.session.pending(), end.session.wire_length(0)), (0, 0));
        assert!(!end.session.has_plaintext());
    }
}

#[test]
fn what_is_under_way_is_held_and_given_back() {
    let mut pair = Pair::ready(100);
    pair.settle();
    let mut outbox = Outbox::default();
    outbox.copy(&pattern(500));
    pair.send(CLIENT, Some(&mut outbox));
    assert_eq!(pair.read(SERVER, 1000), Err(Failure::WouldBlock));
    let [client, server] = &pair.ends;
    assert!(client.session.pending() > 0 && client.buffered() > 0);
    assert_eq!(server.buffered(), 100, "the part of the record that came");
    let mut received = Vec::new();
    while received.len() < 500 {
        pair.send(CLIENT, Some(&mut outbox));
        // A reader with little room leaves the rest in the session.
        received.extend(pair.read(SERVER, 300).unwrap_or_default());
        let left = pair.ends[SERVER].session.has_plaintext();
        assert_eq!(left, received.len() == 300, "{}", received.len());
    }
    assert_eq!(received, pattern(500));
    assert_eq!(pair.ends.each_ref().map(End::buffered), [0, 0]);
}

#[test]
fn a_session_goes_on_after_a_reload_and_the_next_one_shows_the_new_certificate() {
    let handle = config::add(&file("server.pem"), &file("server.key")).unwrap();
    let begun = |handle| {
        let mut pair = Pair::new(1000, config::get(handle).unwrap());
        pair.shake();
        pair
    };
    let shown = |pair: &Pair| {
        let chain = pair.ends[CLIENT].session.side.state().peer_certificates();
        chain.unwrap()[0].clone()
    };
    let mut old = begun(handle);
    config::reload(handle, &file("renewed.pem"), &file("renewed.key")).unwrap();
    let new = begun(handle);
    assert_ne!(shown(&old), shown(&new));
    old.settle();
    config::release(handle);
    old.settle();
}

#[test]
fn an_end_is_told_once_and_the_other_direction_lives() {
    let mut pair = Pair::ready(1000);
    pair.settle();
    assert!(pair.ends[CLIENT].session.end_plaintext());
    assert!(!pair.ends[CLIENT].session.end_plaintext());
    pair.send(CLIENT, None);
    assert_eq!(pair.read(SERVER, 10), Ok(Vec::new()));
    assert_eq!(pair.read(SERVER, 10), Ok(Vec::new()), "it stays the end");
    assert_eq!(pair.carry(SERVER, b"still here"), b"still here");
}

#[test]
fn nothing_is_read_after_a_violation_and_the_other_side_hears_of_it() {
    let mut pair = Pair::ready(1000);
    pair.settle();
    let forged = [23, 3, 3, 0, 20].into_iter().chain([9; 20]);
    let forged: Vec<u8> = forged.collect();
    pair.fake
        .write(pair.ends[CLIENT].fd, &[IoSlice::new(&forged)])
        .unwrap();
    // What stood behind it on the wire would be plaintext if it were looked at.
    let mut outbox = Outbox::default();
    outbox.copy(b"behind");
    pair.send(CLIENT, Some(&mut outbox));
    for _ in 0..2 {
        let outcome = pair.read(SERVER, 10);
        assert!(matches!(outcome, Err(Failure::Invalid(_))), "{outcome:?}");
    }
    assert!(!pair.ends[SERVER].session.end_plaintext());
    let alert = pair.read(CLIENT, 10);
    assert!(matches!(alert, Err(Failure::Invalid(_))), "{alert:?}");
}

#[test]
fn what_is_given_up_is_not_pending() {
    let mut pair = Pair::ready(100);
    pair.settle();
    let mut outbox = Outbox::default();
    outbox.copy(&pattern(500));
    pair.send(CLIENT, Some(&mut outbox));
    assert!(pair.ends[CLIENT].session.pending() > 0);
    pair.ends[CLIENT].session.give_up();
    assert_eq!(pair.ends[CLIENT].session.pending(), 0);
    assert_eq!(pair.ends[CLIENT].buffered(), 0);
}
