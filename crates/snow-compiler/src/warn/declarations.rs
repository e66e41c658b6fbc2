//! W0005 and W0006: imports and private declarations that nothing uses.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{every_expr, is_meant, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{
    ExprKind, FnId, Function, FunctionKind, ModuleId, Program, Role, Unused, UnusedKind,
};
use crate::source::{Name, Span};
use crate::types::Typed;

/// Functions of the prelude that `lower` calls.
const LOWERED: &[&str] = &["order_by_compare", "order_by_lt"];

pub(super) fn check(program: &Program, typed: &Typed, chosen: &[bool], warnings: &mut Warnings) {
    let of_chosen = |unused: &&Unused| chosen[unused.module.index()];
    for unused in program.unused.iter().filter(of_chosen) {
        warnings.extend(warning_of(program, unused));
    }
    let reached = reached(program, typed, chosen);
    for (index, function) in program.functions.iter().enumerate() {
        let is_used = reached.contains(&FnId(index as u32));
        if is_used || !chosen[function.module.index()] || !is_meant(&function.name) {
            continue;
        }
        let message = format!("function `{}` is never used", function.name);
        warnings.push(
            Diagnostic::warning(Code::W0006, function.name_span, message).help(
                match is_meant_as_test(&function.name) {
                    true => "a test is `test \"what holds\" do … end`, in a file `…_test.snow`",
                    false => "take it out, or make it `pub` if another module is to use it",
                },
            ),
        );
    }
}

impl Warnings {
    fn extend(&mut self, warning: Option<Diagnostic>) {
        warning.into_iter().for_each(|warning| self.push(warning));
    }
}

fn warning_of(program: &Program, unused: &Unused) -> Option<Diagnostic> {
    let name = &unused.name;
    let (code, message, help) = match &unused.kind {
        UnusedKind::Import => {
            let message = format!("the import of `{name}` is never used");
            (Code::W0005, message, "take it out")
        }
        UnusedKind::ImportedWith(ty) => {
            let message = format!("`{name}` comes with `{ty}`");
            (Code::W0005, message, "take it out")
        }
        UnusedKind::Test(file) => {
            let message = format!("this test never runs: `{file}` is no test file");
            let meant = file.strip_suffix(".snow").unwrap_or(file);
            let help = format!("move it to a file that ends in `_test.snow`: `{meant}_test.snow`");
            return Some(Diagnostic::warning(Code::W0011, unused.span, message).help(help));
        }
        UnusedKind::Constant | UnusedKind::Type if !is_meant(name) => return None,
        UnusedKind::Constant => {
            let message = format!("constant `{name}` is never used");
            (Code::W0006, message, "take it out, or make it `pub`")
        }
        UnusedKind::Type => {
            let message = format!("type `{name}` is never used");
            (Code::W0006, message, "take it out, or make it `pub`")
        }
    };
    let warning = Diagnostic::warning(code, unused.span, message).help(help);
    let is_import = code == Code::W0005;
    Some(
        match without_import(program, unused).filter(|_| is_import) {
            Some(place) => warning.edit(place, ""),
            None => warning,
        },
    )
}

/// What is taken out with an import: its line, or one of the names in it. `None` where the import
/// stands on several lines, or beside something else.
fn without_import(program: &Program, unused: &Unused) -> Option<Span> {
    let (text, place) = (&*program.modules[unused.module.index()].text, unused.span);
    let (start, end) = (place.start as usize, place.end as usize);
    let line = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let (before, after) = (&text[line..start], &text[end..line_end]);
    let is_alone = match before.strip_suffix("import ") {
        Some("") => true,
        Some(from) => from.starts_with("from ") && !from.contains(','),
        None => false,
    };
    let is_last = after.trim().is_empty();
    let from_to = |start: usize, end: usize| Span {
        start: start as u32,
        end: end as u32,
        ..place
    };
    if is_alone && is_last {
        return Some(from_to(line, line_end));
    }
    if !before.starts_with("from ") || after.contains('#') {
        return None;
    }
    let next = after.strip_prefix(',').map(str::trim_start);
    match (next, before.trim_end().strip_suffix(',')) {
        (Some(next), _) if !next.is_empty() => Some(from_to(start, line_end - next.len())),
        (None, Some(before)) if is_last => Some(from_to(line + before.len(), end)),
        _ => None,
    }
}

/// Functions that run, or that another module may call: everything that a public function, a test,
/// an actor, a method or `main` leads to.
fn reached(program: &Program, typed: &Typed, chosen: &[bool]) -> FxHashSet<FnId> {
    let mut modules = program.modules.iter().zip(chosen);
    let has_chosen_library = modules.any(|(module, chosen)| module.is_stdlib && *chosen);
    let mut by_name: FxHashMap<(ModuleId, &Name), Vec<FnId>> = FxHashMap::default();
    let mut work: Vec<FnId> = Vec::new();
    for (index, function) in program.functions.iter().enumerate() {
        let id = FnId(index as u32);
        by_name
            .entry((function.module, &function.name))
            .or_default()
            .push(id);
        if is_root(program, id, function) {
            work.push(id);
        }
    }
    let mut reached: FxHashSet<FnId> = work.iter().copied().collect();
    while let Some(id) = work.pop() {
        let function = &program.functions[id.index()];
        // What is looked at is never called by the library.
        if !has_chosen_library && program.modules[function.module.index()].is_stdlib {
            continue;
        }
        let mut found: Vec<FnId> = Vec::new();
        every_expr(function, &mut |expr| match &expr.kind {
            ExprKind::Function(called) => found.push(*called),
            ExprKind::MethodCall { name, .. } | ExprKind::Member { name, .. } => {
                found.extend(typed.method.get(&expr.id));
                found.extend(by_name.get(&(function.module, name)).into_iter().flatten());
            }
            _ => {}
        });
        found.retain(|called| reached.insert(*called));
        work.extend(found);
    }
    reached
}

fn is_root(program: &Program, id: FnId, function: &Function) -> bool {
    let is_free = function.role == Role::Free;
    let is_called_from_outside = match function.kind {
        FunctionKind::Actor | FunctionKind::Test => true,
        FunctionKind::Plain | FunctionKind::Extern(_) => false,
    };
    let is_lowered =
        program.modules[function.module.index()].is_stdlib && LOWERED.contains(&&*function.name);
    function.is_public
        || is_lowered
        || !is_free
        || is_called_from_outside
        || program.main == Some(id)
        || !is_meant(&function.name)
}

/// Whether a name is what other languages call a test.
fn is_meant_as_test(name: &str) -> bool {
    name.starts_with("test_") || name.ends_with("_test")
}
