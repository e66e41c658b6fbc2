//! What is said about a thing: its type or declaration, and its `##`.

use snow_compiler::ast::{Item, ItemKind};
use snow_compiler::hir::{self, Function, FunctionKind, Meaning, Role};
use snow_compiler::source::{FileId, Name, Span};
use snow_compiler::types::{print, Bounds, Ty};

use crate::snapshot::Snapshot;

/// What is said about a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    /// One line of Snow, or the whole declaration of a type.
    pub code: String,
    /// Its `##` lines.
    pub doc: Option<String>,
}

/// Describes what a name means; `None` for what has no type because it is wrong.
pub(crate) fn meaning(snapshot: &Snapshot, meaning: &Meaning, at: Span) -> Option<Description> {
    let program = &snapshot.analysis.program;
    let code = match meaning {
        Meaning::Module(id) => {
            let file = snapshot.file_of(*id)?;
            let doc = snapshot.ast(file)?.doc.as_ref().map(|doc| doc.to_string());
            let code = format!("module {}", program.modules[id.index()].name);
            return Some(Description { code, doc });
        }
        Meaning::Function(id) => {
            let function = &program.functions[id.index()];
            signature(
                snapshot,
                function,
                &snapshot.analysis.typed.scheme[id.index()],
            )
        }
        Meaning::Local(id) => {
            let ty = snapshot.analysis.typed.local.get(id.index())?;
            let name = &program.locals[id.index()].name;
            let generics = generics_at(snapshot, at);
            format!("{name} :: {}", print::ty(program, ty, &generics))
        }
        Meaning::Field(id, index) => {
            let def = &program.types[id.index()];
            let hir::TypeKind::Struct(fields) = &def.kind else {
                return None;
            };
            let (name, ty) = fields.get(*index)?;
            format!(
                "{}.{name} :: {}",
                def.name,
                print::ty(program, ty, &def.generics)
            )
        }
        Meaning::Variant(id, index) => {
            let def = &program.types[id.index()];
            let hir::TypeKind::Sum(variants) = &def.kind else {
                return None;
            };
            let variant = variants.get(*index)?;
            let types = variant.fields.iter();
            let types: Vec<_> = types
                .map(|ty| print::ty(program, ty, &def.generics))
                .collect();
            match types.is_empty() {
                true => format!("{}.{}", def.name, variant.name),
                false => format!("{}.{}({})", def.name, variant.name, types.join(", ")),
            }
        }
        Meaning::Type(_) | Meaning::Alias(..) | Meaning::Interface(_) | Meaning::Constant(..) => {
            declaration(snapshot, snapshot.declaration(meaning)?)?
        }
    };
    let doc = snapshot
        .declaration(meaning)
        .and_then(|declared| snapshot.doc(declared));
    let doc = doc.map(|doc| doc.to_string());
    Some(Description { code, doc })
}

/// The text of a declaration of a type or constant. An opaque one shows its first line only.
fn declaration(snapshot: &Snapshot, name: Span) -> Option<String> {
    let module = snapshot.ast(name.file)?;
    let holds = |item: &&Item| item.span.start <= name.start && name.end <= item.span.end;
    let item = module.items.iter().find(holds)?;
    let is_opaque = match &item.kind {
        ItemKind::Struct(def) => def.is_opaque,
        ItemKind::Sum(sum) => sum.is_opaque,
        ItemKind::Service(_) | ItemKind::Supervisor(_) => true,
        ItemKind::Fn(_)
        | ItemKind::Alias { .. }
        | ItemKind::Interface(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::ExternType { .. }
        | ItemKind::Let { .. } => false,
    };
    let text = snapshot.slice(item.span);
    let text = match is_opaque {
        true => text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches(" do"),
        false => text,
    };
    Some(text.to_string())
}

/// A function as it could be declared: `fn dot(a :: Vec, b :: Vec) -> Float`.
pub(crate) fn signature(
    snapshot: &Snapshot,
    function: &Function,
    scheme: &snow_compiler::types::Scheme,
) -> String {
    let program = &snapshot.analysis.program;
    let generics: Vec<Name> = function.generics.iter().map(|(g, _)| g.clone()).collect();
    let word = match function.kind {
        FunctionKind::Plain | FunctionKind::Extern(_) => "fn",
        FunctionKind::Actor => "actor",
        FunctionKind::Test => return format!("test {:?}", &*function.name),
    };
    let locals = parameter_names(snapshot, function);
    let mut params = Vec::new();
    for (index, ty) in scheme.params.iter().enumerate() {
        if index == 0 && function.has_self_pid {
            params.push("self()".to_string());
            continue;
        }
        let ty = print::ty(program, ty, &generics);
        params.push(match locals.get(index).and_then(|name| name.clone()) {
            Some(name) => format!("{name} :: {ty}"),
            None => ty,
        });
    }
    let result = print::ty(program, &scheme.result, &generics);
    let mut text = format!("{word} {}({})", function.name, params.join(", "));
    text.push_str(&format!(" -> {result}"));
    let whole = print::scheme(program, scheme, &generics);
    if let Some((_, bounds)) = whole.split_once(" where ") {
        text.push_str(&format!(" where {bounds}"));
    }
    text
}

/// Names of the parameters where the first clause has names. Those of an `extern fn` are in its
/// text only.
fn parameter_names(snapshot: &Snapshot, function: &Function) -> Vec<Option<String>> {
    if let FunctionKind::Extern(_) = function.kind {
        return written_names(snapshot, function).unwrap_or_default();
    }
    let locals = hir::parameter_locals(function).into_iter();
    let name = |local: hir::LocalId| snapshot.analysis.program.locals[local.index()].name.clone();
    let names = locals.map(|local| local.map(name));
    let names = names.map(|name| name.filter(|name| !name.starts_with('%')));
    names
        .map(|name| name.map(|name| name.to_string()))
        .collect()
}

fn written_names(snapshot: &Snapshot, function: &Function) -> Option<Vec<Option<String>>> {
    let module = snapshot.ast(function.span.file)?;
    let item = module
        .items
        .iter()
        .find(|item| item.span == function.span)?;
    let ItemKind::Extern(external) = &item.kind else {
        return None;
    };
    let name =
        |param: &snow_compiler::ast::Param| Some(snapshot.slice(param.pattern.span).to_string());
    Some(external.params.iter().map(name).collect())
}

/// Names of the type parameters of the function around a place.
pub(crate) fn generics_at(snapshot: &Snapshot, at: Span) -> Vec<Name> {
    let functions = snapshot.analysis.program.functions.iter();
    let around = functions.filter(|function| holds(function, at.file, at.start));
    let nearest = around.min_by_key(|function| function.span.end - function.span.start);
    nearest.map_or_else(Vec::new, |function| {
        function
            .generics
            .iter()
            .map(|(name, _): &(Name, Bounds)| name.clone())
            .collect()
    })
}

/// Whether a function is written around a place.
pub(crate) fn holds(function: &Function, file: FileId, at: u32) -> bool {
    let here = |span: Span| span.file == file && span.start <= at && at <= span.end;
    here(function.span) || function.clauses.iter().any(|clause| here(clause.span))
}

/// Whether a function can be called by its name.
pub(crate) fn is_free(function: &Function) -> bool {
    function.role == Role::Free && !function.name.contains(['%', ' '])
}

/// A type at a place, in the words of the function around it.
pub(crate) fn ty(snapshot: &Snapshot, ty: &Ty, at: Span) -> String {
    print::ty(&snapshot.analysis.program, ty, &generics_at(snapshot, at))
}
