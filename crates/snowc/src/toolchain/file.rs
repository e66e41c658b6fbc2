//! A C file on its way to an object.

use std::borrow::Cow;

use snow_abi::header;
use snow_compiler::pipeline::Unit;

use crate::failure::Failure;
use crate::precompiled::{self, Library};
use crate::stdlib;

use super::options::Level;

/// A C file to compile, unless its object is there.
pub(crate) struct CFile<'a> {
    pub(super) name: &'a str,
    pub(super) digest: String,
    text: Text<'a>,
}

enum Text<'a> {
    Program(&'a str),
    /// Of no program.
    Helpers,
    /// Made when it is needed.
    Library(&'a Library, &'a precompiled::File),
}

impl<'a> CFile<'a> {
    /// A file of the program.
    pub(crate) fn of_program(unit: &'a Unit) -> Self {
        CFile {
            name: &unit.name,
            digest: precompiled::digest(&unit.text),
            text: Text::Program(&unit.text),
        }
    }

    /// A file of the library.
    pub(crate) fn of_library(library: &'a Library, file: &'a precompiled::File) -> Self {
        CFile {
            name: &file.name,
            digest: file.digest.clone(),
            text: Text::Library(library, file),
        }
    }

    /// The file of the headers' helpers, which programs in development call.
    pub(crate) fn of_helpers() -> Self {
        CFile {
            name: "helpers",
            digest: precompiled::digest(header::HELPERS),
            text: Text::Helpers,
        }
    }

    /// Its object, where this command has it in itself.
    pub(super) fn embedded(&self, level: Level, headers: &str) -> Option<Vec<u8>> {
        match self.text {
            Text::Program(_) => None,
            Text::Helpers | Text::Library(..) => {
                stdlib::object(&level.embedded_name(headers, &self.digest))
            }
        }
    }

    pub(super) fn text(&self) -> Result<Cow<'a, str>, Failure> {
        match self.text {
            Text::Program(text) => Ok(text.into()),
            Text::Helpers => Ok(header::HELPERS.into()),
            Text::Library(library, file) => library.text(file).map(Cow::from),
        }
    }
}
