//! All tests of the command but those of long lists of files, in one program: most of them wait, for
//! a compiler, for a server or for a deadline to pass, and meanwhile others compute.
//!
//! A file beside this one is a group; its tests are the functions that it lists by `tests!`, and
//! their names begin with its own: `cargo test -p snowc --test all reports::`.

mod support;

/// What a group is made of.
pub(crate) type Test = (&'static str, fn());

/// The tests of a group. A function that is in no list is unused, which the compiler tells.
macro_rules! tests {
    ($($test:ident),* $(,)?) => {
        pub(crate) const TESTS: &[$crate::Test] = &[$((stringify!($test), $test)),*];
    };
}

mod building;
mod cache;
mod carried;
mod cli;
mod closing;
mod compilers;
mod depth;
mod doc;
mod examples;
mod formatting;
mod hubs;
mod log;
mod lsp;
mod operators;
mod output;
mod packages;
mod patience;
mod project_examples;
mod projects;
mod reports;
mod requirements;
mod servers;
mod shortage;
mod signals;
mod stopped;
mod terminal;
mod testing;

use std::fs;
use std::thread;

use libtest_mimic::{Arguments, Trial};

macro_rules! groups {
    ($($group:ident),* $(,)?) => {
        const GROUPS: &[(&str, &[Test])] = &[$((stringify!($group), $group::TESTS)),*];
    };
}

// Begins with what takes longest.
groups![
    patience,
    building,
    cache,
    carried,
    cli,
    closing,
    compilers,
    depth,
    doc,
    formatting,
    hubs,
    log,
    lsp,
    operators,
    output,
    packages,
    project_examples,
    projects,
    reports,
    requirements,
    servers,
    shortage,
    signals,
    stopped,
    terminal,
    testing,
];

/// Files that are programs of their own: each has a test for every file of a folder, or for every
/// line that a program prints, and is asked for by its name.
const ALONE: &[&str] = &["run_cases", "stdlib_tests", "doc_examples"];

/// Tests that run beyond one a core: about as many as wait.
const WAITING: usize = 6;

fn main() {
    let mut arguments = Arguments::from_args();
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    arguments.test_threads.get_or_insert(cores + WAITING);
    let own: (&str, &[Test]) = ("all", &[("every_file_is_a_group", every_file_is_a_group)]);
    let mut trials: Vec<(usize, Trial)> = Vec::new();
    for (group, tests) in GROUPS.iter().chain([&own]) {
        trials.extend(tests.iter().map(|test| trial(group, *test)).enumerate());
    }
    trials.extend(examples::trials().into_iter().enumerate());
    // Tests of one group wait for the same, or compute the same: it is best when they do not run
    // all at once.
    trials.sort_by_key(|(at, _)| *at);
    let trials = trials.into_iter().map(|(_, trial)| trial).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(group: &str, (name, test): Test) -> Trial {
    Trial::test(format!("{group}::{name}"), move || {
        test();
        Ok(())
    })
}

/// Cargo does not look for tests here, so that a file nobody names would not run.
fn every_file_is_a_group() {
    let folder = support::root().join("crates/snowc/tests");
    let files = fs::read_dir(folder)
        .expect("the folder of this file")
        .flatten();
    let groups = GROUPS.iter().map(|(group, _)| *group);
    let known: Vec<&str> = groups
        .chain(["all", "examples"])
        .chain(ALONE.iter().copied())
        .collect();
    for file in files {
        let path = file.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_known = known.contains(&&*name);
        let is_rust = path.extension().is_some_and(|ending| ending == "rs");
        assert!(!is_rust || is_known, "nothing runs {}", path.display());
    }
}
