//! C files to objects, as many at a time as there are cores.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;

use crate::cache::{Cache, Key};
use crate::complaint::{Attempt, Step};
use crate::failure::Failure;
use crate::watch::Watch;

use super::headers::Headers;
use super::options::Level;
use super::queue::Queue;
use super::{CFile, Toolchain};

/// Everything but the files.
pub(super) struct Compilation<'a> {
    pub(super) toolchain: &'a Toolchain,
    pub(super) cache: &'a Cache,
    pub(super) headers: Headers,
    pub(super) level: Level,
    pub(super) watch: &'a Watch,
}

impl Compilation<'_> {
    /// The objects of all files, in their order: from the cache, embedded in this command, or
    /// compiled now.
    pub(super) fn objects(&self, files: &[CFile<'_>]) -> Result<Vec<PathBuf>, Failure> {
        let names: Vec<String> = files.iter().map(|file| self.object_name(file)).collect();
        let missing = self.missing(files, &names)?;
        if !missing.is_empty() {
            let include = super::unpack_headers(&self.headers, self.cache)?;
            let mut texts: HashMap<usize, Cow<'_, str>> = HashMap::new();
            for at in &missing {
                texts.insert(*at, files[*at].text()?);
            }
            // The largest file first: the last one to end decides how long it takes.
            let mut waiting = missing;
            waiting.sort_by_key(|at| texts[at].len());
            self.watch.expect_files(waiting.len());
            let compile = |at: usize, draft: &Path| {
                let file = (files[at].name, &*texts[&at]);
                let work = || self.compile(&include, file, draft);
                self.watch.file(files[at].name, work)
            };
            self.compile_all(waiting, &names, compile)?;
        }
        let path = |name: &String| self.cache.path("object", name);
        Ok(names.iter().map(path).collect())
    }

    /// The files that have to be compiled, by their index.
    fn missing(&self, files: &[CFile<'_>], names: &[String]) -> Result<Vec<usize>, Failure> {
        let (mut cached, mut embedded) = (0, 0);
        let mut missing = Vec::new();
        for (at, file) in files.iter().enumerate() {
            if self.cache.find("object", &names[at]).is_some() {
                cached += 1;
                continue;
            }
            let object = match self.toolchain.is_chosen {
                true => None,
                false => file.embedded(self.level, &self.headers.name),
            };
            match object {
                Some(object) => {
                    self.cache.put("object", &names[at], &object)?;
                    embedded += 1;
                }
                None => missing.push(at),
            }
        }
        self.watch.found(cached, embedded);
        Ok(missing)
    }

    /// Ends with the first failure.
    fn compile_all(
        &self,
        waiting: Vec<usize>,
        names: &[String],
        compile: impl Fn(usize, &Path) -> Result<(), Failure> + Sync,
    ) -> Result<(), Failure> {
        let queue = Mutex::new(Queue {
            waiting,
            elsewhere: Vec::new(),
            failure: None,
        });
        let jobs = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        // The lock ends with the call, not with the work on what it gave.
        let next = || queue.lock().expect("no job panics with the lock").next();
        let work = || {
            while let Some((at, may_wait)) = next() {
                let fill = |draft: &Path| compile(at, draft);
                let made = match may_wait {
                    true => self
                        .cache
                        .find_or_make("object", &names[at], fill)
                        .map(Some),
                    false => self.cache.find_or_try_to_make("object", &names[at], fill),
                };
                let mut queue = queue.lock().expect("no job panics with the lock");
                queue.record(at, made);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..jobs {
                scope.spawn(work);
            }
            work();
        });
        let queue = queue.into_inner().expect("no job panics with the lock");
        queue.failure.map_or(Ok(()), Err)
    }

    fn object_name(&self, file: &CFile<'_>) -> String {
        Key::default()
            .with(&self.toolchain.identity)
            .with(self.level.name())
            .with(&self.headers.name)
            .with(&file.digest)
            .name()
            + ".o"
    }

    fn compile(
        &self,
        include: &Path,
        (name, text): (&str, &str),
        object: &Path,
    ) -> Result<(), Failure> {
        let mut command = self.toolchain.command();
        if self.toolchain.knows(self.level.optional()) {
            command.args(self.level.optional());
        }
        command
            .args(self.level.options())
            .args(Level::without_places(include))
            .arg("-I")
            .arg(include)
            .args(["-c", "-x", "c", "-", "-o"])
            .arg(object)
            .current_dir("/");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let cannot_start = |cause| self.toolchain.cannot_start(&cause);
        let mut child = command.spawn().map_err(cannot_start)?;
        // A compiler that gives up early closes the pipe; what it has to say comes below.
        let _ = child
            .stdin
            .take()
            .expect("the pipe was asked for")
            .write_all(text.as_bytes());
        let done = child.wait_with_output().map_err(cannot_start)?;
        let attempt = Attempt {
            compiler: &self.toolchain.words,
            step: Step::Compile(self.level.options()),
            result: object,
            done: &done,
        };
        attempt.judge(|| {
            format!(
                "the C compiler rejected the code generated for '{name}'; this is a bug in snowc \
                 (`snowc build --emit-c` keeps the code)"
            )
        })
    }
}
