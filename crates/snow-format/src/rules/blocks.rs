//! Blocks: statements, one a line, and arms.

use snow_compiler::ast::{Arm, Block, Statement};
use snow_compiler::lex::TokenKind;

use super::exprs::ValueOf;
use super::Rules;
use crate::plan::{Break, Empty, Kind};

impl Rules<'_> {
    /// The statements of a form with one block, whose last atom is the `end` at `close`.
    pub(super) fn form(&mut self, start: usize, body: &Block, close: usize) {
        let group = self.begin_form(start, close);
        self.body(body, group, close);
        self.plan.leave();
    }

    /// A group for a form whose last atom is the `end` at `close`, until [`super::Plan::leave`]. A
    /// head that has lines of its own breaks all of it.
    pub(super) fn begin_form(&mut self, start: usize, close: usize) -> usize {
        let group = self.plan.group(start, Kind::Plain);
        self.plan.enter(group);
        if self.has_comments(start + 1, close) {
            self.plan.note_certain();
        }
        group
    }

    /// The statements of a block and the gap in front of what ends it. All of it is on one line
    /// when the group is not broken, which takes a single statement that the author wrote so.
    pub(super) fn body(&mut self, block: &Block, group: usize, close: usize) {
        let first = self.at(block.span.start).min(close);
        self.soft(first, Break::With(group), true);
        self.soft(close, Break::With(group), true);
        if self.is_broken(first) || self.is_broken(close) {
            self.plan.note_certain();
        }
        if first < close {
            self.plan.nest(first, close, Some(group));
            self.statements(block, first);
        } else {
            // Comments in an empty block.
            self.plan.nest(first, close, Some(group));
        }
    }

    /// Statements that begin at `first`, which stands where it stands.
    fn statements(&mut self, block: &Block, first: usize) {
        for statement in &block.statements {
            let start = match statement {
                Statement::Let { span, .. } => self.at(span.start),
                Statement::Expr(e) => self.at(e.span.start),
                Statement::Item(item) => self.at(item.span.start),
            };
            if start != first {
                self.line(start, false);
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let {
                pattern,
                annotation,
                value,
                ..
            } => {
                self.pattern(pattern);
                if let Some(annotation) = annotation {
                    self.type_expr(annotation);
                }
                let sign = self.at(value.span.start) - 1;
                self.value(sign, value, ValueOf::Name);
            }
            Statement::Expr(e) => self.expr(e),
            Statement::Item(item) => self.item(item),
        }
    }

    /// The block of an item, which has lines of its own; an empty one may stay on the line.
    pub(super) fn item_body(&mut self, block: &Block) {
        let (first, close) = self.range(block.span);
        let first = first.min(close);
        if first < close || self.is_broken(close) {
            self.begin_lines(first, close);
        }
        self.statements(block, first);
    }

    /// What stands in the gaps `first..close` is indented, on lines of its own.
    pub(super) fn begin_lines(&mut self, first: usize, close: usize) {
        self.plan.always(first, Empty::No);
        self.plan.always(close, Empty::No);
        self.plan.nest(first, close, None);
    }

    /// Arms of a `case` or `receive`, up to `close`, in the group of their form.
    pub(super) fn arms(&mut self, arms: &[Arm], group: usize, close: usize) {
        let Some(first) = arms.first().map(|arm| self.at(arm.span.start)) else {
            return;
        };
        self.soft(first, Break::With(group), true);
        if arms.len() > 1 || self.is_broken(first) {
            self.plan.note_certain();
        }
        self.plan.nest(first, close, Some(group));
        for arm in arms {
            let start = self.at(arm.span.start);
            if start != first {
                self.line(start, false);
            }
            self.arm(arm);
        }
    }

    fn arm(&mut self, arm: &Arm) {
        self.bare_params(&arm.params);
        if let Some(guard) = &arm.guard {
            self.expr(guard);
        }
        self.arrow_body(&arm.body);
    }

    /// What stands behind an arrow: an expression, or a block between `do` and `end`.
    pub(super) fn arrow_body(&mut self, body: &Block) {
        let (first, close) = self.range(body.span);
        let opener = first.min(close) - 1;
        if self.is(opener, TokenKind::Do) {
            return self.form(opener, body, close);
        }
        match &body.statements[..] {
            [Statement::Expr(e)] => self.value(opener, e, ValueOf::Body),
            _ => {
                self.begin_lines(first, close);
                self.statements(body, first);
            }
        }
    }
}
