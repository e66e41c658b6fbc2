//! The cache: headers, objects, runtime archives, programs, and which sources gave which program.
//!
//! Entries are named by a hash of everything that went into them, so they are never wrong, only superfluous. They are
//! written to a temporary name and renamed, so that a reader sees a whole entry or none, also when two commands race.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use xxhash_rust::xxh3::Xxh3;

use crate::failure::Failure;

/// The least recently used entries beyond this many bytes are dropped.
const MOST_BYTES: u64 = 2 << 30;

/// A 128-bit name made from parts. Each part's length is counted too, so that moving a border changes the name.
#[derive(Default)]
pub struct Key(Xxh3);

impl Key {
    /// Adds a part.
    pub fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// The name.
    pub fn name(self) -> String {
        format!("{:032x}", self.0.digest128())
    }
}

/// A folder of entries.
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The user's cache: `SNOW_CACHE`, or `snow` in the system's place for such folders.
    pub fn open() -> Result<Cache, Failure> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = variable("SNOW_CACHE")
            .or_else(|| variable("XDG_CACHE_HOME").map(|dir| dir.join("snow")))
            .or_else(|| variable("HOME").map(|dir| dir.join(".cache/snow")))
            .unwrap_or_else(|| std::env::temp_dir().join("snow-cache"));
        fs::create_dir_all(&root).map_err(|cause| Failure::at("create the cache", &root, cause))?;
        // Commands run with other working directories later, so the path must not depend on it.
        let root = fs::canonicalize(&root).map_err(|cause| Failure::at("open the cache", &root, cause))?;
        Ok(Cache { root })
    }

    /// Where an entry is or would be.
    pub fn path(&self, kind: &str, name: &str) -> PathBuf {
        self.root.join(kind).join(name)
    }

    /// The entry, if it is there; marks it as used.
    pub fn find(&self, kind: &str, name: &str) -> Option<PathBuf> {
        let path = self.path(kind, name);
        let file = File::open(&path).ok()?;
        // Only the order of use depends on it, so a cache that cannot be written still serves.
        let _ = file.set_modified(SystemTime::now());
        Some(path)
    }

    /// Makes an entry: `fill` writes it to the path that it is given.
    pub fn make(
        &self,
        kind: &str,
        name: &str,
        fill: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let path = self.path(kind, name);
        let folder = self.root.join(kind);
        fs::create_dir_all(&folder).map_err(|cause| Failure::at("create", &folder, cause))?;
        let draft = draft_of(&path);
        let filled =
            fill(&draft).and_then(|()| fs::rename(&draft, &path).map_err(|cause| Failure::at("write", &path, cause)));
        if filled.is_err() {
            let _ = fs::remove_file(&draft);
        }
        filled.map(|()| path)
    }

    /// Makes an entry from bytes.
    pub fn put(&self, kind: &str, name: &str, content: &[u8]) -> Result<PathBuf, Failure> {
        self.make(kind, name, |draft| fs::write(draft, content).map_err(|cause| Failure::at("write", draft, cause)))
    }

    /// Drops what was not used for longest until the rest fits. Failures are ignored: another command may be doing it.
    pub fn trim(&self) {
        let mut entries = Vec::new();
        list_files(&self.root, &mut entries);
        let mut total: u64 = entries.iter().map(|entry| entry.bytes).sum();
        if total <= MOST_BYTES {
            return;
        }
        entries.sort_by_key(|entry| entry.used);
        for entry in entries {
            if total <= MOST_BYTES {
                return;
            }
            if fs::remove_file(&entry.path).is_ok() {
                total -= entry.bytes;
            }
        }
    }
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

fn list_files(dir: &Path, entries: &mut Vec<Entry>) {
    let Ok(listing) = fs::read_dir(dir) else { return };
    for entry in listing.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            list_files(&entry.path(), entries);
        } else {
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            entries.push(Entry { path: entry.path(), bytes: metadata.len(), used });
        }
    }
}

/// A name beside `path` that no other process and no other thread of this one uses.
pub fn draft_of(path: &Path) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Relaxed: only the numbers must differ.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}-{number}", std::process::id()))
}

/// Copies a file so that whoever looks at `to` sees the old or the new one, also while the old one is running.
pub fn replace(from: &Path, to: &Path) -> io::Result<()> {
    let draft = draft_of(to);
    let copied = fs::copy(from, &draft).and_then(|_| fs::rename(&draft, to));
    if copied.is_err() {
        let _ = fs::remove_file(&draft);
    }
    copied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_between_parts_count() {
        assert_ne!(Key::default().with("ab").with("c").name(), Key::default().with("a").with("bc").name());
        assert_eq!(Key::default().with("ab").name(), Key::default().with("ab").name());
    }

    #[test]
    fn a_failed_entry_leaves_nothing() {
        let root = std::env::temp_dir().join(format!("snow-cache-test-{}", std::process::id()));
        let cache = Cache { root: root.clone() };
        assert!(cache.make("object", "x", |_| Err(Failure::Reported)).is_err());
        assert!(cache.find("object", "x").is_none());
        cache.put("object", "x", b"1").unwrap();
        assert!(cache.find("object", "x").is_some());
        assert_eq!(fs::read_dir(root.join("object")).unwrap().count(), 1);
        fs::remove_dir_all(root).unwrap();
    }
}
