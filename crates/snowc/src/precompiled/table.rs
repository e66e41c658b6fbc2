//! What is known of the library's files without their text, as a text. The build script of this
//! command writes one, too.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use snow_compiler::pipeline::LibraryUnit;

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
        for (symbol, fingerprint) in &made.functions {
            let _ = writeln!(text, "has {symbol} {:x}", fingerprint.0);
        }
        let needs = unit.imported.iter();
        let needs: BTreeSet<_> = needs.filter_map(|f| owners.get(f.as_str())).collect();
        for file in needs {
            let _ = writeln!(text, "needs {file}");
        }
    }
    text
}

/// Names a text.
pub(crate) fn digest(text: &str) -> String {
    Key::default().with(text).name()
}
