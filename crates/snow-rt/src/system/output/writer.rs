//! The thread of a stream: takes what has gathered and writes it, however long its reader needs.
//!
//! Descriptors stay as they are: `O_NONBLOCK` would be shared with other processes, so a write may
//! block, and only this thread with it.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::form::{formed, Level};
use super::{reports, Mark, Queue, Stream, FULL, QUEUES, WANTED, WRITTEN};
use crate::text::words_of;

/// Bytes of one write. The end of the program waits for a slow reader as long as writes end, so
/// they are small; twice a page keeps their cost low.
const WRITE: usize = 8 * 1024;
/// How long one stream waits for the texts of the other that come before its own. More than a busy
/// reader needs, less than a person notices.
const BEHIND: Duration = Duration::from_millis(100);

/// Bytes of a writer's stack: it only calls the system.
const STACK: usize = 128 << 10;

/// Writes that took something.
static PROGRESS: AtomicU64 = AtomicU64::new(0);

/// Texts taken out of a queue.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    marks: Vec<Mark>,
}

/// What the system refused to write, and why.
#[derive(Default)]
struct Lost {
    lines: usize,
    cause: String,
}

/// A number that grows with each write that took something.
pub fn progress() -> u64 {
    PROGRESS.load(Ordering::Relaxed)
}

/// Has the stream's thread write what is there; starts the thread when it is the first time.
pub fn wake(queues: &mut [Queue; 2], stream: Stream) {
    let queue = &mut queues[stream.index()];
    if queue.text.is_empty() {
        return;
    }
    if !std::mem::replace(&mut queue.has_thread, true) {
        let name = ["snow-stdout", "snow-stderr"][stream.index()].to_string();
        let thread = std::thread::Builder::new()
            .name(name)
            .stack_size(STACK)
            .spawn(move || serve(stream));
        // When there is no memory for it now, the next text tries again.
        queue.has_thread = thread.is_ok();
    }
    WANTED[stream.index()].notify_one();
}

/// Writes what there is on this thread if the stream has none of its own, at the end of a program
/// for which the system had no memory.
pub fn write_without_thread(queues: &mut [Queue; 2], stream: Stream) {
    let queue = &mut queues[stream.index()];
    if queue.has_thread || queue.text.is_empty() {
        return;
    }
    // Nobody is left who could be told that the system refuses it.
    let _ = write_all(stream.descriptor(), &mut &queue.text[..]);
    queue.written += queue.text.len() as u64;
    queue.text.clear();
    queue.marks.clear();
}

fn serve(stream: Stream) {
    let mut batch = Batch::default();
    let mut lost = Lost::default();
    loop {
        take(stream, &mut batch);
        let ends = batch
            .marks
            .iter()
            .skip(1)
            .map(|mark| mark.at)
            .chain([batch.text.len()]);
        let mut start = 0;
        for (mark, end) in batch.marks.iter().zip(ends) {
            wait_for_other(stream, mark.other);
            write(stream, &batch.text[start..end], &mut lost);
            advance(stream, end - start);
            start = end;
        }
    }
}

/// Fills an empty batch with all that the queue holds. Actors that wait for room go on.
fn take(stream: Stream, batch: &mut Batch) {
    batch.text.clear();
    batch.text.shrink_to(2 * FULL);
    batch.marks.clear();
    let parked = {
        let mut queues = QUEUES.lock();
        if stream == Stream::Err {
            tell_counts(&mut queues);
        }
        while queues[stream.index()].text.is_empty() {
            let due = (stream == Stream::Err).then(reports::due).flatten();
            match due {
                None => WANTED[stream.index()].wait(&mut queues),
                Some(due) => {
                    WANTED[stream.index()].wait_until(&mut queues, due);
                    tell_counts(&mut queues);
                }
            }
        }
        let other = queues[stream.other().index()].accepted;
        let queue = &mut queues[stream.index()];
        if queue.dropped > 0 {
            let count = std::mem::take(&mut queue.dropped);
            let note = format!("{} dropped: {} was full\n", counted(count), stream.name());
            let note = formed(Level::Warn, note);
            queue.push(note.as_bytes(), other);
        }
        std::mem::swap(&mut queue.text, &mut batch.text);
        std::mem::swap(&mut queue.marks, &mut batch.marks);
        std::mem::take(&mut queue.parked)
    };
    parked.into_values().for_each(|waker| waker.wake());
}

