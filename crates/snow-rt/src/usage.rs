//! What the process has used so far.

/// CPU time of the process in nanoseconds.
pub fn cpu_ns() -> i64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` lives across the call. This clock always exists, so there is no error to
    // handle.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Resident memory of the process in bytes; 0 where the system does not tell.
pub fn resident_bytes() -> i64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/statm") else {
        return 0;
    };
    let pages: i64 = text
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|field| field.parse().ok())
        .unwrap_or(0);
    // SAFETY: takes and returns plain numbers.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_process_uses_time_and_memory() {
        assert!(cpu_ns() > 0);
        assert!(resident_bytes() > 100_000);
    }
}
