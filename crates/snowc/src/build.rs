//! `snowc build`: one executable that needs neither this command nor a C compiler.

use std::fs;
use std::path::Path;

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
        (options.profile, options.linking),
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
    may_be_replaced(&output)?;
    cache::replace(&program, &output).map_err(|cause| Failure::at("write", &output, cause))?;
    if !options.reporting.json {
        eprintln!("  Compiled: {}", output.display());
    }
    Ok(())
}

/// Only a file is replaced: a device such as `/dev/null`, or a pipe, is there for other programs.
fn may_be_replaced(output: &Path) -> Result<(), Failure> {
    let refused = match fs::metadata(output) {
        Ok(data) if data.is_dir() => "is a folder; name the executable with -o",
        Ok(data) if !data.is_file() => "is no file, and is left alone; name another one with -o",
        Ok(_) | Err(_) => return Ok(()),
    };
    let text = format!("'{}' {refused}", output.display());
    Err(Failure::Message(text))
}
