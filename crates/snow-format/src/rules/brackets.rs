//! Brackets and what they hold: on one line, filled, or one a line.

use snow_compiler::lex::TokenKind;

use super::Rules;
use crate::plan::{Break, Empty, Kind};

/// A pair of brackets with elements.
pub(super) struct Brackets {
    /// The atom that the whole begins with.
    pub start: usize,
    /// The atom behind which the elements begin: a bracket, or the bar of an update.
    pub open: usize,
    /// The closing bracket.
    pub close: usize,
    /// Blanks inside, as in `Name { field: value }`.
    pub is_padded: bool,
}

impl Rules<'_> {
    /// Brackets at `open`, around elements that begin at `starts` and that `visit` plans.
    pub(super) fn list(
        &mut self,
        open: usize,
        starts: &[usize],
        visit: impl FnOnce(&mut Self),
    ) -> usize {
        let brackets = Brackets {
            start: open,
            open,
            close: self.mates[open],
            is_padded: false,
        };
        self.brackets(brackets, starts, visit)
    }

    /// The same for any brackets. Elements stand one a line when the author wrote them so: a comma
    /// behind the last one, or the first one and all others at the beginning of a line.
    pub(super) fn brackets(
        &mut self,
        brackets: Brackets,
        starts: &[usize],
        visit: impl FnOnce(&mut Self),
    ) -> usize {
        let Brackets {
            start,
            open,
            close,
            is_padded,
        } = brackets;
        let group = self.plan.group(
            start,
            Kind::Brackets {
                close,
                hangs_at: None,
            },
        );
        let Some((&first, others)) = starts.split_first() else {
            self.glue(close);
            return group;
        };
        let has_last_comma = self.is(close - 1, TokenKind::Comma);
        let is_opened = self.is_broken(first);
        let is_one_a_line = has_last_comma || others.iter().all(|&other| self.is_broken(other));
        let after_open = is_padded || self.is(open, TokenKind::Bar);
        self.soft(first, Break::With(group), after_open);
        self.plan.nest(open + 1, close, Some(group));
        visit(self);
        for &other in others {
            let breaks = match is_one_a_line {
                true => Break::With(group),
                false => Break::Fill(group),
            };
            self.soft(other, breaks, true);
            self.plan.gaps[other].empty = Empty::Kept;
        }
        self.soft(close, Break::With(group), is_padded);
        if is_opened || has_last_comma {
            self.plan.force(group);
        }
        group
    }

    /// A gap that may break.
    pub(super) fn soft(&mut self, gap: usize, breaks: Break, has_blank: bool) {
        self.plan.gaps[gap].breaks = breaks;
        self.blank_if(gap, has_blank);
    }

    pub(super) fn blank_if(&mut self, gap: usize, has_blank: bool) {
        self.plan.blank(gap, has_blank);
    }

    /// Takes off brackets around a whole expression, pattern or type; what is left begins and ends
    /// at the atoms that are returned. `owns_one`: the node has brackets of its own.
    pub(super) fn unwrap(&mut self, from: usize, to: usize, owns_one: bool) -> (usize, usize) {
        let (mut from, mut to) = (from, to);
        while self.wraps(from, to) && (!owns_one || self.wraps(from + 1, to - 1)) {
            self.list(from, &[from + 1], |_| {});
            from += 1;
            to -= 1;
            if self.is(to - 1, TokenKind::Comma) {
                to -= 1;
            }
        }
        (from, to)
    }

    /// Whether the atoms `from..to` are one pair of brackets.
    fn wraps(&self, from: usize, to: usize) -> bool {
        to > from + 1 && self.is(from, TokenKind::LeftParen) && self.mates[from] == to - 1
    }
}
