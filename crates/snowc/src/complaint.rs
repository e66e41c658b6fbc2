//! Why the C compiler did not do its work: for want of space or memory, because it does not work at
//! all, or because of the code that it was given. Only the last is a mistake of this command.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::failure::Failure;

/// How much of the C compiler's words is shown.
const SHOWN_BYTES: usize = 2000;

/// A program that every C compiler takes.
const SMALLEST: &str = "int main(void) { return 0; }\n";

/// What the system says when it cannot give what a compiler needs.
const SHORTAGES: &[&str] = &[
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "Permission denied",
    "Cannot allocate memory",
    "memory exhausted",
    "out of memory",
];

/// Where static archives come from.
const NO_STATIC_LIBRARY: &str =
    "--static needs glibc's static archives (libc.a, libm.a), which are \
    in Debian's package libc6-dev and in Fedora's glibc-static";

/// What the compiler was asked for.
pub(crate) enum Step {
    /// An object, with these options.
    Compile(Vec<&'static str>),
    /// A program, with these options.
    Link(Vec<&'static str>),
    /// A program with the C library inside, with these options.
    LinkStatic {
        /// All of them.
        options: Vec<&'static str>,
        /// Those of a program without the C library inside.
        without: Vec<&'static str>,
    },
}

/// A run of the compiler that has come to its end.
pub(crate) struct Attempt<'a> {
    /// The command.
    pub compiler: &'a [String],
    /// What for.
    pub step: Step,
    /// The file that was to be made.
    pub result: &'a Path,
    /// How it ended.
    pub done: &'a Output,
}

impl Attempt<'_> {
    /// Fine when the file is there. `otherwise` says what is wrong when the compiler is not to
    /// blame.
    pub(crate) fn judge(&self, otherwise: impl FnOnce() -> String) -> Result<(), Failure> {
        let name = &self.compiler[0];
        let status = self.done.status;
        if status.success() && self.result.is_file() {
            return Ok(());
        }
        let message = if status.success() {
            format!("the C compiler '{name}' made no file and reported no error")
        } else if let Some(number) = status.signal() {
            // Most often for want of memory.
            format!(
                "the C compiler '{name}' was ended by signal {number} before it was done; is there enough memory?"
            )
        } else if self.lacks_something() {
            format!("the C compiler '{name}' could not do its work")
        } else if self.lacks_static_library() {
            format!("'{name}' links no static program: {NO_STATIC_LIBRARY}")
        } else if !self.works() {
            format!("the C compiler '{name}' does not work: it fails for an empty program, too ({status})")
        } else {
            otherwise()
        };
        Err(Failure::Message(format!("{message}\n{}", self.words())))
    }

    fn lacks_something(&self) -> bool {
        let words = String::from_utf8_lossy(&self.done.stderr);
        SHORTAGES.iter().any(|shortage| words.contains(shortage))
    }

    /// Whether the smallest program can be linked, but not with the C library inside.
    fn lacks_static_library(&self) -> bool {
        match &self.step {
            Step::LinkStatic { options, without } => {
                !self.makes_smallest(options, &[]) && self.makes_smallest(without, &[])
            }
            Step::Compile(_) | Step::Link(_) => false,
        }
    }

    /// Whether the compiler does the same for the smallest program.
    fn works(&self) -> bool {
        match &self.step {
            Step::Compile(options) => self.makes_smallest(options, &["-c"]),
            Step::Link(options) | Step::LinkStatic { options, .. } => {
                self.makes_smallest(options, &[])
            }
        }
    }

    fn makes_smallest(&self, options: &[&str], before: &[&str]) -> bool {
        let mut command = Command::new(&self.compiler[0]);
        command.args(&self.compiler[1..]);
        command.args(before).args(["-x", "c", "-"]);
        command.arg("-o").arg(self.result).args(options);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let works = command.spawn().and_then(|mut child| {
            if let Some(mut pipe) = child.stdin.take() {
                // A compiler that gives up early closes the pipe; its status tells.
                let _ = pipe.write_all(SMALLEST.as_bytes());
            }
            child.wait()
        });
        // The draft of an entry of the cache: the failure takes it away in any case.
        let _ = fs::remove_file(self.result);
        works.is_ok_and(|status| status.success())
    }

    /// What the compiler said, on either of its outputs.
    fn words(&self) -> String {
        let said = [&self.done.stderr, &self.done.stdout];
        let Some(said) = said.into_iter().find(|text| !text.trim_ascii().is_empty()) else {
            return "it said nothing".into();
        };
        String::from_utf8_lossy(&said[..said.len().min(SHOWN_BYTES)]).into_owned()
    }
}
