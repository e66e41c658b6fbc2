//! Guards with a time limit: when the code inside is looked at, and what becomes of it.

use std::panic::{catch_unwind, panic_any, AssertUnwindSafe};

use snow_abi::layout::{Guard, Limit};

use super::*;
use crate::abi::panic::*;
use crate::abi::timer::*;
use crate::actor::control::Actor;
use crate::actor::state::Awaited;
use crate::sched::park::{park, park_uncounted, Woken};
use crate::sched::watch;
use crate::timer::clock;

/// What `raise` throws in the place of generated code's jump.
struct Raised(usize);

/// Stands for the jump to the innermost guard.
pub fn raise_to_guard(cx: *mut Context) -> ! {
    // SAFETY: the guard stands on the running actor's stack.
    unsafe {
        let guard = (*cx).guard;
        (*cx).guard = (*guard).outer;
        panic_any(Raised(guard.addr()))
    }
}

/// What generated code makes of `Process.guard_within`; the error is the text of the crash.
pub(super) fn guard_within<R>(
    cx: *mut Context,
    within: i64,
    f: impl FnOnce(*mut Limit) -> R,
) -> Result<R, String> {
    guarded(cx, within, snow_guard_enter, f)
}

/// The same for code that takes values over.
pub(super) fn guard_taking<R>(cx: *mut Context, f: impl FnOnce() -> R) -> Result<R, String> {
    guarded(cx, 0, snow_guard_enter_taking, |_| f())
}

type Enter = unsafe extern "C-unwind" fn(*mut Context, *mut c_void);

fn guarded<R>(
    cx: *mut Context,
    within: i64,
    enter: Enter,
    f: impl FnOnce(*mut Limit) -> R,
) -> Result<R, String> {
    let mut limit = Limit {
        within,
        label: text(cx, "the work"),
        started: 0,
        seen: 0,
        named: 0,
    };
    // One pointer for all: the runtime writes to what the closure reads.
    let limit = &raw mut limit;
    // SAFETY: `cx` is the running actor's. The guard stands here until the call has returned.
    unsafe {
        let mut guard: Guard = std::mem::zeroed();
        guard.outer = (*cx).guard;
        guard.limit = limit;
        let guard = &raw mut guard;
        enter(cx, guard.cast());
        let result = catch_unwind(AssertUnwindSafe(|| f(limit)));
        let result = match result {
            Ok(value) => {
                snow_guard_leave(cx, guard.cast());
                Ok(value)
            }
            Err(raised) => match raised.downcast::<Raised>() {
                Ok(raised) if raised.0 == guard.addr() => {
                    let caught = snow_caught_panic(cx);
                    let text = String::from_utf8_lossy(mem::content(caught)).into_owned();
                    mem::drop_bytes(cx, caught);
                    Err(text)
                }
                Ok(raised) => panic_any(*raised),
                Err(other) => std::panic::resume_unwind(other),
            },
        };
        mem::drop_bytes(cx, (*limit).label);
        result
    }
}

fn late(ms: i64) -> String {
    format!("the work has not returned after {ms} ms")
}

/// The check of a loop's back edge.
fn check(cx: *mut Context) {
    let here = 0u8;
    // SAFETY: `cx` is the running actor's.
    unsafe {
        if (&raw const here).addr() <= (&raw const (*cx).limit).read_volatile() {
            snow_stack_check(cx);
        }
    }
}

#[test]
fn a_loop_is_ended_and_the_actor_goes_on() {
    let status = run(1, |cx| {
        for _ in 0..3 {
            let looped: Result<(), _> = guard_within(cx, 10, |_| loop {
                check(cx);
            });
            assert_eq!(looped, Err(late(10)));
            assert_eq!(guard_within(cx, 60_000, |_| 4), Ok(4));
        }
        send(cx, own_pid(cx), 5);
        assert_eq!(receive_value(cx), 5);
    });
    assert_eq!(status, 0);
}

#[test]
fn whatever_waits_is_ended() {
    let status = run(2, |cx| {
        // SAFETY: `cx` is the running actor's.
        let slept = guard_within(cx, 10, |_| unsafe { snow_sleep(cx, 1_000_000) });
        assert_eq!(slept, Err(late(10)));
        let parked = guard_within(cx, 10, |_| {
            // SAFETY: as above. Nothing has the waker.
            unsafe { park(cx, Awaited::Nothing, None, false, |_| {}) }.eq(&Woken::Ready)
        });
        assert_eq!(parked, Err(late(10)));
        let heard = guard_within(cx, 10, |_| receive(cx) == Got::Value(1));
        assert_eq!(heard, Err(late(10)));
        let heard = guard_within(cx, 10, |_| receive_if(cx, 1_000_000, |_| true).is_some());
        assert_eq!(heard, Err(late(10)));
        let heard = guard_within(cx, 60_000, |_| receive_if(cx, 1, |_| true).is_some());
        assert_eq!(heard, Ok(false));
    });
    assert_eq!(status, 0);
}

#[test]
fn a_message_that_comes_in_time_is_received() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        spawn(cx, move |cx| {
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_sleep(cx, 2) };
            send(cx, me, 1);
        });
        assert_eq!(guard_within(cx, 60_000, |_| receive_value(cx)), Ok(1));
    });
    assert_eq!(status, 0);
}

