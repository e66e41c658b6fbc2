//! W0010: a backslash in a string in front of a character that makes no escape with it.

use super::Warnings;
use crate::ast::UnknownEscape;
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::Module;

pub(super) fn check(module: &Module, warnings: &mut Warnings) {
    for escape in &module.unknown_escapes {
        warnings.push(warning_of(escape));
    }
}

fn warning_of(escape: &UnknownEscape) -> Diagnostic {
    let text = &*escape.text;
    let (message, help) = match text {
        "\n" | "\r" => (
            "a backslash at the end of a line is no escape: the string goes on in the next line"
                .to_string(),
            "leave it out: a string keeps its line ends".to_string(),
        ),
        _ if text.contains(char::is_control) => (
            format!(
                "a backslash in front of `{}` is no escape",
                text.escape_default()
            ),
            "leave it out, or write `\\\\` for a backslash".to_string(),
        ),
        _ => (
            format!("`\\{text}` is no escape: it is the text `{text}`"),
            match meant(text) {
                Some(number) => format!(
                    "write `\\u{{{number:x}}}` for that character, or `\\\\{text}` to keep the \
                     backslash"
                ),
                None => format!("write `\\\\{text}` to keep the backslash, or `{text}` alone"),
            },
        ),
    };
    Diagnostic::warning(Code::W0010, escape.span, message).help(help)
}

/// The code point that the escape stands for in other languages.
fn meant(text: &str) -> Option<u32> {
    let number = match text {
        "a" => 0x7,
        "b" => 0x8,
        "v" => 0xb,
        "f" => 0xc,
        "e" => 0x1b,
        _ => u32::from_str_radix(text.strip_prefix(['x', 'u'])?, 16).ok()?,
    };
    char::from_u32(number).map(u32::from)
}