/// Once the time has come, says how many reports were left out.
fn tell_counts(queues: &mut [Queue; 2]) {
    if reports::due().is_some_and(|due| Instant::now() >= due) {
        let other = queues[Stream::Out.index()].accepted;
        queues[Stream::Err.index()].push(reports::counts().as_bytes(), other);
    }
}

/// Has the thread of standard error see that reports were left out. That thread is there: reports
/// came out before.
pub fn look_again() {
    let _queues = QUEUES.lock();
    WANTED[Stream::Err.index()].notify_one();
}

fn counted(lines: usize) -> String {
    if lines == 1 {
        "1 line was".to_string()
    } else {
        format!("{lines} lines were")
    }
}

/// Returns when the other stream has written its first `goal` bytes, or is behind for too long.
fn wait_for_other(stream: Stream, goal: u64) {
    let other = stream.other().index();
    let deadline = Instant::now() + BEHIND;
    let mut queues = QUEUES.lock();
    while queues[other].written < goal && !queues[other].is_behind {
        if are_one_file() {
            WRITTEN.wait(&mut queues);
        } else if WRITTEN.wait_until(&mut queues, deadline).timed_out() {
            queues[other].is_behind = queues[other].written < goal;
        }
    }
}

/// True when both streams lead to the same file, terminal or pipe: there order shows, and one that
/// does not get on is no use to the other.
fn are_one_file() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let [out, err] = Stream::BOTH.map(|stream| {
            // SAFETY: the structure is plain numbers and lives across the call.
            unsafe {
                let mut status: libc::stat = std::mem::zeroed();
                let failed = libc::fstat(stream.descriptor(), &mut status) != 0;
                (!failed).then_some((status.st_dev, status.st_ino))
            }
        });
        out.is_some() && out == err
    })
}

/// So many more bytes of the stream are written.
fn advance(stream: Stream, bytes: usize) {
    let mut queues = QUEUES.lock();
    let queue = &mut queues[stream.index()];
    queue.written += bytes as u64;
    queue.is_behind &= queue.written < queue.accepted;
    WRITTEN.notify_all();
}

/// Writes a text. What the system refuses is left out, and told on standard error: the cause at
/// once, the number of lines when the stream can be written again. A reader that went away on
/// purpose is no mistake, so nothing is said of it.
fn write(stream: Stream, text: &[u8], lost: &mut Lost) {
    let mut rest = text;
    match write_all(stream.descriptor(), &mut rest) {
        Ok(()) if lost.lines > 0 => {
            let lines = counted(std::mem::take(&mut lost.lines));
            super::log(format!("{lines} lost: {}\n", lost.cause).as_bytes());
        }
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => {
            if lost.lines == 0 {
                lost.cause = format!("cannot write to {}: {}", stream.name(), words_of(&error));
                if stream == Stream::Out {
                    super::log(format!("{}\n", lost.cause).as_bytes());
                }
            }
            lost.lines += super::line_count(rest);
        }
    }
}

/// Writes, and leaves in `bytes` what could not be written.
fn write_all(descriptor: i32, bytes: &mut &[u8]) -> io::Result<()> {
    // SAFETY: the standard descriptors stay open for the life of the process, and ManuallyDrop
    // leaves them open here.
    let mut stream = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
    while !bytes.is_empty() {
        match stream.write(&bytes[..bytes.len().min(WRITE)]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => {
                PROGRESS.fetch_add(1, Ordering::Relaxed);
                *bytes = &bytes[written..];
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // A terminal or pipe may have been made non-blocking by another process that shares it.
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                crate::system::wait_until_ready(descriptor, libc::POLLOUT);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_line_is_not_called_lines() {
        assert_eq!(super::counted(1), "1 line was");
        assert_eq!(super::counted(37), "37 lines were");
    }
}
