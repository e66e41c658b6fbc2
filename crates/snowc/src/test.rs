//! `snowc test`: all tests of a project in one executable, which runs them and prints the closing line.

use crate::arguments::Test;
use crate::failure::Failure;
use crate::program::{self, Outcome};
use crate::project::{self, Project};
use crate::run;

/// Runs the tests of every project among the paths. Fails when a test failed, after all have run.
pub fn test(options: &Test) -> Result<(), Failure> {
    let mut failed = false;
    for project in project::tests(&options.paths)? {
        failed |= !passes(&project, options)?;
    }
    if failed {
        return Err(Failure::Message("there are failed tests".into()));
    }
    Ok(())
}

fn passes(project: &Project, options: &Test) -> Result<bool, Failure> {
    let made = program::executable(project, true, &options.reporting, options.profile, None)?;
    let Outcome::Program(program) = made else {
        return Ok(true);
    };
    let mut command = run::command(&program, options.profile);
    command.args(&options.filter);
    let status = command.status().map_err(|cause| Failure::at("run", &program, cause))?;
    match status.code() {
        Some(code) => Ok(code == 0),
        None => Err(Failure::Message(format!("the test program was ended: {status}"))),
    }
}
