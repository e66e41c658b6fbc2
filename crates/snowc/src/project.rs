//! Which files make up a program or a test run, and which module each of them is.
//!
//! `net/http_util.snow` below the project's folder is module `Net.HttpUtil`; names that begin with
//! a dot are skipped. Files that end in `_test.snow` belong to test runs only.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use snow_compiler::source::Sources;

use crate::failure::Failure;
use crate::stdlib;

/// One file of a project.
pub(crate) struct Module {
    /// Path as the user would write it.
    pub shown: String,
    /// Name in `import`.
    pub module: String,
    /// The text.
    pub text: String,
    /// Where it is, for comparison with other paths.
    pub path: PathBuf,
}

impl Module {
    fn is_test(&self) -> bool {
        self.shown.ends_with("_test.snow")
    }
}

/// What is compiled together.
pub(crate) struct Project {
    /// Name for the executable.
    pub name: String,
    /// The project's own modules and the standard library's.
    pub sources: Sources,
}

/// The program at `path`: a folder with `main.snow`, or one file.
pub(crate) fn program(path: &Path) -> Result<Project, Failure> {
    if path.is_file() {
        let text = read(path)?;
        let only = Module {
            shown: shown(path),
            module: "Main".into(),
            text,
            path: path.into(),
        };
        return project(&stem(path), vec![only], false);
    }
    if !path.join("main.snow").is_file() {
        return Err(Failure::Message(format!(
            "No 'main.snow' found in '{}'",
            path.display()
        )));
    }
    let mut modules = modules_below(path, path)?;
    modules.retain(|module| !module.is_test());
    project(&folder_name(path), modules, stdlib::owns(&absolute(path)))
}

/// The test runs for `paths`: one for each project that they are in.
pub(crate) fn tests(paths: &[PathBuf]) -> Result<Vec<Project>, Failure> {
    let mut by_root: BTreeMap<PathBuf, Vec<&PathBuf>> = BTreeMap::new();
    for path in paths {
        if !path.exists() {
            return Err(Failure::Message(format!(
                "'{}' does not exist",
                path.display()
            )));
        }
        if path.is_file() && !shown(path).ends_with("_test.snow") {
            return Err(Failure::Message(format!(
                "'{}' is not a test file: its name must end in _test.snow",
                path.display()
            )));
        }
        by_root.entry(root_of(path)).or_default().push(path);
    }
    by_root
        .into_iter()
        .map(|(root, chosen)| test_run(&root, &chosen))
        .collect()
}

/// All modules of the project and those tests that are at or below one of `chosen`.
fn test_run(root: &Path, chosen: &[&PathBuf]) -> Result<Project, Failure> {
    let chosen: Vec<PathBuf> = chosen.iter().map(|path| absolute(path)).collect();
    let mut modules = modules_below(root, root)?;
    modules.retain(|module| {
        let path = absolute(&module.path);
        !module.is_test() || chosen.iter().any(|wanted| path.starts_with(wanted))
    });
    if !modules.iter().any(Module::is_test) {
        return Err(Failure::Message(format!(
            "no *_test.snow file found in '{}'",
            chosen[0].display()
        )));
    }
    project(
        &format!("{}-test", folder_name(root)),
        modules,
        stdlib::owns(&absolute(root)),
    )
}

/// The nearest folder at or above `path` that has a `main.snow` or a `snow.toml`; else the folder
/// itself.
fn root_of(path: &Path) -> PathBuf {
    let folder = if path.is_file() {
        path.parent().unwrap_or(Path::new(""))
    } else {
        path
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let is_root = |dir: &&Path| dir.join("main.snow").is_file() || dir.join("snow.toml").is_file();
    // A relative path stays relative, so that messages show what the user typed.
    let near = folder
        .ancestors()
        .filter(|dir| !dir.as_os_str().is_empty())
        .find(is_root);
    match near {
        Some(root) => root.to_path_buf(),
        None => absolute(folder)
            .ancestors()
            .find(is_root)
            .unwrap_or(folder)
            .to_path_buf(),
    }
}

/// Every `*.snow` below `dir`, named as seen from `root`, in the order of their paths.
pub(crate) fn modules_below(root: &Path, dir: &Path) -> Result<Vec<Module>, Failure> {
    let mut modules = Vec::new();
    let entries = fs::read_dir(dir).map_err(|cause| Failure::at("read", dir, cause))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if name.starts_with('.') {
            continue;
        } else if path.is_dir() {
            modules.extend(modules_below(root, &path)?);
        } else if name.ends_with(".snow") {
            modules.push(Module {
                shown: shown(&path),
                module: module_name(root, &path)?,
                text: read(&path)?,
                path,
            });
        }
    }
    Ok(modules)
}

fn module_name(root: &Path, path: &Path) -> Result<String, Failure> {
    let relative = path.strip_prefix(root).unwrap_or(path).with_extension("");
    let segments: Vec<String> = relative
        .components()
        .map(|part| pascal(&part.as_os_str().to_string_lossy()))
        .collect();
    let is_name = |text: &String| {
        text.starts_with(char::is_alphabetic)
            && text
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    if segments.iter().all(is_name) {
        return Ok(segments.join("."));
    }
    Err(Failure::Message(format!(
        "'{}' cannot be a module: the names of files and folders must be letters, digits and '_'",
        path.display()
    )))
}

/// `http_util` is `HttpUtil`.
fn pascal(segment: &str) -> String {
    segment
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect()
}

/// Puts modules and library together. `is_librarys`: the modules see what the library keeps from
/// programs.
fn project(name: &str, modules: Vec<Module>, is_librarys: bool) -> Result<Project, Failure> {
    let mut sources = Sources::default();
    stdlib::add_to(&mut sources)?;
    let mut taken: BTreeMap<String, String> = sources
        .iter()
        .map(|(_, source)| (source.module.clone(), source.path.clone()))
        .collect();
    for module in modules {
        if let Some(other) = taken.insert(module.module.clone(), module.shown.clone()) {
            let name = &module.module;
            return Err(Failure::Message(format!(
                "'{}' and '{other}' are both module '{name}'",
                module.shown
            )));
        }
        match is_librarys {
            true => sources.add_library_test(&module.shown, &module.module, &module.text),
            false => sources.add(&module.shown, &module.module, false, &module.text),
        };
    }
    Ok(Project {
        name: name.into(),
        sources,
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|cause| Failure::at("read", path, cause))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::Message(format!(
            "'{}' is not UTF-8: byte {at} is wrong",
            path.display()
        ))
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(
        || "program".into(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

fn folder_name(path: &Path) -> String {
    absolute(path).file_name().map_or_else(
        || "program".into(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_module_names() {
        let name =
            |path: &str| module_name(Path::new("app"), &Path::new("app").join(path)).unwrap();
        assert_eq!(name("main.snow"), "Main");
        assert_eq!(name("net/http_util.snow"), "Net.HttpUtil");
        assert_eq!(name("ws/frame_test.snow"), "Ws.FrameTest");
        assert!(module_name(Path::new(""), Path::new("my-file.snow")).is_err());
    }
}
