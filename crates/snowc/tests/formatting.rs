//! `snowc fmt`: which files it takes, what it writes and says, and when it fails.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{folder, snowc, Ran, BUILD_LIMIT};

tests![
    a_folder_with_all_that_is_below_it,
    check_lists_what_differs_and_changes_nothing,
    pages_have_their_blocks_laid_out,
    a_file_with_an_error_is_left_alone_and_hides_no_other,
    what_is_not_there_is_said_before_anything_changes,
    standard_input_becomes_standard_output,
];

const UGLY: &str = "fn main() do println(  \"a\" ) end\n";
const NEAT: &str = "fn main() do\n  println(\"a\")\nend\n";
const WRONG: &str = "fn main() do\n  let x = (1\nend\n";

fn call(arguments: &[&str]) -> Ran {
    crate::support::run(&mut snowc(arguments), BUILD_LIMIT).expect("the command ends")
}

/// Writes files below a new folder.
fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let dir = folder(name);
    for (file, text) in files {
        let path = dir.join(file);
        fs::create_dir_all(path.parent().expect("it is below the folder")).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn a_folder_with_all_that_is_below_it() {
    let files = [
        ("main.snow", UGLY),
        ("deep/er/module.snow", UGLY),
        ("neat.snow", NEAT),
        ("other.txt", UGLY),
        (".hidden/module.snow", UGLY),
        ("built/CACHEDIR.TAG", ""),
        ("built/module.snow", UGLY),
    ];
    let dir = project("fmt-folder", &files);
    fs::set_permissions(dir.join("main.snow"), fs::Permissions::from_mode(0o640)).unwrap();
    let untouched = fs::metadata(dir.join("neat.snow")).unwrap().ino();
    let ran = call(&["fmt", &shown(&dir)]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "Formatted 2 of 3 files\n")
    );
    let text = |file: &str| fs::read_to_string(dir.join(file)).unwrap();
    for file in ["main.snow", "deep/er/module.snow", "neat.snow"] {
        assert_eq!(text(file), NEAT, "{file}");
    }
    for file in ["other.txt", ".hidden/module.snow", "built/module.snow"] {
        assert_eq!(text(file), UGLY, "{file}");
    }
    let mode = fs::metadata(dir.join("main.snow")).unwrap().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(
        fs::metadata(dir.join("neat.snow")).unwrap().ino(),
        untouched
    );
    let ran = call(&["fmt", "--check", &shown(&dir)]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "3 files formatted already\n")
    );
}

fn check_lists_what_differs_and_changes_nothing() {
    let dir = project("fmt-check", &[("main.snow", UGLY), ("neat.snow", NEAT)]);
    let ran = call(&["fmt", "--check", &shown(&dir)]);
    let main = dir.join("main.snow");
    assert_eq!((ran.status, ran.out), (1, format!("{}\n", main.display())));
    assert!(
        ran.err.contains("1 of 2 files is not formatted"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_to_string(main).unwrap(), UGLY);
}

/// A page with a block of Snow between lines of prose.
fn page(block: &str) -> String {
    format!("# Title  \n\n*  prose\n\n```snow\n{block}```\n\n```text\n{UGLY}```\n")
}

fn pages_have_their_blocks_laid_out() {
    let (ugly, neat) = (page(UGLY), page(NEAT));
    let files = [
        ("main.snow", NEAT),
        ("README.md", &*ugly),
        ("docs/shows-an-error.md", &page(WRONG)),
        ("docs/neat.md", &neat),
    ];
    let dir = project("fmt-pages", &files);
    let readme = dir.join("README.md");
    let ran = call(&["fmt", "--check", &shown(&dir)]);
    assert_eq!(
        (ran.status, ran.out),
        (1, format!("{}\n", readme.display()))
    );
    assert_eq!(fs::read_to_string(&readme).unwrap(), ugly);
    let ran = call(&["fmt", &shown(&readme), &shown(&dir.join("docs"))]);
    let said = (ran.status, ran.out.as_str(), ran.err.as_str());
    assert_eq!(said, (0, "Formatted 1 of 3 files\n", ""));
    for (file, text) in [("README.md", neat), ("docs/shows-an-error.md", page(WRONG))] {
        assert_eq!(fs::read_to_string(dir.join(file)).unwrap(), text, "{file}");
    }
    let ran = call(&["fmt", "--check", &shown(&dir)]);
    let said = (ran.status, ran.out.as_str());
    assert_eq!(said, (0, "4 files formatted already\n"));
}

fn a_file_with_an_error_is_left_alone_and_hides_no_other() {
    let dir = project("fmt-wrong", &[("a.snow", WRONG), ("main.snow", UGLY)]);
    let ran = call(&["fmt", &shown(&dir)]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("[P0002]"), "{}", ran.err);
    assert!(ran.err.contains("a.snow"), "{}", ran.err);
    assert!(ran.err.contains("1 file left alone"), "{}", ran.err);
    assert_eq!(fs::read_to_string(dir.join("a.snow")).unwrap(), WRONG);
    assert_eq!(fs::read_to_string(dir.join("main.snow")).unwrap(), NEAT);
}

fn what_is_not_there_is_said_before_anything_changes() {
    let dir = project("fmt-absent", &[("main.snow", UGLY)]);
    let main = dir.join("main.snow");
    let ran = call(&["fmt", &shown(&main), &shown(&dir.join("absent.snow"))]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("does not exist"), "{}", ran.err);
    assert_eq!(fs::read_to_string(main).unwrap(), UGLY);
}

/// Runs `snowc fmt` with a text as its standard input.
fn piped(arguments: &[&str], text: &str) -> (Option<i32>, String, String) {
    let mut command = snowc(arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = command.spawn().expect("the command starts");
    let mut input = running.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("the text is taken");
    drop(input);
    let ended = running.wait_with_output().expect("the command ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

fn standard_input_becomes_standard_output() {
    assert_eq!(
        piped(&["fmt", "-"], UGLY),
        (Some(0), NEAT.into(), String::new())
    );
    let (status, out, err) = piped(&["fmt", "-"], WRONG);
    assert_eq!((status, out.as_str()), (Some(1), ""));
    assert!(err.contains("<stdin>"), "{err}");
    assert_eq!(piped(&["fmt", "--check", "-"], NEAT).0, Some(0));
    assert_eq!(piped(&["fmt", "--check", "-"], UGLY).0, Some(1));
}
