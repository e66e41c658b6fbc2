//! What is known of the library's files without their text, as a text. The build script of this
//! command writes one, too.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use snow_compiler::pipeline::{Convention, Fingerprint, Known, Library};
use snow_compiler::source::{LeftOut, Omission};

use crate::cache::Key;

/// A line for each file, and below it one for each function that it has and each file that it needs;
/// then a line for each source, with what is left out of it.
pub(crate) fn table(library: &Library) -> String {
    let units = &library.units;
    let mut owners: HashMap<&str, usize> = HashMap::new();
    for (at, made) in units.iter().enumerate() {
        let symbols = made.functions.iter().map(|(symbol, _)| symbol.as_str());
        owners.extend(symbols.map(|symbol| (symbol, at)));
    }
    let mut text = String::new();
    for made in units {
        let unit = &made.unit;
        let _ = writeln!(text, "file {} {}", unit.name, digest(&unit.text));
        for (symbol, known) in &made.functions {
            let convention = letters(known.convention.as_ref());
            let _ = writeln!(text, "has {symbol} {:x} {convention}", known.fingerprint.0);
        }
        let needs = unit.imported.iter();
        let needs: BTreeSet<_> = needs.filter_map(|f| owners.get(f.as_str())).collect();
        for file in needs {
            let _ = writeln!(text, "needs {file}");
        }
    }
    for (source, omission) in &library.left_out {
        let _ = write!(text, "leaves {}", source.0);
        for part in &*omission.parts {
            let letter = if part.is_body { 'b' } else { 'i' };
            let _ = write!(text, " {letter}{:x}-{:x}", part.start, part.end);
        }
        for module in &*omission.mentioned {
            let _ = write!(text, " m{module}");
        }
        text.push('\n');
    }
    text
}

/// What the words of a source's line say.
#[allow(
    dead_code,
    reason = "the build script of this command writes tables only"
)]
pub(crate) fn omission(words: &[&str]) -> Option<Omission> {
    let is_module = |word: &&&str| word.starts_with('m');
    let (modules, parts): (Vec<&str>, Vec<&str>) = words.iter().partition(is_module);
    let parts = parts.into_iter().map(left_out);
    let modules = modules.into_iter().map(|word| word[1..].into());
    Some(Omission {
        parts: parts.collect::<Option<Vec<_>>>()?.into(),
        mentioned: modules.collect(),
    })
}

#[allow(
    dead_code,
    reason = "the build script of this command writes tables only"
)]
fn left_out(word: &str) -> Option<LeftOut> {
    let (is_body, range) = match word.split_at_checked(1)? {
        ("b", range) => (true, range),
        ("i", range) => (false, range),
        _ => return None,
    };
    let (start, end) = range.split_once('-')?;
    Some(LeftOut {
        start: u32::from_str_radix(start, 16).ok()?,
        end: u32::from_str_radix(end, 16).ok()?,
        is_body,
    })
}

/// `-` for a function whose code callers have to see; else whether it hands on, and a letter for
/// each parameter.
fn letters(convention: Option<&Convention>) -> String {
    let Some(convention) = convention else {
        return "-".into();
    };
    let first = if convention.hands_on { 'h' } else { 'k' };
    let params = convention.borrowed.iter();
    let params = params.map(|borrowed| if *borrowed { 'b' } else { 'o' });
    std::iter::once(first).chain(params).collect()
}

/// What the last two words of a function's line say.
#[allow(
    dead_code,
    reason = "the build script of this command writes tables only"
)]
pub(crate) fn known(fingerprint: &str, convention: &str) -> Option<Known> {
    let is = |letter: char, (yes, no): (char, char)| {
        let is_either = letter == yes || letter == no;
        is_either.then_some(letter == yes)
    };
    let convention = match convention {
        "-" => None,
        _ => {
            let mut letters = convention.chars();
            Some(Convention {
                hands_on: is(letters.next()?, ('h', 'k'))?,
                borrowed: letters
                    .map(|one| is(one, ('b', 'o')))
                    .collect::<Option<_>>()?,
            })
        }
    };
    Some(Known {
        fingerprint: Fingerprint(u64::from_str_radix(fingerprint, 16).ok()?),
        convention,
    })
}

/// Names a text.
pub(crate) fn digest(text: &str) -> String {
    Key::default().with(text).name()
}
