//! What holds for any text: the same tokens, comments and tree in the same order, a layout that is
//! its own, an answer to everything. The crate proves it for each text and says when it does not
//! hold, so these tests ask for texts and compare little.
//!
//! Whole files are laid out as they are. What is changed is a part of a file, the declarations of a
//! dozen lines or more: a change matters near its place, and a part costs less than its file and is
//! read where the rest of the file would be refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use snow_compiler::lex::{self, TokenKind};
use snow_compiler::pipeline;
use snow_compiler::source::Sources;
use snow_format::{format, format_markdown, Layout};

/// The allocator of `snowc`: a third of the time would go into the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs a test with the stack of the compiler.
fn on_large_stack(work: impl FnOnce() + Send + 'static) {
    let builder = std::thread::Builder::new().stack_size(pipeline::STACK);
    let running = builder.spawn(work).expect("a thread");
    if let Err(panic) = running.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Every Snow file of the repository.
static FILES: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["stdlib", "examples", "tests", "tools", "crates"] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let texts = files.into_iter().map(|path| {
        let text = fs::read_to_string(&path).expect("readable text");
        (path, text)
    });
    texts.collect()
});

/// Parts of all these files.
static PARTS: LazyLock<Vec<Part>> = LazyLock::new(|| FILES.iter().flat_map(parts).collect());

/// Lines that a part has at least, if its file has as many.
const PART: usize = 12;

/// Declarations of a file that stand behind each other.
struct Part {
    path: &'static Path,
    text: &'static str,
}

impl Part {
    /// Where it stands, for messages.
    fn name(&self) -> String {
        let first = self.text.lines().next().unwrap_or_default();
        format!("{}, from `{first}` on", self.path.display())
    }
}

/// A file in parts, each of which begins behind an empty line, where nothing is open.
fn parts((path, text): &'static (PathBuf, String)) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut start, mut at, mut lines) = (0, 0, 0);
    let mut is_behind_empty = false;
    for line in text.split_inclusive('\n') {
        let is_declaration = line.starts_with(|c: char| c.is_alphabetic() || c == '#');
        if lines >= PART && is_behind_empty && is_declaration {
            parts.push(Part {
                path,
                text: &text[start..at],
            });
            (start, lines) = (at, 0);
        }
        is_behind_empty = line.trim().is_empty();
        (at, lines) = (at + line.len(), lines + 1);
    }
    parts.push(Part {
        path,
        text: &text[start..],
    });
    parts
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.join("CACHEDIR.TAG").exists() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "snow") {
            files.push(path);
        }
    }
}

/// The text in its layout, `None` for a text with errors of syntax.
fn formatted(name: &str, text: &str) -> Option<String> {
    match format(name, text) {
        Layout::Done(formatted) => Some(formatted),
        Layout::Unreadable(_, diagnostics) => {
            assert!(!diagnostics.is_empty(), "{name}");
            None
        }
        Layout::Broken(difference) => panic!("{name}: {difference}"),
    }
}

