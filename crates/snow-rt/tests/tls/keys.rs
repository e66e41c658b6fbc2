//! The committed certificates, and the calls of the table for actors in these tests.

use snow_rt::abi::tls;

use crate::support::{Actor, Answer};

/// Path of a committed file.
pub fn file(name: &str) -> String {
    format!("{}/../../tests/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn answer<T>(actor: Actor, value: T) -> Answer<T> {
    // SAFETY: the context is that of the running actor.
    match unsafe { (*actor.0).error } {
        0 => Ok(value),
        code => Err(i64::from(code)),
    }
}

/// A server's configuration from two files.
pub fn configure(actor: Actor, certificate: &str, key: &str) -> Answer<i64> {
    let (certificate, key) = (
        actor.bytes(certificate.as_bytes()),
        actor.bytes(key.as_bytes()),
    );
    // SAFETY: the actor runs here, and the values are its own; they end with it.
    let config = unsafe { tls::snow_tls_server(actor.0, certificate, key) };
    answer(actor, config)
}

/// The usual configuration.
pub fn server(actor: Actor) -> i64 {
    configure(actor, &file("server.pem"), &file("server.key")).unwrap()
}

/// Other files for a configuration.
pub fn reload(actor: Actor, config: i64, certificate: &str, key: &str) -> Answer<()> {
    let (certificate, key) = (
        actor.bytes(certificate.as_bytes()),
        actor.bytes(key.as_bytes()),
    );
    // SAFETY: as above.
    unsafe { tls::snow_tls_reload(actor.0, config, certificate, key) };
    answer(actor, ())
}

/// Gives a configuration up.
pub fn release(actor: Actor, config: i64) {
    // SAFETY: the actor runs here.
    unsafe { tls::snow_tls_release(actor.0, config) };
}

/// The server's side of a handshake.
pub fn accept(actor: Actor, socket: i64, config: i64, deadline: i64) -> Answer<()> {
    // SAFETY: the actor runs here.
    unsafe { tls::snow_tls_accept(actor.0, socket, config, deadline) };
    answer(actor, ())
}

/// The client's side.
pub fn connect(actor: Actor, socket: i64, name: &str) -> Answer<()> {
    let (name, authorities) = (
        actor.bytes(name.as_bytes()),
        actor.bytes(file("ca.pem").as_bytes()),
    );
    // SAFETY: the actor runs here, and the values are its own; they end with it.
    unsafe { tls::snow_tls_connect(actor.0, socket, name, authorities, -1) };
    answer(actor, ())
}

/// Makes the two ends of a connection, or of a chain of them, the client and the server of a
/// session.
pub fn encrypt(actor: Actor, client: i64, server_side: i64) {
    let config = server(actor);
    actor.spawn(move |other| connect(other, client, "localhost").unwrap());
    accept(actor, server_side, config, -1).unwrap();
    release(actor, config);
}

/// An encrypted connection: client, server.
pub fn pair(actor: Actor) -> (i64, i64) {
    let (client, server_side) = actor.pair();
    encrypt(actor, client, server_side);
    (client, server_side)
}
