//! Directories, and what stands in them besides the content of files. A disk that is far away may
//! take its time for each of these calls, so threads of their own do them (`blocking`).

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::time::UNIX_EPOCH;

use snow_abi::layout::Context;

use super::blocking;

/// Parks the caller until a thread has called `work`, which answers bytes.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
unsafe fn call<W>(cx: *mut Context, path: &str, work: W) -> io::Result<Vec<u8>>
where
    W: FnOnce(&str) -> io::Result<Vec<u8>> + Send + 'static,
{
    let prepare = || {
        let path = path.to_owned();
        Box::new(move || work(&path)) as blocking::Work
    };
    // SAFETY: the caller's promise; the path is copied.
    unsafe { blocking::call(cx, prepare) }
}

/// The same for work on two paths.
///
/// # Safety
/// As for [`call`].
unsafe fn call_with_two<W>(cx: *mut Context, from: &str, to: &str, work: W) -> io::Result<Vec<u8>>
where
    W: FnOnce(&str, &str) -> io::Result<Vec<u8>> + Send + 'static,
{
    let prepare = || {
        let (from, to) = (from.to_owned(), to.to_owned());
        Box::new(move || work(&from, &to)) as blocking::Work
    };
    // SAFETY: the caller's promise; both paths are copied.
    unsafe { blocking::call(cx, prepare) }
}

/// A number on its way through an answer.
fn packed(number: i64) -> Vec<u8> {
    number.to_ne_bytes().to_vec()
}

fn unpacked(answer: &[u8]) -> i64 {
    answer.try_into().map_or(0, i64::from_ne_bytes)
}

/// What has that path: 0 nothing, 1 a file, 2 a directory, 3 something else. Links are followed.
///
/// # Safety
/// As for [`call`].
pub unsafe fn kind(cx: *mut Context, path: &str) -> io::Result<i64> {
    // SAFETY: passed on.
    let answer = unsafe { call(cx, path, |path| kind_here(path).map(packed)) };
    answer.map(|answer| unpacked(&answer))
}

/// Bytes of what has that path.
///
/// # Safety
/// As for [`call`].
pub unsafe fn size(cx: *mut Context, path: &str) -> io::Result<i64> {
    // SAFETY: passed on.
    let answer = unsafe { call(cx, path, |path| size_here(path).map(packed)) };
    answer.map(|answer| unpacked(&answer))
}

/// Nanoseconds since 1970 at which it was modified.
///
/// # Safety
/// As for [`call`].
pub unsafe fn modified(cx: *mut Context, path: &str) -> io::Result<i64> {
    // SAFETY: passed on.
    let answer = unsafe { call(cx, path, |path| modified_here(path).map(packed)) };
    answer.map(|answer| unpacked(&answer))
}

/// What `kind`, `size` and `modified` answer, eight bytes each, most significant first, and the path
/// without links.
///
/// # Safety
/// As for [`call`].
pub unsafe fn stat(cx: *mut Context, path: &str) -> io::Result<Vec<u8>> {
    // SAFETY: passed on.
    unsafe { call(cx, path, stat_here) }
}

/// The names in a directory, sorted, each behind a zero byte.
///
/// # Safety
/// As for [`call`].
pub unsafe fn list(cx: *mut Context, path: &str) -> io::Result<Vec<u8>> {
    // SAFETY: passed on.
    unsafe { call(cx, path, list_here) }
}

/// Makes a directory.
///
/// # Safety
/// As for [`call`].
pub unsafe fn make(cx: *mut Context, path: &str, parents: bool) -> io::Result<()> {
    let work = move |path: &str| {
        match parents {
            true => fs::create_dir_all(path),
            false => fs::create_dir(path),
        }
        .map(|()| Vec::new())
    };
    // SAFETY: passed on.
    unsafe { call(cx, path, work) }.map(drop)
}

