//! Sessions on the scripted system, where eight bytes move at a time: the handshake works in parts,
//! and whatever fails, nothing stays open and no actor waits for ever.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ServerConfig};

use super::*;
use crate::io::fake::Fake;
use crate::io::poller::Poller;
use crate::net::socket::{Kind, Socket};
use crate::tls::config;

/// Operations that fail one by one from the start; later ones only now and then, as a handshake has
/// thousands.
const FAIL_EACH: usize = 60;
const FAIL_EVERY: usize = 97;
/// Rounds after which nothing is going to happen any more.
const PATIENCE: usize = 20_000;

struct Keys {
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

fn keys() -> Keys {
    let file = |name: &str| format!("{}/../../tests/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    Keys {
        server: config::server(&file("server.pem"), &file("server.key")).unwrap(),
        client: config::client(&file("ca.pem")).unwrap(),
    }
}

fn sides(keys: &Keys) -> [Session; 2] {
    let name = ServerName::try_from("localhost").unwrap();
    let client = UnbufferedClientConnection::new(keys.client.clone(), name).unwrap();
    let server = UnbufferedServerConnection::new(keys.server.clone()).unwrap();
    [
        Session::new(Side::Client(client)),
        Session::new(Side::Server(server)),
    ]
}

/// Everything that both sides do until the server has read `message`. Sockets end up in `open`.
fn send_once(
    fake: &Fake,
    keys: &Keys,
    open: &mut Vec<Socket>,
    message: &[u8],
) -> Result<Vec<u8>, Failure> {
    let address = "127.0.0.1:9".parse().unwrap();
    let listener = fake
        .listen(address, 1)
        .map_err(|error| Failure::from(&error))?;
    open.push(Socket::new(listener, Kind::Listener, 1));
    for (number, session) in sides(keys).into_iter().enumerate() {
        let fd = if number == 0 {
            fake.connect(address)
        } else {
            fake.accept(listener).map(|accepted| accepted.fd)
        };
        open.push(Socket::new(
            fd.map_err(|error| Failure::from(&error))?,
            Kind::Stream,
            1,
        ));
        let socket = open.last_mut().expect("it was just put there");
        socket.install(Box::new(session))?;
        socket
            .register(fake, 0, number as i64)
            .map_err(|error| Failure::from(&error))?;
    }
    let [_, client, server] = &mut open[..] else {
        unreachable!("three sockets were made")
    };
    client.offer_awaited(message.len(), |outbox| outbox.copy(message));
    let (mut received, mut ready) = (Vec::new(), false);
    for _ in 0..PATIENCE {
        for socket in [&mut *client, &mut *server] {
            match socket.shake(fake) {
                Ok(_) | Err(Failure::WouldBlock) => drop(socket.flush(fake)),
                Err(failure) => return Err(failure),
            }
        }
        ready = ready || matches!(server.shake(fake), Ok(true));
        if ready {
            let mut room = [0; 100];
            match server.read(fake, &mut room) {
                Ok(count) => received.extend(&room[..count]),
                Err(Failure::WouldBlock) => {}
                Err(failure) => return Err(failure),
            }
        }
        if received.len() >= message.len() {
            return Ok(received);
        }
        if client.is_broken() || server.is_broken() {
            return Err(Failure::Closed("broken"));
        }
        let mut events = Vec::new();
        fake.wait(&mut events, None)
            .map_err(|error| Failure::from(&error))?;
        for event in &events {
            let socket = if event.token == 0 {
                &mut *client
            } else {
                &mut *server
            };
            drop(socket.report(fake, event));
        }
    }
    panic!("nothing moves any more")
}

#[test]
fn a_message_arrives_and_when_an_operation_fails_everything_is_closed() {
    let (keys, message) = (keys(), vec![3; 500]);
    let mut n = 0;
    loop {
        let fake = Fake::failing_at(n);
        let mut open = Vec::new();
        let outcome = send_once(&fake, &keys, &mut open, &message);
        for socket in open {
            drop(socket.close(&fake));
        }
        assert!(
            fake.all_closed(),
            "open descriptors when operation {n} fails"
        );
        if !fake.fired() {
            assert_eq!(outcome.unwrap(), message);
            assert!(
                n > 300,
                "the script has too few operations to be a handshake"
            );
            return;
        }
        n += if n < FAIL_EACH { 1 } else { FAIL_EVERY };
    }
}

#[test]
fn small_pieces_are_gathered_into_few_records() {
    let keys = keys();
    let fake = Fake::default();
    let mut open = Vec::new();
    send_once(&fake, &keys, &mut open, b"x").unwrap();
    let [mut client, mut server] = sides(&keys);
    let (mut there, mut back) = (Vec::new(), Vec::new());
    while client.side.state().is_handshaking() || server.side.state().is_handshaking() {
        client.process(&mut back, &mut [], &mut 0);
        there.append(&mut client.unsent);
        server.process(&mut there, &mut [], &mut 0);
        (there, back) = (Vec::new(), mem::take(&mut server.unsent));
    }
    let mut outbox = Outbox::default();
    for _ in 0..100 {
        outbox.copy(&[1; 150]);
    }
    let (length, plain) = buffers::with(|buffers| client.seal(&mut outbox, buffers)).unwrap();
    assert_eq!((plain, outbox.pending()), (15_000, 0));
    assert!(length < 15_000 + 2 * 64, "{length} bytes on the wire");
    for socket in open {
        drop(socket.close(&fake));
    }
}

#[test]
fn the_end_of_the_stream_counts_ciphertext() {
    let fake = Fake::default();
    let mut open = Vec::new();
    send_once(&fake, &keys(), &mut open, b"hello").unwrap();
    let [_, client, server] = &mut open[..] else {
        unreachable!("three sockets were made")
    };
    // Three records, the last of which is not full.
    let message = vec![7; 2 * RECORD + 1000];
    assert!(client.offer_awaited(message.len(), |outbox| outbox.copy(&message)));
    let end = client.outbox_end(&fake).unwrap();
    client.flush(&fake);
    let mut received = 0;
    let mut room = [0; 100];
    while received < message.len() {
        assert_eq!(
            client.outbox_end(&fake).unwrap(),
            end,
            "{received} bytes were received"
        );
        received += server.read(&fake, &mut room).unwrap_or(0);
        let mut events = Vec::new();
        fake.wait(&mut events, None).unwrap();
        for event in &events {
            match event.token {
                0 => drop(client.report(&fake, event)),
                _ => drop(server.report(&fake, event)),
            }
        }
    }
    assert_eq!(client.acknowledged(&fake).unwrap(), end);
    open.into_iter()
        .for_each(|socket| drop(socket.close(&fake)));
}
