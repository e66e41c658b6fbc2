//! The packages that a project depends on, and those that they depend on.

use std::path::{Path, PathBuf};

use snow_compiler::diagnostics::{Code, Diagnostic};
use snow_compiler::source::{PackageId, Sources};

use crate::arguments::Reporting;
use crate::failure::Failure;
use crate::manifest::{self, Dependency, Manifest};
use crate::project;
use crate::report::Style;

/// All packages besides the project itself.
#[derive(Default)]
pub(crate) struct Packages {
    /// Their folders; the first is package 1.
    pub folders: Vec<PathBuf>,
    /// A package, what it calls another in front of modules, and the other.
    pub dependencies: Vec<(PackageId, String, PackageId)>,
}

/// Follows the `snow.toml` of `root`, if there is one. What is wrong in any of them is reported
/// together.
pub(crate) fn around(root: &Path, reporting: &Reporting) -> Result<Packages, Failure> {
    let Followed {
        packages,
        sources,
        found,
    } = follow(root)?;
    if found.is_empty() {
        return Ok(packages);
    }
    eprint!("{}", Style::of(reporting).render(&sources, &found));
    Err(Failure::Reported)
}

/// What the manifests say, and what is wrong in them.
#[derive(Default)]
pub(crate) struct Followed {
    pub packages: Packages,
    /// The manifests.
    pub sources: Sources,
    /// With places in `sources`.
    pub found: Vec<Diagnostic>,
}

/// Follows the `snow.toml` of `root`, if there is one, without a word.
pub(crate) fn follow(root: &Path) -> Result<Followed, Failure> {
    if !manifest::is_in(root) {
        return Ok(Followed::default());
    }
    let mut walk = Walk {
        sources: Sources::default(),
        found: Vec::new(),
        packages: Packages::default(),
        known: Vec::new(),
        open: Vec::new(),
    };
    walk.package(root)?;
    Ok(Followed {
        packages: walk.packages,
        sources: walk.sources,
        found: walk.found,
    })
}

struct Walk {
    /// The manifests.
    sources: Sources,
    found: Vec<Diagnostic>,
    packages: Packages,
    /// Whole paths of the folders seen so far, in the order of their numbers.
    known: Vec<PathBuf>,
    /// Packages on the way from the project to the one being read, with their names.
    open: Vec<(PackageId, String)>,
}

impl Walk {
    /// Reads a package that has not been seen yet.
    fn package(&mut self, folder: &Path) -> Result<PackageId, Failure> {
        let id = PackageId(self.known.len() as u32);
        self.known.push(project::absolute(folder));
        let Manifest { name, dependencies } =
            manifest::read(folder, &mut self.sources, &mut self.found)?;
        self.open.push((id, name));
        for dependency in &dependencies {
            self.dependency(id, folder, dependency)?;
        }
        self.open.pop();
        Ok(id)
    }

    fn dependency(
        &mut self,
        package: PackageId,
        folder: &Path,
        dependency: &Dependency,
    ) -> Result<(), Failure> {
        let other = folder.join(&dependency.path);
        let shown = project::relative(&other).display().to_string();
        if !other.is_dir() {
            let message = format!("there is no folder '{shown}'");
            self.report(
                dependency,
                message,
                "the path is seen from this file's folder",
            );
            return Ok(());
        }
        if !manifest::is_in(&other) {
            let message = format!("'{shown}' is no package: it has no {}", manifest::FILE);
            self.report(dependency, message, "`snowc init` in that folder makes one");
            return Ok(());
        }
        let whole = project::absolute(&other);
        let id = match self.known.iter().position(|known| *known == whole) {
            Some(index) => PackageId(index as u32),
            None => {
                self.packages.folders.push(other.clone());
                self.package(&other)?
            }
        };
        if let Some(start) = self.open.iter().position(|(open, _)| *open == id) {
            let way = self.open[start..].iter().chain([&self.open[start]]);
            let names: Vec<&str> = way.map(|(_, name)| name.as_str()).collect();
            let message = format!("packages depend on each other: {}", names.join(" -> "));
            self.report(
                dependency,
                message,
                "move what both need into a package of its own",
            );
            return Ok(());
        }
        let name = project::pascal(&dependency.key);
        self.packages.dependencies.push((package, name, id));
        Ok(())
    }

    fn report(&mut self, dependency: &Dependency, message: String, help: &str) {
        let report = Diagnostic::error(Code::C0003, dependency.span, message);
        self.found.push(report.help(help));
    }
}
