//! The C compiler: where it is, with which options it is called, units to objects, objects to a
//! program.

mod compilation;
mod file;
mod headers;
mod link;
mod options;
mod queue;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use snow_compiler::pipeline::Unit;

use crate::arguments::{Linking, Profile};
use crate::cache::{Cache, Key};
use crate::failure::Failure;
use crate::stdlib;
use crate::watch::Watch;
use compilation::Compilation;
use headers::Headers;
use options::Level;

pub(crate) use file::CFile;

/// Names an archive to link instead of the embedded one, for work on the runtime.
const RUNTIME_OVERRIDE: &str = "SNOW_RUNTIME";

/// The sanitizer has to be told when stacks change, which costs time, so the embedded runtime does
/// not.
const SANITIZE_NEEDS: &str = "--sanitize needs a runtime that was built for it; at the root of Snow's repository:\n  \
    cargo rustc --release -p snow-rt --lib --crate-type staticlib --features sanitizer --target-dir target/sanitizer\n  \
    export SNOW_RUNTIME=$PWD/target/sanitizer/release/libsnow_rt.a";

/// What is to be made of C files.
pub(crate) struct Request<'a> {
    /// How C is compiled.
    pub(crate) profile: Profile,
    /// How objects are linked.
    pub(crate) linking: Linking,
    /// Is told what happens.
    pub(crate) watch: &'a Watch,
}

/// A C compiler.
pub(crate) struct Toolchain {
    words: Vec<String>,
    /// `CC` names it: then it compiles all C, the library's, too.
    is_chosen: bool,
    identity: String,
    knows_optional: OnceLock<bool>,
}

impl Toolchain {
    /// `$CC`, or `cc`. Not started yet: what it is follows from the file's path, size and time.
    pub(crate) fn find() -> Result<Toolchain, Failure> {
        let chosen = std::env::var("CC")
            .ok()
            .filter(|text| !text.trim().is_empty());
        let words: Vec<String> = chosen
            .as_deref()
            .unwrap_or("cc")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        let Some(file) = locate(&words[0]) else {
            let which = words[0].as_str();
            return Err(Failure::Message(format!(
                "no C compiler: '{which}' was not found. Install one (for example `apt-get install gcc`), or name it in CC"
            )));
        };
        let time = fs::metadata(&file).and_then(|data| Ok((data.len(), data.modified()?)));
        let stamp = time.map(|(bytes, at)| {
            (
                bytes,
                at.duration_since(UNIX_EPOCH)
                    .map_or(0, |age| age.as_nanos()),
            )
        });
        let identity = format!(
            "{words:?} {} {:?}",
            file.display(),
            stamp.unwrap_or_default()
        );
        Ok(Toolchain {
            words,
            is_chosen: chosen.is_some(),
            identity,
            knows_optional: OnceLock::new(),
        })
    }

    /// Changes whenever objects made by the compiler might.
    pub(crate) fn identity(&self) -> &str {
        &self.identity
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]);
        command
    }

    /// Compiles the files, as many at a time as there are cores, and links them. Returns the
    /// program.
    pub(crate) fn build(
        &self,
        cache: &Cache,
        name: &str,
        files: &[CFile<'_>],
        request: Request<'_>,
    ) -> Result<PathBuf, Failure> {
        let (profile, watch) = (request.profile, request.watch);
        let run = Compilation {
            toolchain: self,
            cache,
            headers: Headers::new(),
            level: level(profile),
            watch,
        };
        let objects = run.objects(files)?;
        let runtime = std::env::var_os(RUNTIME_OVERRIDE).map(PathBuf::from);
        if profile.sanitize && runtime.is_none() {
            return Err(Failure::Message(SANITIZE_NEEDS.into()));
        }
        let runtime_name = match &runtime {
            None => stdlib::RUNTIME_HASH.to_owned(),
            Some(path) => Key::default()
                .with(fs::read(path).map_err(|cause| Failure::at("read", path, cause))?)
                .name(),
        };
        let mut key = Key::default()
            .with(&self.identity)
            .with(&runtime_name)
            .with(link::options(&request).join(" "))
            .with(self.quick_linker(&request).unwrap_or_default());
        for object in &objects {
            key = key.with(object.as_os_str().as_encoded_bytes());
        }
        let program = format!("{name}-{}", key.name());
        if let Some(found) = cache.find("program", &program) {
            return Ok(found);
        }
        let archive = match runtime {
            Some(path) => path,
            None => unpack_runtime(cache)?,
        };
        let link = |draft: &Path| {
            watch.stage("linking", || self.link(&objects, &archive, draft, &request))
        };
        let path = cache.find_or_make("program", &program, link)?;
        cache.trim();
        Ok(path)
    }

    /// Whether the compiler takes the options that not every one knows. Asked once, and only when
    /// something is compiled with some.
    fn knows(&self, optional: &[&str]) -> bool {
        !optional.is_empty()
            && *self.knows_optional.get_or_init(|| {
                let mut command = self.command();
                command.args(optional).args(["-w", "-E", "-x", "c", "-"]);
                let asked = command
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status();
                asked.is_ok_and(|status| status.success())
            })
    }

    fn cannot_start(&self, cause: &std::io::Error) -> Failure {
        Failure::Message(format!(
            "the C compiler '{}' cannot be started: {cause}",
            self.words[0]
        ))
    }
}

/// Writes units and headers to a folder, for people.
pub(crate) fn write_c(units: &[Unit], folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|cause| Failure::at("create", folder, cause))?;
    let headers = Headers::new();
    let units = units
        .iter()
        .map(|unit| (format!("{}.c", unit.name), unit.text.as_str()));
    let headers = headers
        .files
        .iter()
        .map(|(name, text)| (name.clone(), text.as_str()));
    for (name, text) in units.chain(headers) {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|cause| Failure::at("write", &path, cause))?;
    }
    Ok(())
}

fn level(profile: Profile) -> Level {
    match (profile.sanitize, profile.release) {
        (true, _) => Level::Sanitize,
        (false, true) => Level::Release,
        (false, false) => Level::Development,
    }
}

/// Unpacks what every program needs of this command into a cache that has none of it yet. What
/// cannot be written is said by [`Toolchain::build`], which looks again.
pub(crate) fn unpack_ahead(cache: &Cache) {
    let name = runtime_file();
    if std::env::var_os(RUNTIME_OVERRIDE).is_none() && !cache.path("runtime", &name).exists() {
        let _ = unpack_runtime(cache);
        let _ = unpack_headers(&Headers::new(), cache);
    }
}

fn runtime_file() -> String {
    format!("{}.a", stdlib::RUNTIME_HASH)
}

fn unpack_runtime(cache: &Cache) -> Result<PathBuf, Failure> {
    let name = runtime_file();
    match cache.find("runtime", &name) {
        Some(path) => Ok(path),
        None => cache.put("runtime", &name, stdlib::RUNTIME),
    }
}

/// Returns the folder of the headers.
fn unpack_headers(headers: &Headers, cache: &Cache) -> Result<PathBuf, Failure> {
    let kind = format!("include/{}", headers.name);
    for (name, text) in &headers.files {
        if cache.find(&kind, name).is_none() {
            cache.put(&kind, name, text.as_bytes())?;
        }
    }
    Ok(cache.path("include", &headers.name))
}

/// Finds a program as a shell would, links resolved: a new compiler behind the same link is another
/// compiler.
fn locate(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return fs::canonicalize(program).ok();
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|dir| {
        fs::canonicalize(dir.join(program))
            .ok()
            .filter(|file| file.is_file())
    })
}
