//! A line on the terminal that says what is being measured.

use std::io::{IsTerminal, Write};

/// The line; it exists only while standard error is a terminal.
pub struct Progress {
    shown: bool,
    row: usize,
    rows: usize,
}

impl Progress {
    /// For so many rows.
    pub fn new(rows: usize) -> Progress {
        Progress {
            shown: std::io::stderr().is_terminal(),
            row: 0,
            rows,
        }
    }

    /// The next row begins.
    pub fn next_row(&mut self) {
        self.row += 1;
    }

    /// `done` of `all` measurements of the row are over, and the next is one of `server`.
    pub fn show(&self, row: &str, server: &str, done: usize, all: usize) {
        if self.shown {
            let line = line(self.row, self.rows, done, all);
            // A terminal that went away is no reason to stop measuring.
            let _ = write!(std::io::stderr(), "\r\x1b[K{line} {row}: {server}");
        }
    }

    /// Takes the line away, before something is printed.
    pub fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

const WIDTH: usize = 24;

fn line(row: usize, rows: usize, done: usize, all: usize) -> String {
    let filled = (done * WIDTH).checked_div(all).unwrap_or(0).min(WIDTH);
    format!(
        "[{}{}] {row}/{rows}",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled)
    )
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_bar_fills() {
        assert_eq!(line(1, 7, 0, 12), "[........................] 1/7");
        assert_eq!(line(2, 7, 6, 12), "[############............] 2/7");
        assert_eq!(line(7, 7, 12, 12), "[########################] 7/7");
        assert_eq!(line(1, 1, 0, 0), "[........................] 1/1");
    }
}
