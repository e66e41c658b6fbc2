//! Names to addresses. The system's resolver blocks, so one thread asks it, started with the first
//! question.
//!
//! Answers are kept by number until they are fetched. An actor that was ended while it waited never
//! fetches its answer, so only the newest few are kept; an actor that finds its answer gone asks
//! again.

mod ways;

use std::collections::VecDeque;
use std::net::ToSocketAddrs;
use std::sync::mpsc::{channel, Sender};

use parking_lot::Mutex;
use snow_abi::layout::Context;

use super::address::{self, Addresses};
use super::failure::Failure;
use crate::actor::state::Awaited;
use crate::sched::park::{self, Waker, Woken};
use crate::system::threads;

/// Answers kept. More actors than this rarely wait for the one resolver thread at a time.
const MOST_ANSWERS: usize = 256;

struct Question {
    number: u64,
    host: String,
    port: u16,
    waker: Waker,
}

struct Desk {
    questions: Option<Sender<Question>>,
    asked: u64,
    answers: VecDeque<(u64, Result<Addresses, Failure>)>,
}

static DESK: Mutex<Desk> = Mutex::new(Desk {
    questions: None,
    asked: 0,
    answers: VecDeque::new(),
});

/// The addresses of `host`, in the order in which to try them.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn resolve(
    cx: *mut Context,
    host: &str,
    port: i64,
    deadline: i64,
) -> Result<Addresses, Failure> {
    let port = address::port(port)?;
    if let Some(addresses) = address::literal(host, port) {
        return Ok(addresses);
    }
    start_resolver(host)?;
    loop {
        let mut number = 0;
        let register = |waker| number = ask(host, port, waker);
        let ends_at = (deadline >= 0).then_some(deadline);
        // SAFETY: `cx` runs here, and nothing that owns memory lives on this stack across the
        // suspension.
        let woken = unsafe { park::park(cx, Awaited::Network, ends_at, true, register) };
        if let Some(answer) = fetch(number) {
            return answer;
        }
        if woken == Woken::TimedOut {
            return Err(Failure::Timeout);
        }
    }
}

fn ask(host: &str, port: u16, waker: Waker) -> u64 {
    let mut desk = DESK.lock();
    desk.asked += 1;
    let question = Question {
        number: desk.asked,
        host: host.to_owned(),
        port,
        waker,
    };
    // The thread has been started, and ends only with the process, so the question is always taken.
    let sent = desk.questions.as_ref().map(|sender| sender.send(question));
    debug_assert!(matches!(sent, Some(Ok(()))));
    desk.asked
}

fn fetch(number: u64) -> Option<Result<Addresses, Failure>> {
    let mut desk = DESK.lock();
    let index = desk
        .answers
        .iter()
        .position(|(answered, _)| *answered == number)?;
    desk.answers.remove(index).map(|(_, answer)| answer)
}

/// Starts the resolver's thread unless it runs. When the system has none for it now, the next
/// question tries again.
fn start_resolver(host: &str) -> Result<(), Failure> {
    let mut desk = DESK.lock();
    if desk.questions.is_some() {
        return Ok(());
    }
    let (sender, receiver) = channel::<Question>();
    let body = move || {
        let ways = ways::restrict();
        receiver
            .into_iter()
            .for_each(|question| answer(question, &ways));
    };
    threads::start("snow-names", body)
        .map_err(|error| Failure::about(&error, &format!("cannot look up `{host}`: no thread")))?;
    desk.questions = Some(sender);
    Ok(())
}

fn answer(question: Question, ways: &Result<(), Failure>) {
    let answer = match ways {
        Ok(()) => look_up(&question.host, question.port),
        Err(refused) => Err(refused.clone()),
    };
    {
        let mut desk = DESK.lock();
        if desk.answers.len() == MOST_ANSWERS {
            desk.answers.pop_front();
        }
        desk.answers.push_back((question.number, answer));
    }
    question.waker.wake();
}

fn look_up(host: &str, port: u16) -> Result<Addresses, Failure> {
    match (host, port).to_socket_addrs() {
        Ok(found) => {
            let addresses = Addresses::new(found);
            if addresses.as_slice().is_empty() {
                return Err(Failure::System(format!("`{host}` has no address")));
            }
            Ok(addresses)
        }
        Err(error) => Err(Failure::about(&error, &format!("cannot look up `{host}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolver_that_cannot_start_is_an_error_and_the_next_question_tries_again() {
        threads::FAIL.set(true);
        let refused = start_resolver("name.example").expect_err("no thread can start");
        assert!(
            refused
                .text()
                .starts_with("cannot look up `name.example`: no thread"),
            "{}",
            refused.text()
        );
        threads::FAIL.set(false);
        start_resolver("name.example").expect("a thread can start");
    }
}
