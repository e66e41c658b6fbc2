//! `snowc cache`: where the cache is, what is in it, and how it is emptied.

use crate::arguments::CacheOptions;
use crate::cache::{Cache, MOST_BYTES};
use crate::failure::Failure;

/// Prints a line for each kind of entry, or what was removed.
pub(crate) fn cache(options: &CacheOptions) -> Result<(), Failure> {
    let cache = Cache::open()?;
    if options.clear {
        let Some(bytes) = cache.clear() else {
            return Err(Failure::Message(format!(
                "other commands use '{}'; nothing was removed. Try again when they have ended",
                cache.root().display()
            )));
        };
        println!("{} removed from {}", size(bytes), cache.root().display());
        return Ok(());
    }
    let kinds = cache.kinds();
    let total: u64 = kinds.values().map(|(_, bytes)| bytes).sum();
    println!("{}", cache.root().display());
    for (kind, (entries, bytes)) in &kinds {
        println!("  {kind:<10} {entries:>6} {:>10}", size(*bytes));
    }
    println!(
        "  {:<10} {:>6} {:>10} of {}",
        "all",
        "",
        size(total),
        size(MOST_BYTES)
    );
    Ok(())
}

/// A number of bytes in the unit that people would choose.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    match unit {
        0 => format!("{bytes} B"),
        _ => format!("{value:.1} {}", UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_the_largest_unit_that_fits() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536 << 10, "1.5 MiB"),
            (2 << 30, "2.0 GiB"),
            (5 << 40, "5120.0 GiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
