//! Slabs. All tests of the process share them.

use std::collections::HashMap;

use super::*;
use crate::mem::chunks::ChunkPool;

/// Pages of a part that the system has memory for.
fn resident(part: *mut u8) -> usize {
    let mut pages = [0_u8; LARGEST / 4096];
    // SAFETY: the part is mapped, and there is a byte for each of its pages.
    let status = unsafe { libc::mincore(part.cast(), LARGEST, pages.as_mut_ptr()) };
    assert_eq!(status, 0);
    pages.iter().filter(|page| **page & 1 == 1).count()
}

#[test]
fn what_nobody_needs_for_a_period_goes_back() {
    const PARTS: usize = 300;
    const SIZE: usize = 1;
    let mut pool = ChunkPool::new();
    let mut chunks = Vec::new();
    while chunks.len() < PARTS * LARGEST / Chunk::bytes(SIZE) {
        let chunk = pool.take(SIZE);
        assert!(!chunk.is_null());
        // SAFETY: the chunk is ours.
        unsafe { chunk.cast::<u8>().add(size_of::<Chunk>()).write(1) };
        chunks.push(chunk);
    }
    let mut parts: Vec<_> = chunks.iter().map(|chunk| Part::of(*chunk)).collect();
    parts.sort();
    parts.dedup();
    let pages = || -> usize { parts.iter().map(|part| resident(Part::memory(*part))).sum() };
    let before = pages();
    for chunk in chunks {
        // SAFETY: nothing refers to it.
        unsafe { pool.give(chunk) };
    }
    drop(pool);
    // Others end periods, too, and may take some of the parts.
    for _ in 0..1000 {
        end_period();
        while give_back_some() {}
        if pages() * 2 < before {
            return;
        }
        std::thread::yield_now();
    }
    panic!("{} of {before} pages stay", pages());
}

#[test]
fn chunks_that_are_taken_and_given_at_random_never_overlap() {
    let mut random = 1_u64;
    let mut next = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (random >> 33) as usize % below
    };
    let mut pools = [ChunkPool::new(), ChunkPool::new()];
    // By address: the size, and a mark that stands at both ends.
    let mut taken: HashMap<usize, (usize, u64)> = HashMap::new();
    let mut held: Vec<*mut Chunk> = Vec::new();
    let ends = |chunk: *mut Chunk, size: usize| -> [*mut u64; 2] {
        let end = chunk.wrapping_byte_add(Chunk::bytes(size) - 8);
        [chunk.wrapping_add(1).cast(), end.cast()]
    };
    for step in 0..60_000_u64 {
        // Waves: more is taken for a while, then more is given.
        let takes = next(10) < if step / 5_000 % 2 == 0 { 7 } else { 3 };
        if takes || held.is_empty() {
            let size = next(SIZES);
            let chunk = pools[next(2)].take(size);
            assert!(!chunk.is_null() && chunk.addr() % Chunk::bytes(size) == 0);
            // SAFETY: the chunk is ours, and its size the one that was asked for.
            unsafe {
                assert_eq!((*chunk).size as usize, size);
                ends(chunk, size)
                    .into_iter()
                    .for_each(|end| end.write(step));
            }
            assert_eq!(taken.insert(chunk.addr(), (size, step)), None);
            held.push(chunk);
        } else {
            let chunk = held.swap_remove(next(held.len()));
            let (size, mark) = taken.remove(&chunk.addr()).expect("it was taken");
            // SAFETY: the chunk is ours until it is given.
            unsafe {
                let marks = ends(chunk, size).map(|end| end.read());
                assert_eq!(marks, [mark, mark], "somebody else wrote to it");
                pools[next(2)].give(chunk);
            }
        }
        if step % 1_000 == 0 {
            end_period();
            while give_back_some() {}
        }
    }
    for chunk in held {
        // SAFETY: as above.
        unsafe { pools[0].give(chunk) };
    }
}
