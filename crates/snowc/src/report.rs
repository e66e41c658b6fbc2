//! Diagnostics and failures on standard error, for people or, with `--json`, for programs.

use std::io::IsTerminal;

use snow_compiler::diagnostics::{json, text, Code, Diagnostic, Diagnostics};
use snow_compiler::source::Sources;

use crate::arguments::Reporting;
use crate::failure::Failure;

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Excerpts without colours.
    Plain,
    /// Excerpts with colours.
    Coloured,
    /// One JSON object a line.
    Json,
}

impl Style {
    /// Colours need a terminal and nobody who is against them.
    pub(crate) fn of(reporting: &Reporting) -> Style {
        let refused = reporting.no_color
            || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match (reporting.json, std::io::stderr().is_terminal() && !refused) {
            (true, _) => Style::Json,
            (false, true) => Style::Coloured,
            (false, false) => Style::Plain,
        }
    }

    /// The diagnostics in this style, empty when there are none.
    pub(crate) fn render(self, sources: &Sources, diagnostics: &[Diagnostic]) -> String {
        let mut all = Diagnostics::default();
        diagnostics
            .iter()
            .cloned()
            .for_each(|diagnostic| all.push(diagnostic));
        match self {
            Style::Json => json::render(&all, sources),
            Style::Plain => text::render(&all, sources, false),
            Style::Coloured => text::render(&all, sources, true),
        }
    }
}

/// Why a command failed, as the last thing that it says.
pub(crate) fn failure(failure: &Failure, as_json: bool) {
    let (code, message) = match failure {
        Failure::Reported => (Code::C0001, "Compilation failed due to errors above."),
        Failure::Message(message) => (Code::C0002, message.as_str()),
    };
    // What stands above a C0001 has codes of its own.
    let shown = match failure {
        Failure::Reported => String::new(),
        Failure::Message(_) => format!("[{code}]"),
    };
    if as_json {
        let message = json_string(message);
        eprintln!("{{\"code\":\"{code}\",\"severity\":\"error\",\"message\":{message},\"file\":null,\"spans\":[],\"fix\":null,\"edits\":[]}}");
    } else {
        eprintln!("error{shown}: {message}");
    }
}

fn json_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if letter < ' ' => quoted.push_str(&format!("\\u{:04x}", letter as u32)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}
