//! Objects and the runtime to a program.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::complaint::{Attempt, Step};
use crate::failure::Failure;

use super::{locate, Request, Toolchain, RUNTIME_OVERRIDE};

const LIBRARIES: &[&str] = &[COLLECTED, "-lpthread", "-lm", "-ldl"];
/// What nothing refers to is not in the program. A quick linker leaves it in, which makes the
/// program of the chat 35 KB (of 12 MB) larger and its linking an eighth shorter.
const COLLECTED: &str = "-Wl,--gc-sections";
/// Addresses are chosen anew for each start, as in other programs.
const STATIC: &str = "-static-pie";
/// Takes the table of symbols out and leaves the tables of lines, by which crash reports name the
/// program's lines: 16 KB for hello.
const STRIPPED: &str = "-Wl,--retain-symbols-file=/dev/null";

/// Linkers that need less than half the time of the usual one, and what asks a C compiler for them;
/// the quickest first. Gold, the slowest of them, links the chat in 70 ms instead of 165.
const QUICK: &[(&str, &str)] = &[
    ("ld.mold", "-fuse-ld=mold"),
    ("ld.lld", "-fuse-ld=lld"),
    ("ld.gold", "-fuse-ld=gold"),
];

/// The hash of a program's content takes a tenth of the linking, and has no reader in development.
const UNNAMED: &str = "-Wl,--build-id=none";

/// What the C compiler is told beside the names of files.
pub(super) fn options(request: &Request<'_>) -> Vec<&'static str> {
    let mut options = LIBRARIES.to_vec();
    if request.profile.sanitize {
        options.push("-fsanitize=address");
    }
    if request.linking.is_static {
        options.push(STATIC);
    }
    if request.linking.strip {
        options.push(STRIPPED);
    }
    options
}

impl Toolchain {
    /// The option for a quick linker, where one is installed and a program is wanted soon. A
    /// compiler that was chosen may be for another processor, and brings its own.
    pub(super) fn quick_linker(&self, request: &Request<'_>) -> Option<&'static str> {
        let is_plain = !request.profile.release
            && !request.profile.sanitize
            && !request.linking.is_static
            && !request.linking.strip
            && !self.is_chosen;
        let mut quick = QUICK.iter().filter(|_| is_plain);
        quick
            .find(|(file, _)| locate(file).is_some())
            .map(|(_, option)| *option)
    }

    pub(super) fn link(
        &self,
        objects: &[PathBuf],
        archive: &Path,
        program: &Path,
        request: &Request<'_>,
    ) -> Result<(), Failure> {
        let options = options(request);
        let run = |linker: Option<&str>| {
            let mut command = self.command();
            let options = options
                .iter()
                .filter(|option| linker.is_none() || **option != COLLECTED);
            command
                .arg("-o")
                .arg(program)
                .args(objects)
                .arg(archive)
                .args(options)
                .args(linker.iter().flat_map(|linker| [*linker, UNNAMED]));
            let done = command.stdin(Stdio::null()).output();
            done.map_err(|cause| self.cannot_start(&cause))
        };
        if let Some(linker) = self.quick_linker(request) {
            // The compiler may not know the linker, or the linker not the compiler's objects.
            if run(Some(linker))?.status.success() && program.is_file() {
                return Ok(());
            }
        }
        let done = run(None)?;
        let step = match request.linking.is_static {
            true => Step::LinkStatic {
                without: options.iter().copied().filter(|o| *o != STATIC).collect(),
                options,
            },
            false => Step::Link(options),
        };
        let attempt = Attempt {
            compiler: &self.words,
            step,
            result: program,
            done: &done,
        };
        attempt.judge(|| match std::env::var(RUNTIME_OVERRIDE) {
            Ok(path) => format!(
                "linking failed; '{path}' may be no runtime of this version ({RUNTIME_OVERRIDE} names it)"
            ),
            Err(_) if self.is_chosen => format!(
                "linking failed; programs need glibc for the processor that this command was built \
                 for, and '{}', which CC names, may link for something else",
                self.words[0]
            ),
            Err(_) => "linking failed; this is a bug in snowc".to_owned(),
        })
    }
}
