//! Whether a server can use a key and a chain of certificates, and if not, why, in words for people
//! who run it.
//!
//! In: what the PEM files hold. Out: `None`, or what is wrong. What is not understood here is left
//! to rustls, which has the last word in any case.

use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::der::{self, tag, Reader};

/// Lengths of an RSA key that signatures are made with.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// Names of algorithms and curves; those that are supported have no words.
const ALGORITHMS: &[(&str, Option<&str>)] = &[
    ("1.2.840.113549.1.1.1", None),
    ("1.2.840.10045.2.1", None),
    ("1.3.101.112", None),
    ("1.3.101.113", Some("Ed448")),
    ("1.3.101.110", Some("X25519, which cannot sign")),
    ("1.3.101.111", Some("X448, which cannot sign")),
    ("1.2.840.10040.4.1", Some("DSA")),
    ("1.2.840.113549.1.1.10", Some("RSA-PSS")),
];
const CURVES: &[(&str, Option<&str>)] = &[
    ("1.2.840.10045.3.1.7", None),
    ("1.3.132.0.34", None),
    ("1.3.132.0.35", Some("P-521 (secp521r1)")),
    ("1.3.132.0.33", Some("P-224 (secp224r1)")),
    ("1.2.840.10045.3.1.1", Some("P-192 (prime192v1)")),
    ("1.3.132.0.10", Some("secp256k1")),
    ("1.3.36.3.3.2.8.1.1.7", Some("brainpoolP256r1")),
    ("1.3.36.3.3.2.8.1.1.11", Some("brainpoolP384r1")),
    ("1.3.36.3.3.2.8.1.1.13", Some("brainpoolP512r1")),
];
const RSA: &str = "1.2.840.113549.1.1.1";
const ELLIPTIC: &str = "1.2.840.10045.2.1";

/// Why no server can sign with that key.
pub fn key_problem(key: &PrivateKeyDer<'_>) -> Option<String> {
    match key {
        PrivateKeyDer::Pkcs1(key) => rsa_problem(key.secret_pkcs1_der()),
        PrivateKeyDer::Sec1(key) => sec1_problem(key.secret_sec1_der()),
        PrivateKeyDer::Pkcs8(key) => pkcs8_problem(key.secret_pkcs8_der()),
        _ => None,
    }
}

// RFC 5208 section 5: version, algorithm with its parameters, the key.
fn pkcs8_problem(bytes: &[u8]) -> Option<String> {
    let mut key = Reader(bytes).enter(tag::SEQUENCE)?;
    key.take(tag::INTEGER)?;
    let mut algorithm = key.enter(tag::SEQUENCE)?;
    let name = der::dotted(algorithm.take(tag::OBJECT)?);
    match name.as_str() {
        RSA => rsa_problem(key.take(tag::OCTETS)?),
        ELLIPTIC => curve_problem(algorithm),
        _ => unsupported(ALGORITHMS, &name).map(|name| {
            format!("is a key of the algorithm {name}; supported are ECDSA (P-256, P-384), Ed25519, and RSA")
        }),
    }
}

// RFC 5915 section 3: version, the key, and in brackets its curve.
fn sec1_problem(bytes: &[u8]) -> Option<String> {
    let mut key = Reader(bytes).enter(tag::SEQUENCE)?;
    key.take(tag::INTEGER)?;
    key.take(tag::OCTETS)?;
    curve_problem(key.enter(tag::FIRST)?)
}

fn curve_problem(mut parameters: Reader<'_>) -> Option<String> {
    let curve = match parameters.next()? {
        element if element.tag == tag::OBJECT => {
            unsupported(CURVES, &der::dotted(element.content))?
        }
        _ => "that it describes itself, without a name".to_owned(),
    };
    Some(format!(
        "is a key of the curve {curve}; supported are P-256 and P-384"
    ))
}

// RFC 8017 appendix A.1.2: version, then the modulus.
fn rsa_problem(bytes: &[u8]) -> Option<String> {
    let mut key = Reader(bytes).enter(tag::SEQUENCE)?;
    key.take(tag::INTEGER)?;
    let bits = der::bits(key.take(tag::INTEGER)?);
    let (least, most) = (RSA_BITS.start(), RSA_BITS.end());
    match bits {
        _ if bits < *least => Some(format!(
            "is an RSA key of {bits} bits, which is too short; at least {least} are needed"
        )),
        _ if bits > *most => Some(format!(
            "is an RSA key of {bits} bits, which is too long; at most {most} are supported"
        )),
        _ => None,
    }
}

/// What people call it, when it is not supported.
fn unsupported(names: &[(&str, Option<&str>)], dotted: &str) -> Option<String> {
    match names.iter().find(|(name, _)| *name == dotted) {
        Some((_, words)) => words.map(str::to_owned),
        None => Some(dotted.to_owned()),
    }
}

