//! SHA-256 (FIPS 180-4), HMAC (RFC 2104) with it, and the comparison that such codes need.

use ring::{digest, hmac};
use subtle::ConstantTimeEq;

/// The digest of `data`.
pub fn digest(data: &[u8]) -> [u8; 32] {
    sized(digest::digest(&digest::SHA256, data).as_ref())
}

/// The authentication code of `data` under `key`, which may have any length.
pub fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    sized(hmac::sign(&key, data).as_ref())
}

/// True for equal bytes. How long it takes says nothing about the bytes, only about their lengths.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

fn sized(digest: &[u8]) -> [u8; 32] {
    digest.try_into().expect("a digest has 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    // FIPS 180-4, examples of the standard.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        assert_eq!(
            hex(&digest(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hex(&digest(&vec![b'a'; 1_000_000])),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
    }

    // RFC 4231 section 4.3 and 4.7: a key shorter and one longer than a block.
    #[test]
    fn the_vectors_of_rfc_4231_hold() {
        assert_eq!(
            hex(&hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(&hmac(&[0xaa; 131], text)),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn bytes_are_equal_as_they_are_elsewhere() {
        for (a, b) in [("", ""), ("a", "a"), ("a", "b"), ("a", "ab"), ("ab", "a")] {
            assert_eq!(equal(a.as_bytes(), b.as_bytes()), a == b, "{a:?} {b:?}");
        }
    }
}
