//! Standard input by lines. A thread of its own reads, started with the first wish for a line, so
//! no worker blocks.
//!
//! The thread reads only while someone waits, so that input nobody asked for stays with the system.
//! A line whose asker was ended meanwhile goes to the next one.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;

use parking_lot::{Condvar, Mutex};
use snow_abi::layout::Context;

use crate::sched::park::{self, Waker};

/// What reading a line came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line without its end.
    Text(String),
    /// There are no more lines.
    End,
    /// The bytes are no text, or the system refused.
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
    super::flush();
    loop {
        if let Some(line) = next() {
            return line;
        }
        // SAFETY: `cx` runs here, and nothing that owns memory lives on this stack across the
        // suspension.
        unsafe { park::park(cx, None, true, wish) };
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
    if !std::mem::replace(&mut desk.started, true) {
        std::thread::Builder::new()
            .name("snow-input".into())
            .spawn(serve)
            .expect("the system has one more thread");
    }
    WANTED.notify_one();
}

fn serve() {
    let mut input = BufReader::new(Input);
    loop {
        {
            let mut desk = DESK.lock();
            while desk.waiting.is_empty() {
                WANTED.wait(&mut desk);
            }
        }
        let line = read_from(&mut input);
        let ended = line == Line::End;
        let waiting = {
            let mut desk = DESK.lock();
            desk.ended = ended;
            if !ended {
                desk.lines.push_back(line);
            }
            std::mem::take(&mut desk.waiting)
        };
        // All of them, because the first may have ended meanwhile; who finds no line waits again.
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

fn read_from(input: &mut impl BufRead) -> Line {
    let mut bytes = Vec::new();
    match input.read_until(b'\n', &mut bytes) {
        Ok(0) => return Line::End,
        Ok(_) => {}
        Err(error) => return Line::Failed(error.to_string()),
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
    }
    String::from_utf8(bytes).map_or_else(
        |_| Line::Failed("the line is no UTF-8 text".into()),
        Line::Text,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lose_their_end_and_the_last_needs_none() {
        let mut input = &b"one\r\ntwo\n\nlast"[..];
        for text in ["one", "two", "", "last"] {
            assert_eq!(read_from(&mut input), Line::Text(text.into()));
        }
        assert_eq!(read_from(&mut input), Line::End);
    }

    #[test]
    fn bytes_that_are_no_text_are_said_to_be_none() {
        assert!(matches!(read_from(&mut &b"\xff\n"[..]), Line::Failed(_)));
    }
}
