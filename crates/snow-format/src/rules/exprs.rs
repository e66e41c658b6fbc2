//! Expressions without blocks: operators, calls, literals, and what stands behind `=`.

use snow_compiler::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use snow_compiler::lex::TokenKind;

use super::brackets::Brackets;
use super::Rules;
use crate::plan::{Break, Choice, Kind};

impl Rules<'_> {
    pub(super) fn expr(&mut self, e: &Expr) {
        let (from, to) = self.range(e.span);
        let owns_brackets = matches!(e.kind, ExprKind::Tuple(_) | ExprKind::Unit);
        let (from, to) = self.unwrap(from, to, owns_brackets);
        // `% {` is two tokens, and stays two.
        let opens_map = usize::from(self.is(from, TokenKind::Percent));
        match &e.kind {
            ExprKind::Tuple(parts) | ExprKind::List(parts) => self.elements(from, parts),
            ExprKind::Map(entries) => self.map(from + opens_map, entries),
            ExprKind::Update { base, fields } => {
                self.expr(base);
                let bar = self.at(base.span.end);
                let starts: Vec<usize> = fields
                    .iter()
                    .map(|(path, _)| self.at(path[0].span.start))
                    .collect();
                let values = fields.iter().map(|(_, value)| value);
                self.fields(from, bar, to - 1, &starts, values.collect());
            }
            ExprKind::Struct { path, fields } => {
                let open = self.at(path.span.end);
                let starts: Vec<usize> = fields
                    .iter()
                    .map(|(name, _)| self.at(name.span.start))
                    .collect();
                let values = fields.iter().map(|(_, value)| value);
                self.fields(open, open, to - 1, &starts, values.collect());
            }
            ExprKind::Bits(segments) => {
                self.segments(from, to, segments, |rules, value| rules.expr(value));
            }
            ExprKind::Unary { op, operand } => {
                if *op == UnaryOp::Neg || self.is(from, TokenKind::Bang) {
                    self.glue(from + 1);
                }
                self.expr(operand);
            }
            ExprKind::Binary { op, .. } if *op == BinaryOp::Range => self.range_of(e),
            ExprKind::Binary { .. } => self.operators(from, to, e),
            ExprKind::Pipe { .. } => self.pipes(from, to, e),
            ExprKind::Call { callee, args } => {
                self.expr(callee);
                let open = self.at(callee.span.end);
                self.arguments(open, args);
            }
            ExprKind::Spawn(args) | ExprKind::Send(args) | ExprKind::Link(args) => {
                self.arguments(from + 1, args);
            }
            ExprKind::Field { base, .. } => self.expr(base),
            ExprKind::Try(value) => self.expr(value),
            ExprKind::Index { base, index } => {
                self.expr(base);
                let open = self.at(base.span.end);
                self.glue(open);
                self.elements(open, std::slice::from_ref(index));
            }
            ExprKind::Return(Some(value)) => self.expr(value),
            ExprKind::Assert {
                condition, message, ..
            } => self.assertion(from, to, condition, message.as_deref()),
            ExprKind::If { .. } => self.if_form(from, to, e),
            ExprKind::Case { subject, arms } => self.case(from, to, subject, arms),
            ExprKind::Receive { arms, after } => self.receive(from, to, arms, after.as_ref()),
            ExprKind::While { condition, body } => {
                let group = self.begin_form(from, to - 1);
                self.expr(condition);
                self.body(body, group, to - 1);
                self.plan.leave();
            }
            ExprKind::For { .. } => self.for_form(from, to, e),
            ExprKind::Closure { clauses } => self.closure(from, to, clauses),
            ExprKind::Int(_) => self.sign(from),
            ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Unit
            | ExprKind::String(_)
            | ExprKind::Name(_)
            | ExprKind::SelfValue
            | ExprKind::SelfPid
            | ExprKind::Break
            | ExprKind::Continue
            | ExprKind::Return(None)
            | ExprKind::Error => {}
        }
    }

    fn starts(&self, parts: &[Expr]) -> Vec<usize> {
        parts.iter().map(|part| self.at(part.span.start)).collect()
    }

    fn elements(&mut self, open: usize, parts: &[Expr]) {
        let starts = self.starts(parts);
        self.list(open, &starts, |rules| {
            parts.iter().for_each(|part| rules.expr(part));
        });
    }

    fn map(&mut self, open: usize, entries: &[(Expr, Expr)]) {
        let starts: Vec<usize> = entries
            .iter()
            .map(|(key, _)| self.at(key.span.start))
            .collect();
        self.list(open, &starts, |rules| {
            for (key, value) in entries {
                rules.expr(key);
                rules.expr(value);
            }
        });
    }

    /// Fields of a struct literal, or of an update, behind `open`.
    fn fields(
        &mut self,
        start: usize,
        open: usize,
        close: usize,
        starts: &[usize],
        values: Vec<&Expr>,
    ) {
        let brackets = Brackets {
            start,
            open,
            close,
            is_padded: start == open && !starts.is_empty(),
        };
        self.brackets(brackets, starts, |rules| {
            values.into_iter().for_each(|value| rules.expr(value));
        });
    }

    /// Arguments between brackets, and the closure behind them, if there is one.
    fn arguments(&mut self, open: usize, args: &[Expr]) {
        self.glue(open);
        let close = self.mates[open];
        let inside = args
            .iter()
            .take_while(|arg| self.at(arg.span.start) < close)
            .count();
        let (inside, behind) = args.split_at(inside);
        let starts = self.starts(inside);
        let group = self.list(open, &starts, |rules| {
            inside.iter().for_each(|arg| rules.expr(arg));
        });
        if let (Some(last), Some(start)) = (inside.last(), starts.last()) {
            let hangs_at = self.hangs_at(*start, last, inside.len() == 1);
            self.plan.groups[group].kind = Kind::Brackets { close, hangs_at };
        }
        behind.iter().for_each(|closure| self.expr(closure));
    }

    /// The gap in the last argument that may end a line instead of the gaps around it.
    fn hangs_at(&self, start: usize, last: &Expr, is_only: bool) -> Option<usize> {
        let may_hang = match &last.kind {
            ExprKind::Closure { clauses } => clauses.len() == 1,
            ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::Struct { .. }
            | ExprKind::Update { .. } => is_only,
            _ => false,
        };
        if !may_hang {
            return None;
        }
        let end = self.at(last.span.end);
        let group =
            self.plan.groups.iter().position(|group| {
                group.start >= start && group.start < end && is_outer(group.kind)
            })?;
        let gaps = &self.plan.gaps[start..end];
        let gap = gaps
            .iter()
            .position(|gap| gap.breaks == Break::With(group))?;
        Some(start + gap)
    }

    fn assertion(&mut self, from: usize, to: usize, condition: &Expr, message: Option<&Expr>) {
        let open = from + 1;
        let is_wrapped = self.is(open, TokenKind::LeftParen) && self.mates[open] == to - 1;
        self.plan.blank(open, !is_wrapped);
        let Some(message) = message else {
            return self.expr(condition);
        };
        let starts = [self.at(condition.span.start), self.at(message.span.start)];
        self.list(open, &starts, |rules| {
            rules.expr(condition);
            rules.expr(message);
        });
    }

    /// `a..b`, without blanks.
    fn range_of(&mut self, e: &Expr) {
        if let ExprKind::Binary { left, right, .. } = &e.kind {
            self.expr(left);
            self.expr(right);
        }
    }

    /// Operators of one level: `a + b - c`.
    fn operators(&mut self, from: usize, to: usize, e: &Expr) {
        let mut operands = Vec::new();
        let mut rest = e;
        while let ExprKind::Binary {
            op, left, right, ..
        } = &rest.kind
        {
            let (start, _) = self.range(rest.span);
            let is_first = operands.is_empty();
            if !(is_first || same_level(e, *op) && start == from && !self.is_wrapped(rest)) {
                break;
            }
            operands.push(&**right);
            rest = left;
        }
        operands.push(rest);
        operands.reverse();
        let group = self.plan.group(from, Kind::Operators { end: to });
        let starts: Vec<usize> = operands
            .iter()
            .skip(1)
            .map(|operand| self.at(operand.span.start))
            .collect();
        let is_one_a_line = starts.len() > 1 && starts.iter().all(|&at| self.is_broken(at));
        for &at in &starts {
            let breaks = match is_one_a_line {
                true => Break::With(group),
                false => Break::Fill(group),
            };
            self.soft(at, breaks, true);
        }
        self.plan.nest(starts[0], to, Some(group));
        if is_one_a_line {
            self.plan.force(group);
        }
        operands.into_iter().for_each(|operand| self.expr(operand));
    }

    fn is_wrapped(&self, e: &Expr) -> bool {
        let (from, to) = self.range(e.span);
        self.is(from, TokenKind::LeftParen) && self.mates[from] == to - 1
    }

    /// `a |> b |> c`: on one line, or each step on its own.
    fn pipes(&mut self, from: usize, to: usize, e: &Expr) {
        let mut steps = Vec::new();
        let mut rest = e;
        while let ExprKind::Pipe { left, right } = &rest.kind {
            if !steps.is_empty() && self.is_wrapped(rest) {
                break;
            }
            steps.push((self.at(left.span.end), &**right));
            rest = left;
        }
        steps.reverse();
        let group = self.plan.group(from, Kind::Plain);
        self.expr(rest);
        self.plan.nest(steps[0].0, to, Some(group));
        let is_broken = |rules: &Self, at: usize| rules.is_broken(at) || rules.is_broken(at + 1);
        if steps.iter().any(|(at, _)| is_broken(self, *at)) {
            self.plan.force(group);
        }
        for (at, step) in steps {
            self.soft(at, Break::With(group), true);
            self.expr(step);
        }
    }

    /// What stands behind the `=` or `->` at `sign`.
    pub(super) fn value(&mut self, sign: usize, value: &Expr, of: ValueOf) {
        let end = self.at(value.span.end);
        let choice = choice(value, of);
        let group = self.plan.group(sign, Kind::Value { end, choice });
        self.soft(sign + 1, Break::With(group), true);
        self.plan.nest(sign + 1, end, Some(group));
        self.expr(value);
    }
}

