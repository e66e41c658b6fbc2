//! The files of the repository, read once.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file.
pub struct File {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl File {
    /// File name without folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// True for a path that ends in one of these.
    pub fn ends_with(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

/// All text files under version control or about to be.
pub struct Repository {
    /// Where it is.
    pub root: PathBuf,
    /// Sorted by path.
    pub files: Vec<File>,
}

/// Folders of build products and of installed packages.
const SKIPPED: &[&str] = &["target", "node_modules"];

impl Repository {
    /// The repository that this crate is in.
    pub fn open() -> Repository {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .expect("tools/tidy stands two below");
        let mut files = Vec::new();
        read_below(root, root, &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Repository {
            root: root.to_path_buf(),
            files,
        }
    }

    /// The file of that path.
    pub fn find(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Files below a folder with one of these endings.
    pub fn below<'r>(
        &'r self,
        folder: &'r str,
        endings: &'r [&'r str],
    ) -> impl Iterator<Item = &'r File> {
        self.files
            .iter()
            .filter(move |file| file.path.starts_with(folder) && file.ends_with(endings))
    }
}

fn read_below(root: &Path, dir: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_symlink()
            || SKIPPED.contains(&name.as_str())
            || (name.starts_with('.') && name != ".ci")
        {
            continue;
        } else if path.is_dir() {
            read_below(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let relative = path
                .strip_prefix(root)
                .expect("it was found below the root");
            files.push(File {
                path: relative.display().to_string(),
                text,
            });
        }
    }
}
