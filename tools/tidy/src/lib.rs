//! Rules of this repository that a machine can check.
//!
//! In: the files of the repository. Out: one line for each breach, `path: what is wrong`. Each rule
//! is a function in [`rules`] and a test in `tests/repository.rs`; nothing here writes a file.

/// The files.
pub mod repository;
/// One file per rule or family of rules.
pub mod rules;
