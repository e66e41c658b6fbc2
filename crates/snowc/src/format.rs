//! `snowc fmt`: files in the one layout, and the blocks of Snow in Markdown.
//!
//! A file is replaced as a whole or not at all, and only when its text changes. One that cannot be
//! laid out is left alone and said, and hides no other.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use snow_format::Layout;

use crate::arguments::{Format, Reporting};
use crate::cache;
use crate::failure::Failure;
use crate::program;
use crate::project;
use crate::report::Style;

/// What stands for standard input.
const STANDARD_INPUT: &str = "-";

/// What marks a folder that a tool fills and may empty, as builds do.
const CACHE_MARK: &str = "CACHEDIR.TAG";

/// What was found so far.
#[derive(Default)]
struct Tally {
    files: usize,
    changed: usize,
    left_alone: usize,
}

/// Lays out what was named, or with `--check` says what is not laid out.
pub(crate) fn format(options: &Format) -> Result<(), Failure> {
    let here = [PathBuf::from(".")];
    let named = match options.paths.is_empty() {
        true => &here[..],
        false => &options.paths[..],
    };
    if named.iter().any(|path| path.as_os_str() == STANDARD_INPUT) {
        return match named {
            [_] => standard_input(options),
            _ => Err(Failure::Message("'-' stands alone".into())),
        };
    }
    let mut files = Vec::new();
    for path in named {
        collect(path, true, &mut files)?;
    }
    files.sort();
    files.dedup();
    let mut tally = Tally::default();
    program::on_large_stack(|| {
        files
            .iter()
            .try_for_each(|path| format_file(options, path, &mut tally))
    })??;
    outcome(options, &tally)
}

/// Whether a file is a page of Markdown.
fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "md")
}

/// Every `*.snow` and `*.md` at or below `path`, without names that begin with a dot, links, and folders that
/// tools fill.
fn collect(path: &Path, is_named: bool, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.exists() && is_named {
        return Err(Failure::Message(project::not_there(path)));
    }
    if path.is_file() {
        let is_snow = path.extension().is_some_and(|end| end == "snow");
        if is_named || is_snow || is_page(path) {
            files.push(project::relative(path));
        }
        return Ok(());
    }
    if path.join(CACHE_MARK).exists() && !is_named {
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|cause| Failure::at("read", path, cause))?;
    for entry in entries {
        let entry = entry.map_err(|cause| Failure::at("read", path, cause))?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if !is_hidden && !is_link {
            collect(&entry.path(), false, files)?;
        }
    }
    Ok(())
}

fn format_file(options: &Format, path: &Path, tally: &mut Tally) -> Result<(), Failure> {
    let shown = path.display().to_string();
    tally.files += 1;
    let text = match project::read(path) {
        Ok(text) => text,
        Err(Failure::Message(message)) => {
            eprintln!("error: {message}");
            tally.left_alone += 1;
            return Ok(());
        }
        Err(reported @ Failure::Reported) => return Err(reported),
    };
    let Some(formatted) = laid_out(options, &shown, &text) else {
        tally.left_alone += 1;
        return Ok(());
    };
    if formatted == text {
        return Ok(());
    }
    tally.changed += 1;
    if options.check {
        println!("{shown}");
        return Ok(());
    }
    let target = project::absolute(path);
    cache::rewrite(&target, &formatted).map_err(|cause| Failure::at("write", path, cause))
}

/// The text in its layout; `None` when that was refused and said.
fn laid_out(options: &Format, shown: &str, text: &str) -> Option<String> {
    let layout = match is_page(Path::new(shown)) {
        true => snow_format::format_markdown(shown, text),
        false => snow_format::format(shown, text),
    };
    match layout {
        Layout::Done(formatted) => Some(formatted),
        Layout::Unreadable(sources, diagnostics) => {
            let style = Style::of(&Reporting {
                json: options.json,
                no_color: options.no_color,
                dump: None,
                verify: false,
            });
            eprint!("{}", style.render(&sources, &diagnostics));
            None
        }
        Layout::Broken(difference) => {
            eprintln!(
                "error: '{shown}' is left alone because of a mistake in `snowc fmt`, which is \
                 worth a report with the file: {difference}"
            );
            None
        }
    }
}

fn standard_input(options: &Format) -> Result<(), Failure> {
    let input = Path::new("standard input");
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|cause| Failure::at("read", input, cause))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Message("standard input is not UTF-8".into()))?;
    let formatted = program::on_large_stack(|| laid_out(options, "<stdin>", &text))?;
    let Some(formatted) = formatted else {
        return Err(Failure::Message("nothing was formatted".into()));
    };
    if options.check {
        return match formatted == text {
            true => Ok(()),
            false => Err(Failure::Message("standard input is not formatted".into())),
        };
    }
    std::io::stdout()
        .write_all(formatted.as_bytes())
        .map_err(|cause| Failure::at("write to", Path::new("standard output"), cause))
}

fn outcome(options: &Format, tally: &Tally) -> Result<(), Failure> {
    let Tally {
        files,
        changed,
        left_alone,
    } = *tally;
    let mut problems = Vec::new();
    if options.check && changed > 0 {
        let verb = if changed == 1 { "is" } else { "are" };
        problems.push(format!(
            "{changed} of {} {verb} not formatted",
            counted(files)
        ));
    }
    if left_alone > 0 {
        problems.push(format!("{} left alone", counted(left_alone)));
    }
    if !problems.is_empty() {
        return Err(Failure::Message(problems.join(", and ")));
    }
    match options.check {
        true => println!("{} formatted already", counted(files)),
        false => println!("Formatted {changed} of {}", counted(files)),
    }
    Ok(())
}

fn counted(files: usize) -> String {
    format!("{files} {}", if files == 1 { "file" } else { "files" })
}
