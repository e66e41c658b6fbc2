//! `snowc init`: a folder with a program that compiles.

use std::fs;
use std::path::Path;

use crate::arguments::Init;
use crate::failure::Failure;

const PROGRAM: &str = "fn main() do
  println(\"Hello from Snow\")
end
";

/// Creates the folder; one that exists is left alone.
pub(crate) fn init(options: &Init) -> Result<(), Failure> {
    let folder = &options.name;
    let Some(name) = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
    else {
        return Err(Failure::Message(format!(
            "'{}' is not a name for a project",
            folder.display()
        )));
    };
    fs::create_dir(folder).map_err(|cause| Failure::at("create", folder, cause))?;
    let manifest = format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\n");
    write(&folder.join("snow.toml"), &manifest)?;
    write(&folder.join("main.snow"), PROGRAM)?;
    println!("Created project '{name}'");
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|cause| Failure::at("write", path, cause))
}
