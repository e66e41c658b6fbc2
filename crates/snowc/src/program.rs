//! From a project to an executable, by way of the compiler and `cc`, or at once when nothing
//! changed.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::panic;
use std::path::PathBuf;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use snow_compiler::diagnostics::Severity;
use snow_compiler::pipeline::{self, Compiled, Mode, Options, Output};
use snow_compiler::source::PackageId;

use crate::arguments::{Linking, Profile, Reporting};
use crate::cache::{Cache, Key, Use};
use crate::failure::Failure;
use crate::precompiled::Library;
use crate::project::Project;
use crate::report::Style;
use crate::toolchain::{self, CFile, Request, Toolchain};
use crate::watch::Watch;

/// What `executable` made.
pub(crate) enum Outcome {
    /// A program in the cache, which is not cleared as long as the second part lives.
    Program(PathBuf, Use),
    /// The dump that was asked for was printed instead.
    Dumped,
}

/// Compiles, prints what was found, and stops with a failure when there are errors. The line of
/// `watch` is taken away before.
pub(crate) fn compile(
    project: &Project,
    reporting: &Reporting,
    (library, output): (Option<&Library>, Output),
    watch: Option<&Watch>,
) -> Result<(Compiled, String), Failure> {
    // The library's tests prove the compiler, too.
    let is_proof = project.mode == Mode::Tests && project.sources.any_library_test();
    let verify = reporting.verify || is_proof;
    let abridged = library.map(|library| library.abridged(&project.sources));
    let sources = abridged.as_ref().unwrap_or(&project.sources);
    let options = Options {
        mode: project.mode,
        dump: reporting.dump.clone(),
        verify,
        precompiled: library.map(|library| library.functions.clone()),
        output,
    };
    let mut compiled = on_large_stack(|| pipeline::compile(sources, &options))?;
    // An example shows something to a reader: what it leaves unused is no mistake.
    compiled.diagnostics.retain(|found| {
        let place = found.labels.first().map(|label| label.span.file);
        let is_example = place.is_some_and(|file| project.examples.contains(&file));
        found.severity == Severity::Error || !is_example
    });
    let rendered = Style::of(reporting).render(&project.sources, &compiled.diagnostics);
    if let Some(watch) = watch {
        watch.hide_line();
    }
    eprint!("{rendered}");
    if let Some(dump) = &compiled.dump {
        print_to_its_reader(dump);
    }
    if compiled
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error)
    {
        if let Some(root) = project.left_out.as_ref().filter(|_| !reporting.json) {
            eprintln!(
                "note: this file was compiled alone; the project in '{}' was not, which a command \
                 with that folder, or in it without PATH, compiles",
                root.display()
            );
        }
        return Err(Failure::Reported);
    }
    Ok((compiled, rendered))
}

/// Runs the compiler with the stack that it asks for. Only what is used of it takes memory.
pub(crate) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(pipeline::STACK);
        let compiler = builder
            .spawn_scoped(scope, work)
            .map_err(|error| Failure::Message(format!("cannot start the compiler: {error}")))?;
        compiler
            .join()
            .or_else(|payload| panic::resume_unwind(payload))
    })
}

