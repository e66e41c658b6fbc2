//! What standard error says about an actor: that it crashed, or that code inside a guard is slow.
//!
//! A report is one write, so that those of several workers do not mix: who, what, and the line of
//! the program; then the pid, the registered names, and for the owner of a connection its peer; on
//! a second line the calls that led there. Reports of one kind, such as the crashes of one actor at
//! one line, are limited (`system::output`).

use std::fmt::Write;

use super::control::Actor;
use super::exit::Reason;
use super::trace::Trace;
use super::{registry, signals, slots};
use crate::counters;
use crate::sched::workers;
use crate::text::escape::escaped;
use crate::text::line::shortened;

/// What a report is about, for the line that counts those that were left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A crash.
    Crash,
    /// Code inside a guard that runs for long.
    SlowCode,
}

/// Where generated code says that it crashes: file and line.
pub type Location<'a> = (&'a str, i64);

/// Prints the report of a crash and counts it; answers its first part, which links and monitors are
/// told.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn crash(
    actor: *mut Actor,
    text: &[u8],
    place: Option<Location>,
    trace: &Trace,
) -> Box<[u8]> {
    // SAFETY: the actor is the caller's.
    let name = unsafe {
        counters::add_here((*(*actor).worker).index, counters::CRASHES, 1);
        (*actor).name()
    };
    let place = located(place, trace);
    let text = String::from_utf8_lossy(text);
    print(About::Crash, &format!("panic in {name}{place}"), || {
        // SAFETY: the actor is the caller's.
        let identity = unsafe { identity(actor) };
        let (text, place, calls) = (escaped(&text), escaped(&place), callers(trace));
        let text = shortened(&text);
        format!("panic in {name}: {text}{place}, {identity}{calls}\n")
    });
    format!("panic in {name}: {text}{place}")
        .into_bytes()
        .into()
}

/// Prints that code inside a guard is slow.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn slow(actor: *mut Actor, label: &str, seconds: i64, trace: &Trace) {
    // SAFETY: the actor is the caller's.
    let name = unsafe { (*actor).name() };
    let place = trace
        .sites()
        .next()
        .map(|site| format!(" at {site}"))
        .unwrap_or_default();
    print(About::SlowCode, &format!("{name}: {label}{place}"), || {
        // SAFETY: the actor is the caller's.
        let identity = unsafe { identity(actor) };
        let calls = callers(trace);
        format!("{name}: {label} has run for {seconds} s{place}, {identity}{calls}\n")
    });
}

/// The line about a main actor whose end nothing was printed about: another one ended it, or it
/// ended itself.
pub fn end_of_main(reason: &Reason) -> String {
    let words = String::from_utf8_lossy(&reason.text).into_owned();
    let words = signals::reason_in_words(reason.kind, words);
    format!("main ended: {}\n", shortened(&escaped(&words)))
}

/// Prints a report, whose text is made only if it comes out.
fn print(about: About, kind: &str, mut text: impl FnMut() -> String) {
    (workers::get().hooks.report)(about, kind, &mut text);
}

/// ` (file:line)`: what generated code says when that is the program, else the innermost line of
/// the program.
fn located(place: Option<Location>, trace: &Trace) -> String {
    let own = |file: &str| workers::get().sources().contains(&file);
    match (place, trace.sites().next()) {
        (Some((file, _)), Some(site)) if !own(file) => format!(" ({site})"),
        (Some((file, line)), _) => format!(" ({file}:{line})"),
        (None, Some(site)) => format!(" ({site})"),
        (None, None) => String::new(),
    }
}

/// A second line with the calls behind the innermost one, if there are any.
fn callers(trace: &Trace) -> String {
    let mut text = String::new();
    for site in trace.sites().skip(1) {
        let before = if text.is_empty() {
            "\n  called from"
        } else {
            ","
        };
        let _ = write!(text, "{before} {site}");
    }
    text
}

/// The pid as programs print it and the number that `Process.id` answers, the names, the peer. The
/// printed pid is that of a slot, which later actors have too; the number is this actor's only.
unsafe fn identity(actor: *mut Actor) -> String {
    // SAFETY: the actor is the caller's.
    let pid = unsafe { (*actor).pid };
    let mut text = format!("Pid({}), id {pid}", slots::index(pid));
    for name in registry::names_of(pid) {
        let _ = write!(text, ", registered as {:?}", String::from_utf8_lossy(&name));
    }
    if let Some(peer) = (workers::get().hooks.peer_of)(pid) {
        let _ = write!(text, ", peer {peer}");
    }
    text
}
