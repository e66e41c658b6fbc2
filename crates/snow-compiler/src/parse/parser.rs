//! The cursor of the parser: which token is next, which ends of lines count, how deep we are.
//!
//! Ends of lines separate statements, except inside of `( ) [ ] { }`; a block inside of those makes
//! them count again. The tokens hold all of them, and the cursor looks past those that do not count
//! under the present [`Mode`].

use super::grammar::import_paths::Renamed;
use super::habits::Closer;
use super::mode::Mode;
use crate::ast::{Ident, Path};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::{Lexed, Token, TokenKind};
use crate::source::{FileId, Name, Span};

/// How many forms may stand inside of each other. Each level costs the parser several stack frames,
/// and later stages too; people stay below twenty.
pub(super) const MOST_DEPTH: usize = 200;

/// How high a tree may grow. Chains (`a + b + …`, `a.b.c…`, `else if`) are read without recursion but
/// nest in the tree, and later stages follow them with the stack of [`crate::pipeline::STACK`].
pub(super) const MOST_HEIGHT: usize = 12_000;

/// How many heads a pattern `a :: b :: …` may have.
pub(super) const MOST_PATTERN: usize = 2_000;

/// Whether indentation is used to place errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Indentation {
    /// Only tokens count.
    Ignored,
    /// A block ends where a line stands too far to the left to belong to it.
    Believed,
}

/// State of one reading of a file.
pub(super) struct Parser<'a> {
    /// Where ends of lines count and `do` is taken.
    pub mode: Mode,
    /// Believed in the second reading only.
    pub indentation: Indentation,
    /// An error has been reported and what follows it on its line is not to be trusted.
    pub recovering: bool,
    /// The `terminate` block of the actor being read; `None` outside of actors.
    pub terminate: Option<Option<crate::ast::Block>>,
    /// Some block has no `end`, or some `end` no block.
    pub is_unbalanced: bool,
    /// What closes the blocks that are open, innermost last.
    pub closers: Vec<Closer>,
    /// The report about a form of another language that is being read: what is foreign inside of it
    /// is no mistake of its own.
    pub fold: Option<Diagnostic>,
    /// A result has been read up to its type, behind what stood for the arrow.
    pub arrow_read: bool,
    /// Reserved words that were used as names, which has been reported.
    pub misnamed: Vec<TokenKind>,
    /// Other names that imports give, which has been reported.
    pub renamed: Vec<Renamed<'a>>,
    /// `module … do` around items, reported, whose `end` is still to come.
    pub modules: usize,
    /// Height of the highest tree made since the enclosing form began.
    pub height: usize,
    pub(super) text: &'a str,
    pub(super) lexed: &'a Lexed,
    pub(super) position: usize,
    file: FileId,
    depth: usize,
    pub(super) given_up: bool,
    pub(super) last_error: Option<usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How often something was reported.
    pub(super) reports: usize,
    /// How often something was left out.
    pub errors: usize,
    /// Items in which something was left out.
    pub unread: Vec<Span>,
    /// Names of methods that stand in no `impl` that could be read.
    pub lost_methods: Vec<Name>,
    /// Places of tokens about which the parser said more than the lexer.
    pub explained: Vec<u32>,
}

/// Where the parser stood; diagnostics made since can be taken back.
pub(super) struct Mark {
    position: usize,
    diagnostics: usize,
    reports: usize,
    errors: usize,
    mode: Mode,
    recovering: bool,
    last_error: Option<usize>,
}

impl<'a> Parser<'a> {
    /// Stands before the first token.
    pub(super) fn new(
        text: &'a str,
        file: FileId,
        lexed: &'a Lexed,
        indentation: Indentation,
    ) -> Self {
        Parser {
            mode: Mode::of_a_file(),
            indentation,
            recovering: false,
            terminate: None,
            is_unbalanced: false,
            closers: Vec::new(),
            fold: None,
            arrow_read: false,
            misnamed: Vec::new(),
            renamed: Vec::new(),
            modules: 0,
            height: 0,
            text,
            lexed,
            position: 0,
            file,
            depth: 0,
            given_up: false,
            last_error: None,
            diagnostics: Vec::new(),
            reports: 0,
            errors: 0,
            unread: Vec::new(),
            lost_methods: Vec::new(),
            explained: Vec::new(),
        }
    }

    /// What was found.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Whether anything was found.
    pub(super) fn any_report(&self) -> bool {
        !self.diagnostics.is_empty()
    }

