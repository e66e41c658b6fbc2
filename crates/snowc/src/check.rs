//! `snowc check`: errors and warnings, nothing else.

use snow_compiler::diagnostics::{Diagnostic, Severity};
use snow_compiler::pipeline::Output;

use crate::arguments::Check;
use crate::failure::Failure;
use crate::precompiled::Library;
use crate::program;
use crate::project;

/// Compiles without calling the C compiler. A package needs no `main.snow` here.
pub(crate) fn check(options: &Check) -> Result<(), Failure> {
    let path = project::chosen(options.path.as_ref())?;
    let project = project::checked(&path, &options.reporting)?;
    let library = Library::embedded(&project.sources)?;
    let nothing = (library.as_ref(), Output::Nothing);
    let (compiled, _) = program::compile(&project, &options.reporting, nothing, None)?;
    let is_warning = |found: &Diagnostic| found.severity == Severity::Warning;
    if options.deny_warnings && compiled.diagnostics.iter().any(is_warning) {
        return Err(Failure::Message("there are warnings".into()));
    }
    Ok(())
}
