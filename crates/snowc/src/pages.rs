//! A folder of pages: written whole, or not at all.
//!
//! The new pages are made beside the folder and take its place in one step, so that a reader sees
//! either those of the last run or all of these. A file in the folder lists what a run wrote;
//! whatever else is there was put there by people, and then nothing is written.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use snow_doc::Page;

use crate::failure::Failure;
use crate::project;

/// Lists the files of the folder, a line each.
const LIST: &str = ".snowc-doc";

/// A folder that may be written.
pub(crate) struct Folder {
    /// As the user wrote it.
    shown: PathBuf,
    /// Without links in it.
    path: PathBuf,
}

impl Folder {
    /// Refuses a folder with files that no earlier run wrote.
    pub(crate) fn open(shown: &Path) -> Result<Folder, Failure> {
        let folder = Folder {
            shown: shown.into(),
            path: project::absolute(&std::path::absolute(shown).unwrap_or(shown.into())),
        };
        folder.check()?;
        Ok(folder)
    }

    fn check(&self) -> Result<(), Failure> {
        let shown = self.shown.display();
        if !self.path.exists() {
            return Ok(());
        }
        if !self.path.is_dir() {
            return Err(Failure::Message(format!(
                "'{shown}' is not a folder: pages are many files, name a folder for them"
            )));
        }
        let list = fs::read_to_string(self.path.join(LIST)).unwrap_or_default();
        let known: BTreeSet<&str> = list.lines().chain([LIST]).collect();
        let files = files_below(&self.path, &self.path)
            .map_err(|cause| Failure::at("read", &self.shown, cause))?;
        match files.iter().find(|file| !known.contains(file.as_str())) {
            None => Ok(()),
            Some(foreign) => Err(Failure::Message(format!(
                "'{shown}' holds '{foreign}', which `snowc doc` did not write: name another \
                 folder, or empty this one; nothing was written"
            ))),
        }
    }

    /// Puts the pages into place. Answers where the first one is.
    pub(crate) fn write(&self, pages: &[Page]) -> Result<PathBuf, Failure> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let staged = format!(".{name}.{}", std::process::id());
        let staged = self.path.with_file_name(staged);
        let _ = fs::remove_dir_all(&staged);
        let done = fill(&staged, pages)
            .map_err(|cause| Failure::at("write pages for", &self.shown, cause))
            .and_then(|()| self.check())
            .and_then(|()| {
                let placed = put(&staged, &self.path);
                placed.map_err(|cause| Failure::at("write", &self.shown, cause))
            });
        // What is left there is what the folder held before, or a run that failed.
        let _ = fs::remove_dir_all(&staged);
        done.map(|()| self.shown.join("index.html"))
    }
}

fn fill(folder: &Path, pages: &[Page]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut list = String::new();
    for page in pages {
        let path = folder.join(&page.path);
        if let Some(below) = path.parent() {
            fs::create_dir_all(below)?;
        }
        fs::write(path, &page.text)?;
        list.push_str(&page.path);
        list.push('\n');
    }
    fs::write(folder.join(LIST), list)
}

/// Lets `staged` be `folder`; what `folder` was is `staged` then.
fn put(staged: &Path, folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return fs::rename(staged, folder);
    }
    match exchange(staged, folder) {
        // Some file systems cannot do it in one step.
        Err(cause) if cause.raw_os_error() == Some(libc::EINVAL) => {
            let old = staged.with_extension("old");
            fs::rename(folder, &old)?;
            if let Err(cause) = fs::rename(staged, folder) {
                let _ = fs::rename(&old, folder);
                return Err(cause);
            }
            fs::rename(&old, staged)
        }
        done => done,
    }
}

/// Two folders change places in one step.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let [one, other] = [one, other].map(|path| CString::new(path.as_os_str().as_bytes()));
    let (one, other) = (one?, other?);
    // SAFETY: both are texts that end in a zero and live until the call returns.
    let status = unsafe {
        libc::syscall(
            libc::SYS_renameat2,
            libc::AT_FDCWD,
            one.as_ptr(),
            libc::AT_FDCWD,
            other.as_ptr(),
            libc::RENAME_EXCHANGE,
        )
    };
    match status {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// All files below a folder, with `/` between names, in order.
fn files_below(root: &Path, folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            found.extend(files_below(root, &path)?);
        } else {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            found.push(relative.to_string_lossy().into_owned());
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Page {
        Page {
            path: path.into(),
            text: text.into(),
        }
    }

    fn scratch(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("snowc-pages-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn pages_of_an_earlier_run_go_and_files_of_people_stay() {
        let root = scratch("again");
        let out = root.join("deep/out");
        let write = |pages: &[Page]| Folder::open(&out).and_then(|folder| folder.write(pages));
        write(&[page("index.html", "1"), page("modules/A.html", "a")]).unwrap();
        let first = write(&[page("index.html", "2")]).unwrap();
        assert_eq!(fs::read_to_string(first).unwrap(), "2");
        assert!(!out.join("modules").exists(), "a page that is no more");
        fs::write(out.join("notes.txt"), "mine").unwrap();
        let Err(Failure::Message(said)) = write(&[page("index.html", "3")]) else {
            panic!("it was written");
        };
        assert!(said.contains("'notes.txt'"), "{said}");
        assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "2");
        assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
        let beside: Vec<_> = fs::read_dir(root.join("deep")).unwrap().collect();
        assert_eq!(beside.len(), 1, "{beside:?}");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_file_is_no_folder_and_an_empty_folder_is_taken() {
        let root = scratch("empty");
        let out = root.join("out");
        fs::create_dir(&out).unwrap();
        let folder = Folder::open(&out).unwrap();
        folder.write(&[page("index.html", "1")]).unwrap();
        assert!(Folder::open(&out.join("index.html")).is_err());
        fs::remove_dir_all(root).unwrap();
    }
}
