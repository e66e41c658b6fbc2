//! The runtime archive, built by a second `cargo`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::variable;

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

/// Builds `snow-rt` for release, whatever the profile of `snowc` is: a program's speed must not
/// depend on it.
pub(crate) fn build(root: &Path, out: &Path) -> PathBuf {
    let target_dir = crate::shared_folder(out, "snow-rt");
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
    // Texts of panics name sources; those of this machine's folders have no place in programs.
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let mut remap = OsString::from("--remap-path-prefix=");
    remap.push(root);
    remap.push("=/snow");
    if let Some(home) = home {
        remap.push("\x1f--remap-path-prefix=");
        remap.push(home);
        remap.push("=/cargo");
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remap);
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
