//! Which files still have to be compiled, for several threads that do so.

use std::path::PathBuf;

use crate::failure::Failure;

/// The files that still have to be compiled, by their index.
pub(super) struct Queue {
    /// The next one is the last.
    pub(super) waiting: Vec<usize>,
    /// Those that another command compiles right now. Waiting for them comes last.
    pub(super) elsewhere: Vec<usize>,
    /// The first failure.
    pub(super) failure: Option<Failure>,
}

impl Queue {
    /// The next file, and whether there is nothing better to do than to wait for it.
    pub(super) fn next(&mut self) -> Option<(usize, bool)> {
        match self.waiting.pop() {
            Some(at) => Some((at, false)),
            None => self.elsewhere.pop().map(|at| (at, true)),
        }
    }

    pub(super) fn record(&mut self, at: usize, made: Result<Option<PathBuf>, Failure>) {
        match made {
            Ok(Some(_)) => {}
            Ok(None) => self.elsewhere.push(at),
            Err(failure) => {
                self.failure.get_or_insert(failure);
            }
        }
    }
}
