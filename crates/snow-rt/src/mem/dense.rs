//! A dense form of packed values: most of their bytes are the zeros of small numbers.
//!
//! Each eight bytes become one byte that says which of them are not zero, and those. Nothing is
//! left out, so expanding gives the same bytes.

/// Length of a group.
const GROUP: usize = 8;

/// The most that the dense form of `bytes` bytes can take.
pub const fn most(bytes: usize) -> usize {
    bytes + bytes.div_ceil(GROUP)
}

/// Writes the dense form of `bytes` into `room` and answers the part that it took.
pub fn squeeze<'a>(bytes: &[u8], room: &'a mut [u8]) -> &'a [u8] {
    let mut at = 0;
    for group in bytes.chunks(GROUP) {
        let mask = at;
        at += 1;
        room[mask] = 0;
        for (index, byte) in group.iter().enumerate() {
            if *byte != 0 {
                room[mask] |= 1 << index;
                room[at] = *byte;
                at += 1;
            }
        }
    }
    &room[..at]
}

/// Fills `bytes`, which are zeros, with what `dense` was made of.
pub fn expand(dense: &[u8], bytes: &mut [u8]) {
    let mut rest = dense.iter();
    for group in bytes.chunks_mut(GROUP) {
        let mask = rest.next().copied().unwrap_or(0);
        for (index, byte) in group.iter_mut().enumerate() {
            if mask >> index & 1 == 1 {
                *byte = rest.next().copied().unwrap_or(0);
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn same_again(bytes: &[u8]) -> usize {
        let mut room = vec![0xAA; most(bytes.len())];
        let dense = squeeze(bytes, &mut room);
        let mut again = vec![0; bytes.len()];
        expand(dense, &mut again);
        assert_eq!(again, bytes);
        dense.len()
    }

    #[test]
    fn bytes_come_again() {
        assert_eq!(same_again(&[]), 0);
        assert_eq!(same_again(&[0; 16]), 2);
        assert_eq!(same_again(&[1; 17]), 17 + 3);
        assert_eq!(same_again(&7i64.to_le_bytes()), 2);
        let mixed: Vec<u8> = (0..4096u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8 & (at / 7) as u8)
            .collect();
        for length in 0..100 {
            same_again(&mixed[..length]);
        }
        assert!(same_again(&mixed) <= most(mixed.len()));
    }
}
