//! The cache: headers, objects, runtime archives, programs, and which sources gave which program.
//!
//! Entries are named by a hash of everything that went into them, so they are never wrong, only
//! superfluous. They are written to a temporary name and renamed, so that a reader sees a whole
//! entry or none (`draft`). Each has a seal, and what does not fit its seal is made again (`seal`).
//! Of two commands that want the same entry, one makes it while the other waits, and entries are
//! not cleared while a command uses them (`lock`).

mod draft;
mod key;
mod lock;
mod place;
mod seal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use draft::draft_of;
pub(crate) use draft::{replace, rewrite};
pub(crate) use key::Key;
use lock::Lock;
pub(crate) use lock::Use;
use place::Places;

use crate::failure::Failure;

/// The least recently used entries beyond this many bytes are dropped.
pub(crate) const MOST_BYTES: u64 = 2 << 30;
/// Longer than a command needs from finding an entry to using it.
const JUST_NOW: Duration = Duration::from_secs(600);
/// The lock of all commands that use entries.
const USERS: &str = "users.lock";

/// A folder of entries.
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The user's cache (`place`).
    pub(crate) fn open() -> Result<Cache, Failure> {
        Cache::at(&Places::of_this_user().folder()?)
    }

    /// The cache in a folder, which is created when it is missing.
    fn at(root: &Path) -> Result<Cache, Failure> {
        fs::create_dir_all(root).map_err(|cause| Failure::at("create the cache", root, cause))?;
        // Commands run with other working directories later, so the path must not depend on it.
        let root =
            fs::canonicalize(root).map_err(|cause| Failure::at("open the cache", root, cause))?;
        Ok(Cache { root })
    }

    /// Where an entry is or would be.
    pub(crate) fn path(&self, kind: &str, name: &str) -> PathBuf {
        self.root.join(kind).join(name)
    }

    /// The entry, if it is there and fits its seal; marks it as used. Reads all of it.
    pub(crate) fn find(&self, kind: &str, name: &str) -> Option<PathBuf> {
        let path = self.path(kind, name);
        let mut file = File::open(&path).ok()?;
        if !seal::fits(&full_name(kind, name), &path, &mut file) {
            return None;
        }
        // Only the order of use depends on it, so a cache that cannot be written still serves.
        let _ = file.set_modified(SystemTime::now());
        Some(path)
    }

    /// The entry; when it is missing, `fill` writes it to the path that it is given. While another
    /// command makes the same entry, waits for that one.
    pub(crate) fn find_or_make(
        &self,
        kind: &str,
        name: &str,
        fill: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        if let Some(found) = self.find(kind, name) {
            return Ok(found);
        }
        self.create_folder(kind)?;
        let lock = Lock::wait(&self.path(kind, name));
        self.find_or_fill(kind, name, lock, fill)
    }

    /// Like `find_or_make`, but `None` at once while another command makes the entry.
    pub(crate) fn find_or_try_to_make(
        &self,
        kind: &str,
        name: &str,
        fill: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<Option<PathBuf>, Failure> {
        self.create_folder(kind)?;
        match Lock::attempt(&self.path(kind, name)) {
            Some(lock) => self.find_or_fill(kind, name, Some(lock), fill).map(Some),
            None => Ok(None),
        }
    }

    /// Looks again, because the command that held the lock before has made what is wanted.
    fn find_or_fill(
        &self,
        kind: &str,
        name: &str,
        _held: Option<Lock>,
        fill: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        match self.find(kind, name) {
            Some(found) => Ok(found),
            None => self.make(kind, name, fill),
        }
    }

    /// Makes an entry from bytes, whether it is there or not.
    pub(crate) fn put(&self, kind: &str, name: &str, content: &[u8]) -> Result<PathBuf, Failure> {
        self.create_folder(kind)?;
        self.make(kind, name, |draft| {
            fs::write(draft, content).map_err(|cause| Failure::at("write", draft, cause))
        })
    }

    fn create_folder(&self, kind: &str) -> Result<(), Failure> {
        let folder = self.root.join(kind);
        fs::create_dir_all(&folder).map_err(|cause| Failure::at("create", &folder, cause))
    }

    fn make(
        &self,
        kind: &str,
        name: &str,
        fill: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let path = self.path(kind, name);
        for folder in [&path, &seal::seal_of(&path)] {
            if folder.is_dir() {
                fs::remove_dir_all(folder)
                    .map_err(|cause| Failure::at("remove the folder", folder, cause))?;
            }
        }
        let draft = draft_of(&path);
        let filled = fill(&draft).and_then(|()| {
            let sealed = seal::put(&full_name(kind, name), &path, &draft);
            sealed
                .and_then(|()| fs::rename(&draft, &path))
                .map_err(|cause| Failure::at("write", &path, cause))
        });
        if filled.is_err() {
            let _ = fs::remove_file(&draft);
        }
        filled.map(|()| path)
    }

    /// Where it is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Number and bytes of the entries of each kind.
    pub(crate) fn kinds(&self) -> BTreeMap<String, (usize, u64)> {
        let mut kinds: BTreeMap<String, (usize, u64)> = BTreeMap::new();
        for entry in self.entries() {
            let inside = entry.path.strip_prefix(&self.root).unwrap_or(&entry.path);
            let kind = inside.components().next();
            let kind = kind.map(|part| part.as_os_str().to_string_lossy().into_owned());
            let count = kinds.entry(kind.unwrap_or_default()).or_default();
            count.0 += 1;
            count.1 += entry.bytes;
        }
        kinds
    }

    /// Keeps the entries from being cleared as long as the answer lives: one that was found is used
    /// later, by its path.
    pub(crate) fn in_use(&self) -> Use {
        Use::begin(&self.root.join(USERS))
    }

    /// Removes all entries once no command uses them; answers their bytes. `None` when that takes
    /// too long.
    pub(crate) fn clear(&self) -> Option<u64> {
        let _alone = Use::end_of_others(&self.root.join(USERS))?;
        let removed = self.entries().into_iter().filter(remove);
        Some(removed.map(|entry| entry.bytes).sum())
    }

    fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        list_entries(&self.root, &mut entries);
        entries
    }

    /// Drops what was not used for longest until the rest fits. Failures are ignored: another
    /// command may be doing it. What was used just now stays: a command may be about to read it.
    pub(crate) fn trim(&self) {
        self.trim_to(MOST_BYTES, SystemTime::now() - JUST_NOW);
    }

    fn trim_to(&self, most_bytes: u64, used_before: SystemTime) {
        let mut entries = self.entries();
        let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        if total <= most_bytes {
            return;
        }
        entries.retain(|entry| entry.used <= used_before);
        entries.sort_by_key(|entry| entry.used);
        for entry in entries {
            if total <= most_bytes {
                return;
            }
            if remove(&entry) {
                total -= entry.bytes;
            }
        }
    }
}

/// Removes an entry with its seal; false when another command was faster.
fn remove(entry: &Entry) -> bool {
    let _ = fs::remove_file(seal::seal_of(&entry.path));
    fs::remove_file(&entry.path).is_ok()
}

/// What a seal calls an entry.
fn full_name(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// Lists what lies in `dir` except locks and the seals of what is there. A draft that its command
/// did not live to rename counts as an entry, and is dropped like one.
fn list_entries(dir: &Path, entries: &mut Vec<Entry>) {
    let Ok(listing) = fs::read_dir(dir) else {
        return;
    };
    for entry in listing.flatten() {
        let path = entry.path();
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_dir() {
            list_entries(&path, entries);
        } else if !lock::is_lock(&path)
            && !seal::sealed_by(&path).is_some_and(|entry| entry.exists())
        {
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            entries.push(Entry {
                path,
                bytes: metadata.len(),
                used,
            });
        }
    }
}
