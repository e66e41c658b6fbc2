//! What a build is doing and how long it takes: one line on a terminal, a table for `--timings`.

mod line;

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::arguments::{Profile, Reporting};
use line::Line;

/// Watches one build.
pub(crate) struct Watch {
    begun: Instant,
    /// Standard error is a terminal and people read it.
    line: Option<Line>,
    shows_table: bool,
    files: AtomicUsize,
    begun_files: AtomicUsize,
    rows: Mutex<Vec<(String, Duration)>>,
    /// Objects from the cache, and those that are embedded in this command.
    found: Mutex<(usize, usize)>,
}

impl Watch {
    /// Begins now.
    pub(crate) fn start(reporting: &Reporting, profile: Profile) -> Watch {
        let shows_line = !reporting.json && io::stderr().is_terminal();
        Watch {
            begun: Instant::now(),
            line: shows_line.then(Line::start),
            shows_table: profile.timings,
            files: AtomicUsize::new(0),
            begun_files: AtomicUsize::new(0),
            rows: Mutex::new(Vec::new()),
            found: Mutex::new((0, 0)),
        }
    }

    /// Does one piece of work.
    pub(crate) fn stage<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        self.say(name);
        self.timed(name, work)
    }

    /// So many files will be compiled.
    pub(crate) fn expect_files(&self, count: usize) {
        self.files.store(count, Ordering::Relaxed);
    }

    /// Compiles one of them.
    pub(crate) fn file<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        // Relaxed: the number stands on a line that people read.
        let number = self.begun_files.fetch_add(1, Ordering::Relaxed) + 1;
        let count = self.files.load(Ordering::Relaxed);
        self.say(&format!("{number} of {count}, {name}"));
        self.timed(&format!("C: {name}"), work)
    }

    /// So many objects were there.
    pub(crate) fn found(&self, cached: usize, embedded: usize) {
        *self.found.lock().expect("nothing panics with the lock") = (cached, embedded);
    }

    /// Makes place on the terminal for other words.
    pub(crate) fn hide_line(&self) {
        if let Some(line) = &self.line {
            line.say("");
        }
    }

    fn say(&self, what: &str) {
        if let Some(line) = &self.line {
            line.say(&format!("  Compiling: {what}"));
        }
    }

    fn timed<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        let mut rows = self.rows.lock().expect("nothing panics with the lock");
        rows.push((name.into(), begun.elapsed()));
        done
    }

    fn table(&self, total: Duration) -> String {
        let mut rows = self
            .rows
            .lock()
            .expect("nothing panics with the lock")
            .clone();
        rows.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
        let (cached, embedded) = *self.found.lock().expect("nothing panics with the lock");
        let mut text = format!("  Timings, in ms: {}\n", total.as_millis());
        for (name, took) in rows {
            text += &format!("    {:>7}  {name}\n", took.as_millis());
        }
        text + &format!("  Objects: {cached} in the cache, {embedded} embedded in snowc\n")
    }
}

/// Takes the line away, however the build ends, and prints the table.
impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.line.take());
        let total = self.begun.elapsed();
        match self.rows.get_mut() {
            _ if !self.shows_table => {}
            Ok(rows) if rows.is_empty() => {
                eprintln!("  Timings, in ms: {}, nothing changed", total.as_millis());
            }
            Ok(_) | Err(_) => eprint!("{}", self.table(total)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Watch {
        Watch {
            begun: Instant::now(),
            line: None,
            shows_table: false,
            files: AtomicUsize::new(0),
            begun_files: AtomicUsize::new(0),
            rows: Mutex::new(Vec::new()),
            found: Mutex::new((0, 0)),
        }
    }

    #[test]
    fn a_table_has_the_longest_first() {
        let watch = watch();
        watch.found(2, 5);
        let rows = [("compiler", 20), ("C: Main", 300), ("linking", 50)];
        let rows = rows.map(|(name, ms)| (name.to_owned(), Duration::from_millis(ms)));
        *watch.rows.lock().unwrap() = rows.to_vec();
        let expected =
            "  Timings, in ms: 400\n        300  C: Main\n         50  linking\n         \
                        20  compiler\n  Objects: 2 in the cache, 5 embedded in snowc\n";
        assert_eq!(watch.table(Duration::from_millis(400)), expected);
    }
}
