//! Whole files, made for configuration, and parts of them, for what is long. Reading and writing may
//! block, for a pipe without a writer for ever, so threads of their own do it (`blocking`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

use snow_abi::layout::Context;

use super::blocking;

/// The most that is read of a file; a device may have no end.
const SIZE_MAX: usize = 1 << 30;
/// Bytes of one read of a file whose size is not known.
const STEP: usize = 64 << 10;

/// Reads a file; parks the caller meanwhile.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn read(cx: *mut Context, path: &str) -> io::Result<Vec<u8>> {
    let prepare = || {
        let path = path.to_owned();
        Box::new(move || read_here(&path, SIZE_MAX)) as blocking::Work
    };
    // SAFETY: the caller's promise; the path is copied.
    unsafe { blocking::call(cx, prepare) }
}

/// Reads at most `count` bytes from `start` on; parks the caller meanwhile.
///
/// # Safety
/// As for [`read`].
pub unsafe fn read_part(
    cx: *mut Context,
    path: &str,
    start: i64,
    count: i64,
) -> io::Result<Vec<u8>> {
    let start = u64::try_from(start).unwrap_or(0);
    let count = usize::try_from(count).unwrap_or(0).min(SIZE_MAX);
    let prepare = || {
        let path = path.to_owned();
        Box::new(move || read_part_here(&path, start, count)) as blocking::Work
    };
    // SAFETY: the caller's promise; the path is copied.
    unsafe { blocking::call(cx, prepare) }
}

/// Writes a file, over what is there or behind it; parks the caller meanwhile.
///
/// # Safety
/// As for [`read`].
pub unsafe fn write(cx: *mut Context, path: &str, content: &[u8], keeps: bool) -> io::Result<()> {
    let prepare = || {
        let (path, content) = (path.to_owned(), content.to_vec());
        Box::new(move || write_here(&path, &content, keeps).map(|()| Vec::new())) as blocking::Work
    };
    // SAFETY: the caller's promise; path and content are copied.
    unsafe { blocking::call(cx, prepare) }.map(drop)
}

/// Reads at most `most` bytes; a file that has more is an error.
fn read_here(path: &str, most: usize) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let expected = file.metadata().map_or(0, |about| about.len());
    let mut content = Vec::new();
    // One byte more shows the end without another growth.
    reserve(
        &mut content,
        usize::try_from(expected).map_or(most, |size| size.min(most) + 1),
    )?;
    loop {
        if content.len() == content.capacity() {
            reserve(&mut content, STEP)?;
        }
        let room = content.capacity() - content.len();
        if Read::take(&mut file, room as u64).read_to_end(&mut content)? < room {
            return Ok(content);
        }
        if content.len() > most {
            let words = format!(
                "more than {} MiB, which is too much to read at once",
                most >> 20
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, words));
        }
    }
}

fn read_part_here(path: &str, start: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let left = file.metadata()?.len().saturating_sub(start);
    let mut content = Vec::new();
    reserve(
        &mut content,
        usize::try_from(left).map_or(count, |left| left.min(count)),
    )?;
    Read::take(&mut file, count as u64).read_to_end(&mut content)?;
    Ok(content)
}

/// Memory that is not there is an error of this file, not the end of the program.
fn reserve(content: &mut Vec<u8>, more: usize) -> io::Result<()> {
    content
        .try_reserve(more)
        .map_err(|_| ErrorKind::OutOfMemory.into())
}

fn write_here(path: &str, content: &[u8], keeps: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .create(true)
        .append(keeps)
        .write(true)
        .truncate(!keeps);
    options.open(path)?.write_all(content)
}

/// True when something has that path.
pub fn exists(path: &str) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Removes a file.
pub fn delete(path: &str) -> io::Result<()> {
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_appended_read_and_deleted() {
        let path = std::env::temp_dir().join(format!("snow-file-{}", std::process::id()));
        let path = path.to_str().unwrap();
        write_here(path, b"one", false).unwrap();
        write_here(path, b"two", true).unwrap();
        assert_eq!(read_here(path, SIZE_MAX).unwrap(), b"onetwo");
        write_here(path, b"three", false).unwrap();
        assert_eq!(read_here(path, SIZE_MAX).unwrap(), b"three");
        assert_eq!(read_part_here(path, 1, 3).unwrap(), b"hre");
        assert_eq!(read_part_here(path, 3, 100).unwrap(), b"ee");
        assert_eq!(read_part_here(path, 9, 100).unwrap(), b"");
        assert!(exists(path));
        delete(path).unwrap();
        assert!(!exists(path));
        assert!(read_here(path, SIZE_MAX).is_err());
        assert!(delete(path).is_err());
    }

    #[test]
    fn a_file_without_an_end_is_an_error() {
        let error = read_here("/dev/zero", 1 << 20).unwrap_err();
        assert_eq!(
            error.to_string(),
            "more than 1 MiB, which is too much to read at once"
        );
    }

    #[test]
    fn files_whose_size_the_system_does_not_say_are_read_whole() {
        let content = read_here("/proc/self/limits", SIZE_MAX).unwrap();
        assert!(content.starts_with(b"Limit"), "{content:?}");
    }
}
