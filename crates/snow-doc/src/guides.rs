//! The guides: pages of `docs` that people read who write programs, in the order of reading.

use snow_compiler::source::{FileId, Sources};

use crate::docstring::Docstring;
use crate::markdown::headings;

macro_rules! guides {
    ($($group:literal: $($name:literal)*;)*) => {
        /// Group, path in the repository, text.
        const GUIDES: &[(&str, &str, &str)] = &[$($((
            $group,
            concat!("docs/", $name, ".md"),
            include_str!(concat!("../../../docs/", $name, ".md")),
        ),)*)*];
    };
}

guides! {
    "Snow": "language" "coming-from" "from-elixir" "from-javascript" "testing" "documenting" "log" "shipping" "diagnostics";
    "Servers": "ws-guide" "ws-authentication" "ws-timers" "cluster" "http" "redis";
    "Standards and their tests": "rfc6455" "rfc9112" "http-requests";
}

/// One guide.
pub(crate) struct Guide {
    /// The heading that it stands below in the list of guides.
    pub group: &'static str,
    /// Its path in the repository.
    pub path: &'static str,
    /// Its first heading.
    pub title: String,
    /// The rest.
    pub text: Docstring,
    /// Its headings: level, what links call them, words.
    pub headings: Vec<(usize, String, String)>,
}

/// Adds the guides to the files that diagnostics may speak of.
pub(crate) fn add_to(sources: &mut Sources) -> Vec<Guide> {
    let guides = GUIDES.iter().map(|(group, path, text)| {
        let file: FileId = sources.add(path, path, false, text);
        let line_end = text.find('\n').unwrap_or(text.len());
        let (first, _) = text.split_at(line_end);
        let body = Docstring::page(file, text, line_end);
        Guide {
            group,
            path,
            title: first.trim_start_matches('#').trim().replace('`', ""),
            headings: headings(&body.text),
            text: body,
        }
    });
    guides.collect()
}
