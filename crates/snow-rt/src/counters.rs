//! What `snow_counter` answers: one cell a worker and counter, summed when asked.
//!
//! A cell is written by its worker's thread alone, so counting is a plain addition; a value that
//! moved between workers is negative in one cell and positive in another. Threads that are no
//! workers share the last row.

use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};

pub use snow_abi::layout::counter::*;

use crate::config::MOST_WORKERS;
use crate::usage;

/// Suspensions that keep the program from ending, see `sched::idle`. Not visible to programs.
pub const KEEP_ALIVES: i64 = 12;
const KINDS: usize = 13;

#[repr(align(128))]
struct Row([AtomicI64; KINDS]);

static ROWS: [Row; MOST_WORKERS + 1] =
    [const { Row([const { AtomicI64::new(0) }; KINDS]) }; MOST_WORKERS + 1];

/// The row of threads that are no workers.
const SHARED_ROW: usize = MOST_WORKERS;

/// Workers of the runtime that runs.
static WORKER_COUNT: AtomicI64 = AtomicI64::new(0);

thread_local! {
    static ROW: Cell<usize> = const { Cell::new(SHARED_ROW) };
}

/// Says how many workers there are.
pub fn set_workers(count: usize) {
    WORKER_COUNT.store(count as i64, Ordering::SeqCst);
}

/// Makes this thread the worker of that index, or none.
pub fn set_row(worker: Option<usize>) {
    ROW.set(worker.unwrap_or(SHARED_ROW));
}

/// The row of this thread. Never inlined: an actor may be on another thread after each suspension,
/// and the address of a thread's variable must not be remembered across one.
#[inline(never)]
fn row() -> usize {
    ROW.get()
}

/// True on the thread of a worker.
pub fn is_worker() -> bool {
    row() != SHARED_ROW
}

/// Adds to a counter. Any thread may call.
pub fn add(which: i64, amount: i64) {
    let row = row();
    if row == SHARED_ROW {
        ROWS[row].0[which as usize].fetch_add(amount, Ordering::SeqCst);
    } else {
        // SAFETY: the row is this worker's.
        unsafe { add_here(row, which, amount) };
    }
}

/// Adds to a counter on a worker's own thread.
///
/// # Safety
/// `worker` is the index of this thread's worker.
#[inline]
pub unsafe fn add_here(worker: usize, which: i64, amount: i64) {
    let cell = &ROWS[worker].0[which as usize];
    // Relaxed: only this thread writes the cell, and readers want no more than a recent value.
    cell.store(cell.load(Ordering::Relaxed) + amount, Ordering::Relaxed);
}

/// The value of a counter.
pub fn read(which: i64) -> i64 {
    match which {
        RESIDENT => usage::resident_bytes(),
        CPU_NS => usage::cpu_ns(),
        WORKERS => WORKER_COUNT.load(Ordering::SeqCst),
        0..=KEEP_ALIVES => sum(which, SHARED_ROW),
        _ => 0,
    }
}

/// The sum of a counter's cells when there are so many workers.
pub fn sum(which: i64, workers: usize) -> i64 {
    let cell = |row: &Row| row.0[which as usize].load(Ordering::SeqCst);
    ROWS[..workers].iter().map(cell).sum::<i64>() + cell(&ROWS[SHARED_ROW])
}
