//! Which files make up a program or a test run, and which module each of them is.
//!
//! `net/http_util.snow` below the project's folder is module `Net.HttpUtil`; names that begin with
//! a dot and folders with a `snow.toml` of their own are skipped. Files that end in `_test.snow`
//! belong to test runs only, and only those of the project itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use snow_compiler::diagnostics::suggest;
use snow_compiler::examples::{self, Documented};
use snow_compiler::pipeline::Mode;
use snow_compiler::source::{FileId, PackageId, Sources};

use crate::arguments::Reporting;
use crate::failure::Failure;
use crate::manifest;
use crate::packages::{self, Packages};
use crate::program;
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

    fn documented(&self) -> Documented<'_> {
        Documented {
            shown: &self.shown,
            module: &self.module,
            text: &self.text,
        }
    }
}

/// What is compiled together.
pub(crate) struct Project {
    /// Name for the executable.
    pub name: String,
    /// What is made of it.
    pub mode: Mode,
    /// The project's own modules, those of the packages that it depends on, and the standard
    /// library's.
    pub sources: Sources,
    /// Files that were made of examples in comments.
    pub examples: Vec<FileId>,
    /// Number of packages, the project itself among them.
    pub packages: u32,
    /// The project around a file that is compiled alone.
    pub left_out: Option<PathBuf>,
}

/// The path that a command was given; without one, the nearest folder at or above the current one
/// with a `snow.toml`.
pub(crate) fn chosen(path: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    if let Some(path) = path {
        return Ok(path.clone());
    }
    let here = std::env::current_dir()
        .map_err(|cause| Failure::at("find", Path::new("the current folder"), cause))?;
    let depth = here.ancestors().position(manifest::is_in);
    match depth {
        Some(0) => Ok(PathBuf::from(".")),
        Some(depth) => Ok(std::iter::repeat_n("..", depth).collect()),
        None => Err(Failure::Message(format!(
            "no project: neither '{}' nor a folder above it has a {}. Name a folder or a file, or \
             start a project here with `snowc init`",
            here.display(),
            manifest::FILE
        ))),
    }
}

/// A path without the `./` that the project in the current folder would put in front.
pub(crate) fn relative(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_path_buf()
}

/// The program at `path`: a folder with `main.snow`, or one file.
pub(crate) fn program(path: &Path, reporting: &Reporting) -> Result<Project, Failure> {
    of_mode(path, Mode::Program, reporting)
}

/// The same, or a package without `main.snow`, which can be checked only.
pub(crate) fn checked(path: &Path, reporting: &Reporting) -> Result<Project, Failure> {
    let is_library = manifest::is_in(path) && !path.join("main.snow").is_file();
    let mode = if is_library {
        Mode::Library
    } else {
        Mode::Program
    };
    of_mode(path, mode, reporting)
}

fn of_mode(path: &Path, mode: Mode, reporting: &Reporting) -> Result<Project, Failure> {
    let root = root_of(path);
    if path.is_file() && manifest::is_in(&root) && path.ends_with("main.snow") {
        let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        if folder.unwrap_or(Path::new(".")) == root {
            return of_mode(&root, mode, reporting);
        }
    }
    if !path.exists() {
        return Err(Failure::Message(not_there(path)));
    }
    if path.is_file() {
        let text = read(path)?;
        let only = Module {
            shown: shown(path),
            module: "Main".into(),
            text,
            path: path.into(),
        };
        let mut alone = project(&stem(path), mode, vec![only], Packages::default(), false)?;
        alone.left_out = manifest::is_in(&root).then_some(root);
        return Ok(alone);
    }
    if mode == Mode::Program && !path.join("main.snow").is_file() {
        return Err(Failure::Message(no_program(path)));
    }
    let packages = packages::around(path, reporting)?;
    let mut modules = modules_below(path, path)?;
    modules.retain(|module| !module.is_test());
    let is_librarys = stdlib::owns(&absolute(path));
    project(&folder_name(path), mode, modules, packages, is_librarys)
}

