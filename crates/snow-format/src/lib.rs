//! Snow source in its one layout: text in, text out.
//!
//! In: the text of a file. Out: [`Layout`], which has the same tokens and comments in the same
//! order, and so the same tree; that is proved for each text, and a text for which it does not hold
//! is left alone. [`format_markdown`] does the same for the blocks of Snow on a page. Nothing here
//! touches a file.
//!
//! The author decides three things: where an empty line stands, which bracket is opened up (by
//! ending the line behind it), and whether its elements stand one a line. Everything else follows
//! from the tree and a width of 100 columns.

mod atoms;
mod markdown;
mod plan;
mod render;
mod rules;
mod source;
mod spacing;
mod verify;

use snow_compiler::diagnostics::Diagnostic;
use snow_compiler::source::Sources;

pub use markdown::format_markdown;
use source::Read;

/// What became of a text.
pub enum Layout {
    /// The text in its layout; it may be the same.
    Done(String),
    /// The text has errors of syntax, so nobody knows what belongs together.
    Unreadable(Sources, Vec<Diagnostic>),
    /// A mistake of this crate: the layout would not be the same program, or not the last word.
    /// Says what differs.
    Broken(String),
}

/// Lays out a text; `path` is what messages call it. Deep trees need the stack of
/// [`snow_compiler::pipeline::STACK`].
pub fn format(path: &str, text: &str) -> Layout {
    let before = Read::of(path, text);
    if !before.diagnostics.is_empty() {
        return Layout::Unreadable(before.sources, before.diagnostics);
    }
    let mut formatted = once(&before);
    let mut broken = None;
    for _ in 0..ROUNDS {
        let after = Read::of(path, &formatted);
        if let Some(difference) = verify::difference(&before, &after) {
            return Layout::Broken(difference);
        }
        let again = once(&after);
        if again == formatted {
            return Layout::Done(formatted);
        }
        broken = Some(unstable(&formatted, &again));
        formatted = again;
    }
    Layout::Broken(broken.unwrap_or_default())
}

/// A line that is too long is broken where it can be, and the next look may find a better place:
/// what is written is what no further look changes.
const ROUNDS: usize = 4;

fn once(read: &Read) -> String {
    let atoms = read.atoms();
    let plan = rules::plan(&atoms, &read.module);
    render::render(&atoms, &plan)
}

fn unstable(first: &str, second: &str) -> String {
    let mut lines = first.lines().zip(second.lines()).enumerate();
    let found = lines.find(|(_, (first, second))| first != second);
    let (line, (was, is)) = found.unwrap_or((0, ("", "")));
    format!(
        "line {} is not stable: `{}` becomes `{}`",
        line + 1,
        was.trim(),
        is.trim()
    )
}
