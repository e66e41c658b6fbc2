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
    /// `snow.h` includes the objects first, then the prototypes, which name them, then what is
    /// built on both.
    pub(crate) fn new() -> Headers {
        let mut files: Vec<(String, String)> = header::HEADERS
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let mut order: Vec<&str> = header::HEADERS.iter().map(|(name, _)| *name).collect();
        order.insert(1.min(order.len()), "snow_abi.h");
        let all: String = order
            .iter()
            .map(|name| format!("#include \"{name}\"\n"))
            .collect();
        files.push(("snow_abi.h".into(), header::abi_header()));
        files.push(("snow.h".into(), all));
        let key = files.iter().fold(Key::default(), |key, (name, text)| {
            key.with(name).with(text)
        });
        Headers {
            files,
            name: key.name(),
        }
    }
}
