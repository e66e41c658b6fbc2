//! Sockets: convert, call, convert.

use snow_abi::layout::{Bytes, Closure, Context};

use crate::actor::memory;
use crate::actor::outcome;
use crate::actor::{current_actor, hibernate, Pid};
use crate::mem;
use crate::net::failure::Failure;
use crate::net::notify::OutboxWatch;
use crate::net::socket::Sender;
use crate::net::{broadcast, listener, notify, ownership, progress, read, send, table, tcp};

/// Records the outcome; the neutral value stands for a result that did not come.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub(super) unsafe fn record<R>(
    cx: *mut Context,
    outcome: Result<R, Failure>,
    neutral: impl FnOnce() -> R,
) -> R {
    // SAFETY: passed on.
    unsafe {
        match outcome {
            Ok(result) => {
                outcome::clear_error(cx);
                result
            }
            Err(failure) => {
                outcome::set_error(cx, failure.code(), failure.text());
                // Before `neutral`, which may end the actor at its memory ceiling without
                // unwinding.
                drop(failure);
                neutral()
            }
        }
    }
}

/// # Safety
/// `cx` is the actor that runs on this thread.
unsafe fn new_text(cx: *mut Context, text: Result<String, Failure>) -> *mut Bytes {
    // SAFETY: passed on.
    unsafe {
        let text = record(cx, text, String::new);
        memory::new_bytes(cx, text.as_bytes())
    }
}

/// # Safety
/// `text` is a `String` of generated code and alive.
pub(super) unsafe fn as_str<'a>(text: *mut Bytes) -> &'a str {
    // SAFETY: a Snow `String` is UTF-8; that is the compiler's and the library's promise.
    unsafe { std::str::from_utf8_unchecked(mem::content(text)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the values are alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tcp_listen(
    cx: *mut Context,
    host: *mut Bytes,
    port: i64,
    backlog: i64,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, listener::listen(cx, as_str(host), port, backlog), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tcp_listen_beside(
    cx: *mut Context,
    listener: i64,
    backlog: i64,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, listener::listen_beside(cx, listener, backlog), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_pair(cx: *mut Context) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let (near, far) = record(cx, tcp::pair(cx), || (0, 0));
        memory::new_bytes(cx, &[near.to_be_bytes(), far.to_be_bytes()].concat())
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tcp_accept(
    cx: *mut Context,
    listener: i64,
    deadline: i64,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, listener::accept(cx, listener, deadline), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tcp_connect(
    cx: *mut Context,
    host: *mut Bytes,
    port: i64,
    deadline: i64,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, tcp::connect(cx, as_str(host), port, deadline), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_read(
    cx: *mut Context,
    socket: i64,
    most: i64,
    deadline: i64,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        record(cx, read::read(cx, socket, most, deadline), || {
            memory::new_bytes(cx, &[])
        })
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_try_read(
    cx: *mut Context,
    socket: i64,
    most: i64,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        record(cx, read::try_read(cx, socket, most), || {
            memory::new_bytes(cx, &[])
        })
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_write(
    cx: *mut Context,
    socket: i64,
    data: *mut Bytes,
    deadline: i64,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::write(cx, socket, data, deadline), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_send(
    cx: *mut Context,
    socket: i64,
    data: *mut Bytes,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { send::send(socket, Sender::Actor(current_actor(cx).pid()), data) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_send_parts(
    cx: *mut Context,
    socket: i64,
    head: *mut Bytes,
    body: *mut Bytes,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { send::send_parts(socket, Sender::Actor(current_actor(cx).pid()), head, body) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_send_behind(
    cx: *mut Context,
    socket: i64,
    number: i64,
    size: i64,
    body: *mut Bytes,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let sender = Sender::Actor(current_actor(cx).pid());
        send::send_behind(socket, sender, (number, size), body)
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_send_urgent(
    _cx: *mut Context,
    socket: i64,
    data: *mut Bytes,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { send::send(socket, Sender::Urgent, data) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_broadcast(
    cx: *mut Context,
    sockets: *mut Bytes,
    content: *mut Bytes,
    messages: *mut Bytes,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { broadcast::broadcast(cx, sockets, content, messages) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_pending(cx: *mut Context, socket: i64) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::pending(socket), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_set_outbox(
    cx: *mut Context,
    socket: i64,
    limit: i64,
    slack: i64,
    drops_oldest: bool,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        record(
            cx,
            send::set_outbox(socket, limit, slack, drops_oldest),
            || (),
        )
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_set_send_buffer(
    cx: *mut Context,
    socket: i64,
    bytes: i64,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::set_send_buffer(socket, bytes), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_take_traffic(
    cx: *mut Context,
    socket: i64,
    which: i64,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::take_traffic(socket, which), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_notify(
    cx: *mut Context,
    socket: i64,
    most: i64,
    watch: i64,
    make: *mut Closure,
) -> bool {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let make = hibernate::lend(cx, make);
        record(
            cx,
            notify::ask(cx, socket, most, OutboxWatch::from_code(watch), make),
            || false,
        )
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_acknowledged(cx: *mut Context, socket: i64) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, progress::acknowledged(socket), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_outbox_end(cx: *mut Context, socket: i64) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, progress::outbox_end(socket), || 0) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_script_acknowledged(
    cx: *mut Context,
    socket: i64,
    bytes: i64,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, progress::script_acknowledged(socket, bytes), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_flush(cx: *mut Context, socket: i64) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::flush(socket), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_seal(cx: *mut Context, socket: i64) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::seal(socket), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_shutdown(cx: *mut Context, socket: i64) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, send::shutdown(socket), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_close(cx: *mut Context, socket: i64) {
    // SAFETY: generated code keeps the promises above.
    unsafe { ownership::close(cx, socket) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_give(
    cx: *mut Context,
    socket: i64,
    to: Pid,
    group: i64,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, ownership::give(cx, socket, to, group as u32), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_new_group(_cx: *mut Context) -> i64 {
    table::new_group().into()
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_group_owners(
    cx: *mut Context,
    group: i64,
) -> *mut Bytes {
    let owners = table::owners_of_group(group as u32).into_iter();
    let bytes: Vec<u8> = owners.flat_map(Pid::to_be_bytes).collect();
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &bytes) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_group_busy(cx: *mut Context, group: i64) -> *mut Bytes {
    let owners = table::busy_owners_of_group(group as u32).into_iter();
    let bytes: Vec<u8> = owners.flat_map(Pid::to_be_bytes).collect();
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &bytes) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_peer(cx: *mut Context, socket: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { new_text(cx, tcp::peer(socket)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tcp_listen`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_socket_local(cx: *mut Context, socket: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { new_text(cx, tcp::local(socket)) }
}
