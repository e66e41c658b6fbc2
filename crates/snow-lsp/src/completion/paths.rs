//! What modules and types have, behind `Module.` and `Type.`.

use lsp_types::{CompletionItemKind, Documentation};
use snow_compiler::ast::{Item, ItemKind, Path, TypeExpr, TypeExprKind};
use snow_compiler::hir::{FnId, InterfaceId, Meaning, ModuleId, TypeId, TypeKind};
use snow_compiler::resolve;
use snow_compiler::source::{FileId, Name, Source};
use snow_compiler::types::Ty;

use super::{add, add_function, add_meaning, item_of, Found};
use crate::describe::{self, Description};
use crate::places::markdown;
use crate::snapshot::Snapshot;

/// Aliases of aliases are followed that far.
const MOST_ALIASES: usize = 8;

/// `Math.Linear` as one text.
pub(super) fn dotted(path: &Path) -> String {
    let parts: Vec<&str> = path.segments.iter().map(|part| &*part.name).collect();
    parts.join(".")
}

/// What a module or type has.
pub(super) fn of_path(snapshot: &Snapshot, file: FileId, chain: &str, found: &mut Found) {
    let module = module_meant(snapshot, file, chain);
    if let Some(module) = module.and_then(|file| snapshot.module_of(file)) {
        of_module(snapshot, module, found);
    }
    let sources = &snapshot.loaded.sources;
    let full = imported(snapshot, file, chain).unwrap_or_else(|| chain.to_string());
    for name in resolve::importable(sources, file).keys() {
        let below = name.strip_prefix(&*full).and_then(|n| n.strip_prefix('.'));
        if let Some(name) = below.filter(|name| !name.contains('.')) {
            add(&name.into(), CompletionItemKind::MODULE, None, found);
        }
    }
    if let Some(id) = type_named(snapshot, file, chain) {
        of_type(snapshot, id, found);
    }
    if let Some(id) = interface_named(snapshot, file, chain) {
        add_methods(snapshot, methods(snapshot, id, true), found);
    }
}

/// The interface that a name means in a file: its own, an imported one, or one of the prelude.
fn interface_named(snapshot: &Snapshot, file: FileId, chain: &str) -> Option<InterfaceId> {
    let program = &snapshot.analysis.program;
    let in_file = |declares: FileId, name: &str| {
        let module = snapshot.module_of(declares)?;
        let mut all = program.interfaces.iter();
        let found = all.position(|interface| {
            let is_seen = interface.is_public || declares == file;
            interface.module == module && *interface.name == *name && is_seen
        })?;
        Some(InterfaceId(found as u32))
    };
    if let Some((module, name)) = chain.rsplit_once('.') {
        return in_file(module_meant(snapshot, file, module)?, name);
    }
    in_file(file, chain)
        .or_else(|| in_file(imports_name(snapshot, file, chain)?, chain))
        .or_else(|| in_file(prelude(snapshot)?, chain))
}

/// The module that an import calls by that name.
fn imported(snapshot: &Snapshot, file: FileId, chain: &str) -> Option<String> {
    let module = snapshot.ast(file)?;
    module.items.iter().find_map(|item| {
        let ItemKind::Import(path) = &item.kind else {
            return None;
        };
        let full = dotted(path);
        let last = path.segments.last().map(|part| &*part.name);
        (full == chain || last == Some(chain)).then_some(full)
    })
}

/// The file of the module that a name means before a dot in a file.
pub(super) fn module_meant(snapshot: &Snapshot, file: FileId, chain: &str) -> Option<FileId> {
    let sources = &snapshot.loaded.sources;
    let full = imported(snapshot, file, chain);
    if full.is_none() && sources.get(file).module == chain {
        return Some(file);
    }
    let full = full.unwrap_or_else(|| chain.to_string());
    let all = resolve::importable(sources, file);
    all.get(&*full).copied()
}

/// The type that a name means in a file.
pub(super) fn type_named(snapshot: &Snapshot, file: FileId, name: &str) -> Option<TypeId> {
    type_meant(snapshot, file, name, MOST_ALIASES)
}

/// The type that a name means in a file: its own, an imported one, one of the prelude, or that of a
/// module of the same name.
fn type_meant(snapshot: &Snapshot, file: FileId, chain: &str, aliases: usize) -> Option<TypeId> {
    let of = |declares: FileId, name: &str, sees_private: bool| {
        type_in(snapshot, (declares, sees_private), name, aliases)
    };
    let namesake = || {
        let name = chain.rsplit('.').next()?;
        of(module_meant(snapshot, file, chain)?, name, false)
    };
    if let Some((module, name)) = chain.rsplit_once('.') {
        let module = module_meant(snapshot, file, module);
        let found = module.and_then(|module| of(module, name, module == file));
        return found.or_else(namesake);
    }
    let import = || of(imports_name(snapshot, file, chain)?, chain, true);
    let prelude = || of(prelude(snapshot)?, chain, false);
    of(file, chain, true)
        .or_else(import)
        .or_else(prelude)
        .or_else(namesake)
}

/// The file of the module from which a file imports a name.
fn imports_name(snapshot: &Snapshot, file: FileId, name: &str) -> Option<FileId> {
    let module = snapshot.ast(file)?;
    let path = module.items.iter().find_map(|item| {
        let ItemKind::FromImport { path, names } = &item.kind else {
            return None;
        };
        let is_named = names.iter().any(|known| *known.name == *name);
        is_named.then(|| dotted(path))
    });
    module_meant(snapshot, file, &path?)
}

/// Whether a module is one of the library that only the library may name.
pub(super) fn is_hidden(snapshot: &Snapshot, source: &Source) -> bool {
    let is_internal = source.is_stdlib && resolve::is_internal(&source.module);
    is_internal && snapshot.loaded.of_library.is_none()
}

