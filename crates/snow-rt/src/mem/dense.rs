//! A dense form of packed values: most of their bytes are the zeros of small numbers.
//!
//! Each eight bytes become one byte that says which of them are not zero, and those. Nothing is
//! left out, so expanding gives the same bytes.

use std::mem::MaybeUninit;

/// Length of a group.
const GROUP: usize = 8;

/// The most that the dense form of `bytes` bytes can take.
pub const fn most(bytes: usize) -> usize {
    bytes + bytes.div_ceil(GROUP)
}

/// Writes the dense form of `bytes` to `room`, which need not be initialized, and answers the part
/// that it took. Panics when `room` is shorter than `most(bytes.len())`.
pub fn squeeze<'a>(bytes: &[u8], room: &'a mut [MaybeUninit<u8>]) -> &'a [u8] {
    assert!(room.len() >= most(bytes.len()));
    let mut at = 0;
    let mut groups = bytes.chunks_exact(GROUP);
    for group in &mut groups {
        at = squeeze_group(u64::from_le_bytes(group.try_into().unwrap()), room, at);
    }
    let last = groups.remainder();
    if !last.is_empty() {
        let mut group = [0; GROUP];
        group[..last.len()].copy_from_slice(last);
        at = squeeze_group(u64::from_le_bytes(group), room, at);
    }
    // SAFETY: each group has written what is ahead of the place that it answered.
    unsafe { std::slice::from_raw_parts(room.as_ptr().cast(), at) }
}

/// Writes a group at that place, and answers the next one.
fn squeeze_group(group: u64, room: &mut [MaybeUninit<u8>], at: usize) -> usize {
    let mut mask = nonzero(group);
    room[at].write(mask);
    let mut next = at + 1;
    while mask != 0 {
        room[next].write((group >> (8 * mask.trailing_zeros())) as u8);
        next += 1;
        mask &= mask - 1;
    }
    next
}

/// A bit for each byte that is not zero, the lowest for the lowest byte.
fn nonzero(group: u64) -> u8 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The highest bit of each byte says it, without a carry from one byte into the next.
    let highest = (((group & LOW) + LOW) | group) & !LOW;
    ((highest >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// Fills `room`, which need not be initialized, with what `dense` was made of.
pub fn expand<'a>(dense: &[u8], room: &'a mut [MaybeUninit<u8>]) -> &'a [u8] {
    let mut rest = dense.iter();
    let mut groups = room.chunks_exact_mut(GROUP);
    for group in &mut groups {
        let group: &mut [_; GROUP] = group.try_into().unwrap();
        *group = next_group(&mut rest).map(MaybeUninit::new);
    }
    let last = groups.into_remainder();
    if !last.is_empty() {
        for (place, byte) in last.iter_mut().zip(next_group(&mut rest)) {
            place.write(byte);
        }
    }
    // SAFETY: each byte was written.
    unsafe { std::slice::from_raw_parts(room.as_ptr().cast(), room.len()) }
}

/// The bytes of the group that comes next.
fn next_group(rest: &mut std::slice::Iter<u8>) -> [u8; GROUP] {
    let mut mask = rest.next().copied().unwrap_or(0);
    let mut bytes = 0;
    while mask != 0 {
        let byte = rest.next().copied().unwrap_or(0);
        bytes |= u64::from(byte) << (8 * mask.trailing_zeros());
        mask &= mask - 1;
    }
    bytes.to_le_bytes()
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn same_again(bytes: &[u8]) -> usize {
        let mut room = vec![MaybeUninit::uninit(); most(bytes.len())];
        let dense = squeeze(bytes, &mut room);
        let mut again = vec![MaybeUninit::uninit(); bytes.len()];
        assert_eq!(expand(dense, &mut again), bytes);
        dense.len()
    }

    #[test]
    fn every_set_of_bytes_is_found() {
        for mask in 0..=u8::MAX {
            for value in [1u64, 0x7f, 0x80, 0xff] {
                let group = (0..8)
                    .filter(|at| mask >> at & 1 == 1)
                    .fold(0, |group, at| group | value << (8 * at));
                assert_eq!(nonzero(group), mask);
            }
        }
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
