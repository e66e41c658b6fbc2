//! "Did you mean": the nearest of the names that would have been right.

/// The candidate that differs least from `name`, if it is near enough to be a slip: at most a third of the name's
/// characters, and at least one.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).max(1);
    let ranked = candidates.into_iter().filter(|candidate| *candidate != name);
    let ranked = ranked.filter_map(|candidate| Some((distance(name, candidate, most)?, candidate)));
    // By name where distances are equal, so that the answer does not hang on the order of the candidates.
    ranked.min().map(|(_, candidate)| candidate)
}

/// "did you mean `x`?" for [`nearest`].
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Characters to add, drop, change or swap with their neighbour to turn `left` into `right`; `None` above `most`.
fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut before_last = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut row = vec![i; right.len() + 1];
        for j in 1..=right.len() {
            let change = last[j - 1] + usize::from(left[i - 1] != right[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            let swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if swapped {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    Some(last[right.len()]).filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let names = ["message", "length", "x", "to_string"];
        assert_eq!(nearest("mesage", names), Some("message"));
        assert_eq!(nearest("lenght", names), Some("length"));
        assert_eq!(nearest("Length", names), Some("length"));
        assert_eq!(nearest("receive", names), None);
        assert_eq!(nearest("y", ["length"]), None);
    }
}