/// What is wrong with the order of a chain: a certificate whose issuer's own stands somewhere else
/// than right behind it. Certificates that are missing, or stand behind the chain, are not judged.
pub fn order_problem(chain: &[CertificateDer<'_>]) -> Option<String> {
    let names: Vec<(&[u8], &[u8])> = chain
        .iter()
        .map(|certificate| names(certificate))
        .collect::<Option<_>>()?;
    for (at, (issuer, subject)) in names.iter().enumerate() {
        if issuer == subject {
            return None;
        }
        let behind = names.get(at + 1).map(|(_, subject)| subject);
        if behind == Some(issuer) {
            continue;
        }
        let found = names.iter().position(|(_, subject)| subject == issuer)?;
        return Some(format!(
            "certificate {} is signed by certificate {}, which must stand right behind it",
            at + 1,
            found + 1
        ));
    }
    None
}

/// Issuer and subject of a certificate (RFC 5280 section 4.1).
fn names<'a>(certificate: &'a CertificateDer<'_>) -> Option<(&'a [u8], &'a [u8])> {
    let mut signed = Reader(certificate)
        .enter(tag::SEQUENCE)?
        .enter(tag::SEQUENCE)?;
    let first = signed.next()?;
    if first.tag == tag::FIRST {
        // The version; the serial number is next.
        signed.take(tag::INTEGER)?;
    }
    signed.take(tag::SEQUENCE)?;
    let issuer = signed.next()?.whole;
    signed.take(tag::SEQUENCE)?;
    let subject = signed.next()?.whole;
    Some((issuer, subject))
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

    use super::*;

    fn file(name: &str) -> String {
        format!("{}/../../tests/tls/{name}", env!("CARGO_MANIFEST_DIR"))
    }

    fn key(name: &str) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_file(file(name)).unwrap()
    }

    fn chain(name: &str) -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_file_iter(file(name))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn keys_that_sign_have_no_problem() {
        for name in ["server.key", "renewed.key", "refused/leaf.key"] {
            assert_eq!(key_problem(&key(name)), None, "{name}");
        }
    }

    #[test]
    fn curves_and_algorithms_are_named() {
        for (name, words) in [
            ("secp521r1.key", "is a key of the curve P-521 (secp521r1); supported are P-256 and P-384"),
            ("secp521r1-in-the-old-form.key", "is a key of the curve P-521 (secp521r1); supported are P-256 and P-384"),
            ("secp256k1.key", "is a key of the curve secp256k1; supported are P-256 and P-384"),
            ("ed448.key", "is a key of the algorithm Ed448; supported are ECDSA (P-256, P-384), Ed25519, and RSA"),
            ("rsa-1024.key", "is an RSA key of 1024 bits, which is too short; at least 2048 are needed"),
            (
                "rsa-1024-in-the-old-form.key",
                "is an RSA key of 1024 bits, which is too short; at least 2048 are needed",
            ),
        ] {
            assert_eq!(key_problem(&key(&format!("refused/{name}"))).as_deref(), Some(words), "{name}");
        }
    }

    #[test]
    fn an_rsa_key_that_is_too_long_is_named() {
        let modulus = [&[0x02, 0x82, 0x04, 0x00, 0x80][..], &[1; 1023]].concat();
        let inner = [&[0x02, 0x01, 0x00][..], &modulus].concat();
        let length = u16::try_from(inner.len()).unwrap().to_be_bytes();
        let bytes = [&[0x30, 0x82][..], &length, &inner].concat();
        let words = key_problem(&PrivatePkcs1KeyDer::from(bytes).into());
        assert_eq!(
            words.as_deref(),
            Some("is an RSA key of 8192 bits, which is too long; at most 4096 are supported")
        );
    }

    #[test]
    fn an_algorithm_without_a_name_has_its_number() {
        let bytes = [
            0x30, 0x0a, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2a, 0x03, 0x04,
        ];
        let words = key_problem(&PrivatePkcs8KeyDer::from(bytes.to_vec()).into()).unwrap();
        assert!(
            words.starts_with("is a key of the algorithm 1.2.3.4; supported are "),
            "{words}"
        );
    }

    // What ends anywhere, or has any byte changed, is never a panic.
    #[test]
    fn damaged_keys_and_certificates_are_read_to_their_end() {
        let PrivateKeyDer::Pkcs8(whole) = key("refused/secp521r1.key") else {
            panic!("PKCS #8 was made")
        };
        let whole = whole.secret_pkcs8_der().to_vec();
        let certificate = chain("server.pem").remove(0).to_vec();
        for bytes in [whole, certificate] {
            for at in 0..bytes.len() {
                for changed in [
                    bytes[..at].to_vec(),
                    [&bytes[..at], &[!bytes[at]], &bytes[at + 1..]].concat(),
                ] {
                    key_problem(&PrivatePkcs8KeyDer::from(changed.clone()).into());
                    key_problem(&PrivateSec1KeyDer::from(changed.clone()).into());
                    key_problem(&PrivatePkcs1KeyDer::from(changed.clone()).into());
                    order_problem(&[changed.into()]);
                }
            }
        }
    }

    #[test]
    fn the_order_of_a_chain() {
        for name in [
            "refused/chain.pem",
            "refused/chain-with-root.pem",
            "server.pem",
        ] {
            assert_eq!(order_problem(&chain(name)), None, "{name}");
        }
        let words = order_problem(&chain("refused/chain-shuffled.pem"));
        assert_eq!(
            words.as_deref(),
            Some("certificate 1 is signed by certificate 3, which must stand right behind it")
        );
        let words = order_problem(&chain("refused/chain-reversed.pem"));
        assert_eq!(
            words, None,
            "what the first one is missing is the root, which need not be there"
        );
    }
}
