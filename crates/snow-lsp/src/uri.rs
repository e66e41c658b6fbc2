//! Paths as `file:` URIs, and back. A text that was never saved has a path, too, which is its URI: it
//! is no path of a file, because it is not absolute.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

/// How the URI of a text begins that was never saved.
const UNSAVED: &str = "untitled:";

/// Whether a path is of a text that was never saved.
pub(crate) fn is_unsaved(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with(UNSAVED))
}

/// Bytes that stand for themselves in the path of a URI.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte)
}

/// The URI of a path.
pub(crate) fn of_path(path: &Path) -> Option<Uri> {
    if is_unsaved(path) {
        return Uri::from_str(path.to_str()?).ok();
    }
    let mut text = String::from("file://");
    for byte in path.to_str()?.bytes() {
        match is_plain(byte) {
            true => text.push(char::from(byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri::from_str(&text).ok()
}

/// The path that a URI names; `None` for what is neither a file nor a text that was never saved.
pub(crate) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let unsaved = Path::new(uri.as_str());
    if is_unsaved(unsaved) {
        return Some(unsaved.into());
    }
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = &rest[rest.find('/')?..];
    let mut bytes = Vec::new();
    let mut left = path.as_bytes();
    while let Some((first, rest)) = left.split_first() {
        let coded = rest.get(..2).filter(|_| *first == b'%');
        let coded = coded.and_then(|digits| std::str::from_utf8(digits).ok());
        match coded.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                left = &rest[2..];
            }
            None => {
                bytes.push(*first);
                left = rest;
            }
        }
    }
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_the_way_there_and_back() {
        for path in ["/a/b.snow", "/with space/ç😀#%25?.snow"] {
            let uri = of_path(Path::new(path)).unwrap();
            assert_eq!(to_path(&uri), Some(PathBuf::from(path)), "{}", uri.as_str());
        }
        let of_vs_code = Uri::from_str("file:///c%3A/x.snow").unwrap();
        assert_eq!(to_path(&of_vs_code), Some(PathBuf::from("/c:/x.snow")));
        let unsaved = Uri::from_str("untitled:Untitled-1").unwrap();
        assert_eq!(of_path(&to_path(&unsaved).unwrap()), Some(unsaved));
        let elsewhere = Uri::from_str("git:/a.snow").unwrap();
        assert_eq!(to_path(&elsewhere), None);
    }
}
