//! Beginning a session on a connection.
//!
//! In: a connected socket that has sent nothing. Out: the same socket, encrypted, or closed and a
//! reason. Promised: one deadline for the whole handshake; the last words of a failed one, its
//! alert, are offered to the other side.

use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::ServerName;
use rustls::server::UnbufferedServerConnection;
use snow_abi::layout::Context;

use super::config;
use super::session::{Session, Side};
use crate::net::failure::Failure;
use crate::net::ownership;
use crate::net::wait::{self, Deadline};
use crate::net::waiters::Direction;
use crate::sched::big_stack;

/// The server's side.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn accept(
    cx: *mut Context,
    handle: i64,
    server: i64,
    deadline: i64,
) -> Result<(), Failure> {
    let installed = big_stack::call(|| {
        let connection = UnbufferedServerConnection::new(config::get(server)?).map_err(refused)?;
        install(handle, Side::Server(connection))
    });
    // SAFETY: passed on.
    unsafe { finish(cx, handle, installed, deadline) }
}

/// The client's side: the server must be `name` to the authorities in the file.
///
/// # Safety
/// As for [`accept`].
pub unsafe fn connect(
    cx: *mut Context,
    handle: i64,
    name: &str,
    file: &str,
    deadline: i64,
) -> Result<(), Failure> {
    let installed = big_stack::call(|| {
        let name = ServerName::try_from(name.to_owned())
            .map_err(|_| Failure::Invalid(format!("`{name}` is not the name of a server")))?;
        let connection =
            UnbufferedClientConnection::new(config::client(file)?, name).map_err(refused)?;
        install(handle, Side::Client(connection))
    });
    // SAFETY: passed on.
    unsafe { finish(cx, handle, installed, deadline) }
}

fn refused(error: rustls::Error) -> Failure {
    Failure::Invalid(error.to_string())
}

fn install(handle: i64, side: Side) -> Result<(), Failure> {
    wait::with(handle, |socket, _| {
        socket.install(Box::new(Session::new(side)))
    })
    .and_then(|outcome| outcome)
}

unsafe fn finish(
    cx: *mut Context,
    handle: i64,
    installed: Result<(), Failure>,
    deadline: i64,
) -> Result<(), Failure> {
    let outcome = match installed {
        // SAFETY: passed on.
        Ok(()) => unsafe { shake(cx, handle, deadline) },
        Err(failure) => Err(failure),
    };
    if outcome.is_err() {
        // SAFETY: passed on.
        unsafe { ownership::close(cx, handle) };
    }
    outcome
}

unsafe fn shake(cx: *mut Context, handle: i64, deadline: i64) -> Result<(), Failure> {
    let mut limit = Deadline::until(deadline);
    loop {
        let step = wait::with(handle, |socket, poller| {
            let outcome = socket.shake(poller);
            // What other actors have put on the outbox meanwhile can leave once the handshake is
            // done.
            (outcome, wait::flush_watched(socket, poller, handle))
        });
        let (outcome, wakes) = step?;
        wait::tell(handle, wakes);
        match outcome {
            Ok(true) => return Ok(()),
            Ok(false) | Err(Failure::WouldBlock) => {}
            Err(failure) => return Err(failure),
        }
        // SAFETY: passed on. The last outcome owned nothing, so nothing is lost when the actor is
        // ended here.
        unsafe { wait::wait_for(cx, handle, Direction::Read, &mut limit) }?;
    }
}
