//! Why a command could not be carried out, and how that is said.

use std::fmt::Display;
use std::path::Path;

/// Ends a command with status 1.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One sentence for the user.
    Message(String),
    /// The program has errors, and they have been printed.
    Reported,
}

impl Failure {
    /// A failure of the system at `path`.
    pub(crate) fn at(action: &str, path: &Path, cause: impl Display) -> Self {
        Failure::Message(format!("cannot {action} '{}': {cause}", path.display()))
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Failure::Message(message)
    }
}
