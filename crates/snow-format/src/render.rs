//! Prints atoms by a plan.
//!
//! Groups are decided from left to right, outer ones first: a group stays on its line when all that
//! follows fits there, up to the next place where a line ends for certain. Looking ahead stops
//! behind the last column, so the work grows with the length of the file only.

use crate::atoms::{Atom, Comment};
use crate::plan::{Break, Choice, Empty, Kind, Nest, Plan};

/// Columns of a line.
pub(crate) const WIDTH: usize = 100;

/// Blanks of one level.
const INDENT: usize = 2;

struct Renderer<'a> {
    atoms: &'a [Atom<'a>],
    plan: &'a Plan,
    /// What was decided about each group.
    is_broken: Vec<Option<bool>>,
    /// Nests that the present gap is in.
    nests: Vec<Nest>,
    out: String,
    column: usize,
    /// Lines printed.
    line: usize,
    /// For each group the line on which its present part began.
    lines: Vec<usize>,
}

/// How far to look ahead.
#[derive(Clone, Copy, Default)]
struct Limit {
    /// Not further than to this gap.
    until: Option<usize>,
    /// Behind this atom not further than to a gap that is undecided.
    close: Option<usize>,
    /// And only in front of a value.
    only_values: bool,
}

/// The text in its layout.
pub(crate) fn render(atoms: &[Atom], plan: &Plan) -> String {
    let mut renderer = Renderer {
        atoms,
        plan,
        is_broken: vec![None; plan.groups.len()],
        nests: Vec::new(),
        out: String::new(),
        column: 0,
        line: 0,
        lines: vec![0; plan.groups.len()],
    };
    let mut order: Vec<usize> = (0..plan.groups.len()).collect();
    order.sort_by_key(|&group| plan.groups[group].start);
    let mut groups = order.into_iter().peekable();
    let mut nests = plan.nests.iter().copied().peekable();
    for (at, atom) in atoms.iter().enumerate() {
        while let Some(nest) = nests.next_if(|nest| nest.from <= at) {
            renderer.nests.push(nest);
        }
        // A nest that ends here still holds the comments in this gap.
        renderer.nests.retain(|nest| nest.to >= at);
        renderer.gap(at);
        if let Break::With(group) | Break::Fill(group) = plan.gaps[at].breaks {
            renderer.lines[group] = renderer.line;
        }
        while let Some(group) = groups.next_if(|&group| plan.groups[group].start <= at) {
            renderer.lines[group] = renderer.line;
            if renderer.is_broken[group].is_none() {
                renderer.decide(group);
            }
        }
        renderer.print(atom.text);
    }
    renderer.out
}

