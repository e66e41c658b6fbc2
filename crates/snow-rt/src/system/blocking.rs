//! Threads for calls that may block for as long as a device or another program likes: an actor
//! hands such a call over and is parked, its worker goes on.
//!
//! A thread is started when all others are busy, and ends when it had nothing to do for a while.
//! An actor that is ended while it waits never takes its answer; the answer goes when the actor's
//! slot asks again.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use snow_abi::layout::Context;

use crate::actor::state::Awaited;
use crate::sched::park::{self, Waker};

/// Calls that may block at a time. Those beyond wait for their turn.
const MOST: usize = 64;
/// How long a thread waits for the next call.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a thread's stack: it only calls the system.
const STACK: usize = 128 << 10;

/// What a call answers; one that answers no bytes answers an empty vector.
pub type Answer = io::Result<Vec<u8>>;

/// A call: it owns what it needs.
pub type Work = Box<dyn FnOnce() -> Answer + Send>;

struct Call {
    number: u64,
    waker: Waker,
    work: Work,
}

struct Desk {
    calls: VecDeque<Call>,
    /// By the slot of the actor that asked, which waits for one answer at a time.
    answers: BTreeMap<u32, (u64, Option<Answer>)>,
    asked: u64,
    idle: usize,
    threads: usize,
}

static DESK: Mutex<Desk> = Mutex::new(Desk {
    calls: VecDeque::new(),
    answers: BTreeMap::new(),
    asked: 0,
    idle: 0,
    threads: 0,
});
static WANTED: Condvar = Condvar::new();

/// Has a thread do what `prepare` answers, and parks the caller meanwhile.
///
/// # Safety
/// `cx` is the actor that runs on this thread; what `prepare` answers refers to nothing of it.
pub unsafe fn call(cx: *mut Context, prepare: impl FnOnce() -> Work) -> Answer {
    let mut own = (0, 0);
    let register = |waker: Waker| own = (waker.slot(), ask(waker, prepare()));
    // SAFETY: `cx` runs here, and nothing that owns memory lives on this stack across the
    // suspension: `prepare` is consumed before it.
    unsafe { park::park(cx, Awaited::File, None, true, register) };
    let (slot, number) = own;
    take(slot, number).unwrap_or_else(|| Err(io::Error::other("the answer is gone")))
}

fn ask(waker: Waker, work: Work) -> u64 {
    let mut desk = DESK.lock();
    desk.asked += 1;
    let number = desk.asked;
    desk.answers.insert(waker.slot(), (number, None));
    desk.calls.push_back(Call {
        number,
        waker,
        work,
    });
    if desk.idle >= desk.calls.len() {
        WANTED.notify_one();
    } else if desk.threads < MOST {
        start(&mut desk);
    }
    number
}

/// Starts one more thread. Without memory for it the call waits for another thread, and fails when
/// there is none.
fn start(desk: &mut Desk) {
    let thread = std::thread::Builder::new()
        .name("snow-blocking".into())
        .stack_size(STACK)
        .spawn(serve);
    match thread {
        Ok(_) => desk.threads += 1,
        Err(error) if desk.threads == 0 => {
            if let Some(call) = desk.calls.pop_back() {
                desk.finish(&call, Err(error));
                call.waker.wake();
            }
        }
        Err(_) => {}
    }
}

fn serve() {
    let mut desk = DESK.lock();
    loop {
        while let Some(mut call) = desk.calls.pop_front() {
            drop(desk);
            let work = std::mem::replace(&mut call.work, Box::new(|| Ok(Vec::new())));
            let answer = work();
            desk = DESK.lock();
            desk.finish(&call, answer);
            drop(desk);
            call.waker.wake();
            desk = DESK.lock();
        }
        desk.idle += 1;
        let timed_out = WANTED.wait_for(&mut desk, PATIENCE).timed_out();
        desk.idle -= 1;
        if timed_out && desk.calls.is_empty() {
            desk.threads -= 1;
            return;
        }
    }
}

impl Desk {
    /// Keeps the answer, unless the slot's next actor asks for another one by now.
    fn finish(&mut self, call: &Call, answer: Answer) {
        if let Some(kept) = self.answers.get_mut(&call.waker.slot()) {
            if kept.0 == call.number {
                kept.1 = Some(answer);
            }
        }
    }
}

fn take(slot: u32, number: u64) -> Option<Answer> {
    let mut desk = DESK.lock();
    let is_own = desk.answers.get(&slot).is_some_and(|kept| kept.0 == number);
    is_own.then(|| desk.answers.remove(&slot))??.1
}
