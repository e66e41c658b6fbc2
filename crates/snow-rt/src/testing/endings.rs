//! Endings: crashes, links, monitors, exits, names, and the end of the program.

use snow_abi::layout::exit;

use super::*;
use crate::abi::panic::*;
use crate::abi::timer::*;
use crate::actor::memory;

pub fn crash(cx: *mut Context, message: &'static str) -> ! {
    // SAFETY: `cx` is the running actor's; the texts are static.
    unsafe {
        let file = c"test.snow".as_ptr().cast_mut().cast();
        snow_panic(
            cx,
            message.as_ptr().cast_mut().cast(),
            message.len() as i64,
            file,
            7,
        )
    }
}

pub fn down(cx: *mut Context) -> (i64, i64, String) {
    match receive_if(cx, -1, |got| matches!(got, Got::Event { .. })) {
        Some(Got::Event { kind, number, text }) => (kind, number, text),
        other => panic!("an event was expected, not {other:?}"),
    }
}

pub fn monitor(cx: *mut Context, pid: Pid) -> i64 {
    // SAFETY: `cx` is the running actor's.
    unsafe { snow_monitor(cx, pid, maker(cx)) }
}

pub fn wait_for_ever(cx: *mut Context) {
    receive_if(cx, -1, |_| false);
}

#[test]
fn one_crash_of_many_harms_nobody_else() {
    for workers in [1, 2] {
        let status = run(workers, |cx| {
            let me = own_pid(cx);
            let before = counters::read(counters::CRASHES);
            for value in 0..1000 {
                spawn(cx, move |cx| {
                    let _garbage = text(cx, "in the heap");
                    if value % 10 == 0 {
                        crash(cx, "on purpose");
                    }
                    send(cx, me, value);
                });
            }
            for _ in 0..900 {
                receive_value(cx);
            }
            while counters::read(counters::CRASHES) < before + 100 {
                // SAFETY: `cx` is the running actor's.
                unsafe { snow_yield(cx) };
            }
        });
        assert_eq!(status, 0);
    }
}

#[test]
fn a_crash_is_told_with_message_and_place() {
    let status = run(2, |cx| {
        let crasher = spawn(cx, |cx| {
            receive_value(cx);
            crash(cx, "boom");
        });
        monitor(cx, crasher);
        send(cx, crasher, 1);
        assert_eq!(
            down(cx),
            (
                exit::ERROR,
                crasher,
                "panic in plain: boom (test.snow:7)".to_string()
            )
        );
        // SAFETY: `cx` is not looked at.
        assert!(!unsafe { snow_alive(cx, crasher) });
    });
    assert_eq!(status, 0);
}

#[test]
fn a_rust_panic_in_an_actor_is_its_crash() {
    let status = run(1, |cx| {
        let crasher = spawn(cx, |_| panic!("from Rust"));
        monitor(cx, crasher);
        assert_eq!(
            down(cx),
            (
                exit::ERROR,
                crasher,
                "panic in plain: from Rust".to_string()
            )
        );
    });
    assert_eq!(status, 0);
}

#[expect(unconditional_recursion, reason = "the check ends it")]
fn deeper(cx: *mut Context, depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    // SAFETY: `cx` is the running actor's; this is the check of a function's entry.
    unsafe {
        if (&raw const frame).addr() <= (&raw const (*cx).limit).read_volatile() {
            snow_stack_check(cx);
        }
    }
    deeper(cx, depth + 1) + frame[5]
}

