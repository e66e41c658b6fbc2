//! The arms of a `case`: what begins one in other languages, and its body, one expression or
//! several statements, which belong between `do` and `end`.

use super::{blocks, exprs, patterns};
use crate::ast::{Block, Expr, ExprKind, Pattern, PatternKind, Statement};
use crate::diagnostics::Diagnostic;
use crate::lex::TokenKind;
use crate::parse::mode::Mode;
use crate::parse::parser::Parser;
use crate::source::Span;

/// The pattern of an arm, without the words that begin one elsewhere.
pub(crate) fn pattern(p: &mut Parser) -> Pattern {
    let word = p.span();
    let arrow = [TokenKind::Arrow, TokenKind::FatArrow, TokenKind::Colon];
    match p.kind() {
        _ if p.recovering => patterns::pattern(p),
        TokenKind::Else if arrow.contains(&p.kind_after(1)) => {
            p.bump();
            let report = p.foreign(word, "expected a pattern, found `else`");
            let help = "what no other arm takes is `_ -> expression`";
            p.habit(report.help(help).edit(word, "_"));
            anything(word)
        }
        TokenKind::When => behind_when(p),
        TokenKind::Case => {
            p.bump();
            p.habit(case_word(p, word).edit(p.gap_behind(word), ""));
            patterns::pattern(p)
        }
        _ => patterns::pattern(p),
    }
}

/// `when pattern ->`, and `when condition ->` without a pattern.
fn behind_when(p: &mut Parser) -> Pattern {
    let mark = p.mark();
    let word = p.bump().span;
    let gap = p.gap_behind(word);
    let pattern = patterns::pattern(p);
    let is_pattern = p.is_clean_since(&mark)
        && matches!(
            p.kind(),
            TokenKind::Arrow | TokenKind::FatArrow | TokenKind::When
        );
    let report = p.foreign(word, "expected a pattern, found `when`");
    let report = report.help("an arm is `pattern -> expression`, or `pattern when condition -> …`");
    if is_pattern {
        p.habit(report.edit(gap, ""));
        return pattern;
    }
    p.reset(mark);
    p.habit(report.edit(word, "_ when"));
    anything(word)
}

/// The report about the `case` at `word`, with which other languages begin each arm.
fn case_word(p: &Parser, word: Span) -> Diagnostic {
    let report = p.foreign(word, "expected a pattern, found `case`");
    report.help("an arm is `pattern -> expression`")
}

/// The same for what else is wrong about such an arm, if one begins here.
pub(crate) fn opt_case_word(p: &Parser) -> Option<Diagnostic> {
    (p.at(TokenKind::Case) && !p.recovering).then(|| case_word(p, p.span()))
}

/// `|` in front of an arm, which a clause of the closure of `opener` may have.
pub(crate) fn opt_bar(p: &mut Parser, opener: Span) {
    if p.recovering || !p.at(TokenKind::Bar) {
        return;
    }
    let bar = p.bump().span;
    if p.slice(opener) != "fn" {
        let report = p.foreign(bar, "an arm begins with its pattern, without `|`");
        let gap = p.gap_behind(bar);
        p.habit(report.help("leave out the `|`").edit(gap, ""));
    }
}

fn anything(span: Span) -> Pattern {
    Pattern {
        kind: PatternKind::Wildcard,
        span,
    }
}

