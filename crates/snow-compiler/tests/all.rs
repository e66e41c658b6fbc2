//! All tests of the compiler, in one program, so that its cores always have something to do and the
//! library is parsed once: but for `linear_size`, which measures.
//!
//! `cargo test -p snow-compiler --test all parse_cases::` runs the tests of a file beside this one.

mod support;

mod abridged;
mod advice_names;
mod analysis_again;
mod apart;
mod captures;
mod core_cases;
mod cut_off;
mod diagnostic_cases;
mod foreign_files;
mod library_alone;
mod library_warnings;
mod needed;
mod parse_cases;
mod parse_robustness;
mod parts;
mod precompiled;
mod shown_names;
mod type_cases;
