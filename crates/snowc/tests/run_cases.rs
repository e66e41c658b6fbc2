//! Every program in `tests/run` is compiled and run, several at a time, and must do what the files
//! beside it say.
//!
//! `NAME.snow`, or a folder `NAME` with `main.snow`, has `NAME.out` with its standard output; it
//! may have `NAME.status` with its exit status (else 0) and `NAME.err` with lines that must occur
//! in its standard error. `SNOW_RUN_OPTIONS` adds options to `snowc run`, for example `--release`.
//! `SNOW_BLESS=1 cargo test --test run_cases` writes the outputs anew.

mod support;

use std::fs;
use std::path::Path;

use libtest_mimic::{Arguments, Failed, Trial};
use support::{build_and_run, compare, root, RUN_LIMIT};

fn main() {
    let arguments = Arguments::from_args();
    let folder = root().join("tests/run");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("tests/run is there")
        .flatten()
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "snow")
                || entry.path().is_dir()
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let trials = names
        .into_iter()
        .map(|name| Trial::test(name.clone(), move || check(&name)))
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(file: &str) -> Result<(), Failed> {
    let folder = root().join("tests/run");
    let case = folder.join(file.trim_end_matches(".snow"));
    let path = format!("tests/run/{file}");
    let options = std::env::var("SNOW_RUN_OPTIONS").unwrap_or_default();
    let mut arguments = vec!["--verify"];
    arguments.extend(options.split_whitespace());
    arguments.push(&path);
    let ran = build_and_run("run", &arguments, RUN_LIMIT)?;
    let expected_status =
        read(&case.with_extension("status")).map_or(Ok(0), |text| text.trim().parse::<i32>());
    let expected_status = expected_status.map_err(|_| "the .status file is not a number")?;
    if ran.status != expected_status {
        return Err(format!(
            "status is {}, not {expected_status}\n{}{}",
            ran.status, ran.out, ran.err
        )
        .into());
    }
    let golden = case.with_extension("out");
    if std::env::var_os("SNOW_BLESS").is_some() {
        fs::write(&golden, &ran.out).map_err(|cause| cause.to_string())?;
    }
    compare(
        "output",
        &read(&golden).ok_or_else(|| format!("{} is missing", golden.display()))?,
        &ran.out,
    )?;
    for line in read(&case.with_extension("err"))
        .unwrap_or_default()
        .lines()
    {
        if !ran.err.contains(line) {
            return Err(format!("standard error has no {line:?}:\n{}", ran.err).into());
        }
    }
    Ok(())
}

fn read(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}
