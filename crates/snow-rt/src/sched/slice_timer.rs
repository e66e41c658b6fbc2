//! The timers behind time slices: a signal to the calling thread each time that it has used so much
//! processor time, or so much time has passed.
//!
//! In: what the signal's handler gets. Out: the timer's number, or why there is none, which is a
//! line of the log: without time slices an actor that computes for long holds up its worker, no
//! time limit of a guard (`watch`) ends it, and nobody would know why.

use std::ffi::c_void;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a timer goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The processor time of the calling thread.
    Own,
    /// The time that passes.
    Wall,
}

/// The two calls of the system that may refuse; a test's refuse.
#[derive(Clone, Copy, Debug)]
pub struct TimerCalls {
    /// `timer_create`.
    pub create: unsafe fn(Clock, *mut libc::sigevent, *mut libc::timer_t) -> libc::c_int,
    /// `timer_settime` for a period.
    pub set: unsafe fn(libc::timer_t, *const libc::itimerspec) -> libc::c_int,
}

/// Those of the system.
pub const SYSTEM: TimerCalls = TimerCalls {
    create: |clock, event, timer| {
        let clock = match clock {
            Clock::Own => libc::CLOCK_THREAD_CPUTIME_ID,
            Clock::Wall => libc::CLOCK_MONOTONIC,
        };
        // SAFETY: the caller's pointers are live.
        unsafe { libc::timer_create(clock, event, timer) }
    },
    set: |timer, every| {
        // SAFETY: the caller's timer and pointer are live; the old period is not asked for.
        unsafe { libc::timer_settime(timer, 0, every, std::ptr::null_mut()) }
    },
};

/// What one timer does.
#[derive(Clone, Copy, Debug)]
pub struct Slice {
    /// What it goes by.
    pub clock: Clock,
    /// The signal that the thread gets.
    pub signal: libc::c_int,
    /// What its handler gets.
    pub value: *mut c_void,
}

/// Starts a timer for the calling thread with so much time between two signals. A refused one
/// leaves nothing behind.
///
/// # Safety
/// As for [`create`].
pub unsafe fn start(
    calls: TimerCalls,
    slice: Slice,
    milliseconds: i64,
) -> io::Result<libc::timer_t> {
    // SAFETY: the caller's promise; the timer is deleted before anybody knows it.
    unsafe {
        let timer = create(calls, slice)?;
        set(calls, timer, milliseconds).inspect_err(|_| {
            libc::timer_delete(timer);
        })?;
        Ok(timer)
    }
}

/// Makes a timer for the calling thread, which is not armed yet.
///
/// # Safety
/// `slice.value` is what the handler of `slice.signal` expects until the timer is deleted.
pub unsafe fn create(calls: TimerCalls, slice: Slice) -> io::Result<libc::timer_t> {
    // SAFETY: all structures are ours; the thread id is that of this thread.
    unsafe {
        let mut event: libc::sigevent = std::mem::zeroed();
        event.sigev_notify = libc::SIGEV_THREAD_ID;
        event.sigev_signo = slice.signal;
        event.sigev_value = libc::sigval {
            sival_ptr: slice.value,
        };
        event.sigev_notify_thread_id = libc::syscall(libc::SYS_gettid) as libc::c_int;
        let mut timer: libc::timer_t = std::ptr::null_mut();
        if (calls.create)(slice.clock, &mut event, &mut timer) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(timer)
    }
}

/// Arms a timer for a signal every so many milliseconds, fewer than a thousand; 0 disarms it.
///
/// # Safety
/// The timer is not deleted.
pub unsafe fn set(calls: TimerCalls, timer: libc::timer_t, milliseconds: i64) -> io::Result<()> {
    let period = libc::timespec {
        tv_sec: 0,
        tv_nsec: milliseconds * 1_000_000,
    };
    let every = libc::itimerspec {
        it_interval: period,
        it_value: period,
    };
    // SAFETY: the caller's promise.
    if unsafe { (calls.set)(timer, &every) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// A timer as a word that is 0 for none: kernel timers are numbered from zero.
pub fn word(timer: libc::timer_t) -> usize {
    timer as usize + 1
}

/// The timer of such a word.
pub fn from_word(word: usize) -> Option<libc::timer_t> {
    (word > 0).then(|| (word - 1) as libc::timer_t)
}

/// Logs a refusal, the first time that `told` sees one: all workers are refused alike.
pub fn tell_once(told: &AtomicBool, refusal: &io::Error, log: fn(&[u8])) {
    if !told.swap(true, Ordering::Relaxed) {
        let line = format!(
            "no time slices: the system refuses a timer, {refusal}; an actor that computes for \
             long holds up the others of its worker, and no time limit ends it\n"
        );
        log(line.as_bytes());
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use parking_lot::Mutex;

    use super::*;

    fn refuse(code: libc::c_int) -> libc::c_int {
        // SAFETY: the error of this thread.
        unsafe { *libc::__errno_location() = code };
        -1
    }

    /// The signal is ignored unless a runtime of another test runs, whose handler copes with null.
    fn slice() -> Slice {
        Slice {
            signal: libc::SIGURG,
            value: std::ptr::null_mut(),
            clock: Clock::Own,
        }
    }

    fn started(calls: TimerCalls) -> io::Result<()> {
        // SAFETY: the handler copes with null, and the timer is deleted at once.
        unsafe {
            let timer = start(calls, slice(), 900)?;
            assert_eq!(libc::timer_delete(timer), 0);
        }
        Ok(())
    }

    #[test]
    fn a_refused_timer_is_an_error_whichever_call_refuses() {
        let create = TimerCalls {
            create: |_, _, _| refuse(libc::EAGAIN),
            ..SYSTEM
        };
        let set = TimerCalls {
            set: |_, _| refuse(libc::EINVAL),
            ..SYSTEM
        };
        let code = |outcome: io::Result<()>| outcome.unwrap_err().raw_os_error();
        assert_eq!(code(started(create)), Some(libc::EAGAIN));
        assert_eq!(code(started(set)), Some(libc::EINVAL));
        started(SYSTEM).unwrap();
    }

    #[test]
    fn a_refusal_is_one_line_of_the_log_however_many_workers_there_are() {
        static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
        fn log(line: &[u8]) {
            LINES
                .lock()
                .push(String::from_utf8_lossy(line).into_owned());
        }
        let told = AtomicBool::new(false);
        let refusal = io::Error::from_raw_os_error(libc::EAGAIN);
        tell_once(&told, &refusal, log);
        tell_once(&told, &refusal, log);
        let lines = LINES.lock();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("no time slices: "), "{lines:?}");
        assert!(
            lines[0].ends_with('\n') && lines[0].contains("os error 11"),
            "{lines:?}"
        );
    }
}
