//! `snowc doc`: pages of a project's modules, or the reference of the standard library.

use snow_compiler::diagnostics::{Diagnostic, Severity};
use snow_compiler::source::Sources;

use crate::arguments::{Doc, Reporting};
use crate::failure::Failure;
use crate::pages::Folder;
use crate::program;
use crate::project;
use crate::report::Style;
use crate::stdlib;

/// Makes all pages before the folder is touched.
pub(crate) fn doc(options: &Doc) -> Result<(), Failure> {
    let reporting = Reporting {
        json: options.json,
        no_color: options.no_color,
        dump: None,
        verify: false,
    };
    let folder = Folder::open(&options.output)?;
    let reference = match &options.path {
        Some(path) => {
            let project = project::checked(path, &reporting)?;
            let make = || match options.with_library {
                true => snow_doc::project_with_library(project.sources, &project.name),
                false => snow_doc::project(project.sources, &project.name),
            };
            program::on_large_stack(make)?
        }
        None => {
            let mut sources = Sources::default();
            stdlib::add_to(&mut sources)?;
            program::on_large_stack(|| snow_doc::library(sources))?
        }
    };
    let found = &reference.diagnostics;
    let rendered = Style::of(&reporting).render(&reference.sources, found);
    eprint!("{rendered}");
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    if found.iter().any(is_error) {
        return Err(Failure::Reported);
    }
    if options.deny_warnings && !found.is_empty() {
        return Err(Failure::Message("there are links that lead nowhere".into()));
    }
    let first = folder.write(&reference.pages)?;
    println!("{}", first.display());
    Ok(())
}