/// The executable for `project`. `emit_c` also receives the generated code.
pub(crate) fn executable(
    project: &Project,
    reporting: &Reporting,
    (profile, linking): (Profile, Linking),
    emit_c: Option<&PathBuf>,
) -> Result<Outcome, Failure> {
    let watch = Watch::start(reporting, profile);
    let cache = Cache::open()?;
    let in_use = cache.in_use();
    let toolchain = Toolchain::find()?;
    let front = front_key(project, reporting, (profile, linking), &toolchain);
    let plain = reporting.dump.is_none() && emit_c.is_none();
    if let Some(known) = plain.then(|| remembered(&cache, &front)).flatten() {
        return Ok(Outcome::Program(known, in_use));
    }
    // Whoever reads the code wants to see all of it.
    let library = match plain {
        true => Some(Library::open(&cache, &project.sources)?),
        false => None,
    };
    let output = match plain && !profile.release && !profile.sanitize {
        true => Output::Parts,
        false => Output::Files,
    };
    let (compiled, rendered) = thread::scope(|scope| {
        if plain {
            // Snow is compiled on one core. Where no thread can be had, the build unpacks it.
            let ahead = || toolchain::unpack_ahead(&cache);
            let _ = thread::Builder::new().spawn_scoped(scope, ahead);
        }
        watch.stage("Snow to C", || {
            compile(project, reporting, (library.as_ref(), output), Some(&watch))
        })
    })?;
    if reporting.dump.is_some() {
        return Ok(Outcome::Dumped);
    }
    if let Some(folder) = emit_c {
        toolchain::write_c(&compiled.units, folder)?;
    }
    let mut files: Vec<_> = compiled.units.iter().map(CFile::of_program).collect();
    if let Some(library) = &library {
        let taken = compiled.units.iter().flat_map(|unit| &unit.imported);
        let taken = library.files_for(taken).into_iter();
        files.extend(taken.map(|file| CFile::of_library(library, file)));
    }
    if !profile.release || profile.sanitize {
        files.push(CFile::of_helpers());
    }
    let request = Request {
        profile,
        linking,
        watch: &watch,
    };
    let program = toolchain.build(&cache, &project.name, &files, request)?;
    let name = program
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    cache.put("front", &front, format!("{name}\n{rendered}").as_bytes())?;
    Ok(Outcome::Program(program, in_use))
}

/// The program that the same sources gave before. Prints the warnings that they gave.
fn remembered(cache: &Cache, front: &str) -> Option<PathBuf> {
    let entry = fs::read_to_string(cache.find("front", front)?).ok()?;
    let (name, rendered) = entry.split_once('\n')?;
    let program = cache.find("program", name)?;
    eprint!("{rendered}");
    Some(program)
}

/// Names everything that the program and the printed warnings depend on.
fn front_key(
    project: &Project,
    reporting: &Reporting,
    (profile, linking): (Profile, Linking),
    toolchain: &Toolchain,
) -> String {
    let options = (
        project.mode,
        reporting.verify,
        Style::of(reporting),
        profile.release,
        profile.sanitize,
        linking,
        chosen_runtime(),
    );
    let mut key = Key::default()
        .with(own_identity())
        .with(toolchain.identity())
        .with(format!("{options:?}"));
    key = key.with(&project.name);
    for package in 0..project.packages {
        for (name, other) in project.sources.dependencies(PackageId(package)) {
            key = key.with(format!("{package} {name} {}", other.0));
        }
    }
    for (_, source) in project.sources.iter() {
        key = key
            .with(&source.path)
            .with(&source.place)
            .with(&source.module)
            .with(source.package.0.to_le_bytes())
            .with(source.text.as_bytes());
    }
    key.name()
}

/// The runtime that the user has chosen, with what tells one version of it from another.
fn chosen_runtime() -> Option<(OsString, u64, Option<SystemTime>)> {
    let path = std::env::var_os("SNOW_RUNTIME")?;
    let data = fs::metadata(&path).ok();
    let length = data.as_ref().map_or(0, fs::Metadata::len);
    Some((path, length, data.and_then(|data| data.modified().ok())))
}

/// Changes with every build of `snowc`. Reading the whole binary to hash it would cost more than
/// all the rest.
pub(crate) fn own_identity() -> String {
    let describe = || {
        let file = std::env::current_exe().ok()?;
        let data = fs::metadata(&file).ok()?;
        let time = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(format!(
            "{} {} {}",
            file.display(),
            data.len(),
            time.as_nanos()
        ))
    };
    describe().unwrap_or_default() + env!("CARGO_PKG_VERSION")
}

/// Prints until the reader has enough: one that goes away, as `head` does, is no fault.
fn print_to_its_reader(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
