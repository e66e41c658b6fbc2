//! Errors and warnings as data. Collected by every stage, sorted by position, printed by [`text`]
//! or [`json`] and nothing else.

pub use code::{tables, Code, Family};

use crate::source::{FileId, Name, Span};

mod code;
/// What other languages call the things of this one.
pub mod foreign;
/// For machines, one object a line.
pub mod json;
/// "Did you mean".
pub mod suggest;
/// For people.
pub mod text;
mod window;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// No program is made.
    Error,
    /// The program is made all the same.
    Warning,
}

/// A place with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// The remark; may be empty.
    pub text: String,
}

/// A change of the text. All edits of a diagnostic together do what its advice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where text is only added.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// One diagnostic. The first label is the place it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is about.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// Places; at least one unless the diagnostic is about the program as a whole.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The same for machines, where that can be said; in source order.
    pub edits: Vec<Edit>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, span, message.into())
    }

    /// A warning at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, span, message.into())
    }

    fn new(code: Code, severity: Severity, span: Span, message: String) -> Self {
        Diagnostic {
            code,
            severity,
            message,
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: None,
            edits: Vec::new(),
        }
    }

    /// Text for the first label.
    pub fn here(mut self, text: impl Into<String>) -> Self {
        self.labels[0].text = text.into();
        self
    }

    /// One more place.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// One change that follows the advice.
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.edits.push(Edit { span, text });
        self
    }

    /// The advice of a correction of the name at `place`, with its edit.
    pub fn corrected(
        mut self,
        place: Span,
        correction: impl Into<Option<suggest::Correction>>,
    ) -> Self {
        let Some(correction) = correction.into() else {
            return self;
        };
        self.help = Some(correction.help);
        match correction.name {
            Some(name) => self.edit(place, name),
            None => self,
        }
    }

    /// Advice.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// What is said about `#{…}` in a text.
pub(crate) const HASH: &str = "a value stands in `${…}`, where `\"` begins a text of its own";

/// Other places that a diagnostic about a habit shows.
const MOST_REPEATS: usize = 3;
/// What stands at them.
const REPEATED: &str = "here, too";

/// Adds a diagnostic about a habit. A program that has it has it everywhere, so the same words about
/// another place become edits, and for the first few a label, of the first.
pub(crate) fn note(list: &mut Vec<Diagnostic>, diagnostic: Diagnostic) {
    let file = |diagnostic: &Diagnostic| diagnostic.labels.first().map(|label| label.span.file);
    let (message, help, place) = (
        diagnostic.message.clone(),
        diagnostic.help.clone(),
        file(&diagnostic),
    );
    let is_name = diagnostic.code == Code::E0004;
    let same = |other: &&mut Diagnostic| {
        // A name that is unknown is unknown everywhere, whatever the advice makes of its use.
        let same_help = other.help == help || is_name;
        other.message == message && same_help && file(other) == place
    };
    add(list, diagnostic, same);
}

/// The same where the advice says what the habit is, and the message shows one of its forms.
fn note_advice(list: &mut Vec<Diagnostic>, diagnostic: Diagnostic) {
    let file = |diagnostic: &Diagnostic| diagnostic.labels.first().map(|label| label.span.file);
    let (code, help, place) = (diagnostic.code, diagnostic.help.clone(), file(&diagnostic));
    let same =
        |other: &&mut Diagnostic| other.code == code && other.help == help && file(other) == place;
    add(list, diagnostic, same);
}

/// Adds a diagnostic to the first that is the same, or to the list.
fn add(
    list: &mut Vec<Diagnostic>,
    diagnostic: Diagnostic,
    same: impl Fn(&&mut Diagnostic) -> bool,
) {
    match list.iter_mut().find(same) {
        Some(first) => fold(first, diagnostic),
        None => list.push(diagnostic),
    }
}

/// Makes the place and the edits of a diagnostic further ones of `first`, which says the same.
fn fold(first: &mut Diagnostic, diagnostic: Diagnostic) {
    for edit in diagnostic.edits {
        if !first.edits.contains(&edit) {
            first.edits.push(edit);
        }
    }
    first.edits.sort_by_key(|edit| edit.span.start);
    let Some(place) = diagnostic.labels.first() else {
        return;
    };
    let is_shown = first.labels.iter().any(|label| label.span == place.span);
    if !is_shown && first.labels.len() <= MOST_REPEATS {
        first.labels.push(Label {
            span: place.span,
            text: REPEATED.into(),
        });
    }
}

