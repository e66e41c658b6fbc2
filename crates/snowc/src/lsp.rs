//! `snowc lsp`: files and projects for the language server, whose work is in `snow-lsp`.
//!
//! What stops a command is a diagnostic here: an editor shows a half-made project all the time.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use snow_compiler::pipeline::Mode;
use snow_compiler::source::{FileId, PackageId, Source, Sources};
use snow_lsp::{Exit, Loaded, Open, Problem, Projects, Root};

use crate::cache::{Cache, Key};
use crate::failure::Failure;
use crate::manifest;
use crate::packages;
use crate::program;
use crate::project;
use crate::report;
use crate::stdlib;

/// The kind of the cache's entries that editors show.
const SHOWN: &str = "library-source";

/// Serves until the editor goes. Status 0 when it took its leave.
pub(crate) fn lsp() -> ExitCode {
    let served = Disk::new().and_then(|disk| {
        let input = io::BufReader::new(io::stdin());
        program::on_large_stack(|| snow_lsp::serve(input, io::stdout(), &disk))
    });
    match served {
        Ok(Exit::Orderly) => ExitCode::SUCCESS,
        Ok(Exit::Abrupt) => ExitCode::FAILURE,
        Err(failure) => {
            report::failure(&failure, false);
            ExitCode::FAILURE
        }
    }
}

/// Files and projects on the disk.
struct Disk {
    library: Sources,
    /// Where the library's files are, when they are not inside of the command.
    library_paths: Vec<Option<PathBuf>>,
}

impl Disk {
    fn new() -> Result<Disk, Failure> {
        let mut library = Sources::default();
        stdlib::add_to(&mut library)?;
        let whole = |path: &str| {
            fs::canonicalize(path)
                .ok()
                .filter(|_| stdlib::is_elsewhere())
        };
        let library_paths = library
            .iter()
            .map(|(_, source)| whole(&source.path))
            .collect();
        Ok(Disk {
            library,
            library_paths,
        })
    }
}

/// A root on its way.
struct Loading<'o> {
    loaded: Loaded,
    open: Open<'o>,
}

impl Projects for Disk {
    fn root(&self, path: &Path) -> Root {
        let folder = match path.is_dir() {
            true => path,
            false => path.parent().unwrap_or(path),
        };
        let root = project::root_of(folder);
        match root.join("main.snow").is_file() || manifest::is_in(&root) {
            true => Root::Folder(root),
            false => Root::File(path.into()),
        }
    }

    fn load(&self, root: &Root, open: Open<'_>) -> Result<Loaded, Vec<Problem>> {
        let mut loading = Loading {
            loaded: Loaded {
                sources: self.library.clone(),
                paths: self.library_paths.clone(),
                mode: Mode::Program,
                of_library: None,
                problems: Vec::new(),
            },
            open,
        };
        match root {
            Root::Folder(folder) => loading.project(folder)?,
            Root::File(file) => loading.alone(file)?,
        }
        Ok(loading.loaded)
    }

    fn library_file(&self, shown: &str, text: &str) -> Option<PathBuf> {
        let cache = Cache::open().ok()?;
        let key = Key::default().with(text.as_bytes()).name();
        let stem = shown.trim_start_matches("stdlib/").replace('/', "-");
        let name = format!("{}-{key}.snow", stem.trim_end_matches(".snow"));
        let known = cache.find(SHOWN, &name);
        known.or_else(|| cache.put(SHOWN, &name, text.as_bytes()).ok())
    }
}

