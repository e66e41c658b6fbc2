//! What may be written behind a dot, and names that may begin here.
//!
//! Behind `value.` a half-written program has no name yet; a name is put there, and the copy is
//! checked: the compiler then says what the value is.

use std::collections::{BTreeMap, HashMap};

use lsp_types::{CompletionItem, CompletionItemKind, Documentation};
use snow_compiler::analysis::Parsed;
use snow_compiler::ast::{Item, ItemKind};
use snow_compiler::hir::{
    Clause, Expr, ExprKind, FnId, FunctionKind, Head, Meaning, ModuleId, Role, TypeId, TypeKind,
};
use snow_compiler::source::{FileId, Name, Source, Span};
use snow_compiler::types::{print, Ty};

use crate::describe::{self, Description};
use crate::places::{self, markdown};
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
    let Some(chain_end) = before[..start].strip_suffix('.').map(str::len) else {
        names(snapshot, file, at, &mut found);
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
        of_path(snapshot, file, chain, &mut found);
        if !found.is_empty() {
            return found.into_values().collect();
        }
    }
    let (name_end, place) = (at, start as u32);
    let completed = completed(&snapshot.loaded, file, (start, name_end));
    let checked = Snapshot::check(completed, &mut parsed.clone());
    if let Some(base) = base_at(&checked, file, place) {
        of_value(&checked, file, base, &mut found);
    }
    found.remove(PLACEHOLDER);
    found.into_values().collect()
}

