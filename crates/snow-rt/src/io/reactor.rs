//! A worker's reactor: its poller, whether it sleeps, and the tokens to flush when its turn ends.
//!
//! In: reports of the poller, and from other workers tokens and wake-ups. Out: calls of the
//! client's two functions on the owning worker. Promised: a token is handed over before the worker
//! that has it sleeps, those of one turn together, and flushed before its own worker sleeps, in the
//! order of the tokens; a wake-up is never lost, and costs a system call only while the worker
//! sleeps. Never: waiting anywhere but in `wait`, flushing thousands without a look at the poller.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::OnceLock;

use parking_lot::Mutex;

use super::busy;
use super::epoll::Epoll;
use super::poller::{Event, Poller};
use crate::timer::clock;

/// Stations there may be. More workers than this are refused at start.
const MOST: usize = 256;

/// Tokens that are flushed between two looks at the poller, at least, and the part of those that
/// wait. A broadcast to thousands is thousands of system calls: what comes meanwhile for other
/// sockets does not wait for them, and what comes for the same ones leaves with what is not sent
/// yet.
const FLUSHES: usize = 64;
const FLUSHED_PART: usize = 8;
/// A flush of more bytes does not count: it gains little by more that leaves with it, and outboxes
/// of thousands must not grow while one speaks faster than parts are flushed.
const FEW_BYTES: usize = 4096;

/// No token: generations of sockets begin with 1.
const NONE: u64 = 0;

const AWAKE: u8 = 0;
const ASLEEP: u8 = 1;
const CALLED: u8 = 2;

/// What reports and flushes mean.
#[derive(Clone, Copy)]
pub struct Client {
    /// Something was reported.
    pub report: fn(&Event),
    /// The turn is over: send what has gathered for this token. Answers how many bytes that were.
    pub flush: fn(u64) -> usize,
}

struct Reactor {
    poller: Epoll,
    /// `AWAKE`, `ASLEEP` or `CALLED`; moved by swaps only, so exactly one caller sees `ASLEEP` and
    /// rings.
    state: AtomicU8,
    /// Tokens that other workers handed over.
    handed_over: Mutex<Vec<u64>>,
    /// True while `handed_over`, or what this worker has for others, is not empty, so that looking
    /// costs one load.
    has_more: AtomicBool,
}

static REACTORS: [OnceLock<Reactor>; MOST] = [const { OnceLock::new() }; MOST];
static CLIENT: OnceLock<Client> = OnceLock::new();

thread_local! {
    static HERE: Cell<usize> = const { Cell::new(usize::MAX) };
    /// Whether `DIRTY` has any, which is asked several times a turn.
    static HAS_DIRTY: Cell<bool> = const { Cell::new(false) };
    static DIRTY: RefCell<VecDeque<u64>> = const { RefCell::new(VecDeque::new()) };
    /// What is flushed when the running actor's turn ends, or `NONE`: nearly every actor has one
    /// socket. Asked after each turn.
    static SOON: Cell<u64> = const { Cell::new(NONE) };
    /// Tokens of other workers, by worker; a process has few.
    static OTHERS: RefCell<Vec<(usize, Vec<u64>)>> = const { RefCell::new(Vec::new()) };
    static EVENTS: Cell<Vec<Event>> = const { Cell::new(Vec::new()) };
}

/// Says what reports and flushes mean. The first call decides; there is one user of the pollers in
/// a process.
pub fn serve(client: Client) {
    CLIENT.get_or_init(|| client);
}

/// Makes the calling thread worker `index`.
///
/// # Panics
/// When the system gives no poller: nothing could be served.
pub fn worker_start(index: usize) {
    // A program whose reader went away, or whose file may not grow (`ulimit -f`), is told by the
    // write itself.
    for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
        // SAFETY: sets a disposition, installs no handler.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
    REACTORS[index].get_or_init(|| Reactor {
        poller: Epoll::new().expect("the system has a poller for each worker"),
        state: AtomicU8::new(AWAKE),
        handed_over: Mutex::new(Vec::new()),
        has_more: AtomicBool::new(false),
    });
    HERE.set(index);
    busy::begin();
}

/// The calling thread's worker index; none on other threads. Not inlined: an actor may move to
/// another thread in the middle of a function, and the address of a thread's own variable must not
/// be kept across that.
#[inline(never)]
pub fn here() -> Option<usize> {
    let index = HERE.get();
    (index != usize::MAX).then_some(index)
}

/// The poller of a worker that has started.
pub fn poller_of(index: usize) -> &'static dyn Poller {
    &reactor(index).poller
}

