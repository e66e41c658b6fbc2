//! Patterns and parameters.

use snow_compiler::ast::{BitSegment, Param, Pattern, PatternKind};
use snow_compiler::lex::TokenKind;

use super::brackets::Brackets;
use super::Rules;
use crate::plan::{Break, Kind};

impl Rules<'_> {
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        let (from, to) = self.range(pattern.span);
        let owns_brackets = matches!(pattern.kind, PatternKind::Tuple(_) | PatternKind::Unit);
        let (from, to) = self.unwrap(from, to, owns_brackets);
        match &pattern.kind {
            PatternKind::Tuple(parts) | PatternKind::List(parts) => self.patterns(from, parts),
            PatternKind::Constructor { path, args } => {
                if let Some(args) = args {
                    let open = self.at(path.span.end);
                    self.patterns(open, args);
                }
            }
            PatternKind::Or(choices) => self.choices(from, to, choices),
            PatternKind::Cons(head, tail) => {
                self.pattern(head);
                self.pattern(tail);
            }
            PatternKind::As(inner, _) => self.pattern(inner),
            PatternKind::Bits(segments) => {
                self.segments(from, to, segments, |rules, value| rules.pattern(value));
            }
            PatternKind::Int(_) | PatternKind::Float(_) => self.sign(from),
            PatternKind::Wildcard
            | PatternKind::Name(_)
            | PatternKind::String(_)
            | PatternKind::Bool(_)
            | PatternKind::Unit
            | PatternKind::Error => {}
        }
    }

    /// A number whose sign is a token.
    pub(super) fn sign(&mut self, at: usize) {
        if self.is(at, TokenKind::Minus) {
            self.glue(at + 1);
        }
    }

    fn patterns(&mut self, open: usize, parts: &[Pattern]) {
        let starts: Vec<usize> = parts.iter().map(|part| self.at(part.span.start)).collect();
        self.list(open, &starts, |rules| {
            parts.iter().for_each(|part| rules.pattern(part));
        });
    }

    fn choices(&mut self, from: usize, to: usize, choices: &[Pattern]) {
        let group = self.plan.group(from, Kind::Operators { end: to });
        for (number, choice) in choices.iter().enumerate() {
            let start = self.at(choice.span.start);
            if number == 1 {
                self.plan.nest(start, to, Some(group));
            }
            if number > 0 {
                self.soft(start, Break::Fill(group), true);
            }
            self.pattern(choice);
        }
    }

    /// `<<a::4, rest::bytes>>`.
    pub(super) fn segments<V>(
        &mut self,
        from: usize,
        to: usize,
        segments: &[BitSegment<V>],
        mut visit: impl FnMut(&mut Self, &V),
    ) {
        let starts: Vec<usize> = segments
            .iter()
            .map(|segment| self.at(segment.span.start))
            .collect();
        let brackets = Brackets {
            start: from,
            open: from,
            close: to - 2,
            is_padded: false,
        };
        self.glue(to - 1);
        self.brackets(brackets, &starts, |rules| {
            for segment in segments {
                let (start, end) = rules.range(segment.span);
                rules.specifiers(start, end);
                visit(rules, &segment.value);
                if let Some(size) = &segment.size {
                    rules.expr(size);
                }
            }
        });
    }

    /// What stands behind `::` of a segment is written without blanks.
    fn specifiers(&mut self, start: usize, end: usize) {
        let mut at = start;
        let mut is_behind = false;
        while at < end {
            is_behind |= self.is(at, TokenKind::ColonColon);
            if is_behind {
                self.glue(at);
            }
            let is_open = self.is(at, TokenKind::LeftParen);
            at = if is_open { self.mates[at] } else { at } + 1;
        }
    }

    /// `(a, b :: T)` at `open`, when it is there. Returns what follows.
    pub(super) fn params(&mut self, open: usize, params: &[Param]) -> usize {
        if !self.is(open, TokenKind::LeftParen) {
            return open;
        }
        self.glue(open);
        let starts: Vec<usize> = params
            .iter()
            .map(|param| self.at(param.pattern.span.start))
            .collect();
        let close = self.mates[open];
        let group = self.list(open, &starts, |rules| rules.bare_params(params));
        self.plan.groups[group].kind = Kind::Parameters { close };
        close + 1
    }

    /// Parameters without brackets.
    pub(super) fn bare_params(&mut self, params: &[Param]) {
        for param in params {
            self.pattern(&param.pattern);
            if let Some(annotation) = &param.annotation {
                self.type_expr(annotation);
            }
        }
    }
}
