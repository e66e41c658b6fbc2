//! Seals: the checksum of an entry, in a file beside it.
//!
//! A seal covers kind, name, content and the right to execute. An entry whose seal does not fit is
//! not there: emptied, cut, damaged, swapped, or left by a power cut between two writes. The check
//! happens whenever an entry is used, so that entries need not be forced to the disk when they are
//! made.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use super::draft::draft_of;

/// What the name of a seal ends with.
const ENDING: &str = ".seal";
/// Read at once while an entry is checked: large enough for full speed, small enough for any cache.
const STEP_BYTES: usize = 256 * 1024;
const EXECUTE_BITS: u32 = 0o111;

/// Where the seal of the entry at `path` is.
pub(super) fn seal_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ENDING);
    name.into()
}

/// The entry that the file at `path` seals; `None` for a file that is no seal.
pub(super) fn sealed_by(path: &Path) -> Option<PathBuf> {
    path.to_str()?.strip_suffix(ENDING).map(PathBuf::from)
}

/// The text of the seal that fits `entry`, opened for reading at its start, under its full name
/// (`kind/name`). Reads all of the entry.
///
/// # Errors
/// Those of the system; an entry that is no regular file is an error as well.
pub(super) fn text(full_name: &str, entry: &mut File) -> io::Result<String> {
    let metadata = entry.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("no regular file"));
    }
    let is_executable = metadata.mode() & EXECUTE_BITS != 0;
    let mut hash = Xxh3::new();
    hash.update(&(full_name.len() as u64).to_le_bytes());
    hash.update(full_name.as_bytes());
    hash.update(&[u8::from(is_executable)]);
    let mut step = vec![0; STEP_BYTES.min(metadata.len() as usize + 1)];
    let mut bytes = 0;
    loop {
        match entry.read(&mut step) {
            Ok(0) => break,
            Ok(count) => {
                hash.update(&step[..count]);
                bytes += count;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(format!("{:032x} {bytes}\n", hash.digest128()))
}

/// Whether the entry at `path` has a seal and it fits.
pub(super) fn fits(full_name: &str, path: &Path, entry: &mut File) -> bool {
    // An entry without a seal is not worth reading.
    let Ok(seal) = fs::read_to_string(seal_of(path)) else {
        return false;
    };
    text(full_name, entry).is_ok_and(|expected| expected == seal)
}

/// Writes the seal of the entry that will be at `path` and is still at `draft`.
pub(super) fn put(full_name: &str, path: &Path, draft: &Path) -> io::Result<()> {
    let seal = text(full_name, &mut File::open(draft)?)?;
    let seal_path = seal_of(path);
    let seal_draft = draft_of(&seal_path);
    let written = fs::write(&seal_draft, seal).and_then(|()| fs::rename(&seal_draft, &seal_path));
    if written.is_err() {
        let _ = fs::remove_file(&seal_draft);
    }
    written
}
