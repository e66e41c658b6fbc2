//! The parser answers every input: no panic, no endless loop, no overflow of the stack, and no tree
//! without all diagnostics lying inside of the file.

use snow_compiler::diagnostics::{json, text, Diagnostics};
use snow_compiler::parse;
use snow_compiler::source::Sources;
use std::fs;
use std::path::Path;

/// Parses, prints the diagnostics both ways, and returns their number.
fn diagnostics(source: &str) -> usize {
    let mut sources = Sources::default();
    let file = sources.add("case.snow", "Main", false, source);
    let mut diagnostics = Diagnostics::default();
    parse::module(&sources, file, &mut diagnostics);
    for diagnostic in diagnostics.sorted() {
        for label in diagnostic.labels {
            assert!(
                label.span.start <= label.span.end && label.span.end as usize <= source.len(),
                "{source}"
            );
        }
    }
    let count = diagnostics.sorted().len();
    if count > 0 && count < 5 {
        text::render(&diagnostics, &sources, true);
        json::render(&diagnostics, &sources);
    }
    count
}

fn examples() -> Vec<String> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let folders = [tests.join("parse"), tests.join("diagnostics")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("folder of cases"));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "snow"));
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("readable case"))
        .collect()
}

/// Places at which one example is cut at most: parsing all prefixes of a text takes time that grows
/// with the square of its length.
const MOST_CUTS: usize = 250;

/// Every example is cut at every byte, a long one at places spread over it.
#[test]
fn prefixes() {
    for example in examples() {
        let step = example.len().div_ceil(MOST_CUTS).max(1);
        let ends = (0..example.len()).step_by(step);
        for end in ends.filter(|end| example.is_char_boundary(*end)) {
            diagnostics(&example[..end]);
        }
    }
}

/// A small generator with a fixed seed (xorshift), so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

const PIECES: &[&str] = &[
    "fn",
    "def",
    "do",
    "end",
    "if",
    "else",
    "case",
    "match",
    "when",
    "->",
    "=>",
    "|",
    "|>",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "%{",
    "<<",
    ">>",
    "\"a ${",
    "\"",
    "}",
    ",",
    ".",
    ":",
    "::",
    ";",
    "\n",
    "\n",
    "\n  ",
    "let",
    "x",
    "=",
    "Foo",
    "1",
    "2.5",
    "?",
    "!",
    "+",
    "-",
    "*",
    "==",
    "<",
    ">",
    "..",
    "<>",
    "++",
    "receive",
    "after",
    "actor",
    "service",
    "call",
    "cast",
    "supervisor",
    "child",
    "terminate",
    "type",
    "struct",
    "interface",
    "impl",
    "for",
    "in",
    "while",
    "pub",
    "import",
    "from",
    "test",
    "extern",
    "\"s\"",
    "self",
    "spawn",
    "send",
    "return",
    "break",
    "true",
    "nil",
    "and",
    "not",
    "&",
    "## d",
    "#=",
    "=#",
    "\\",
    "elif",
    "#",
    "$",
    "deriving",
    "assert",
    "as",
    "where",
    "Fun",
    "é",
    "\"\"\"",
];

#[test]
fn token_soup() {
    let mut numbers = Numbers(0x5eed);
    for _ in 0..5000 {
        let mut source = String::new();
        for _ in 0..numbers.below(80) {
            source += PIECES[numbers.below(PIECES.len())];
            source += [" ", " ", " ", ""][numbers.below(4)];
        }
        diagnostics(&source);
    }
}

/// One word dropped, added or swapped in a good file.
#[test]
fn mutations() {
    let mut numbers = Numbers(0xface);
    for example in examples() {
        let words: Vec<&str> = example.split_inclusive([' ', '\n', '(', ')']).collect();
        for _ in 0..20 {
            let mut words = words.clone();
            let (here, there) = (numbers.below(words.len()), numbers.below(words.len()));
            match numbers.below(3) {
                0 => drop(words.remove(here)),
                1 => words.insert(here, PIECES[numbers.below(PIECES.len())]),
                _ => words.swap(here, there),
            }
            diagnostics(&words.concat());
        }
    }
}

/// Runs with the stack that the compiler asks for.
#[test]
fn deep_nesting_is_refused() {
    let compiler = std::thread::Builder::new().stack_size(snow_compiler::pipeline::STACK);
    let compiler = compiler.spawn(nest).expect("a thread");
    compiler.join().expect("no panic");
}

fn nest() {
    let openers = [
        "(",
        "[",
        "f(",
        "%{a => ",
        "%{",
        "<<",
        "if x do ",
        "if x do 1 else ",
        "else if x do ",
        "case x do y -> ",
        "fn x -> ",
        "fn do ",
        "- ",
        "not ",
        "x :: ",
        "let (",
        "\"${",
        "a.b(",
        "Foo { a: ",
        "while x do ",
        "for x in ",
        "do ",
        "receive do x -> ",
        "spawn(",
        "return ",
        "assert ",
        "x |> ",
        "a + ",
        "x.y + ",
        "x?",
        "x[1]",
        "(a)(",
        "case ",
        "if ",
        "fn a() = ",
        "T?",
        "Some(",
        "actor a() do ",
        "type X = Fun(A) -> ",
        "let x :: A!",
        "let x :: List<",
        "test \"a\" do ",
        "a or b | ",
        "#=",
        "impl A for B do ",
        "service A do ",
        "supervisor A do child b do start: ",
    ];
    let starts = [
        "",
        "fn main() do\n  ",
        "fn main() = ",
        "fn f(x :: ",
        "let a = ",
        "fn f() do case x do ",
        "type A = ",
    ];
    for opener in openers {
        for start in starts {
            let source = format!("{start}{}", opener.repeat(3000));
            assert!(diagnostics(&source) > 0, "{start}{opener}… is no program");
        }
    }
}
