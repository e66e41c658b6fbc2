//! The middle language: monomorphic, in A-normal form, with structured control flow and explicit
//! joins.
//!
//! In: nothing (this folder is data). `lower` makes it, `optimize` rewrites it and makes reference
//! counts explicit, `emit` prints it. Each instruction's meaning stands at its constructor in
//! [`ir`].

/// Nested code.
pub mod blocks;
/// What tells one version of a function from another.
mod fingerprint;
/// Instructions.
pub mod ir;
/// Variables and labels of a block.
pub mod mentions;
/// Hashes that name things.
pub mod names;
/// Operations that the compiler knows by name, and who owns their arguments.
pub mod primitive;
/// Readable form, for `--dump=core`.
pub mod print;
/// Text to core: what `print` writes, for tests of passes.
pub mod read;
/// Concrete types and their representation.
pub mod types;
/// Which variables an instruction touches, and how.
pub mod uses;
/// Checks counts and scopes after the passes.
pub mod verify;

pub use fingerprint::Fingerprint;
pub(crate) use fingerprint::Fingerprints;
