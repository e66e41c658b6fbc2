//! "Did you mean": the name in scope that is nearest to the one written.
//!
//! Distance counts insertions, deletions, replacements and swaps of neighbours (Damerau, 1964). A
//! third of the length may differ, so names of one or two letters get none: beyond that a
//! suggestion confuses more than it helps. A name of four letters or more that was written too
//! short (`DropOld` for `DropOldest`) is near, too, when nothing else is.

/// Letters that tell which longer name is meant.
const LONG: usize = 4;
/// Letters that tell that two names begin alike or share a word.
const WORD: usize = 3;
/// Names that are worth to be looked at; more of them say nothing.
const MOST_RELATED: usize = 4;
/// Words that names share without being about the same thing.
const COMMON_WORDS: &[&str] = &["and", "for", "from", "the", "with"];

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

/// Advice about a name that is not known, and the name that takes its place, where that is all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The advice.
    pub help: String,
    /// What is written instead, if that is one name.
    pub name: Option<String>,
}

impl Correction {
    /// A slip: the name is nearly that one.
    pub fn near(name: impl Into<String>) -> Self {
        let name = name.into();
        Correction {
            help: format!("did you mean `{name}`?"),
            name: Some(name),
        }
    }

    /// Advice that no name alone follows.
    pub fn advice(help: impl Into<String>) -> Self {
        Correction {
            help: help.into(),
            name: None,
        }
    }

    /// The same advice, without the name: where the name alone would not do.
    pub fn without_name(self) -> Self {
        Correction { name: None, ..self }
    }
}

/// [`closest`] as a correction.
pub fn near<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<Correction> {
    let meant = Correction::near(closest(name, names)?);
    let is_longer = meant.name.as_ref().is_some_and(|m| m.starts_with(name));
    // Another function is more than a slip: it takes other things.
    let is_function = name.starts_with(char::is_lowercase);
    Some(match is_longer && is_function && name.len() >= LONG {
        true => meant.without_name(),
        false => meant,
    })
}

/// "did you mean `warn`?" about the nearest of `names`, or about those that are about the same
/// thing. `None` when there is none of either kind, or too many.
pub fn did_you_mean<'n>(
    name: &str,
    names: impl Iterator<Item = &'n str> + Clone,
) -> Option<Correction> {
    if let Some(close) = near(name, names.clone()) {
        return Some(close);
    }
    let meant = related(name, names);
    if let [only] = &meant[..] {
        let is_function = name.starts_with(char::is_lowercase);
        return Some(match is_function {
            true => Correction::near(only).without_name(),
            false => Correction::near(only),
        });
    }
    let meant: Vec<String> = meant.iter().map(|meant| format!("`{meant}`")).collect();
    let (last, before) = meant.split_last()?;
    Some(Correction::advice(match before.is_empty() {
        true => format!("did you mean {last}?"),
        false => format!("did you mean {} or {last}?", before.join(", ")),
    }))
}

/// The names that begin alike (`warn` for `warning`, `pad_left` for `pad`), else those that share a
/// word, in alphabetical order.
fn related<'n>(name: &str, names: impl Iterator<Item = &'n str> + Clone) -> Vec<String> {
    let chosen = |is_related: &dyn Fn(&str) -> bool| {
        let found = names.clone().filter(|other| *other != name);
        let mut found: Vec<String> = found
            .filter(|other| is_related(other))
            .map(str::to_string)
            .collect();
        found.sort();
        found.dedup();
        found
    };
    let begins_alike = |other: &str| {
        let is_long = name.len().min(other.len()) >= WORD;
        is_long && (name.starts_with(other) || other.starts_with(name))
    };
    let mut found = chosen(&begins_alike);
    if found.is_empty() {
        let own = words(name);
        found = chosen(&|other| words(other).iter().any(|word| own.contains(word)));
    }
    match found.len() <= MOST_RELATED {
        true => found,
        false => Vec::new(),
    }
}

/// `left` and `pad` of `pad_left` and of `padLeft`, without short and common ones.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter != '_') {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| word.len() >= WORD && !COMMON_WORDS.contains(&word.as_str()));
    words
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
    use super::{closest, did_you_mean};

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
    #[test]
    fn names_about_the_same_thing_are_found_unless_they_are_many() {
        let names = [
            "info",
            "pad_left",
            "pad_right",
            "set_level",
            "warn",
            "from_list",
        ];
        let meant = |name| did_you_mean(name, names.into_iter()).map(|found| found.help);
        assert_eq!(meant("warning").as_deref(), Some("did you mean `warn`?"));
        assert_eq!(
            meant("pad").as_deref(),
            Some("did you mean `pad_left` or `pad_right`?")
        );
        assert_eq!(
            meant("levelOf").as_deref(),
            Some("did you mean `set_level`?")
        );
        assert_eq!(meant("from_numbers"), None);
        assert_eq!(meant("compare"), None);
        let many = ["get_a", "get_b", "get_c", "get_d", "get_e"];
        assert_eq!(did_you_mean("get", many.into_iter()), None);
    }
}
