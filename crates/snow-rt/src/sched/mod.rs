//! When an actor runs, and where: workers, their queues, giving way, parking, and the end of the
//! program.

/// Calls that need much stack.
pub mod big_stack;
/// Actors that finish before a signal ends the program.
pub mod closing;
/// Time slices while an actor computes for long.
pub mod fine_slices;
/// Stacks that grow, and what they grew to.
pub mod growth;
/// Parking workers, unparking them, and noticing that nothing can happen any more.
pub mod idle;
/// Suspending an actor inside a call.
pub mod park;
/// Which workers are parked.
pub mod parked;
/// Asking a running actor for the processor.
pub mod preempt;
/// Letting others run in the middle of a walk.
pub mod reductions;
/// The queue of runnable actors of one worker.
pub mod run_queue;
/// Signals of the system.
pub mod signals;
/// The timer behind time slices.
pub mod slice_timer;
/// Deadlines of actors.
pub mod timers;
/// Time limits of guards.
pub mod watch;
/// A worker and its loop.
pub mod worker;
/// What the workers of a running program share.
pub mod workers;
