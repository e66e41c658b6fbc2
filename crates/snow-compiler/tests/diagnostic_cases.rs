//! Every `tests/diagnostics/x.snow` holds its expected diagnostics as comments under the lines they
//! are about.
//!
//! ```text
//!   println(mesage)
//!         # ^^^^^^ error E0004: nothing named `mesage` is in scope
//!         # help: did you mean `message`?
//! ```
//!
//! `^` marks the first label and `~` further ones, up to the end of their line; `#<` and `#~` stand
//! for the first column, which the comment sign itself takes up. The runner takes these comments
//! out, checks the rest, writes the comments that the diagnostics ask for, and compares. A
//! diagnostic about the program as a whole stands at the end. A line `#module Name` begins the text
//! of another module. `SNOW_BLESS=1` keeps what it wrote.

mod support;

use snow_compiler::diagnostics::{self, Code, Diagnostic, Diagnostics, Label, Severity};
use snow_compiler::pipeline::{Mode, Options, Output};
use snow_compiler::source::{FileId, Sources, Span};
use snow_compiler::{infer, matches, parse, resolve, warn};
use std::path::Path;
use std::{env, fs};

/// Begins a module of a case.
const MODULE: &str = "#module ";

/// Cases each of whose modules has one mistake, and so one diagnostic: of people who come from other
/// languages, and of anybody's first hour with the library.
const ONCE: [&str; 2] = ["once", "first"];

type Check = fn(&Sources) -> Diagnostics;

/// What a case is checked by, told by the first word of its file name.
const CHECKS: &[(&str, Check)] = &[
    ("syntax", syntax),
    ("resolve", meaning),
    ("types", meaning),
    ("match", meaning),
    (ONCE[0], meaning),
    (ONCE[1], library),
    ("library", library),
    ("program", program),
];

fn syntax(sources: &Sources) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    for (file, _) in sources.iter() {
        parse::module(sources, file, &mut diagnostics);
    }
    diagnostics
}

fn meaning(sources: &Sources) -> Diagnostics {
    checked(&support::with_core(sources))
}

/// With `Ws`, `Http` and sockets.
fn library(sources: &Sources) -> Diagnostics {
    checked(&support::with_library(sources))
}

/// All stages.
fn program(sources: &Sources) -> Diagnostics {
    compiled(&support::with_core(sources), Mode::Program)
}

/// Only the modules that the case needs: a third of the time of `meaning`. Advice that names other
/// modules may be missing.
fn needed(sources: &Sources) -> Diagnostics {
    compiled(&support::with_core(sources), Mode::Library)
}

/// The same with the whole library to choose from.
fn needed_of_library(sources: &Sources) -> Diagnostics {
    compiled(&support::with_library(sources), Mode::Library)
}

fn compiled(sources: &Sources, mode: Mode) -> Diagnostics {
    let options = Options {
        mode,
        dump: None,
        verify: true,
        precompiled: None,
        output: Output::Files,
    };
    let compiled = support::compile(sources, &options);
    let mut diagnostics = Diagnostics::default();
    compiled
        .diagnostics
        .into_iter()
        .for_each(|diagnostic| diagnostics.push(diagnostic));
    diagnostics
}

fn checked(sources: &Sources) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let modules = support::parsed(sources, &mut diagnostics);
    let program = resolve::program(modules, sources, &mut diagnostics);
    let typed = infer::program(&program, &mut diagnostics);
    matches::compile(&program, &typed, &mut diagnostics);
    warn::program(&program, &typed, |m| !m.is_stdlib, &mut diagnostics);
    diagnostics
}

