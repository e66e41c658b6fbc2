//! Standard output and standard error: a bounded queue for each stream, and a thread for each that
//! writes it.
//!
//! No worker ever waits for a reader. [`print`] parks the calling actor while the queue of its
//! stream is full; [`log`] leaves its lines out and counts them. Text gathers until a worker parks
//! ([`flush`]) or [`GATHERED`] bytes are there; standard error is never held back.
//!
//! Order: a text is written after every text that was accepted before it, on either stream, except
//! that a stream whose reader has stopped does not hold the other one up (see `writer`).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use snow_abi::layout::Context;

use super::captured;
use crate::actor::state::Awaited;
use crate::sched::park::{self, Waker};

/// The program's form of lines for what the runtime writes.
mod form;
/// Reports of crashes and slow code.
mod reports;
/// What is said when the runtime itself is at its end.
mod urgent;
/// The threads that write.
mod writer;

pub use reports::report;
pub use urgent::print_urgently;

/// Bytes that gather before the thread is woken in the middle of a turn: enough that the wake-up is
/// a small part of the cost of printing, small enough to stay in the second-level cache.
const GATHERED: usize = 32 * 1024;
/// A queue that holds so many bytes is full. Four pipes' worth: the thread never runs dry while an
/// actor that was parked is on its way.
const FULL: usize = 256 * 1024;
/// How long the end of the program waits for a reader that takes nothing.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same when a signal has asked for the end, ...
const PATIENCE_AFTER_SIGNAL: Duration = Duration::from_secs(1);
/// ... and how long the end may take then, whatever the reader takes.
const LONGEST_AFTER_SIGNAL: Duration = Duration::from_secs(5);
/// How often the end of the program looks whether a signal has come meanwhile.
const LOOK: Duration = Duration::from_millis(50);

/// One of the two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Stream {
    const BOTH: [Stream; 2] = [Stream::Out, Stream::Err];

    fn index(self) -> usize {
        self as usize
    }

    fn other(self) -> Stream {
        match self {
            Stream::Out => Stream::Err,
            Stream::Err => Stream::Out,
        }
    }

    fn descriptor(self) -> i32 {
        match self {
            Stream::Out => libc::STDOUT_FILENO,
            Stream::Err => libc::STDERR_FILENO,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Stream::Out => "standard output",
            Stream::Err => "standard error",
        }
    }
}

/// What one stream still has to write. Counts of bytes run from the start of the process.
struct Queue {
    /// Texts that the thread has not taken yet.
    text: Vec<u8>,
    /// Where in `text` something begins that must follow the other stream's first so many bytes.
    marks: Vec<Mark>,
    /// Bytes accepted.
    accepted: u64,
    /// Bytes written, or given up because the system refused them.
    written: u64,
    /// True from the moment when the other stream got tired of waiting until all is written.
    is_behind: bool,
    /// Log lines left out since the queue became full.
    dropped: usize,
    /// Parked actors by slot: one that was ended meanwhile leaves an entry that the slot's next one
    /// replaces, so there are never more than actors.
    parked: BTreeMap<u32, Waker>,
    has_thread: bool,
}

/// A place in a queue, and how far the other stream must be before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    at: usize,
    other: u64,
}

impl Queue {
    const fn new() -> Self {
        Queue {
            text: Vec::new(),
            marks: Vec::new(),
            accepted: 0,
            written: 0,
            is_behind: false,
            dropped: 0,
            parked: BTreeMap::new(),
            has_thread: false,
        }
    }

    fn is_full(&self) -> bool {
        self.text.len() >= FULL
    }

    /// Appends a text that is to follow the first `other` bytes of the other stream.
    fn push(&mut self, text: &[u8], other: u64) {
        if self.marks.last().is_none_or(|mark| mark.other != other) {
            self.marks.push(Mark {
                at: self.text.len(),
                other,
            });
        }
        self.text.extend_from_slice(text);
        self.accepted += text.len() as u64;
    }
}

static QUEUES: Mutex<[Queue; 2]> = Mutex::new([Queue::new(), Queue::new()]);
/// There is something to write.
static WANTED: [Condvar; 2] = [Condvar::new(), Condvar::new()];
/// A stream has made progress.
static WRITTEN: Condvar = Condvar::new();
/// True while texts wait that no thread was woken for. Lets a worker's flush be one load; a stale
/// answer is corrected by the printing worker's own flush, which comes later in its program order.
static GATHERING: AtomicBool = AtomicBool::new(false);

/// Puts text on a stream, whole. Parks the calling actor while the stream's queue is full.
///
/// # Safety
/// `cx` is the actor that runs on this thread; `text` is its, and stays while it is parked.
pub unsafe fn print(cx: *mut Context, stream: Stream, text: &[u8]) {
    while !accept(stream, text) {
        // SAFETY: the caller's promise; nothing that owns memory lives on this stack.
        unsafe { park_until_room(cx, stream) };
    }
}

