//! The command line: every subcommand with its options. Usage errors are clap's and end with status 2.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};
use snow_compiler::diagnostics::Code;
use snow_compiler::pipeline;

/// What `--version` prints. The commit is that of a release; nothing here depends on when and where
/// this command was built, so that the same sources give the same bytes.
const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("SNOW_COMMIT_SHOWN"),
    "\ntarget: ",
    env!("SNOW_TARGET"),
    "\nneeds: a C compiler, gcc or clang: `cc`, or what CC names"
);

/// Builds, runs, checks and tests Snow programs.
#[derive(Parser)]
#[command(name = "snowc", version, long_version = LONG_VERSION, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Compile a program and run it
    Run(Run),
    /// Compile a program to one executable
    Build(Build),
    /// Report errors and warnings only
    Check(Check),
    /// Compile and run the tests in *_test.snow files
    Test(Test),
    /// Lay out source files
    Fmt(Format),
    /// Make pages of a project's modules, or the reference of the library
    Doc(Doc),
    /// Create a project
    Init(Init),
    /// Say what a code of an error or warning means
    Explain(Explain),
    /// Say what is in the cache, or empty it
    Cache(CacheOptions),
    /// Serve an editor on standard input and output (Language Server Protocol)
    Lsp,
}

/// How diagnostics are reported and what the compiler does besides compiling.
#[derive(Args, Clone)]
pub(crate) struct Reporting {
    /// Report errors and warnings as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Do not colour the output
    #[arg(long)]
    pub no_color: bool,
    /// Print what the compiler has after STAGE, and stop
    #[arg(long, value_name = "STAGE", value_parser = stages())]
    pub dump: Option<String>,
    /// Check the compiler's intermediate code after every pass
    #[arg(long)]
    pub verify: bool,
}

/// How C is compiled.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Profile {
    /// Optimise for speed
    #[arg(long)]
    pub release: bool,
    /// Find memory errors while the program runs (AddressSanitizer); says which runtime it needs
    #[arg(long)]
    pub sanitize: bool,
    /// Say how long each step of the build took
    #[arg(long)]
    pub timings: bool,
}

/// How an executable that goes elsewhere is linked.
#[derive(Args, Clone, Copy, Default, Debug)]
pub(crate) struct Linking {
    /// Put the C library into the executable, so that it runs where there is none
    #[arg(long = "static", conflicts_with = "sanitize")]
    pub is_static: bool,
    /// Leave the symbols out, which debuggers use; crash reports name lines all the same
    #[arg(long)]
    pub strip: bool,
}

/// `snowc run`
#[derive(Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub reporting: Reporting,
    #[command(flatten)]
    pub profile: Profile,
    /// Compile only, so that the next run of the unchanged program starts at once
    #[arg(long)]
    pub no_run: bool,
    /// Folder with main.snow, or one .snow file [default: the project around this folder]
    pub path: Option<PathBuf>,
    /// Arguments of the program
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}

/// `snowc build`
#[derive(Args)]
pub(crate) struct Build {
    #[command(flatten)]
    pub reporting: Reporting,
    #[command(flatten)]
    pub profile: Profile,
    #[command(flatten)]
    pub linking: Linking,
    /// Folder with main.snow, or one .snow file [default: the project around this folder]
    pub path: Option<PathBuf>,
    /// Where the executable goes [default: named after PATH, inside it]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Also write the generated C and its headers to DIR
    #[arg(long, value_name = "DIR")]
    pub emit_c: Option<PathBuf>,
}

/// `snowc check`
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub reporting: Reporting,
    /// Fail when there are warnings
    #[arg(long)]
    pub deny_warnings: bool,
    /// Folder with main.snow, or one .snow file [default: the project around this folder]
    pub path: Option<PathBuf>,
}

/// `snowc test`
#[derive(Args)]
pub(crate) struct Test {
    #[command(flatten)]
    pub reporting: Reporting,
    #[command(flatten)]
    pub profile: Profile,
    /// Folders, *_test.snow files, or files with examples [default: the project around this folder]
    pub paths: Vec<PathBuf>,
    /// Run only the tests whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Let a test fail that has not ended after MS milliseconds from its own start [default: 60000]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u32).range(1..))]
    pub deadline: Option<u32>,
    /// Run N tests at the same time [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub jobs: Option<u32>,
    /// Start no more tests when one has failed
    #[arg(long)]
    pub fail_fast: bool,
    /// Show at once what tests print, and not only that of the tests that fail
    #[arg(long)]
    pub show_output: bool,
    /// Compile only, so that the next run of the unchanged tests starts at once
    #[arg(long)]
    pub no_run: bool,
}

/// `snowc fmt`
#[derive(Args)]
pub(crate) struct Format {
    /// Change nothing: list the files that are not laid out, and fail when there are any
    #[arg(long)]
    pub check: bool,
    /// Report errors as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Do not colour the output
    #[arg(long)]
    pub no_color: bool,
    /// Files, folders with all that is below them, or - for standard input to standard output
    /// [default: this folder]
    pub paths: Vec<PathBuf>,
}

/// `snowc doc`
#[derive(Args)]
pub(crate) struct Doc {
    /// Report errors and dead links as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Do not colour the output
    #[arg(long)]
    pub no_color: bool,
    /// Write nothing and fail when a link leads nowhere
    #[arg(long)]
    pub deny_warnings: bool,
    /// Put the reference of the library beside the project's, so that its names are links
    #[arg(long)]
    pub with_library: bool,
    /// Where the pages go: a new folder, an empty one, or one that holds pages of an earlier run
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Folder with main.snow or snow.toml, or one .snow file [default: the library and the guides]
    pub path: Option<PathBuf>,
}

/// `snowc init`
#[derive(Args)]
pub(crate) struct Init {
    /// Folder of the project; made when it is not there
    #[arg(default_value = ".")]
    pub folder: PathBuf,
}

/// `snowc explain`
#[derive(Args)]
pub(crate) struct Explain {
    /// As it is printed: E0042
    #[arg(value_parser = code)]
    pub code: Code,
}

/// `snowc cache`
#[derive(Args)]
pub(crate) struct CacheOptions {
    /// Remove everything that is in it
    #[arg(long)]
    pub clear: bool,
}

/// What `--dump` takes.
fn stages() -> PossibleValuesParser {
    PossibleValuesParser::new(pipeline::stage_names())
}

fn code(text: &str) -> Result<Code, String> {
    let unknown = "no error or warning has this code; docs/diagnostics.md lists them";
    Code::find(text).ok_or_else(|| unknown.into())
}
