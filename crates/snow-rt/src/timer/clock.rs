//! The monotonic clock, and the one that people set.

/// Monotonic nanoseconds.
pub fn now_ns() -> i64 {
    read(libc::CLOCK_MONOTONIC)
}

/// Nanoseconds since 1970 began in UTC, by the system's clock: it goes backward when it is set.
pub fn wall_ns() -> i64 {
    read(libc::CLOCK_REALTIME)
}

fn read(clock: libc::clockid_t) -> i64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `now` is ours to be written.
    unsafe { libc::clock_gettime(clock, &mut now) };
    now.tv_sec
        .saturating_mul(1_000_000_000)
        .saturating_add(now.tv_nsec)
}

/// Monotonic milliseconds, rounded down.
pub fn now_ms() -> i64 {
    now_ns() / 1_000_000
}

/// The monotonic millisecond at which `ms` whole milliseconds have passed, never before.
pub fn deadline_after(ms: i64) -> i64 {
    now_ns()
        .div_euclid(1_000_000)
        .saturating_add(ms.max(0))
        .saturating_add(1)
}
