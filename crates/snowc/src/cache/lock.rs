//! Locks: who wants an entry that is being made waits for it instead of making it again.
//!
//! A lock is a file beside the entry, held by `flock`, so that the system releases it when its
//! holder ends, however that happens. Locks save work and nothing more: entries appear by renaming
//! and are checked by their seals, so a command that cannot lock, or has waited for too long (its
//! holder may be stopped), makes the entry itself.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longer than the C compiler needs for one unit, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Time between two looks at a lock that is held. Short beside a call of the C compiler.
const PAUSE: Duration = Duration::from_millis(5);
/// What the name of a lock ends with.
const ENDING: &str = ".lock";

/// A held lock. Dropping it releases it and removes its file.
pub(super) struct Lock {
    path: PathBuf,
    // Closing the file releases the lock; `None` where locks do not work.
    file: Option<File>,
}

/// Whether the file at `path` is a lock.
pub(super) fn is_lock(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(ENDING))
}

impl Lock {
    /// The lock of the entry at `path`; `None` while another command or thread holds it.
    pub(super) fn attempt(path: &Path) -> Option<Lock> {
        let mut name = path.as_os_str().to_owned();
        name.push(ENDING);
        let path = PathBuf::from(name);
        loop {
            let Ok(file) = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
            else {
                return Some(Lock { path, file: None });
            };
            match take(&file) {
                // A holder removes the file before it releases it: what is locked then has no name.
                Ok(()) if is_at(&file, &path) => {
                    return Some(Lock {
                        path,
                        file: Some(file),
                    })
                }
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(_) => return Some(Lock { path, file: None }),
            }
        }
    }

    /// The lock of the entry at `path`, once nothing else holds it or patience is over.
    pub(super) fn wait(path: &Path) -> Option<Lock> {
        let limit = Instant::now() + PATIENCE;
        loop {
            match Lock::attempt(path) {
                Some(lock) => return Some(lock),
                None if Instant::now() > limit => return None,
                None => std::thread::sleep(PAUSE),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What all commands that use a cache hold together, and one that clears it alone. Ends when it is
/// dropped, and when the command becomes another program.
pub(crate) struct Use {
    // Closing the file ends it; `None` where locks do not work.
    _file: Option<File>,
}

impl Use {
    /// Waits while the cache is being cleared, which is soon done.
    pub(super) fn begin(path: &Path) -> Use {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .ok()
            .filter(|file| flock(file, libc::LOCK_SH).is_ok());
        Use { _file: file }
    }

    /// Waits until no other command uses the cache; `None` when patience is over.
    pub(super) fn end_of_others(path: &Path) -> Option<Use> {
        let limit = Instant::now() + PATIENCE;
        let options = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        let Ok(file) = options else {
            return Some(Use { _file: None });
        };
        loop {
            match take(&file) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if Instant::now() > limit {
                        return None;
                    }
                    std::thread::sleep(PAUSE);
                }
                Ok(()) | Err(_) => return Some(Use { _file: Some(file) }),
            }
        }
    }
}

fn take(file: &File) -> io::Result<()> {
    flock(file, libc::LOCK_EX | libc::LOCK_NB)
}

fn flock(file: &File, operation: libc::c_int) -> io::Result<()> {
    loop {
        // SAFETY: the descriptor is open as long as `file`; `flock` touches no memory of ours.
        if unsafe { libc::flock(file.as_raw_fd(), operation) } == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(ours), Ok(there)) => identity(ours) == identity(there),
        _ => false,
    }
}