/// The root with a name in the place of what is written of it.
fn completed(loaded: &Loaded, file: FileId, (start, end): (usize, usize)) -> Loaded {
    let mut text = loaded.sources.get(file).text.to_string();
    text.replace_range(start..end, PLACEHOLDER);
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

/// What a module or type has.
fn of_path(snapshot: &Snapshot, file: FileId, chain: &str, found: &mut Found) {
    let program = &snapshot.analysis.program;
    let full = imported(snapshot, file, chain).unwrap_or_else(|| chain.to_string());
    let sees_all = snapshot.loaded.of_library.is_some();
    for (index, module) in program.modules.iter().enumerate() {
        if *module.name == *full && (!module.is_internal || sees_all) {
            of_module(snapshot, ModuleId(index as u32), found);
        }
    }
    let below = format!("{full}.");
    for (_, source) in snapshot.loaded.sources.iter() {
        let name = source.module.strip_prefix(&below);
        let is_hidden = is_hidden(snapshot, source);
        if let Some(name) = name.filter(|name| !name.contains('.') && !is_hidden) {
            add(&name.into(), CompletionItemKind::MODULE, None, found);
        }
    }
    let here = snapshot.module_of(file);
    let last = chain.rsplit('.').next().unwrap_or_default();
    for (index, def) in program.types.iter().enumerate() {
        if *def.name == *last && (def.is_public || here == Some(def.module)) {
            of_type(snapshot, TypeId(index as u32), found);
        }
    }
}

/// Whether a module is one of the library that only the library may name.
fn is_hidden(snapshot: &Snapshot, source: &Source) -> bool {
    let is_internal = source.is_stdlib && snow_compiler::resolve::is_internal(&source.module);
    is_internal && snapshot.loaded.of_library.is_none()
}

/// The module that an import calls by that name.
fn imported(snapshot: &Snapshot, file: FileId, chain: &str) -> Option<String> {
    let module = snapshot.ast(file)?;
    module.items.iter().find_map(|item| {
        let ItemKind::Import(path) = &item.kind else {
            return None;
        };
        let parts: Vec<&str> = path.segments.iter().map(|part| &*part.name).collect();
        let full = parts.join(".");
        (full == chain || parts.last() == Some(&chain)).then_some(full)
    })
}

/// Constructors of a type, and what a service of that name answers.
fn of_type(snapshot: &Snapshot, id: TypeId, found: &mut Found) {
    let program = &snapshot.analysis.program;
    let def = &program.types[id.index()];
    if let (TypeKind::Sum(variants), None) = (&def.kind, def.opaque) {
        for (index, variant) in variants.iter().enumerate() {
            let meaning = Meaning::Variant(id, index);
            let kind = CompletionItemKind::ENUM_MEMBER;
            add_meaning(snapshot, &variant.name, (kind, meaning), found);
        }
    }
    let prefix = format!("{}.", def.name);
    for (index, function) in program.functions.iter().enumerate() {
        let name = function.name.strip_prefix(&*prefix);
        let name = name.filter(|name| function.module == def.module && !name.contains('%'));
        if let Some(name) = name {
            let meaning = Meaning::Function(FnId(index as u32));
            let kind = CompletionItemKind::FUNCTION;
            add_meaning(snapshot, &name.into(), (kind, meaning), found);
        }
    }
}

/// What other modules may name of a module.
fn of_module(snapshot: &Snapshot, module: ModuleId, found: &mut Found) {
    let program = &snapshot.analysis.program;
    for (index, function) in program.functions.iter().enumerate() {
        let is_here = function.module == module && function.is_public;
        if is_here && describe::is_free(function) && !function.name.contains('.') {
            add_function(
                snapshot,
                FnId(index as u32),
                CompletionItemKind::FUNCTION,
                found,
            );
        }
    }
    let items = snapshot.file_of(module).and_then(|file| snapshot.ast(file));
    for item in items.iter().flat_map(|module| &module.items) {
        if item.is_public {
            declared(item, found);
        }
    }
}

/// Types with their constructors, constants and interfaces that an item declares.
fn declared(item: &Item, found: &mut Found) {
    let mut one = |name: &Name, kind: CompletionItemKind| {
        let doc = item.doc.as_ref().map(|doc| doc.to_string());
        let code = name.to_string();
        let mut made = item_of(name, kind, None);
        made.documentation = Some(Documentation::MarkupContent(markdown(&Description {
            code,
            doc,
        })));
        found.entry(name.to_string()).or_insert(made);
    };
    match &item.kind {
        ItemKind::Struct(def) => one(&def.name.name, CompletionItemKind::STRUCT),
        ItemKind::Sum(sum) => {
            one(&sum.name.name, CompletionItemKind::ENUM);
            for variant in sum.variants.iter().filter(|_| !sum.is_opaque) {
                one(&variant.name.name, CompletionItemKind::ENUM_MEMBER);
            }
        }
        ItemKind::Alias { name, .. } | ItemKind::ExternType { name, .. } => {
            one(&name.name, CompletionItemKind::CLASS);
        }
        ItemKind::Interface(interface) => {
            one(&interface.name.name, CompletionItemKind::INTERFACE);
        }
        ItemKind::Service(service) => one(&service.name.name, CompletionItemKind::CLASS),
        ItemKind::Supervisor(tree) => one(&tree.name.name, CompletionItemKind::CLASS),
        ItemKind::Let { name, .. } => one(&name.name, CompletionItemKind::CONSTANT),
        ItemKind::Fn(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_) => {}
    }
}

/// Names in scope: locals around, the module's own, the prelude's, and modules of the library.
fn names(snapshot: &Snapshot, file: FileId, at: usize, found: &mut Found) {
    let program = &snapshot.analysis.program;
    let here = snapshot.module_of(file);
    for local in locals_around(snapshot, file, at as u32) {
        add(&local, CompletionItemKind::VARIABLE, None, found);
    }
    for (index, function) in program.functions.iter().enumerate() {
        let module = &program.modules[function.module.index()];
        let is_prelude = module.is_stdlib && &*module.name == "Prelude" && function.is_public;
        let is_seen = here == Some(function.module) || is_prelude;
        let is_named = describe::is_free(function) && !function.name.contains('.');
        if is_seen && is_named && function.kind != FunctionKind::Test {
            add_function(
                snapshot,
                FnId(index as u32),
                CompletionItemKind::FUNCTION,
                found,
            );
        }
    }
    let own = here.and_then(|here| snapshot.ast(snapshot.file_of(here)?));
    for item in own.iter().flat_map(|module| &module.items) {
        declared(item, found);
    }
    for (_, source) in snapshot.loaded.sources.iter() {
        let is_hidden = is_hidden(snapshot, source);
        let first = source.module.split('.').next().unwrap_or_default();
        if !is_hidden && source.is_stdlib && first != "Prelude" {
            add(&first.into(), CompletionItemKind::MODULE, None, found);
        }
    }
}

/// Locals that are declared before a byte, in the function around it.
fn locals_around(snapshot: &Snapshot, file: FileId, at: u32) -> Vec<Name> {
    let program = &snapshot.analysis.program;
    let mut functions = program.functions.iter();
    let Some(around) = functions.find(|function| describe::holds(function, file, at)) else {
        return Vec::new();
    };
    let inside = |span: Span| span.file == file && around.span.start <= span.start && span.end < at;
    let mentions = program.mentions.iter();
    let declared = mentions.filter(|mention| mention.declares && inside(mention.span));
    let names = declared.filter_map(|mention| match &mention.meaning {
        Meaning::Local(id) => Some(program.locals[id.index()].name.clone()),
        Meaning::Module(_)
        | Meaning::Type(_)
        | Meaning::Alias(..)
        | Meaning::Interface(_)
        | Meaning::Variant(..)
        | Meaning::Field(..)
        | Meaning::Function(_)
        | Meaning::Constant(..) => None,
    });
    names.filter(|name| !name.starts_with(['%', '_'])).collect()
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
