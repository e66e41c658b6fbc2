//! The C headers. The build script of this command compiles with them, too.

use snow_abi::header;

use crate::cache::Key;

/// The C headers that units include, named together by their content.
pub(crate) struct Headers {
    /// Each with its text.
    pub(crate) files: Vec<(String, String)>,
    /// Changes with every text.
    pub(crate) name: String,
}

impl Headers {
    pub(crate) fn new() -> Headers {
        let files = header::files();
        let key = files.iter().fold(Key::default(), |key, (name, text)| {
            key.with(name).with(text)
        });
        Headers {
            files,
            name: key.name(),
        }
    }
}
