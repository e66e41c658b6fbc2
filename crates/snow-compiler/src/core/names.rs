//! Names that do not depend on what else is in the program.

/// FNV-1a, 64 bits: the same on every machine and in every build, unlike the standard hasher.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)
    })
}
