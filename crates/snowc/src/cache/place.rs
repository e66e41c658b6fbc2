//! Where the cache is.
//!
//! Programs in it are run, so a folder into which another user can write is not taken, unless the
//! user names it. Without a folder of the user's own that can be written (no home, one that is
//! read-only or another user's), the cache lies in the system's place for temporary files.

use std::ffi::CString;
use std::fs::{self, DirBuilder, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The right of the group or of everybody to write.
const WRITTEN_BY_OTHERS: u32 = 0o022;

/// What the environment says.
pub(super) struct Places {
    /// `SNOW_CACHE`.
    pub(super) named: Option<PathBuf>,
    /// In the system's place for caches, as `XDG_CACHE_HOME` or `HOME` tells.
    pub(super) usual: Option<PathBuf>,
    /// The system's place for temporary files.
    pub(super) temporary: PathBuf,
}

impl Places {
    pub(super) fn of_this_user() -> Places {
        let variable = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        Places {
            named: variable("SNOW_CACHE"),
            usual: variable("XDG_CACHE_HOME")
                .map(|dir| dir.join("snow"))
                .or_else(|| variable("HOME").map(|dir| dir.join(".cache/snow"))),
            temporary: std::env::temp_dir(),
        }
    }

    /// The folder of the cache, which is there afterwards.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        if let Some(named) = &self.named {
            fs::create_dir_all(named)
                .map_err(|cause| Failure::at("create the cache", named, cause))?;
            return Ok(named.clone());
        }
        match self.usual.as_ref().filter(|usual| is_usable(usual)) {
            Some(usual) => Ok(usual.clone()),
            None => private(&self.temporary),
        }
    }
}

/// Makes the folder where it is missing; false unless it, or the folder in which it was made, is
/// the user's own and can be written.
fn is_usable(folder: &Path) -> bool {
    let there = folder.ancestors().find(|dir| dir.exists());
    let is_own = |dir: &Path| fs::metadata(dir).is_ok_and(|data| is_users(&data));
    there.is_some_and(is_own) && fs::create_dir_all(folder).is_ok() && may_write(folder)
}

/// A folder of this user's below the one for temporary files, where anybody may make folders of any
/// name.
fn private(temporary: &Path) -> Result<PathBuf, Failure> {
    let folder = temporary.join(format!("snow-cache-{}", user()));
    let made = DirBuilder::new().mode(0o700).create(&folder);
    // What is behind a link is not asked: a link is not ours either.
    let is_private =
        |data: Metadata| data.is_dir() && is_users(&data) && data.mode() & WRITTEN_BY_OTHERS == 0;
    if fs::symlink_metadata(&folder).is_ok_and(is_private) && may_write(&folder) {
        return Ok(folder);
    }
    let why = match made {
        Err(cause) if !folder.exists() => format!("cannot be made: {cause}"),
        Ok(()) | Err(_) => "is not a folder that only this user can write".to_owned(),
    };
    Err(Failure::Message(format!(
        "no place for the cache: there is no home that can be written, and '{}' {why}; SNOW_CACHE \
         names another folder",
        folder.display()
    )))
}

fn is_users(data: &Metadata) -> bool {
    data.uid() == user()
}

fn user() -> u32 {
    // SAFETY: the call only answers a number.
    unsafe { libc::geteuid() }
}

/// Also false on a disk that is read-only for everybody.
fn may_write(folder: &Path) -> bool {
    CString::new(folder.as_os_str().as_bytes()).is_ok_and(|path| {
        // SAFETY: the path ends with a zero byte and lives across the call.
        unsafe { libc::faccessat(libc::AT_FDCWD, path.as_ptr(), libc::W_OK, libc::AT_EACCESS) == 0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{symlink, PermissionsExt};

    /// An empty folder.
    fn scene(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("snow-place-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn places(usual: Option<PathBuf>, temporary: &Path) -> Places {
        Places {
            named: None,
            usual,
            temporary: temporary.to_owned(),
        }
    }

    #[test]
    fn a_home_that_can_be_written_is_taken() {
        let dir = scene("home");
        let usual = dir.join(".cache/snow");
        let found = places(Some(usual.clone()), &dir).folder().unwrap();
        assert_eq!(found, usual);
        assert!(usual.is_dir());
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn without_one_the_cache_is_in_a_private_folder() {
        let dir = scene("private");
        // A file in the place of a folder refuses the superuser, too.
        fs::write(dir.join("file"), "").unwrap();
        let no_folder = dir.join("file/.cache/snow");
        for usual in [None, Some(no_folder), Some("/proc/snow".into())] {
            let found = places(usual, &dir).folder().unwrap();
            assert_eq!(found, dir.join(format!("snow-cache-{}", user())));
            assert_eq!(fs::metadata(found).unwrap().mode() & 0o777, 0o700);
        }
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let dir = scene("planted");
        let planted = dir.join(format!("snow-cache-{}", user()));
        fs::create_dir(&planted).unwrap();
        fs::set_permissions(&planted, fs::Permissions::from_mode(0o777)).unwrap();
        let refused = places(None, &dir).folder();
        let Err(Failure::Message(text)) = refused else {
            panic!("taken");
        };
        assert!(text.contains("only this user"), "{text}");
        assert!(text.contains("SNOW_CACHE"), "{text}");
        fs::remove_dir(&planted).unwrap();
        fs::create_dir(dir.join("elsewhere")).unwrap();
        symlink("elsewhere", &planted).unwrap();
        assert!(places(None, &dir).folder().is_err());
        fs::remove_dir_all(dir).unwrap();
    }
}
