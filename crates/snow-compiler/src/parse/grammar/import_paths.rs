//! Imports as other languages write them: by the path of a file, in quotes, with braces, or with
//! another name. They are reported, and read as the import of the module that the path means.

use crate::ast::{Ident, ItemKind, Path};
use crate::diagnostics::foreign;
use crate::lex::{Token, TokenKind};
use crate::parse::parser::Parser;
use crate::source::{Name, Span};

/// `as other`, behind the module or the name at `known`, which is what `other` is read as from here
/// on.
pub(crate) fn opt_alias(p: &mut Parser, known: Option<&Ident>, is_module: bool) {
    let Some(known) = known.filter(|_| p.at_word("as") && p.kind_after(1) == TokenKind::Name)
    else {
        return;
    };
    let word = p.bump().span;
    let other = p.bump().span;
    let renamed = Renamed {
        from: p.slice(other),
        to: known.name.clone(),
        is_module,
    };
    let gap = Span {
        start: known.span.end,
        end: other.end,
        ..word
    };
    let report = p.foreign(word, "an import gives no other name");
    let used = match is_module {
        true => format!("{}.name", known.name),
        false => known.name.to_string(),
    };
    let help = format!(
        "leave out `as {}`, and write `{used}` where it is used",
        renamed.from
    );
    let mut report = report.help(help).edit(gap, "");
    for at in p.index()..p.lexed.tokens.len() {
        if renamed.stands_at(p.text, &p.lexed.tokens, at) {
            report = report.edit(p.lexed.tokens[at].span, &*renamed.to);
        }
    }
    p.complain(report);
    p.renamed.push(renamed);
}

/// The names of `from Module import {a, b}` or `(a, b)`, at the bracket.
pub(crate) fn bracketed(p: &mut Parser) -> Vec<Ident> {
    let open = p.span();
    let close = match p.kind() {
        TokenKind::LeftBrace => TokenKind::RightBrace,
        _ => TokenKind::RightParen,
    };
    let names = p.list(close, |p| p.name("a name"));
    let report = p.foreign(open, "imported names stand without brackets");
    let help = "write `from Module import a, b`";
    let shut = p.previous_span();
    p.habit(report.help(help).edit(open, "").edit(shut, ""));
    names
}

/// Reports `import A, B`, at the comma, past the end of the line.
pub(crate) fn opt_several(p: &mut Parser) {
    if !p.at(TokenKind::Comma) || p.recovering {
        return;
    }
    let first = p.span();
    let mut report = p.foreign(first, "an `import` is of one module");
    while p.at(TokenKind::Comma) && !p.recovering {
        let comma = p.bump().span;
        let gap = Span {
            end: p.span().start,
            ..comma
        };
        report = report.edit(gap, "\nimport ");
        p.path("the name of a module");
    }
    p.complain(report.help("write `import` for each, on lines of their own"));
}

/// What an import of another language gives another name.
pub(crate) struct Renamed<'a> {
    from: &'a str,
    to: Name,
    is_module: bool,
}

impl Renamed<'_> {
    /// What is meant by the token `at`, where it is the other name.
    pub(crate) fn meant(&self, text: &str, tokens: &[Token], at: usize) -> Option<&Name> {
        self.stands_at(text, tokens, at).then_some(&self.to)
    }

    fn stands_at(&self, text: &str, tokens: &[Token], at: usize) -> bool {
        use TokenKind::*;
        let kind = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.kind);
        let span = tokens[at].span;
        let is_it = text[span.start as usize..span.end as usize] == *self.from;
        let is_field = kind(at.checked_sub(1)) == Some(Dot);
        let next = kind(Some(at + 1));
        let fits = match self.is_module {
            true => next == Some(Dot),
            false => !matches!(next, Some(Colon | ColonColon)),
        };
        tokens[at].kind == Name && is_it && !is_field && fits
    }
}

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
        Name => {
            let line = line(p);
            let is_path = next == Slash || line.ends_with(".snow") || line.contains(".{");
            is_path || (next == Name && is_from())
        }
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
    let message = match rest.contains(".{") {
        true => "an `import` takes a whole module".to_string(),
        false => format!("expected the name of a module, found {}", p.found()),
    };
    let report = p.foreign(place, message);
    if let Some(name) = foreign_module(rest) {
        let help =
            format!("leave it out: there is no `{name}` here, and the library needs no import");
        p.complain(report.help(help).edit(whole, ""));
        p.skip_form(word);
        return None;
    }
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
            let help = match rest.contains(".{") {
                true => format!("write `{text}`"),
                false => format!(
                    "a module is named as it is seen from the project's folder: write `{text}`"
                ),
            };
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
        (false, None, _) => match rest.split_once(".{") {
            Some((path, names)) => (path, names.trim_matches([' ', '}'])),
            None => (rest, ""),
        },
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

/// The module of another language's library that stands alone in quotes.
fn foreign_module(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix('"')?.strip_suffix('"')?;
    foreign::has_module(name).then_some(name)
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
