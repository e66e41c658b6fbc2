//! SHA-1 (RFC 3174). For protocols that prescribe it, such as the opening handshake of RFC 6455;
//! not for security.

use sha1::{Digest, Sha1};

/// The digest of `data`.
pub fn digest(data: &[u8]) -> [u8; 20] {
    Sha1::digest(data).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(data: &[u8]) -> String {
        digest(data)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    // RFC 3174 section 7.3
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        assert_eq!(hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            hex(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        );
        assert_eq!(
            hex(&vec![b'a'; 1_000_000]),
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
        );
        assert_eq!(
            hex(&b"0123456701234567012345670123456701234567012345670123456701234567".repeat(10)),
            "dea356a2cddd90c7a7ecedc5ebb563934f460452"
        );
    }

    // RFC 6455 section 1.3
    #[test]
    fn the_opening_handshake_example_holds() {
        let digest = digest(b"dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let mut text = [0; 28];
        crate::crypto::base64::encode(&digest, &mut text);
        assert_eq!(&text, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
