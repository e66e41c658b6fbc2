//! Imports as other languages write them: by the path of a file, in quotes, or with braces. They
//! are reported, and read as the import of the module that the path means.

use crate::ast::{Ident, ItemKind, Path};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
use crate::source::Span;

/// What the parts of such an import mean.
struct Meant {
    /// `Net.HttpUtil` of `./net/http_util.snow`.
    module: String,
    /// What is taken of it; nothing stands for the module as a whole.
    names: Vec<String>,
}

/// Whether no name of a module stands behind `import` or `from`.
pub(crate) fn at_import(p: &Parser) -> bool {
    use TokenKind::*;
    let next = p.kind_after(1);
    let is_from = || {
        let token = p.lexed.tokens[p.index() + 1..].first();
        token.is_some_and(|token| p.slice(token.span) == "from")
    };
    match p.kind() {
        LeftBrace | StringStart | Star | Dot | DotDot | Slash => true,
        Name => next == Slash || (next == Name && is_from()) || line(p).ends_with(".snow"),
        _ => false,
    }
}

/// The rest of the line, without a comment.
fn line<'t>(p: &Parser<'t>) -> &'t str {
    let rest = &p.text[p.span().start as usize..];
    let line = rest.split(['\n', '\r', '#']).next();
    line.unwrap_or_default().trim_end()
}

/// Behind `word`, which is `import` or `from`.
pub(crate) fn import(p: &mut Parser, word: Span) -> Option<ItemKind> {
    let rest = line(p);
    let place = p.span();
    let whole = Span {
        end: place.start + rest.len() as u32,
        ..word
    };
    let report = p.foreign(
        place,
        format!("expected the name of a module, found {}", p.found()),
    );
    let meant = meant(rest, p.slice(word) == "from");
    let report = match &meant {
        None => {
            report.help("write `from Module import name`, or `import Module` and `Module.name`")
        }
        Some(Meant { module, names }) if names.is_empty() => {
            let help = format!(
                "a module is named as it is seen from the project's folder: write `import \
                 {module}`, and `{}.name` where it is used",
                module.rsplit('.').next().unwrap_or_default()
            );
            report.help(help).edit(whole, format!("import {module}"))
        }
        Some(Meant { module, names }) => {
            let text = format!("from {module} import {}", names.join(", "));
            let help = format!(
                "a module is named as it is seen from the project's folder: write `{text}`"
            );
            report.help(help).edit(whole, text)
        }
    };
    p.complain(report);
    p.skip_form(word);
    let ident = |name: &str| Ident {
        name: name.into(),
        span: place,
    };
    let Meant { module, names } = meant?;
    let path = Path {
        segments: module.split('.').map(ident).collect(),
        span: place,
    };
    let names: Vec<Ident> = names.iter().map(|name| ident(name)).collect();
    Some(match names.is_empty() {
        true => ItemKind::Import(path),
        false => ItemKind::FromImport { path, names },
    })
}

fn meant(rest: &str, is_from: bool) -> Option<Meant> {
    let (path, listed) = match (
        is_from,
        rest.split_once(" from "),
        rest.split_once(" import "),
    ) {
        (true, _, Some((path, names))) => (path, names),
        (true, _, None) => (rest, ""),
        (false, Some((names, path)), _) if names.trim_start().starts_with('{') => {
            (path, names.trim_matches([' ', '{', '}']))
        }
        (false, Some((_, path)), _) => (path, ""),
        (false, None, _) => (rest, ""),
    };
    let names: Vec<String> = listed
        .split(',')
        .filter_map(|name| name.split_whitespace().next())
        .map(str::to_string)
        .collect();
    let module = module(path)?;
    names
        .iter()
        .all(|name| is_name(name))
        .then_some(Meant { module, names })
}

/// The module in the file at `path`, which may stand in quotes.
fn module(path: &str) -> Option<String> {
    let path = path.trim().trim_matches(['"', '\'', ';']);
    let path = path.split_whitespace().next()?;
    let path = ["snow", "js", "ts", "mjs", "py"]
        .iter()
        .find_map(|end| path.strip_suffix(end)?.strip_suffix('.'))
        .unwrap_or(path);
    let parts = path.split(['/', '.']).filter(|part| !part.is_empty());
    let segments: Vec<String> = parts.map(pascal).collect();
    let is_module = !segments.is_empty() && segments.iter().all(|segment| is_name(segment));
    is_module.then(|| segments.join("."))
}

fn is_name(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.starts_with(char::is_alphabetic) && text.chars().all(is_letter)
}

fn pascal(segment: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    segment.split(['_', '-']).map(word).collect()
}
