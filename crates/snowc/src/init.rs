//! `snowc init`: a folder with a program and a test that pass.

use std::fs;
use std::path::Path;

use crate::arguments::Init;
use crate::failure::Failure;
use crate::manifest;
use crate::project;

const PROGRAM: &str = "pub fn greeting(name :: String) -> String = \"Hello from ${name}\"

fn main() do
  println(greeting(\"Snow\"))
end
";

const TEST: &str = "from Main import greeting

test \"a greeting says who it is from\" do
  assert(greeting(\"Snow\") == \"Hello from Snow\")
end
";

/// Creates the project. Files that are there are left alone: nothing is written then.
pub(crate) fn init(options: &Init) -> Result<(), Failure> {
    let folder = &options.folder;
    fs::create_dir_all(folder).map_err(|cause| Failure::at("create", folder, cause))?;
    let whole = project::absolute(folder);
    let name = whole
        .file_name()
        .map(|name| package_name(&name.to_string_lossy()))
        .unwrap_or_else(|| package_name(""));
    let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    let program = whole
        .file_name()
        .map(|name| format!("/{}\n", name.to_string_lossy()));
    let files = [
        (manifest::FILE, manifest.as_str()),
        ("main.snow", PROGRAM),
        ("main_test.snow", TEST),
    ];
    for (file, _) in files {
        let path = folder.join(file);
        if path.symlink_metadata().is_ok() {
            return Err(Failure::Message(format!(
                "'{}' is there already; a project is made where there is none",
                project::relative(&path).display()
            )));
        }
    }
    for (file, text) in files {
        write(&folder.join(file), text)?;
    }
    let ignored = folder.join(".gitignore");
    if ignored.symlink_metadata().is_err() {
        write(&ignored, &program.unwrap_or_default())?;
    }
    println!("Created project '{name}'");
    Ok(())
}

/// A name for the package in a folder of that name.
fn package_name(folder: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let fit = |letter: char| if is_part(letter) { letter } else { '_' };
    let name: String = folder.chars().map(fit).collect();
    match name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        true => name,
        false => format!("snow{name}"),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|cause| Failure::at("write", path, cause))
}
