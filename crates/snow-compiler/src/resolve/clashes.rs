//! E0044: one name of a module that would mean two values.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{ModuleId, TypeId};
use crate::source::{Name, Span};

use super::Resolver;

impl Resolver<'_, '_> {
    /// E0044 for a constructor: plain `A` cannot say which of the two is meant.
    pub(super) fn two_types_have(&mut self, name: &Name, span: Span, first: TypeId) {
        let first = &self.out.types[first.index()];
        let message = format!("type `{}` has a constructor `{name}`, too", first.name);
        let report = Diagnostic::error(Code::E0044, span, message)
            .also(
                first.span,
                format!("the other `{name}` belongs to this type"),
            )
            .help("constructors of one module need different names");
        self.diagnostics.push(report);
    }

    /// E0044 for values of different kinds: functions, constants and constructors share their
    /// names.
    pub(super) fn check_values(&mut self, module: ModuleId) {
        let scope = &self.scopes[module.index()];
        let function = |name: &Name| {
            let known = scope.functions.get(name)?.first()?;
            Some(self.out.functions[known.id.index()].name_span)
        };
        let constants = scope.constants.iter().filter_map(|(name, constant)| {
            let first = match scope.constructors.get(name) {
                Some(entry) => Some(("constructor", self.out.types[entry.ty.index()].span)),
                None => function(name).map(|span| ("function", span)),
            };
            first.map(|(what, span)| (name.clone(), "constant", constant.span, what, span))
        });
        let constructors = scope.constructors.iter().filter_map(|(name, entry)| {
            let span = self.out.types[entry.ty.index()].span;
            function(name).map(|at| (name.clone(), "function", at, "constructor", span))
        });
        let mut found: Vec<_> = constants.chain(constructors).collect();
        found.sort_by_key(|(_, _, span, ..)| *span);
        for (name, what, span, other, first) in found {
            let message = format!("{what} `{name}` has the name of a {other}");
            let report = Diagnostic::error(Code::E0044, span, message);
            let report = report.also(first, format!("the {other} is declared here"));
            self.diagnostics
                .push(report.help("give one of them another name"));
        }
    }

    /// E0044 for a plain constructor that two imported sums have; false then.
    pub(super) fn is_clear(&mut self, name: &Name, span: Span) -> bool {
        let scope = &self.scopes[self.module().index()];
        let Some((first, second)) = scope.ambiguous_constructors.get(name).copied() else {
            return true;
        };
        if scope.constructors.contains_key(name) {
            return true;
        }
        let [first, second] = [first, second].map(|id| self.out.types[id.index()].name.clone());
        let message = format!("`{name}` may be of `{first}` or of `{second}`: both are imported");
        let help = match first == second {
            true => "import one of the modules, and write its name in front".to_string(),
            false => format!("write `{first}.{name}` or `{second}.{name}`"),
        };
        self.report_with_help(Code::E0044, span, message, Some(help));
        false
    }
}