/// A sequence of numbers that is the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// The places between tokens, outside of strings.
fn gaps(text: &str) -> Vec<usize> {
    let mut sources = Sources::default();
    let file = sources.add("case.snow", "Main", false, text);
    let lexed = lex::tokens(&sources, file);
    let mut depth = 0usize;
    let mut places = Vec::new();
    for token in &lexed.tokens {
        if depth == 0 {
            places.push(token.span.start as usize);
        }
        match token.kind {
            TokenKind::StringStart => depth += 1,
            TokenKind::StringEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    places
}

#[test]
fn every_file_of_the_repository_has_a_layout_within_its_columns_that_ends_in_one_line() {
    on_large_stack(|| {
        assert!(FILES.len() > 500, "{}", FILES.len());
        for (path, text) in FILES.iter() {
            let name = path.display();
            let Some(formatted) = formatted(&name.to_string(), text) else {
                continue;
            };
            assert!(
                !formatted.contains("\n\n\n") || text.contains("\"\"\""),
                "{name}"
            );
            assert!(!formatted.ends_with("\n\n"), "{name}");
            assert!(formatted.is_empty() || formatted.ends_with('\n'), "{name}");
            let blank = formatted.lines().find(|line| line.ends_with(' '));
            assert!(blank.is_none() || text.contains(" \n"), "{name}: {blank:?}");
        }
    });
}

/// Lays out each of these changed parts and fails when fewer than `least` of them can be read.
fn lay_out(what: &str, least: usize, changed: impl Iterator<Item = (String, String)>) {
    let laid_out = changed.filter(|(name, text)| formatted(name, text).is_some());
    let laid_out = laid_out.count();
    assert!(laid_out >= least, "{laid_out} {what} have a layout");
}

/// Comments, blanks and ends of lines anywhere: whatever still parses has a layout.
#[test]
fn changes_at_every_gap() {
    const ADDED: [&str; 6] = [
        "\n",
        "\n\n\n",
        "  ",
        " # note\n",
        "\n# note\n",
        " #= note =# ",
    ];
    on_large_stack(|| {
        let mut numbers = Numbers(7);
        let changed = PARTS
            .iter()
            .filter(|part| !part.text.is_empty())
            .map(|part| {
                let gaps = gaps(part.text);
                let mut changed = part.text.to_string();
                let mut chosen: Vec<usize> = (0..1 + numbers.below(3))
                    .map(|_| gaps[numbers.below(gaps.len())])
                    .collect();
                chosen.sort();
                for at in chosen.into_iter().rev() {
                    changed.insert_str(at, ADDED[numbers.below(ADDED.len())]);
                }
                (part.name(), changed)
            });
        lay_out("changed parts", 3000, changed);
    });
}

/// All of it on few lines, or with an end of a line in every gap where one may stand.
#[test]
fn ends_of_lines_taken_out_and_put_in() {
    on_large_stack(|| {
        let mut numbers = Numbers(11);
        let parts = PARTS.iter().filter(|part| !part.text.contains("\"\"\""));
        let changed = parts
            .zip([2, 5, 20].into_iter().cycle())
            .map(|(part, rate)| {
                let mut changed = String::new();
                for line in part.text.lines() {
                    let is_joined = !line.contains('#') && numbers.below(rate) == 0;
                    changed.push_str(if is_joined { line.trim_end() } else { line });
                    changed.push(if is_joined { ' ' } else { '\n' });
                }
                (part.name(), changed)
            });
        lay_out("parts of longer lines", 2000, changed);
    });
}

#[test]
fn cut_files_are_refused_or_laid_out() {
    on_large_stack(|| {
        let mut numbers = Numbers(13);
        let changed = PARTS.iter().filter_map(|part| {
            let at = numbers.below(part.text.len() + 1);
            Some((part.name(), part.text.get(..at)?.to_string()))
        });
        lay_out("cut parts", 800, changed);
    });
}

/// Files of a folder of the repository.
fn below(folder: &str) -> impl Fn(&Path) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.join(folder);
    move |path| path.starts_with(&root)
}

#[test]
fn examples_cut_at_every_token_are_refused_or_laid_out() {
    on_large_stack(|| {
        let mut count = 0;
        for folder in ["examples", "crates/snow-format/tests/cases"] {
            let is_below = below(folder);
            for part in PARTS.iter().filter(|part| is_below(part.path)) {
                for at in gaps(part.text) {
                    formatted(&part.name(), &part.text[..at]);
                    count += 1;
                }
            }
        }
        assert!(count > 5000, "{count}");
    });
}

/// A token left out, twice, or in the place of another: most of it is refused, and what still
/// parses is a program that nobody wrote.
#[test]
fn files_with_other_tokens_are_refused_or_laid_out() {
    on_large_stack(|| {
        let mut numbers = Numbers(17);
        let changed = PARTS.iter().enumerate().flat_map(|(number, part)| {
            let text = part.text;
            let gaps = gaps(text);
            let mut token = || {
                let at = numbers.below(gaps.len().max(2) - 1);
                let end = gaps.get(at + 1).copied().unwrap_or(text.len());
                gaps.get(at).copied().unwrap_or(0)..end
            };
            let mut changed = |change: usize| {
                let (one, other) = (token(), token());
                let mut changed = text.to_string();
                match change % 3 {
                    0 => changed.replace_range(one, ""),
                    1 => changed.insert_str(one.start, &text[one]),
                    _ => changed.replace_range(one, &text[other]),
                }
                (part.name(), changed)
            };
            [changed(number), changed(number + 1)]
        });
        lay_out("parts with other tokens", 2500, changed);
    });
}

/// The words of the fuzzer's dictionary.
fn fuzzed_words() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("tools/fuzz/format/words.dict");
    let dictionary = fs::read_to_string(path).expect("readable text");
    let quoted = |line: &str| Some(line.strip_prefix('"')?.strip_suffix('"')?.to_string());
    let words = dictionary.lines().filter_map(quoted);
    let words: Vec<String> = words.map(|word| unescaped(&word)).collect();
    assert!(words.len() > 80, "{}", words.len());
    words
}

/// A word with `\x0a` and its like as the letters that they are.
fn unescaped(word: &str) -> String {
    let mut parts = word.split("\\x");
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let code = u8::from_str_radix(&part[..2], 16).expect("two digits");
        text.push(code as char);
        text.push_str(&part[2..]);
    }
    text
}

/// What the fuzz target does, with its words, in a short time: pieces of files and words in any
/// order, as a file and as a page of Markdown, also with bytes that are no text.
#[test]
fn pieces_and_words_of_the_fuzzer_in_any_order() {
    on_large_stack(|| {
        let words = fuzzed_words();
        let (is_case, is_example) = (below("crates/snow-format/tests/cases"), below("examples"));
        let files = FILES.iter();
        let files = files.filter(|(path, _)| is_case(path) || is_example(path));
        let texts: Vec<&String> = files.map(|(_, text)| text).collect();
        let mut numbers = Numbers(19);
        for _ in 0..30_000 {
            let source = texts[numbers.below(texts.len())];
            let first = numbers.below(source.lines().count());
            let count = numbers.below(12);
            let lines = source.split_inclusive('\n').skip(first).take(count);
            let mut bytes = lines.collect::<String>().into_bytes();
            for _ in 0..numbers.below(8) {
                let at = numbers.below(bytes.len() + 1);
                let word = words[numbers.below(words.len())].bytes();
                bytes.splice(at..at, word);
            }
            if numbers.below(4) == 0 {
                let at = numbers.below(bytes.len() + 1);
                bytes.insert(at, numbers.below(256) as u8);
            }
            let text = String::from_utf8_lossy(&bytes);
            formatted("case.snow", &text);
            if let Layout::Broken(difference) = format_markdown("page.md", &text) {
                panic!("{difference}: {text:?}");
            }
        }
    });
}

#[test]
fn a_file_with_an_error_is_refused() {
    let text = "fn main() do\n  let x = (1\nend\n";
    assert!(matches!(format("case.snow", text), Layout::Unreadable(..)));
}
