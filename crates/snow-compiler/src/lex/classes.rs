//! What the parts of a Snow text are, for colours.
//!
//! In: any text. Out: the ranges of bytes that are not blank, in order and apart, each with its
//! class. Words that are reserved in some places only (`opaque`, `deriving`, `from`, …) are told by
//! their neighbours. Nothing is reported.

use std::ops::Range;

use super::{lexer, Token, TokenKind};
use crate::source::FileId;

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A word of the language.
    Keyword,
    /// `true`, `false` or `nil`.
    Constant,
    /// A number.
    Number,
    /// A string's quotes and text.
    Text,
    /// `${` and its `}`.
    Interpolation,
    /// A name that begins with a capital: of a type, constructor or module.
    Capital,
    /// The name of what is called or declared: an opening parenthesis follows.
    Call,
    /// Any other name.
    Name,
    /// An operator, bracket or comma.
    Symbol,
    /// A comment, its sign included.
    Comment,
}

/// The parts of `text`.
pub fn classes(text: &str) -> Vec<(Range<usize>, Class)> {
    let lexed = lexer::run(text, FileId::default(), &[]);
    let mut parts = Vec::new();
    let mut end = 0;
    for (at, token) in lexed.tokens.iter().enumerate() {
        let range = token.span.start as usize..token.span.end as usize;
        parts.extend(remark(text, end..range.start));
        end = range.end;
        if let Some(class) = class_of(text, &lexed.tokens, at).filter(|_| !range.is_empty()) {
            parts.push((range, class));
        }
    }
    parts.extend(remark(text, end..text.len()));
    parts
}

/// What stands between two tokens, where it is not blank: a comment, or the rest of a text that is
/// never closed.
fn remark(text: &str, gap: Range<usize>) -> Option<(Range<usize>, Class)> {
    let between = text.get(gap.clone())?;
    let inside = between.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let start = gap.start + between.find(inside)?;
    let class = match inside.starts_with('#') {
        true => Class::Comment,
        false => Class::Text,
    };
    (!inside.is_empty()).then(|| (start..start + inside.len(), class))
}

fn class_of(text: &str, tokens: &[Token], at: usize) -> Option<Class> {
    let kind = |at: usize| tokens.get(at).map(|token| token.kind);
    let follows_dot = at > 0 && kind(at - 1) == Some(TokenKind::Dot);
    match tokens[at].kind {
        TokenKind::Name => Some(name(text, tokens, at)),
        TokenKind::Int(_) | TokenKind::Float(_) => Some(Class::Number),
        TokenKind::StringStart | TokenKind::StringText(_) | TokenKind::StringEnd => {
            Some(Class::Text)
        }
        TokenKind::InterpolationStart | TokenKind::InterpolationEnd => Some(Class::Interpolation),
        TokenKind::Newline | TokenKind::EndOfFile => None,
        TokenKind::True | TokenKind::False | TokenKind::Nil => Some(Class::Constant),
        word if word.is_keyword() && (follows_dot || names(tokens, at)) => Some(named(tokens, at)),
        word if word.is_keyword() => Some(Class::Keyword),
        _ => Some(Class::Symbol),
    }
}

/// Whether a reserved word is the name of a field or a function, where it is as good as any other:
/// `type :: Int`, `type: 1`, `type as "kind"`, `fn send(…)`. A parameter `self :: Type` stands on a
/// line with others.
fn names(tokens: &[Token], at: usize) -> bool {
    let kind = tokens[at].kind;
    let next_but = |count: usize| tokens.get(at + 1 + count).map(|token| token.kind);
    match next_but(0) {
        Some(TokenKind::ColonColon) => kind != TokenKind::SelfWord || begins_line(tokens, at),
        Some(TokenKind::Name) => next_but(1) == Some(TokenKind::StringStart),
        Some(TokenKind::Colon | TokenKind::Equal) => true,
        Some(TokenKind::LeftParen | TokenKind::Less) => {
            is_declared(tokens, at) && !matches!(kind, TokenKind::Do | TokenKind::When)
        }
        _ => false,
    }
}

fn begins_line(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1)
        .is_none_or(|before| tokens[before].kind == TokenKind::Newline)
}

/// Whether the word stands behind `fn`, `def` or `actor`.
fn is_declared(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before].kind);
    matches!(
        before,
        Some(TokenKind::Fn | TokenKind::Def | TokenKind::Actor)
    )
}

fn name(text: &str, tokens: &[Token], at: usize) -> Class {
    let spelled = |at: usize| {
        let span = tokens.get(at)?.span;
        text.get(span.start as usize..span.end as usize)
    };
    let before = at.checked_sub(1).map(|before| tokens[before].kind);
    let next = tokens.get(at + 1).map(|token| token.kind);
    let begins_line = begins_line(tokens, at);
    let is_word = match spelled(at).unwrap_or_default() {
        "opaque" => matches!(next, Some(TokenKind::Struct | TokenKind::Type)),
        "extern" => matches!(next, Some(TokenKind::Fn | TokenKind::Def | TokenKind::Type)),
        "from" => begins_line && next == Some(TokenKind::Name),
        "test" => begins_line && next == Some(TokenKind::StringStart),
        "deriving" => before == Some(TokenKind::End) && next == Some(TokenKind::LeftParen),
        "child" => begins_line && next == Some(TokenKind::Name),
        "assert" => {
            before != Some(TokenKind::Dot)
                && !is_declared(tokens, at)
                && next.is_some_and(begins_value)
        }
        "as" => match next {
            Some(TokenKind::StringStart) => !begins_line,
            Some(TokenKind::Name) => before.is_some_and(ends_value),
            _ => false,
        },
        _ => false,
    };
    let is_capital = spelled(at).is_some_and(|name| name.starts_with(char::is_uppercase));
    match (is_word, is_capital) {
        (true, _) => Class::Keyword,
        (false, true) => Class::Capital,
        (false, false) => named(tokens, at),
    }
}

