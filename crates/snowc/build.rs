//! Puts the standard library and the runtime archive into the `snowc` binary.
//!
//! In: `stdlib/**/*.snow` and the crate `snow-rt`. Out, in `OUT_DIR`: `embedded.rs` with a table of
//! the modules, and `libsnow_rt.a`. The runtime is built by a second `cargo` in a target folder of
//! its own, because cargo cannot yet hand a static library of one crate to another; both commands
//! of the README work without any preparation this way.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables that the outer cargo sets for this script and that would change what the inner one
/// builds. Everything else that starts with `CARGO_` is dropped except these, which say where
/// things are fetched from.
const KEPT_CARGO_VARIABLES: &[&str] = &[
    "CARGO_HOME",
    "CARGO_NET_",
    "CARGO_HTTP_",
    "CARGO_REGISTR",
    "CARGO_MAKEFLAGS",
];

fn main() {
    let crate_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let root = crate_dir
        .ancestors()
        .nth(2)
        .expect("crates/snowc stands two folders below the root")
        .to_path_buf();
    let out = PathBuf::from(variable("OUT_DIR"));
    for watched in [
        "stdlib",
        "crates/snow-rt/src",
        "crates/snow-rt/Cargo.toml",
        "crates/snow-abi/src",
        "crates/snow-abi/c",
        "Cargo.lock",
    ] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    println!("cargo:rerun-if-changed=build.rs");

    let archive = build_runtime(&root, &out);
    let hash =
        xxhash_rust::xxh3::xxh3_128(&fs::read(&archive).expect("the archive was just written"));
    let mut table = String::from(
        "/// Module name, file name and text of every module of the standard library.\n",
    );
    table.push_str("pub(crate) const MODULES: &[(&str, &str, &str)] = &[\n");
    let mut files = Vec::new();
    find_modules(&root.join("stdlib"), &root.join("stdlib"), &mut files);
    files.sort();
    for (relative, path) in files {
        let _ = writeln!(
            table,
            "    ({:?}, {relative:?}, include_str!({:?})),",
            module_name(&relative),
            path.display().to_string()
        );
    }
    table.push_str("];\n/// Names the content of the runtime archive.\n");
    let _ = writeln!(
        table,
        "pub(crate) const RUNTIME_HASH: &str = \"{hash:032x}\";"
    );
    fs::write(out.join("embedded.rs"), table).expect("OUT_DIR can be written");
}

fn variable(name: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| panic!("cargo sets {name}"))
}

/// Lists `*.snow` below `dir`, the tests of the library left out, as (path relative to the library,
/// path).
fn find_modules(library: &Path, dir: &Path, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(dir).expect("stdlib can be read").flatten() {
        let path = entry.path();
        let relative = path
            .strip_prefix(library)
            .expect("found below the library")
            .display()
            .to_string();
        if path.is_dir() && relative != "tests" {
            find_modules(library, &path, files);
        } else if relative.ends_with(".snow") {
            files.push((relative, path));
        }
    }
}

/// `core/list.snow` is `List`, `ws/frame.snow` is `Ws.Frame`: the folders `core` and `net` only
/// sort files. The language spells `IO` in capitals.
fn module_name(relative: &str) -> String {
    let stem = relative.trim_end_matches(".snow");
    let stem = stem
        .strip_prefix("core/")
        .or_else(|| stem.strip_prefix("net/"))
        .unwrap_or(stem);
    if stem == "io" {
        return "IO".into();
    }
    let segment = |text: &str| text.split('_').map(capitalised).collect::<String>();
    stem.split('/').map(segment).collect::<Vec<_>>().join(".")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Builds `snow-rt` for release, whatever the profile of `snowc` is: a program's speed must not
/// depend on it.
fn build_runtime(root: &Path, out: &Path) -> PathBuf {
    let target_dir = runtime_target_dir(out);
    let mut cargo = Command::new(variable("CARGO"));
    cargo.current_dir(root).args([
        "rustc",
        "--release",
        "--package",
        "snow-rt",
        "--lib",
        "--crate-type",
        "staticlib",
    ]);
    cargo.arg("--target-dir").arg(&target_dir);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let foreign = text.starts_with("CARGO_")
            && !KEPT_CARGO_VARIABLES
                .iter()
                .any(|kept| text.starts_with(kept));
        // Lints, sanitizers and `--cfg loom` of the outer build are not meant for the archive.
        if foreign
            || matches!(
                text.as_ref(),
                "RUSTFLAGS" | "RUSTC_WORKSPACE_WRAPPER" | "CLIPPY_ARGS"
            )
        {
            cargo.env_remove(&name);
        }
    }
    // One optimised object instead of a hundred: programs run faster, link in half the time, and
    // the archive is a quarter.
    cargo
        .env("CARGO_PROFILE_RELEASE_LTO", "fat")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1");
    let done = cargo.output().expect("cargo can be started");
    if !done.status.success() {
        panic!(
            "building the runtime archive failed:\n{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    let archive = out.join("libsnow_rt.a");
    fs::copy(target_dir.join("release/libsnow_rt.a"), &archive).expect("cargo made the archive");
    // The standard library's debug information is most of the archive. Without `strip` it is only
    // larger.
    let _ = Command::new("strip")
        .arg("--strip-debug")
        .arg(&archive)
        .status();
    archive
}

/// One folder beside the profiles' folders, so that a debug and a release build of `snowc` share
/// the runtime.
fn runtime_target_dir(out: &Path) -> PathBuf {
    let build = out
        .ancestors()
        .find(|dir| dir.file_name().is_some_and(|name| name == "build"));
    match build.and_then(|dir| dir.ancestors().nth(2)) {
        Some(target) => target.join("snow-rt"),
        None => out.join("snow-rt"),
    }
}
