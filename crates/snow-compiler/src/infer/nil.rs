//! `nil` where other languages have it for what is missing: one mistake, however many places do not
//! fit because of it.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::types::Ty;

use super::{Cause, Infer};

/// What is said about `nil` where a value belongs.
const MISSING: &str =
    "what may be missing is an Option, `None` or `Some(value)`; `nil` is the value \
                       of what answers nothing";

impl Infer<'_, '_> {
    /// Whether `nil` stands at that place.
    fn is_nil(&self, place: Span) -> bool {
        self.program.written(place) == "nil"
    }

    /// E0001 at the `nil` that made a type `()`, where one did. `here` is said about `place`, where
    /// something else is asked for.
    pub(super) fn decided_by_nil(
        &mut self,
        fixed: Option<Span>,
        place: Span,
        here: String,
    ) -> bool {
        let Some(nil) = fixed.filter(|fixed| *fixed != place && self.is_nil(*fixed)) else {
            return false;
        };
        let message = "what is compared with `nil` is a `()`";
        let report = Diagnostic::error(Code::E0001, nil, message).help(MISSING);
        self.diagnostics.note_advice(report.also(place, here));
        true
    }

    /// The same for two types that do not fit at `span`.
    pub(super) fn differ_by_nil(
        &mut self,
        expected: &Ty,
        found: &Ty,
        span: Span,
        cause: Cause,
    ) -> bool {
        let (wanted, given) = self.origins(expected, found, cause);
        let pairs = [(&wanted, &given), (&given, &wanted)];
        let decided = pairs.into_iter().find(|(one, _)| {
            let is_nil = |place: Span| place != span && self.is_nil(place);
            one.part == Ty::unit() && one.fixed.is_some_and(is_nil)
        });
        let Some((nil, other)) = decided else {
            return false;
        };
        let here = format!("`{}`", self.show(&other.part));
        self.decided_by_nil(nil.fixed, span, here)
    }

    /// Advice about a `nil` at `span` where another type is expected.
    pub(super) fn written_nil(&self, expected: &Ty, span: Span) -> Option<&'static str> {
        let lang = &self.program.lang;
        let has_words = |ty: &Ty| matches!(ty, Ty::Con(id, _) if [lang.option, lang.result].contains(&Some(*id)));
        (self.is_nil(span) && !has_words(&self.shallow(expected))).then_some(MISSING)
    }
}