/// A name in lower case. `fn x -> …` is a closure, whose parameter is no call.
fn named(tokens: &[Token], at: usize) -> Class {
    let next = tokens.get(at + 1);
    let touching = next.filter(|next| next.span.start == tokens[at].span.end);
    let next = touching.map(|next| next.kind);
    let has_generics = is_declared(tokens, at) && next == Some(TokenKind::Less);
    match next == Some(TokenKind::LeftParen) || has_generics {
        true => Class::Call,
        false => Class::Name,
    }
}

/// Whether a value may begin with the token, but for a sign.
fn begins_value(kind: TokenKind) -> bool {
    use TokenKind::*;
    let is_literal = matches!(kind, Int(_) | Float(_) | StringStart | True | False | Nil);
    let is_bracket = matches!(kind, LeftParen | LeftBracket | MapStart | BitsStart);
    let is_form = matches!(kind, If | Case | Match | While | For | Receive | Fn | Def);
    let is_call = matches!(kind, Name | Spawn | Send | Link | SelfWord | Not | Bang);
    is_literal || is_bracket || is_form || is_call
}

/// Whether a pattern may end with the token.
fn ends_value(kind: TokenKind) -> bool {
    use TokenKind::*;
    let is_literal = matches!(kind, Int(_) | Float(_) | StringEnd | True | False | Nil);
    is_literal || matches!(kind, Name | RightParen | RightBracket | Greater)
}

#[cfg(test)]
mod tests {
    use super::{classes, Class};

    fn shown(text: &str) -> Vec<(&str, Class)> {
        let parts = classes(text).into_iter();
        parts.map(|(range, class)| (&text[range], class)).collect()
    }

    #[test]
    fn each_part_has_its_class() {
        let expected = [
            ("pub", Class::Keyword),
            ("fn", Class::Keyword),
            ("twice", Class::Call),
            ("(", Class::Symbol),
            ("n", Class::Name),
            ("::", Class::Symbol),
            ("Int", Class::Capital),
            (")", Class::Symbol),
            ("=", Class::Symbol),
            ("\"", Class::Text),
            ("a ", Class::Text),
            ("${", Class::Interpolation),
            ("n", Class::Name),
            ("}", Class::Interpolation),
            ("\"", Class::Text),
            ("# why", Class::Comment),
        ];
        assert_eq!(
            shown("pub fn twice(n :: Int) = \"a ${n}\"  # why"),
            expected
        );
    }

    #[test]
    fn words_are_reserved_in_their_places_only() {
        let class = |text: &str, word: &str| {
            let found = shown(text).into_iter().find(|(part, _)| *part == word);
            found.map(|(_, class)| class)
        };
        assert_eq!(
            class("pub opaque type A do", "opaque"),
            Some(Class::Keyword)
        );
        assert_eq!(class("let opaque = 1", "opaque"), Some(Class::Name));
        assert_eq!(class("value.send(1)", "send"), Some(Class::Call));
        assert_eq!(class("end deriving(Eq)", "deriving"), Some(Class::Keyword));
        assert_eq!(class("nil", "nil"), Some(Class::Constant));
        assert_eq!(class("fn map<T>(list) = 1", "map"), Some(Class::Call));
        assert_eq!(class("fn x -> x end", "x"), Some(Class::Name));
        assert_eq!(class("def map<T>(list) = 1", "map"), Some(Class::Call));
        assert_eq!(class("x -> assert x == 1", "assert"), Some(Class::Keyword));
        assert_eq!(class("let a = f(b)\nassert\n", "assert"), Some(Class::Name));
        assert_eq!(class("fn assert(a) = a", "assert"), Some(Class::Call));
        assert_eq!(class("child worker do", "child"), Some(Class::Keyword));
        assert_eq!(class("let child = worker", "child"), Some(Class::Name));
        assert_eq!(class("[1] as whole -> 1", "as"), Some(Class::Keyword));
    }

    #[test]
    fn reserved_words_may_name_fields_and_functions() {
        let class = |text: &str, word: &str| {
            let found = shown(text).into_iter().find(|(part, _)| *part == word);
            found.map(|(_, class)| class)
        };
        assert_eq!(class("type :: Int", "type"), Some(Class::Name));
        assert_eq!(class("A { type: 1 }", "type"), Some(Class::Name));
        assert_eq!(class("Json(type = None)", "type"), Some(Class::Name));
        assert_eq!(class("type as \"kind\"", "type"), Some(Class::Name));
        assert_eq!(class("type as \"kind\"", "as"), Some(Class::Keyword));
        assert_eq!(class("A { self: 1 }", "self"), Some(Class::Name));
        assert_eq!(class("self :: Int", "self"), Some(Class::Name));
        assert_eq!(class("fn send(a) = a", "send"), Some(Class::Call));
        assert_eq!(class("fn do(a) end", "do"), Some(Class::Keyword));
        assert_eq!(class("fn f(self :: A) = 1", "self"), Some(Class::Keyword));
        assert_eq!(class("true :: rest", "true"), Some(Class::Constant));
    }

    #[test]
    fn any_text_has_parts_in_order() {
        for text in [
            "\"open",
            "#= open",
            "a # é",
            "'",
            "\u{feff}a",
            "${",
            "é # ü\n\"${\"",
        ] {
            let mut end = 0;
            for (range, _) in classes(text) {
                assert!(range.start >= end && range.end <= text.len(), "{text:?}");
                assert!(text.get(range.clone()).is_some(), "{text:?}");
                end = range.end;
            }
        }
    }
}
