//! `snowc check`: errors and warnings, nothing else.

use crate::arguments::Check;
use crate::failure::Failure;
use crate::program;
use crate::project;

/// Compiles without calling the C compiler.
pub(crate) fn check(options: &Check) -> Result<(), Failure> {
    let project = project::program(&options.path)?;
    program::compile(&project, false, &options.reporting).map(|_| ())
}
