//! Keys that must differ.

use rustc_hash::FxHashMap;

use crate::ast::Ident;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::Name;

/// Keys of one object, or texts of one type's variants.
pub(super) struct Keys {
    what: &'static str,
    taken: FxHashMap<Name, Ident>,
}

impl Keys {
    pub(super) fn new(what: &'static str) -> Self {
        let taken = FxHashMap::default();
        Keys { what, taken }
    }

    /// True when nothing had that key; E0028 when something of another name had.
    pub(super) fn take(
        &mut self,
        key: &Name,
        owner: &Ident,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let Some(first) = self.taken.get(key) else {
            self.taken.insert(key.clone(), owner.clone());
            return true;
        };
        // Two of one name are reported as such (E0044).
        if first.name != owner.name || **key != *owner.name {
            let message = format!(
                "`{}` and `{}` are both `{key}` in JSON",
                first.name, owner.name
            );
            let help = format!("give the {} another key: `as \"…\"`", self.what);
            let report = Diagnostic::error(Code::E0028, owner.span, message);
            diagnostics.push(report.also(first.span, "the other one").help(help));
        }
        false
    }
}
