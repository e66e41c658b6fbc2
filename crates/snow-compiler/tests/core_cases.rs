//! Every `tests/core/PASS_what.core` holds a program in core and what a pass makes of it.
//!
//! ```text
//! fn f(v0: String) -> String
//!   return v0
//! === rc-insert
//! …
//! ```
//!
//! The runner reads the first program, runs the pass that the line names, writes what came out and
//! compares. `=== verify` names the verifier: what follows are its objections. `SNOW_BLESS=1` keeps
//! what it wrote.

use crate::support;

use std::path::{Path, PathBuf};
use std::{env, fs};

use snow_compiler::core::{print, read, verify};
use snow_compiler::optimize::PASSES;
use snow_compiler::pipeline::{Mode, Options, Output};
use snow_compiler::source::Sources;

const MARK: &str = "=== ";

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/core");
    let entries = fs::read_dir(folder).expect("tests/core exists");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "core"));
    paths.sort();
    paths
}

#[test]
fn passes_make_what_is_written_below() {
    let mut failures = Vec::new();
    let mut shown = Vec::new();
    for path in cases() {
        let written = fs::read_to_string(&path).expect("readable case");
        let at = written.find(MARK).expect("a line that names the pass");
        let (input, rest) = written.split_at(at);
        let name = rest.lines().next().unwrap_or_default()[MARK.len()..].to_string();
        let result = result(input, &name).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let found = format!("{input}{MARK}{name}\n{result}");
        if env::var_os("SNOW_BLESS").is_some() {
            fs::write(&path, &found).expect("writable case");
        } else if found != written {
            failures.push(format!("{} should read:\n{found}", path.display()));
        }
        shown.push(name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for pass in PASSES {
        assert!(
            shown.iter().any(|name| name == pass.name),
            "tests/core has no page for {}",
            pass.name
        );
    }
}

fn result(input: &str, name: &str) -> Result<String, String> {
    let mut program = read::program(input)?;
    if name == "verify" {
        let problems = verify::program(&program);
        return Ok(problems.iter().map(|p| format!("{p}\n")).collect());
    }
    let pass = PASSES.iter().find(|pass| pass.name == name);
    let pass = pass.ok_or_else(|| format!("no pass is named `{name}`"))?;
    (pass.run)(&mut program);
    if pass.counted {
        let problems = verify::program(&program);
        if !problems.is_empty() {
            return Err(problems.join("; "));
        }
    }
    Ok(print::program(&program).trim_end().to_string() + "\n")
}

#[test]
fn what_is_printed_is_read_back() {
    let text = "actor echo(n :: Int) do\n  receive do\n    s when s != \"\" -> echo(n + 1)\n    \
                _ -> ()\n    after 5 -> println(\"late ${n}\")\n  end\nend\n\
                fn total(xs :: List<Int>, sum :: Float) -> Float do\n  case xs do\n    \
                [] -> sum\n    x :: rest when x > 3 -> total(rest, sum + 1.5)\n    \
                _ :: rest -> total(rest, -sum)\n  end\nend\n\
                fn main() do\n  let pid = spawn(echo, 1)\n  send(pid, \"a\\n\\\"b\\\"\")\n  \
                let table = Map.put(%{}, \"k\", (1, Some([true])))\n  \
                let add = fn(x) -> x + Map.size(table) end\n  \
                println(\"${total([1, 5], 0.5)} ${add(2)}\")\nend\n";
    let mut sources = Sources::default();
    sources.add("case.snow", "Main", false, text);
    for stage in ["core", "take-fields", "inline-small", "frames"] {
        let options = Options {
            mode: Mode::Program,
            dump: Some(stage.into()),
            verify: true,
            precompiled: None,
            output: Output::Files,
        };
        let compiled = support::compile(&support::with_core(&sources), &options);
        let printed = compiled
            .dump
            .unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let program = read::program(&printed).unwrap_or_else(|problem| {
            panic!("{stage}: {problem}\n{printed}");
        });
        let again = print::program(&program);
        let differing = printed.lines().zip(again.lines()).find(|(a, b)| a != b);
        assert_eq!(differing, None, "{stage}");
        assert_eq!(printed.len(), again.len(), "{stage}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    for (text, problem) in [
        (
            "fn f() -> Int\n  return v",
            "line 2: no function is named `v`",
        ),
        ("fn f(v0: Inty) -> Int", "line 1: no type is named `Inty`"),
        ("fn f() -> Int\n  if true", "line 0: an `if` has an `else`"),
        (
            "fn f() -> Int\n  v0: Int = %int_ad(1)",
            "line 2: no primitive is named `int_ad`",
        ),
        (
            "fn f() -> Int\n    return 1",
            "line 2: is too far to the right",
        ),
    ] {
        assert_eq!(
            read::program(text).err().as_deref(),
            Some(problem),
            "{text}"
        );
    }
}