/// Removes a file, a link or a directory.
///
/// # Safety
/// As for [`call`].
pub unsafe fn remove(cx: *mut Context, path: &str, whole: bool) -> io::Result<()> {
    let work = move |path: &str| remove_here(path, whole).map(|()| Vec::new());
    // SAFETY: passed on.
    unsafe { call(cx, path, work) }.map(drop)
}

/// Gives what has the first path the second one.
///
/// # Safety
/// As for [`call`].
pub unsafe fn rename(cx: *mut Context, from: &str, to: &str) -> io::Result<()> {
    let work = |from: &str, to: &str| fs::rename(from, to).map(|()| Vec::new());
    // SAFETY: passed on.
    unsafe { call_with_two(cx, from, to, work) }.map(drop)
}

/// Copies a file; answers how many bytes it has.
///
/// # Safety
/// As for [`call`].
pub unsafe fn copy(cx: *mut Context, from: &str, to: &str) -> io::Result<i64> {
    let work = |from: &str, to: &str| copy_here(from, to).map(packed);
    // SAFETY: passed on.
    let answer = unsafe { call_with_two(cx, from, to, work) };
    answer.map(|answer| unpacked(&answer))
}

fn kind_here(path: &str) -> io::Result<i64> {
    match fs::metadata(path) {
        Ok(about) => Ok(kind_of(&about)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(0)
        }
        Err(error) => Err(error),
    }
}

fn kind_of(about: &Metadata) -> i64 {
    match (about.is_file(), about.is_dir()) {
        (true, _) => 1,
        (false, true) => 2,
        (false, false) => 3,
    }
}

fn size_here(path: &str) -> io::Result<i64> {
    Ok(size_of(&fs::metadata(path)?))
}

fn size_of(about: &Metadata) -> i64 {
    i64::try_from(about.len()).unwrap_or(i64::MAX)
}

fn stat_here(path: &str) -> io::Result<Vec<u8>> {
    let real = fs::canonicalize(path)?;
    let about = fs::metadata(&real)?;
    let name = real.into_os_string().into_string();
    let name =
        name.map_err(|name| io::Error::other(format!("the name {name:?} is not valid UTF-8")))?;
    let numbers = [
        kind_of(&about),
        size_of(&about),
        nearest_modified_of(&about)?,
    ];
    let mut answer = numbers.map(i64::to_be_bytes).concat();
    answer.extend_from_slice(name.as_bytes());
    Ok(answer)
}

fn modified_here(path: &str) -> io::Result<i64> {
    modified_of(&fs::metadata(path)?)
}

fn modified_of(about: &Metadata) -> io::Result<i64> {
    let time = about.modified()?;
    let ns = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()),
        Err(before) => i64::try_from(before.duration().as_nanos()).map(|ns| -ns),
    };
    ns.map_err(|_| io::Error::other("its time is not between 1677 and 2262"))
}

/// The same, where a time that has no number is the nearest one that has: the rest of what is known
/// of a file does not depend on it.
fn nearest_modified_of(about: &Metadata) -> io::Result<i64> {
    const FURTHEST_NS: i64 = 9_223_372_035_000_000_000;
    let is_later = about.modified()? > UNIX_EPOCH;
    let furthest = if is_later { FURTHEST_NS } else { -FURTHEST_NS };
    Ok(modified_of(about).unwrap_or(furthest))
}

fn list_here(path: &str) -> io::Result<Vec<u8>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name().into_string();
        names.push(
            name.map_err(|name| io::Error::other(format!("the name {name:?} is not valid UTF-8")))?,
        );
    }
    names.sort_unstable();
    Ok(names
        .iter()
        .flat_map(|name| std::iter::once(0).chain(name.bytes()))
        .collect())
}

fn remove_here(path: &str, whole: bool) -> io::Result<()> {
    // A link to a directory is removed, not what it leads to.
    match (fs::symlink_metadata(path)?.is_dir(), whole) {
        (false, _) => fs::remove_file(path),
        (true, false) => fs::remove_dir(path),
        (true, true) => fs::remove_dir_all(path),
    }
}

