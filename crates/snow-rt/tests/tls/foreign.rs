//! The server's side against a client that is not ours: versions, protocols, tickets, the
//! certificate that is shown.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, ProtocolVersion, RootCertStore, StreamOwned,
    SupportedProtocolVersion,
};

use crate::keys::{self, file};
use crate::support::{run, Actor};

fn config(versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(file("ca.pem")).unwrap())
        .unwrap();
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Sends a line from a thread of its own, reads it back, and says what `look` saw of the
/// connection.
fn visit<R: Send + 'static>(
    main: Actor,
    listener: i64,
    server: i64,
    client: &Arc<ClientConfig>,
    look: impl FnOnce(&ClientConnection) -> R + Send + 'static,
) -> R {
    let port = main
        .local(listener)
        .rsplit(':')
        .next()
        .unwrap()
        .parse::<u16>()
        .unwrap();
    let client = client.clone();
    let thread = std::thread::spawn(move || {
        let connection =
            ClientConnection::new(client, ServerName::try_from("127.0.0.1").unwrap()).unwrap();
        let mut stream =
            StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).unwrap());
        stream.write_all(b"from outside").unwrap();
        let mut echo = Vec::new();
        stream.read_to_end(&mut echo).unwrap();
        assert_eq!(echo, b"from outside");
        look(&stream.conn)
    });
    let socket = main.accept(listener, -1).unwrap();
    keys::accept(main, socket, server, -1).unwrap();
    let line = main.read_exactly(socket, 12);
    main.write(socket, &line, -1).unwrap();
    main.close(socket);
    thread.join().unwrap()
}

#[test]
fn both_versions_are_spoken() {
    run(|main| {
        let (listener, _) = main.listen();
        let server = keys::server(main);
        for (version, number) in [
            (&rustls::version::TLS12, ProtocolVersion::TLSv1_2),
            (&rustls::version::TLS13, ProtocolVersion::TLSv1_3),
        ] {
            let mut client = config(&[version]);
            client.alpn_protocols = vec![b"http/1.1".to_vec()];
            let look = |connection: &ClientConnection| {
                (
                    connection.protocol_version(),
                    connection.alpn_protocol().map(<[u8]>::to_vec),
                )
            };
            let seen = visit(main, listener, server, &Arc::new(client), look);
            assert_eq!(seen, (Some(number), Some(b"http/1.1".to_vec())));
        }
    });
}

#[test]
fn a_ticket_makes_the_second_handshake_short() {
    run(|main| {
        let (listener, _) = main.listen();
        let server = keys::server(main);
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let client = Arc::new(config(&[version]));
            let kinds = [0, 1].map(|_| {
                visit(main, listener, server, &client, |seen| {
                    seen.handshake_kind()
                })
            });
            assert_eq!(
                kinds,
                [Some(HandshakeKind::Full), Some(HandshakeKind::Resumed)]
            );
        }
    });
}

#[test]
fn connections_after_a_reload_see_the_new_certificate() {
    run(|main| {
        let (listener, _) = main.listen();
        let server = keys::server(main);
        let client = Arc::new(config(rustls::ALL_VERSIONS));
        for name in ["server", "renewed"] {
            let shown = visit(main, listener, server, &client, |seen| {
                seen.peer_certificates().unwrap()[0].to_vec()
            });
            assert_eq!(
                shown,
                CertificateDer::from_pem_file(file(&format!("{name}.pem")))
                    .unwrap()
                    .to_vec()
            );
            keys::reload(main, server, &file("renewed.pem"), &file("renewed.key")).unwrap();
        }
    });
}
