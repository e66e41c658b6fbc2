//! What generated code may ask of the runtime, and the layouts that both share.
//!
//! Three consumers read this crate and nothing else about each other:
//! - `snow-compiler` types `extern fn` declarations and prints C prototypes from [`functions`];
//! - `snow-rt` implements the table, and fails to build when a signature differs;
//! - `snowc` hands the C headers in [`header`] to the C compiler.
//!
//! A layout is written twice, once in Rust ([`layout`]) and once in C (`c/*.h`);
//! [`header::layout_assertions`] makes the C compiler check that they agree.

/// The table of runtime functions.
pub mod functions;
/// The C headers that every generated file includes.
pub mod header;
/// Object layouts shared by generated code and the runtime.
pub mod layout;
/// The vocabulary of types that may cross the boundary.
pub mod types;
