//! Texts with the layout that they must get: `cases/NAME.snow` and `cases/NAME.out`.
//! `SNOW_BLESS=1` writes the layouts for you to read.

use std::fs;
use std::path::Path;

use snow_format::{format, Layout};

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let is_blessing = std::env::var_os("SNOW_BLESS").is_some();
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("folder of cases").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|end| end != "snow") {
            continue;
        }
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).expect("readable case");
        let found = match format(&name, &text) {
            Layout::Done(found) => found,
            Layout::Unreadable(_, diagnostics) => panic!("{name}: {diagnostics:?}"),
            Layout::Broken(difference) => panic!("{name}: {difference}"),
        };
        let out = path.with_extension("out");
        if is_blessing {
            fs::write(&out, &found).expect("the layout is written");
        }
        let wanted = fs::read_to_string(&out).unwrap_or_default();
        assert_eq!(found, wanted, "{name}");
        count += 1;
    }
    assert!(count > 3);
}
