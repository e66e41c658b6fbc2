//! What is said about a thing: its type or declaration, and its `##`.

use snow_compiler::ast::{Item, ItemKind};
use snow_compiler::hir::{self, Function, FunctionKind, Meaning, Role};
use snow_compiler::source::{FileId, Name, Span};
use snow_compiler::types::{print, Bounds, Ty};

use crate::kin;
use crate::signature;
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
            let scheme = &snapshot.analysis.typed.scheme[id.index()];
            match function.kind {
                FunctionKind::Plain | FunctionKind::Extern(_) | FunctionKind::Actor => {
                    signature::of_function(snapshot, function, scheme).text()
                }
                FunctionKind::Test => format!("test {:?}", &*function.name),
            }
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
            let declared = snapshot.declaration(meaning);
            match declared.and_then(|name| handler(snapshot, name)) {
                Some(handler) => handler,
                None => {
                    let found = signature::of_variant(snapshot, *id, *index)?;
                    match found.params.is_empty() {
                        true => found.begin,
                        false => found.text(),
                    }
                }
            }
        }
        Meaning::Type(_) | Meaning::Alias(..) | Meaning::Interface(_) | Meaning::Constant(..) => {
            declaration(snapshot, snapshot.declaration(meaning)?)?
        }
    };
    let declared = snapshot.declaration(meaning);
    let doc = declared.and_then(|declared| snapshot.doc(declared));
    // A method without words of its own does what its interface says.
    let asked_by = || snapshot.doc(kin::asked_by(snapshot, meaning)?.1);
    let doc = doc.or_else(asked_by).map(|doc| doc.to_string());
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

/// The handler of a service whose name stands at a place, as it is written.
fn handler(snapshot: &Snapshot, name: Span) -> Option<String> {
    let handler = kin::handler_at(snapshot, name)?;
    let start = handler.span;
    let last = handler.params.last().map(|param| param.pattern.span);
    let typed = handler.params.last().and_then(|p| p.annotation.as_ref());
    let last = typed.map(|ty| ty.span).or(last);
    let end = handler.reply.as_ref().map(|ty| ty.span).or(last);
    let end = end.map_or(name.end, |span| span.end);
    let head = Span { end, ..start };
    let bracket = match (handler.params.is_empty(), &handler.reply) {
        (false, None) => ")",
        (true, None) => "()",
        (_, Some(_)) => "",
    };
    Some(format!("{}{bracket}", snapshot.slice(head)))
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
