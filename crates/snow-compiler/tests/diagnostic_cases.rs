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

use crate::support;

use snow_compiler::diagnostics::{self, Code, Diagnostic, Diagnostics, Label, Severity};
use snow_compiler::pipeline::{Mode, Options, Output};
use snow_compiler::source::{FileId, Sources, Span};
use snow_compiler::{infer, matches, parse, resolve, warn};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

/// Begins a module of a case.
const MODULE: &str = "#module ";

/// Cases each of whose modules has one mistake, and so one diagnostic: of people who come from other
/// languages, and of anybody's first hour with the library.
const ONCE: [&str; 2] = ["once", "first"];

type Check = fn(&Sources) -> Vec<Diagnostic>;

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

fn syntax(sources: &Sources) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    for (file, _) in sources.iter() {
        parse::module(sources, file, &mut diagnostics);
    }
    diagnostics.sorted()
}

fn meaning(sources: &Sources) -> Vec<Diagnostic> {
    checked(&support::with_core(sources))
}

/// With `Ws`, `Http` and sockets.
fn library(sources: &Sources) -> Vec<Diagnostic> {
    checked(&support::with_library(sources))
}

/// All stages.
fn program(sources: &Sources) -> Vec<Diagnostic> {
    let options = Options {
        mode: Mode::Program,
        dump: None,
        verify: true,
        precompiled: None,
        output: Output::Files,
    };
    support::compile(&support::with_core(sources), &options).diagnostics
}

fn checked(sources: &Sources) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    let modules = support::parsed(sources, &mut diagnostics);
    let program = resolve::program(modules, sources, &mut diagnostics);
    let typed = infer::program(&program, &mut diagnostics);
    matches::compile(&program, &typed, &mut diagnostics);
    warn::program(&program, &typed, |m| !m.is_stdlib, &mut diagnostics);
    diagnostics.sorted()
}

/// The same from what is known of the library since the case before, where no code is made.
fn quickly(word: &str) -> Option<Check> {
    let meaning: Check = |sources| support::analyse(&support::with_core(sources), Mode::Library);
    let library: Check = |sources| support::analyse(&support::with_library(sources), Mode::Library);
    match word {
        "resolve" | "types" | "match" | "once" => Some(meaning),
        "library" | "first" => Some(library),
        _ => None,
    }
}

/// One file of `tests/diagnostics`, checked.
struct Case {
    path: PathBuf,
    /// Its name and the first word of that.
    name: String,
    word: String,
    written: String,
    /// Its lines without the expected diagnostics.
    lines: Vec<String>,
    sources: Sources,
    /// Its modules, each with the number of the line behind it.
    parts: Vec<(FileId, usize)>,
    /// What is found, in source order; `None` where the word is none of the checks.
    found: Option<Vec<Diagnostic>>,
}

/// All cases, each checked once for all tests of this file.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diagnostics");
    let entries = fs::read_dir(folder).expect("tests/diagnostics exists");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "snow"));
    paths.sort();
    support::on_all_cores(&paths, |path| Case::read(path))
});

impl Case {
    fn read(path: &Path) -> Case {
        let name = path.file_stem().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let word = name.split('_').next().unwrap_or_default().to_string();
        let written = fs::read_to_string(path).expect("readable case");
        let lines = written.lines().filter(|line| !is_expectation(line));
        let lines: Vec<String> = lines.map(str::to_string).collect();
        let mut sources = Sources::default();
        let mut parts: Vec<(FileId, usize)> = Vec::new();
        for part in lines.split_inclusive(|line| line.starts_with(MODULE)) {
            let header = parts.last().map(|(_, end)| &lines[end - 1]);
            let module = header.map_or("Main", |header| header.trim_start_matches(MODULE));
            let file = sources.add(&format!("{module}.snow"), module, false, &joined(part));
            parts.push((file, parts.last().map_or(0, |(_, end)| *end) + part.len()));
        }
        let check = CHECKS.iter().find(|(known, _)| *known == word);
        Case {
            path: path.into(),
            found: check.map(|(_, check)| check(&sources)),
            name,
            word,
            written,
            lines,
            sources,
            parts,
        }
    }

    /// The text of each module, without the line that begins the next.
    fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let parts = self.lines.split(|line| line.starts_with(MODULE));
        parts.map(joined)
    }

    fn found(&self) -> &[Diagnostic] {
        self.found.as_deref().unwrap_or_default()
    }
}

