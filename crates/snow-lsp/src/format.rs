//! Formatting: the one layout of source.

use snow_format::Layout;

/// The text in its layout, or why there is none.
pub(crate) fn format(text: &str) -> Result<String, String> {
    match snow_format::format("the document", text) {
        Layout::Done(text) => Ok(text),
        Layout::Unreadable(..) => Err("a text with errors of syntax is left as it is".into()),
        Layout::Broken(difference) => Err(format!(
            "the formatter made a mistake and changed nothing; please report this: {difference}"
        )),
    }
}
