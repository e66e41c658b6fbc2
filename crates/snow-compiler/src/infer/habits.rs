//! Advice about types for those who come from languages where nothing is missing, or everything is
//! converted.

use crate::source::Name;
use crate::types::Ty;

use super::{Cause, Infer};

/// The left side of a comparison that is a comparison itself.
pub(super) const CHAINED: &str = "the left side, a comparison";
const OPTION: &str = "an Option is `Some(…)` or `None`; `Ok(…)` and `Err(…)` make a Result";
const RESULT: &str = "a Result is `Ok(…)` or `Err(…)`; `Some(…)` and `None` make an Option";
const NUMBERS: &str =
    "numbers are not converted by themselves: write the Int as a Float, `1.0` or \
                       `Int.to_float(n)`, or convert the Float with `Float.to_int` or `Math.round`";
const NOTHING: &str = "there is no value here: put one on the last line; an `if` has one when it \
                       has an `else`";
const EMPTY: &str = "an Option may be empty: take it apart with `case`, `.with_default(…)` or `?`";
const FAILED: &str =
    "a Result may be an error: take it apart with `case`, `.with_default(…)` or `?`";

impl Infer<'_, '_> {
    /// What is meant by a value of type `found` where one of type `expected` belongs.
    pub(super) fn habit(&self, expected: &Ty, found: &Ty) -> Option<&'static str> {
        let lang = &self.program.lang;
        let is = |ty: &Ty, id| matches!(ty, Ty::Con(found, _) if Some(*found) == id);
        if *found == Ty::unit() && is(expected, lang.option) {
            Some("what is missing is `None`; `nil` is the value of what answers nothing")
        } else if *found == Ty::unit() && !self.is_open(expected) {
            Some(NOTHING)
        } else if is(expected, lang.option) && is(found, lang.result) {
            Some(OPTION)
        } else if is(expected, lang.result) && is(found, lang.option) {
            Some(RESULT)
        } else if is(expected, lang.int) && is(found, lang.float) {
            Some(NUMBERS)
        } else {
            match expected {
                Ty::Tuple(parts) if parts.len() == 2 && parts.contains(found) => Some(
                    "both parts are needed: a `call` of a service answers `(new state, reply)`",
                ),
                Ty::Con(..)
                | Ty::Tuple(_)
                | Ty::Fun(..)
                | Ty::Param(_)
                | Ty::Var(_)
                | Ty::Never
                | Ty::Error => None,
            }
        }
    }

    /// What the patterns of an Option or a Result are, for one of the other's.
    pub(super) fn pattern_advice(&self, expected: &Ty, found: &Ty, cause: Cause) -> Option<String> {
        let lang = &self.program.lang;
        let (expected, found) = (self.shallow(expected), self.shallow(found));
        let is = |ty: &Ty, id| matches!(ty, Ty::Con(found, _) if Some(*found) == id);
        if cause.advice {
            None
        } else if is(&expected, lang.option) && is(&found, lang.result) {
            Some("this value is an Option: its patterns are `Some(…)` and `None`".into())
        } else if is(&expected, lang.result) && is(&found, lang.option) {
            Some("this value is a Result: its patterns are `Ok(…)` and `Err(…)`".into())
        } else if is(&expected, lang.list) && matches!(found, Ty::Tuple(_)) {
            Some(
                "a list has any number of elements: take it apart by `case`, with an arm \
                 `[a, b] -> …` and one for all others"
                    .into(),
            )
        } else {
            None
        }
    }

    /// Whether one mistake about Options and Results is all that an advice says.
    pub(super) fn is_of_options(advice: Option<&str>) -> bool {
        advice.is_some_and(|advice| {
            [OPTION, RESULT].contains(&advice) || advice.contains("its patterns are")
        })
    }

    /// Advice about an operator on what may be missing, or on nothing.
    pub(super) fn operand(&self, part: &Ty) -> Option<&'static str> {
        let lang = &self.program.lang;
        match self.shallow(part) {
            Ty::Con(id, _) if Some(id) == lang.option => Some(EMPTY),
            Ty::Con(id, _) if Some(id) == lang.result => Some(FAILED),
            unit if unit == Ty::unit() => Some(NOTHING),
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => None,
        }
    }

    /// How a function of a service is called, for `pid.name()`.
    pub(super) fn of_service(&self, ty: &Ty, name: &Name) -> Option<String> {
        let Ty::Con(_, args) = self.shallow(ty) else {
            return None;
        };
        let Some(Ty::Con(id, _)) = args.first().map(|arg| self.shallow(arg)) else {
            return None;
        };
        let def = &self.program.types[id.index()];
        let whole: Name = format!("{}.{name}", def.name).into();
        let is_service = self.by_name.contains_key(&(def.module, whole.clone()));
        is_service.then(|| format!("write `{whole}(…)`, with the pid as its first argument"))
    }
}
