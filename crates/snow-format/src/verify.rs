//! Proof that a layout changed nothing but blanks and ends of lines.

use snow_compiler::ast;
use snow_compiler::lex::TokenKind;

use crate::source::Read;

/// What differs between a text and its layout, if anything does.
pub(crate) fn difference(before: &Read, after: &Read) -> Option<String> {
    if !after.diagnostics.is_empty() && before.diagnostics.is_empty() {
        return Some("the result does not parse".into());
    }
    token_difference(before, after)
        .or_else(|| comment_difference(before, after))
        .or_else(|| tree_difference(before, after))
}

fn token_difference(before: &Read, after: &Read) -> Option<String> {
    let (first, second) = (tokens(before), tokens(after));
    let at = (0..first.len().max(second.len())).find(|&at| first.get(at) != second.get(at))?;
    let shown = |tokens: &[&str]| tokens.get(at).map_or("nothing", |text| text).to_string();
    Some(format!(
        "token {at} is `{}` and becomes `{}`",
        shown(&first),
        shown(&second)
    ))
}

/// The text of each token that is no separator of statements.
fn tokens(read: &Read) -> Vec<&str> {
    let counts = |kind| !matches!(kind, TokenKind::Newline | TokenKind::Semicolon);
    let counted = read.lexed.tokens.iter().filter(|t| counts(t.kind));
    counted
        .map(|t| &read.text[t.span.start as usize..t.span.end as usize])
        .collect()
}

fn comment_difference(before: &Read, after: &Read) -> Option<String> {
    let (first, second) = (comments(before), comments(after));
    let at = (0..first.len().max(second.len())).find(|&at| first.get(at) != second.get(at))?;
    let lost = first.get(at).or(second.get(at));
    lost.map(|(_, text)| format!("the comment `{text}` is lost or moves past a token"))
}

/// Each comment, and how many atoms stand in front of it.
fn comments(read: &Read) -> Vec<(usize, &str)> {
    let atoms = read.atoms();
    let gaps = atoms.iter().enumerate();
    gaps.flat_map(|(at, atom)| atom.gap.comments.iter().map(move |c| (at, c.text)))
        .collect()
}

fn tree_difference(before: &Read, after: &Read) -> Option<String> {
    let (first, second) = (tree(before), tree(after));
    let at = (0..first.len().max(second.len())).find(|&at| first.get(at) != second.get(at))?;
    let shown = |words: &[String]| words.get(at).map_or("nothing", |word| word).to_string();
    Some(format!(
        "the tree has `{}` and gets `{}`",
        shown(&first),
        shown(&second)
    ))
}

/// The words and brackets of the printed tree. An assertion's own text, which its report shows, is
/// left out: it has the author's blanks in it.
fn tree(read: &Read) -> Vec<String> {
    let printed = ast::print(&read.module);
    let mut words: Vec<String> = Vec::new();
    let mut letters = printed.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut word = String::from(letter);
        match letter {
            '(' | ')' => {}
            '"' => {
                while let Some(letter) = letters.next() {
                    word.push(letter);
                    match letter {
                        '\\' => word.extend(letters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                if words.last().is_some_and(|last| last == "assert") {
                    word = "its text".into();
                }
            }
            letter if letter.is_whitespace() => continue,
            _ => {
                let goes_on = |next: &char| !next.is_whitespace() && !"()\"".contains(*next);
                while let Some(next) = letters.next_if(goes_on) {
                    word.push(next);
                }
            }
        }
        words.push(word);
    }
    words
}
