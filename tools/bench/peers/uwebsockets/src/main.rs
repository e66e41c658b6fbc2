//! Echo server on uWebSockets through its C interface, one thread. Argument: the port; with the
//! files of a certificate and its key behind it, TLS. What comes on the path `/room` is published to
//! all connections there.

use std::ffi::{c_char, c_int, c_void, CString};
use std::mem::zeroed;
use std::sync::atomic::{AtomicI32, Ordering};

use libuwebsockets_sys as uws;

/// 1 with TLS: the library wants to be told in each call. Relaxed: it is set before there are others.
static TLS: AtomicI32 = AtomicI32::new(0);

fn tls() -> c_int {
    TLS.load(Ordering::Relaxed)
}

unsafe extern "C" fn echo(
    socket: *mut uws::uws_websocket_t,
    data: *const c_char,
    len: usize,
    code: uws::uws_opcode_t,
    _: *mut c_void,
) {
    // SAFETY: the library calls this with an open socket and a message that stays valid during the
    // call.
    unsafe { uws::uws_ws_send(tls(), socket, data, len, code) };
}

const ROOM: &[u8] = b"room";

unsafe extern "C" fn join(socket: *mut uws::uws_websocket_t, _: *mut c_void) {
    // SAFETY: the library calls this with an open socket; the topic is static.
    unsafe { uws::uws_ws_subscribe(tls(), socket, ROOM.as_ptr().cast(), ROOM.len()) };
}

unsafe extern "C" fn publish(
    _: *mut uws::uws_websocket_t,
    data: *const c_char,
    len: usize,
    code: uws::uws_opcode_t,
    app: *mut c_void,
) {
    // SAFETY: the app was given to `uws_ws` as its user data and lives for ever; the message stays
    // valid during the call.
    unsafe {
        uws::uws_publish(
            tls(),
            app.cast(),
            ROOM.as_ptr().cast(),
            ROOM.len(),
            data,
            len,
            code,
            false,
        )
    };
}

unsafe extern "C" fn listening(
    socket: *mut uws::us_listen_socket_t,
    _: uws::uws_app_listen_config_t,
    _: *mut c_void,
) {
    assert!(!socket.is_null(), "the port is taken");
}

fn main() {
    let port = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .expect("the port is an argument");
    let files: Vec<CString> = std::env::args()
        .skip(2)
        .filter_map(|file| CString::new(file).ok())
        .collect();
    // SAFETY: all-zero options and behaviours are the library's own way to say "none"; strings live
    // for ever.
    unsafe {
        let mut options: uws::us_socket_context_options_t = zeroed();
        if let [certificate, key] = &files[..] {
            options.cert_file_name = certificate.as_ptr();
            options.key_file_name = key.as_ptr();
            TLS.store(1, Ordering::Relaxed);
        }
        let app = uws::uws_create_app(tls(), options);
        let mut behaviour: uws::uws_socket_behavior_t = zeroed();
        behaviour.maxPayloadLength = 16 << 20;
        behaviour.maxBackpressure = 64 << 20;
        behaviour.message = Some(echo);
        uws::uws_ws(tls(), app, c"/*".as_ptr(), behaviour, std::ptr::null_mut());
        behaviour.open = Some(join);
        behaviour.message = Some(publish);
        uws::uws_ws(tls(), app, c"/room".as_ptr(), behaviour, app.cast());
        let mut config: uws::uws_app_listen_config_t = zeroed();
        config.port = port;
        config.host = c"127.0.0.1".as_ptr();
        uws::uws_app_listen_with_config(tls(), app, config, Some(listening), std::ptr::null_mut());
        uws::uws_app_run(tls(), app);
    }
}
