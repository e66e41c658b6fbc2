//! Time: the clock, and the wheel of each worker.

/// The monotonic clock.
pub mod clock;
/// Deadlines of one worker, ordered by time.
pub mod wheel;
