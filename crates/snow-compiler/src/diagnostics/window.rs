//! Long lines are shown around the places of a diagnostic, with `…` for what is left out.

use super::Diagnostic;
use crate::source::{FileId, Sources};
use codespan_reporting::files::{column_index, Error, Files};
use std::ops::Range;

/// Lines of up to that many bytes are shown whole.
const LONG: usize = 200;
/// What is shown before and behind a place in a longer one.
const AROUND: usize = 60;
/// The most of a place that is marked.
const MARKED: usize = 80;
const CUT: &str = "…";

/// The text of a file as one diagnostic shows it.
struct Shown {
    path: String,
    text: String,
    /// First byte of each line.
    starts: Vec<usize>,
    /// Lines that were shortened, in their order.
    cuts: Vec<Cut>,
}

/// A line that was shortened.
struct Cut {
    /// Its number.
    number: usize,
    /// Where it stands in the file, without its end.
    line: Range<usize>,
    /// The part of it that is shown.
    kept: Range<usize>,
    /// Where that part begins in the text that is shown, and where the line ends there.
    shown: Range<usize>,
    /// Characters left out before the part, less the `…` in their place.
    left_out: usize,
}

/// All files as one diagnostic shows them.
pub(super) struct Windows {
    shown: Vec<Shown>,
}

impl Windows {
    /// The files, where lines that the diagnostic is about are no longer than can be read.
    pub(super) fn new(sources: &Sources, diagnostic: &Diagnostic) -> Windows {
        let mut shown = Vec::new();
        for (file, source) in sources.iter() {
            let spans = diagnostic.labels.iter().map(|label| label.span);
            let places: Vec<Range<usize>> = spans
                .filter(|span| span.file == file)
                .map(|span| span.start as usize..span.end as usize)
                .collect();
            let text = match places.is_empty() {
                true => "",
                false => &source.text,
            };
            shown.push(Shown::new(&source.path, text, &places));
        }
        Windows { shown }
    }

    /// A place of the file in the text that is shown.
    pub(super) fn range(&self, file: FileId, range: Range<usize>) -> Range<usize> {
        let shown = &self.shown[file.0 as usize];
        let start = shown.moved(range.start);
        start..shown.moved(range.end).max(start)
    }
}

impl Shown {
    fn new(path: &str, text: &str, places: &[Range<usize>]) -> Shown {
        let mut shown = Shown {
            path: path.to_string(),
            text: String::new(),
            starts: vec![0],
            cuts: Vec::new(),
        };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end_matches(['\n', '\r']).len();
            shown.add(text, start..end, places);
            start += line.len();
            shown.text += &text[end..start];
            if line.ends_with('\n') {
                shown.starts.push(shown.text.len());
            }
        }
        shown
    }

    fn add(&mut self, text: &str, line: Range<usize>, places: &[Range<usize>]) {
        let kept = window(text, line.clone(), places);
        if kept == line {
            self.text += &text[line];
            return;
        }
        let is_cut_before = kept.start > line.start;
        if is_cut_before {
            self.text += CUT;
        }
        let shown_start = self.text.len();
        self.text += &text[kept.clone()];
        if kept.end < line.end {
            self.text += CUT;
        }
        let left_out = text[line.start..kept.start].chars().count();
        self.cuts.push(Cut {
            number: self.starts.len() - 1,
            line,
            kept,
            shown: shown_start..self.text.len(),
            left_out: left_out - usize::from(is_cut_before),
        });
    }

    /// Where a byte of the file stands in what is shown.
    fn moved(&self, at: usize) -> usize {
        let Some(cut) = self.cuts.iter().rev().find(|cut| cut.line.start <= at) else {
            return at;
        };
        if at > cut.line.end {
            return at - cut.line.end + cut.shown.end;
        }
        cut.shown.start + at.clamp(cut.kept.start, cut.kept.end) - cut.kept.start
    }
}

impl<'a> Files<'a> for Windows {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.shown.get(id).ok_or(Error::FileMissing)?.path)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.shown.get(id).ok_or(Error::FileMissing)?.text)
    }

    fn line_index(&'a self, id: usize, at: usize) -> Result<usize, Error> {
        let starts = &self.shown.get(id).ok_or(Error::FileMissing)?.starts;
        Ok(starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1))
    }

    /// Columns count in the whole line.
    fn column_number(&'a self, id: usize, line: usize, at: usize) -> Result<usize, Error> {
        let shown = self.shown.get(id).ok_or(Error::FileMissing)?;
        let range = self.line_range(id, line)?;
        let cut = shown.cuts.iter().find(|cut| cut.number == line);
        let before = cut.map_or(0, |cut| cut.left_out);
        Ok(before + column_index(&shown.text, range, at) + 1)
    }

    fn line_range(&'a self, id: usize, line: usize) -> Result<Range<usize>, Error> {
        let shown = self.shown.get(id).ok_or(Error::FileMissing)?;
        let start = shown.starts.get(line).copied().ok_or(Error::LineTooLarge {
            given: line,
            max: shown.starts.len(),
        })?;
        let end = shown.starts.get(line + 1).copied();
        Ok(start..end.unwrap_or(shown.text.len()))
    }
}

/// The part of a line that is shown: all of it, or what surrounds the places in it.
fn window(text: &str, line: Range<usize>, places: &[Range<usize>]) -> Range<usize> {
    if line.len() <= LONG {
        return line;
    }
    let on_line = |at: &usize| line.contains(at) || *at == line.end;
    let mut marked = places.iter().filter(|place| on_line(&place.start));
    let Some(first) = marked.next() else {
        return line;
    };
    let mut shown = first.start..first.end.min(first.start + MARKED);
    for place in marked {
        let start = shown.start.min(place.start);
        let end = shown.end.max(place.end.min(place.start + MARKED));
        // What is far from the first place would bring the whole line back.
        if end - start <= LONG {
            shown = start..end;
        }
    }
    let mut start = shown.start.saturating_sub(AROUND).max(line.start);
    let mut end = (shown.end + AROUND).min(line.end);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{text, Code, Diagnostics};
    use crate::source::Span;

    #[test]
    fn a_long_line_is_shown_around_the_place() {
        let mut sources = Sources::default();
        let source = format!(
            "# é\nlet a = [{}, wrong, {}]\nlet b = 2\n",
            "é, ".repeat(2000),
            "2, ".repeat(2000)
        );
        let at = source.find("wrong").expect("written above") as u32;
        let file = sources.add("main.snow", "Main", false, &source);
        let last = source.find("b =").expect("written above") as u32;
        let span = |start: u32, end: u32| Span { file, start, end };
        let diagnostic = Diagnostic::error(Code::E0004, span(at, at + 5), "no such name");
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            diagnostic
                .here("this")
                .also(span(last, last + 1), "the other"),
        );
        let shown = text::render(&diagnostics, &sources, false);
        assert!(shown.len() < 800, "{shown}");
        assert!(shown.contains("main.snow:2:6012"), "{shown}");
        assert!(shown.contains(", wrong, 2, 2"), "{shown}");
        assert!(shown.contains("^^^^^ this"), "{shown}");
        assert!(shown.contains("- the other"), "{shown}");
        assert_eq!(shown.matches(CUT).count(), 2, "{shown}");
    }
}
