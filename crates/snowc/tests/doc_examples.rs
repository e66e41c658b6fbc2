//! Every Snow program in the documentation is compiled, and every example of the library's doc
//! comments is run.
//!
//! Pages: a block marked `snow` must be free of errors and warnings (`fn main` is added when it has
//! none); one marked `snow run` is run, and the `text` block after it is its output. Library:
//! `##     expression   #=> value` is a test that both are equal, after the lines without a value
//! that stand above it in the same example; a value with `…` in it shows a shape and is not run. An
//! example without any value is compiled, with the names of `SCENE` for what it does not say. A test
//! may use the module's private names and what the module imports.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use support::{
    build_and_run, compare, folder, report, root, run, snowc, BUILD_LIMIT, RUN_LIMIT, SUITE_LIMIT,
};

fn main() {
    let arguments = Arguments::from_args();
    let scratch = folder("doc-examples");
    let mut trials = Vec::new();
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "docs/language.md",
        "docs/coming-from.md",
        "docs/from-elixir.md",
        "docs/from-javascript.md",
        "docs/http.md",
        "docs/ops.md",
        "docs/ws-guide.md",
        "docs/ws-authentication.md",
        "docs/redis.md",
        "docs/cluster.md",
        "docs/production.md",
        "docs/testing.md",
        "docs/documenting.md",
    ] {
        let text = fs::read_to_string(root().join(page)).unwrap_or_default();
        for block in blocks(&text) {
            let file = scratch.join(format!(
                "{}_{}.snow",
                page.replace(['/', '.'], "_"),
                block.line
            ));
            trials.push(Trial::test(format!("{page}:{}", block.line), move || {
                try_block(&block, &file)
            }));
        }
    }
    // The library's examples have to run before their names are known; a filter for a page does not
    // need them.
    if !arguments
        .filter
        .as_ref()
        .is_some_and(|filter| filter.contains(".md"))
    {
        trials.extend(library(&beside_the_library("doc-library")));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// What an example that is not run may use without saying where it comes from.
const SCENE: &str =
    "self(), client, config, conn, handler, joined, left, path, pid, redis, request, \
     router, said, server, socket, subscription";

/// The folder `tests` beside the files of the library: what is tested there may use its private and
/// internal names.
fn beside_the_library(name: &str) -> PathBuf {
    let copy = folder(name);
    for entry in fs::read_dir(root().join("stdlib"))
        .expect("the library is there")
        .flatten()
    {
        if entry.file_name() != "tests" {
            std::os::unix::fs::symlink(entry.path(), copy.join(entry.file_name()))
                .expect("the folder is new");
        }
    }
    let tests = copy.join("tests");
    fs::create_dir(&tests).expect("the folder is new");
    tests
}

/// A program on a page.
struct Block {
    /// Line of its first line, from 1.
    line: usize,
    program: String,
    /// What it prints, for one that is run.
    output: Option<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(mark) = line.strip_prefix("```") else {
            continue;
        };
        let mut text = String::new();
        for (_, line) in lines.by_ref().take_while(|(_, line)| *line != "```") {
            text.push_str(line);
            text.push('\n');
        }
        match (mark, found.last_mut()) {
            ("snow", _) => found.push(Block {
                line: at + 2,
                program: text,
                output: None,
            }),
            ("snow run", _) => found.push(Block {
                line: at + 2,
                program: text,
                output: Some(String::new()),
            }),
            (
                "text",
                Some(Block {
                    output: Some(output),
                    ..
                }),
            ) if output.is_empty() => *output = text,
            _ => {}
        }
    }
    found
}

fn try_block(block: &Block, file: &Path) -> Result<(), Failed> {
    let has_main = block
        .program
        .lines()
        .any(|line| line.starts_with("fn main"));
    let main = if has_main {
        ""
    } else {
        "\nfn main() do\nend\n"
    };
    let has_test = block
        .program
        .lines()
        .any(|line| line.starts_with("test \""));
    let file = match has_test {
        true => file.with_extension("").display().to_string() + "_test.snow",
        false => file.display().to_string(),
    };
    fs::write(&file, format!("{}{main}", block.program)).map_err(|cause| cause.to_string())?;
    let arguments = ["--no-color", &file];
    let ran = match block.output {
        Some(_) => build_and_run("run", &arguments, RUN_LIMIT)?,
        None => run(
            &mut snowc(&[&["check"], &arguments[..]].concat()),
            BUILD_LIMIT,
        )?,
    };
    if ran.status != 0 {
        return Err(format!("status {}\n{}{}", ran.status, ran.out, ran.err).into());
    }
    // A part of a program declares what the rest of it would use.
    let is_unused = |line: &&str| line.starts_with("warning[W0006]") && !has_main;
    let mut warnings = ran.err.lines().filter(|line| line.starts_with("warning["));
    if let Some(warning) = warnings.find(|line| !is_unused(line)) {
        return Err(format!("{warning}\n{}", ran.err).into());
    }
    match &block.output {
        Some(expected) => Ok(compare("output", expected, &ran.out)?),
        None => Ok(()),
    }
}