    // Looking.

    /// Index of the next token that counts.
    pub(super) fn index(&self) -> usize {
        let mut index = self.position;
        while !self.mode.lines_count && self.lexed.tokens[index].kind == TokenKind::Newline {
            index += 1;
        }
        index
    }

    /// The next token.
    pub(super) fn token(&self) -> Token {
        self.lexed.tokens[self.index()]
    }

    /// Its kind.
    pub(super) fn kind(&self) -> TokenKind {
        self.token().kind
    }

    /// Its place; the end of a line takes up none.
    pub(super) fn span(&self) -> Span {
        let Token { kind, span } = self.token();
        match kind {
            TokenKind::Newline => Span {
                end: span.start,
                ..span
            },
            _ => span,
        }
    }

    /// The kind of the token `ahead` places after the next one.
    pub(super) fn kind_after(&self, ahead: usize) -> TokenKind {
        let mut index = self.index();
        for _ in 0..ahead {
            index = (index + 1).min(self.lexed.tokens.len() - 1);
            while !self.mode.lines_count && self.lexed.tokens[index].kind == TokenKind::Newline {
                index += 1;
            }
        }
        self.lexed.tokens[index].kind
    }

    /// True when the next token is of that kind.
    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// True when the next token is that contextual word.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.at(TokenKind::Name) && self.slice(self.span()) == word
    }

    /// True when nothing stands between the next token and the one after it.
    pub(super) fn next_touches(&self) -> bool {
        let index = self.index();
        let next = self.lexed.tokens.get(index + 1);
        next.is_some_and(|next| next.span.start == self.lexed.tokens[index].span.end)
    }

    /// The text of a span.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// True when nothing stands between the next token and the one before it.
    pub(super) fn touches_previous(&self) -> bool {
        let index = self.index();
        index > 0 && self.lexed.tokens[index - 1].span.end == self.lexed.tokens[index].span.start
    }

    /// The text before a span.
    pub(super) fn slice_before(&self, span: Span) -> &'a str {
        &self.text[..span.start as usize]
    }

    /// True when the next token is the first of its line.
    pub(super) fn at_line_start(&self) -> bool {
        let index = self.index();
        index == 0 || self.lexed.tokens[index - 1].kind == TokenKind::Newline
    }

    /// Bytes of blank space before the first token of the line that holds byte `at`.
    pub(super) fn indentation(&self, at: u32) -> usize {
        let line = self.text[..at as usize]
            .rfind(['\n', '\r'])
            .map_or(0, |end| end + 1);
        self.text[line..].len() - self.text[line..].trim_start_matches([' ', '\t']).len()
    }

    /// Place of the last token read.
    pub(super) fn previous_span(&self) -> Span {
        match self.position {
            0 => Span {
                file: self.file,
                start: 0,
                end: 0,
            },
            position => self.lexed.tokens[position - 1].span,
        }
    }

    /// Place of the token before that.
    pub(super) fn previous_but_one(&self) -> Span {
        let index = self.position.saturating_sub(2);
        self.lexed.tokens[index].span
    }

    /// From `start` to the last token read.
    pub(super) fn span_from(&self, start: Span) -> Span {
        if self.previous_span().end <= start.start {
            return Span {
                end: start.start,
                ..start
            };
        }
        start.to(self.previous_span())
    }

    // Reading.

    /// Reads the next token; the end of the file is read again and again.
    pub(super) fn bump(&mut self) -> Token {
        let index = self.index();
        if self.lexed.tokens[index].kind != TokenKind::EndOfFile {
            self.position = index + 1;
        }
        self.lexed.tokens[index]
    }

    /// Reads a token of that kind when it is next.
    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Reads a token of that kind or reports its absence.
    pub(super) fn expect(&mut self, kind: TokenKind, place: &str) -> bool {
        let found = self.eat(kind);
        if !found {
            self.error_expected(&format!("`{}` {place}", kind.spelling().unwrap_or("…")));
        }
        found
    }

    /// Reads over ends of lines where a form may be continued on the next one.
    pub(super) fn eat_newlines(&mut self) {
        while self.eat(TokenKind::Newline) {}
    }

    /// Reads a comma, and the ends of lines after it.
    pub(super) fn eat_comma(&mut self) -> bool {
        let found = self.eat(TokenKind::Comma);
        if found {
            self.eat_newlines();
        }
        found
    }

    /// A name; keywords are reported. `what` completes "expected …".
    pub(super) fn name(&mut self, what: &str) -> Ident {
        let token = self.token();
        let index = self.index();
        if token.kind == TokenKind::Name {
            self.bump();
        } else if token.kind.is_keyword() && !matches!(token.kind, TokenKind::Do | TokenKind::End) {
            let word = self.slice(token.span);
            let message = format!("expected {what}, found the reserved word `{word}`");
            let report = Diagnostic::error(Code::P0001, token.span, message);
            self.complain(report.help("choose another name"));
            self.leave_out();
            self.misnamed.push(token.kind);
            self.bump();
        } else {
            self.error_expected(what);
            return Ident {
                name: "".into(),
                span: Span {
                    end: token.span.start,
                    ..token.span
                },
            };
        }
        let tokens = &self.lexed.tokens;
        let mut renamed = self.renamed.iter();
        let meant = renamed.find_map(|name| name.meant(self.text, tokens, index));
        Ident {
            name: meant.map_or_else(|| self.slice(token.span).into(), Name::clone),
            span: token.span,
        }
    }

    /// At a reserved word that was used as a name before, which has been reported.
    pub(super) fn at_misnamed(&self) -> bool {
        let kind = self.kind();
        self.misnamed.contains(&kind)
            && !matches!(kind, TokenKind::End | TokenKind::Else | TokenKind::Do)
    }

    /// A name where keywords are as good: after a dot, for fields and functions.
    pub(super) fn any_name(&mut self, what: &str) -> Ident {
        let token = self.token();
        if token.kind.is_keyword() {
            self.bump();
            return Ident {
                name: Name::from(self.slice(token.span)),
                span: token.span,
            };
        }
        self.name(what)
    }

    /// `A.B.C`.
    pub(super) fn path(&mut self, what: &str) -> Path {
        let first = self.name(what);
        let start = first.span;
        let mut segments = vec![first];
        while self.at(TokenKind::Dot) && self.kind_after(1) == TokenKind::Name {
            self.bump();
            segments.push(self.name(what));
        }
        Path {
            span: self.span_from(start),
            segments,
        }
    }

    /// Runs `read` under another mode.
    pub(super) fn under<T>(&mut self, mode: Mode, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.mode, mode);
        let result = read(self);
        self.mode = before;
        result
    }

    /// Runs `read` where `do` opens a body.
    pub(super) fn in_head<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.under(
            Mode {
                in_head: true,
                ..self.mode
            },
            read,
        )
    }

    /// Runs `read` one level deeper; at the limit gives up on the file and returns `otherwise`.
    pub(super) fn deeper<T>(
        &mut self,
        otherwise: impl FnOnce(Span) -> T,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.depth >= MOST_DEPTH {
            self.give_up("this is nested too deeply");
            return otherwise(self.span());
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Adds a level to the tree that is being made.
    pub(super) fn grow(&mut self) {
        self.height += 1;
        if self.height > MOST_HEIGHT {
            self.give_up("this has too many parts in a row");
        }
    }

    /// Runs `read`, whose tree stands beside the one that has been made so far.
    pub(super) fn beside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::take(&mut self.height);
        let result = read(self);
        self.height = self.height.max(before);
        result
    }

    /// Counts one more link of a chain; false, after giving up, when there are more than `most`.
    pub(super) fn may_chain(&mut self, links: &mut usize, most: usize) -> bool {
        *links += 1;
        if *links > most {
            self.give_up("this has too many parts in a row");
        }
        *links <= most
    }

    // Trying.

    /// Remembers the place.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            position: self.position,
            diagnostics: self.diagnostics.len(),
            reports: self.reports,
            errors: self.errors,
            mode: self.mode,
            recovering: self.recovering,
            last_error: self.last_error,
        }
    }

    /// True when nothing was reported since.
    pub(super) fn is_clean_since(&self, mark: &Mark) -> bool {
        self.reports == mark.reports && self.recovering == mark.recovering && !self.given_up
    }

    /// Goes back. Not after giving up: then there is nothing to try.
    pub(super) fn reset(&mut self, mark: Mark) {
        if self.given_up {
            return;
        }
        self.position = mark.position;
        self.diagnostics.truncate(mark.diagnostics);
        self.reports = mark.reports;
        self.errors = mark.errors;
        self.mode = mark.mode;
        self.recovering = mark.recovering;
        self.last_error = mark.last_error;
    }
}

/// True for names of constructors, types and modules.
pub(super) fn is_upper(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}
