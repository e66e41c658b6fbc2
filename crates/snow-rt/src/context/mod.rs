//! Stacks, and the coroutines that run on them.

/// A coroutine that serves one actor after the other.
pub mod fiber;
/// Memory for stacks.
pub mod stack;
