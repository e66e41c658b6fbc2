//! Base64 with the standard alphabet and padding (RFC 4648 section 4).
//!
//! Decoding is strict: one text for each sequence of bytes. White space, missing padding and stray
//! bits are refused.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;

/// Length of the text for `length` bytes.
pub fn encoded_length(length: usize) -> usize {
    length.div_ceil(3) * 4
}

/// Room that decoding a text of `length` bytes needs; the result may be a little shorter.
pub fn decoded_room(length: usize) -> usize {
    base64::decoded_len_estimate(length)
}

/// Writes the text for `data` to `into`, which has room for [`encoded_length`], and says how long
/// it is.
pub fn encode(data: &[u8], into: &mut [u8]) -> usize {
    STANDARD
        .encode_slice(data, into)
        .expect("the caller has made room")
}

/// Writes the bytes of a canonical text to `into`, which has [`decoded_room`], and says how many,
/// or why it is none.
pub fn decode(text: &[u8], into: &mut [u8]) -> Result<usize, String> {
    STANDARD
        .decode_slice(text, into)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 4648 section 10
    const VECTORS: [(&str, &str); 7] = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];

    fn decoded(text: &str) -> Result<Vec<u8>, String> {
        let mut room = vec![0; decoded_room(text.len())];
        let length = decode(text.as_bytes(), &mut room)?;
        room.truncate(length);
        Ok(room)
    }

    #[test]
    fn the_vectors_of_the_rfc_hold_in_both_directions() {
        for (plain, encoded) in VECTORS {
            let mut text = vec![0; encoded_length(plain.len())];
            assert_eq!(encode(plain.as_bytes(), &mut text), text.len());
            assert_eq!(text, encoded.as_bytes());
            assert_eq!(decoded(encoded).unwrap(), plain.as_bytes());
        }
    }

    // RFC 4648 section 3.5 asks to refuse pad bits that are not zero.
    #[test]
    fn texts_that_are_not_canonical_are_refused() {
        for text in [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm-v", "Zm9v=", "====",
        ] {
            assert!(decoded(text).is_err(), "{text:?}");
        }
    }
}
