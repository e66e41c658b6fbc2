//! What `snow_counter` answers: one cell a worker and counter, summed when asked.
//!
//! A cell is written by its worker's thread alone, so counting is a plain addition; a value that
//! moved between workers is negative in one cell and positive in another. Threads that are no
//! workers share the last row.

use std::sync::atomic::{AtomicI64, Ordering};

pub use snow_abi::layout::counter::*;

use super::worker::{self, Worker};
use crate::config::MOST_WORKERS;
use crate::runtime;
use crate::system::usage;

/// Reasons for the program not to end, see `sched::idle`. Not visible to programs.
pub const HOLDS: i64 = 12;
const KINDS: usize = 13;

#[repr(align(128))]
struct Row([AtomicI64; KINDS]);

static ROWS: [Row; MOST_WORKERS + 1] =
    [const { Row([const { AtomicI64::new(0) }; KINDS]) }; MOST_WORKERS + 1];

/// Adds to a counter. Any thread may call.
pub fn add(which: i64, amount: i64) {
    let worker = worker::current();
    if worker.is_null() {
        ROWS[MOST_WORKERS].0[which as usize].fetch_add(amount, Ordering::SeqCst);
    } else {
        // SAFETY: a thread's worker lives as long as the thread runs its loop.
        unsafe { add_here(worker, which, amount) };
    }
}

/// Adds to a counter on a worker's own thread.
///
/// # Safety
/// `worker` is the one of this thread.
pub unsafe fn add_here(worker: *mut Worker, which: i64, amount: i64) {
    // SAFETY: the worker is alive.
    let index = unsafe { (*worker).index };
    let cell = &ROWS[index].0[which as usize];
    // Relaxed: only this thread writes the cell, and readers want no more than a recent value.
    cell.store(cell.load(Ordering::Relaxed) + amount, Ordering::Relaxed);
}

/// The value of a counter.
pub fn read(which: i64) -> i64 {
    match which {
        RESIDENT => usage::resident_bytes(),
        CPU_NS => usage::cpu_ns(),
        WORKERS => runtime::get().workers.len() as i64,
        0..=HOLDS => sum(which, MOST_WORKERS),
        _ => 0,
    }
}

/// The sum of a counter's cells when there are so many workers.
pub fn sum(which: i64, workers: usize) -> i64 {
    let cell = |row: &Row| row.0[which as usize].load(Ordering::SeqCst);
    ROWS[..workers].iter().map(cell).sum::<i64>() + cell(&ROWS[MOST_WORKERS])
}
