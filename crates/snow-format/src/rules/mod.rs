//! The canon: a plan for the gaps of a file, made from its tree.
//!
//! In: atoms and the tree of the same text. Out: a [`Plan`]. The tree says what belongs together;
//! where its parts begin and end is looked up among the atoms, because it does not know of brackets
//! around a whole expression, commas and words.

mod blocks;
mod brackets;
mod exprs;
mod forms;
mod items;
mod patterns;
mod types;

use snow_compiler::ast::Module;
use snow_compiler::lex::TokenKind;
use snow_compiler::source::Span;

use crate::atoms::Atom;
use crate::plan::{Empty, Plan};
use crate::spacing;

/// What the rules know.
struct Rules<'a> {
    atoms: &'a [Atom<'a>],
    /// For each bracket the other one; for other atoms themselves.
    mates: Vec<usize>,
    /// How many of the gaps up to here have comments that end a line.
    comments: Vec<usize>,
    plan: Plan,
}

/// Plans a file without errors.
pub(crate) fn plan(atoms: &[Atom], module: &Module) -> Plan {
    let blanks = (0..atoms.len()).map(|at| match at {
        0 => false,
        _ => {
            let earlier = at.checked_sub(2).map(|at| atoms[at].kind);
            spacing::has_blank(earlier, atoms[at - 1].kind, atoms[at].kind)
        }
    });
    let mut comments = vec![0];
    for atom in atoms {
        comments.push(comments[comments.len() - 1] + usize::from(atom.gap.must_break()));
    }
    let mut rules = Rules {
        atoms,
        mates: mates(atoms),
        comments,
        plan: Plan::new(blanks),
    };
    rules.items(&module.items);
    rules.break_at_comments();
    rules.plan.nests.sort_by_key(|nest| nest.from);
    rules.plan
}

fn mates(atoms: &[Atom]) -> Vec<usize> {
    use TokenKind::*;
    let mut mates: Vec<usize> = (0..atoms.len()).collect();
    let mut open = Vec::new();
    for (at, atom) in atoms.iter().enumerate() {
        match atom.kind {
            LeftParen | LeftBracket | LeftBrace | MapStart => open.push(at),
            RightParen | RightBracket | RightBrace => {
                if let Some(mate) = open.pop() {
                    mates[mate] = at;
                    mates[at] = mate;
                }
            }
            _ => {}
        }
    }
    mates
}

impl Rules<'_> {
    /// The first atom at or behind a byte.
    fn at(&self, byte: u32) -> usize {
        let at = self.atoms.partition_point(|atom| atom.start < byte);
        at.min(self.atoms.len() - 1)
    }

    /// The first atom of a span, and the one behind its last.
    fn range(&self, span: Span) -> (usize, usize) {
        (self.at(span.start), self.at(span.end))
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.atoms.get(at).map(|atom| atom.kind)
    }

    fn is(&self, at: usize, kind: TokenKind) -> bool {
        self.kind(at) == Some(kind)
    }

    /// True when the author ended a line in front of this atom.
    fn is_broken(&self, at: usize) -> bool {
        self.atoms[at].gap.is_broken()
    }

    /// True when comments in the gaps `from..=to` end lines.
    fn has_comments(&self, from: usize, to: usize) -> bool {
        self.comments[to + 1] > self.comments[from]
    }

    /// Nothing stands in front of this atom.
    fn glue(&mut self, at: usize) {
        self.plan.blank(at, false);
    }

    /// A blank stands in front of this atom.
    fn blank(&mut self, at: usize) {
        self.plan.blank(at, true);
    }

    /// A statement, an arm or a field begins a line; the first of a block has none above it.
    fn line(&mut self, at: usize, is_first: bool) {
        let empty = if is_first { Empty::No } else { Empty::Kept };
        self.plan.always(at, empty);
    }

    /// Groups whose gaps have comments in them are broken.
    fn break_at_comments(&mut self) {
        use crate::plan::Break;
        for at in 0..self.atoms.len() {
            if !self.atoms[at].gap.must_break() {
                continue;
            }
            match self.plan.gaps[at].breaks {
                Break::With(group) | Break::Fill(group) => {
                    self.plan.groups[group].is_forced = true;
                }
                Break::Never | Break::Always => {}
            }
        }
    }
}
