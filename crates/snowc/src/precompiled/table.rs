//! What is known of the library's files without their text, as a text. The build script of this
//! command writes one, too.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use snow_compiler::pipeline::{Convention, Fingerprint, Known, LibraryUnit};

use crate::cache::Key;

/// A line for each file, and below it one for each function that it has and each file that it needs.
pub(crate) fn table(units: &[LibraryUnit]) -> String {
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
    text
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
