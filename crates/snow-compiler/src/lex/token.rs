//! What the lexer makes: tokens without payload, so that they are small and can be compared.
//!
//! Text of names is read from the source by span; decoded string text and doc comments live in side
//! tables of [`Lexed`].

use crate::diagnostics::Diagnostic;
use crate::source::{Name, Span};

macro_rules! tokens {
    (keywords { $($keyword:ident $keyword_text:literal)* } symbols { $($symbol:ident $symbol_text:literal)* }) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum TokenKind {
            $(#[doc = concat!("The keyword `", $keyword_text, "`.")] $keyword,)*
            $(#[doc = concat!("The symbol `", $symbol_text, "`.")] $symbol,)*
            /// An identifier that is not a keyword.
            Name,
            /// An integer without its sign: at most 2^63.
            Int(u64),
            /// A float without its sign.
            Float(f64),
            /// The opening quote or quotes of a string.
            StringStart,
            /// Decoded text between quotes and interpolations; an index into [`Lexed::texts`].
            StringText(u32),
            /// `${`.
            InterpolationStart,
            /// The `}` that closes a `${`.
            InterpolationEnd,
            /// The closing quote or quotes.
            StringEnd,
            /// The end of a line.
            Newline,
            /// Something that is no token; reported by the lexer.
            Unknown,
            /// The body of a function that is left out.
            LeftOut,
            /// The end of the file; always the last token.
            EndOfFile,
        }

        impl TokenKind {
            /// The reserved words.
            pub const KEYWORDS: &'static [&'static str] = &[$($keyword_text),*];

            /// The keyword of that spelling.
            pub fn keyword(text: &str) -> Option<TokenKind> {
                let word = packed(text)?;
                $(
                    const { assert!(packed($keyword_text).is_some()) }
                    if Some(word) == const { packed($keyword_text) } {
                        return Some(TokenKind::$keyword);
                    }
                )*
                None
            }

            /// The longest symbol that the text begins with, and its spelling.
            pub(crate) fn symbol_at(text: &str) -> Option<(TokenKind, &'static str)> {
                const SYMBOLS: &[(TokenKind, &str)] =
                    &[$((TokenKind::$symbol, $symbol_text)),*];
                let first = text.as_bytes().first();
                SYMBOLS
                    .iter()
                    .filter(|(_, symbol)| symbol.as_bytes().first() == first)
                    .filter(|(_, symbol)| text.starts_with(symbol))
                    .max_by_key(|(_, symbol)| symbol.len())
                    .copied()
            }

            /// True for reserved words.
            pub fn is_keyword(self) -> bool {
                matches!(self, $(TokenKind::$keyword)|*)
            }

            /// The spelling of keywords and symbols.
            pub fn spelling(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$keyword => Some($keyword_text),)*
                    $(TokenKind::$symbol => Some($symbol_text),)*
                    _ => None,
                }
            }
        }
    };
}

/// The bytes of a short text as one number: fifty keywords are told apart by comparing numbers.
/// `None` when they do not fit. No two texts without zeros give the same number.
const fn packed(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() > size_of::<u128>() {
        return None;
    }
    let mut number = 0;
    let mut at = 0;
    while at < bytes.len() {
        number = number << 8 | bytes[at] as u128;
        at += 1;
    }
    Some(number)
}

tokens! {
    keywords {
        Actor "actor" After "after" Alias "alias" And "and" Break "break" Call "call" Case "case" Cast "cast"
        Cond "cond" Continue "continue" Def "def" Do "do" Else "else" End "end" False "false" Fn "fn" For "for"
        If "if" Impl "impl" Import "import" In "in" Interface "interface" Let "let" Link "link" Match "match"
        Module "module" Monitor "monitor" Nil "nil" Not "not" Or "or" Pub "pub" Receive "receive" Return "return"
        SelfWord "self" Send "send" Service "service" Spawn "spawn" Struct "struct" Supervisor "supervisor"
        Terminate "terminate" Trait "trait" Trap "trap" True "true" Type "type" When "when" Where "where"
        While "while" With "with"
    }
    symbols {
        Plus "+" Minus "-" Star "*" Slash "/" Percent "%" EqualEqual "==" BangEqual "!=" Less "<" Greater ">"
        LessEqual "<=" GreaterEqual ">=" AndAnd "&&" OrOr "||" Bang "!" PipeArrow "|>" DotDot ".." Diamond "<>"
        PlusPlus "++" Equal "=" Arrow "->" FatArrow "=>" ColonColon "::" Question "?" Bar "|" LeftParen "("
        RightParen ")" LeftBracket "[" RightBracket "]" LeftBrace "{" RightBrace "}" MapStart "%{" BitsStart "<<"
        Comma "," Dot "." Colon ":" Semicolon ";"
    }
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
}

/// One `##` or `##!` line that stands alone on its line.
#[derive(Clone, Debug, PartialEq)]
pub struct DocLine {
    /// Index of the token that follows, which is the end of the comment's line.
    pub before: usize,
    /// True for `##!`.
    pub is_module: bool,
    /// The text after the marker and at most one space.
    pub text: String,
}

/// A backslash in a string in front of a character that makes no escape with it.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownEscape {
    /// What stands behind the backslash: a character, and the digits of `\x41` and `\u00e9`.
    pub text: Name,
    /// The backslash and the text.
    pub span: Span,
}

/// The lexer's whole answer.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// All tokens, the last of which is [`TokenKind::EndOfFile`].
    pub tokens: Vec<Token>,
    /// Decoded string texts.
    pub texts: Vec<Name>,
    /// Doc comments in source order.
    pub docs: Vec<DocLine>,
    /// Backslashes that mean nothing, in source order.
    pub unknown_escapes: Vec<UnknownEscape>,
    /// Places of `\$` in strings, in source order.
    pub written_dollars: Vec<Span>,
    /// True when a string or comment is never closed, so that the tokens end before the file does.
    pub is_cut: bool,
    /// What is wrong with single tokens; the parser may know better what was meant.
    pub reports: Vec<Diagnostic>,
}