/// Why `path` is no program.
fn no_program(path: &Path) -> String {
    if !path.exists() {
        return not_there(path);
    }
    let shown = path.display();
    let files = modules_below(path, path).unwrap_or_default();
    let program = files.iter().find(|module| {
        let text = module.text.lines();
        let begins = |line: &str| line.trim_start_matches("pub ").starts_with("fn main");
        text.map(str::trim_end).any(begins)
    });
    match program {
        Some(module) => format!(
            "No 'main.snow' found in '{shown}', where a program begins: `fn main` is in '{}', \
             which can be named alone, or renamed",
            module.shown
        ),
        None if manifest::is_in(path) => format!(
            "No 'main.snow' found in '{shown}', so this package is no program: add one with \
             `fn main() do … end`, or use `snowc check` and `snowc test`"
        ),
        None => format!(
            "No 'main.snow' found in '{shown}', where a program begins: add one with \
             `fn main() do … end`, or start a project with `snowc init`"
        ),
    }
}

/// Says that nothing is at `path`, and what may be meant.
pub(crate) fn not_there(path: &Path) -> String {
    let shown = path.display();
    let with_end = path.with_extension("snow");
    if path.extension().is_none() && with_end.is_file() {
        return format!("'{shown}' does not exist; '{}' does", with_end.display());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".snow") || folder.join(name).is_dir())
        .collect();
    let wanted = path.file_name().map(|name| name.to_string_lossy());
    let close =
        wanted.and_then(|wanted| suggest::closest(&wanted, names.iter().map(String::as_str)));
    match close {
        Some(close) => format!(
            "'{shown}' does not exist: did you mean '{}'?",
            path.with_file_name(close).display()
        ),
        None => format!("'{shown}' does not exist: name a file, or the folder of a project"),
    }
}

/// The test runs for `paths`: one for each project that they are in.
pub(crate) fn tests(paths: &[PathBuf], reporting: &Reporting) -> Result<Vec<Project>, Failure> {
    let mut by_root: BTreeMap<PathBuf, Vec<&PathBuf>> = BTreeMap::new();
    for path in paths {
        if !path.exists() {
            return Err(Failure::Message(not_there(path)));
        }
        if path.is_file() && !shown(path).ends_with(".snow") {
            return Err(Failure::Message(format!(
                "'{}' is not a Snow file: name a folder, or a file that ends in .snow",
                path.display(),
            )));
        }
        by_root.entry(root_of(path)).or_default().push(path);
    }
    by_root
        .into_iter()
        .map(|(root, chosen)| test_run(&root, &chosen, reporting))
        .collect()
}

/// All modules of the project, and those tests and examples that are at or below one of `chosen`.
fn test_run(root: &Path, chosen: &[&PathBuf], reporting: &Reporting) -> Result<Project, Failure> {
    let chosen: Vec<PathBuf> = chosen.iter().map(|path| absolute(path)).collect();
    let packages = packages::around(root, reporting)?;
    let mut modules = modules_below(root, root)?;
    let is_chosen = |module: &Module| {
        let path = absolute(&module.path);
        chosen.iter().any(|wanted| path.starts_with(wanted))
    };
    modules.retain(|module| !module.is_test() || is_chosen(module));
    let is_librarys = stdlib::owns(&absolute(root));
    let documented = modules.iter().filter(|module| {
        // The library's examples have a test of their own, which knows its scene.
        !is_librarys && !module.is_test() && is_chosen(module)
    });
    let documented: Vec<&Module> = documented.collect();
    let examples = program::on_large_stack(|| {
        let of = |module: &&Module| {
            let examples = examples::of(module.documented()).into_iter();
            let shown = module.shown.clone();
            examples.map(move |example| (shown.clone(), example))
        };
        documented.iter().flat_map(of).collect::<Vec<_>>()
    })?;
    // What is wrong with a text that cannot be read is said by its compilation.
    let is_unread = |module: &&Module| !examples::can_be_read(&module.text);
    let has_tests = modules.iter().any(Module::is_test);
    let is_empty = examples.is_empty() && !has_tests;
    if is_empty && !program::on_large_stack(|| documented.iter().any(is_unread))? {
        return Err(Failure::Message(nothing_to_test(&chosen[0])));
    }
    let name = format!("{}-test", folder_name(root));
    let mut run = project(&name, Mode::Tests, modules, packages, is_librarys)?;
    for (shown, example) in examples {
        let file = run
            .sources
            .add_examples(&shown, &example.module, &example.text);
        run.examples.push(file);
    }
    Ok(run)
}

