//! Names of entries: a hash of everything that went into them.

use xxhash_rust::xxh3::Xxh3;

/// A 128-bit name made from parts. Each part's length is counted too, so that moving a border
/// changes the name.
#[derive(Default)]
pub(crate) struct Key(Xxh3);

impl Key {
    /// Adds a part.
    pub(crate) fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// The name.
    pub(crate) fn name(self) -> String {
        format!("{:032x}", self.0.digest128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_between_parts_count() {
        assert_ne!(
            Key::default().with("ab").with("c").name(),
            Key::default().with("a").with("bc").name()
        );
        assert_eq!(
            Key::default().with("ab").name(),
            Key::default().with("ab").name()
        );
    }
}
