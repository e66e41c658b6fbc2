//! The Snow compiler as a pure function: sources in, C text and diagnostics out.
//!
//! `lex → parse → resolve → infer → matches → lower → optimize → emit`. Folders named by a noun
//! hold data, folders named by a verb (and `matches`, named after what it compiles) turn one noun
//! into the next; `pipeline` is their order. Nothing in this crate touches a file, the clock or
//! the environment; threads share work whose result does not depend on them (`parallel`). The same
//! sources always give the same bytes.

/// What programs need not read of the library.
mod abridge;
/// A program checked, with everything that was found out.
pub mod analysis;
/// What was written.
pub mod ast;
/// The monomorphic middle language.
pub mod core;
/// Errors and warnings as data, and the two ways to print them.
pub mod diagnostics;
/// `core` to C.
mod emit;
/// Examples in doc comments as programs.
pub mod examples;
/// Components of graphs.
mod graph;
/// Names resolved, sugar gone.
pub mod hir;
/// `hir` to typed `hir`.
pub mod infer;
/// Text to tokens.
pub mod lex;
/// Typed `hir` to `core`.
mod lower;
/// Patterns to decision trees; exhaustiveness falls out.
pub mod matches;
/// Which files a program needs.
mod needed;
/// `core` to better `core`; reference counts become explicit here.
pub mod optimize;
/// Work that is shared among cores.
mod parallel;
/// Tokens to `ast`.
pub mod parse;
/// The order of all of these.
pub mod pipeline;
/// `ast` to `hir`.
pub mod resolve;
/// Files, spans and line numbers.
pub mod source;
/// Tables whose first part several programs share.
pub mod table;
/// Types, schemes and what inference found out.
pub mod types;
/// What is not wrong and not meant either.
pub mod warn;
