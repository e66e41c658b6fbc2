//! `1..5` as a pattern, which is a guard here.

use super::{exprs, literals, patterns};
use crate::ast::PatternKind;
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
use crate::source::Span;

/// What follows the lower bound, which began at `start`, if that is a sign of ranges: the report
/// about the whole, past it.
pub(crate) fn opt(p: &mut Parser, start: Span) -> Option<PatternKind> {
    let sign = p.span();
    let is_foreign = p.at(TokenKind::Unknown) && matches!(p.slice(sign), "..=" | "...");
    if p.recovering || !(is_foreign || p.at(TokenKind::DotDot)) {
        return None;
    }
    let low = match sign.start > start.start {
        true => Some(p.slice(p.span_from(start))),
        // `[first, ..]` and `[first, ...rest]` take a list apart.
        false if p.slice(sign) == "..." || !is_bound(p.kind_after(1)) => return None,
        false => None,
    };
    let is_first = p.slice_before(start).trim_end_matches(' ').ends_with('\n');
    p.bump();
    if is_foreign {
        p.explained.push(sign.start);
    } else if p.at(TokenKind::Less) && p.touches_previous() {
        p.bump();
    }
    let high = upper_bound(p);
    let least = low.map(|low| format!("n >= {low}"));
    let most = high.map(|high| match is_foreign {
        true => format!("n <= {high}"),
        false => format!("n < {high}"),
    });
    let conditions: Vec<String> = [least, most].into_iter().flatten().collect();
    let meant = format!("n when {}", conditions.join(" and "));
    let whole = p.span_from(start);
    let report = p.foreign(whole, "ranges are no patterns");
    let report = report.help(format!("write `{meant} -> …`"));
    p.habit(match is_first && p.at(TokenKind::Arrow) {
        true => report.edit(whole, meant),
        false => report,
    });
    p.leave_out();
    Some(PatternKind::Error)
}

fn is_bound(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, Int(_) | Float(_) | Minus | StringStart)
}

fn upper_bound<'a>(p: &mut Parser<'a>) -> Option<&'a str> {
    let start = p.span();
    match p.kind() {
        TokenKind::Int(_) | TokenKind::Float(_) | TokenKind::Minus => {
            patterns::number(p);
        }
        TokenKind::StringStart => {
            literals::plain_string(p, "a pattern");
        }
        TokenKind::Name => {
            exprs::atom(p);
        }
        _ => return None,
    }
    Some(p.slice(p.span_from(start)))
}
