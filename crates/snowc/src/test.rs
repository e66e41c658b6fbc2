//! `snowc test`: all tests of a project in one executable, which runs them and prints the closing
//! line.
//!
//! Building has no limit. Each test has one, which the executable measures from the test's own
//! start.

use std::io::{self, IsTerminal};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;

use crate::arguments::{Linking, Test};
use crate::cache::Use;
use crate::failure::Failure;
use crate::program;
use crate::project::{self, Project};
use crate::report;
use crate::run;

/// The exit statuses of a test program that has printed its closing line: all passed, some failed,
/// and no test has the filter's text in its name. Any other status is that of a program which a
/// test has ended; `stdlib/core/test.snow` has the same numbers.
const ALL_PASSED: i32 = 90;
const SOME_FAILED: i32 = 91;
const NONE_CHOSEN: i32 = 92;

const UNREPORTED: &str =
    "tests without a line above ran at that time, waited for an earlier line, or were still to come";

/// What became of a project's tests when none failed.
#[derive(PartialEq)]
enum Outcome {
    Passed,
    NoneChosen,
}

/// Runs the tests of every project among the paths. Fails when a test failed, or a project could
/// not be built or run, after all the others have run; and when the filter chose no test at all.
pub(crate) fn test(options: &Test) -> Result<(), Failure> {
    let mut failed = None;
    let mut passed = false;
    let paths = match options.paths.is_empty() {
        true => vec![project::chosen(None)?],
        false => options.paths.clone(),
    };
    for project in project::tests(&paths, &options.reporting)? {
        match pass(&project, options) {
            Ok(outcome) => passed |= outcome == Outcome::Passed,
            Err(failure) => {
                // The last failure is said by the caller.
                if let Some(earlier) = failed.replace(failure) {
                    report::failure(&earlier, options.reporting.json);
                }
                if options.fail_fast {
                    break;
                }
            }
        }
    }
    match (failed, &options.filter) {
        (Some(failure), _) => Err(failure),
        (None, Some(filter)) if !passed => Err(Failure::Message(format!(
            "no test has '{filter}' in its name, which is as in `Shop.CartTest: an empty cart`"
        ))),
        (None, _) => Ok(()),
    }
}

fn pass(project: &Project, options: &Test) -> Result<Outcome, Failure> {
    let made = program::executable(
        project,
        &options.reporting,
        (options.profile, Linking::default()),
        None,
    )?;
    match made {
        program::Outcome::Program(program, in_use) if !options.no_run => {
            run_tests((&program, in_use), options)
        }
        _ => Ok(Outcome::Passed),
    }
}

fn run_tests((program, in_use): (&Path, Use), options: &Test) -> Result<Outcome, Failure> {
    let mut command = run::command(program, options.profile);
    if let Some(deadline) = options.deadline {
        command.arg("--deadline").arg(deadline.to_string());
    }
    if let Some(jobs) = options.jobs {
        command.arg("--jobs").arg(jobs.to_string());
    }
    if options.fail_fast {
        command.arg("--fail-fast");
    }
    if options.show_output {
        command.arg("--show-output");
    }
    if io::stdout().is_terminal() {
        command.arg("--progress");
    }
    if let Some(filter) = &options.filter {
        command.arg("--filter").arg(filter);
    }
    run::end_with_this_command(&mut command);
    let cannot_run = |cause| Failure::at("run", program, cause);
    let mut running = command.spawn().map_err(cannot_run)?;
    drop(in_use);
    let status = running.wait().map_err(cannot_run)?;
    match status.code() {
        Some(ALL_PASSED) => Ok(Outcome::Passed),
        Some(NONE_CHOSEN) => Ok(Outcome::NoneChosen),
        _ => Err(Failure::Message(what_failed(status))),
    }
}

fn what_failed(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(SOME_FAILED), _) => "there are failed tests".into(),
        (_, Some(_)) => format!("the test program was ended: {status}; {UNREPORTED}"),
        (_, None) => format!(
            "the test program ended before its closing line, as `System.halt` in a test does: {status}; {UNREPORTED}"
        ),
    }
}
