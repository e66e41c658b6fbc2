//! The words that editors colour are those of the lexer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use snow_compiler::lex::TokenKind;

fn text(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../editors");
    fs::read_to_string(root.join(file)).expect("readable file")
}

/// Compares words with those of the lexer.
fn compare<'t>(file: &str, words: impl Iterator<Item = &'t str>) {
    let found: BTreeSet<&str> = words.collect();
    let wanted: BTreeSet<&str> = TokenKind::KEYWORDS.iter().copied().collect();
    assert_eq!(found, wanted, "{file}");
}

#[test]
fn text_mate() {
    let file = "vscode/syntaxes/snow.tmLanguage.json";
    let text = text(file);
    let start = "\"(?:(?<![.\\\\w])|(?<=\\\\.\\\\.))(?:";
    let groups = text.split(start).skip(1);
    compare(
        file,
        groups.flat_map(|group| group.split(')').next().unwrap_or("").split('|')),
    );
}

#[test]
fn vim() {
    let file = "vim/syntax/snow.vim";
    let text = text(file);
    let lists = text
        .lines()
        .filter_map(|line| line.strip_prefix("syn keyword "));
    let words = lists.flat_map(|list| list.split(' ').skip(1));
    compare(file, words.filter(|word| *word != "contained"));
}

#[test]
fn emacs() {
    let file = "emacs/snow-mode.el";
    let text = text(file);
    let lists = text.split("\n  '(\n").skip(1);
    let words = lists.flat_map(|list| list.split("))").next().unwrap_or("").split('"'));
    compare(
        file,
        words.filter(|word| word.starts_with(char::is_alphabetic)),
    );
}