/// The examples of the library, each a test, and a test that all of them ran.
fn library(project: &Path) -> Vec<Trial> {
    const NAME: &str = "examples of stdlib";
    match write_library_tests(project) {
        Ok(count) => {
            let arguments = ["--no-color", &project.display().to_string()];
            let mut trials = report::trials(NAME, build_and_run("test", &arguments, SUITE_LIMIT));
            // One of the trials is the run itself.
            let ran = trials.len() - 1;
            trials.push(Trial::test(
                "all examples of stdlib are run",
                move || match ran == count && count > 0 {
                    true => Ok(()),
                    false => Err(format!("{count} examples, {ran} of them have a result").into()),
                },
            ));
            trials
        }
        Err(why) => vec![Trial::test(NAME, || Err(why))],
    }
}

/// Writes one test file for each module. Answers how many examples they have together.
fn write_library_tests(project: &Path) -> Result<usize, Failed> {
    let io = |cause: std::io::Error| Failed::from(cause.to_string());
    fs::write(
        project.join("snow.toml"),
        "[package]\nname = \"doc_library\"\nversion = \"0.1.0\"\n",
    )
    .map_err(io)?;
    let stdlib = root().join("stdlib");
    let mut count = 0;
    for path in modules_below(&stdlib) {
        let inside = path
            .strip_prefix(&stdlib)
            .map_err(|cause| cause.to_string())?;
        let text = fs::read_to_string(&path).map_err(io)?;
        let Some(tests) = tests_of(inside, &text, &mut count) else {
            continue;
        };
        let file = project
            .join(inside)
            .with_extension("")
            .display()
            .to_string()
            + "_test.snow";
        fs::create_dir_all(Path::new(&file).parent().unwrap_or(project)).map_err(io)?;
        fs::write(file, tests).map_err(io)?;
    }
    Ok(count)
}

fn modules_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "tests" {
            found.extend(modules_below(&path));
        } else if path.extension().is_some_and(|ending| ending == "snow") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The test file for a module's examples; `None` when it has none.
fn tests_of(inside: &Path, text: &str, count: &mut usize) -> Option<String> {
    let (examples, shown) = examples_of(text);
    if examples.is_empty() && shown.is_empty() {
        return None;
    }
    *count += examples.len();
    let module = module_name(inside);
    let mut tests = format!("##! Examples of `{module}`.\n\n");
    if module != "Prelude" {
        let _ = writeln!(tests, "import {module}");
        for import in text.lines().filter(|line| line.starts_with("import ")) {
            let _ = writeln!(tests, "{import}");
        }
        let names: Vec<_> = names_of(text).into_iter().collect();
        if !names.is_empty() {
            let _ = writeln!(tests, "from {module} import {}\n", names.join(", "));
        }
    }
    for example in examples {
        let _ = writeln!(tests, "test \"{}:{}\" do", inside.display(), example.line);
        for statement in example.before {
            let _ = writeln!(tests, "  {statement}");
        }
        let (code, value) = (example.code, example.value);
        let _ = writeln!(tests, "  assert ({code}) == ({value})\nend\n");
    }
    for (line, code) in shown {
        let _ = writeln!(tests, "fn shown_{line}({SCENE}) do");
        for statement in code {
            let _ = writeln!(tests, "  {statement}");
        }
        let _ = writeln!(tests, "end\n");
    }
    Some(tests)
}

/// A line of a doc comment that says what its expression gives.
struct Example<'t> {
    /// Its number in the file, from 1.
    line: usize,
    /// The lines above it that have no value, from the first of the example on.
    before: Vec<&'t str>,
    code: &'t str,
    value: &'t str,
}

/// An example without a value: its first line in the file, and its lines.
type Shown<'t> = (usize, Vec<&'t str>);

fn examples_of(text: &str) -> (Vec<Example<'_>>, Vec<Shown<'_>>) {
    let (mut examples, mut shown) = (Vec::new(), Vec::new());
    let mut before = Vec::new();
    let mut has_value = false;
    // A line behind the last ends an example that the last line belongs to.
    for (at, line) in text.lines().chain([""]).enumerate() {
        let Some(code) = line.strip_prefix("##     ") else {
            if !before.is_empty() && !has_value {
                shown.push((at + 1 - before.len(), before.clone()));
            }
            before.clear();
            has_value = false;
            continue;
        };
        let Some((code, value)) = code.split_once("#=>") else {
            before.push(code);
            continue;
        };
        has_value = true;
        if !value.contains('…') && !code.trim().is_empty() {
            examples.push(Example {
                line: at + 1,
                before: before.clone(),
                code: code.trim(),
                value: value.trim(),
            });
        }
    }
    (examples, shown)
}

/// `core/list.snow` is `List`, `ws/frame.snow` is `Ws.Frame`.
fn module_name(inside: &Path) -> String {
    let path = inside.with_extension("").display().to_string();
    let path = ["core/", "net/"]
        .iter()
        .find_map(|folder| path.strip_prefix(folder))
        .unwrap_or(&path)
        .to_owned();
    let named = |segment: &str| match segment {
        "io" => "IO".to_owned(),
        _ => segment
            .split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect(),
    };
    path.split('/').map(named).collect::<Vec<_>>().join(".")
}

/// The module's types, which bring their constructors, and its constants.
fn names_of(text: &str) -> BTreeSet<&str> {
    let declared = text.lines().filter_map(|line| {
        let rest = line.strip_prefix("pub ").unwrap_or(line);
        let name = ["type ", "struct ", "let "]
            .iter()
            .find_map(|word| rest.strip_prefix(word))?;
        name.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .next()
    });
    declared.collect()
}
