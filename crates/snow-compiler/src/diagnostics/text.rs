//! Diagnostics for people: header, place, the lines with their labels, advice.

use super::window::Windows;
use super::{Diagnostic, Diagnostics, Severity};
use crate::source::Sources;
use codespan_reporting::diagnostic as report;
use codespan_reporting::term::{self, termcolor::Buffer, Chars};

/// All diagnostics in source order, each followed by an empty line.
pub fn render(diagnostics: &Diagnostics, sources: &Sources, color: bool) -> String {
    let config = term::Config {
        chars: Chars::ascii(),
        ..term::Config::default()
    };
    let mut buffer = if color {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    };
    for diagnostic in diagnostics.sorted() {
        let files = Windows::new(sources, &diagnostic);
        let report = to_report(&diagnostic, &files);
        // A buffer in memory takes every write, and all spans lie in these files.
        let _ = term::emit_to_write_style(&mut buffer, &config, &files, &report);
    }
    String::from_utf8_lossy(buffer.as_slice()).into_owned()
}

fn to_report(diagnostic: &Diagnostic, files: &Windows) -> report::Diagnostic<usize> {
    let severity = match diagnostic.severity {
        Severity::Error => report::Severity::Error,
        Severity::Warning => report::Severity::Warning,
    };
    let labels = diagnostic.labels.iter().enumerate().map(|(index, label)| {
        let style = if index == 0 {
            report::LabelStyle::Primary
        } else {
            report::LabelStyle::Secondary
        };
        let whole = label.span.start as usize..label.span.end as usize;
        let range = files.range(label.span.file, whole);
        report::Label::new(style, label.span.file.0 as usize, range).with_message(&label.text)
    });
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    report::Diagnostic::new(severity)
        .with_code(diagnostic.code.name())
        .with_message(&diagnostic.message)
        .with_labels(labels.collect())
        .with_notes(help.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;
    use crate::source::Span;

    #[test]
    fn header_place_label_and_help() {
        let mut sources = Sources::default();
        let file = sources.add(
            "main.snow",
            "Main",
            false,
            "fn main() do\n  println(mesage)\nend\n",
        );
        let mut diagnostics = Diagnostics::default();
        let span = Span {
            file,
            start: 23,
            end: 29,
        };
        let diagnostic = Diagnostic::error(Code::E0004, span, "nothing named `mesage` is in scope");
        diagnostics.push(diagnostic.here("not found").help("did you mean `message`?"));
        let text = render(&diagnostics, &sources, false);
        assert!(
            text.starts_with("error[E0004]: nothing named `mesage` is in scope\n"),
            "{text}"
        );
        assert!(text.contains("main.snow:2:11"), "{text}");
        assert!(text.contains("^^^^^^ not found"), "{text}");
        assert!(text.contains("help: did you mean `message`?"), "{text}");
        assert!(render(&diagnostics, &sources, true).contains("\u{1b}["));
    }
}
