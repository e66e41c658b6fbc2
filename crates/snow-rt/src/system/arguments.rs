//! Arguments and environment of the program. Bytes that are no UTF-8 are replaced, because Snow
//! strings are UTF-8.

use std::sync::OnceLock;

static ARGUMENTS: OnceLock<Vec<String>> = OnceLock::new();

/// Remembers the program's arguments, its own name not counted. The first call decides.
pub fn set(arguments: Vec<String>) {
    let _ = ARGUMENTS.set(arguments);
}

/// Number of arguments.
pub fn count() -> usize {
    all().len()
}

/// The `index`th argument.
pub fn get(index: i64) -> Option<&'static str> {
    all().get(usize::try_from(index).ok()?).map(String::as_str)
}

/// An environment variable.
pub fn environment(name: &str) -> Option<String> {
    // `var_os` panics on none of these in current versions, but documents that it may.
    if name.is_empty() || name.contains(['=', '\0']) {
        return None;
    }
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

fn all() -> &'static [String] {
    ARGUMENTS.get_or_init(|| {
        std::env::args_os()
            .skip(1)
            .map(|text| text.to_string_lossy().into_owned())
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_outside_names_no_argument() {
        assert_eq!(get(-1), None);
        assert_eq!(get(count() as i64), None);
    }

    #[test]
    fn names_that_cannot_be_set_are_not_set() {
        assert_eq!(environment(""), None);
        assert_eq!(environment("A=B"), None);
        assert_eq!(environment("A\0B"), None);
        assert!(environment("PATH").is_some());
    }
}
