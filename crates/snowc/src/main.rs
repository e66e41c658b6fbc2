//! The `snowc` command: argument table to subcommand.
//!
//! All file, process and terminal input and output of the compiler is in this crate. Exit status: 0
//! success, 1 the program has errors or something could not be done, 2 wrong usage.

mod arguments;
mod build;
mod cache;
mod check;
mod complaint;
mod contents;
mod doc;
mod explain;
mod failure;
mod format;
mod init;
mod lsp;
mod manifest;
mod packages;
mod pages;
mod precompiled;
mod program;
mod project;
mod report;
mod run;
mod stdlib;
mod test;
mod toolchain;
mod watch;

/// A quarter of the time from Snow to C goes into small objects; the system's allocator takes twice
/// as long for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (json, outcome) = match &arguments.command {
        Command::Run(options) => (options.reporting.json, run::run(options)),
        Command::Build(options) => (options.reporting.json, build::build(options)),
        Command::Check(options) => (options.reporting.json, check::check(options)),
        Command::Test(options) => (options.reporting.json, test::test(options)),
        Command::Fmt(options) => (options.json, format::format(options)),
        Command::Doc(options) => (options.json, doc::doc(options)),
        Command::Init(options) => (false, init::init(options)),
        Command::Explain(options) => (false, explain::explain(options)),
        Command::Cache(options) => (false, contents::cache(options)),
        Command::Lsp => return lsp::lsp(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::failure(&failure, json);
            ExitCode::FAILURE
        }
    }
}
