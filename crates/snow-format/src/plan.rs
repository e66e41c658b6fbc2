//! Where lines may end, what ends together, and how far lines are indented.
//!
//! A plan has one entry for the gap in front of each atom. The rules fill it in, `render` obeys. A
//! gap that no rule names is a blank or nothing, and never ends a line: what a rule forgets is less
//! beautiful, and never lost.

/// Whether a line ends in a gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Break {
    /// It does not.
    Never,
    /// It does.
    Always,
    /// When its group is broken.
    With(usize),
    /// When its group is broken and what follows, up to the group's next gap, does not fit or has
    /// lines of its own, as what stands in front of it may have.
    Fill(usize),
}

/// One gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    /// A blank stands here when no line ends.
    pub has_blank: bool,
    /// Whether a line ends here.
    pub breaks: Break,
    /// Whether an empty line of the author's is kept, and whether one is wanted anyway.
    pub empty: Empty,
}

/// Empty lines in a gap in which a line ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Empty {
    /// None.
    No,
    /// One, if there was one.
    Kept,
    /// One.
    Wanted,
}

/// What decides how a group is laid out that does not fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// All or nothing: the words of a form with blocks, steps of a pipe.
    Plain,
    /// Operators of one level and their operands, up to the atom `end`. They break when each
    /// operand fits on a line of its own; else an operand breaks inside.
    Operators { end: usize },
    /// Brackets, up to the atom `close`. When the rest stays in front of it, only what follows this gap moves to the next
    /// line: the body of a closure that is the last argument.
    Brackets {
        close: usize,
        hangs_at: Option<usize>,
    },
    /// Brackets of parameters up to the atom `close`, which break before the type behind them does.
    Parameters { close: usize },
    /// What stands behind `=` or `->`, up to the atom `end`.
    Value { end: usize, choice: Choice },
}

/// Where a value goes that does not fit behind its `=`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Choice {
    /// It stays and breaks inside.
    Stays,
    /// To the next line when all of it fits there; else it stays.
    Moves,
}

/// Gaps that are decided together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    /// The atom in front of which it is decided.
    pub start: usize,
    /// How.
    pub kind: Kind,
    /// It is broken whatever fits.
    pub is_forced: bool,
}

/// Lines that begin in the gaps `from..to` stand further to the right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nest {
    /// First gap.
    pub from: usize,
    /// One past the last gap; comments in that gap still belong to what is nested.
    pub to: usize,
    /// Only when this group is broken.
    pub group: Option<usize>,
}

/// The whole.
pub(crate) struct Plan {
    /// One for each atom.
    pub gaps: Vec<Planned>,
    /// Outer ones before inner ones.
    pub groups: Vec<Group>,
    /// In order of `from`, outer ones before inner ones.
    pub nests: Vec<Nest>,
    /// Groups whose content is being planned, and which break when anything in it does.
    open: Vec<usize>,
}

impl Plan {
    /// Lines end nowhere.
    pub(crate) fn new(blanks: impl Iterator<Item = bool>) -> Plan {
        let gaps = blanks.map(|has_blank| Planned {
            has_blank,
            breaks: Break::Never,
            empty: Empty::No,
        });
        Plan {
            gaps: gaps.collect(),
            groups: Vec::new(),
            nests: Vec::new(),
            open: Vec::new(),
        }
    }

    /// A new group.
    pub(crate) fn group(&mut self, start: usize, kind: Kind) -> usize {
        self.groups.push(Group {
            start,
            kind,
            is_forced: false,
        });
        self.groups.len() - 1
    }

    /// A group is broken, and so is every form around it.
    pub(crate) fn force(&mut self, group: usize) {
        self.groups[group].is_forced = true;
        self.note_certain();
    }

    /// Something breaks here for certain.
    pub(crate) fn note_certain(&mut self) {
        for &open in &self.open {
            self.groups[open].is_forced = true;
        }
    }

    /// Until [`Plan::leave`] what breaks for certain breaks this group.
    pub(crate) fn enter(&mut self, group: usize) {
        self.open.push(group);
    }

    /// Ends [`Plan::enter`].
    pub(crate) fn leave(&mut self) {
        self.open.pop();
    }

    /// A line ends here.
    pub(crate) fn always(&mut self, gap: usize, empty: Empty) {
        self.gaps[gap].breaks = Break::Always;
        self.gaps[gap].empty = empty;
        self.note_certain();
    }

    /// Whether a blank stands here.
    pub(crate) fn blank(&mut self, gap: usize, has_blank: bool) {
        self.gaps[gap].has_blank = has_blank;
    }

    /// Indents what begins in a gap of `from..to`.
    pub(crate) fn nest(&mut self, from: usize, to: usize, group: Option<usize>) {
        self.nests.push(Nest { from, to, group });
    }
}
