//! Puts the standard library, its objects and the runtime archive into the `snowc` binary.
//!
//! In: `stdlib/**/*.snow`, the compiler, and the crate `snow-rt`. Out, in `OUT_DIR`: `embedded.rs`
//! with tables of the modules and of their objects, `library_table` with the functions that these
//! have, and `libsnow_rt.a`. The runtime is built by a second `cargo` in a target folder of
//! its own, because cargo cannot yet hand a static library of one crate to another; both commands
//! of the README work without any preparation this way.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use snow_compiler::source::Sources;

#[path = "src/toolchain/headers.rs"]
mod headers;
#[path = "src/cache/key.rs"]
mod key;
#[path = "build_steps/library.rs"]
mod library;
#[path = "build_steps/modules.rs"]
mod modules;
#[allow(dead_code, reason = "the command compiles for the sanitizer, too")]
#[path = "src/toolchain/options.rs"]
mod options;
#[path = "build_steps/runtime.rs"]
mod runtime;
#[path = "src/precompiled/table.rs"]
mod table;

/// Where the files that the command and this script share look for the name of an entry.
mod cache {
    pub(crate) use crate::key::Key;
}

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
        "crates/snow-compiler/src",
        "crates/snowc/build_steps",
        "Cargo.lock",
    ] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CC");
    println!("cargo:rerun-if-env-changed=SNOW_COMMIT");
    let commit = env::var("SNOW_COMMIT").unwrap_or_else(|_| "unknown".into());
    println!("cargo:rustc-env=SNOW_COMMIT_SHOWN={commit}");
    let target = env::var("TARGET").expect("cargo sets TARGET");
    println!("cargo:rustc-env=SNOW_TARGET={target}");

    let archive = runtime::build(&root, &out);
    let hash =
        xxhash_rust::xxh3::xxh3_128(&fs::read(&archive).expect("the archive was just written"));
    let mut table = String::from(
        "/// Module name, file name and text of every module of the standard library.\n",
    );
    table.push_str("pub(crate) const MODULES: &[(&str, &str, &str)] = &[\n");
    let mut files = Vec::new();
    modules::find(&root.join("stdlib"), &root.join("stdlib"), &mut files);
    files.sort();
    let mut sources = Sources::default();
    for (relative, path) in files {
        let module = modules::name(&relative);
        let text = fs::read_to_string(&path).expect("stdlib can be read");
        sources.add(&format!("stdlib/{relative}"), &module, true, &text);
        let _ = writeln!(
            table,
            "    ({module:?}, {relative:?}, include_str!({:?})),",
            path.display().to_string()
        );
    }
    table.push_str("];\n/// Names the content of the runtime archive.\n");
    let _ = writeln!(
        table,
        "pub(crate) const RUNTIME_HASH: &str = \"{hash:032x}\";"
    );
    let folder = shared_folder(&out, "snow-library");
    table.push_str(&library::build(sources, &folder, &out));
    fs::write(out.join("embedded.rs"), table).expect("OUT_DIR can be written");
}

fn variable(name: &str) -> OsString {
    env::var_os(name).unwrap_or_else(|| panic!("cargo sets {name}"))
}

/// A folder beside the profiles' folders, so that a debug and a release build of `snowc` share what
/// lies in it.
fn shared_folder(out: &Path, name: &str) -> PathBuf {
    let build = out
        .ancestors()
        .find(|dir| dir.file_name().is_some_and(|name| name == "build"));
    match build.and_then(|dir| dir.ancestors().nth(2)) {
        Some(target) => target.join(name),
        None => out.join(name),
    }
}
