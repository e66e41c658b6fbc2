//! `.unwrap_or(…)` and its kin, behind a value that cannot be missing.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::Infer;

/// Methods that other languages have for what may be missing.
const UNWRAPPING: [&str; 8] = [
    "unwrap",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "expect",
    "with_default",
    "getOrElse",
    "orElse",
];

impl Infer<'_, '_> {
    /// E0030 for `.unwrap_or(…)` behind a value that is there. False when it is another method, or
    /// the value an Option or a Result.
    pub(super) fn nothing_inside(&mut self, ty: &Ty, name: &Name, base: Span, whole: Span) -> bool {
        let lang = &self.program.lang;
        let is_plain = match self.shallow(ty) {
            Ty::Con(id, _) => ![lang.option, lang.result].contains(&Some(id)),
            Ty::Tuple(_) => true,
            Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => false,
        };
        if !is_plain || !UNWRAPPING.contains(&&**name) {
            return false;
        }
        let message = format!("no method `{name}` on `{}`", self.show(ty));
        let place = Span {
            start: base.end,
            ..whole
        };
        let name_place = Span {
            start: base.end + 1,
            end: base.end + 1 + name.len() as u32,
            ..base
        };
        let help = "this value is there, and no Option or Result: use it as it is";
        let report = Diagnostic::error(Code::E0030, name_place, message).help(help);
        let report = match self.program.written(place).starts_with(&format!(".{name}")) {
            true => report.edit(place, ""),
            false => report,
        };
        self.diagnostics.push(report);
        true
    }
}
