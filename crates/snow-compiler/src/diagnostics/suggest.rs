//! "Did you mean": the name in scope that is nearest to the one written.
//!
//! Distance counts insertions, deletions, replacements and swaps of neighbours (Damerau, 1964). A
//! third of the length may differ, so names of one or two letters get none: beyond that a
//! suggestion confuses more than it helps. A name of four letters or more that was written too
//! short (`DropOld` for `DropOldest`) is near, too, when nothing else is.

/// Letters that tell which longer name is meant.
const LONG: usize = 4;

/// The nearest of `names`, if one is near enough. Ties go to the first in alphabetical order, so
/// that the same program always gets the same advice.
pub fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let length = name.chars().count();
    let is_near = |distance: usize| distance <= length / 3;
    let is_longer = |other: &str| length >= LONG && other.starts_with(name);
    names
        .filter(|other| *other != name)
        .map(|other| (distance(name, other), other))
        .filter(|(distance, other)| is_near(*distance) || is_longer(other))
        .map(|(distance, other)| (!is_near(distance), distance, other))
        .min()
        .map(|(_, _, other)| other.to_string())
}

fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for i in 1..=from.len() {
        let mut row = vec![i; to.len() + 1];
        for j in 1..=to.len() {
            let replaced = last[j - 1] + usize::from(from[i - 1] != to[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if swapped {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_slip_is_found_and_a_different_word_is_not() {
        let names = ["message", "length", "map"];
        assert_eq!(
            closest("mesage", names.into_iter()).as_deref(),
            Some("message")
        );
        assert_eq!(
            closest("lenght", names.into_iter()).as_deref(),
            Some("length")
        );
        assert_eq!(closest("server", names.into_iter()), None);
    }

    #[test]
    fn the_beginning_of_a_name_is_near_unless_it_is_short() {
        let names = ["DropNew", "DropOldest"];
        let meant = |name| closest(name, names.into_iter());
        assert_eq!(meant("DropOld").as_deref(), Some("DropOldest"));
        assert_eq!(meant("Drop").as_deref(), Some("DropNew"));
        assert_eq!(meant("Dro"), None);
    }
}
