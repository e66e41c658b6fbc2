//! Elements of DER (X.690), as far as naming what a key or a certificate is needs them.
//!
//! In: bytes of a file. Out: elements, or `None` at the first byte that is not DER; nothing is
//! copied and no length is believed. Nothing here decides what is trusted: that is rustls' work.

/// The tags that are looked at.
pub mod tag {
    /// A whole number.
    pub const INTEGER: u8 = 0x02;
    /// Bytes.
    pub const OCTETS: u8 = 0x04;
    /// The name of an algorithm or a curve.
    pub const OBJECT: u8 = 0x06;
    /// Elements one after the other.
    pub const SEQUENCE: u8 = 0x30;
    /// The first optional element that has a number instead of a name.
    pub const FIRST: u8 = 0xa0;
}

/// One element: its tag, its content, and its bytes as they stand in the file.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
    pub whole: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element, whatever it is.
    pub fn next(&mut self) -> Option<Element<'a>> {
        let (&tag, after_tag) = self.0.split_first()?;
        let (&first, mut rest) = after_tag.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let count = usize::from(first - 0x80);
            if !(1..=4).contains(&count) || count > rest.len() {
                return None;
            }
            let (digits, behind) = rest.split_at(count);
            length = digits
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
            rest = behind;
        }
        if length > rest.len() {
            return None;
        }
        let (content, behind) = rest.split_at(length);
        let whole = &self.0[..self.0.len() - behind.len()];
        self.0 = behind;
        Some(Element {
            tag,
            content,
            whole,
        })
    }

    /// The content of the next element, which must have that tag.
    pub fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next()
            .filter(|element| element.tag == tag)
            .map(|element| element.content)
    }

    /// The elements inside the next one, which must have that tag.
    pub fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.take(tag).map(Reader)
    }
}

/// The numbers of an object identifier with dots between them, as its registry writes it.
pub fn dotted(object: &[u8]) -> String {
    let mut numbers: Vec<u64> = Vec::new();
    let mut number = 0u64;
    for byte in object {
        number = number.wrapping_shl(7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            if numbers.is_empty() {
                let first = (number / 40).min(2);
                numbers.extend([first, number - 40 * first]);
            } else {
                numbers.push(number);
            }
            number = 0;
        }
    }
    numbers
        .iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(".")
}

/// How many bits a whole number that is not negative has.
pub fn bits(integer: &[u8]) -> usize {
    let significant: &[u8] = &integer[integer.iter().take_while(|byte| **byte == 0).count()..];
    significant.first().map_or(0, |first| {
        8 * significant.len() - first.leading_zeros() as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_one_after_the_other() {
        let bytes = [
            0x02, 0x01, 0x05, 0x30, 0x03, 0x04, 0x01, 0x07, 0x06, 0x81, 0x01, 0x2a,
        ];
        let mut reader = Reader(&bytes);
        assert_eq!(reader.take(tag::INTEGER), Some(&[5][..]));
        assert_eq!(
            reader
                .enter(tag::SEQUENCE)
                .and_then(|mut inner| inner.take(tag::OCTETS)),
            Some(&[7][..])
        );
        assert_eq!(
            reader.next().map(|element| element.whole),
            Some(&bytes[8..])
        );
        assert!(reader.next().is_none());
    }

    #[test]
    fn lengths_beyond_the_bytes_are_nothing() {
        for bytes in [
            &[0x30][..],
            &[0x30, 0x01],
            &[0x30, 0x80],
            &[0x30, 0x82, 0x01],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(Reader(bytes).next().is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn object_identifiers_have_their_numbers() {
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
            "1.2.840.10045.3.1.7"
        );
        assert_eq!(dotted(&[0x2b, 0x65, 0x70]), "1.3.101.112");
        assert_eq!(dotted(&[]), "");
    }

    #[test]
    fn bits_of_a_number() {
        for (bytes, wanted) in [
            (&[][..], 0),
            (&[0], 0),
            (&[1], 1),
            (&[0, 0x80], 8),
            (&[0x01, 0x00], 9),
        ] {
            assert_eq!(bits(bytes), wanted, "{bytes:?}");
        }
    }
}
