//! The language server of Snow: what the compiler knows, at a place of the text.
//!
//! In: what an editor says, and files through [`Projects`]. Out: answers of the Language Server
//! Protocol 3.17. Promised: an answer to each request, also to one that cannot be read; the newest
//! text in every check; nothing is written but to the editor. Never done here: files and
//! processes, which are the command's (`snowc lsp`).

mod brackets;
mod capabilities;
mod completion;
mod describe;
mod documents;
mod examples;
mod findings;
mod format;
mod kin;
mod outline;
mod places;
mod projects;
mod queue;
mod rename;
mod requests;
mod server;
mod signature;
mod signature_help;
mod snapshot;
mod symbols;
mod text;
mod transport;
mod uri;
mod workspace;

pub use projects::{Loaded, Open, Problem, Projects, Root};
pub use server::{run, Exit};
pub use transport::serve;
