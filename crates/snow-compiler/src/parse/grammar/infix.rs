//! Operators between two operands: their levels, and the words and signs that other languages have
//! for them.

use super::exprs::{self, starts_expr};
use crate::ast::{Associates, BinaryOp, Expr, ExprKind};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
use crate::source::Span;

/// What stands between two operands.
pub(crate) enum Infix {
    Pipe,
    Op(BinaryOp),
    /// Reported by the lexer; both sides are still read.
    Unknown,
}

impl Infix {
    /// The operator of a token.
    pub(crate) fn of(kind: TokenKind) -> Option<Infix> {
        use TokenKind::*;
        Some(Infix::Op(match kind {
            PipeArrow => return Some(Infix::Pipe),
            Unknown => return Some(Infix::Unknown),
            Or | OrOr => BinaryOp::Or,
            And | AndAnd => BinaryOp::And,
            EqualEqual => BinaryOp::Eq,
            BangEqual => BinaryOp::Ne,
            Less => BinaryOp::Lt,
            Greater => BinaryOp::Gt,
            LessEqual => BinaryOp::Le,
            GreaterEqual => BinaryOp::Ge,
            DotDot => BinaryOp::Range,
            Diamond => BinaryOp::Join,
            PlusPlus => BinaryOp::Concat,
            Plus => BinaryOp::Add,
            Minus => BinaryOp::Sub,
            Star => BinaryOp::Mul,
            Slash => BinaryOp::Div,
            Percent => BinaryOp::Rem,
            _ => return None,
        }))
    }

    /// The operator that is next: that of the token, or of a word of another language.
    pub(crate) fn next(p: &Parser) -> Option<Infix> {
        match word(p) {
            Some((_, op, ..)) => Some(Infix::Op(op)),
            None => Infix::of(p.kind()),
        }
    }

    /// How tightly it binds.
    pub(crate) fn level(&self) -> usize {
        match self {
            Infix::Pipe => 1,
            Infix::Op(op) => op.level(),
            Infix::Unknown => BinaryOp::Mul.level(),
        }
    }

    /// The least level of operators that belong to its right side.
    pub(crate) fn level_on_the_right(&self) -> usize {
        let associates = match self {
            Infix::Pipe | Infix::Unknown => Associates::Left,
            Infix::Op(op) => op.associates(),
        };
        match associates {
            Associates::Left => self.level() + 1,
        }
    }
}

/// A word that is an operator elsewhere, what it means, and what is written for it.
type Word = (&'static str, BinaryOp, &'static str, &'static str);

const WORDS: &[Word] = &[
    ("mod", BinaryOp::Rem, "%", "write `%`"),
    ("rem", BinaryOp::Rem, "%", "write `%`"),
    (
        "div",
        BinaryOp::Div,
        "/",
        "write `/`, which divides two Ints without a rest",
    ),
    ("is", BinaryOp::Eq, "==", COMPARE),
    (
        "until",
        BinaryOp::Range,
        "..",
        "write `a..b`, which leaves out `b`",
    ),
];
const IS_NOT: Word = ("is", BinaryOp::Ne, "!=", COMPARE);
const COMPARE: &str = "write `==` or `!=` to compare";

/// The word of another language that stands between two operands.
fn word(p: &Parser) -> Option<Word> {
    if !p.at(TokenKind::Name) || p.recovering || p.at_line_start() || p.touches_previous() {
        return None;
    }
    let written = p.slice(p.span());
    let found = WORDS.iter().find(|(word, ..)| *word == written)?;
    let begins = |kind| starts_expr(kind) || kind == TokenKind::Minus;
    match p.kind_after(1) {
        TokenKind::Not if written == IS_NOT.0 => begins(p.kind_after(2)).then_some(IS_NOT),
        next => begins(next).then_some(*found),
    }
}

/// Reads the operator, which is next, and reports a word that stands for one.
pub(crate) fn sign(p: &mut Parser) -> Span {
    let Some((written, op, meant, help)) = word(p) else {
        let token = p.bump();
        if token.kind == TokenKind::DotDot {
            exclusive(p);
        }
        return token.span;
    };
    let start = p.bump().span;
    let place = match op == BinaryOp::Ne {
        true => start.to(p.bump().span),
        false => start,
    };
    let report = p.foreign(place, format!("Snow has no operator `{written}`"));
    p.habit(report.help(help).edit(place, meant));
    place
}

/// The `<` of `a..<b`.
fn exclusive(p: &mut Parser) {
    if !p.at(TokenKind::Less) || !p.touches_previous() {
        return;
    }
    let place = p.bump().span;
    let report = p.foreign(place, "Snow has no `..<`");
    let help = "write `a..b`: a range leaves out its end";
    p.habit(report.help(help).edit(place, ""));
}

/// `value in list` and `value not in list`, at what follows the value. The whole is left out after
/// the report.
pub(crate) fn opt_contained(p: &mut Parser, value: &Expr, least: usize) -> Option<Expr> {
    let is_not = p.at(TokenKind::Not) && p.kind_after(1) == TokenKind::In;
    let level = BinaryOp::Eq.level();
    if p.recovering || least > level || !(is_not || p.at(TokenKind::In)) {
        return None;
    }
    let start = p.bump().span;
    let (place, word, negation) = match is_not {
        true => (start.to(p.bump().span), "not in", "not "),
        false => (start, "in", ""),
    };
    let list = exprs::binary(p, level + 1);
    let span = p.span_from(value.span);
    let written = p.slice(value.span);
    // `not x in xs` negates the whole elsewhere, and the value alone here.
    let (negation, written) = match written.strip_prefix("not ") {
        Some(operand) => (if is_not { "" } else { "not " }, operand.trim_start()),
        None => (negation, written),
    };
    let negated = written.strip_prefix('!').filter(|_| !is_not);
    let (negation, written) = negated.map_or((negation, written), |operand| ("not ", operand));
    let is_joined = matches!(
        list.kind,
        ExprKind::Binary { .. } | ExprKind::Unary { .. } | ExprKind::Pipe { .. }
    );
    let list = match p.slice(list.span) {
        list if is_joined && !list.starts_with('(') => format!("({list})"),
        list => list.to_string(),
    };
    let text = format!("{negation}{list}.contains({written})");
    let report = p.foreign(place, format!("Snow has no operator `{word}`"));
    p.complain(report.help(format!("write `{text}`")).edit(span, text));
    p.leave_out();
    Some(Expr {
        kind: ExprKind::Error,
        span,
    })
}
