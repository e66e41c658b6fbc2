//! Encrypted sockets between actors, and against a client that is not ours: one behaviour a file.

mod arrival;
mod begin;
mod end;
mod files;
mod foreign;
mod keys;
#[path = "../sockets/support.rs"]
#[allow(
    dead_code,
    reason = "shared with the tests of plain sockets, which use all of it"
)]
mod support;
mod transfer;
