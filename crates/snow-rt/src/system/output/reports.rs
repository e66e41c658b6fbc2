//! How many reports of one kind come out: an actor that crashes again and again must neither flood
//! standard error nor hide what others report.
//!
//! Each kind, such as the crashes of one actor at one line, has [`BURST`] reports at once and then
//! [`A_SECOND`] more each second. What is left out is counted, and told once a second by the thread
//! that writes standard error, or when the program ends.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::form::{formed, Level};
use crate::actor::report::About;

/// Reports of one kind that come out however fast they come: what went wrong first matters most.
const BURST: u64 = 100;
/// Reports of one kind a second after that.
const A_SECOND: u64 = 10;
/// Time between a report that is left out and the line with the count.
const TOLD_AFTER: Duration = Duration::from_secs(1);
/// Kinds that are told apart. A program has few lines that crash; those beyond share one kind.
const KINDS_MAX: usize = 1024;
/// The kind of those beyond.
const OTHERS: &str = "others";

static REPORTS: Mutex<Reports> = Mutex::new(Reports::new());

/// So many reports, as the line with the count says it.
fn counted(about: About, count: u64) -> String {
    let (noun, plural) = match about {
        About::Crash => ("crash report", "crash reports"),
        About::SlowCode => ("report of slow code", "reports of slow code"),
    };
    if count == 1 {
        format!("1 {noun} was")
    } else {
        format!("{count} {plural} were")
    }
}

fn level(about: About) -> Level {
    match about {
        About::Crash => Level::Error,
        About::SlowCode => Level::Warn,
    }
}

/// Reports of one kind.
struct Kind {
    /// Those that may come out at `at`.
    allowed: u64,
    at: Instant,
    left_out: u64,
}

/// All kinds.
struct Reports {
    kinds: BTreeMap<(About, Box<str>), Kind>,
    /// When the counts are to be told; `None` when nothing was left out.
    due: Option<Instant>,
}

/// What becomes of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Written,
    LeftOut,
    /// Left out, and the first one of all kinds since counts were told.
    FirstLeftOut,
}

/// Puts a report of that kind on standard error, or leaves it out and counts it. Never waits; any
/// thread may call.
pub fn report(about: About, kind: &str, text: impl FnOnce() -> String) {
    let verdict = REPORTS.lock().judge(about, kind, Instant::now());
    match verdict {
        Verdict::Written => super::log(formed(level(about), text()).as_bytes()),
        Verdict::LeftOut => {}
        // The thread sleeps without a limit when it has nothing to tell.
        Verdict::FirstLeftOut => super::writer::look_again(),
    }
}

/// When the counts are to be told.
pub(super) fn due() -> Option<Instant> {
    REPORTS.lock().due
}

/// The lines with the counts, which begin anew.
pub(super) fn counts() -> String {
    REPORTS.lock().take_counts()
}

impl Reports {
    const fn new() -> Self {
        Reports {
            kinds: BTreeMap::new(),
            due: None,
        }
    }

    fn judge(&mut self, about: About, kind: &str, now: Instant) -> Verdict {
        let mut key = (about, Box::from(kind));
        if self.kinds.len() >= KINDS_MAX && !self.kinds.contains_key(&key) {
            key.1 = Box::from(OTHERS);
        }
        let kind = self.kinds.entry(key).or_insert(Kind {
            allowed: BURST,
            at: now,
            left_out: 0,
        });
        kind.refill(now);
        if kind.allowed > 0 {
            kind.allowed -= 1;
            return Verdict::Written;
        }
        kind.left_out += 1;
        if self.due.is_some() {
            return Verdict::LeftOut;
        }
        self.due = Some(now + TOLD_AFTER);
        Verdict::FirstLeftOut
    }

    fn take_counts(&mut self) -> String {
        self.due = None;
        let mut lines = String::new();
        for ((about, kind), entry) in &mut self.kinds {
            let count = std::mem::take(&mut entry.left_out);
            if count > 0 {
                let line = format!("{} left out: {kind}\n", counted(*about, count));
                lines += &formed(level(*about), line);
            }
        }
        lines
    }
}

impl Kind {
    fn refill(&mut self, now: Instant) {
        let step = Duration::from_secs(1) / A_SECOND as u32;
        let steps = (now - self.at).as_nanos() / step.as_nanos();
        let more = u64::try_from(steps).unwrap_or(BURST).min(BURST);
        if self.allowed + more >= BURST {
            (self.allowed, self.at) = (BURST, now);
        } else {
            self.allowed += more;
            self.at += step * more as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reports: &mut Reports, kind: &str, count: u64, now: Instant) -> u64 {
        (0..count)
            .filter(|_| reports.judge(About::Crash, kind, now) == Verdict::Written)
            .count() as u64
    }

    #[test]
    fn the_first_come_out_and_the_others_are_counted() {
        let (mut reports, now) = (Reports::new(), Instant::now());
        assert_eq!(
            written(&mut reports, "panic in a (a.snow:1)", BURST, now),
            BURST
        );
        assert_eq!((reports.due, reports.take_counts()), (None, String::new()));
        assert_eq!(written(&mut reports, "panic in a (a.snow:1)", 37, now), 0);
        assert_eq!(reports.due, Some(now + TOLD_AFTER));
        let told = "37 crash reports were left out: panic in a (a.snow:1)\n";
        assert_eq!(reports.take_counts(), told);
        assert_eq!((reports.due, reports.take_counts()), (None, String::new()));
        assert_eq!(written(&mut reports, "panic in a (a.snow:1)", 1, now), 0);
        let told = "1 crash report was left out: panic in a (a.snow:1)\n";
        assert_eq!(reports.take_counts(), told);
    }

    #[test]
    fn a_flood_of_one_kind_leaves_out_nothing_of_another() {
        let (mut reports, now) = (Reports::new(), Instant::now());
        written(&mut reports, "panic in a (a.snow:1)", 100_000, now);
        assert_eq!(written(&mut reports, "panic in a (a.snow:2)", 5, now), 5);
        let slow = reports.judge(About::SlowCode, "panic in a (a.snow:1)", now);
        assert_eq!(slow, Verdict::Written);
    }

    #[test]
    fn some_come_out_in_each_second_of_a_flood() {
        let (mut reports, now) = (Reports::new(), Instant::now());
        written(&mut reports, "a", 1000, now);
        for second in 1..4 {
            let then = now + Duration::from_secs(second);
            assert_eq!(written(&mut reports, "a", 1000, then), A_SECOND);
        }
        let much_later = now + Duration::from_secs(1_000_000_000);
        assert_eq!(written(&mut reports, "a", 1000, much_later), BURST);
    }

    #[test]
    fn kinds_without_number_take_no_memory_without_bound() {
        let (mut reports, now) = (Reports::new(), Instant::now());
        for number in 0..10 * KINDS_MAX {
            reports.judge(About::Crash, &number.to_string(), now);
        }
        assert_eq!(reports.kinds.len(), KINDS_MAX + 1);
        let left_out = 9 * KINDS_MAX as u64 - BURST;
        let told = format!("{left_out} crash reports were left out: others\n");
        assert_eq!(reports.take_counts(), told);
    }
}