#[test]
fn diagnostics_are_as_written_below_their_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diagnostics");
    let entries = fs::read_dir(folder).expect("tests/diagnostics exists");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "snow"));
    paths.sort();
    let mut failures = Vec::new();
    for path in paths {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let word = name.split('_').next().unwrap_or_default();
        let Some((_, check)) = CHECKS.iter().find(|(known, _)| *known == word) else {
            failures.push(format!(
                "{name}: `{word}` is none of the checks in this file"
            ));
            continue;
        };
        let written = fs::read_to_string(&path).expect("readable case");
        let found = annotated(*check, &written);
        if env::var_os("SNOW_BLESS").is_some() {
            fs::write(&path, &found).expect("writable case");
        } else if found != written {
            failures.push(format!("{} should read:\n{found}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What an edit proposes is not wrong itself: with the edits of one diagnostic carried out, that
/// diagnostic is gone, and there are no more errors than before. Those of a warning make none.
#[test]
fn edits_mend_what_they_are_about() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diagnostics");
    let entries = fs::read_dir(folder).expect("tests/diagnostics exists");
    let mut tried = 0;
    let mut failures = Vec::new();
    for entry in entries {
        let path = entry.expect("readable folder").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let word = name.split('_').next().unwrap_or_default();
        // Most cases are checked several times here.
        let check: Check = match word {
            "syntax" => syntax,
            "resolve" | "types" | "match" | "once" => needed,
            "library" | "first" => needed_of_library,
            "program" => program,
            _ => continue,
        };
        let written = fs::read_to_string(&path).expect("readable case");
        let lines: Vec<&str> = written
            .lines()
            .filter(|line| !is_expectation(line))
            .collect();
        for part in lines.split(|line| line.starts_with(MODULE)) {
            let text: String = part.iter().map(|line| format!("{line}\n")).collect();
            tried += mended(check, &text, &path, &mut failures);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(tried > 200, "only {tried} diagnostics have edits");
}

/// One mistake is told once, with advice.
#[test]
fn one_mistake_has_one_diagnostic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diagnostics");
    let mut seen = 0;
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder).expect("tests/diagnostics exists") {
        let path = entry.expect("readable folder").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let word = name.split('_').next().unwrap_or_default();
        let known = CHECKS.iter().find(|(known, _)| *known == word);
        let Some((_, check)) = known.filter(|_| ONCE.contains(&word)) else {
            continue;
        };
        let written = fs::read_to_string(&path).expect("readable case");
        let lines: Vec<&str> = written
            .lines()
            .filter(|line| !is_expectation(line))
            .collect();
        let mut sources = Sources::default();
        let mut texts: Vec<(FileId, String)> = Vec::new();
        for (index, part) in lines.split(|line| line.starts_with(MODULE)).enumerate() {
            let text: String = part.iter().map(|line| format!("{line}\n")).collect();
            let module = match index {
                0 => "Main".to_string(),
                _ => format!("M{index}"),
            };
            let file = sources.add(&format!("{module}.snow"), &module, false, &text);
            texts.push((file, text));
        }
        let all = check(&sources).sorted();
        for (file, text) in texts {
            let is_here = |found: &&Diagnostic| found.labels[0].span.file == file;
            let found: Vec<_> = all.iter().filter(is_here).collect();
            let has_advice = found.iter().all(|diagnostic| diagnostic.help.is_some());
            if found.len() != 1 || !has_advice {
                let told: Vec<_> = found.iter().map(|d| (&d.message, &d.help)).collect();
                failures.push(format!("{name}:\n{text}has {told:#?}"));
            }
            seen += 1;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(seen > 240, "only {seen} mistakes");
}

/// A diagnostic stands on lines that exist, points at something, and at the name it speaks of.
#[test]
fn places_lie_in_their_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diagnostics");
    let mut seen = 0;
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder).expect("tests/diagnostics exists") {
        let path = entry.expect("readable folder").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let word = name.split('_').next().unwrap_or_default();
        let Some((_, check)) = CHECKS.iter().find(|(known, _)| *known == word) else {
            continue;
        };
        let written = fs::read_to_string(&path).expect("readable case");
        let lines: Vec<&str> = written
            .lines()
            .filter(|line| !is_expectation(line))
            .collect();
        let mut sources = Sources::default();
        let mut module = "Main";
        for part in lines.split_inclusive(|line| line.starts_with(MODULE)) {
            let text: String = part.iter().map(|line| format!("{line}\n")).collect();
            sources.add(&format!("{module}.snow"), module, false, &text);
            module = part
                .last()
                .map_or("", |line| line.trim_start_matches(MODULE));
        }
        for diagnostic in check(&sources).sorted() {
            let is_here = |label: &&Label| sources.iter().any(|(file, _)| file == label.span.file);
            for label in diagnostic.labels.iter().filter(is_here) {
                seen += 1;
                if let Some(fault) = misplaced(&sources, &diagnostic, label.span) {
                    failures.push(format!(
                        "{name}: {}: {}: {fault}",
                        diagnostic.code, diagnostic.message
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(seen > 1000, "only {seen} places");
}

/// What is wrong with a place, if anything.
fn misplaced(sources: &Sources, diagnostic: &Diagnostic, span: Span) -> Option<String> {
    let text = &*sources.get(span.file).text;
    let (start, end) = (span.start as usize, span.end as usize);
    if start > end || end > text.len() {
        return Some(format!("{start}..{end} of {} bytes", text.len()));
    }
    if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
        return Some("inside of a character".into());
    }
    let first = diagnostic.labels[0].span;
    let is_inner = span == first;
    let is_syntax = diagnostic.code.family() == diagnostics::Family::Syntax;
    // What is missing stands where nothing is.
    if start == end && !is_syntax {
        return Some("an empty place".into());
    }
    let shown = &text[start..end];
    let before = text[..start].rfind('\n').map_or(0, |line| line + 1);
    let line = text[before..].lines().next().unwrap_or_default();
    if start < text.len() && start - before > line.len() {
        return Some(format!("behind the end of its line `{line}`"));
    }
    if shown.contains('#')
        && shown
            .lines()
            .any(|line| line.trim_start().starts_with("# "))
    {
        return None;
    }
    // A warning about a name that nothing uses points at it.
    let named = diagnostic.message.split('`').nth(1).filter(|_| is_inner)?;
    let is_unused = matches!(diagnostic.code, Code::W0004 | Code::W0005 | Code::W0006);
    let is_plain = named.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_unused && is_plain && !shown.contains(named))
        .then(|| format!("`{shown}` is not about `{named}`"))
}

/// Carries the edits out that `check` proposes for one module, and says how many diagnostics had
/// some.
fn mended(check: Check, text: &str, path: &Path, failures: &mut Vec<String>) -> usize {
    let before = own(check, text);
    let count = |found: &[Diagnostic]| {
        let errors = found
            .iter()
            .filter(|found| found.severity == Severity::Error);
        errors.count()
    };
    let with_edits = before.iter().filter(|found| !found.edits.is_empty());
    let mut tried = 0;
    for diagnostic in with_edits {
        let mut changed = text.to_string();
        for edit in diagnostic.edits.iter().rev() {
            let range = edit.span.start as usize..edit.span.end as usize;
            changed.replace_range(range, &edit.text);
        }
        let after = own(check, &changed);
        let is_same = |other: &&Diagnostic| {
            other.message == diagnostic.message
                && other.labels[0].span.start == diagnostic.labels[0].span.start
        };
        if count(&after) > count(&before) || after.iter().any(|other| is_same(&other)) {
            failures.push(format!(
                "{}: {}: the edits make\n{changed}\nwith {:#?}",
                path.display(),
                diagnostic.message,
                after.iter().map(|d| &d.message).collect::<Vec<_>>()
            ));
        }
        tried += 1;
    }
    tried
}

/// What is said about one module.
fn own(check: Check, text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let file = sources.add("Main.snow", "Main", false, text);
    let mut found = check(&sources).sorted();
    found.retain(|diagnostic| {
        let place = diagnostic.labels.first().map(|label| label.span.file);
        place == Some(file)
    });
    found
}

/// The case with the comments that its diagnostics ask for.
fn annotated(check: fn(&Sources) -> Diagnostics, written: &str) -> String {
    let lines: Vec<&str> = written
        .lines()
        .filter(|line| !is_expectation(line))
        .collect();
    let mut sources = Sources::default();
    let mut parts: Vec<(FileId, usize)> = Vec::new();
    for part in lines.split_inclusive(|line| line.starts_with(MODULE)) {
        let text: String = part.iter().map(|line| format!("{line}\n")).collect();
        let header = parts.last().map(|(_, end)| lines[end - 1]);
        let module = header.map_or("Main", |header| header.trim_start_matches(MODULE));
        let file = sources.add(&format!("{module}.snow"), module, false, &text);
        parts.push((file, parts.last().map_or(0, |(_, end)| *end) + part.len()));
    }
    let diagnostics = check(&sources).sorted();
    assert!(
        !diagnostics.is_empty(),
        "a case without diagnostics tests nothing:\n{written}"
    );
    let mut out = String::new();
    let mut start = 0;
    for (file, end) in parts {
        let text = &lines[start..end];
        // The end of the file stands on a line of its own.
        for (index, line) in text.iter().copied().chain([""]).enumerate() {
            if index < text.len() {
                out += &format!("{line}\n");
            }
            for diagnostic in &diagnostics {
                out += &comments(diagnostic, &sources, (file, index + 1), line);
            }
        }
        start = end;
    }
    for diagnostic in diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.labels.is_empty())
    {
        out += &format!(
            "# {} {}: {}\n",
            severity(diagnostic),
            diagnostic.code,
            diagnostic.message
        );
        if let Some(help) = &diagnostic.help {
            out += &format!("# help: {help}\n");
        }
    }
    out
}

fn is_expectation(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix('#') else {
        return false;
    };
    let comment = comment.trim_start();
    ["^", "~", "< ", "help: ", "error "]
        .iter()
        .any(|mark| comment.starts_with(mark))
}

/// The comments for the labels of a diagnostic on that line.
fn comments(
    diagnostic: &Diagnostic,
    sources: &Sources,
    (file, line): (FileId, usize),
    text: &str,
) -> String {
    let mut out = String::new();
    for (index, label) in diagnostic.labels.iter().enumerate() {
        // A label may also point into the standard library.
        if label.span.file != file {
            continue;
        }
        let (label_line, column) = sources.line_column(label.span.file, label.span.start);
        if label_line != line {
            continue;
        }
        let is_first = index == 0;
        let mut remark = match is_first {
            true => format!(
                "{} {}: {}",
                severity(diagnostic),
                diagnostic.code,
                diagnostic.message
            ),
            false => format!("{}: {}", diagnostic.code, label.text),
        };
        if is_first && !label.text.is_empty() {
            remark += &format!(" [{}]", label.text);
        }
        out += &format!("{} {remark}\n", marks(label.span, column, text, is_first));
        if let Some(help) = diagnostic.help.as_ref().filter(|_| is_first) {
            out += &format!("{}# help: {help}\n", " ".repeat(column.saturating_sub(3)));
        }
    }
    out
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn marks(span: Span, column: usize, text: &str, is_first: bool) -> String {
    let mark = if is_first { "^" } else { "~" };
    let most = (text.chars().count() + 1).saturating_sub(column).max(1);
    let width = ((span.end - span.start) as usize).clamp(1, most);
    match column {
        1 => format!("#{}", if is_first { "<" } else { "~" }),
        2 => format!("#{}", mark.repeat(width)),
        _ => format!("{}# {}", " ".repeat(column - 3), mark.repeat(width)),
    }
}

/// `docs/diagnostics.md` ends with what the catalogue says.
#[test]
fn the_page_is_made_from_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagnostics.md");
    let written = fs::read_to_string(&path).expect("docs/diagnostics.md exists");
    let (opening, _) = written.split_once("\n## ").expect("tables");
    let found = format!("{opening}{}", diagnostics::tables());
    if env::var_os("SNOW_BLESS").is_some() {
        fs::write(&path, &found).expect("writable page");
    }
    assert_eq!(found, fs::read_to_string(&path).expect("readable page"));
}
