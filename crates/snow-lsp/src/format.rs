//! Formatting: the place where the formatter comes in.

/// Whether there is a formatter; without one the server does not offer to format.
pub(crate) const IS_AVAILABLE: bool = false;

/// The text in its usual form, or why there is none.
pub(crate) fn format(_text: &str) -> Result<String, String> {
    Err("formatting is not available yet".into())
}