/// The file of the prelude.
pub(super) fn prelude(snapshot: &Snapshot) -> Option<FileId> {
    let mut sources = snapshot.loaded.sources.iter();
    let found = sources.find(|(_, source)| source.is_stdlib && source.module == "Prelude");
    found.map(|(file, _)| file)
}

/// The type that a file declares under a name, or passes on under it.
fn type_in(
    snapshot: &Snapshot,
    (file, sees_private): (FileId, bool),
    name: &str,
    aliases: usize,
) -> Option<TypeId> {
    let program = &snapshot.analysis.program;
    let module = snapshot.module_of(file)?;
    let mut types = program.types.iter();
    let own = types.position(|def| {
        def.module == module && *def.name == *name && (def.is_public || sees_private)
    });
    if let Some(index) = own {
        return Some(TypeId(index as u32));
    }
    let mut items = snapshot.ast(file)?.items.iter();
    let target = items.find_map(|item| {
        let ItemKind::Alias {
            name: alias,
            target,
            ..
        } = &item.kind
        else {
            return None;
        };
        (*alias.name == *name).then_some(target)
    });
    let TypeExpr {
        kind: TypeExprKind::Named { path, .. },
        ..
    } = target?
    else {
        return None;
    };
    type_meant(snapshot, file, &dotted(path), aliases.checked_sub(1)?)
}

/// Constructors that come with a type when it is imported.
pub(super) fn constructors(snapshot: &Snapshot, module: ModuleId, name: &str) -> Vec<Name> {
    let file = snapshot.file_of(module);
    let ty = file.and_then(|file| type_in(snapshot, (file, false), name, MOST_ALIASES));
    let def = ty.map(|id| &snapshot.analysis.program.types[id.index()]);
    match def.map(|def| (&def.kind, def.opaque)) {
        Some((TypeKind::Sum(variants), None)) => variants.iter().map(|v| v.name.clone()).collect(),
        Some(_) | None => Vec::new(),
    }
}

/// Constructors of a type that may be made anywhere.
fn variants(snapshot: &Snapshot, id: TypeId, found: &mut Found) {
    let def = &snapshot.analysis.program.types[id.index()];
    if let (TypeKind::Sum(variants), None) = (&def.kind, def.opaque) {
        // What a service makes of its handlers has names that nobody can write.
        let named = variants.iter().enumerate();
        for (index, variant) in named.filter(|(_, variant)| !variant.name.contains('.')) {
            let meaning = Meaning::Variant(id, index);
            let kind = CompletionItemKind::ENUM_MEMBER;
            add_meaning(snapshot, &variant.name, (kind, meaning), found);
        }
    }
}

/// Constructors of a type, what a service of that name answers, and the methods of its impls, which
/// may be called by its name.
fn of_type(snapshot: &Snapshot, id: TypeId, found: &mut Found) {
    let program = &snapshot.analysis.program;
    let def = &program.types[id.index()];
    variants(snapshot, id, found);
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
    for written in &program.impls {
        let is_of_it = matches!(&written.target, Ty::Con(target, _) if *target == id);
        if is_of_it {
            add_methods(snapshot, methods(snapshot, written.interface, true), found);
        }
    }
}

pub(super) fn add_methods(snapshot: &Snapshot, methods: Vec<FnId>, found: &mut Found) {
    for id in methods {
        add_function(snapshot, id, CompletionItemKind::METHOD, found);
    }
}

/// Methods of the interfaces that the compiler derives for a type.
pub(super) fn derived(snapshot: &Snapshot, id: TypeId) -> Vec<FnId> {
    let program = &snapshot.analysis.program;
    let derives = program.types[id.index()].derives;
    let all = program.interfaces.iter().enumerate();
    let derived = all.filter(|(_, one)| one.need.is_some_and(|need| derives.has(need)));
    let ids = derived.map(|(index, _)| InterfaceId(index as u32));
    ids.flat_map(|id| methods(snapshot, id, false)).collect()
}

/// Methods of an interface: all of them, which may be called by a name in front, or those of a
/// value.
pub(super) fn methods(snapshot: &Snapshot, id: InterfaceId, with_static: bool) -> Vec<FnId> {
    let methods = &snapshot.analysis.program.interfaces[id.index()].methods;
    let methods = methods.iter().filter(|m| with_static || !m.is_static);
    methods.map(|method| method.function).collect()
}

/// What other modules may name of a module.
pub(super) fn of_module(snapshot: &Snapshot, module: ModuleId, found: &mut Found) {
    let program = &snapshot.analysis.program;
    for (index, function) in program.functions.iter().enumerate() {
        let is_here = function.module == module && function.is_public;
        if is_here && describe::is_free(function) && !function.name.contains('.') {
            let id = FnId(index as u32);
            add_function(snapshot, id, CompletionItemKind::FUNCTION, found);
        }
    }
    let items = snapshot.file_of(module).and_then(|file| snapshot.ast(file));
    let items = items.iter().flat_map(|module| &module.items);
    for item in items.filter(|item| item.is_public) {
        declared(item, found);
        if let ItemKind::Alias { name, .. } = &item.kind {
            passed_on(snapshot, module, &name.name, found);
        }
    }
}

/// Constructors of a type that a module passes on under a name.
fn passed_on(snapshot: &Snapshot, module: ModuleId, name: &str, found: &mut Found) {
    let file = snapshot.file_of(module);
    if let Some(id) = file.and_then(|file| type_in(snapshot, (file, false), name, MOST_ALIASES)) {
        variants(snapshot, id, found);
    }
}

/// Types with their constructors, constants and interfaces that an item declares.
pub(super) fn declared(item: &Item, found: &mut Found) {
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
