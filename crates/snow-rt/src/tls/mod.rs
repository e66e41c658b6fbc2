//! TLS: a session that stands between a socket's wire and its users, and the configurations that
//! sessions begin with.
//!
//! In: PEM files, sockets. Out: the same sockets, whose calls now take and give plaintext.
//! Promised: versions 1.2 and 1.3 only, certificates are always verified, idle sessions hold no
//! buffers: one costs 3.4 KB beside its socket, all of it keys and state of rustls (4,000 idle
//! connections, TLS 1.3). Only `abi::tls` leads here, so the linker leaves all of this, and rustls
//! with it, out of programs that do not use it.
//!
//! Everything here runs with plenty of stack (`sched::big_stack`) and under the socket's lock.

/// Buffers of a thread.
mod buffers;
/// Certificates, keys, authorities.
pub mod config;
/// Elements of keys and certificates.
mod der;
/// Beginning a session.
pub mod handshake;
/// PEM files.
mod pem;
/// A session.
pub mod session;
/// Keys and chains that cannot be used, in words.
mod usable;
