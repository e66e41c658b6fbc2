//! Looking at actors: answers are true of one moment, and change nothing.

use snow_abi::layout::{activity, awaited, exit, turn, wait};

use super::*;
use crate::abi::inspect::snow_actors;
use crate::abi::timer::*;
use crate::actor::inspect::{self, Found, MOST_COUNTED};

/// What an actor is; `None` when it has ended.
fn inspect(cx: *mut Context, actor: Pid) -> Option<Found> {
    // SAFETY: `cx` is the running actor's.
    unsafe {
        match inspect::ask(cx, actor) {
            0 => None,
            place => inspect::wait(cx, place, None),
        }
    }
}

/// The same once it does that.
fn inspect_when(cx: *mut Context, actor: Pid, activity: i64) -> Found {
    loop {
        let found = inspect(cx, actor).expect("the actor lives");
        if found.activity == activity {
            return found;
        }
        // SAFETY: `cx` is the running actor's.
        unsafe { snow_yield(cx) };
    }
}

/// The body of an actor that waits without a stack, and ends with the number 1.
fn waiter() -> impl FnMut(*mut Context) -> i64 + Send + 'static {
    move |cx| {
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
                let is_end = look(message) == Got::Value(1);
                if is_end {
                    take(cx, message);
                    return turn::DONE;
                }
                snow_receive_keep(cx, message.cast(), std::ptr::null_mut());
            }
        }
    }
}

#[test]
fn an_actor_that_waits_is_looked_at_without_a_turn() {
    for workers in [1, 2] {
        let status = run(workers, |cx| {
            let actor = spawn_turns(cx, waiter());
            let before = inspect_when(cx, actor, activity::WAITING);
            assert_eq!((before.name(), before.messages), (&b"plain"[..], 0));
            assert_eq!(before.awaited, awaited::MESSAGE);
            assert_eq!(before.receive(), None, "its description has no places");
            for _ in 0..1000 {
                let again = inspect(cx, actor).expect("the actor lives");
                assert_eq!(
                    (again.activity, again.turns),
                    (before.activity, before.turns)
                );
            }
            send(cx, actor, 1);
        });
        assert_eq!(status, 0);
    }
}

#[test]
fn messages_that_wait_are_counted_up_to_a_limit() {
    let status = run(2, |cx| {
        let actor = spawn_turns(cx, waiter());
        for count in [1, 2, 3] {
            send(cx, actor, 0);
            assert_eq!(inspect_when(cx, actor, activity::WAITING).messages, count);
        }
        for _ in 0..MOST_COUNTED {
            send(cx, actor, 0);
        }
        let found = inspect_when(cx, actor, activity::WAITING);
        assert_eq!(found.messages, MOST_COUNTED as i64);
        assert!(
            found.turns >= 4,
            "a turn for each message that was seen alone"
        );
        send(cx, actor, 1);
    });
    assert_eq!(status, 0);
}

#[test]
fn an_actor_that_runs_or_sleeps_says_so() {
    for workers in [1, 2] {
        let status = run(workers, |cx| {
            let me = own_pid(cx);
            let sleeper = spawn(cx, |cx| {
                // SAFETY: `cx` is the running actor's.
                unsafe { snow_sleep(cx, 60_000) };
            });
            let asleep = inspect_when(cx, sleeper, activity::SUSPENDED);
            assert_eq!(asleep.awaited, awaited::SLEEP);
            let runner = spawn(cx, move |cx| {
                send(cx, me, 1);
                while receive_if(cx, 0, |_| true).is_none() {
                    // SAFETY: `cx` is the running actor's.
                    unsafe { snow_yield(cx) };
                }
            });
            receive_value(cx);
            let first = inspect_when(cx, runner, activity::RUNNING);
            assert_eq!(first.awaited, awaited::NOTHING);
            while inspect(cx, runner).expect("the actor lives").turns == first.turns {}
            let own = inspect(cx, me).expect("the actor lives");
            assert_eq!(
                (own.activity, own.awaited, own.name()),
                (activity::RUNNING, awaited::NOTHING, &b"main"[..])
            );
            send(cx, runner, 1);
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_exit(cx, sleeper, exit::KILLED, text(cx, "")) };
        });
        assert_eq!(status, 0);
    }
}

#[test]
fn an_actor_that_has_ended_is_not_found() {
    for workers in [1, 2, 4] {
        let status = run(workers, |cx| {
            for _ in 0..500 {
                let actor = spawn_turns(cx, waiter());
                send(cx, actor, 1);
                // It ends while it is asked about, or has ended.
                while inspect(cx, actor).is_some() {}
                assert!(inspect(cx, actor).is_none());
            }
            assert!(inspect(cx, 0x7fff_ffff_0000_0000).is_none());
        });
        assert_eq!(status, 0);
    }
}

#[test]
fn many_ask_about_one_actor_that_works() {
    const ROUNDS: i64 = 2000;
    let status = run(4, |cx| {
        let me = own_pid(cx);
        let echo = spawn(cx, move |cx| {
            for _ in 0..ROUNDS {
                let value = receive_value(cx);
                send(cx, me, value);
            }
        });
        for _ in 0..3 {
            spawn(cx, move |cx| while inspect(cx, echo).is_some() {});
        }
        for round in 0..ROUNDS {
            send(cx, echo, round);
            assert_eq!(receive_value(cx), round, "nothing is lost or doubled");
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn a_deadline_passes_while_an_actor_is_looked_at() {
    let status = run(2, |cx| {
        let me = own_pid(cx);
        let actor = spawn(cx, move |cx| {
            for _ in 0..20 {
                assert_eq!(receive_if(cx, 1, |_| true), None);
            }
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_sleep(cx, 5) };
            send(cx, me, 1);
        });
        while inspect(cx, actor).is_some() {}
        assert_eq!(receive_value(cx), 1);
    });
    assert_eq!(status, 0);
}

#[test]
fn actors_are_listed_in_parts() {
    let status = run(1, |cx| {
        let actors: Vec<Pid> = (0..10).map(|_| spawn_turns(cx, waiter())).collect();
        let list = |after, most| {
            // SAFETY: `cx` is the running actor's.
            let bytes = unsafe { mem::content(snow_actors(cx, after, most)).to_vec() };
            let pids = bytes
                .chunks(8)
                .map(|pid| Pid::from_be_bytes(pid.try_into().unwrap()));
            pids.collect::<Vec<Pid>>()
        };
        let all = list(0, 1000);
        assert_eq!(all.len(), 11);
        assert!(actors.iter().all(|actor| all.contains(actor)));
        let mut in_parts = Vec::new();
        loop {
            let part = list(in_parts.last().copied().unwrap_or(0), 3);
            if part.is_empty() {
                break;
            }
            in_parts.extend(part);
        }
        assert_eq!(in_parts, all);
        assert_eq!(list(0, 0), []);
        assert_eq!(list(0, -1), []);
        actors.into_iter().for_each(|actor| send(cx, actor, 1));
    });
    assert_eq!(status, 0);
}
