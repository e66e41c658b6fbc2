//! Diagnostics for machines: one JSON object a line.
//!
//! `{"code","severity","message","file","line","column","spans":[{"start","end","label"}],"fix",
//! "edits":[{"start","end","text"}]}`; positions are bytes, `line` and `column` belong to the first
//! span and count from 1, `fix` is the advice or null. `edits` are empty or, taken together, carry
//! the advice out: none overlaps another, and all lie in `file`.

use super::{Diagnostic, Diagnostics, Severity};
use crate::source::Sources;
use std::fmt::Write;

/// All diagnostics in source order.
pub fn render(diagnostics: &Diagnostics, sources: &Sources) -> String {
    diagnostics
        .sorted()
        .iter()
        .map(|diagnostic| line(diagnostic, sources) + "\n")
        .collect()
}

fn line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = diagnostic.labels.first().map(|label| label.span);
    let file = place.map_or("null".into(), |span| quoted(&sources.get(span.file).path));
    let (line, column) = place.map_or((0, 0), |span| sources.line_column(span.file, span.start));
    let spans = diagnostic.labels.iter().map(|label| {
        let (start, end, text) = (label.span.start, label.span.end, quoted(&label.text));
        format!(r#"{{"start":{start},"end":{end},"label":{text}}}"#)
    });
    let spans = spans.collect::<Vec<_>>().join(",");
    let (code, message) = (quoted(diagnostic.code.name()), quoted(&diagnostic.message));
    let fix = diagnostic.help.as_deref().map_or("null".into(), quoted);
    let edits = diagnostic.edits.iter().map(|edit| {
        let (start, end, text) = (edit.span.start, edit.span.end, quoted(&edit.text));
        format!(r#"{{"start":{start},"end":{end},"text":{text}}}"#)
    });
    let edits = edits.collect::<Vec<_>>().join(",");
    format!(
        r#"{{"code":{code},"severity":"{severity}","message":{message},"file":{file},"line":{line},"column":{column},"spans":[{spans}],"fix":{fix},"edits":[{edits}]}}"#
    )
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if (c as u32) < 0x20 => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;
    use crate::source::Span;

    #[test]
    fn one_object_a_line() {
        let mut sources = Sources::default();
        let file = sources.add("a.snow", "A", false, "let \"x\"\n");
        let span = Span {
            file,
            start: 4,
            end: 7,
        };
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            Diagnostic::error(Code::P0001, span, "no \"x\"")
                .here("here")
                .help("a\nb")
                .edit(span, "y"),
        );
        let expected = concat!(
            r#"{"code":"P0001","severity":"error","message":"no \"x\"","file":"a.snow","line":1,"column":5,"#,
            r#""spans":[{"start":4,"end":7,"label":"here"}],"fix":"a\nb","#,
            r#""edits":[{"start":4,"end":7,"text":"y"}]}"#,
            "\n"
        );
        assert_eq!(render(&diagnostics, &sources), expected);
    }
}
