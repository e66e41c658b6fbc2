//! The standard library and the runtime archive that build.rs put into this binary.

use std::path::Path;

use snow_compiler::source::Sources;

use crate::failure::Failure;
use crate::project;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The runtime, a static library.
pub static RUNTIME: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libsnow_rt.a"));

/// Names a folder whose modules are used instead of the embedded ones, for work on the library itself.
const OVERRIDE: &str = "SNOW_STDLIB";

/// Adds every module of the library.
pub fn add_to(sources: &mut Sources) -> Result<(), Failure> {
    if let Some(folder) = std::env::var_os(OVERRIDE) {
        let folder = Path::new(&folder);
        for file in project::modules_below(folder, folder)? {
            if !file.shown.starts_with(&folder.join("tests").display().to_string()) {
                let module =
                    file.module.strip_prefix("Core.").or(file.module.strip_prefix("Net.")).unwrap_or(&file.module);
                let module = if module == "Io" { "IO" } else { module };
                sources.add(&file.shown, module, true, &file.text);
            }
        }
        return Ok(());
    }
    for (module, file, text) in MODULES {
        sources.add(&format!("stdlib/{file}"), module, true, text);
    }
    Ok(())
}
