//! `snowc run`: build into the cache, then become the program unless `--no-run` says otherwise.

use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::arguments::{Linking, Profile, Run};
use crate::failure::Failure;
use crate::program::{self, Outcome};
use crate::project;

/// Runs the program with this process's terminal, signals and exit status.
pub(crate) fn run(options: &Run) -> Result<(), Failure> {
    let path = project::chosen(options.path.as_ref())?;
    let project = project::program(&path, &options.reporting)?;
    match program::executable(
        &project,
        &options.reporting,
        (options.profile, Linking::default()),
        None,
    )? {
        Outcome::Dumped => Ok(()),
        Outcome::Program(..) if options.no_run => Ok(()),
        Outcome::Program(program, _in_use) => {
            let mut command = command(&program, options.profile);
            tell_folder(&mut command, &path);
            command.arg0(&project.name).args(&options.arguments);
            Err(Failure::at("run", &program, command.exec()))
        }
    }
}

/// Where a program finds files that lie beside its source, whatever folder it was started from.
pub(crate) fn tell_folder(command: &mut Command, path: &Path) {
    let folder = match path.is_dir() {
        true => Some(path),
        false => path.parent(),
    };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    if let Ok(folder) = folder.unwrap_or(Path::new(".")).canonicalize() {
        command.env("SNOW_PROJECT", folder);
    }
}

/// The program with the environment that its profile needs.
pub(crate) fn command(program: &Path, profile: Profile) -> Command {
    let mut command = Command::new(program);
    if profile.sanitize && std::env::var_os("ASAN_OPTIONS").is_none() {
        // Actors return their memory as a whole, which the leak check takes for leaks; stacks are
        // the runtime's own.
        command.env(
            "ASAN_OPTIONS",
            "detect_leaks=0:detect_stack_use_after_return=0",
        );
    }
    command
}

/// Lets the system end the program when this command ends, however that happens: a test program
/// that hangs must not outlive what waits for it.
pub(crate) fn end_with_this_command(command: &mut Command) {
    let ask = || {
        // SAFETY: between `fork` and `exec` only async-signal-safe calls are allowed; `prctl` is a
        // plain system call that changes an attribute of the calling process and no memory.
        match unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    // SAFETY: `ask` allocates nothing, takes no lock and makes one system call.
    unsafe { command.pre_exec(ask) };
}
