//! Messages: order, selection, deadlines, wake-ups between workers.

use snow_abi::layout::{turn, wait};

use super::*;
use crate::abi::timer::*;
use crate::actor::memory;
use crate::timer::clock;

#[test]
fn a_message_comes_back() {
    for workers in [1, 2] {
        let status = run(workers, |cx| {
            let me = own_pid(cx);
            let echo = spawn(cx, move |cx| {
                for _ in 0..1000 {
                    let value = receive_value(cx);
                    send(cx, me, value + 1);
                }
            });
            for round in 0..1000 {
                send(cx, echo, round);
                assert_eq!(receive_value(cx), round + 1);
            }
        });
        assert_eq!(status, 0);
    }
}

#[test]
fn an_actor_that_waits_in_turns_keeps_no_stack() {
    let status = run(1, |cx| {
        let me = own_pid(cx);
        let mut sum = 0;
        let adder = spawn_turns(cx, move |cx| {
            // SAFETY: `cx` is the running actor's.
            unsafe {
                snow_receive_begin(cx);
                loop {
                    let message: *mut Message = snow_receive_next(cx).cast();
                    if message.is_null() {
                        if snow_receive_wait(cx, -1) == wait::SUSPEND {
                            return turn::WAITING;
                        }
                        continue;
                    }
                    if let Got::Value(value) = look(message) {
                        sum += value;
                    }
                    take(cx, message);
                    if sum == 10 {
                        send(cx, me, sum);
                        return turn::DONE;
                    }
                }
            }
        });
        for value in 1..=4 {
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_yield(cx) };
            assert_eq!(
                counters::read(counters::STACKS),
                0,
                "the adder waits without one, this actor runs"
            );
            send(cx, adder, value);
        }
        assert_eq!(receive_value(cx), 10);
    });
    assert_eq!(status, 0);
}

#[test]
fn what_does_not_match_stays_in_order() {
    let status = run(1, |cx| {
        let me = own_pid(cx);
        for value in [1, 2, 3, 4, 5, 6] {
            send(cx, me, value);
        }
        let even = |got: &Got| matches!(got, Got::Value(value) if value % 2 == 0);
        assert_eq!(receive_if(cx, -1, even), Some(Got::Value(2)));
        assert_eq!(receive_if(cx, -1, even), Some(Got::Value(4)));
        assert_eq!(receive_value(cx), 1);
        assert_eq!(receive_if(cx, -1, even), Some(Got::Value(6)));
        assert_eq!(receive_value(cx), 3);
        assert_eq!(receive_value(cx), 5);
        assert_eq!(receive_if(cx, 0, |_| true), None);
    });
    assert_eq!(status, 0);
}

#[test]
fn after_fires_in_time_and_unmatched_mail_does_not_move_it() {
    let status = run(1, |cx| {
        let me = own_pid(cx);
        let begun = clock::now_ns();
        // SAFETY: `cx` is the running actor's.
        spawn(cx, move |cx| unsafe {
            for value in 0..5 {
                snow_sleep(cx, 4);
                send(cx, me, value);
            }
        });
        assert_eq!(receive_if(cx, 20, |got| *got == Got::Value(99)), None);
        assert!(clock::now_ns() - begun >= 20_000_000);
        assert_eq!(
            receive_if(cx, 10_000, |got| *got == Got::Value(4)),
            Some(Got::Value(4))
        );
        assert_eq!(
            counters::read(counters::TIMERS),
            0,
            "the deadline is disarmed when something matched"
        );
    });
    assert_eq!(status, 0);
}

