//! The same work on many values, shared among the processor's cores.
//!
//! What comes out does not depend on how many threads there were. A thread that cannot be started
//! is one less: the caller works, too.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

use crate::pipeline::STACK;

/// More threads win little: other stages have one.
const THREADS_MAX: usize = 8;

/// What `work` makes of each item, in the order of the items.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(THREADS_MAX).min(items.len());
    let mut results: Vec<Option<R>> = Vec::new();
    results.resize_with(items.len(), || None);
    let waiting = Mutex::new(items.into_iter().zip(&mut results));
    // A panic of another thread is told when it is joined; what it held is whole.
    let next = || waiting.lock().unwrap_or_else(|e| e.into_inner()).next();
    let run = || {
        while let Some((item, result)) = next() {
            *result = Some(work(item));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            let thread = thread::Builder::new().stack_size(STACK);
            if thread.spawn_scoped(scope, run).is_err() {
                break;
            }
        }
        run();
    });
    results.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_stand_where_their_items_stood() {
        let squares: Vec<u64> = (0..10_000).map(|n| n * n).collect();
        assert_eq!(map((0..10_000).collect(), |n: u64| n * n), squares);
        assert_eq!(map(Vec::<u64>::new(), |n| n), Vec::new());
    }

    #[test]
    #[should_panic]
    fn a_panic_of_one_is_a_panic_of_all() {
        map((0..100).collect(), |n: u64| assert!(n != 50));
    }
}
