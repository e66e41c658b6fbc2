//! Medians, quartiles and percentiles.

/// Where the values of several rounds lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the values is below.
    pub low: f64,
    /// The middle.
    pub median: f64,
    /// A quarter of the values is above.
    pub high: f64,
}

impl Spread {
    /// Of these values; `None` when there are none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        if values.is_empty() {
            return None;
        }
        Some(Spread {
            low: quantile(&values, 0.25),
            median: quantile(&values, 0.5),
            high: quantile(&values, 0.75),
        })
    }

    /// Of `own` by `other`, value by value: a machine's speed moves more between rounds than
    /// servers differ, so only values of the same round are compared.
    pub fn of_ratios(own: &[f64], other: &[f64]) -> Option<Spread> {
        let pairs = own.iter().zip(other);
        Spread::of(
            pairs
                .filter(|(_, other)| **other > 0.0)
                .map(|(own, other)| own / other),
        )
    }
}

/// The value that a `part` of the sorted values is below, between two of them when it has to be.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let (below, above) = (at.floor() as usize, at.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * at.fract()
}

/// The sample that a `part` of all does not exceed, in microseconds; 0 without samples. `nanos` is
/// sorted.
pub fn percentile_us(nanos: &[u32], part: f64) -> f64 {
    let rank = (nanos.len() as f64 * part).ceil() as usize;
    nanos
        .get(rank.saturating_sub(1))
        .map_or(0.0, |ns| f64::from(*ns) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_lie_between_values() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((spread.low, spread.median, spread.high), (1.75, 2.5, 3.25));
        let one = Spread::of([7.0]).unwrap();
        assert_eq!((one.low, one.median, one.high), (7.0, 7.0, 7.0));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn ratios_are_those_of_rounds() {
        // The second round was twice as slow for both: the ratio does not see it.
        let spread = Spread::of_ratios(&[110.0, 220.0], &[100.0, 200.0]).unwrap();
        assert!((spread.low - 1.1).abs() < 1e-9 && (spread.high - 1.1).abs() < 1e-9);
        assert_eq!(Spread::of_ratios(&[1.0], &[0.0]), None);
    }

    #[test]
    fn a_percentile_is_one_of_the_samples() {
        let nanos: Vec<u32> = (1..=1000).map(|us| us * 1000).collect();
        assert_eq!(percentile_us(&nanos, 0.5), 500.0);
        assert_eq!(percentile_us(&nanos, 0.999), 999.0);
        assert_eq!(percentile_us(&nanos, 1.0), 1000.0);
        assert_eq!(percentile_us(&[], 0.5), 0.0);
    }
}
