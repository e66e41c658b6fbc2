//! A number in a document that names a constant is the constant's value.
//!
//! The form is a number, with its unit if it has one, and the constant behind it in brackets:
//! "256 KiB (`RECEIVE_ROOM`)". Some words may stand between them. Where several constants have the
//! name, one of them has to have the value.

use crate::repository::Repository;

/// Compares every number that names its constant.
pub fn constants(repository: &Repository) -> Vec<String> {
    let constants = Constants::read(repository);
    let mut breaches = Vec::new();
    for file in repository
        .files
        .iter()
        .filter(|file| file.path.ends_with(".md"))
    {
        // A sentence may go on in the next line.
        let text = file.text.replace('\n', " ");
        for (at, name) in names(&text) {
            let line = file.text[..at].matches('\n').count() + 1;
            let Some(stated) = number_before(&text[..at]) else {
                continue;
            };
            let values = constants.values(name);
            if values.is_empty() {
                breaches.push(format!(
                    "{}:{line}: there is no constant `{name}`",
                    file.path
                ));
            } else if !values.contains(&stated) {
                breaches.push(format!(
                    "{}:{line}: {stated}, but `{name}` is {}",
                    file.path, values[0]
                ));
            }
        }
    }
    breaches
}

/// Where "(`NAME`)" stands in a text, and the name.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("(`").filter_map(|(at, _)| {
        let (name, _) = text[at + 2..].split_once("`)")?;
        let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let is_constant = name.len() > 2 && name.chars().all(is_name);
        (is_constant && !name.starts_with("SNOW_")).then_some((at, name))
    })
}

/// The last number of a text, in bytes, milliseconds or pieces; none may be more than six words
/// away.
fn number_before(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split_whitespace().rev().take(7).collect();
    let at = words
        .iter()
        .position(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = words[at]
        .chars()
        .filter(|&c| c != ',')
        .take_while(char::is_ascii_digit)
        .collect();
    let unit = at.checked_sub(1).map_or("", |next| words[next]);
    let factor = match unit.trim_end_matches([',', ';', ':']) {
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "s" | "seconds" => 1000,
        _ => 1,
    };
    digits.parse::<u64>().ok().map(|number| number * factor)
}

/// Constants of Rust and of Snow whose value is written in numbers.
struct Constants(Vec<(String, u64)>);

impl Constants {
    fn read(repository: &Repository) -> Constants {
        let mut found = Vec::new();
        for file in &repository.files {
            for line in file.text.lines() {
                let line = line.trim_start();
                let constant = if file.path.ends_with(".rs") {
                    rust(line)
                } else if file.path.ends_with(".snow") {
                    snow(line)
                } else {
                    None
                };
                found.extend(constant);
            }
        }
        Constants(found)
    }

    fn values(&self, name: &str) -> Vec<u64> {
        let named = self.0.iter().filter(|(known, _)| known == name);
        named.map(|(_, value)| *value).collect()
    }
}

/// `pub const NAME: usize = 4 * 1024;`
fn rust(line: &str) -> Option<(String, u64)> {
    let (_, rest) = line.split_once("const ")?;
    let (name, rest) = rest.split_once(':')?;
    let (_, value) = rest.split_once('=')?;
    let value = value.split_once(';')?.0;
    Some((name.to_owned(), product(value)?))
}

/// `pub let NAME = 8_192`
fn snow(line: &str) -> Option<(String, u64)> {
    let rest = line.strip_prefix("pub ").unwrap_or(line);
    let (name, value) = rest.strip_prefix("let ")?.split_once('=')?;
    Some((name.trim().to_owned(), product(value)?))
}

/// The value of numbers joined by `*` and `<<`.
fn product(text: &str) -> Option<u64> {
    let (text, shift) = match text.split_once("<<") {
        Some((text, shift)) => (text, number(shift)?),
        None => (text, 0),
    };
    let mut value = 1u64;
    for factor in text.split('*') {
        value = value.checked_mul(number(factor)?)?;
    }
    value.checked_shl(shift as u32)
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim().replace('_', "");
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_unit() {
        assert_eq!(number_before("at most 256 KiB of it "), Some(256 << 10));
        assert_eq!(number_before("up to 65,536 stacks "), Some(65_536));
        assert_eq!(number_before("every 2 ms "), Some(2));
        assert_eq!(number_before("after 30 s "), Some(30_000));
        assert_eq!(number_before("no number at all "), None);
    }

    #[test]
    fn constants_are_products() {
        assert_eq!(
            rust("const A: usize = 16 << 10;"),
            Some(("A".into(), 16 << 10))
        );
        assert_eq!(
            rust("pub const B_C: u64 = 4 * 1024;"),
            Some(("B_C".into(), 4096))
        );
        assert_eq!(rust("const D: usize = size_of::<u8>();"), None);
        assert_eq!(
            snow("pub let LINE_MAX = 8_192"),
            Some(("LINE_MAX".into(), 8192))
        );
    }

    #[test]
    fn only_constants_are_named() {
        let text = "64 (`TURNS`), `OTHER`, 3 (`word`), 256 MiB (`SNOW_ACTOR_MEMORY`)";
        let found: Vec<&str> = names(text).map(|(_, name)| name).collect();
        assert_eq!(found, ["TURNS"]);
    }
}
