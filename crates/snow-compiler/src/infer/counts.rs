//! E0003: calls with more or fewer arguments than the function takes.

use crate::diagnostics::{Code, Diagnostic, HASH};
use crate::hir::{FnId, ModuleId};
use crate::source::{Name, Span};
use crate::types::{print, Ty};

use super::Infer;

impl Infer<'_, '_> {
    /// E0003 for a call of `id`, with the names of what it takes.
    pub(super) fn miscounted(
        &self,
        id: FnId,
        count: usize,
        counts: String,
        span: Span,
    ) -> Diagnostic {
        let function = &self.program.functions[id.index()];
        let message = format!("`{}` takes {counts}", function.name);
        let report =
            Diagnostic::error(Code::E0003, span, message).also(function.name_span, "declared here");
        if &*function.name == "println" {
            let is_cut = self.program.written(span).contains("#{");
            return report.help(match is_cut {
                true => HASH,
                false => "join them in one text: `println(\"${a} ${b}\")`",
            });
        }
        let takes_nothing = match function.annotations.first() {
            Some(Some(Ty::Fun(params, _))) => params.is_empty(),
            Some(_) | None => false,
        };
        if count == 1 && takes_nothing {
            return report.help("it takes a function without parameters: write `fn -> f(…) end`");
        }
        // Without the caller's pid and the receiver of a method.
        let skipped = function.arity.saturating_sub(count);
        let names: Option<Vec<Name>> = (skipped..function.arity)
            .map(|index| self.parameter_name(id, index))
            .collect();
        let is_handler = skipped == 0
            && names
                .as_ref()
                .is_some_and(|n| n.first().is_some_and(is_pid));
        if is_handler {
            return report.help(
                "it takes the pid, and what stands in the brackets of the handler; the state is no \
                 part of that, and stands between bars: `do |state|`",
            );
        }
        match names.filter(|names| !names.iter().any(|name| name.starts_with('%'))) {
            Some(names) if !names.is_empty() => {
                let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                report.help(format!("it takes {}", shown.join(", ")))
            }
            _ => report,
        }
    }

    /// The same for `value.name(…)`, where the modules of the value's type have functions of that
    /// name.
    pub(super) fn miscounted_method(
        &self,
        homes: &[ModuleId],
        name: &Name,
        count: usize,
        span: Span,
    ) -> Option<Diagnostic> {
        let lists = homes
            .iter()
            .filter_map(|home| self.by_name.get(&(*home, name.clone())));
        let is_method = |id: &FnId| {
            let function = &self.program.functions[id.index()];
            let is_seen = function.is_public || self.frame.module == function.module;
            is_seen && self.visible_arity(*id) > 0
        };
        let known: Vec<FnId> = lists.flatten().copied().filter(is_method).collect();
        let takes = |id: &FnId| self.visible_arity(*id) - 1;
        let mut counts: Vec<usize> = known.iter().map(takes).collect();
        counts.sort_unstable();
        counts.dedup();
        let taken = match counts[..] {
            [] => return None,
            [0] => "no arguments".to_string(),
            [1] => "1 argument".to_string(),
            _ => {
                let shown: Vec<String> = counts.iter().map(usize::to_string).collect();
                format!("{} arguments", shown.join(" or "))
            }
        };
        let message = format!("`{name}` takes {taken} behind the value, found {count}");
        let report = Diagnostic::error(Code::E0003, span, message);
        let [only] = known[..] else {
            return Some(report.help("the value in front of the dot is the first argument"));
        };
        let function = &self.program.functions[only.index()];
        let report = report.also(function.name_span, "declared here");
        let shown: Vec<String> = (1..function.arity)
            .map(|index| self.shown_parameter(only, index))
            .collect();
        Some(report.help(match shown.is_empty() {
            true => format!("write `.{name}()`"),
            false => format!("it takes {} behind the value", shown.join(", ")),
        }))
    }

    /// A parameter in a list of them: its name, or else its type.
    fn shown_parameter(&self, id: FnId, index: usize) -> String {
        let name = self.parameter_name(id, index);
        let function = &self.program.functions[id.index()];
        match (
            name,
            function.annotations.get(index).and_then(Option::as_ref),
        ) {
            (Some(name), _) => format!("`{name}`"),
            (None, Some(ty)) => format!("`{}`", self.show_of(function, ty)),
            (None, None) => "a value".to_string(),
        }
    }

    /// A type of a function's signature.
    fn show_of(&self, function: &crate::hir::Function, ty: &Ty) -> String {
        let generics = function.generics.iter().map(|(name, _)| name.clone());
        print::ty(self.program, ty, &generics.collect::<Vec<_>>())
    }
}

/// Whether that is the first parameter of a function that a service has.
fn is_pid(name: &Name) -> bool {
    &**name == "%pid"
}
