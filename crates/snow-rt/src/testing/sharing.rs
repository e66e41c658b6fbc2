//! Sharing the processor: giving way, being asked to, and moving to an idle worker.

use super::*;
use crate::abi::panic::snow_stack_check;
use crate::actor::control::Actor;

/// A loop without end as generated code has it: the check at the back edge is its only call.
fn spin(cx: *mut Context, until: impl Fn() -> bool) {
    while !until() {
        let here = 0u8;
        // SAFETY: `cx` is the running actor's.
        unsafe {
            if (&raw const here).addr() <= (&raw const (*cx).limit).read_volatile() {
                snow_stack_check(cx);
            }
        }
    }
}

fn has_fine_slices(cx: *mut Context) -> bool {
    // SAFETY: the context is that of the running actor, whose worker is this thread's.
    unsafe { (*(*Actor::of(cx)).worker).preempt.fine.are_armed() }
}

#[test]
fn slices_are_fine_while_an_actor_computes_for_long_and_rest_when_its_worker_does() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static STOP: AtomicBool = AtomicBool::new(false);
    STOP.store(false, Ordering::SeqCst);
    let status = run(1, |cx| {
        assert!(!has_fine_slices(cx));
        let me = own_pid(cx);
        spawn(cx, move |cx| {
            spin(cx, || STOP.load(Ordering::Relaxed));
            send(cx, me, 1);
        });
        // SAFETY: `cx` is the running actor's.
        let sleep = || unsafe { crate::abi::timer::snow_sleep(cx, 1) };
        while !has_fine_slices(cx) {
            sleep();
        }
        STOP.store(true, Ordering::SeqCst);
        assert_eq!(receive_value(cx), 1);
        while has_fine_slices(cx) {
            sleep();
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_busy_loop_starves_nobody() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static STOP: AtomicBool = AtomicBool::new(false);
    STOP.store(false, Ordering::SeqCst);
    let status = run(1, |cx| {
        let me = own_pid(cx);
        for _ in 0..2 {
            spawn(cx, move |cx| {
                spin(cx, || STOP.load(Ordering::Relaxed));
                send(cx, me, 2);
            });
        }
        spawn(cx, move |cx| {
            // SAFETY: `cx` is the running actor's.
            unsafe { crate::abi::timer::snow_sleep(cx, 5) };
            send(cx, me, 1);
        });
        assert_eq!(
            receive_value(cx),
            1,
            "the sleeper woke although two others never give way by themselves"
        );
        STOP.store(true, Ordering::SeqCst);
        assert_eq!((receive_value(cx), receive_value(cx)), (2, 2));
    });
    assert_eq!(status, 0);
}

#[test]
fn who_settles_moves_and_takes_along_those_it_spawns() {
    fn here(cx: *mut Context) -> i64 {
        crate::actor::current_actor(cx).worker() as i64
    }
    let status = run(2, |cx| {
        let me = own_pid(cx);
        for number in [0, 1, 2, 3] {
            spawn(cx, move |cx| {
                // SAFETY: `cx` is the running actor's.
                unsafe { crate::abi::timer::snow_settle(cx, number) };
                let settled = here(cx) == number % 2;
                for _ in 0..20 {
                    spawn(cx, move |cx| {
                        // SAFETY: `cx` is the running actor's.
                        unsafe { crate::abi::timer::snow_yield(cx) };
                        send(cx, me, i64::from(settled && here(cx) == number % 2));
                    });
                }
            });
        }
        assert!((0..80).all(|_| receive_value(cx) == 1));
    });
    assert_eq!(status, 0);
}

#[test]
fn an_idle_worker_takes_over_busy_actors() {
    use std::sync::atomic::{AtomicI64, Ordering};
    static HERE: AtomicI64 = AtomicI64::new(0);
    HERE.store(0, Ordering::SeqCst);
    let status = run(2, |cx| {
        let me = own_pid(cx);
        for _ in 0..2 {
            spawn(cx, move |cx| {
                let worker = || 1 << crate::actor::current_actor(cx).worker();
                // Ends when both workers have been seen: both actors start on one.
                spin(cx, || {
                    HERE.fetch_or(worker(), Ordering::SeqCst) | worker() == 3
                });
                send(cx, me, 1);
            });
        }
        assert_eq!((receive_value(cx), receive_value(cx)), (1, 1));
    });
    assert_eq!(status, 0);
}

#[test]
fn many_actors_talk_across_workers() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        const PAIRS: i64 = 200;
        const ROUNDS: i64 = 200;
        for _ in 0..PAIRS {
            let echo = spawn(cx, |cx| {
                for _ in 0..ROUNDS {
                    let to = receive_value(cx);
                    send(cx, to, 0);
                }
            });
            spawn(cx, move |cx| {
                let mine = own_pid(cx);
                for _ in 0..ROUNDS {
                    send(cx, echo, mine);
                    receive_value(cx);
                }
                send(cx, me, 1);
            });
        }
        let done: i64 = (0..PAIRS).map(|_| receive_value(cx)).sum();
        assert_eq!(done, PAIRS);
    });
    assert_eq!(status, 0);
}
