//! Names in the examples of doc comments. Each example is compiled as the module that `snowc test`
//! makes of it, beside the program: what a name means there is what the compiler says.

use std::collections::HashMap;
use std::ops::Range;

use snow_compiler::analysis::Parsed;
use snow_compiler::examples::{self, Documented};
use snow_compiler::source::{FileId, Span};

use crate::kin;
use crate::places;
use crate::projects::Loaded;
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// Places in comments of the project where an example uses what is named at a place of the code, in
/// source order. It is spelled in one of these ways. Needs the compiler's stack.
pub(crate) fn uses(loaded: &Loaded, parsed: &Parsed, name: Span, spelled: &[&str]) -> Vec<Span> {
    let (with, from) = with_examples(loaded, spelled);
    if from.is_empty() {
        return Vec::new();
    }
    let checked = Snapshot::check(with, &mut parsed.clone());
    let named = checked.named_at(name.file, name.start as usize);
    let found = named.map_or_else(Vec::new, |named| kin::places(&checked, &named.meaning));
    let in_comment = |span: Span| {
        let (file, lines) = from.get(&span.file)?;
        let text = &loaded.sources.get(*file).text;
        let (start, end) = same_word(checked.text(span.file), text, lines, span)?;
        let file = *file;
        Some(Span { file, start, end })
    };
    let mut found: Vec<Span> = found.into_iter().filter_map(in_comment).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The root with the examples of those of its files that have one of some words in a comment, and
/// where each example comes from.
fn with_examples(
    loaded: &Loaded,
    spelled: &[&str],
) -> (Loaded, HashMap<FileId, (FileId, Range<usize>)>) {
    let mut with = loaded.clone();
    let mut from = HashMap::new();
    for (file, source) in loaded.sources.iter() {
        let has_word = |line: &str| {
            spelled
                .iter()
                .any(|word| words(line, word).next().is_some())
        };
        let is_in_comment = |line: &str| line.trim_start().starts_with("##") && has_word(line);
        if !places::is_own_file(&loaded.sources, file) || source.has_tests {
            continue;
        }
        if !source.text.lines().any(is_in_comment) {
            continue;
        }
        let documented = Documented {
            shown: &source.path,
            module: &source.module,
            text: &source.text,
        };
        for example in examples::of(documented) {
            let sources = &mut with.sources;
            let made = sources.add_examples(&source.path, &example.module, &example.text);
            with.paths.push(None);
            from.insert(made, (file, example.lines));
        }
    }
    (with, from)
}

/// Where a word of an example stands in the text that the example is from. Both have the same
/// words behind it in the line.
fn same_word(example: &str, text: &str, lines: &Range<usize>, span: Span) -> Option<(u32, u32)> {
    let at = span.start as usize;
    let word = example.get(at..span.end as usize)?;
    let line = example[..at].matches('\n').count();
    if !lines.contains(&line) {
        return None;
    }
    let rest = &example[at..];
    let rest = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let behind = words(rest, word).count().checked_sub(1)?;
    let written = text.split_inclusive('\n').nth(line)?;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let places: Vec<usize> = words(written, word).collect();
    let place = places[places.len().checked_sub(behind + 1)?];
    let start = (start + place) as u32;
    Some((start, start + word.len() as u32))
}

/// Where a word stands in a line, and is no part of a longer one.
fn words<'t>(line: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let found = line.match_indices(word).map(|(at, _)| at);
    found.filter(move |at| {
        let (before, behind) = (&line[..*at], &line[at + word.len()..]);
        !before.ends_with(is_in_name) && !behind.starts_with(is_in_name)
    })
}