/// Says that a file or folder has neither tests nor examples, and where such stand.
fn nothing_to_test(path: &Path) -> String {
    let shown = path.display();
    if !path.is_file() {
        return format!(
            "no *_test.snow file found in '{shown}': tests stand in files whose names end so"
        );
    }
    let tests = path.with_file_name(format!("{}_test.snow", stem(path)));
    let tests = match tests.is_file() {
        true => format!("`snowc test {}` runs its tests", tests.display()),
        false => format!("tests stand in '{}'", tests.display()),
    };
    format!(
        "'{shown}' has no examples that run: write one into a comment of something public, as in \
         `##     price(2)   #=> 600`; {tests}"
    )
}

/// The nearest folder at or above `path` that has a `main.snow` or a `snow.toml`; else the folder
/// itself.
pub(crate) fn root_of(path: &Path) -> PathBuf {
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
    let is_root = |dir: &&Path| dir.join("main.snow").is_file() || manifest::is_in(dir);
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
            if manifest::is_in(&path) {
                continue;
            }
            modules.extend(modules_below(root, &path)?);
        } else if name.ends_with(".snow") {
            modules.push(Module {
                shown: shown(&relative(&path)),
                module: module_name(root, &path)?,
                text: read(&path)?,
                path,
            });
        }
    }
    Ok(modules)
}

pub(crate) fn module_name(root: &Path, path: &Path) -> Result<String, Failure> {
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
        "'{}' cannot be a module: the names of files and folders begin with a letter, \
         and hold letters, digits and '_'",
        path.display()
    )))
}

/// `http_util` is `HttpUtil`.
pub(crate) fn pascal(segment: &str) -> String {
    segment
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect::<Vec<_>>()
        })
        .collect()
}

/// Puts modules, the packages that they depend on and the library together. `is_librarys`: the
/// modules see what the library keeps from programs.
fn project(
    name: &str,
    mode: Mode,
    modules: Vec<Module>,
    packages: Packages,
    is_librarys: bool,
) -> Result<Project, Failure> {
    let mut sources = Sources::default();
    stdlib::add_to(&mut sources)?;
    different(&modules)?;
    apart(PackageId::default(), &modules, &packages)?;
    for module in modules {
        match is_librarys {
            true => sources.add_library_test(&module.shown, &module.module, &module.text),
            false => sources.add(&module.shown, &module.module, false, &module.text),
        };
    }
    let mut count = 1;
    for folder in &packages.folders {
        let package = PackageId(count);
        let mut modules = modules_below(folder, folder)?;
        modules.retain(|module| !module.is_test());
        different(&modules)?;
        apart(package, &modules, &packages)?;
        for module in modules {
            sources.add_dependency(package, &module.shown, &module.module, &module.text);
        }
        count += 1;
    }
    for (package, name, other) in &packages.dependencies {
        sources.depend(*package, name, *other);
    }
    Ok(Project {
        name: name.into(),
        mode,
        sources,
        examples: Vec::new(),
        packages: count,
        left_out: None,
    })
}

/// Fails when two files of a package are one module.
fn different(modules: &[Module]) -> Result<(), Failure> {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for module in modules {
        if let Some(other) = taken.insert(&module.module, &module.shown) {
            let name = &module.module;
            return Err(Failure::Message(format!(
                "'{}' and '{other}' are both module '{name}'",
                module.shown
            )));
        }
    }
    Ok(())
}

/// Fails when a module of a package has a name that is a dependency's there.
fn apart(package: PackageId, modules: &[Module], packages: &Packages) -> Result<(), Failure> {
    for (_, name, _) in packages.dependencies.iter().filter(|d| d.0 == package) {
        let is_inside = |module: &&Module| {
            let rest = module.module.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if let Some(module) = modules.iter().find(is_inside) {
            return Err(Failure::Message(format!(
                "'{}' is module '{}', and `{name}` is a dependency: give one of them another name",
                module.shown, module.module
            )));
        }
    }
    Ok(())
}

pub(crate) fn read(path: &Path) -> Result<String, Failure> {
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

pub(crate) fn absolute(path: &Path) -> PathBuf {
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
