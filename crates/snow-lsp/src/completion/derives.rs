//! Interfaces in the brackets of a `deriving`.

use lsp_types::CompletionItemKind;
use snow_compiler::lex::TokenKind;
use snow_compiler::resolve::DERIVABLE;

use super::{add, Found, Typing};
use crate::brackets;

/// Adds what may be derived and is not in the list yet; whether the place is in such a list.
pub(super) fn complete(typing: &Typing, found: &mut Found) -> bool {
    let code = typing.before();
    let tokens = brackets::tokens(code);
    let open = brackets::opening(&tokens);
    let Some((open, word)) = open.and_then(|open| Some((open, tokens.get(open.checked_sub(1)?)?)))
    else {
        return false;
    };
    let is_list = code[word.1.clone()] == *"deriving" && tokens[open].0 == TokenKind::LeftParen;
    let last = tokens.last().map(|(kind, _)| *kind);
    if !is_list || !matches!(last, Some(TokenKind::LeftParen | TokenKind::Comma)) {
        return false;
    }
    for name in DERIVABLE {
        add(&name.into(), CompletionItemKind::INTERFACE, None, found);
    }
    for (_, place) in &tokens[open..] {
        found.remove(&code[place.clone()]);
    }
    true
}