/// Waits until something is reported, the deadline (monotonic milliseconds) has come, or another
/// thread calls [`notify`]; then deals with the reports.
pub fn wait(deadline: Option<i64>) {
    let reactor = own();
    // Flushing may have made an actor runnable, and the caller looked at its run queue before that.
    let busy = flush_all(reactor);
    // Acquire pairs with the Release in `notify`: what the caller did before is visible when we see
    // `CALLED`.
    let called = reactor.state.swap(ASLEEP, Ordering::AcqRel) == CALLED;
    let from = clock::now_ns();
    let timeout = if called || busy {
        Some(0)
    } else {
        deadline.map(|at| (at - from / 1_000_000).max(0))
    };
    gather(reactor, timeout, Some(from));
}

/// Deals with what is reported right now.
pub fn poll() {
    gather(own(), Some(0), None);
}

/// Sends what this worker's actors have put on outboxes, and what other workers have handed over;
/// when that is much, a part of it.
pub fn end_of_turn() {
    flush_all(own());
}

/// Sends what the actor that has just had its turn has put on the outbox of its own socket.
#[inline]
pub fn end_of_actor_turn() {
    let token = SOON.get();
    if token != NONE {
        flush_now(token);
    }
}

#[inline(never)]
fn flush_now(token: u64) {
    SOON.set(NONE);
    if let Some(client) = CLIENT.get() {
        (client.flush)(token);
    }
}

/// Makes worker `index` look at its queues: ends its sleep, or its next one at once.
pub fn notify(index: usize) {
    let Some(reactor) = REACTORS.get(index).and_then(OnceLock::get) else {
        return;
    };
    // Release pairs with the Acquire in `wait`. Only the one that finds it asleep rings.
    if reactor.state.swap(CALLED, Ordering::AcqRel) == ASLEEP {
        reactor.poller.wake();
    }
}

/// Has `token` flushed by its worker at the end of that worker's turn. The caller sees to it that a
/// token is on a list only once.
pub fn flush_later(home: usize, token: u64) {
    if here() == Some(home) {
        return push_dirty(token);
    }
    flush_all_elsewhere(home, &[token]);
}

/// Has `token`, which is not `NONE`, flushed by the calling thread's worker as soon as the running
/// actor's turn ends; with a second one, at the end of the worker's turn.
#[inline(never)]
pub fn flush_soon(token: u64) {
    if SOON.get() == NONE {
        SOON.set(token);
    } else {
        push_dirty(token);
    }
}

/// The same for many tokens of one worker.
pub fn flush_all_later(home: usize, tokens: &[u64]) {
    if tokens.is_empty() {
        return;
    }
    if here() == Some(home) {
        return push_all_dirty(tokens);
    }
    flush_all_elsewhere(home, tokens);
}

/// Another worker is told at the end of this one's turn, of all tokens at once: what the turn puts
/// on an outbox later leaves with what is there already. A thread that has no turns tells it now.
#[inline(never)]
fn flush_all_elsewhere(home: usize, tokens: &[u64]) {
    let Some(here) = here() else {
        return hand_over(home, tokens);
    };
    OTHERS.with_borrow_mut(
        |others| match others.iter_mut().find(|other| other.0 == home) {
            Some((_, gathered)) => gathered.extend_from_slice(tokens),
            None => others.push((home, tokens.to_vec())),
        },
    );
    // Relaxed: this thread itself looks. A worker that hands over meanwhile and does not notify is
    // right: this one is awake, and looks before it sleeps.
    reactor(here).has_more.store(true, Ordering::Relaxed);
}

fn hand_over(home: usize, tokens: &[u64]) {
    let reactor = reactor(home);
    let first = {
        let mut list = reactor.handed_over.lock();
        list.extend_from_slice(tokens);
        // Release pairs with the Acquire in `flush_all`. Under the lock, so that it cannot lag
        // behind the taking.
        !reactor.has_more.swap(true, Ordering::Release)
    };
    if first {
        notify(home);
    }
}

/// Before this worker's own sockets are flushed, so that others flush theirs meanwhile.
fn hand_over_gathered() {
    OTHERS.with_borrow_mut(|others| {
        for (home, tokens) in others.iter_mut().filter(|other| !other.1.is_empty()) {
            hand_over(*home, tokens);
            tokens.clear();
        }
    });
}

#[inline(never)]
fn push_all_dirty(tokens: &[u64]) {
    HAS_DIRTY.set(true);
    DIRTY.with_borrow_mut(|dirty| dirty.extend(tokens));
}

#[inline(never)]
fn push_dirty(token: u64) {
    HAS_DIRTY.set(true);
    DIRTY.with_borrow_mut(|dirty| dirty.push_back(token));
}

#[inline]
fn flush_all(reactor: &Reactor) -> bool {
    (HAS_DIRTY.get() || reactor.has_more.load(Ordering::Acquire)) && flush_some(reactor)
}