/// A file copied onto itself would be emptied before it is read.
fn copy_here(from: &str, to: &str) -> io::Result<i64> {
    let place = |path: &str| fs::metadata(path).map(|about| (about.dev(), about.ino()));
    if place(to).is_ok_and(|to| place(from).is_ok_and(|from| from == to)) {
        return Err(io::Error::other("is the file that is to be copied"));
    }
    let size = fs::copy(from, to)?;
    Ok(i64::try_from(size).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_directory_goes_and_the_directory_stays() {
        let folder = std::env::temp_dir().join(format!("snow-links-{}", std::process::id()));
        let inside = folder.join("inside");
        fs::create_dir_all(&inside).unwrap();
        fs::write(inside.join("file"), "x").unwrap();
        let link = folder.join("link");
        std::os::unix::fs::symlink(&inside, &link).unwrap();
        remove_here(link.to_str().unwrap(), true).unwrap();
        assert_eq!(list_here(inside.to_str().unwrap()).unwrap(), b"\0file");
        remove_here(folder.to_str().unwrap(), true).unwrap();
        assert_eq!(kind_here(folder.to_str().unwrap()).unwrap(), 0);
    }

    #[test]
    fn a_time_without_a_number_hides_nothing_else() {
        let path = std::env::temp_dir().join(format!("snow-times-{}", std::process::id()));
        fs::write(&path, "four").unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        let year_2400 = UNIX_EPOCH + std::time::Duration::from_secs(13_569_465_600);
        file.set_modified(year_2400).unwrap();
        let path_text = path.to_str().unwrap();
        let told = stat_here(path_text).unwrap();
        assert_eq!(told[8..16], 4_i64.to_be_bytes());
        assert_eq!(told[16..24], 9_223_372_035_000_000_000_i64.to_be_bytes());
        assert!(modified_here(path_text).is_err());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_path_is_told_without_links() {
        let folder = std::env::temp_dir().join(format!("snow-stats-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let folder = fs::canonicalize(folder).unwrap();
        let file = folder.join("file");
        fs::write(&file, "four").unwrap();
        let link = folder.join("link");
        std::os::unix::fs::symlink("file", &link).unwrap();
        let told = stat_here(link.to_str().unwrap()).unwrap();
        assert_eq!(told[..16], [1_i64, 4].map(i64::to_be_bytes).concat());
        assert_eq!(&told[24..], file.to_str().unwrap().as_bytes());
        assert_eq!(told, stat_here(file.to_str().unwrap()).unwrap());
        let told = stat_here(folder.to_str().unwrap()).unwrap();
        assert_eq!(told[..8], 2_i64.to_be_bytes());
        fs::remove_dir_all(&folder).unwrap();
        assert!(stat_here(folder.to_str().unwrap()).is_err());
    }

    #[test]
    fn a_file_is_not_copied_onto_itself_under_any_name() {
        let folder = std::env::temp_dir().join(format!("snow-copies-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name).to_str().unwrap().to_string();
        fs::write(path("a"), "x").unwrap();
        fs::hard_link(path("a"), path("hard")).unwrap();
        std::os::unix::fs::symlink("a", path("soft")).unwrap();
        for (from, to) in [
            ("a", "a"),
            ("a", "hard"),
            ("hard", "a"),
            ("a", "soft"),
            ("soft", "hard"),
        ] {
            assert!(copy_here(&path(from), &path(to)).is_err(), "{from} to {to}");
            assert_eq!(fs::read(path("a")).unwrap(), b"x", "{from} to {to}");
        }
        assert_eq!(copy_here(&path("a"), &path("b")).unwrap(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_name_that_is_no_text_is_an_error() {
        use std::os::unix::ffi::OsStrExt;
        let folder = std::env::temp_dir().join(format!("snow-names-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(std::ffi::OsStr::from_bytes(b"a\xff")), "x").unwrap();
        let error = list_here(folder.to_str().unwrap()).unwrap_err();
        assert!(error.to_string().ends_with("is not valid UTF-8"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
