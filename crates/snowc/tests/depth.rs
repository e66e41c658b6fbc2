//! Values of any depth, and programs that get little memory of the system.
//!
//! In: cases of `tests/run`, compiled so that the runtime walks over every value and generated code
//! over none. Out: the same as the recursion of generated code, byte for byte. And: a process that
//! is allowed little address space loses the actors that ask for too much, and no others.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{compare, folder, root, run, snowc, BUILD_LIMIT, RUN_LIMIT};

tests![
    the_runtime_walks_over_values_as_generated_code_does,
    a_frame_larger_than_what_guards_a_stack_is_an_overflow_like_any_other,
    who_asks_for_more_memory_than_there_is_ends_alone,
];

/// A C compiler that is given one option more, the last.
fn compiler(folder: &std::path::Path, option: &str) -> PathBuf {
    let path = folder.join("cc");
    fs::write(&path, format!("#!/bin/sh\nexec cc \"$@\" {option}\n")).expect("the folder is there");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
        .expect("the file was just written");
    path
}

fn the_runtime_walks_over_values_as_generated_code_does() {
    let folder = folder("depth");
    // No walk over a value recurses.
    let compiler = compiler(&folder, "-DSN_NO_DEEP_STACK");
    for name in [
        "nested_shapes",
        "deep_values",
        "messages",
        "ordering",
        "closures",
        "maps",
        "sums",
    ] {
        let path = format!("tests/run/{name}.snow");
        let mut command = snowc(&["run", "--verify", &path]);
        let ran = run(command.env("CC", &compiler), BUILD_LIMIT).expect("the program ends");
        assert_eq!(ran.status, 0, "{name}: {}{}", ran.out, ran.err);
        let expected = fs::read_to_string(root().join(format!("tests/run/{name}.out")))
            .expect("the case is there");
        compare(name, &expected, &ran.out).expect("both are the same");
    }
}

/// Names in a function, each of which has a place in its frame when nothing is optimised: more than
/// the page behind a stack and what a check leaves free before it.
const NAMES: usize = 1500;

fn a_frame_larger_than_what_guards_a_stack_is_an_overflow_like_any_other() {
    let folder = folder("wide");
    let mut source = String::from("fn wide(n :: Int) -> Int do\n");
    for name in 0..NAMES {
        let _ = writeln!(source, "  let x{name} = n * {} + {name}", name + 3);
    }
    source += "  let s0 = wide(n + 1)\n";
    for name in 0..NAMES {
        let _ = writeln!(source, "  let s{} = s{name} + x{name}", name + 1);
    }
    let _ = write!(
        source,
        "  s{NAMES}\nend\n\nfn main() do\n  println(\"${{Process.guard(fn() -> wide(0) end)}}\")\nend\n"
    );
    let path = folder.join("main.snow");
    fs::write(&path, source).expect("the folder is there");
    let mut command = snowc(&["run", path.to_str().expect("paths of tests are text")]);
    let ran = run(command.env("CC", compiler(&folder, "-O0")), BUILD_LIMIT);
    let ran = ran.expect("the program ends");
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "Err(stack overflow)\n"),
        "{}",
        ran.err
    );
}

fn who_asks_for_more_memory_than_there_is_ends_alone() {
    let program = folder("small_space").join("program");
    let program = program.to_str().expect("paths of tests are text");
    let source = "crates/snowc/tests/programs/small_space.snow";
    let built = run(&mut snowc(&["build", source, "-o", program]), BUILD_LIMIT);
    assert_eq!(built.expect("the compiler ends").status, 0);
    for kilobytes in [700_000, 300_000] {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &format!("ulimit -v {kilobytes}; exec {program}")]);
        let ran = run(&mut command, RUN_LIMIT).expect("the program ends");
        assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
        let lines: Vec<_> = ran.out.lines().collect();
        let ended = lines
            .iter()
            .filter(|line| line.starts_with("ended out of memory: "))
            .count();
        let whole = lines.iter().filter(|line| **line == "whole 20").count();
        assert_eq!(
            (ended + whole, lines.last()),
            (12, Some(&"text 9890")),
            "{}",
            ran.out
        );
        assert!(
            ended > 0,
            "twelve times 160 MB do not fit into {kilobytes} kB"
        );
    }
}
