//! The standard library compiled ahead of programs, for development and for release, and the headers'
//! helpers.
//!
//! Objects are kept between builds in a folder that both profiles share, named by what went into
//! them. Without a C compiler there are none, and whoever compiles a program compiles the library.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use snow_abi::header::HELPERS;
use snow_compiler::pipeline::{self, LibraryUnit};
use snow_compiler::source::Sources;

use crate::headers::Headers;
use crate::options::Level;
use crate::table;

/// How hard objects are packed: what more would win is a tenth of their size.
const EFFORT: u8 = 6;

/// One object to be made.
struct Object<'a> {
    /// What programs ask for it by.
    name: String,
    level: Level,
    text: &'a str,
    /// Where it lies, packed.
    path: PathBuf,
}

/// Compiles the library; answers the Rust text of two tables, that of its functions and that of its
/// objects.
pub(crate) fn build(sources: Sources, folder: &Path, out: &Path) -> String {
    let compile = || pipeline::library(&sources);
    let library = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(pipeline::STACK);
        let compiler = builder
            .spawn_scoped(scope, compile)
            .expect("a thread can be started");
        compiler.join().expect("the compiler does not panic")
    });
    // Whoever works on the library sees what is wrong with it when a program is compiled.
    let library = library.unwrap_or_default();
    fs::write(out.join("library_table"), table::table(&library)).expect("OUT_DIR can be written");
    let mut text = String::from(
        "/// What is known of the library's files; empty when it does not compile.\n\
         pub(crate) const LIBRARY: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/library_table\"));\n\
         /// Objects of the library, packed, by their names.\n\
         pub(crate) const OBJECTS: &[(&str, &[u8])] = &[\n",
    );
    for object in objects(&library.units, folder) {
        let (name, path) = (&object.name, object.path.display().to_string());
        let _ = writeln!(text, "    ({name:?}, include_bytes!({path:?})),");
    }
    text.push_str("];\n");
    text
}

/// All objects that could be made, in the order of their names.
fn objects<'a>(units: &'a [LibraryUnit], folder: &Path) -> Vec<Object<'a>> {
    let headers = Headers::new();
    let include = folder.join("include");
    fs::create_dir_all(&include).expect("the target folder can be written");
    for (name, text) in &headers.files {
        fs::write(include.join(name), text).expect("the target folder can be written");
    }
    let levels = [Level::Development, Level::Release];
    let of_library = units
        .iter()
        .flat_map(|made| levels.map(|level| (level, made.unit.text.as_str())));
    let mut objects: Vec<Object<'a>> = of_library
        .chain([(Level::Development, HELPERS)])
        .map(|(level, text)| {
            let name = level.embedded_name(&headers.name, &table::digest(text));
            let path = folder.join(&name);
            Object {
                name,
                level,
                text,
                path,
            }
        })
        .collect();
    // The largest first: the last one to end decides how long it takes.
    objects.sort_by_key(|object| std::cmp::Reverse(object.text.len()));
    let next = AtomicUsize::new(0);
    let jobs = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                // Relaxed: only the numbers must differ.
                while let Some(object) = objects.get(next.fetch_add(1, Ordering::Relaxed)) {
                    make(object, &include);
                }
            });
        }
    });
    objects.retain(|object| object.path.is_file());
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    objects
}

/// Compiles and packs one object, unless it is there; does nothing when that fails.
fn make(object: &Object<'_>, include: &Path) {
    if object.path.is_file() {
        return;
    }
    let draft = object
        .path
        .with_extension(format!("draft{}", std::process::id()));
    let all = [&object.level.options(), object.level.optional()].concat();
    let compiled = compile(&all, object.text, include, &draft)
        || compile(&object.level.options(), object.text, include, &draft);
    if let Some(bytes) = compiled.then(|| fs::read(&draft).ok()).flatten() {
        let packed = miniz_oxide::deflate::compress_to_vec(&bytes, EFFORT);
        if fs::write(&draft, packed).is_ok() {
            let _ = fs::rename(&draft, &object.path);
        }
    }
    let _ = fs::remove_file(&draft);
}

fn compile(options: &[&str], text: &str, include: &Path, object: &Path) -> bool {
    let chosen = std::env::var("CC").unwrap_or_default();
    let mut words = chosen.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("cc"));
    command
        .args(words)
        .args(options)
        .args(Level::without_places(include))
        .arg("-I")
        .arg(include)
        .args(["-c", "-x", "c", "-", "-o"])
        .arg(object)
        // Line tables name the folder in which the compiler was started.
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    // A compiler that gives up early closes the pipe, and then its status says so.
    let written = child
        .stdin
        .take()
        .map(|mut pipe| pipe.write_all(text.as_bytes()));
    drop(written);
    child.wait().is_ok_and(|status| status.success())
}