#[test]
fn a_stack_overflow_ends_one_actor() {
    let status = run(1, |cx| {
        for _ in 0..3 {
            let greedy = spawn(cx, |cx| {
                deeper(cx, 0);
            });
            monitor(cx, greedy);
            assert_eq!(down(cx).2, "panic in plain: stack overflow");
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn the_memory_ceiling_ends_one_actor() {
    let status = run(1, |cx| {
        let greedy: [fn(*mut Context); 3] = [
            |cx| while !text(cx, "small objects").is_null() {},
            // SAFETY: `cx` is the running actor's.
            |cx| while !unsafe { snow_alloc_large(cx, 1 << 20) }.is_null() {},
            // SAFETY: as above.
            |cx| while !unsafe { snow_bytes_new(cx, 1 << 20) }.is_null() {},
        ];
        for body in greedy {
            let actor = spawn(cx, body);
            monitor(cx, actor);
            assert_eq!(down(cx).2, "panic in plain: memory limit");
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn an_actor_may_be_given_another_ceiling() {
    let status = run(1, |cx| {
        let greedy = spawn(cx, |cx| {
            // SAFETY: `cx` is the running actor's.
            unsafe {
                memory::set_ceiling(crate::actor::control::Actor::of(cx), 100_000);
                snow_bytes_new(cx, 200_000);
            }
        });
        monitor(cx, greedy);
        assert_eq!(down(cx).2, "panic in plain: memory limit");
    });
    assert_eq!(status, 0);
}

#[test]
fn the_slot_of_an_actor_that_was_parked_at_the_end_serves_again() {
    let status = run(1, |cx| {
        for _ in 0..4 {
            // SAFETY: `cx` is the running actor's.
            spawn(cx, |cx| unsafe { snow_sleep(cx, 1_000_000) });
        }
        // SAFETY: as above. The others sleep when this returns.
        unsafe { snow_yield(cx) };
        crash(cx, "with others asleep");
    });
    assert_eq!(status, 1);
    let status = run(1, |cx| {
        let others: Vec<Pid> = (0..8).map(|_| spawn(cx, |_| ())).collect();
        // A signal before their first turn must not enter them into the queue once more.
        others.iter().for_each(|other| {
            let _ = monitor(cx, *other);
        });
        others.iter().for_each(|_| drop(down(cx)));
    });
    assert_eq!(status, 0);
}

#[test]
fn a_trapping_actor_gets_events_and_can_still_be_killed() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        let trapper = spawn(cx, move |cx| {
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_trap_exits(cx, maker(cx)) };
            send(cx, me, 0);
            for _ in 0..2 {
                send(cx, me, down(cx).0);
            }
            wait_for_ever(cx);
        });
        assert_eq!(receive_value(cx), 0);
        monitor(cx, trapper);
        // SAFETY: `cx` is the running actor's.
        unsafe {
            snow_exit(cx, trapper, exit::SHUTDOWN, text(cx, "please"));
            assert_eq!(receive(cx), Got::Value(exit::SHUTDOWN));
            snow_exit(cx, trapper, exit::ERROR, text(cx, "now"));
            assert_eq!(receive(cx), Got::Value(exit::ERROR));
            snow_exit(cx, trapper, exit::KILLED, text(cx, "enough"));
        }
        assert_eq!(down(cx), (exit::KILLED, trapper, "enough".to_string()));
    });
    assert_eq!(status, 0);
}

#[test]
fn an_exit_reaches_waiting_parked_sleeping_and_running_actors() {
    let status = run(2, |cx| {
        let states: [fn(*mut Context); 4] = [
            |cx| wait_for_ever(cx),
            |cx| drop(receive_if(cx, 1_000_000, |_| false)),
            // SAFETY: `cx` is the running actor's.
            |cx| unsafe { snow_sleep(cx, 1_000_000) },
            |cx| loop {
                // SAFETY: as above.
                unsafe { snow_yield(cx) };
            },
        ];
        for body in states {
            let me = own_pid(cx);
            let victim = spawn(cx, move |cx| {
                send(cx, me, 1);
                body(cx);
            });
            monitor(cx, victim);
            assert_eq!(receive_value(cx), 1);
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_exit(cx, victim, exit::SHUTDOWN, text(cx, "stop")) };
            assert_eq!(down(cx), (exit::SHUTDOWN, victim, "stop".to_string()));
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_withdrawn_monitor_is_silent() {
    let status = run(2, |cx| {
        for early in [true, false] {
            let actor = spawn(cx, |cx| {
                receive_value(cx);
            });
            let (first, _second) = (monitor(cx, actor), monitor(cx, actor));
            // SAFETY: `cx` is the running actor's.
            unsafe {
                if early {
                    snow_demonitor(cx, first);
                }
                send(cx, actor, 1);
                if !early {
                    while snow_alive(cx, actor) {
                        snow_yield(cx);
                    }
                    assert!(
                        receive_if(cx, 0, |_| false).is_none(),
                        "both events stand in the mailbox"
                    );
                    snow_demonitor(cx, first);
                }
            }
            down(cx);
            assert_eq!(receive_if(cx, 0, |_| true), None);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn terminate_runs_once_whatever_the_end() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        // SAFETY: `cx` is the running actor's.
        unsafe { assert!(snow_register(cx, text(cx, "witness"), me)) };
        let ends: [fn(*mut Context); 3] = [|_| {}, |cx| crash(cx, "badly"), wait_for_ever];
        for body in ends {
            let actor = spawn_careful(cx, move |cx| {
                send(cx, registered("witness"), 1);
                body(cx);
            });
            monitor(cx, actor);
            assert_eq!(
                receive_if(cx, -1, |got| *got == Got::Value(1)),
                Some(Got::Value(1))
            );
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_exit(cx, actor, exit::SHUTDOWN, text(cx, "")) };
            down(cx);
            assert_eq!(receive_if(cx, 0, |_| true), Some(Got::Value(4711)));
            assert_eq!(receive_if(cx, 0, |_| true), None);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_name_belongs_to_one_live_actor() {
    let status = run(2, |cx| {
        let one = spawn(cx, |cx| {
            receive_value(cx);
        });
        let two = spawn(cx, wait_for_ever);
        // SAFETY: `cx` is the running actor's.
        unsafe {
            let name = text(cx, "the one");
            assert!(snow_register(cx, name, one));
            assert!(!snow_register(cx, name, two));
            assert_eq!(snow_whereis(cx, name), one);
            monitor(cx, one);
            send(cx, one, 1);
            down(cx);
            assert_eq!(snow_whereis(cx, name), 0);
            assert!(!snow_register(cx, name, one), "a dead actor gets no name");
            assert!(snow_register(cx, name, two));
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_name_is_seen_in_its_world_only() {
    let status = run(2, |cx| {
        // SAFETY: `cx` is the running actor's.
        unsafe {
            let name = text(cx, "the one");
            let here = spawn(cx, wait_for_ever);
            assert!(snow_register(cx, name, here));
            snow_enter_world(cx, 7);
            assert_eq!(snow_whereis(cx, name), 0);
            let there = spawn(cx, wait_for_ever);
            assert!(snow_register(cx, name, there));
            assert_eq!(snow_whereis(cx, name), there);
            snow_enter_world(cx, 0);
            assert_eq!(snow_whereis(cx, name), here);
            monitor(cx, there);
            assert_eq!(snow_end_world(cx, 7), 1);
            down(cx);
            assert_eq!(snow_end_world(cx, 7), 0);
            assert!(snow_alive(cx, here));
            snow_enter_world(cx, 7);
            assert_eq!(snow_whereis(cx, name), 0);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn the_program_waits_for_those_that_will_go_on() {
    for workers in [1, 2] {
        static DONE: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        DONE.store(0, std::sync::atomic::Ordering::SeqCst);
        let status = run(workers, |cx| {
            let done = || DONE.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let me = own_pid(cx);
            spawn(cx, move |cx| {
                // SAFETY: `cx` is the running actor's.
                unsafe { snow_sleep(cx, 20) };
                done();
            });
            spawn(cx, move |cx| {
                assert_eq!(receive_if(cx, 30, |_| true), None);
                done();
            });
            spawn(cx, wait_for_ever);
            let late = spawn(cx, move |cx| {
                receive_value(cx);
                done();
            });
            // A delayed message alone keeps nothing alive.
            // SAFETY: `cx` is the running actor's, the writer is open.
            unsafe {
                let mut writer = open(cx);
                write(&mut writer, 1);
                snow_send_after(cx, me, 1_000_000, (&raw mut writer).cast());
            }
            send(cx, late, 1);
        });
        assert_eq!(status, 0);
        assert_eq!(DONE.load(std::sync::atomic::Ordering::SeqCst), 3);
    }
}

#[test]
fn a_crash_of_main_ends_the_program() {
    let status = run(2, |cx| {
        // SAFETY: `cx` is the running actor's.
        spawn(cx, |cx| unsafe { snow_sleep(cx, 1_000_000) });
        crash(cx, "main is gone");
    });
    assert_eq!(status, 1);
}

#[test]
fn a_main_that_nobody_can_wake_is_a_deadlock() {
    assert_eq!(
        run(2, |cx| {
            receive_value(cx);
        }),
        1
    );
}
