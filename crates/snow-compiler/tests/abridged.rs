//! What is left out of the library changes nothing: not what is said of a program, and not its C.

use crate::support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use snow_compiler::pipeline::{self, Compiled, Library, Mode, Options, Output};
use snow_compiler::source::Sources;

/// Of the programs that are no test of this, one in so many.
const EVERY: usize = 12;

/// Programs that use what a module has that only the library mentions.
const FOUND: [&str; 3] = [
    "import Ws\nfn f(x) = x.is_dir\nfn main() do\n  println(\"${f(panic(\"a\"))}\")\nend\n",
    "import Ws\npub fn f(x) = x.size\nfn main() do\n  ()\nend\n",
    "import Log\npub fn f(ms) = ms.flush()\nfn main() do\n  ()\nend\n",
];

fn library() -> Library {
    let sources = support::with_library(&Sources::default());
    support::on_large_stack(|| pipeline::library(&sources)).expect("the library compiles")
}

/// Programs and cases of errors, in one file each.
fn programs() -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let folders = ["run", "servers", "diagnostics", "types"];
    let files = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(tests.join(folder)).expect("a folder of tests");
        entries.map(|entry| entry.expect("readable folder").path())
    });
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|end| end == "snow"))
        .collect();
    files.sort();
    files
}

/// What is left out of the library behind the one file of a program.
fn abridged(whole: &Sources, library: &Library) -> Sources {
    let files = whole.iter().filter(|(_, source)| source.is_stdlib);
    let files: Vec<_> = files.map(|(file, _)| file).collect();
    let mut abridged = whole.clone();
    for (file, omission) in &library.left_out {
        abridged.leave_out(files[file.0 as usize], omission.clone());
    }
    abridged
}

fn compiled(sources: &Sources, library: &Library) -> Compiled {
    let functions = library.units.iter().flat_map(|made| made.functions.clone());
    let options = Options {
        mode: Mode::Program,
        dump: None,
        verify: false,
        precompiled: Some(Arc::new(functions.collect())),
        output: Output::Parts,
    };
    support::on_large_stack(|| pipeline::compile(sources, &options))
}

#[test]
fn programs_are_the_same_without_what_is_left_out() {
    let library = library();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("readable program");
        (path.display().to_string(), text)
    };
    let found = FOUND.map(|text| (text.to_owned(), text.to_owned()));
    let files: Vec<_> = programs().iter().step_by(EVERY).map(read).collect();
    for (name, text) in found.iter().chain(&files) {
        let mut whole = Sources::default();
        whole.add("main.snow", "Main", false, text);
        let whole = support::with_library(&whole);
        let (before, after) = (
            compiled(&whole, &library),
            compiled(&abridged(&whole, &library), &library),
        );
        assert_eq!(before.diagnostics, after.diagnostics, "{name}");
        assert_eq!(difference(&before, &after), None, "{name}");
    }
}

/// The first lines of the C that differ.
fn difference(before: &Compiled, after: &Compiled) -> Option<(String, String)> {
    let lines = |made: &Compiled| -> Vec<String> {
        let units = made.units.iter();
        let lines = units.flat_map(|unit| {
            let lines = unit
                .text
                .lines()
                .map(|line| format!("{}: {line}", unit.name));
            lines.chain([format!("end of {}", unit.name)])
        });
        lines.chain(["the end".into()]).collect()
    };
    let (before, after) = (lines(before), lines(after));
    let mut both = before.into_iter().zip(after);
    both.find(|(one, other)| one != other)
}

/// A library that is read as a whole gives the same programs, later.
#[test]
fn most_of_the_library_is_left_out() {
    let sources = support::with_library(&Sources::default());
    let all: usize = sources.iter().map(|(_, source)| source.text.len()).sum();
    let left_out = library().left_out;
    let parts = left_out.iter().flat_map(|(_, omission)| &*omission.parts);
    let left_out: u32 = parts.map(|part| part.end - part.start).sum();
    assert!(left_out as usize * 5 > all * 2, "{left_out} of {all} bytes");
}
