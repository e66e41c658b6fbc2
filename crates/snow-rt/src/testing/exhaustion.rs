//! No memory: whichever allocation fails, one actor ends with the reason, and the others go on.

use std::sync::atomic::{AtomicI64, Ordering};

use super::endings::{down, monitor};
use super::*;
use crate::abi::panic::snow_stack_check;
use crate::abi::socket::{snow_socket_give, snow_socket_pair};
use crate::abi::tls::{snow_tls_accept, snow_tls_connect, snow_tls_server};
use crate::actor::outcome;
use crate::mem::system::FAILS_AFTER;
use crate::timer::clock;
use crate::tls::config;

/// The check that generated code makes at the head of each function.
fn check(cx: *mut Context) {
    let here = 0u8;
    // SAFETY: `cx` is the running actor's.
    unsafe {
        if (&raw const here).addr() <= (&raw const (*cx).limit).read_volatile() {
            snow_stack_check(cx);
        }
    }
}

/// Takes memory in every way that a program has: objects small and large, blocks, messages of all
/// sizes with and without blocks, actors, and what the runtime keeps about an actor in its own
/// collections.
fn take_everything(cx: *mut Context) {
    // SAFETY: `cx` is the running actor's; what is made is of its heap.
    unsafe {
        for _ in 0..100 {
            text(cx, "small objects fill a chunk");
        }
        snow_alloc_large(cx, 100_000);
        let large = snow_bytes_new(cx, 200_000);
        for size in [0, 1000, 100_000] {
            let mut writer = open(cx);
            write(&mut writer, 0);
            for _ in 0..size / 8 {
                write(&mut writer, 1);
            }
            snow_writer_block(cx, (&raw mut writer).cast(), mem::block_of(large).cast());
            snow_send(cx, (*cx).pid, (&raw mut writer).cast());
        }
        for _ in 0..3 {
            receive(cx);
        }
        outcome::set_error(cx, snow_abi::layout::error::INVALID, "a text that is kept");
        let child = spawn(cx, |_| {});
        monitor(cx, child);
        down(cx);
        check(cx);
    }
}

#[test]
fn whichever_allocation_fails_one_actor_ends_and_the_others_go_on() {
    static FAILED: AtomicI64 = AtomicI64::new(0);
    let mut ended_by_it = 0;
    for number in 1.. {
        FAILED.store(0, Ordering::SeqCst);
        let status = run(1, move |cx| {
            let victim = spawn(cx, move |cx| {
                FAILS_AFTER.store(number, Ordering::SeqCst);
                take_everything(cx);
            });
            monitor(cx, victim);
            let (_, _, reason) = down(cx);
            let left = FAILS_AFTER.swap(0, Ordering::SeqCst);
            FAILED.store(
                if left > 0 {
                    -1
                } else {
                    i64::from(!reason.is_empty())
                },
                Ordering::SeqCst,
            );
            if left > 0 {
                assert_eq!(reason, "", "nothing failed");
            } else if !reason.is_empty() {
                let known = [
                    "panic in plain: out of memory: ",
                    "panic in plain: no room for another actor",
                ];
                assert!(
                    known.iter().any(|text| reason.starts_with(text)),
                    "allocation {number}: {reason}"
                );
            }
            // The one who looked on can do all that, too.
            take_everything(cx);
        });
        assert_eq!(status, 0, "allocation {number}");
        match FAILED.load(Ordering::SeqCst) {
            -1 => break,
            ended => ended_by_it += ended,
        }
    }
    assert!(
        ended_by_it > 5,
        "most allocations of an actor end it when they fail: {ended_by_it}"
    );
}

/// How far apart the allocations of a handshake are that fail: it makes hundreds.
const STRIDE: i64 = 13;
/// Milliseconds until a handshake whose other side has ended is given up; far beyond what one
/// takes.
const GIVEN_UP: i64 = 60_000;

fn key_file(cx: *mut Context, name: &str) -> *mut Bytes {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/tls");
    text(cx, &format!("{folder}/{name}"))
}

/// Begins a session with an actor of its own on the other side, and comes back when both know
/// whether it stands.
fn shake_hands(cx: *mut Context, config: i64) {
    let client = spawn(cx, |cx| {
        let socket = receive_value(cx);
        let (name, authorities) = (text(cx, "localhost"), key_file(cx, "ca.pem"));
        let deadline = clock::now_ms() + GIVEN_UP;
        // SAFETY: `cx` is the running actor's, and so are the texts.
        unsafe { snow_tls_connect(cx, socket, name, authorities, deadline) };
        check(cx);
    });
    monitor(cx, client);
    // SAFETY: `cx` is the running actor's; a pair is two numbers of eight bytes.
    unsafe {
        let pair = mem::content(snow_socket_pair(cx));
        let [near, far] = [0, 8].map(|at| {
            let number: [u8; 8] = pair[at..at + 8].try_into().expect("eight bytes");
            i64::from_be_bytes(number)
        });
        snow_socket_give(cx, far, client, 0);
        send(cx, client, far);
        snow_tls_accept(cx, near, config, clock::now_ms() + GIVEN_UP);
    }
    down(cx);
    check(cx);
}

#[test]
fn whichever_allocation_of_a_session_fails_its_actors_end_and_no_others() {
    let mut number = 1;
    loop {
        static LEFT: AtomicI64 = AtomicI64::new(0);
        let status = run(1, move |cx| {
            let (certificate, key) = (key_file(cx, "server.pem"), key_file(cx, "server.key"));
            // SAFETY: `cx` is the running actor's, and so are the texts.
            let server_config = unsafe { snow_tls_server(cx, certificate, key) };
            // What threads keep for all sessions is made by the first.
            shake_hands(cx, server_config);
            let server = spawn(cx, move |cx| {
                FAILS_AFTER.store(number, Ordering::SeqCst);
                shake_hands(cx, server_config);
            });
            monitor(cx, server);
            let (_, _, reason) = down(cx);
            LEFT.store(FAILS_AFTER.swap(0, Ordering::SeqCst), Ordering::SeqCst);
            let known = [
                "",
                "panic in plain: out of memory: ",
                "panic in plain: no room",
            ];
            assert!(
                known.iter().any(|text| reason.starts_with(text)),
                "allocation {number}: {reason}"
            );
            shake_hands(cx, server_config);
            config::release(server_config);
        });
        assert_eq!(status, 0, "allocation {number}");
        if LEFT.load(Ordering::SeqCst) > 0 {
            break;
        }
        number += STRIDE;
    }
    assert!(number > 10 * STRIDE, "a handshake allocates more than that");
}
