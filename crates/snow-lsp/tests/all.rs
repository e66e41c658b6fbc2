//! All tests of the language server, in one program.
//!
//! `cargo test -p snow-lsp --test all completion::` runs the tests of a file beside this one.

mod support;

mod completion;
mod edits;
mod fresh;
mod life;
mod parts;
mod robustness;
mod session;
mod signature_help;