/// Everything found so far.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    unread: Vec<Span>,
    lost_methods: Vec<Name>,
}

impl Diagnostics {
    /// Adds one about a habit: see [`note`].
    pub(crate) fn note(&mut self, diagnostic: Diagnostic) {
        if !self.is_about_unread(&diagnostic) {
            note(&mut self.list, diagnostic);
        }
    }

    /// Adds one whose advice says what the habit is.
    pub(crate) fn note_advice(&mut self, diagnostic: Diagnostic) {
        if !self.is_about_unread(&diagnostic) {
            note_advice(&mut self.list, diagnostic);
        }
    }

    /// Adds one, unless it is about text that could not be read.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_about_unread(&diagnostic) {
            self.list.push(diagnostic);
        }
    }

    fn is_about_unread(&self, diagnostic: &Diagnostic) -> bool {
        let is_guess = |span: &Span| {
            let inside = |label: &Label| {
                let at = label.span;
                at.file == span.file && span.start <= at.start && at.end <= span.end
            };
            diagnostic.labels.iter().any(inside)
        };
        self.unread.iter().any(is_guess)
    }

    /// Forgets all but the first so many: what stands for them is about to be added.
    pub(crate) fn take_back(&mut self, count: usize) {
        self.list.truncate(count);
    }

    /// Folds the diagnostics from number `start` on into number `first` that say the same for the same
    /// reason.
    pub(crate) fn fold_repeats(&mut self, first: usize, start: usize) {
        let reason = |diagnostic: &Diagnostic| {
            let labels = diagnostic.labels.get(1);
            let label = labels.filter(|label| label.text != REPEATED);
            label.map(|label| label.span)
        };
        for diagnostic in self
            .list
            .split_off(start.max(first + 1).min(self.list.len()))
        {
            let known = &mut self.list[first];
            let is_alike =
                known.message == diagnostic.message && reason(known) == reason(&diagnostic);
            let has_one_advice = known.help.is_some() && known.help == diagnostic.help;
            let is_same = known.code == Code::E0001
                && diagnostic.code == Code::E0001
                && (is_alike || has_one_advice);
            match is_same {
                true => fold(known, diagnostic),
                false => self.list.push(diagnostic),
            }
        }
    }

    /// From now on nothing is said about that item: a syntax error in it has been reported, and
    /// what later stages find would be guesses about text that was left out.
    pub fn distrust(&mut self, item: Span) {
        self.unread.push(item);
    }

    /// Adds all of another stage's or file's.
    pub(crate) fn append(&mut self, other: &Diagnostics) {
        self.list.extend(other.list.iter().cloned());
        self.unread.extend(&other.unread);
        self.lost_methods.extend(other.lost_methods.iter().cloned());
    }

    /// True when no program may be made.
    pub fn any_error(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// True when something was reported at a place of that file.
    pub(crate) fn any_in(&self, file: FileId) -> bool {
        let is_there = |d: &Diagnostic| d.labels.first().is_some_and(|l| l.span.file == file);
        self.list.iter().any(is_there)
    }

    /// Gives the diagnostic that was added last two edits, in source order.
    pub(crate) fn edit_last(&mut self, place: Span, text: &str, (other, behind): (Span, &str)) {
        if let Some(last) = self.list.pop() {
            self.list.push(last.edit(place, text).edit(other, behind));
        }
    }

    /// True when an error is about just that place.
    pub(crate) fn has_error_at(&self, place: Span) -> bool {
        let is_there = |label: &Label| label.span == place;
        let mut errors = self.list.iter().filter(|d| d.severity == Severity::Error);
        errors.any(|d| d.labels.iter().any(is_there))
    }

    /// How many there are by now.
    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// Methods of that name were written, and left out after a report that stands.
    pub(crate) fn lose_method(&mut self, name: Name) {
        self.lost_methods.push(name);
    }

    /// Whether methods of that name were left out.
    pub(crate) fn has_lost(&self, method: &str) -> bool {
        self.lost_methods.iter().any(|name| &**name == method)
    }

    /// True when something was reported under that code.
    pub fn has(&self, code: Code) -> bool {
        self.list.iter().any(|d| d.code == code)
    }

    /// In source order, without repeats.
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut list = self.list.clone();
        list.sort_by_key(|d| {
            (
                d.labels.first().map(|l| (l.span.file, l.span.start)),
                d.severity,
                d.code,
            )
        });
        list.dedup();
        list
    }
}