#[test]
fn the_outermost_overdue_guard_ends() {
    let status = run(1, |cx| {
        let ended = guard_within(cx, 10, |_| {
            let inner: Result<(), _> = guard_within(cx, 60_000, |_| loop {
                check(cx);
            });
            inner.is_ok()
        });
        assert_eq!(ended, Err(late(10)));
        // SAFETY: `cx` is the running actor's.
        assert!(unsafe { !watch::is_limited(cx) });
    });
    assert_eq!(status, 0);
}

#[test]
fn a_clock_starts_with_the_first_look() {
    let status = run(1, |cx| {
        let result = guard_within(cx, 60_000, |limit| {
            // SAFETY: `cx` is the running actor's; the limit stands on this stack.
            unsafe {
                assert_eq!((*limit).started, 0);
                let before = clock::now_ms();
                watch::look_after(cx, 0);
                assert!((before..=clock::now_ms()).contains(&(*limit).started));
                assert_eq!((*limit).named, 0);
            }
        });
        assert_eq!(result, Ok(()));
    });
    assert_eq!(status, 0);
}

#[test]
fn time_in_which_the_process_stood_still_does_not_count() {
    let status = run(1, |cx| {
        let past = |limit: *mut Limit, ms: i64| {
            let then = clock::now_ms() - ms;
            // SAFETY: the limit stands on the stack of `guard_within`.
            unsafe { ((*limit).started, (*limit).seen, (*limit).named) = (then, then, 1) };
        };
        let stopped = guard_within(cx, 60_000, |limit| {
            past(limit, 500_000);
            // SAFETY: `cx` is the running actor's.
            unsafe { watch::look_after(cx, 0) };
            past(limit, 500_000);
            // SAFETY: as above. The timer of a suspension fired long after its time.
            unsafe { watch::resumed(cx, Some(clock::now_ms() - 499_000)) };
            // SAFETY: as above.
            unsafe { watch::judge(cx) };
        });
        assert_eq!(stopped, Ok(()));
        // The worker used up its time slices all the while: one long call of the runtime.
        let called = guard_within(cx, 60_000, |limit| {
            past(limit, 70_000);
            // SAFETY: as above.
            unsafe { watch::look_after(cx, 1000) };
        });
        assert_eq!(called, Err(late(60_000)));
    });
    assert_eq!(status, 0);
}

#[test]
fn what_is_forgiven_does_not_count() {
    let status = run(1, |cx| {
        let result = guard_within(cx, 60_000, |limit| {
            // SAFETY: `cx` is the running actor's; the limit stands on this stack.
            unsafe {
                watch::look_after(cx, 0);
                let started = (*limit).started;
                watch::forgive(cx, 30_000);
                assert_eq!((*limit).started, started + 30_000);
            }
        });
        assert_eq!(result, Ok(()));
        // Longer than the limit, and nothing has ended it.
        let result = guard_within(cx, 5, |limit| {
            // SAFETY: as above. Nothing has the waker, so the deadline ends it.
            unsafe {
                watch::look_after(cx, 0);
                let deadline = clock::deadline_after(20);
                let woken = park_uncounted(cx, Awaited::Nothing, Some(deadline), true, |_| {});
                assert_eq!(woken, Woken::TimedOut);
                assert!((*limit).started > deadline - 20);
            }
        });
        assert_eq!(result, Ok(()));
    });
    assert_eq!(status, 0);
}

#[test]
fn a_limit_holds_the_program_and_none_does_not() {
    // What waits for nothing that can come is ended by its limit.
    let status = run(1, |cx| {
        spawn(cx, |cx| {
            let heard = guard_within(cx, 10, |_| receive(cx) == Got::Value(1));
            assert_eq!(heard, Err(late(10)));
        });
    });
    assert_eq!(status, 0);
}

#[test]
fn an_actor_ended_inside_a_guard_leaves_nothing() {
    let status = run(2, |cx| {
        for _ in 0..20 {
            let me = own_pid(cx);
            let pid = spawn(cx, move |cx| {
                let _ = guard_within(cx, 60_000, |_| {
                    send(cx, me, 1);
                    receive(cx)
                });
            });
            receive_value(cx);
            let nothing = text(cx, "");
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_exit(cx, pid, snow_abi::layout::exit::KILLED, nothing) };
            while crate::actor::slots::is_alive(pid) {
                // SAFETY: as above.
                unsafe { snow_yield(cx) };
            }
            // SAFETY: the text is ours.
            unsafe { mem::drop_bytes(cx, nothing) };
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn an_actor_that_moved_is_looked_at_where_it_is() {
    let status = run(2, |cx| {
        for number in 0..8 {
            let ended: Result<(), _> = guard_within(cx, 10, |_| {
                // SAFETY: `cx` is the running actor's.
                unsafe { snow_settle(cx, number) };
                loop {
                    // SAFETY: as above.
                    unsafe { snow_yield(cx) };
                }
            });
            assert_eq!(ended, Err(late(10)));
        }
        // SAFETY: `cx` is the running actor's, whose control block lives as long as it.
        assert!(unsafe { (*Actor::of(cx)).chose_worker });
    });
    assert_eq!(status, 0);
}
