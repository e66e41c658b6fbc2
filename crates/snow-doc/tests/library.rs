//! The reference of the standard library, as a whole.

mod support;

use std::fs;
use std::path::Path;

use support::library;

#[test]
fn the_reference_is_made() {
    let reference = snow_doc::library(library());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reference");
    let _ = fs::remove_dir_all(&folder);
    for page in &reference.pages {
        let path = folder.join(&page.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &page.text).unwrap();
    }
    for found in &reference.diagnostics {
        println!("{found:?}");
    }
    println!("{} pages in {}", reference.pages.len(), folder.display());
}
