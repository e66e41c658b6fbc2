//! Whole files. Each call is one blocking sequence on the calling worker; made for configuration,
//! not for streaming.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};

/// Reads a file.
pub fn read(path: &str) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// Writes a file, replacing what is there.
pub fn write(path: &str, content: &[u8]) -> io::Result<()> {
    fs::write(path, content)
}

/// Writes behind what is there.
pub fn append(path: &str, content: &[u8]) -> io::Result<()> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?
        .write_all(content)
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
        write(path, b"one").unwrap();
        append(path, b"two").unwrap();
        assert_eq!(read(path).unwrap(), b"onetwo");
        assert!(exists(path));
        delete(path).unwrap();
        assert!(!exists(path));
        assert!(read(path).is_err());
        assert!(delete(path).is_err());
    }
}
