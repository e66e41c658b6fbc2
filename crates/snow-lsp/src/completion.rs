//! What may be written behind a dot, and names that may begin here.
//!
//! A half-written program has no name yet where one is asked for; a name is put there, and the copy
//! is checked: the compiler then says what the value in front of it is, and which names are in
//! scope.

mod derives;
mod fields;
mod imports;
mod names;
mod paths;

use std::collections::{BTreeMap, HashMap};

use lsp_types::{CompletionItem, CompletionItemKind, Documentation};
use snow_compiler::analysis::Parsed;
use snow_compiler::hir::{
    Clause, Expr, ExprKind, FnId, FunctionKind, Head, Meaning, ModuleId, Role,
};
use snow_compiler::lex::{self, Within};
use snow_compiler::source::{FileId, Name, Span};
use snow_compiler::types::Ty;

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
    let Some((closing, code)) = code_at_end(snapshot, file, before) else {
        return Vec::new();
    };
    if imports::complete(snapshot, file, before, &mut found) {
        return found.into_values().collect();
    }
    let typing = Typing {
        snapshot,
        parsed,
        file,
        place: (start, at),
        code,
        closing: &closing,
    };
    let is_of_list =
        fields::complete(&typing, &mut found) || derives::complete(&typing, &mut found);
    if is_of_list {
        return found.into_values().collect();
    }
    let check = || typing.with(PLACEHOLDER);
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
    names::of_parameter(&checked, (file, start as u32), chain, &mut found);
    found.remove(PLACEHOLDER);
    found.into_values().collect()
}

/// A place where something is being typed.
struct Typing<'t> {
    snapshot: &'t Snapshot,
    parsed: &'t Parsed,
    file: FileId,
    /// Where the name that is being typed begins, and the end of what is there of it.
    place: (usize, usize),
    /// Where the code begins that runs to the place.
    code: usize,
    /// What closes the strings that are open at the place.
    closing: &'t str,
}

impl Typing<'_> {
    /// The root with another text in the place of the name, and the strings around it closed.
    fn with(&self, text: &str) -> Snapshot {
        let Typing { place, closing, .. } = self;
        let text = format!("{text}{closing}");
        let completed = replaced(&self.snapshot.loaded, self.file, *place, &text);
        Snapshot::check(completed, &mut self.parsed.clone())
    }

    /// The code in front of the name.
    fn before(&self) -> &str {
        let text = self.snapshot.text(self.file);
        text.get(self.code..self.place.0).unwrap_or_default()
    }

    /// The text behind what is there of the name.
    fn behind(&self) -> &str {
        let text = self.snapshot.text(self.file);
        text.get(self.place.1..).unwrap_or_default()
    }
}

/// The end of a text in code: what closes the strings that are open there, if some string of the
/// whole never ends, and where the code around the end begins. `None` where the end is in a comment,
/// or in a string and not in a `${`.
pub(crate) fn code_at_end(
    snapshot: &Snapshot,
    file: FileId,
    before: &str,
) -> Option<(String, usize)> {
    let is_cut = lex::tokens(&snapshot.loaded.sources, file).is_cut;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let mut found = lex::ending(before);
    // One missing quote turns all behind it inside out.
    if is_cut && found.suspect.is_some_and(|start| start < line) {
        found = lex::ending(&before[line..]);
        found.code_from += line;
    }
    match found.within {
        Within::Code if is_cut => Some((found.closing, found.code_from)),
        Within::Code => Some((String::new(), found.code_from)),
        Within::Text | Within::Comment => None,
    }
}

/// The root with another text in the place of a range of bytes.
pub(crate) fn replaced(
    loaded: &Loaded,
    file: FileId,
    (start, end): (usize, usize),
    new: &str,
) -> Loaded {
    let mut text = loaded.sources.get(file).text.to_string();
    text.replace_range(start..end, new);
    Loaded {
        sources: with_texts(&loaded.sources, &HashMap::from([(file, text)])),
        ..loaded.clone()
    }
}

/// The value in front of the dot before a byte.
pub(crate) fn base_at(snapshot: &Snapshot, file: FileId, at: u32) -> Option<&Expr> {
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
    let Some(ty) = snapshot.analysis.typed.expr.get(base.id.index()) else {
        return;
    };
    let here = snapshot.module_of(file);
    if let Ty::Con(id, arguments) = ty {
        fields::of_type(snapshot, here, (*id, arguments), found);
    }
    rank(0, found);
    for id in declared_methods(snapshot, file, ty) {
        add_function(snapshot, id, CompletionItemKind::METHOD, found);
    }
    rank(1, found);
    for id in derived_methods(snapshot, ty) {
        add_function(snapshot, id, CompletionItemKind::METHOD, found);
    }
    rank(2, found);
}

/// Gives a rank to what has been found since the last one: editors show the lowest first.
fn rank(rank: u8, found: &mut Found) {
    for (label, item) in found.iter_mut() {
        let place = || format!("{rank}{label}");
        item.sort_text.get_or_insert_with(place);
    }
}

/// What may be called behind a value of a type.
pub(crate) fn methods(snapshot: &Snapshot, file: FileId, ty: &Ty) -> Vec<FnId> {
    let mut found = declared_methods(snapshot, file, ty);
    found.extend(derived_methods(snapshot, ty));
    found
}

fn derived_methods(snapshot: &Snapshot, ty: &Ty) -> Vec<FnId> {
    match ty {
        Ty::Con(id, _) => paths::derived(snapshot, *id),
        Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
            Vec::new()
        }
    }
}

/// Functions of the home of a type that take a value of it first, then methods of its impls.
fn declared_methods(snapshot: &Snapshot, file: FileId, ty: &Ty) -> Vec<FnId> {
    let (program, typed) = (&snapshot.analysis.program, &snapshot.analysis.typed);
    let here = snapshot.module_of(file);
    let homes = homes(snapshot, ty);
    let mut found = Vec::new();
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
            found.push(FnId(index as u32));
        }
    }
    for written in &program.impls {
        if Head::of(&written.target).is_some() && Head::of(&written.target) == Head::of(ty) {
            found.extend(paths::methods(snapshot, written.interface, false));
        }
    }
    found
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
