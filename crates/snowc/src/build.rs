//! `snowc build`: one executable that needs neither this command nor a C compiler.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Build;
use crate::cache;
use crate::failure::Failure;
use crate::program::{self, Outcome};
use crate::project::{self, Project};

/// Builds and says where the executable is.
pub(crate) fn build(options: &Build) -> Result<(), Failure> {
    let path = project::chosen(options.path.as_ref())?;
    let mut project = project::program(&path, &options.reporting)?;
    name_places(&mut project, &path);
    let output = match &options.output {
        Some(output) => output.clone(),
        None if path.is_dir() => project::relative(&path.join(&project.name)),
        None => path.with_extension(""),
    };
    let made = program::executable(
        &project,
        &options.reporting,
        (options.profile, options.linking),
        options.emit_c.as_ref(),
    )?;
    let Outcome::Program(program, _in_use) = made else {
        return Ok(());
    };
    may_be_replaced(&output, &project)?;
    cache::replace(&program, &output).map_err(|cause| Failure::at("write", &output, cause))?;
    if !options.reporting.json {
        eprintln!("  Compiled: {}", output.display());
    }
    Ok(())
}

/// Only a file is replaced: a device such as `/dev/null`, or a pipe, is there for other programs,
/// and what the program is made of is not to be lost.
fn may_be_replaced(output: &Path, project: &Project) -> Result<(), Failure> {
    let refused = match fs::metadata(output) {
        Ok(_) if is_source(output, project) => {
            "is what the program is made of; name the executable with -o"
        }
        Ok(data) if data.is_dir() => "is a folder; name the executable with -o",
        Ok(data) if !data.is_file() => "is no file, and is left alone; name another one with -o",
        Ok(_) | Err(_) => return Ok(()),
    };
    let text = format!("'{}' {refused}", output.display());
    Err(Failure::Message(text))
}

fn is_source(path: &Path, project: &Project) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let own = project
        .sources
        .iter()
        .filter(|(_, source)| !source.is_stdlib);
    let mut own = own.map(|(_, source)| Path::new(&source.path).canonicalize());
    own.any(|source| source.is_ok_and(|source| source == path))
}

/// Lets the program name its files from the project's folder on: where that folder is, and how its
/// path is written, changes nothing in the program.
fn name_places(project: &mut Project, path: &Path) {
    let folder = match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(Path::new("")),
    };
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let Ok(folder) = folder.canonicalize() else {
        return;
    };
    let own = project
        .sources
        .iter()
        .filter(|(_, source)| !source.is_stdlib);
    let places: Vec<_> = own
        .filter_map(|(file, source)| {
            let place = Path::new(&source.path).canonicalize().ok()?;
            Some((file, from(&folder, &place).to_str()?.to_owned()))
        })
        .collect();
    for (file, place) in places {
        project.sources.set_place(file, place);
    }
}

/// The way from a folder to a file, both absolute.
fn from(folder: &Path, file: &Path) -> PathBuf {
    let shared = folder.components().zip(file.components());
    let shared = shared.take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| "..");
    let down: PathBuf = file.components().skip(shared).collect();
    up.collect::<PathBuf>().join(down)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_goes_up_to_what_both_share() {
        for (folder, file, way) in [
            ("/a/b", "/a/b/main.snow", "main.snow"),
            ("/a/b", "/a/b/net/http.snow", "net/http.snow"),
            ("/a/b", "/a/lib/tools.snow", "../lib/tools.snow"),
            ("/a/b", "/c.snow", "../../c.snow"),
            ("/", "/c.snow", "c.snow"),
        ] {
            assert_eq!(from(Path::new(folder), Path::new(file)), Path::new(way));
        }
    }
}
