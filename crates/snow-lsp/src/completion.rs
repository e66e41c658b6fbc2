//! What may be written behind a dot, and names that may begin here.
//!
//! A half-written program has no name yet where one is asked for; a name is put there, and the copy
//! is checked: the compiler then says what the value in front of it is, and which names are in
//! scope.

mod imports;
mod names;
mod paths;

use std::collections::{BTreeMap, HashMap};

use lsp_types::{CompletionItem, CompletionItemKind, Documentation};
use snow_compiler::analysis::Parsed;
use snow_compiler::hir::{
    Clause, Expr, ExprKind, FnId, FunctionKind, Head, Meaning, ModuleId, Role, TypeId, TypeKind,
};
use snow_compiler::lex::{self, classes, Class};
use snow_compiler::source::{FileId, Name, Span};
use snow_compiler::types::{print, Ty};

use crate::describe;
use crate::places;
use crate::projects::Loaded;
use crate::rename::with_texts;
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// Stands for the name that is not written yet.
const PLACEHOLDER: &str = "completed_here";

/// Completions by label, so that each is offered once and in order.
type Found = BTreeMap<String, CompletionItem>;

/// What may stand at a byte.
pub(crate) fn complete(
    snapshot: &Snapshot,
    parsed: &Parsed,
    file: FileId,
    at: usize,
) -> Vec<CompletionItem> {
    let text = snapshot.text(file);
    let before = text.get(..at).unwrap_or_default();
    let start = before.trim_end_matches(is_in_name).len();
    let mut found = Found::new();
    let is_cut = lex::tokens(&snapshot.loaded.sources, file).is_cut;
    let closing = if is_cut { closing(before) } else { Some("") };
    let Some(closing) = closing.filter(|_| !is_prose(text, at)) else {
        return Vec::new();
    };
    if imports::complete(snapshot, file, before, &mut found) {
        return found.into_values().collect();
    }
    let check = || {
        let name = format!("{PLACEHOLDER}{closing}");
        let completed = completed(&snapshot.loaded, file, (start, at), &name);
        Snapshot::check(completed, &mut parsed.clone())
    };
    let Some(chain_end) = before[..start].strip_suffix('.').map(str::len) else {
        if !before[start..].starts_with(|first: char| first.is_ascii_digit()) {
            names::names(&check(), file, start, &mut found);
        }
        found.remove(PLACEHOLDER);
        return found.into_values().collect();
    };
    let is_in_chain = |letter: char| is_in_name(letter) || letter == '.';
    let chain = &text[..chain_end];
    let chain = &chain[chain.trim_end_matches(is_in_chain).len()..];
    let is_number = chain.starts_with(|first: char| first.is_ascii_digit());
    if is_number || before[..chain_end].ends_with('.') {
        return Vec::new();
    }
    if chain.starts_with(char::is_uppercase) {
        paths::of_path(snapshot, file, chain, &mut found);
        if !found.is_empty() {
            return found.into_values().collect();
        }
    }
    let checked = check();
    if let Some(base) = base_at(&checked, file, start as u32) {
        of_value(&checked, file, base, &mut found);
    }
    found.remove(PLACEHOLDER);
    found.into_values().collect()
}

/// What closes the string that is open at the end of a text, where some string never ends: nothing
/// where none is open, and `None` where the end is in the string and not in a `${`.
fn closing(before: &str) -> Option<&'static str> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let opened = line.rfind("${");
    let is_code = opened.is_some_and(|at| !line[at..].contains('}'));
    let is_text = line.matches('"').count() % 2 == 1;
    match (is_code, is_text) {
        (true, _) => Some("}\""),
        (false, true) => None,
        (false, false) => Some(""),
    }
}

/// Whether a byte is inside of a comment, or of the text of a string that has an end.
fn is_prose(text: &str, at: usize) -> bool {
    let parts = classes(text);
    let around = parts
        .iter()
        .position(|(range, _)| range.start < at && at <= range.end);
    around.is_some_and(|index| {
        let (range, class) = &parts[index];
        let has_end = at < range.end && index + 1 < parts.len();
        *class == Class::Comment || (*class == Class::Text && has_end)
    })
}

/// The root with `name` in the place of what is written of it.
fn completed(loaded: &Loaded, file: FileId, (start, end): (usize, usize), name: &str) -> Loaded {
    let mut text = loaded.sources.get(file).text.to_string();
    text.replace_range(start..end, name);
    Loaded {
        sources: with_texts(&loaded.sources, &HashMap::from([(file, text)])),
        ..loaded.clone()
    }
}

/// The value in front of the dot before a byte.
fn base_at(snapshot: &Snapshot, file: FileId, at: u32) -> Option<&Expr> {
    let mut found = None;
    for function in &snapshot.analysis.program.functions {
        if function.span.file == file {
            for clause in &function.clauses {
                in_clause(clause, (file, at), &mut found);
            }
            if let Some(end) = &function.terminate {
                in_expr(end, (file, at), &mut found);
            }
        }
    }
    found
}

fn in_clause<'e>(clause: &'e Clause, place: (FileId, u32), found: &mut Option<&'e Expr>) {
    clause.children(&mut |child| in_expr(child, place, found));
}

