//! Standard input by lines. A thread of its own reads, started with the first wish for a line, so
//! no worker blocks.
//!
//! The thread reads only while someone waits, so that input that was not asked for stays with the
//! system. A line whose asker was ended meanwhile goes to the next one. A line is at most
//! [`LINE_MAX`] bytes long, so that input without line ends does not fill the memory.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

use parking_lot::{Condvar, Mutex};
use snow_abi::layout::Context;

use super::threads;
use crate::actor::state::Awaited;
use crate::sched::park::{self, Waker};
use crate::text::words_of;

/// Bytes that a line may have without its end.
const LINE_MAX: usize = 1 << 20;

/// What reading a line came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line without its end.
    Text(String),
    /// There are no more lines.
    End,
    /// The bytes are no text or too many, or the system refused.
    Failed(String),
}

struct Desk {
    lines: VecDeque<Line>,
    waiting: Vec<Waker>,
    ended: bool,
    started: bool,
}

static DESK: Mutex<Desk> = Mutex::new(Desk {
    lines: VecDeque::new(),
    waiting: Vec::new(),
    ended: false,
    started: false,
});
static WANTED: Condvar = Condvar::new();

/// The next line; parks the caller until there is one.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn read_line(cx: *mut Context) -> Line {
    super::output::flush();
    loop {
        if let Some(line) = next() {
            return line;
        }
        if let Err(error) = start_reader() {
            return Line::Failed(format!(
                "standard input: no thread reads it: {}",
                words_of(&error)
            ));
        }
        // SAFETY: `cx` runs here, and nothing that owns memory lives on this stack across the
        // suspension.
        unsafe { park::park(cx, Awaited::Stream, None, true, wish) };
    }
}

fn next() -> Option<Line> {
    let mut desk = DESK.lock();
    let line = desk.lines.pop_front();
    if line.is_none() && desk.ended {
        return Some(Line::End);
    }
    line
}

fn wish(waker: Waker) {
    let mut desk = DESK.lock();
    if !desk.lines.is_empty() || desk.ended {
        drop(desk);
        return waker.wake();
    }
    desk.waiting.push(waker);
    WANTED.notify_one();
}

/// Starts the reading thread unless it was started. When the system has none for it now, the next
/// wish tries again.
fn start_reader() -> io::Result<()> {
    let mut desk = DESK.lock();
    if !desk.started {
        threads::start("snow-input", serve)?;
        desk.started = true;
    }
    Ok(())
}

fn serve() {
    let mut input = Source::new(BufReader::new(Input));
    loop {
        {
            let mut desk = DESK.lock();
            while desk.waiting.is_empty() {
                WANTED.wait(&mut desk);
            }
        }
        let line = input.next_line();
        let ended = line == Line::End;
        let waiting = {
            let mut desk = DESK.lock();
            desk.ended = ended;
            if !ended {
                desk.lines.push_back(line);
            }
            std::mem::take(&mut desk.waiting)
        };
        // All of them, because the first may have ended meanwhile; an actor that finds no line
        // waits again.
        waiting.into_iter().for_each(Waker::wake);
        if ended {
            return;
        }
    }
}

/// The descriptor itself. It may have been made non-blocking by another process that shares it.
struct Input;

impl Read for Input {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the standard descriptors stay open for the life of the process, and ManuallyDrop
        // leaves this one open.
        let mut stream = ManuallyDrop::new(unsafe { File::from_raw_fd(libc::STDIN_FILENO) });
        loop {
            match stream.read(bytes) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    super::wait_until_ready(libc::STDIN_FILENO, libc::POLLIN);
                }
                outcome => return outcome,
            }
        }
    }
}

/// Lines out of bytes.
struct Source<R> {
    input: R,
    /// True while what comes up to the next line end belongs to a line that was too long.
    is_inside: bool,
}

impl<R: BufRead> Source<R> {
    fn new(input: R) -> Self {
        Source {
            input,
            is_inside: false,
        }
    }

    fn next_line(&mut self) -> Line {
        self.read()
            .unwrap_or_else(|error| Line::Failed(words_of(&error)))
    }

    fn read(&mut self) -> io::Result<Line> {
        // Not before the next line is wanted: the error was told at once.
        if self.is_inside {
            self.input.skip_until(b'\n')?;
            self.is_inside = false;
        }
        let mut bytes = Vec::new();
        // Both bytes of the longest end.
        let most = LINE_MAX as u64 + 2;
        if self
            .input
            .by_ref()
            .take(most)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(Line::End);
        }
        self.is_inside = bytes.last() != Some(&b'\n') && bytes.len() as u64 == most;
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        }
        if bytes.len() > LINE_MAX {
            return Ok(Line::Failed("the line is longer than 1 MiB".into()));
        }
        Ok(String::from_utf8(bytes).map_or_else(
            |_| Line::Failed("the line is no UTF-8 text".into()),
            Line::Text,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lose_their_end_and_the_last_needs_none() {
        let mut input = Source::new(&b"one\r\ntwo\n\nlast"[..]);
        for text in ["one", "two", "", "last"] {
            assert_eq!(input.next_line(), Line::Text(text.into()));
        }
        assert_eq!(input.next_line(), Line::End);
    }

    #[test]
    fn a_reader_that_cannot_start_is_an_error() {
        threads::FAIL.set(true);
        start_reader().expect_err("no thread can start");
        assert!(!DESK.lock().started, "the next wish tries again");
    }

    #[test]
    fn bytes_that_are_no_text_are_said_to_be_none() {
        let line = Source::new(&b"\xff\n"[..]).next_line();
        assert_eq!(line, Line::Failed("the line is no UTF-8 text".into()));
    }

    #[test]
    fn a_line_that_is_too_long_is_an_error_and_the_next_one_is_whole() {
        let longest = "x".repeat(LINE_MAX);
        for end in ["\n", "\r\n"] {
            for extra in ["y", "yy", "yyy", &longest, &"z".repeat(3 * LINE_MAX)] {
                let text = format!("{longest}{end}{longest}{extra}{end}next{end}");
                let mut input = Source::new(text.as_bytes());
                assert_eq!(input.next_line(), Line::Text(longest.clone()));
                let told = Line::Failed("the line is longer than 1 MiB".into());
                assert_eq!(input.next_line(), told, "{} bytes more", extra.len());
                assert_eq!(input.next_line(), Line::Text("next".into()));
                assert_eq!(input.next_line(), Line::End);
            }
        }
    }

    #[test]
    fn input_without_line_ends_is_refused_at_its_limit() {
        let mut input = Source::new(BufReader::new(io::repeat(b'x')));
        assert!(matches!(input.next_line(), Line::Failed(_)));
    }
}