impl Renderer<'_> {
    fn print(&mut self, text: &str) {
        self.out += text;
        self.line += text.matches('\n').count();
        self.column = match text.rfind('\n') {
            Some(end) => width(&text[end + 1..]),
            None => self.column + width(text),
        };
    }

    /// Begins a line below `empty` empty ones.
    fn begin_line(&mut self, indent: usize, empty: usize) {
        let is_begun = !self.out.is_empty();
        self.out
            .extend(std::iter::repeat_n('\n', empty + usize::from(is_begun)));
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
        self.line += 1;
    }

    /// Prints what stands between the atom before `at` and this one.
    fn gap(&mut self, at: usize) {
        let gap = &self.atoms[at].gap;
        let planned = self.plan.gaps[at];
        let is_last = at + 1 == self.atoms.len();
        let may_be_empty = match planned.breaks {
            Break::Never => false,
            Break::Always | Break::With(_) | Break::Fill(_) => planned.empty != Empty::No,
        };
        // Where an empty line stands by itself, it stands above the comments of what follows.
        let mut is_wanted = planned.empty == Empty::Wanted;
        let mut must_break = false;
        for (number, comment) in gap.comments.iter().enumerate() {
            let own_line = comment.newlines > 0 || must_break || self.out.is_empty();
            if own_line {
                let may_be_empty = may_be_empty || number > 0 || self.ends_block(at);
                let is_kept = may_be_empty && comment.newlines > 1;
                let empty = usize::from(!self.out.is_empty() && (is_kept || is_wanted));
                is_wanted = false;
                self.begin_line(self.comment_indent(at, comment), empty);
            } else if !self.out.ends_with(' ') {
                self.print(" ");
            }
            self.print(comment.text);
            must_break = comment.is_line;
        }
        let has_comments = !gap.comments.is_empty();
        must_break |= has_comments && gap.newlines > 0;
        if is_last {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
        } else if must_break || self.breaks(at) {
            let may_be_empty = may_be_empty || (has_comments && !self.closes(at));
            let is_kept = may_be_empty && gap.newlines > 1;
            let empty = usize::from(!self.out.is_empty() && (is_kept || is_wanted));
            let indent = self.indent(at, false);
            self.begin_line(indent, empty);
        } else if planned.has_blank || has_comments {
            self.print(" ");
        }
    }

    /// True for the gap in front of what ends a block or list.
    fn closes(&self, at: usize) -> bool {
        self.nests.iter().any(|nest| nest.to == at)
    }

    /// The same, where the line ends anyway.
    fn ends_block(&self, at: usize) -> bool {
        self.closes(at) && self.breaks(at)
    }

    fn indent(&self, at: usize, of_comment: bool) -> usize {
        let counts = |nest: &&Nest| {
            (nest.to > at || of_comment)
                && nest
                    .group
                    .is_none_or(|group| self.is_broken[group] == Some(true))
        };
        self.nests.iter().filter(counts).count() * INDENT
    }

    /// A comment in front of an `end` or an `else` belongs to the block above, unless the author
    /// wrote it no further to the right than that word.
    fn comment_indent(&self, at: usize, comment: &Comment) -> usize {
        let atom = &self.atoms[at];
        let is_outside =
            comment.newlines > 0 && atom.gap.newlines > 0 && comment.column <= atom.column;
        self.indent(at, !is_outside)
    }

    /// Whether a line ends in front of this atom.
    fn breaks(&self, at: usize) -> bool {
        match self.plan.gaps[at].breaks {
            Break::Never => false,
            Break::Always => true,
            Break::With(group) => self.is_broken[group] == Some(true),
            Break::Fill(group) => {
                self.is_broken[group] == Some(true)
                    && (self.line > self.lines[group] || !self.stays(at, group))
            }
        }
    }

    /// Whether what begins with this atom, up to the next gap of the group that is filled, goes on
    /// the present line.
    fn stays(&self, at: usize, group: usize) -> bool {
        let is_next = |&at: &usize| match self.plan.gaps[at].breaks {
            Break::With(other) | Break::Fill(other) => other == group,
            Break::Never | Break::Always => false,
        };
        let blank = usize::from(self.plan.gaps[at].has_blank);
        let end = match self.plan.groups[group].kind {
            Kind::Brackets { close, .. } | Kind::Parameters { close } => close,
            Kind::Operators { end } | Kind::Value { end, .. } => end,
            Kind::Plain => self.atoms.len(),
        };
        let mut inside = (at + 1..end).take_while(|at| !is_next(at));
        self.fits(at, self.column + blank, Limit::default()) && !inside.any(|at| self.is_end(at))
    }

    /// Whether a line ends, or may end, in front of this atom, as far as that is decided.
    fn is_end(&self, at: usize) -> bool {
        if self.atoms[at].gap.must_break() {
            return true;
        }
        match self.plan.gaps[at].breaks {
            Break::Never => false,
            Break::Always => true,
            Break::With(group) | Break::Fill(group) => {
                self.is_broken[group].unwrap_or(self.plan.groups[group].is_forced)
            }
        }
    }

    /// Whether what begins with the atom `from` at `column` fits up to where the line ends, or may
    /// end: in front of `until`, and behind the atom `close` in any group.
    fn fits(&self, from: usize, column: usize, limit: Limit) -> bool {
        let mut column = column;
        for at in from..self.atoms.len() {
            if at > from {
                let may_end = limit.until == Some(at)
                    || limit
                        .close
                        .is_some_and(|close| at > close && self.may_end(at, limit));
                if may_end || self.is_end(at) {
                    return column <= WIDTH;
                }
                let comments = &self.atoms[at].gap.comments;
                let has_blank = self.plan.gaps[at].has_blank || !comments.is_empty();
                column += usize::from(has_blank);
                column += comments.iter().map(|c| width(c.text) + 1).sum::<usize>();
            }
            let text = self.atoms[at].text;
            let first = text.lines().next().unwrap_or("");
            column += width(first);
            if column > WIDTH {
                return false;
            }
            if first.len() < text.len() {
                return true;
            }
        }
        true
    }

    /// Whether a line may still end in front of this atom.
    fn may_end(&self, at: usize, limit: Limit) -> bool {
        match self.plan.gaps[at].breaks {
            Break::Never => false,
            Break::Always => true,
            Break::With(group) | Break::Fill(group) => {
                let is_value = matches!(self.plan.groups[group].kind, Kind::Value { .. });
                self.is_broken[group].is_none() && (is_value || !limit.only_values)
            }
        }
    }

    fn decide(&mut self, group: usize) {
        let is_forced = self.plan.groups[group].is_forced;
        let is_broken = is_forced || self.is_broken_by_width(group);
        self.is_broken[group] = Some(is_broken);
    }

    fn is_broken_by_width(&mut self, number: usize) -> bool {
        let group = self.plan.groups[number];
        let mut limit = Limit::default();
        limit.close = match group.kind {
            Kind::Brackets { close, .. } => Some(close),
            Kind::Operators { end } => Some(end - 1),
            Kind::Parameters { close } => {
                limit.only_values = true;
                Some(close)
            }
            Kind::Plain | Kind::Value { .. } => None,
        };
        if self.fits(group.start, self.column, limit) {
            return false;
        }
        match group.kind {
            Kind::Brackets { close, .. } if self.is_too_long(group.start + 1, close) => false,
            Kind::Plain | Kind::Parameters { .. } | Kind::Brackets { hangs_at: None, .. } => true,
            Kind::Brackets {
                hangs_at: Some(gap),
                ..
            } => {
                limit.until = Some(gap);
                let hangs = self.fits(group.start, self.column, limit);
                if let (true, Break::With(inner)) = (hangs, self.plan.gaps[gap].breaks) {
                    self.is_broken[inner] = Some(true);
                }
                !hangs
            }
            Kind::Operators { end } => self.operands_fit(number, end),
            Kind::Value { end, choice } => match choice {
                Choice::Stays => false,
                Choice::Moves => self.fits_below(group.start + 1, end),
            },
        }
    }

    /// Whether each operand of a chain up to the atom `end` fits on a line of its own, or cannot be
    /// broken anyway.
    fn operands_fit(&self, group: usize, end: usize) -> bool {
        let start = self.plan.groups[group].start;
        let below = self.indent(start, false) + INDENT;
        let is_own = |at: &usize| matches!(self.plan.gaps[*at].breaks, Break::With(g) | Break::Fill(g) if g == group);
        let mut from = start;
        let mut column = self.column;
        for to in (start + 1..end).filter(is_own).chain([end]) {
            let limit = Limit {
                until: Some(to),
                ..Limit::default()
            };
            let mut inside = from + 1..to;
            let cannot_break = |at: usize| self.plan.gaps[at].breaks == Break::Never;
            let is_rigid = inside.clone().all(cannot_break)
                || (from..to).any(|at| below + width(self.atoms[at].text) > WIDTH);
            let is_whole = !inside.any(|at| self.is_end(at)) && self.fits(from, column, limit);
            if !is_rigid && !is_whole {
                return false;
            }
            from = to;
            column = below;
        }
        true
    }

    /// Whether the atoms `from..end` cannot be broken and are too long for a line of their own too,
    /// so that a break in front of them only costs a line.
    fn is_too_long(&self, from: usize, end: usize) -> bool {
        let mut inside = from + 1..end;
        inside.all(|at| self.plan.gaps[at].breaks == Break::Never) && !self.fits_below(from, end)
    }

    /// Whether the atoms `from..end` fit on a line of their own, indented once more.
    fn fits_below(&self, from: usize, end: usize) -> bool {
        let is_whole = (from + 1..end).all(|at| !self.is_end(at));
        let limit = Limit {
            until: Some(end),
            ..Limit::default()
        };
        is_whole && self.fits(from, self.indent(from, false) + INDENT, limit)
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}