fn in_expr<'e>(expr: &'e Expr, (file, at): (FileId, u32), found: &mut Option<&'e Expr>) {
    if let ExprKind::Member {
        base, name_span, ..
    }
    | ExprKind::MethodCall {
        base, name_span, ..
    } = &expr.kind
    {
        if name_span.file == file && name_span.start == at {
            *found = Some(base);
        }
    }
    expr.children(&mut |child| in_expr(child, (file, at), found));
}

/// Fields and methods of a value.
fn of_value(snapshot: &Snapshot, file: FileId, base: &Expr, found: &mut Found) {
    let (program, typed) = (&snapshot.analysis.program, &snapshot.analysis.typed);
    let Some(ty) = typed.expr.get(base.id.index()) else {
        return;
    };
    let here = snapshot.module_of(file);
    if let Ty::Con(id, arguments) = ty {
        fields(snapshot, here, (*id, arguments), found);
    }
    let homes = homes(snapshot, ty);
    for (index, function) in program.functions.iter().enumerate() {
        let is_seen = function.is_public || here == Some(function.module);
        let scheme = &typed.scheme[index];
        let receiver = scheme.params.get(usize::from(function.has_self_pid));
        let takes_it = receiver.is_some_and(|receiver| {
            matches!(receiver, Ty::Param(_)) || Head::of(receiver) == Head::of(ty)
        });
        let is_callable = matches!(function.kind, FunctionKind::Plain | FunctionKind::Extern(_));
        let is_method = describe::is_free(function) && homes.contains(&function.module);
        if is_method && is_seen && takes_it && is_callable {
            add_function(
                snapshot,
                FnId(index as u32),
                CompletionItemKind::METHOD,
                found,
            );
        }
    }
    for written in &program.impls {
        if Head::of(&written.target).is_some() && Head::of(&written.target) == Head::of(ty) {
            let interface = &program.interfaces[written.interface.index()];
            for method in interface.methods.iter().filter(|method| !method.is_static) {
                add_function(snapshot, method.function, CompletionItemKind::METHOD, found);
            }
        }
    }
}

fn fields(
    snapshot: &Snapshot,
    here: Option<ModuleId>,
    (id, arguments): (TypeId, &[Ty]),
    found: &mut Found,
) {
    let program = &snapshot.analysis.program;
    let TypeKind::Struct(fields) = &program.types[id.index()].kind else {
        return;
    };
    if here.is_some_and(|here| program.may_open(here, id)) {
        for (name, ty) in fields {
            let ty = ty.substitute(arguments);
            let detail = print::ty(program, &ty, &[]);
            add(name, CompletionItemKind::FIELD, Some(detail), found);
        }
    }
}

/// Modules whose functions are methods of a type, as `infer` has them.
fn homes(snapshot: &Snapshot, ty: &Ty) -> Vec<ModuleId> {
    let program = &snapshot.analysis.program;
    let standard = |name: &str| {
        let mut modules = program.modules.iter();
        let found = modules.position(|module| module.is_stdlib && &*module.name == name);
        found.map(|index| ModuleId(index as u32))
    };
    match ty {
        Ty::Con(id, _) => {
            let def = &program.types[id.index()];
            let declares = program.face_of(def.module);
            let module = &program.modules[declares.index()];
            let namesake = standard(&def.name).filter(|_| module.is_stdlib);
            let is_prelude = module.is_stdlib && &*module.name == "Prelude";
            let own = (!is_prelude).then_some(declares);
            namesake.into_iter().chain(own).collect()
        }
        Ty::Tuple(items) if !items.is_empty() => standard("Tuple").into_iter().collect(),
        Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
            Vec::new()
        }
    }
}

fn item_of(name: &Name, kind: CompletionItemKind, detail: Option<String>) -> CompletionItem {
    CompletionItem {
        label: name.to_string(),
        kind: Some(kind),
        detail,
        ..CompletionItem::default()
    }
}

fn add(name: &Name, kind: CompletionItemKind, detail: Option<String>, found: &mut Found) {
    let made = item_of(name, kind, detail);
    found.entry(name.to_string()).or_insert(made);
}

fn add_function(snapshot: &Snapshot, id: FnId, kind: CompletionItemKind, found: &mut Found) {
    let function = &snapshot.analysis.program.functions[id.index()];
    let is_shown = matches!(function.role, Role::Free | Role::Interface(..));
    if is_shown {
        let meaning = Meaning::Function(id);
        add_meaning(snapshot, &function.name, (kind, meaning), found);
    }
}

fn add_meaning(
    snapshot: &Snapshot,
    name: &Name,
    (kind, meaning): (CompletionItemKind, Meaning),
    found: &mut Found,
) {
    let described = describe::meaning(snapshot, &meaning, Span::default());
    let detail = described.as_ref().map(|one| one.code.clone());
    let mut made = item_of(name, kind, detail);
    let doc = described.filter(|one| one.doc.is_some());
    made.documentation = doc.map(|one| Documentation::MarkupContent(places::markdown(&one)));
    found.entry(name.to_string()).or_insert(made);
}
