//! Threads beside the workers: those that wait in calls of the system for actors that must not.
//!
//! Each is started when it is first needed, which is at a time when the system may have neither
//! memory nor a number for it. So every start may fail, and its caller says what cannot be done
//! now.

use std::io;
use std::thread::Builder;

/// Bytes of stack: such a thread only calls the system, and the system's resolver needs the most.
pub const STACK: usize = 512 << 10;

/// Starts a thread that ends with the process.
pub fn start(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    #[cfg(test)]
    if FAIL.get() {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let builder = Builder::new().name(name.into()).stack_size(STACK);
    builder.spawn(body).map(drop)
}

#[cfg(test)]
thread_local! {
    /// For tests: no start by this thread succeeds.
    pub static FAIL: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}
