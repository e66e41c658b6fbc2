//! PEM files: certificates and keys, with errors that name the file.

use rustls::pki_types::pem::{Error, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::net::failure::Failure;

/// All certificates of a file, in its order.
pub fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let text = read(path, "certificates")?;
    let all: Result<Vec<_>, Error> = CertificateDer::pem_slice_iter(&text).collect();
    match all {
        Ok(all) if all.is_empty() => Err(Failure::Invalid(format!("{path} holds no certificate in PEM form"))),
        Ok(all) => Ok(all),
        Err(error) => Err(Failure::Invalid(format!("{path} is damaged: {error}"))),
    }
}

/// The first private key of a file.
pub fn key(path: &str) -> Result<PrivateKeyDer<'static>, Failure> {
    let text = read(path, "the key")?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
        Error::NoItemsFound => Failure::Invalid(format!("{path} holds no private key in PEM form")),
        error => Failure::Invalid(format!("{path} is damaged: {error}")),
    })
}

fn read(path: &str, what: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::about(&error, &format!("cannot read {what} from {path}")))
}
