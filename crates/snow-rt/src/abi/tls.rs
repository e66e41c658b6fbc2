//! TLS: convert, call, convert.

use snow_abi::layout::{Bytes, Context};

use super::socket::{as_str, record};
use crate::sched::big_stack;
use crate::tls::{config, handshake};

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the values are alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tls_server(
    cx: *mut Context,
    certificate: *mut Bytes,
    key: *mut Bytes,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let (certificate, key) = (as_str(certificate), as_str(key));
        record(cx, big_stack::call(|| config::add(certificate, key)), || 0)
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tls_server`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tls_reload(
    cx: *mut Context,
    config: i64,
    certificate: *mut Bytes,
    key: *mut Bytes,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let (certificate, key) = (as_str(certificate), as_str(key));
        record(
            cx,
            big_stack::call(|| config::reload(config, certificate, key)),
            || (),
        )
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tls_server`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tls_release(_cx: *mut Context, config: i64) {
    config::release(config);
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tls_server`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tls_accept(
    cx: *mut Context,
    socket: i64,
    config: i64,
    deadline: i64,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { record(cx, handshake::accept(cx, socket, config, deadline), || ()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_tls_server`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tls_connect(
    cx: *mut Context,
    socket: i64,
    server_name: *mut Bytes,
    authorities: *mut Bytes,
    deadline: i64,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        record(
            cx,
            handshake::connect(
                cx,
                socket,
                as_str(server_name),
                as_str(authorities),
                deadline,
            ),
            || (),
        )
    }
}
