//! `snowc test`: all tests of a project in one executable, which runs them and prints the closing
//! line.
//!
//! Building has no limit. Each test has one, which the executable measures from the test's own
//! start.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;

use crate::arguments::Test;
use crate::failure::Failure;
use crate::program::{self, Outcome};
use crate::project::{self, Project};
use crate::report;
use crate::run;

/// Runs the tests of every project among the paths. Fails when a test failed, or a project could
/// not be built or run, after all the others have run.
pub(crate) fn test(options: &Test) -> Result<(), Failure> {
    let mut failed = None;
    let paths = match options.paths.is_empty() {
        true => vec![project::chosen(None)?],
        false => options.paths.clone(),
    };
    for project in project::tests(&paths, &options.reporting)? {
        if let Err(failure) = pass(&project, options) {
            // The last failure is said by the caller.
            if let Some(earlier) = failed.replace(failure) {
                report::failure(&earlier, options.reporting.json);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

fn pass(project: &Project, options: &Test) -> Result<(), Failure> {
    let made = program::executable(project, &options.reporting, options.profile, None)?;
    match made {
        Outcome::Program(program) if !options.no_run => run_tests(&program, options),
        _ => Ok(()),
    }
}

fn run_tests(program: &Path, options: &Test) -> Result<(), Failure> {
    let mut command = run::command(program, options.profile);
    if let Some(deadline) = options.deadline {
        command.arg("--deadline").arg(deadline.to_string());
    }
    command.args(&options.filter);
    run::end_with_this_command(&mut command);
    let status = command
        .status()
        .map_err(|cause| Failure::at("run", program, cause))?;
    match status.success() {
        true => Ok(()),
        false => Err(Failure::Message(what_failed(status))),
    }
}

fn what_failed(status: ExitStatus) -> String {
    match status.signal() {
        None => "there are failed tests".into(),
        Some(_) => format!(
            "the test program was ended: {status}; tests without a line above ran at that time, waited for an earlier \
             line, or were still to come"
        ),
    }
}
