//! What the server asks of the file system. Files are the command's business (`snowc`); tests have
//! them in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use snow_compiler::pipeline::Mode;
use snow_compiler::source::{FileId, Sources};

/// What is checked together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// A project or package, by its folder.
    Folder(PathBuf),
    /// A file outside of any project, which is a program of its own, or one of the library.
    File(PathBuf),
}

/// The text of a file as an editor has it, if it has it open.
pub type Open<'o> = &'o dyn Fn(&Path) -> Option<Arc<str>>;

/// All files of a root, as they are now.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The library first, then the project with its tests, then packages it depends on.
    pub sources: Sources,
    /// Where each file is, by `FileId`. `None` for a file that is inside of the command.
    pub paths: Vec<Option<PathBuf>>,
    /// Whether `main` must be there.
    pub mode: Mode,
    /// The file of the library that the root is about, where it is about one.
    pub of_library: Option<FileId>,
    /// What could not be read or cannot be a module; the rest is checked without it.
    pub problems: Vec<Problem>,
}

/// What is wrong with a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// One sentence.
    pub message: String,
}

/// Files and projects.
pub trait Projects {
    /// What a file or folder belongs to.
    fn root(&self, path: &Path) -> Root;

    /// Reads a root. What `open` has goes before what is on the disk, also where the disk has
    /// nothing.
    fn load(&self, root: &Root, open: Open<'_>) -> Result<Loaded, Vec<Problem>>;

    /// A file that an editor can show for a module of the library that is inside of the command;
    /// `None` where none can be made.
    fn library_file(&self, shown: &str, text: &str) -> Option<PathBuf>;
}
