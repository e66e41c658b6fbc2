//! PEM files: certificates and keys, with errors that name the file and what it holds instead.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::{Error, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::net::failure::Failure;

/// The most that is read of a file. Chains have some kilobytes; a device has no end.
const SIZE_MAX: usize = 1 << 20;
/// How long a pipe may take to give what it has.
const PATIENCE: Duration = Duration::from_secs(5);

/// All certificates of a file, in its order.
pub fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let text = read(path, "certificates")?;
    let all: Result<Vec<_>, Error> = CertificateDer::pem_slice_iter(&text).collect();
    match all {
        Ok(all) if all.is_empty() => Err(missing(path, "certificate", &text)),
        Ok(all) => Ok(all),
        Err(error) => Err(Failure::Invalid(format!("{path} is damaged: {error}"))),
    }
}

/// The first private key of a file.
pub fn key(path: &str) -> Result<PrivateKeyDer<'static>, Failure> {
    let text = read(path, "the key")?;
    if is_encrypted(&text) {
        let advice = "`openssl pkey -in OLD -out NEW` writes one that needs no password";
        return Err(Failure::Invalid(format!(
            "the key in {path} is encrypted, and nothing asks for its password: {advice}"
        )));
    }
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        Error::NoItemsFound => missing(path, "private key", &text),
        error => Failure::Invalid(format!("{path} is damaged: {error}")),
    })
}

/// The file has other things, or nothing; both happen when two paths are swapped.
fn missing(path: &str, wanted: &str, text: &[u8]) -> Failure {
    let found = labels(text);
    let instead = if found.is_empty() {
        String::new()
    } else {
        format!(", but: {}", found.join(", "))
    };
    Failure::Invalid(format!("{path} holds no {wanted} in PEM form{instead}"))
}

/// The kinds of things in a file, as their first lines say; only such that PEM can have
/// (RFC 7468 section 3).
fn labels(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let begun = text.lines().filter_map(|line| {
        line.trim_end()
            .strip_prefix("-----BEGIN ")?
            .strip_suffix("-----")
    });
    let plain = begun.filter(|label| {
        label.len() <= 40 && label.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    });
    let mut found: Vec<String> = plain.map(|label| label.to_lowercase()).collect();
    found.dedup();
    found.truncate(4);
    found
}

/// PKCS #8 says so in its first line, older forms in a line of their own
/// (RFC 1421 section 4.6.1.1).
fn is_encrypted(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines().map(str::trim_end);
    lines.any(|line| {
        line == "-----BEGIN ENCRYPTED PRIVATE KEY-----" || line == "Proc-Type: 4,ENCRYPTED"
    })
}

fn read(path: &str, what: &str) -> Result<Vec<u8>, Failure> {
    let text = bounded(path)
        .map_err(|error| Failure::about(&error, &format!("cannot read {what} from {path}")))?;
    if text.len() > SIZE_MAX {
        return Err(Failure::Invalid(format!(
            "cannot read {what} from {path}: it has more than {SIZE_MAX} bytes"
        )));
    }
    Ok(text)
}

/// What a file has, up to one byte more than may be: a worker reads it, so nothing here may take
/// for ever.
fn bounded(path: &str) -> io::Result<Vec<u8>> {
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    let limit = Instant::now() + PATIENCE;
    let mut text = Vec::new();
    loop {
        let room = (SIZE_MAX + 1).saturating_sub(text.len()) as u64;
        match file.by_ref().take(room).read_to_end(&mut text) {
            Ok(_) => return Ok(text),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(&file, limit)?,
            Err(error) => return Err(error),
        }
    }
}

/// Returns when a pipe has something.
fn wait(file: &File, limit: Instant) -> io::Result<()> {
    let left = limit.saturating_duration_since(Instant::now());
    let mut polled = libc::pollfd {
        fd: file.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: `polled` is one entry that outlives the call.
    match unsafe { libc::poll(&mut polled, 1, left.as_millis() as libc::c_int) } {
        0 => Err(io::Error::other(format!(
            "nothing came within {} s",
            PATIENCE.as_secs()
        ))),
        -1 if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted => {
            Err(io::Error::last_os_error())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(name: &str) -> String {
        format!("{}/../../tests/tls/{name}", env!("CARGO_MANIFEST_DIR"))
    }

    fn problem<T>(outcome: Result<T, Failure>) -> String {
        outcome.err().expect("it was read").text().to_owned()
    }

    #[test]
    fn an_encrypted_key_is_named() {
        for name in [
            "refused/encrypted.key",
            "refused/encrypted-in-the-old-form.key",
        ] {
            let words = problem(key(&file(name)));
            assert!(
                words.starts_with(&format!("the key in {} is encrypted, ", file(name))),
                "{words}"
            );
        }
    }

    #[test]
    fn what_a_file_holds_instead_is_named() {
        let (certificate, secret) = (file("server.pem"), file("server.key"));
        let words = problem(certificates(&secret));
        assert_eq!(
            words,
            format!("{secret} holds no certificate in PEM form, but: private key")
        );
        let words = problem(key(&certificate));
        assert_eq!(
            words,
            format!("{certificate} holds no private key in PEM form, but: certificate")
        );
        let public = file("refused/public.key");
        assert_eq!(
            problem(key(&public)),
            format!("{public} holds no private key in PEM form, but: public key")
        );
        let request = file("refused/request.pem");
        let words = problem(certificates(&request));
        assert_eq!(
            words,
            format!("{request} holds no certificate in PEM form, but: certificate request")
        );
        assert_eq!(
            problem(key("/dev/null")),
            "/dev/null holds no private key in PEM form"
        );
    }

    #[test]
    fn a_file_without_an_end_is_refused() {
        for path in ["/dev/zero", "/dev/urandom"] {
            let words = problem(certificates(path));
            assert_eq!(
                words,
                format!("cannot read certificates from {path}: it has more than 1048576 bytes")
            );
            let words = problem(key(path));
            assert_eq!(
                words,
                format!("cannot read the key from {path}: it has more than 1048576 bytes")
            );
        }
    }

    #[test]
    fn a_folder_and_a_file_that_is_missing() {
        assert_eq!(
            problem(key("/")),
            "cannot read the key from /: is a directory"
        );
        assert_eq!(
            problem(key("/no/such")),
            "cannot read the key from /no/such: no such file or directory"
        );
    }

    #[test]
    fn a_pipe_is_read_to_its_end_although_it_is_slow() {
        let (reader, mut writer) = io::pipe().unwrap();
        let secret = std::fs::read(file("server.key")).unwrap();
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        let written = std::thread::spawn(move || {
            for piece in secret.chunks(50) {
                writer.write_all(piece).unwrap();
                std::thread::yield_now();
            }
        });
        assert!(key(&path).is_ok());
        written.join().unwrap();
    }
}
