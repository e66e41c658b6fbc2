//! Compiles `headers.c` with the system's C compilers and runs it, plain and under the sanitizers.
//!
//! In: the headers as `snowc` hands them out, with `snow_abi.h` made from the table, so that the
//! layout assertions are checked too. Out: a failure with the compiler's or the program's own
//! words. A compiler or sanitizer that this machine lacks is skipped aloud.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use snow_abi::header::{self, HELPERS};

const PROGRAM: &[(&str, &str)] = &[
    ("headers.c", include_str!("headers.c")),
    ("helpers.c", HELPERS),
    ("headers_stubs.h", include_str!("headers_stubs.h")),
    ("headers_values.h", include_str!("headers_values.h")),
];
/// What every generated file is compiled with.
const SEMANTICS: &[&str] = &[
    "-std=gnu11",
    "-fwrapv",
    "-fno-strict-aliasing",
    "-fno-delete-null-pointer-checks",
    "-ffp-contract=off",
    "-Wall",
    "-Wextra",
    "-Werror",
];
/// The helpers are in a file of their own. That they are no longer inline is what is wanted.
const DEV: &[&str] = &[
    "-O1",
    "-foptimize-sibling-calls",
    "-DSN_DEVELOPMENT",
    "-Wno-attributes",
];
const RELEASE: &[&str] = &["-O2"];
/// For aarch64, whose `char` has no sign, on Debian. Static programs need nothing of that system.
const AARCH64: &str = "aarch64-linux-gnu-gcc";
const RELEASE_STATIC: &[&str] = &["-O2", "-static"];
const SANITIZERS: &[&str] = &[
    "-O1",
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
];

/// A directory of its own for one test, with every file in it.
fn directory(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("snow-headers-{}-{name}", std::process::id()));
    fs::create_dir_all(&path).expect("temporary directory");
    for (file, text) in header::files() {
        fs::write(path.join(file), text).expect("header");
    }
    for (file, text) in PROGRAM {
        fs::write(path.join(file), text).expect("program");
    }
    path
}

fn compile(
    compiler: &str,
    flags: &[&str],
    sources: &[PathBuf],
    program: &Path,
) -> std::io::Result<Output> {
    Command::new(compiler)
        .args(SEMANTICS)
        .args(flags)
        .args(sources)
        .arg("-o")
        .arg(program)
        .arg("-lm")
        .output()
}

/// A program of that compiler, ready to run: programs for another processor by its emulator.
fn start(compiler: &str, program: &Path) -> Command {
    match compiler {
        AARCH64 => {
            let mut emulator = Command::new("qemu-aarch64");
            emulator.arg(program);
            emulator
        }
        _ => Command::new(program),
    }
}

/// True when the compiler exists and can build and run a program with `flags` at all.
fn supports(compiler: &str, flags: &[&str], directory: &Path) -> bool {
    let (source, program) = (directory.join("empty.c"), directory.join("empty"));
    fs::write(&source, "int main(void) { return 0; }\n").expect("probe");
    let built =
        compile(compiler, flags, &[source], &program).is_ok_and(|output| output.status.success());
    built
        && start(compiler, &program)
            .status()
            .is_ok_and(|status| status.success())
}

fn check(name: &str, compiler: &str, flags: &[&str]) {
    let directory = directory(name);
    if supports(compiler, flags, &directory) {
        let program = directory.join("headers");
        let mut sources = vec![directory.join("headers.c")];
        if flags == DEV {
            sources.push(directory.join("helpers.c"));
        }
        let built = compile(compiler, flags, &sources, &program).expect("compiler runs");
        assert!(
            built.status.success(),
            "{compiler} {flags:?}\n{}",
            String::from_utf8_lossy(&built.stderr)
        );
        let run = start(compiler, &program).output().expect("program runs");
        assert!(
            run.status.success(),
            "{compiler} {flags:?}\n{}",
            String::from_utf8_lossy(&run.stderr)
        );
        print!(
            "{compiler} {flags:?}: {}",
            String::from_utf8_lossy(&run.stdout)
        );
    } else {
        println!("skipped: {compiler} cannot build with {flags:?} here");
    }
    // Left behind on failure, to be looked at.
    fs::remove_dir_all(&directory).expect("temporary directory");
}

#[test]
fn headers_work_in_the_dev_profile() {
    check("dev", "cc", DEV);
}

#[test]
fn headers_work_in_the_release_profile() {
    check("release", "cc", RELEASE);
}

#[test]
fn headers_work_under_the_sanitizers() {
    check("sanitizers", "cc", SANITIZERS);
}

#[test]
fn headers_work_on_aarch64() {
    check("aarch64", AARCH64, RELEASE_STATIC);
}

#[test]
fn headers_work_with_clang() {
    check("clang", "clang", RELEASE);
}
