//! A doc comment with the place of each of its lines, so that what is wrong in it has a place.

use snow_compiler::source::{FileId, Sources, Span};

/// Markdown, and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Docstring {
    /// The text.
    pub text: String,
    /// The file.
    pub file: FileId,
    /// Offset in the file of each line of the text.
    starts: Vec<u32>,
}

impl Docstring {
    /// The `##` lines above an item that begins at byte `at`.
    pub(crate) fn above(sources: &Sources, file: FileId, text: &str, at: u32) -> Self {
        let (first, _) = sources.line_column(file, at);
        let above = (1..first).rev();
        let marked = above.filter_map(|line| start_of(sources, file, line, "##"));
        let mut starts: Vec<u32> = marked.take(text.lines().count().max(1)).collect();
        starts.reverse();
        Docstring {
            text: text.into(),
            file,
            starts,
        }
    }

    /// The `##!` lines of a file.
    pub(crate) fn head(sources: &Sources, file: FileId, text: &str) -> Self {
        let lines = 1..=sources.get(file).text.lines().count();
        Docstring {
            text: text.into(),
            file,
            starts: lines
                .filter_map(|line| start_of(sources, file, line, "##!"))
                .collect(),
        }
    }

    /// A file that is Markdown as a whole, from its first heading's end on.
    pub(crate) fn page(file: FileId, whole: &str, from: usize) -> Self {
        let text = &whole[from..];
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = [0].into_iter().chain(ends);
        Docstring {
            text: text.into(),
            file,
            starts: starts.map(|start| (from + start) as u32).collect(),
        }
    }

    /// Where a range of the text stands in the file.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let line = self.text[..start].matches('\n').count();
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |at| start + at);
        let base = self.starts.get(line).copied().unwrap_or_default();
        Span {
            file: self.file,
            start: base + (start - line_start) as u32,
            end: base + (end.min(line_end) - line_start) as u32,
        }
    }
}

/// Where the text of a comment line begins; `None` for a line without that mark.
fn start_of(sources: &Sources, file: FileId, line: usize, mark: &str) -> Option<u32> {
    let whole = sources.line_text(file, line);
    let trimmed = whole.trim_start();
    let text = trimmed.strip_prefix(mark)?;
    if mark == "##" && text.starts_with('!') {
        return None;
    }
    let text = text.strip_prefix(' ').unwrap_or(text);
    let source = &sources.get(file).text;
    let offset = whole.as_ptr() as usize - source.as_ptr() as usize + whole.len() - text.len();
    Some(offset as u32)
}

/// The first sentence of a text, without what stands behind it.
pub(crate) fn first_sentence(text: &str) -> String {
    let paragraph = text.trim_start().split("\n\n").next().unwrap_or_default();
    let lines = paragraph
        .lines()
        .take_while(|line| !line.starts_with("    "));
    let joined = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let ends = joined.match_indices(". ").map(|(at, _)| at + 1);
    let is_end = |end: &usize| {
        let behind = joined[*end..].trim_start();
        let quotes = joined[..*end].matches('`').count();
        quotes % 2 == 0 && behind.starts_with(|c: char| c.is_uppercase() || c == '`')
    };
    match ends.into_iter().find(is_end) {
        Some(end) => joined[..end].into(),
        None => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let mut sources = Sources::default();
        let text = "##! head\n\n## One.\n##\n##  é [x](y)\npub fn a() = 1\n";
        let file = sources.add("a.snow", "A", false, text);
        let at = text.find("pub").unwrap() as u32;
        let found = Docstring::above(&sources, file, "One.\n\n é [x](y)", at);
        let link = found.text.find('[').unwrap();
        let span = found.span(link, link + 6);
        assert_eq!(&text[span.start as usize..span.end as usize], "[x](y)");
        let head = Docstring::head(&sources, file, "head");
        assert_eq!(head.span(0, 4).start, 4);
    }

    #[test]
    fn a_sentence_ends_in_front_of_the_next() {
        assert_eq!(
            first_sentence("One (1.5 s. of `a. B`)\ntwo. Three."),
            "One (1.5 s. of `a. B`) two."
        );
        assert_eq!(first_sentence("Only\n\nMore."), "Only");
        assert_eq!(first_sentence("Sum:\n    code"), "Sum:");
    }
}
