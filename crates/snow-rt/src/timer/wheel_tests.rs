//! The wheel against a sorted list, over random deadlines, cancellations and steps.

use super::*;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

fn fire_all(wheel: &mut Wheel, now: i64) -> Vec<i64> {
    let mut fired = Vec::new();
    loop {
        let timer = wheel.advance(now);
        if timer.is_null() {
            return fired;
        }
        // SAFETY: the tests below keep their timers alive.
        fired.push(unsafe { (*timer).deadline });
    }
}

#[test]
fn timers_fire_at_their_deadline_and_never_early() {
    for seed in 1..30 {
        let mut random = Random(seed);
        let mut now = (random.next() % 1_000_000) as i64;
        let mut wheel = Wheel::new(now);
        let mut timers: Vec<Box<Timer>> = Vec::new();
        for _ in 0..400 {
            for _ in 0..random.next() % 4 {
                let span = 1 << (random.next() % 34);
                let mut timer = Box::new(Timer::new(Kind::Receive));
                timer.deadline = now + (random.next() % span) as i64;
                // SAFETY: the box keeps its address and lives until the end of the round.
                unsafe { wheel.arm(&mut *timer) };
                timers.push(timer);
            }
            if random.next() % 3 == 0 && !timers.is_empty() {
                let index = random.next() as usize % timers.len();
                // SAFETY: the timer is alive; disarming twice does nothing.
                unsafe { wheel.disarm(&mut *timers[index]) };
            }
            let expected = timers
                .iter()
                .filter(|timer| timer.armed)
                .map(|timer| timer.deadline)
                .min();
            if let (Some(expected), Some(next)) = (expected, wheel.next_deadline()) {
                assert!(
                    next <= expected.max(now),
                    "the wheel would sleep past a deadline"
                );
            }
            now += (random.next() % (1 << (random.next() % 30))) as i64;
            let mut due: Vec<i64> = timers
                .iter()
                .filter(|timer| timer.armed && timer.deadline <= now)
                .map(|timer| timer.deadline)
                .collect();
            let mut fired = fire_all(&mut wheel, now);
            due.sort_unstable();
            fired.sort_unstable();
            assert_eq!(fired, due, "seed {seed}");
        }
        for timer in &mut timers {
            // SAFETY: as above.
            unsafe { wheel.disarm(&mut **timer) };
        }
        assert!(wheel.is_empty() && wheel.next_deadline().is_none());
    }
}

#[test]
fn a_timer_beyond_the_span_is_kept() {
    let mut wheel = Wheel::new(5);
    let mut timer = Timer::new(Kind::Delayed);
    timer.deadline = 5 + 3 * SPAN;
    // SAFETY: the timer outlives the wheel's use of it.
    unsafe { wheel.arm(&mut timer) };
    assert!(fire_all(&mut wheel, 5 + 3 * SPAN - 1).is_empty());
    assert_eq!(fire_all(&mut wheel, 5 + 3 * SPAN).len(), 1);
}

#[test]
fn timers_of_one_deadline_fire_in_the_order_in_which_they_were_armed() {
    for deadline in [-5, 0, 1, 63, 64, 100, 4096, 300_000] {
        let mut wheel = Wheel::new(0);
        let mut timers: Vec<Box<Timer>> = Vec::new();
        for step in 0..9 {
            let mut timer = Box::new(Timer::new(Kind::Delayed));
            timer.deadline = deadline;
            // SAFETY: the box keeps its address and lives until the end of the round.
            unsafe { wheel.arm(&mut *timer) };
            timers.push(timer);
            // Timers move to lower levels between those that are armed.
            if deadline > 9 {
                assert!(wheel.advance(deadline * step / 9).is_null());
            }
        }
        // The first, one in the middle and the last.
        for index in [0, 4, 8] {
            // SAFETY: the timer is alive.
            unsafe { wheel.disarm(&mut *timers[index]) };
        }
        let armed = timers.iter_mut().filter(|timer| timer.armed);
        let expected: Vec<*mut Timer> = armed.map(|timer| &raw mut **timer).collect();
        let fired = std::iter::from_fn(|| {
            let timer = wheel.advance(deadline.max(0));
            (!timer.is_null()).then_some(timer)
        });
        assert_eq!(fired.collect::<Vec<_>>(), expected, "deadline {deadline}");
        assert!(wheel.is_empty());
    }
}
