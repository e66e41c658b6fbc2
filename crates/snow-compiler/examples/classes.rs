//! What the parts of Snow files are, for checks of editors' grammars: `classes FILE…` prints a line
//! of JSON for each file, `{"file": "a.snow", "parts": [[0, 2, "Keyword"], …]}`, in bytes.

use std::fmt::Write;

use snow_compiler::lex::classes;

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file)?;
        let mut parts = String::new();
        for (range, class) in classes(&text) {
            let comma = if parts.is_empty() { "" } else { ", " };
            let (start, end) = (range.start, range.end);
            // Writing to a String cannot fail.
            let _ = write!(parts, "{comma}[{start}, {end}, \"{class:?}\"]");
        }
        println!("{{\"file\": {file:?}, \"parts\": [{parts}]}}");
    }
    Ok(())
}
