//! `snowc build`: one executable that needs neither this command nor a C compiler.

use crate::arguments::Build;
use crate::cache;
use crate::failure::Failure;
use crate::program::{self, Outcome};
use crate::project;

/// Builds and says where the executable is.
pub(crate) fn build(options: &Build) -> Result<(), Failure> {
    let path = project::chosen(options.path.as_ref())?;
    let project = project::program(&path, &options.reporting)?;
    let made = program::executable(
        &project,
        &options.reporting,
        options.profile,
        options.emit_c.as_ref(),
    )?;
    let Outcome::Program(program) = made else {
        return Ok(());
    };
    let output = match &options.output {
        Some(output) => output.clone(),
        None if path.is_dir() => project::relative(&path.join(&project.name)),
        None => path.with_extension(""),
    };
    if output.is_dir() {
        return Err(Failure::Message(format!(
            "'{}' is a folder; name the executable with -o",
            output.display()
        )));
    }
    cache::replace(&program, &output).map_err(|cause| Failure::at("write", &output, cause))?;
    if !options.reporting.json {
        eprintln!("  Compiled: {}", output.display());
    }
    Ok(())
}