/// The one place where an actor waits for a reader of its output. That time does not count for the
/// limits of callbacks.
///
/// # Safety
/// As for [`park::park_uncounted`].
unsafe fn park_until_room(cx: *mut Context, stream: Stream) {
    // SAFETY: the caller's promise.
    unsafe {
        park::park_uncounted(cx, Awaited::Stream, None, true, |waker| {
            wake_when_room(stream, waker)
        })
    };
}

/// Puts lines on standard error, or leaves them out and counts them when its queue is full. Never
/// waits; any thread may call.
pub fn log(lines: &[u8]) {
    let mut queues = QUEUES.lock();
    let queue = &mut queues[Stream::Err.index()];
    if queue.is_full() {
        queue.dropped += line_count(lines);
    } else {
        push(&mut queues, Stream::Err, lines);
    }
}

/// Has what has gathered written.
pub fn flush() {
    if GATHERING.load(Ordering::Relaxed) {
        wake_both(&mut QUEUES.lock());
    }
}

/// Waits until all that was accepted before is written: as long as its readers take something every
/// [`PATIENCE`], and without limit where a person at a terminal may page through it and can
/// interrupt. Once `is_asked_to_end` says that a signal has come, patience is short.
pub fn finish(is_asked_to_end: impl Fn() -> bool) {
    // SAFETY: takes and returns plain numbers.
    let has_person = unsafe { libc::isatty(libc::STDERR_FILENO) == 1 };
    let counts = reports::counts();
    let captured = captured::take_all();
    let mut queues = QUEUES.lock();
    if !captured.is_empty() {
        push(&mut queues, Stream::Out, &captured);
    }
    if !counts.is_empty() {
        push(&mut queues, Stream::Err, counts.as_bytes());
    }
    wake_both(&mut queues);
    for stream in Stream::BOTH {
        writer::write_without_thread(&mut queues, stream);
    }
    let goals = Stream::BOTH.map(|stream| queues[stream.index()].accepted);
    let (mut moved, mut moves) = (Instant::now(), writer::progress());
    let mut asked = None;
    while (0..2).any(|index| queues[index].written < goals[index]) {
        let now = Instant::now();
        let latest = writer::progress();
        if latest != moves {
            (moved, moves) = (now, latest);
        }
        if is_asked_to_end() {
            let asked = *asked.get_or_insert(now);
            let still = now - moved.max(asked);
            if still >= PATIENCE_AFTER_SIGNAL || now - asked >= LONGEST_AFTER_SIGNAL {
                return;
            }
        } else if now - moved >= PATIENCE && !has_person {
            return;
        }
        WRITTEN.wait_for(&mut queues, LOOK);
    }
}

/// False when the queue is full.
fn accept(stream: Stream, text: &[u8]) -> bool {
    let mut queues = QUEUES.lock();
    let has_room = !queues[stream.index()].is_full();
    if has_room {
        push(&mut queues, stream, text);
    }
    has_room
}

fn push(queues: &mut [Queue; 2], stream: Stream, text: &[u8]) {
    let other = queues[stream.other().index()].accepted;
    let queue = &mut queues[stream.index()];
    queue.push(text, other);
    if stream == Stream::Err {
        // What was printed before it comes first.
        wake_both(queues);
    } else if queue.text.len() > GATHERED {
        writer::wake(queues, stream);
    } else {
        GATHERING.store(true, Ordering::Relaxed);
    }
}

fn wake_both(queues: &mut [Queue; 2]) {
    GATHERING.store(false, Ordering::Relaxed);
    Stream::BOTH
        .into_iter()
        .for_each(|stream| writer::wake(queues, stream));
}

/// Lines in a text; one that has no end is one, too.
fn line_count(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count().max(1)
}

fn wake_when_room(stream: Stream, waker: Waker) {
    let mut queues = QUEUES.lock();
    let queue = &mut queues[stream.index()];
    if queue.is_full() {
        queue.parked.insert(waker.slot(), waker);
    } else {
        drop(queues);
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_marks_only_what_follows_something_new_of_the_other_stream() {
        let mut queue = Queue::new();
        queue.push(b"one", 0);
        queue.push(b"two", 0);
        queue.push(b"three", 7);
        queue.push(b"four", 7);
        assert_eq!(queue.text, b"onetwothreefour");
        assert_eq!(
            queue.marks,
            [Mark { at: 0, other: 0 }, Mark { at: 6, other: 7 }]
        );
        assert_eq!(queue.accepted, 15);
    }

    #[test]
    fn a_queue_with_any_room_takes_a_text_whole() {
        let mut queue = Queue::new();
        queue.push(&vec![b'x'; FULL - 1], 0);
        assert!(!queue.is_full());
        queue.push(&vec![b'x'; 2 * FULL], 0);
        assert!(queue.is_full());
    }

    #[test]
    fn text_without_a_line_end_is_a_line() {
        assert_eq!(
            [line_count(b"a\nb\n"), line_count(b"a\n"), line_count(b"a")],
            [2, 1, 1]
        );
    }
}
