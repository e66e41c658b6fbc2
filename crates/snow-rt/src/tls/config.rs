//! Configurations: what servers and clients begin their sessions with.
//!
//! In: paths of PEM files. Out: handles of servers' configurations, and shared configurations for
//! sessions. Promised: a handle never names another configuration than its own, and a failed change
//! leaves the old one in place.

use std::sync::Arc;

use parking_lot::Mutex;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, Error, RootCertStore, ServerConfig};

use super::{pem, usable};
use crate::net::failure::Failure;

/// What is spoken above TLS. Clients that offer something else only are refused (RFC 7301 section
/// 3.2).
const PROTOCOL: &[u8] = b"http/1.1";

/// The servers' configurations. A handle is an index and a generation; there are a few of them, and
/// they are looked up once a connection.
static SERVERS: Mutex<Vec<Slot>> = Mutex::new(Vec::new());

struct Slot {
    generation: i64,
    config: Option<Arc<ServerConfig>>,
}

/// A new server's configuration.
pub fn add(certificate: &str, key: &str) -> Result<i64, Failure> {
    let config = server(certificate, key)?;
    let mut servers = SERVERS.lock();
    let index = servers
        .iter()
        .position(|slot| slot.config.is_none())
        .unwrap_or(servers.len());
    if index == servers.len() {
        servers.push(Slot {
            generation: 0,
            config: None,
        });
    }
    let slot = &mut servers[index];
    slot.generation += 1;
    slot.config = Some(config);
    Ok(slot.generation << 32 | index as i64)
}

/// The configuration that connections begin with now.
pub fn get(handle: i64) -> Result<Arc<ServerConfig>, Failure> {
    with(handle, |config| config.clone())
}

/// Reads a server's files anew.
pub fn reload(handle: i64, certificate: &str, key: &str) -> Result<(), Failure> {
    // Not under the lock: accepting goes on while files are read.
    let fresh = server(certificate, key)?;
    with(handle, |config| *config = fresh)
}

/// Gives a handle up. One that is stale is ignored.
pub fn release(handle: i64) {
    if let Some(slot) = SERVERS.lock().get_mut(handle as u32 as usize) {
        if slot.generation == handle >> 32 {
            slot.config = None;
        }
    }
}

fn with<R>(handle: i64, use_it: impl FnOnce(&mut Arc<ServerConfig>) -> R) -> Result<R, Failure> {
    let mut servers = SERVERS.lock();
    let slot = servers
        .get_mut(handle as u32 as usize)
        .filter(|slot| slot.generation == handle >> 32);
    let config = slot.and_then(|slot| slot.config.as_mut());
    config
        .map(use_it)
        .ok_or_else(|| Failure::Invalid("the TLS configuration was released".into()))
}

/// A server's configuration from files.
pub fn server(certificate: &str, key: &str) -> Result<Arc<ServerConfig>, Failure> {
    let chain = pem::certificates(certificate)?;
    let secret = pem::key(key)?;
    if let Some(words) = usable::key_problem(&secret) {
        return Err(Failure::Invalid(format!("the key in {key} {words}")));
    }
    if let Some(words) = owner_problem(&chain, &secret).or_else(|| usable::order_problem(&chain)) {
        return Err(Failure::Invalid(format!(
            "the certificates in {certificate} are in the wrong order: {words}"
        )));
    }
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::System(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| match error {
            Error::InconsistentKeys(_) => Failure::Invalid(format!(
                "the key in {key} does not belong to the certificate in {certificate}"
            )),
            Error::InvalidCertificate(reason) => Failure::Invalid(format!(
                "the certificate in {certificate} cannot be used: {reason:?}"
            )),
            other => Failure::Invalid(format!("the key in {key} cannot be used: {other}")),
        })?;
    // Resumption by tickets alone: they are sealed with keys that change every few hours, and cost
    // the server nothing to keep. A new configuration has new ticket keys, so nobody resumes what
    // an old certificate has begun.
    config.ticketer = ring::Ticketer::new().map_err(|error| Failure::System(error.to_string()))?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}

/// The key belongs to a certificate of the chain, but not to the first.
fn owner_problem(
    chain: &[CertificateDer<'static>],
    secret: &PrivateKeyDer<'static>,
) -> Option<String> {
    let key = ring::default_provider()
        .key_provider
        .load_private_key(secret.clone_key())
        .ok()?;
    let is_owner = |certificate: &CertificateDer<'static>| {
        CertifiedKey::new(vec![certificate.clone()], key.clone())
            .keys_match()
            .is_ok()
    };
    match chain.iter().position(is_owner)? {
        0 => None,
        at => Some(format!(
            "the key belongs to certificate {}, which must be the first; then comes who signed it",
            at + 1
        )),
    }
}

/// A client's configuration that trusts the authorities in a file and nobody else.
pub fn client(authorities: &str) -> Result<Arc<ClientConfig>, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(authorities)? {
        roots.add(certificate).map_err(|error| {
            Failure::Invalid(format!(
                "a certificate in {authorities} cannot be used: {error}"
            ))
        })?;
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::System(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(Arc::new(config))
}
