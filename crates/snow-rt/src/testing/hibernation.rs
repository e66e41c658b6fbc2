//! Hibernation: what is given back, what comes again, and what stays out of it.

use snow_abi::layout::{exit, turn, wait, Block};

use super::*;
use crate::abi::timer::*;
use crate::actor::control::Actor;
use crate::actor::hibernate;
use crate::actor::memory;
use crate::mem::block;

/// An actor whose frame holds a number and a block. Each time it wakes the number is one higher.
static SLEEPER: Info = Info(ActorInfo {
    name: c"sleeper".as_ptr(),
    frame_size: 32,
    run: run_body,
    init,
    terminate: None,
    pack: Some(pack),
    unpack: Some(unpack),
    message: 0,
    receives: std::ptr::null(),
});

#[repr(C)]
struct Frame {
    body: *mut Body,
    woken: i64,
    reference: *mut snow_abi::layout::BlockRef,
    large: bool,
}

unsafe extern "C-unwind" fn pack(writer: *mut Writer, frame: *mut c_void) {
    // SAFETY: the frame is one of `SLEEPER`, and its actor waits; the writer is open.
    unsafe {
        let frame: *mut Frame = frame.cast();
        write(&mut *writer, (*frame).body as usize as i64);
        write(&mut *writer, (*frame).woken);
        let block = (*(*frame).reference).block;
        write(&mut *writer, block as usize as i64);
        snow_writer_block((*writer).context, writer.cast(), block.cast());
        if (*frame).large {
            (0..100_000).for_each(|number| write(&mut *writer, number));
        }
    }
}

unsafe extern "C-unwind" fn unpack(cx: *mut Context, frame: *mut c_void, reader: *mut Reader) {
    // SAFETY: `pack` wrote three words.
    unsafe {
        let frame: *mut Frame = frame.cast();
        let [body, woken, block] = (*reader).at.cast::<[i64; 3]>().read_unaligned();
        (*reader).at = (*reader).at.add(24);
        (*frame).body = body as usize as *mut Body;
        (*frame).woken = woken + 1;
        (*frame).reference = snow_adopt_block(cx, block as usize as *mut c_void).cast();
    }
}

/// The frame of the running sleeper.
fn frame(cx: *mut Context) -> *mut Frame {
    // SAFETY: `cx` is the running actor's.
    unsafe { (*Actor::of(cx)).frame().cast() }
}

/// Sends how often it has woken to `to`, for each message.
fn sleeper(cx: *mut Context, to: Pid, waste: usize, large: bool) -> Pid {
    let mut begun = false;
    let body = move |cx: *mut Context| {
        // SAFETY: `cx` is the running actor's; its frame is a sleeper's.
        unsafe {
            if !begun {
                begun = true;
                let shared: *mut Block = block::new_block(200);
                (*frame(cx)).reference = memory::new_reference(cx, shared);
                (*frame(cx)).large = large;
                // What a socket was lent and has given back keeps nothing.
                let make = maker(cx);
                hibernate::lend(cx, make);
                hibernate::take_back(Actor::of(cx), make);
                for _ in 0..waste {
                    text(cx, "what is not needed any more, and is not freed");
                }
            }
            snow_receive_begin(cx);
            loop {
                let message: *mut Message = snow_receive_next(cx).cast();
                if message.is_null() {
                    if snow_receive_wait(cx, -1) == wait::SUSPEND {
                        return turn::WAITING;
                    }
                    continue;
                }
                take(cx, message);
                send(cx, to, (*frame(cx)).woken);
            }
        }
    };
    spawn_as(cx, &SLEEPER, Box::new(body))
}

fn kill(cx: *mut Context, pid: Pid) {
    // SAFETY: `cx` is the running actor's.
    unsafe {
        let nothing = text(cx, "");
        snow_exit(cx, pid, exit::KILLED, nothing);
        while snow_alive(cx, pid) {
            snow_yield(cx);
        }
    }
}

fn sleep(cx: *mut Context, ms: i64) {
    // SAFETY: `cx` is the running actor's.
    unsafe { snow_sleep(cx, ms) };
}

/// A sleeper's body is freed with its last turn only, so these tests let it live on the heap.
fn heap_of(cx: *mut Context, waste: usize, large: bool) -> (Pid, i64) {
    // The main actor's own heap is there before anything is counted.
    text(cx, "first");
    let before = counters::read(counters::HEAP_BYTES);
    let me = own_pid(cx);
    let pid = sleeper(cx, me, waste, large);
    sleep(cx, 5);
    (pid, counters::read(counters::HEAP_BYTES) - before)
}

#[test]
fn a_heap_that_has_grown_goes_with_the_next_wait() {
    let status = run(1, |cx| {
        let (pid, held) = heap_of(cx, 100, false);
        assert!(
            held < 64,
            "{held} bytes are more than three words and a block's address"
        );
        send(cx, pid, 0);
        assert_eq!(receive_value(cx), 1, "it was woken once");
        send(cx, pid, 0);
        assert_eq!(
            receive_value(cx),
            1,
            "what it holds now is not worth another time"
        );
        kill(cx, pid);
    });
    assert_eq!(status, 0);
}

#[test]
fn a_small_heap_goes_after_a_while() {
    let status = run(1, |cx| {
        let (pid, held) = heap_of(cx, 0, false);
        assert!(held >= 512, "it has a chunk");
        send(cx, pid, 0);
        assert_eq!(receive_value(cx), 0);
        sleep(cx, 2500);
        send(cx, pid, 0);
        assert_eq!(receive_value(cx), 1);
        kill(cx, pid);
    });
    assert_eq!(status, 0);
}

#[test]
fn an_end_in_hibernation_gives_everything_back() {
    let status = run(1, |cx| {
        let (pid, _) = heap_of(cx, 100, false);
        kill(cx, pid);
    });
    assert_eq!(status, 0);
}

#[test]
fn what_is_too_large_stays() {
    let status = run(1, |cx| {
        let (pid, held) = heap_of(cx, 100, true);
        assert!(held > 4096);
        send(cx, pid, 0);
        assert_eq!(receive_value(cx), 0, "it was never packed");
        kill(cx, pid);
    });
    assert_eq!(status, 0);
}

#[test]
fn what_a_socket_was_lent_keeps_the_heap_and_is_asked_for_once() {
    use std::sync::atomic::{AtomicI64, Ordering};
    static TURNS: AtomicI64 = AtomicI64::new(0);
    TURNS.store(0, Ordering::SeqCst);
    let status = run(1, |cx| {
        let body = |cx: *mut Context| {
            // SAFETY: `cx` is the running actor's, and its frame a sleeper's.
            unsafe {
                if TURNS.fetch_add(1, Ordering::SeqCst) == 0 {
                    hibernate::lend(cx, maker(cx));
                } else {
                    assert_eq!((*frame(cx)).woken, 0, "it was packed");
                }
            }
            turn::WAITING
        };
        spawn_as(cx, &SLEEPER, Box::new(body));
        sleep(cx, 2500);
        assert_eq!(
            TURNS.load(Ordering::SeqCst),
            2,
            "its own turn, and one in which it could not be packed"
        );
    });
    assert_eq!(status, 0);
}
