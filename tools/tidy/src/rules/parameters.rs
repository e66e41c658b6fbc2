//! A function of Snow has few parameters, as clippy sees to it for Rust.

use crate::repository::Repository;

/// The caller's own pid, which no call writes, is not counted.
const MOST: usize = 5;

/// What declares parameters.
const WORDS: &[&str] = &["fn", "def", "actor", "call", "cast"];

/// Functions with more parameters than `MOST`.
pub fn few(repository: &Repository) -> Vec<String> {
    let mut breaches = Vec::new();
    for folder in ["stdlib/", "examples/", "tools/"] {
        for file in repository.below(folder, &[".snow"]) {
            for (line, name, count) in counts(&file.text) {
                if count > MOST {
                    let place = format!("{}:{line}", file.path);
                    breaches.push(format!(
                        "{place}: `{name}` has {count} parameters, at most {MOST}"
                    ));
                }
            }
        }
    }
    breaches
}

/// Line, name and number of parameters of each declaration that begins a line.
fn counts(text: &str) -> Vec<(usize, &str, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, line) in text.lines().enumerate() {
        if let Some((name, list)) = declared(line).and_then(|name| {
            let open = start + text[start..].find(name)? + name.len();
            Some((name, inside(text[open..].trim_start_matches(|c| c != '('))?))
        }) {
            found.push((at + 1, name, count(list)));
        }
        start += line.len() + 1;
    }
    found
}

/// The name that a line declares, when parameters follow.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("extern ").unwrap_or(line);
    let (word, rest) = line.split_once(' ')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let is_head = rest[end..].starts_with(['(', '<']);
    (WORDS.contains(&word) && end > 0 && is_head).then(|| &rest[..end])
}

/// What stands between the bracket that `text` begins with and the one that closes it.
fn inside(text: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(1..at);
        }
    }
    None
}

/// How many parameters a list has: commas that stand in no bracket part them. The `>` of an arrow
/// closes nothing.
fn count(list: &str) -> usize {
    let list = list.replace("->", "");
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for letter in list.chars() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        match parts.last_mut() {
            Some(last) if letter != ',' || depth > 0 => last.push(letter),
            _ => parts.push(String::new()),
        }
    }
    let is_counted = |part: &&String| !part.trim().is_empty() && !part.trim().starts_with("self()");
    parts.iter().filter(is_counted).count()
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn parameters_are_counted() {
        let text = "pub fn a<T, U>(x :: Map<T, U>, f :: Fun(T, U) -> T) -> T do\nend\n\
                    fn b(\n  self() :: Pid<M>, (x, y), z :: (Int, Int),\n) -> () do\n\
                    \x20 let c = fn(a, b) -> a end\n\
                    pub extern fn d() -> Int = \"d\"\nactor e(x) do\nfn main do\n\
                    \x20 call Get(x, y) :: Int do |s|\n";
        let expected = [
            (1, "a", 2),
            (3, "b", 2),
            (7, "d", 0),
            (8, "e", 1),
            (10, "Get", 2),
        ];
        assert_eq!(counts(text), expected);
    }
}
