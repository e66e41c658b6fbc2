//! Wake-up rights of a parked actor; with `--cfg loom` under every interleaving.

use super::*;

#[cfg(not(loom))]
#[test]
fn a_waker_of_an_earlier_suspension_does_nothing() {
    let word = ParkWord::new();
    let first = word.begin();
    assert!(word.suspend());
    assert!(word.wake(first));
    assert!(!word.wake(first), "a second wake-up schedules nothing");
    assert_eq!(word.finish(), Cause::Ready);
    let second = word.begin();
    assert!(word.suspend());
    assert!(!word.wake(first));
    assert!(!word.is_woken());
    assert!(word.time_out());
    assert!(!word.wake(second), "the deadline had won");
    assert_eq!(word.finish(), Cause::TimedOut);
}

#[cfg(not(loom))]
#[test]
fn a_signal_survives_until_it_is_taken() {
    let word = ParkWord::new();
    assert!(!word.signal(), "nothing to schedule");
    word.begin();
    assert!(!word.suspend(), "the signal must be looked at first");
    assert!(word.take_signal());
    assert!(!word.take_signal());
    assert!(word.suspend());
    assert!(word.signal());
    assert!(
        !word.is_woken(),
        "a signal alone does not end the suspension"
    );
}

#[cfg(loom)]
#[test]
fn loom_exactly_one_party_schedules_a_parked_actor() {
    use loom::sync::atomic::{AtomicUsize, Ordering};
    use loom::sync::Arc;
    loom::model(|| {
        let word = Arc::new(ParkWord::new());
        let number = word.begin();
        let scheduled = Arc::new(AtomicUsize::new(0));
        let party = |act: fn(&ParkWord, u64) -> bool| {
            let (word, scheduled) = (word.clone(), scheduled.clone());
            loom::thread::spawn(move || {
                if act(&word, number) {
                    scheduled.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        let waker = party(|word, number| word.wake(number));
        let signal = party(|word, _| word.signal());
        let runs_on = !word.suspend();
        waker.join().unwrap();
        signal.join().unwrap();
        assert_eq!(scheduled.load(Ordering::SeqCst) + usize::from(runs_on), 1);
        assert!(word.is_woken());
        assert!(word.take_signal());
    });
}