#[test]
fn a_delayed_message_comes_unless_it_is_cancelled() {
    let status = run(1, |cx| {
        let me = own_pid(cx);
        // SAFETY: `cx` is the running actor's, the writers are open.
        unsafe {
            let mut writer = open(cx);
            write(&mut writer, 1);
            let first = snow_send_after(cx, me, 5, (&raw mut writer).cast());
            let mut writer = open(cx);
            write(&mut writer, 2);
            snow_send_after(cx, me, 10, (&raw mut writer).cast());
            assert!(snow_timer_cancel(cx, first));
            assert!(!snow_timer_cancel(cx, first));
            assert_eq!(receive_value(cx), 2);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn waiting_for_a_delayed_message_uses_no_processor_time() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        // SAFETY: `cx` is the running actor's, the writer is open.
        unsafe {
            let mut writer = open(cx);
            write(&mut writer, 1);
            snow_send_after(cx, me, 100, (&raw mut writer).cast());
            let before = snow_counter(cx, counters::CPU_NS);
            assert_eq!(receive_value(cx), 1);
            assert!(snow_counter(cx, counters::CPU_NS) - before < 50_000_000);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_delayed_message_is_cancelled_from_another_worker() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        // SAFETY: `cx` is the running actor's, the writers are open.
        unsafe {
            for _ in 0..50 {
                let mut writer = open(cx);
                write(&mut writer, 1);
                let timer = snow_send_after(cx, me, 100_000, (&raw mut writer).cast());
                for _ in 0..4 {
                    spawn(cx, move |cx| {
                        snow_yield(cx);
                        send(cx, me, i64::from(snow_timer_cancel(cx, timer)));
                    });
                }
                let won: i64 = (0..4).map(|_| receive_value(cx)).sum();
                assert_eq!(won, 1, "exactly one of four cancels it");
            }
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_hundred_thousand_actors_answer() {
    const COUNT: i64 = 100_000;
    for workers in [1, 2] {
        let status = run(workers, |cx| {
            let me = own_pid(cx);
            for value in 0..COUNT {
                spawn(cx, move |cx| send(cx, me, value));
            }
            let sum: i64 = (0..COUNT).map(|_| receive_value(cx)).sum();
            assert_eq!(sum, COUNT * (COUNT - 1) / 2);
        });
        assert_eq!(status, 0);
    }
}

#[test]
fn large_buffers_are_shared_and_given_back() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        // SAFETY: `cx` is the running actor's; the block is counted by the writer.
        unsafe {
            let value = memory::new_bytes(cx, &vec![7; 100_000]);
            let shared = mem::block_of(value);
            let pass = |cx, to: Pid| {
                let mut writer = open(cx);
                write(&mut writer, shared as usize as i64);
                snow_writer_block(cx, (&raw mut writer).cast(), shared.cast());
                snow_send(cx, to, (&raw mut writer).cast());
            };
            let reader = spawn(cx, move |cx| {
                snow_receive_begin(cx);
                let mut message = snow_receive_next(cx).cast::<Message>();
                while message.is_null() {
                    if snow_receive_wait(cx, -1) == wait::SUSPEND {
                        snow_park(cx);
                    }
                    message = snow_receive_next(cx).cast();
                }
                let Got::Value(address) = look(message) else {
                    panic!("a block was expected")
                };
                let reference: *mut snow_abi::layout::BlockRef =
                    snow_adopt_block(cx, address as usize as *mut c_void).cast();
                take(cx, message);
                let sum: i64 =
                    std::slice::from_raw_parts(mem::block_data((*reference).block), 100_000)
                        .iter()
                        .map(|byte| i64::from(*byte))
                        .sum();
                send(cx, me, sum);
            });
            pass(cx, reader);
            // One that is never read: its count goes with the actor.
            pass(cx, me);
            assert_eq!(
                receive_if(cx, -1, |got| *got == Got::Value(700_000)),
                Some(Got::Value(700_000))
            );
            mem::drop_bytes(cx, value);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_label_is_read_by_others_while_its_actor_lives() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        let label_of = |actor| {
            // SAFETY: `cx` is the running actor's.
            unsafe { String::from_utf8_lossy(mem::content(snow_label(cx, actor))).into_owned() }
        };
        let labelled = spawn(cx, move |cx| {
            for label in ["first", "second", ""] {
                // SAFETY: `cx` is the running actor's.
                unsafe { snow_set_label(cx, text(cx, label)) };
                send(cx, me, 1);
                receive_value(cx);
            }
        });
        for label in ["first", "second", ""] {
            receive_value(cx);
            assert_eq!(label_of(labelled), label);
            assert_eq!(label_of(me), "", "an actor labels itself only");
            send(cx, labelled, 1);
        }
        // SAFETY: `cx` is the running actor's.
        unsafe { snow_set_label(cx, text(cx, "second")) };
        assert_eq!(label_of(me), "second");
        let after = spawn(cx, |cx| {
            receive_value(cx);
        });
        assert_eq!(label_of(after), "", "a label is not handed down");
    });
    assert_eq!(status, 0);
}

#[test]
fn all_count_about_an_actor_while_it_lives() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        // SAFETY: `cx` is the running actor's.
        let tally = |actor, change| unsafe { snow_tally(cx, actor, change) };
        let counted = spawn(cx, move |cx| {
            // SAFETY: `cx` is the running actor's.
            let own = unsafe { snow_tally(cx, own_pid(cx), 2) };
            send(cx, me, own);
            receive_value(cx);
        });
        assert_eq!(receive_value(cx), 2);
        assert_eq!(tally(counted, 3), 5);
        assert_eq!(tally(counted, -1), 4);
        assert_eq!(tally(me, 0), 0);
        assert_eq!(
            tally(counted + (1 << 32), 3),
            0,
            "there is no such actor yet"
        );
        send(cx, counted, 1);
    });
    assert_eq!(status, 0);
}
