//! Why a socket operation did not work, in the few kinds that Snow programs tell apart.

use std::io;

use snow_abi::layout::error;

use crate::text::words_of;

/// A failed operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The handle is stale, the stream has ended, or the other side reset it.
    Closed(&'static str),
    /// The deadline passed.
    Timeout,
    /// Nothing to do right now.
    WouldBlock,
    /// The argument makes no sense.
    Invalid(String),
    /// The system refused.
    System(String),
}

impl Failure {
    /// The handle names no open socket.
    pub const STALE: Failure = Failure::Closed("closed");
    /// The other side has ended the stream.
    pub const END: Failure = Failure::Closed("closed");

    /// The code that generated code sees.
    pub fn code(&self) -> i64 {
        match self {
            Failure::Closed(_) => error::CLOSED,
            Failure::Timeout => error::TIMEOUT,
            Failure::WouldBlock => error::WOULD_BLOCK,
            Failure::Invalid(_) => error::INVALID,
            Failure::System(_) => error::SYSTEM,
        }
    }

    /// The text for `snow_error_text`.
    pub fn text(&self) -> &str {
        match self {
            Failure::Closed(text) => text,
            Failure::Timeout => "timed out",
            Failure::WouldBlock => "would block",
            Failure::Invalid(text) | Failure::System(text) => text,
        }
    }

    /// The same failure, said of `what`.
    pub fn about(error: &io::Error, what: &str) -> Failure {
        match Failure::from(error) {
            Failure::System(text) => Failure::System(format!("{what}: {text}")),
            other => other,
        }
    }
}

impl From<&io::Error> for Failure {
    fn from(error: &io::Error) -> Failure {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, WouldBlock,
        };
        match error.kind() {
            WouldBlock => Failure::WouldBlock,
            ConnectionReset | ConnectionAborted => {
                Failure::Closed("the other side reset the connection")
            }
            BrokenPipe | NotConnected => Failure::Closed("the connection is gone"),
            _ => Failure::System(words_of(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_are_told_in_words() {
        let error = io::Error::from_raw_os_error(libc::EADDRINUSE);
        let failure = Failure::about(&error, "cannot listen on 127.0.0.1:80");
        assert_eq!(
            failure.text(),
            "cannot listen on 127.0.0.1:80: address already in use"
        );
        assert_eq!(failure.code(), error::SYSTEM);
    }

    #[test]
    fn a_reset_is_a_closed_connection() {
        assert_eq!(
            Failure::from(&io::Error::from_raw_os_error(libc::ECONNRESET)).code(),
            error::CLOSED
        );
        assert_eq!(
            Failure::from(&io::Error::from_raw_os_error(libc::EPIPE)).code(),
            error::CLOSED
        );
    }
}
