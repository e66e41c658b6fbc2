//! Ties of two actors: links, and following.

use snow_abi::layout::exit;

use super::endings::*;
use super::*;

#[test]
fn a_link_spreads_crashes_but_not_normal_ends() {
    let status = run(2, |cx| {
        let peer = |cx: *mut Context, ends: bool| {
            spawn(cx, move |cx| {
                let other = receive_value(cx);
                // SAFETY: `cx` is the running actor's.
                unsafe { snow_link(cx, other) };
                if !ends {
                    wait_for_ever(cx);
                }
            })
        };
        let crasher = spawn(cx, |cx| {
            receive_value(cx);
            crash(cx, "first");
        });
        let linked = peer(cx, false);
        send(cx, linked, crasher);
        monitor(cx, linked);
        let quiet = peer(cx, true);
        monitor(cx, quiet);
        send(cx, quiet, linked);
        assert_eq!(down(cx), (exit::NORMAL, quiet, String::new()));
        send(cx, crasher, 1);
        let (kind, number, text) = down(cx);
        assert_eq!((kind, number), (exit::ERROR, linked));
        assert!(
            text.contains(&crasher.to_string()) && text.contains("first"),
            "{text}"
        );
    });
    assert_eq!(status, 0);
}

#[test]
fn an_actor_that_follows_shares_a_crash_and_keeps_its_own() {
    let status = run(2, |cx| {
        let follower = |cx: *mut Context, links: bool| {
            spawn(cx, move |cx| {
                let other = receive_value(cx);
                // SAFETY: `cx` is the running actor's.
                unsafe {
                    snow_follow(cx, other);
                    snow_follow(cx, other);
                    if links {
                        snow_link(cx, other);
                        snow_follow(cx, other);
                    }
                }
                if receive_value(cx) == 1 {
                    crash(cx, "its own");
                }
            })
        };
        let followed = spawn(cx, |cx| {
            receive_value(cx);
            crash(cx, "shared");
        });
        let (crashing, ending, waiting) = (
            follower(cx, false),
            follower(cx, false),
            follower(cx, false),
        );
        for pid in [crashing, ending, waiting] {
            send(cx, pid, followed);
            monitor(cx, pid);
        }
        send(cx, crashing, 1);
        assert_eq!(down(cx).1, crashing);
        send(cx, ending, 0);
        assert_eq!(down(cx), (exit::NORMAL, ending, String::new()));
        // Signals of one sender arrive in order: had it been told of those ends, it were gone.
        monitor(cx, followed);
        send(cx, followed, 1);
        let mut ends = [down(cx), down(cx)];
        ends.sort_by_key(|(_, pid, _)| *pid == waiting);
        assert!(ends[0].2.starts_with("panic in"), "{ends:?}");
        assert_eq!((ends[1].0, ends[1].1), (exit::ERROR, waiting));
        assert!(ends[1].2.contains("shared"), "{ends:?}");

        let linked_too = spawn(cx, wait_for_ever);
        let links = follower(cx, true);
        send(cx, links, linked_too);
        monitor(cx, linked_too);
        send(cx, links, 1);
        assert!(down(cx).2.contains("its own"));

        let gone = spawn(cx, |cx| crash(cx, "gone"));
        monitor(cx, gone);
        down(cx);
        let late = follower(cx, false);
        monitor(cx, late);
        send(cx, late, gone);
        assert_eq!(down(cx).0, exit::ERROR);
    });
    assert_eq!(status, 0);
}

#[test]
fn bonds_with_the_dead_are_answered_at_once() {
    let status = run(2, |cx| {
        let crashed = spawn(cx, |cx| crash(cx, "gone"));
        monitor(cx, crashed);
        down(cx);
        monitor(cx, crashed);
        assert_eq!(
            down(cx),
            (exit::NO_ACTOR, crashed, "no such actor".to_string())
        );
        let ended = spawn(cx, |_| {});
        monitor(cx, ended);
        down(cx);
        // SAFETY: `cx` is the running actor's.
        unsafe { snow_link(cx, ended) };
        let linker = spawn(cx, move |cx| {
            // SAFETY: `cx` is the running actor's.
            unsafe { snow_link(cx, crashed) };
            wait_for_ever(cx);
        });
        monitor(cx, linker);
        assert_eq!(down(cx).0, exit::ERROR);
    });
    assert_eq!(
        status, 0,
        "a link to one that ended normally before does no harm"
    );
}
