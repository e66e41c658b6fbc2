//! `if`, `case`, loops, `receive` and closures.

use snow_compiler::ast::{Arm, Block, Expr, ExprKind, ForBinding, Statement};
use snow_compiler::lex::TokenKind;

use super::Rules;
use crate::plan::{Break, Empty};

impl Rules<'_> {
    /// `if … else if … else … end`, which breaks as one.
    pub(super) fn if_form(&mut self, from: usize, to: usize, e: &Expr) {
        let group = self.begin_form(from, to - 1);
        self.branches(e, group);
        self.plan.leave();
    }

    fn branches(&mut self, e: &Expr, group: usize) {
        let mut rest = e;
        while let ExprKind::If {
            condition,
            then,
            otherwise,
        } = &rest.kind
        {
            self.expr(condition);
            let close = self.at(then.span.end);
            self.body(then, group, close);
            let Some(otherwise) = otherwise else { return };
            match self.else_if(close, otherwise) {
                Some(next) => rest = next,
                None => return self.last_branch(close, otherwise, group),
            }
        }
    }

    /// The `if` of an `else if`; an `if` on the next line is a statement with an `end` of its own.
    fn else_if<'e>(&self, word: usize, otherwise: &'e Block) -> Option<&'e Expr> {
        let continues = self.is(word + 1, TokenKind::If) && !self.is_broken(word + 1);
        match &otherwise.statements[..] {
            [Statement::Expr(e)] if continues && matches!(e.kind, ExprKind::If { .. }) => Some(e),
            _ => None,
        }
    }

    fn last_branch(&mut self, word: usize, otherwise: &Block, group: usize) {
        let close = self.at(otherwise.span.end);
        if self.is(word + 1, TokenKind::If) {
            self.plan.force(group);
        }
        self.body(otherwise, group, close);
    }

    pub(super) fn case(&mut self, from: usize, to: usize, subject: &Expr, arms: &[Arm]) {
        let group = self.begin_form(from, to - 1);
        self.expr(subject);
        self.soft(to - 1, Break::With(group), true);
        self.arms(arms, group, to - 1);
        self.plan.leave();
    }

    pub(super) fn receive(
        &mut self,
        from: usize,
        to: usize,
        arms: &[Arm],
        after: Option<&(Box<Expr>, Block)>,
    ) {
        let group = self.begin_form(from, to - 1);
        match after {
            None => {
                self.soft(to - 1, Break::With(group), true);
                self.arms(arms, group, to - 1);
            }
            Some((limit, body)) => self.after(arms, (limit, body), group, to - 1),
        }
        self.plan.leave();
    }

    /// The arms of a `receive` whose `end` stands at `end`, and its `after`.
    fn after(&mut self, arms: &[Arm], (limit, body): (&Expr, &Block), group: usize, end: usize) {
        let word = self.at(limit.span.start) - 1;
        self.soft(word, Break::With(group), true);
        self.arms(arms, group, word);
        self.expr(limit);
        if self.is_broken(word) {
            self.plan.note_certain();
        }
        self.arrow_body(body);
        // `after 100 -> nothing end` stays on its line, when the author wrote it so.
        if self.is_broken(end) {
            self.plan.always(end, Empty::No);
        }
    }

    pub(super) fn for_form(&mut self, from: usize, to: usize, e: &Expr) {
        let ExprKind::For {
            binding,
            iterable,
            filter,
            body,
        } = &e.kind
        else {
            return;
        };
        let group = self.begin_form(from, to - 1);
        if let ForBinding::One(pattern) = binding {
            self.pattern(pattern);
        }
        self.expr(iterable);
        if let Some(filter) = filter {
            self.expr(filter);
        }
        self.body(body, group, to - 1);
        self.plan.leave();
    }

    /// `fn … -> … end`, `fn … do … end`, and `do |…| … end` behind a call.
    pub(super) fn closure(&mut self, from: usize, to: usize, clauses: &[Arm]) {
        let end = to - 1;
        let group = self.begin_form(from, end);
        self.clauses(from, end, clauses, group);
        self.plan.leave();
    }

    fn clauses(&mut self, from: usize, end: usize, clauses: &[Arm], group: usize) {
        match clauses {
            [only] if self.is(from, TokenKind::Do) => {
                self.bars(from + 1);
                self.bare_params(&only.params);
                self.body(&only.body, group, end);
            }
            [only] => {
                self.head(from + 1, only);
                self.closure_body(&only.body, group, end);
            }
            _ => {
                for (number, clause) in clauses.iter().enumerate() {
                    let start = match number {
                        0 => from + 1,
                        _ => self.at(clause.span.start),
                    };
                    if number == 1 {
                        self.plan.nest(start - 1, end, Some(group));
                    }
                    if number > 0 {
                        self.soft(start - 1, Break::With(group), true);
                        if self.is_broken(start - 1) {
                            self.plan.force(group);
                        }
                    }
                    self.head(start, clause);
                    self.arrow_body(&clause.body);
                }
                self.soft(end, Break::With(group), true);
                if self.is_broken(end) {
                    self.plan.force(group);
                }
            }
        }
    }

    /// The block of a closure with one clause.
    fn closure_body(&mut self, body: &Block, group: usize, end: usize) {
        let (first, close) = self.range(body.span);
        let opener = first.min(close) - 1;
        let is_inner = self.is(opener, TokenKind::Do) && close < end;
        if !is_inner {
            return self.body(body, group, end);
        }
        // `fn x -> do … end end`
        self.form(opener, body, close);
        self.soft(opener, Break::With(group), true);
        self.soft(end, Break::With(group), true);
        self.plan.nest(opener, end, Some(group));
    }

    /// Parameters and guard of a clause that begin at `start`.
    fn head(&mut self, start: usize, clause: &Arm) {
        let is_list = self.is(start, TokenKind::LeftParen)
            && !self.is(self.mates[start] + 1, TokenKind::Comma);
        match is_list {
            true => {
                self.params(start, &clause.params);
                // Behind the bar of a second clause a blank stands in front of the bracket.
                self.blank_if(start, !self.is(start - 1, TokenKind::Fn));
            }
            false => {
                if !self.is(start, TokenKind::Arrow) {
                    self.blank(start);
                }
                self.bare_params(&clause.params);
            }
        }
        if let Some(guard) = &clause.guard {
            self.expr(guard);
        }
    }

    /// The bars behind the `do` of a closure or handler.
    pub(super) fn bars(&mut self, at: usize) {
        if !self.is(at, TokenKind::Bar) {
            return;
        }
        self.glue(at + 1);
        let mut close = at + 1;
        while !self.is(close, TokenKind::Bar) && close + 1 < self.atoms.len() {
            close = self.mates[close].max(close) + 1;
        }
        self.glue(close);
    }
}