/// What a value is of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ValueOf {
    /// A `let`.
    Name,
    /// A function or an arm: all that it is.
    Body,
}

/// What has blocks, brackets or steps to break at stays with its name; a call moves as a whole,
/// unless its last argument is a closure.
fn choice(value: &Expr, of: ValueOf) -> Choice {
    match &value.kind {
        ExprKind::Pipe { .. } => Choice::Stays,
        ExprKind::If { .. }
        | ExprKind::Case { .. }
        | ExprKind::Receive { .. }
        | ExprKind::While { .. }
        | ExprKind::For { .. }
        | ExprKind::Closure { .. }
        | ExprKind::Tuple(_)
        | ExprKind::List(_)
        | ExprKind::Map(_)
        | ExprKind::Update { .. }
        | ExprKind::Struct { .. }
        | ExprKind::Bits(_)
            if of == ValueOf::Name =>
        {
            Choice::Stays
        }
        ExprKind::Call { args, .. } | ExprKind::Spawn(args)
            if of == ValueOf::Name && ends_in_closure(args) =>
        {
            Choice::Stays
        }
        _ => Choice::Moves,
    }
}

fn ends_in_closure(args: &[Expr]) -> bool {
    let last = args.last().map(|last| &last.kind);
    matches!(last, Some(ExprKind::Closure { .. }))
}

fn same_level(e: &Expr, op: BinaryOp) -> bool {
    matches!(&e.kind, ExprKind::Binary { op: outer, .. } if outer.level() == op.level())
}

/// Kinds of groups that a literal or a closure has around it.
fn is_outer(kind: Kind) -> bool {
    match kind {
        Kind::Plain | Kind::Brackets { .. } => true,
        Kind::Operators { .. } | Kind::Parameters { .. } | Kind::Value { .. } => false,
    }
}