#[inline(never)]
fn flush_some(reactor: &Reactor) -> bool {
    let Some(client) = CLIENT.get() else {
        return false;
    };
    if reactor.has_more.load(Ordering::Acquire) {
        hand_over_gathered();
        take_handed_over(reactor);
    }
    flush_part(client.flush)
}

fn take_handed_over(reactor: &Reactor) {
    let mut tokens = reactor.handed_over.lock();
    reactor.has_more.store(false, Ordering::Relaxed);
    DIRTY.with_borrow_mut(|dirty| dirty.extend(tokens.drain(..)));
}

/// Flushes the first of the tokens that wait. True when there were any.
fn flush_part(flush: fn(u64) -> usize) -> bool {
    let mut dirty = DIRTY.take();
    let waiting = dirty.len();
    let mut left = waiting.div_ceil(FLUSHED_PART).max(FLUSHES);
    while left > 0 {
        let Some(token) = dirty.pop_front() else {
            break;
        };
        if flush(token) <= FEW_BYTES {
            left -= 1;
        }
    }
    HAS_DIRTY.set(!dirty.is_empty());
    let meanwhile = DIRTY.replace(dirty);
    debug_assert!(meanwhile.is_empty(), "flushing makes no outbox dirty");
    waiting > 0
}

/// True while tokens of this worker wait to be flushed.
#[inline]
pub fn has_unsent() -> bool {
    HAS_DIRTY.get()
}

/// Sends all of it: there is no turn after this one.
pub fn end_of_last_turn() {
    while flush_all(own()) {}
}

#[inline(never)]
fn gather(reactor: &Reactor, timeout_ms: Option<i64>, asleep_from: Option<i64>) {
    let mut events = EVENTS.take();
    let outcome = reactor.poller.wait(&mut events, timeout_ms);
    // The only errors left are those of a wrong descriptor or buffer, which are ours.
    let waited = outcome.expect("the poller's own descriptor is valid");
    if let Some(from) = asleep_from {
        reactor.state.swap(AWAKE, Ordering::AcqRel);
        // A look without waiting is work.
        if timeout_ms != Some(0) {
            busy::note(from, clock::now_ns(), waited);
        }
    }
    if let Some(client) = CLIENT.get() {
        events.iter().for_each(client.report);
    }
    events.clear();
    EVENTS.set(events);
    flush_all(reactor);
}

fn own() -> &'static Reactor {
    reactor(here().expect("only workers poll"))
}

fn reactor(index: usize) -> &'static Reactor {
    REACTORS[index].get().expect("the worker has started")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No socket has such a handle.
    const NOBODY: u64 = u64::MAX;

    // Stations are global, so each test takes one that no scheduler in this process uses.
    #[test]
    fn a_call_before_the_sleep_ends_it() {
        worker_start(MOST - 1);
        notify(MOST - 1);
        wait(None);
    }

    #[test]
    fn a_call_from_another_thread_ends_the_sleep() {
        let caller = std::thread::spawn(|| loop {
            if REACTORS[MOST - 2]
                .get()
                .is_some_and(|reactor| reactor.state.load(Ordering::SeqCst) == ASLEEP)
            {
                return notify(MOST - 2);
            }
            std::thread::yield_now();
        });
        worker_start(MOST - 2);
        wait(None);
        caller.join().unwrap();
    }

    #[test]
    fn many_tokens_are_flushed_in_parts() {
        let many = FLUSHES * FLUSHED_PART + 1;
        push_all_dirty(&vec![NOBODY; many]);
        assert!(flush_part(|_| FEW_BYTES) && has_unsent());
        assert_eq!(DIRTY.with_borrow(VecDeque::len), many - FLUSHES - 1);
        assert!(flush_part(|_| FEW_BYTES) && has_unsent());
        assert_eq!(DIRTY.with_borrow(VecDeque::len), many - 2 * FLUSHES - 1);
        while has_unsent() {
            assert!(flush_part(|_| FEW_BYTES));
        }
        assert!(!flush_part(|_| FEW_BYTES));
    }

    #[test]
    fn outboxes_with_much_on_them_are_flushed_at_once() {
        push_all_dirty(&[NOBODY; 10 * FLUSHES]);
        assert!(flush_part(|_| FEW_BYTES + 1));
        assert!(!has_unsent());
    }

    #[test]
    fn what_was_handed_over_stands_behind_what_waits() {
        worker_start(MOST - 3);
        push_dirty(NOBODY);
        let other = std::thread::spawn(|| flush_all_later(MOST - 3, &[NOBODY - 1, NOBODY - 2]));
        other.join().unwrap();
        take_handed_over(reactor(MOST - 3));
        let dirty = DIRTY.take();
        assert_eq!(dirty, [NOBODY, NOBODY - 1, NOBODY - 2]);
        assert!(!reactor(MOST - 3).has_more.load(Ordering::SeqCst));
    }
}
