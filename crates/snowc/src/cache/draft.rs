//! Files that are written whole or not at all: under a temporary name first, renamed when complete.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A name beside `path` that no other process and no other thread of this one uses.
pub(super) fn draft_of(path: &Path) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Relaxed: only the numbers must differ.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    path.with_file_name(format!(".{name}.{}-{number}", std::process::id()))
}

/// Copies a file so that a reader of `to` sees the old or the new content, also while the old
/// program is running, and also after a power cut: the bytes are on the disk before the name is.
pub(crate) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    let draft = draft_of(to);
    let copied = fs::copy(from, &draft)
        .and_then(|_| File::open(&draft)?.sync_all())
        .and_then(|()| fs::rename(&draft, to));
    if copied.is_err() {
        let _ = fs::remove_file(&draft);
    }
    copied
}

/// Gives a file another text, with its permissions, as [`replace`] does.
pub(crate) fn rewrite(path: &Path, text: &str) -> io::Result<()> {
    let draft = draft_of(path);
    let permissions = fs::metadata(path)?.permissions();
    let written = fs::write(&draft, text)
        .and_then(|()| fs::set_permissions(&draft, permissions))
        .and_then(|()| File::open(&draft)?.sync_all())
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_of_one_file_differ_and_lie_beside_it() {
        let path = Path::new("/some/folder/program");
        let (one, other) = (draft_of(path), draft_of(path));
        assert_ne!(one, other);
        assert_eq!(one.parent(), path.parent());
    }
}