impl Loading<'_> {
    /// A file that is a program of its own, or one of the library.
    fn alone(&mut self, file: &Path) -> Result<(), Vec<Problem>> {
        let is_shown = file.parent().is_some_and(|folder| folder.ends_with(SHOWN));
        if is_shown || stdlib::holds(file) {
            return self.of_library(file, is_shown);
        }
        if let Some(text) = self.text(file) {
            let is_test = file.to_string_lossy().ends_with("_test.snow");
            self.loaded.mode = if is_test {
                Mode::Library
            } else {
                Mode::Program
            };
            let shown = file.display().to_string();
            self.loaded.sources.add(&shown, "Main", false, &text);
            self.loaded.paths.push(Some(file.into()));
        }
        Ok(())
    }

    /// A file of the library or, where `is_shown`, of those that editors are shown. One that the
    /// library in use does not have gets no answers, and nothing is said about it.
    fn of_library(&mut self, file: &Path, is_shown: bool) -> Result<(), Vec<Problem>> {
        let text = self.text(file).ok_or_else(Vec::new)?;
        let on_disk = fs::read_to_string(file).unwrap_or_default();
        let Loaded { sources, paths, .. } = &self.loaded;
        let is_it = |(id, source): &(FileId, &Source)| match (&paths[id.0 as usize], is_shown) {
            (_, true) => *source.text == *on_disk,
            (Some(path), false) => path == file,
            (None, false) => file.ends_with(source.path.trim_start_matches("stdlib/")),
        };
        // `http/client.snow` ends as `client.snow` does.
        let found = sources.iter().filter(is_it);
        let found = found.max_by_key(|(_, source)| source.path.len());
        let (id, source) = found.ok_or_else(Vec::new)?;
        // A program that names the module, so that it is read; it may name all modules.
        let main = format!("import {}\n", source.module);
        let loaded = &mut self.loaded;
        loaded.sources.replace(id, text);
        loaded.sources.add_library_test("main.snow", "Main", &main);
        loaded.paths[id.0 as usize] = Some(file.into());
        loaded.paths.push(None);
        loaded.of_library = Some(id);
        loaded.mode = Mode::Library;
        Ok(())
    }

    fn project(&mut self, folder: &Path) -> Result<(), Vec<Problem>> {
        let is_librarys = stdlib::owns(&project::absolute(folder));
        if !folder.join("main.snow").is_file() {
            self.loaded.mode = Mode::Library;
        }
        let manifest = folder.join(manifest::FILE);
        let packages = match packages::follow(folder) {
            Ok(followed) => {
                for found in &followed.found {
                    let message = found.message.clone();
                    self.problem(&manifest, message);
                }
                followed.packages
            }
            Err(failure) => {
                self.failure(&manifest, failure);
                packages::Packages::default()
            }
        };
        self.package(folder, |sources, module, shown, text| match is_librarys {
            true => sources.add_library_test(shown, module, text),
            false => sources.add(shown, module, false, text),
        });
        for (index, other) in packages.folders.iter().enumerate() {
            let package = PackageId(index as u32 + 1);
            let other = project::absolute(other);
            self.package(&other, |sources, module, shown, text| {
                sources.add_dependency(package, shown, module, text)
            });
        }
        for (package, name, other) in &packages.dependencies {
            self.loaded.sources.depend(*package, name, *other);
        }
        Ok(())
    }

    /// Adds the files of a package, each under the name of its module.
    fn package(
        &mut self,
        folder: &Path,
        add: impl Fn(&mut Sources, &str, &str, &str) -> snow_compiler::source::FileId,
    ) {
        let mut files = Vec::new();
        self.files_below(folder, &mut files);
        let mut taken: BTreeMap<String, PathBuf> = BTreeMap::new();
        for path in files {
            let module = match project::module_name(folder, &path) {
                Ok(module) => module,
                Err(failure) => {
                    self.failure(&path, failure);
                    continue;
                }
            };
            let Some(text) = self.text(&path) else {
                continue;
            };
            let shown = path
                .strip_prefix(folder)
                .unwrap_or(&path)
                .display()
                .to_string();
            if let Some(other) = taken.get(&module) {
                let other = other.display();
                let message = format!("'{other}' is module '{module}', too: rename one of them");
                self.problem(&path, message);
                continue;
            }
            add(&mut self.loaded.sources, &module, &shown, &text);
            self.loaded.paths.push(Some(path.clone()));
            taken.insert(module, path);
        }
    }

    /// Files of a package, in the order of their paths.
    fn files_below(&mut self, folder: &Path, files: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(cause) => return self.failure(folder, Failure::at("read", folder, cause)),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                if !manifest::is_in(&path) {
                    self.files_below(&path, files);
                }
            } else if name.ends_with(".snow") {
                files.push(path);
            }
        }
    }

    /// The text as the editor has it, or else as the disk has it.
    fn text(&mut self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = (self.open)(path) {
            return Some(text);
        }
        match project::read(path) {
            Ok(text) => Some(text.into()),
            Err(failure) => {
                self.failure(path, failure);
                None
            }
        }
    }

    fn failure(&mut self, path: &Path, failure: Failure) {
        match failure {
            Failure::Message(message) => self.problem(path, message),
            Failure::Reported => {}
        }
    }

    fn problem(&mut self, path: &Path, message: String) {
        let path = path.into();
        self.loaded.problems.push(Problem { path, message });
    }
}