fn joined(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn diagnostics_are_as_written_below_their_lines() {
    let mut failures = Vec::new();
    for case in CASES.iter() {
        if case.found.is_none() {
            let (name, word) = (&case.name, &case.word);
            failures.push(format!(
                "{name}: `{word}` is none of the checks in this file"
            ));
            continue;
        }
        let found = annotated(case);
        if env::var_os("SNOW_BLESS").is_some() {
            fs::write(&case.path, &found).expect("writable case");
        } else if found != case.written {
            failures.push(format!("{} should read:\n{found}", case.path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// With a library that is known from the case before, a case has the same diagnostics, edits
/// included, as alone.
#[test]
fn what_is_known_of_the_library_changes_no_diagnostic() {
    let compared = support::on_all_cores(&CASES, |case| {
        let quickly = quickly(&case.word)?;
        assert_eq!(quickly(&case.sources), case.found(), "{}", case.name);
        Some(())
    });
    let compared = compared.iter().flatten().count();
    assert!(compared > 70, "only {compared} cases");
}

/// What an edit proposes is not wrong itself: with the edits of one diagnostic carried out, that
/// diagnostic is gone, and there are no more errors than before. Those of a warning make none.
#[test]
fn edits_mend_what_they_are_about() {
    let parts: Vec<(&Case, Check, String)> = CASES
        .iter()
        .filter_map(|case| {
            let own = match &*case.word {
                "syntax" => Some(syntax as Check),
                "program" => Some(program as Check),
                _ => None,
            };
            let check = own.or_else(|| quickly(&case.word))?;
            Some(case.texts().map(move |text| (case, check, text)))
        })
        .flatten()
        .collect();
    let done = support::on_all_cores(&parts, |(case, check, text)| {
        let mut failures = Vec::new();
        (mended(*check, text, &case.path, &mut failures), failures)
    });
    let tried: usize = done.iter().map(|(tried, _)| tried).sum();
    let failures: Vec<_> = done.into_iter().flat_map(|(_, failed)| failed).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(tried > 200, "only {tried} diagnostics have edits");
}

/// One mistake is told once, with advice.
#[test]
fn one_mistake_has_one_diagnostic() {
    let mut seen = 0;
    let mut failures = Vec::new();
    for case in CASES.iter().filter(|case| ONCE.contains(&&*case.word)) {
        for (&(file, _), text) in case.parts.iter().zip(case.texts()) {
            let is_here = |found: &&Diagnostic| found.labels[0].span.file == file;
            let found: Vec<_> = case.found().iter().filter(is_here).collect();
            let has_advice = found.iter().all(|diagnostic| diagnostic.help.is_some());
            if found.len() != 1 || !has_advice {
                let told: Vec<_> = found.iter().map(|d| (&d.message, &d.help)).collect();
                failures.push(format!("{}:\n{text}has {told:#?}", case.name));
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
    let mut seen = 0;
    let mut failures = Vec::new();
    for Case {
        name,
        sources,
        found,
        ..
    } in CASES.iter()
    {
        for diagnostic in found.iter().flatten() {
            let is_here = |label: &&Label| sources.iter().any(|(file, _)| file == label.span.file);
            for label in diagnostic.labels.iter().filter(is_here) {
                seen += 1;
                if let Some(fault) = misplaced(sources, diagnostic, label.span) {
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
    let mut found = check(&sources);
    found.retain(|diagnostic| {
        let place = diagnostic.labels.first().map(|label| label.span.file);
        place == Some(file)
    });
    found
}

/// The case with the comments that its diagnostics ask for.
fn annotated(case: &Case) -> String {
    let (sources, diagnostics) = (&case.sources, case.found());
    assert!(
        !diagnostics.is_empty(),
        "a case without diagnostics tests nothing:\n{}",
        case.written
    );
    let mut out = String::new();
    let mut start = 0;
    for &(file, end) in &case.parts {
        let text = &case.lines[start..end];
        // The end of the file stands on a line of its own.
        let lines = text.iter().map(String::as_str).chain([""]);
        for (index, line) in lines.enumerate() {
            if index < text.len() {
                out += &format!("{line}\n");
            }
            for diagnostic in diagnostics {
                out += &comments(diagnostic, sources, (file, index + 1), line);
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
