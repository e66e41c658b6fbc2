//! Time: the clock, the wheel of each worker, and messages sent later.

/// The monotonic clock.
pub mod clock;
/// Messages sent after a while.
pub mod delayed;
/// Deadlines of one worker, ordered by time.
pub mod wheel;
