//! Signals of the system: what asks for the end of the program, and what actors wait for.
//!
//! A handler only counts and wakes worker 0, which does the rest between two turns. SIGTERM,
//! SIGINT, SIGHUP and SIGQUIT ask for the end in order; a SIGHUP or SIGQUIT that was ignored when
//! the program started (`nohup`) stays ignored. Once an actor has asked for SIGHUP, SIGQUIT,
//! SIGUSR1 or SIGUSR2 that signal is for actors alone. Signals that the parent blocked come all the
//! same: a mask is inherited by accident, and a program that SIGTERM does not reach cannot be ended
//! in order.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

use parking_lot::Mutex;
use snow_abi::layout::{Closure, Context};

use crate::actor::{current_actor, deliver_event, slots, Pid};

/// The signals that actors may wait for, by the numbers that the library knows them by.
const OFFERED: [libc::c_int; 4] = [libc::SIGHUP, libc::SIGQUIT, libc::SIGUSR1, libc::SIGUSR2];

/// How often each of them came since it was first asked for.
static COUNTS: [AtomicI64; 4] = [const { AtomicI64::new(0) }; 4];
/// True while counts have grown that worker 0 has not seen.
static NEWS: AtomicBool = AtomicBool::new(false);
/// How often the end was asked for.
static ENDS: AtomicU32 = AtomicU32::new(0);
static REQUESTS: Mutex<Vec<Request>> = Mutex::new(Vec::new());

/// An actor that is to hear once when a signal has come more than `seen` times.
struct Request {
    signal: usize,
    seen: i64,
    to: Pid,
    make: NonNull<Closure>,
}

// SAFETY: the pointer is only carried; it is handed to the asker's mailbox.
unsafe impl Send for Request {}

/// Installs the handlers of what asks for the end.
pub fn obey() {
    for signal in [libc::SIGTERM, libc::SIGINT] {
        handle(signal, on_end);
    }
    for signal in [libc::SIGHUP, libc::SIGQUIT] {
        if !is_ignored(signal) {
            handle(signal, on_end);
        }
    }
}

/// True when a signal has asked for the end of the program.
pub fn is_asked_to_end() -> bool {
    ENDS.load(Ordering::Relaxed) != 0
}

/// Has a signal counted from now on instead of what it does otherwise; answers how often it has
/// come. None for a number that stands for no signal.
pub fn watch(signal: i64) -> Option<i64> {
    let index = usize::try_from(signal)
        .ok()
        .filter(|index| *index < OFFERED.len())?;
    handle(OFFERED[index], on_offered);
    Some(COUNTS[index].load(Ordering::SeqCst))
}

/// Asks for one event as soon as a watched signal has come more than `seen` times. Its number is
/// the count. A request does not keep the program alive.
///
/// # Safety
/// `cx` is the actor that runs on this thread, and `make` is its own.
pub unsafe fn ask(cx: *mut Context, signal: i64, seen: i64, make: *mut Closure) {
    let (Ok(signal), Some(make)) = (usize::try_from(signal), NonNull::new(make)) else {
        return;
    };
    let to = current_actor(cx).pid();
    REQUESTS.lock().push(Request {
        signal,
        seen,
        to,
        make,
    });
    answer();
}

/// True when an actor waits for a signal.
pub fn are_awaited() -> bool {
    REQUESTS
        .lock()
        .iter()
        .any(|request| slots::is_alive(request.to))
}

/// Tells the actors that wait what has come. For worker 0, after each turn: mostly one load.
pub fn look() {
    if NEWS.load(Ordering::Relaxed) && NEWS.swap(false, Ordering::SeqCst) {
        answer();
    }
}

fn answer() {
    let mut due = Vec::new();
    REQUESTS.lock().retain(|request| {
        let Request {
            signal,
            seen,
            to,
            make,
        } = *request;
        let count = COUNTS[signal].load(Ordering::SeqCst);
        if count > seen {
            due.push((to, make, count));
        }
        count <= seen && slots::is_alive(to)
    });
    for (to, make, count) in due {
        deliver_event(to, make.as_ptr(), 0, count, b"");
    }
}

fn handle(signal: libc::c_int, handler: extern "C" fn(libc::c_int)) {
    // SAFETY: both handlers are safe at any moment, and the structures live across the calls.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(signal, &action, std::ptr::null_mut());
        // One thread that does not block the signal is enough for it to come.
        let mut one: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut one);
        libc::sigaddset(&mut one, signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &one, std::ptr::null_mut());
    }
}

fn is_ignored(signal: libc::c_int) -> bool {
    // SAFETY: only the present action is asked for; the structure lives across the call.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &mut action) == 0
            && action.sa_sigaction == libc::SIG_IGN
    }
}

/// A second wish to end is one to end at once. A terminal that goes away may send SIGHUP twice.
extern "C" fn on_end(signal: libc::c_int) {
    if signal == libc::SIGHUP {
        let _ = ENDS.compare_exchange(0, 1, Ordering::SeqCst, Ordering::SeqCst);
    } else if ENDS.fetch_add(1, Ordering::SeqCst) > 0 {
        // SAFETY: the call is allowed in a handler.
        unsafe { libc::_exit(128 + signal) };
    }
    wake_worker();
}

extern "C" fn on_offered(signal: libc::c_int) {
    if let Some(index) = OFFERED.iter().position(|offered| *offered == signal) {
        COUNTS[index].fetch_add(1, Ordering::SeqCst);
        NEWS.store(true, Ordering::SeqCst);
        wake_worker();
    }
}

/// Makes worker 0 look, and keeps the error number: a system call that was interrupted just after
/// its return is still to be judged by its own.
fn wake_worker() {
    // SAFETY: the place is this thread's.
    unsafe {
        let errno = libc::__errno_location();
        let before = *errno;
        crate::io::notify(0);
        *errno = before;
    }
}