/// What stands behind the arrow at `sign`, in the arm that begins at `start`. Statements without
/// `do` and `end` are reported and read as a block.
pub(crate) fn body(p: &mut Parser, start: Span, sign: Span) -> Block {
    let first = p.span();
    let mut statements = match p.at(TokenKind::Let) {
        true => blocks::statement(p).into_iter().collect(),
        false => vec![Statement::Expr(exprs::expr(p))],
    };
    let mut is_block = matches!(statements[..], [Statement::Let { .. }]);
    while !p.recovering && goes_on(p, start) {
        is_block = true;
        p.eat_separators();
        let before = p.index();
        statements.extend(blocks::statement(p));
        blocks::after_statement(p, before);
        if p.index() == before {
            break;
        }
    }
    if is_block {
        let report = p.foreign(sign, "several statements of an arm need `do` and `end`");
        let report = report.help("write `pattern -> do`, the statements, and `end`");
        let behind = Span {
            start: sign.end,
            ..sign
        };
        let end = p.last_end();
        let line = format!("\n{}end", " ".repeat(p.indentation(start.start)));
        p.habit(report.edit(behind, " do").edit(end, line));
    }
    Block {
        statements,
        span: p.span_from(first),
    }
}

/// `{}` or `{ statements }`, which other languages write behind an arrow, and no tuple or map.
pub(crate) fn at_braces(p: &Parser) -> bool {
    use TokenKind::*;
    let mut open = 0usize;
    for token in &p.lexed.tokens[p.index()..] {
        match token.kind {
            LeftParen | LeftBracket | LeftBrace | MapStart | InterpolationStart => open += 1,
            RightParen | RightBracket | RightBrace | InterpolationEnd if open == 1 => return true,
            RightParen | RightBracket | RightBrace | InterpolationEnd => open -= 1,
            Comma | Colon | FatArrow | Bar if open == 1 => return false,
            EndOfFile => return false,
            _ => {}
        }
    }
    false
}

/// The block in them.
pub(crate) fn braces(p: &mut Parser) -> Block {
    let open = p.span();
    let next = p.lexed.tokens[p.index() + 1..].iter();
    let mut next = next.skip_while(|token| token.kind == TokenKind::Newline);
    let close = next
        .next()
        .filter(|token| token.kind == TokenKind::RightBrace);
    let Some(close) = close.map(|token| token.span) else {
        return blocks::do_block(p, open);
    };
    let report = p.foreign(open, "expected an expression, found `{`");
    let help = "an arm that does nothing is `pattern -> ()`";
    p.habit(report.help(help).edit(open.to(close), "()"));
    p.bump();
    p.delimited(Parser::bump);
    blocks::of_expression(Expr {
        kind: ExprKind::Unit,
        span: open.to(close),
    })
}

/// Whether the next line is one more statement of the arm that begins at `start`: it stands further
/// to the right, and no arrow makes an arm of it.
fn goes_on(p: &mut Parser, start: Span) -> bool {
    let column = p.indentation(start.start);
    let mode = Mode {
        lines_count: true,
        ..p.mode
    };
    p.under(mode, |p| {
        let rest = &p.lexed.tokens[p.index()..];
        let is_end = |kind| matches!(kind, TokenKind::Newline | TokenKind::Semicolon);
        let ends = rest.iter().take_while(|token| is_end(token.kind)).count();
        let Some(next) = rest.get(ends).filter(|_| ends > 0) else {
            return false;
        };
        p.indentation(next.span.start) > column
            && (next.kind == TokenKind::Let || exprs::starts_expr(next.kind))
            && !is_arm(&rest[ends..])
    })
}

/// Whether an arrow stands on the first line of `tokens`, outside of brackets and closures.
pub(crate) fn is_arm(tokens: &[crate::lex::Token]) -> bool {
    use TokenKind::*;
    let mut open = 0usize;
    let mut before = Newline;
    for token in tokens {
        match token.kind {
            LeftParen | LeftBracket | LeftBrace | MapStart | InterpolationStart => open += 1,
            // The line closes what began above it.
            End | RightParen | RightBracket | RightBrace | InterpolationEnd if open == 0 => {
                return false;
            }
            RightParen | RightBracket | RightBrace | InterpolationEnd => open -= 1,
            Arrow | FatArrow | When if open == 0 => return true,
            Fn | Do | Let | Equal | EndOfFile if open == 0 => return false,
            Newline if open == 0 && !matches!(before, Bar | ColonColon) => return false,
            _ => {}
        }
        before = token.kind;
    }
    false
}
