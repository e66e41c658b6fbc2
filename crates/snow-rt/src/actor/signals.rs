//! What the owner does with the signals in its mailbox: links, monitors, exits.

use snow_abi::layout::exit as kinds;

use super::control::Actor;
use super::envelope::{self, Content, Envelope};
use super::exit::Reason;
use super::links::{Tie, NO_ACTOR};
use super::trace::Trace;
use super::{answers, mailbox, post, report};
use crate::counters;
use crate::mem::notes;

/// Obeys one signal. An answer means that the actor must end.
///
/// # Safety
/// The actor is owned by this thread; the signal is handed over.
pub unsafe fn obey(actor: *mut Actor, signal: *mut Envelope) -> Option<Reason> {
    // SAFETY: both are the caller's.
    unsafe {
        let from = (*signal).message.event_number;
        let token = (*signal).token;
        match (*signal).content {
            Content::Link => {
                (*actor).extras_mut().ties.insert(from, Tie::Linked);
            }
            Content::Follow => {
                let ties = &mut (*actor).extras_mut().ties;
                ties.entry(from).or_insert(Tie::Followed);
            }
            Content::Unlink => {
                (*actor).extras_mut().ties.remove(&from);
            }
            Content::Monitor => {
                (*actor).watchers.insert((from, token));
            }
            Content::Demonitor => {
                (*actor).watchers.remove((from, token));
            }
            Content::Down => {
                // Withdrawn meanwhile: the event is not wanted.
                if let Some(monitor) = (*actor).extras_mut().monitors.remove(&token) {
                    if monitor.make.is_null() {
                        let reason = String::from_utf8_lossy(Envelope::bytes(signal)).into_owned();
                        answers::failed(
                            actor,
                            token,
                            reason_in_words((*signal).message.event_kind, reason),
                        );
                        envelope::free((*actor).worker, signal);
                        return None;
                    }
                    (*signal).message.make = monitor.make;
                    become_event(actor, signal);
                    return None;
                }
            }
            Content::LinkedExit => return linked_exit(actor, signal),
            Content::Exit => return exit(actor, signal),
            Content::Answer => {
                answers::arrived(actor, signal);
                return None;
            }
            Content::Overfull => {
                let bytes = (*signal).message.event_kind;
                envelope::free((*actor).worker, signal);
                return (!(*actor).terminating).then(|| overfull(actor, bytes));
            }
            Content::User | Content::Event => {}
        }
        envelope::free((*actor).worker, signal);
        None
    }
}

/// The end of an actor whose mailbox holds more than it may: a crash with a short reason, for
/// others to compare with.
unsafe fn overfull(actor: *mut Actor, bytes: i64) -> Reason {
    // SAFETY: the actor is the caller's.
    unsafe {
        let text = format!(
            "mailbox: {bytes} bytes of messages wait, and it may hold {}",
            (*actor).heap.ceiling
        );
        report::crash(actor, text.as_bytes(), None, &Trace::EMPTY);
    }
    Reason::reported((*b"mailbox").into())
}

/// Why an answer did not come, or an actor ended.
pub fn reason_in_words(kind: i64, text: String) -> String {
    match kind {
        kinds::NORMAL => "normal".into(),
        kinds::SHUTDOWN => "shutdown".into(),
        kinds::KILLED => "killed".into(),
        _ if text.is_empty() => "job crashed".into(),
        _ => text,
    }
}

/// The signal, whose function is set, becomes a message of the actor.
unsafe fn become_event(actor: *mut Actor, signal: *mut Envelope) {
    // SAFETY: both are the caller's.
    unsafe {
        (*signal).content = Content::Event;
        counters::add_here((*(*actor).worker).index, counters::MESSAGES, 1);
        mailbox::append(actor, signal);
    }
}

/// True when the actor wants exits as events; the signal is one then.
unsafe fn trapped(actor: *mut Actor, signal: *mut Envelope) -> bool {
    // SAFETY: both are the caller's; the function is in the actor's heap.
    unsafe {
        let Some(make) = (*actor).extras().and_then(|extras| extras.trap) else {
            return false;
        };
        notes::keep_for_good(actor);
        if (*make).header.rc != 0 {
            (*make).header.rc += 1;
        }
        (*signal).message.make = make;
        (*signal).token = 0;
        become_event(actor, signal);
        true
    }
}

unsafe fn linked_exit(actor: *mut Actor, signal: *mut Envelope) -> Option<Reason> {
    // SAFETY: both are the caller's.
    unsafe {
        let (from, kind) = ((*signal).message.event_number, (*signal).message.event_kind);
        // No link any more: it was removed while the signal was under way.
        let linked = (*actor).extras_mut().ties.remove(&from).is_some();
        if linked && trapped(actor, signal) {
            return None;
        }
        let harmless =
            !linked || (*actor).terminating || kind == kinds::NORMAL || kind == kinds::SHUTDOWN;
        let reason = (!harmless).then(|| {
            let text = String::from_utf8_lossy(Envelope::bytes(signal)).into_owned();
            let text = if kind == kinds::KILLED {
                reason_in_words(kind, text)
            } else {
                text
            };
            Reason::new(
                kinds::ERROR,
                format!("linked actor {from} ended: {text}").as_bytes(),
            )
        });
        envelope::free((*actor).worker, signal);
        reason
    }
}

unsafe fn exit(actor: *mut Actor, signal: *mut Envelope) -> Option<Reason> {
    // SAFETY: both are the caller's.
    unsafe {
        let (from, kind) = ((*signal).message.event_number, (*signal).message.event_kind);
        if kind != kinds::KILLED && trapped(actor, signal) {
            return None;
        }
        // An actor that is closing down already is only hurried by force; a stranger's "normal"
        // means nothing.
        let ignored = (kind == kinds::NORMAL && from != (*actor).pid)
            || ((*actor).terminating && kind != kinds::KILLED);
        let reason = (!ignored).then(|| Reason::new(kind, Envelope::bytes(signal)));
        envelope::free((*actor).worker, signal);
        reason
    }
}

/// Frees an envelope that its receiver did not live to see. The asker for a link or monitor learns
/// of the end; `reason` is null when it is not known any more.
///
/// # Safety
/// `actor` is owned by this thread and stands for the dead one; the envelope is handed over.
pub unsafe fn answer_for_the_dead(
    actor: *mut Actor,
    envelope: *mut Envelope,
    reason: Option<&Reason>,
) {
    // SAFETY: both are the caller's.
    unsafe {
        let worker = (*actor).worker;
        let (kind, text) = reason.map_or((kinds::NO_ACTOR, NO_ACTOR), |reason| {
            (reason.kind, &*reason.text)
        });
        let from = (*envelope).message.event_number;
        let dead = super::slots::pid(super::slots::index((*actor).pid), (*envelope).generation);
        match (*envelope).content {
            Content::Link | Content::Follow => {
                post::signal(
                    worker,
                    from,
                    envelope::signal(worker, Content::LinkedExit, dead, kind, text),
                );
            }
            Content::Monitor => {
                let token = (*envelope).token;
                post::signal(
                    worker,
                    from,
                    envelope::numbered(
                        envelope::signal(worker, Content::Down, dead, kind, text),
                        token,
                    ),
                );
            }
            _ => {}
        }
        post::discard(actor, envelope);
    }
}
