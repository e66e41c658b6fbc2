//! What a guard that took values over does with them, seen in the heap itself.

use std::sync::atomic::Ordering;

use snow_abi::layout::{BlockRef, Header, CLASS_LARGE};

use super::limits::guard_taking;
use super::*;
use crate::actor::control::Actor;
use crate::actor::memory;
use crate::mem::{block, notes};

/// Words of an object of the test.
const WORDS: usize = 20;

fn charged(cx: *mut Context) -> usize {
    // SAFETY: `cx` is the running actor's.
    unsafe { (*Actor::of(cx)).heap.charged }
}

/// An object whose words are numbers from `first` on. Tag 0 is that of one without parts.
fn numbered(cx: *mut Context, words: usize, first: u64) -> *mut Header {
    // SAFETY: `cx` is the running actor's, and the object has so many words.
    unsafe {
        let object = memory::new_object(cx, (words + 1) * 8, 0);
        for at in 0..words {
            object.cast::<u64>().add(1 + at).write(first + at as u64);
        }
        object
    }
}

fn words(object: *mut Header, words: usize) -> Vec<u64> {
    // SAFETY: the object is alive and has so many words.
    (0..words)
        .map(|at| unsafe { object.cast::<u64>().add(1 + at).read() })
        .collect()
}

/// Writes to a word of an old object as a list does; false when a copy has to be written to.
fn write(cx: *mut Context, object: *mut Header, at: usize, word: u64) -> bool {
    // SAFETY: the object is alive and has that word.
    unsafe {
        let place = object.cast::<u64>().add(1 + at);
        let may = notes::note_words(cx, object, place.cast(), 8);
        if may {
            place.write(word);
        }
        may
    }
}

fn crash(cx: *mut Context) -> ! {
    // SAFETY: nothing here has to be dropped.
    unsafe { crate::actor::exit::crash(cx, b"on purpose") }
}

#[test]
fn what_was_freed_and_written_is_as_it_was_after_a_crash() {
    let status = run(1, |cx| {
        // The text of the crash has a place of its own from now on.
        let _: Result<(), String> = guard_taking(cx, || crash(cx));
        for large in [WORDS, 5000] {
            let (written, freed) = (numbered(cx, large, 0), numbered(cx, large, 900));
            // SAFETY: `cx` is the running actor's.
            let shared = unsafe { memory::new_reference(cx, block::new_block(100)) };
            for round in 0..400 {
                let before = charged(cx);
                let outcome: Result<(), String> = guard_taking(cx, || {
                    for at in 0..round % WORDS {
                        assert!(write(cx, written, at, 77));
                    }
                    // SAFETY: the objects are alive, and the test counts as their one owner.
                    unsafe {
                        assert!(heap::take_owner(cx, freed));
                        heap::free_object(cx, freed);
                        block::drop_reference(cx, shared.cast::<BlockRef>());
                        heap::add_owner(cx, written);
                    }
                    for _ in 0..round % 7 {
                        numbered(cx, large, 5);
                    }
                    crash(cx)
                });
                assert_eq!(outcome, Err("on purpose".into()));
                assert_eq!(words(written, large), (0..large as u64).collect::<Vec<_>>());
                assert_eq!(words(freed, 3), [900, 901, 902]);
                // SAFETY: all are alive.
                unsafe {
                    assert_eq!(((*written).rc, (*freed).rc, (*shared).header.rc), (1, 1, 1));
                    assert_eq!((*(*shared).block).rc.load(Ordering::SeqCst), 1);
                }
                assert_eq!(charged(cx), before);
            }
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn what_was_freed_goes_when_the_guard_ends() {
    let status = run(1, |cx| {
        for round in 0..300 {
            let (small, large) = (numbered(cx, WORDS, 0), numbered(cx, 5000, 0));
            // SAFETY: both are alive, and known here only.
            unsafe {
                assert_eq!((*large).class, CLASS_LARGE);
                let before = charged(cx);
                let outcome = guard_taking(cx, || {
                    heap::free_object(cx, small);
                    heap::free_object(cx, large);
                    assert_eq!(words(small, 2), [0, 1]);
                    assert!(charged(cx) >= before, "freed inside of round {round}");
                });
                assert_eq!(outcome, Ok(()));
                assert!(
                    charged(cx) + 5000 * 8 <= before,
                    "not freed after round {round}"
                );
            }
            // The cell is the next one that is used.
            assert_eq!(numbered(cx, WORDS, 0), small);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn more_notes_than_an_object_is_worth_are_refused() {
    let status = run(1, |cx| {
        let large = numbered(cx, 5000, 0);
        let outcome = guard_taking(cx, || {
            let noted = (0..5000).filter(|at| write(cx, large, *at, 1)).count();
            assert!(
                (1000..=2600).contains(&noted),
                "{noted} words of 5000 were noted"
            );
            crash(cx);
        });
        assert_eq!(outcome.map(|()| 0), Err("on purpose".into()));
        assert_eq!(words(large, 5000), (0..5000).collect::<Vec<_>>());
    });
    assert_eq!(status, 0);
}

#[test]
fn a_guard_inside_another_takes_nothing_over() {
    let status = run(1, |cx| {
        let object = numbered(cx, WORDS, 0);
        let outcome = guard_taking(cx, || {
            assert!(write(cx, object, 0, 5));
            let inner = guard_taking(cx, || {
                assert!(!write(cx, object, 1, 6));
                crash(cx);
            });
            assert_eq!(inner.map(|()| 0), Err("on purpose".into()));
            assert_eq!(words(object, 2), [5, 1]);
            assert!(write(cx, object, 1, 6));
            crash(cx);
        });
        assert_eq!(outcome.map(|()| 0), Err("on purpose".into()));
        assert_eq!(words(object, 2), [0, 1]);
    });
    assert_eq!(status, 0);
}

#[test]
fn counts_never_fall_short_when_the_rest_cannot_be_undone() {
    let status = run(1, |cx| {
        let object = numbered(cx, WORDS, 0);
        for _ in 0..200 {
            let outcome: Result<(), String> = guard_taking(cx, || {
                write(cx, object, 0, 5);
                // SAFETY: the object is alive.
                unsafe {
                    heap::add_owner(cx, object);
                    notes::keep_for_good(Actor::of(cx));
                }
                crash(cx)
            });
            assert_eq!(outcome, Err("on purpose".into()));
            assert_eq!(words(object, 1), [0]);
            // SAFETY: the object is alive.
            let count = unsafe { (*object).rc };
            assert!((2..=1 << 30).contains(&count), "{count}");
        }
    });
    assert_eq!(status, 0);
}
