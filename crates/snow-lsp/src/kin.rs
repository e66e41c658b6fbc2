//! What changes its name together: a method of an interface with those of its impls, a handler of a
//! service with the function that it is called by.

use snow_compiler::ast::ItemKind;
use snow_compiler::hir::{InterfaceId, Meaning, Role};
use snow_compiler::resolve::snake;
use snow_compiler::source::Span;

use crate::snapshot::{Named, Snapshot};

/// A way to write a name, and what is written there afterwards.
pub(crate) type Spelling = (String, String);

/// All places outside of the library where something, or what has its name from it, is named, in
/// source order.
pub(crate) fn places(snapshot: &Snapshot, meaning: &Meaning) -> Vec<Span> {
    let all = methods(snapshot, meaning);
    let all = all.unwrap_or_else(|| vec![meaning.clone()]);
    let mut all: Vec<Span> = all.iter().flat_map(|one| snapshot.places_of(one)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The interface of a method, and its index there.
fn interface_of(snapshot: &Snapshot, meaning: &Meaning) -> Option<(InterfaceId, usize)> {
    let program = &snapshot.analysis.program;
    let Meaning::Function(id) = meaning else {
        return None;
    };
    match program.functions[id.index()].role {
        Role::Free => None,
        Role::Interface(interface, index) => Some((interface, index)),
        Role::Impl(of, index) => Some((program.impls.get(of.index())?.interface, index)),
    }
}

/// A method as its interface has it, and as all impls have it.
fn methods(snapshot: &Snapshot, meaning: &Meaning) -> Option<Vec<Meaning>> {
    let program = &snapshot.analysis.program;
    let (interface, index) = interface_of(snapshot, meaning)?;
    let declared = program.interfaces[interface.index()].methods.get(index)?;
    let impls = program.impls.iter().filter(|i| i.interface == interface);
    let impls = impls.filter_map(|i| i.methods.get(index).copied().flatten());
    let all = std::iter::once(declared.function).chain(impls);
    Some(all.map(Meaning::Function).collect())
}

/// The name of the interface that a method is of, and where the interface declares the method.
pub(crate) fn asked_by(snapshot: &Snapshot, meaning: &Meaning) -> Option<(String, Span)> {
    let program = &snapshot.analysis.program;
    let (interface, index) = interface_of(snapshot, meaning)?;
    let interface = &program.interfaces[interface.index()];
    let method = interface.methods.get(index)?.function;
    let declared = program.functions[method.index()].name_span;
    Some((interface.name.to_string(), declared))
}

/// Whether a handler of a service is declared at a place.
fn is_handler(snapshot: &Snapshot, declared: Span) -> bool {
    let items = snapshot.ast(declared.file).into_iter();
    let mut items = items.flat_map(|module| &module.items);
    items.any(|item| match &item.kind {
        ItemKind::Service(service) => {
            let mut handlers = service.handlers.iter();
            handlers.any(|handler| handler.name.span == declared)
        }
        ItemKind::Fn(_)
        | ItemKind::Struct(_)
        | ItemKind::Sum(_)
        | ItemKind::Alias { .. }
        | ItemKind::Interface(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::ExternType { .. }
        | ItemKind::Let { .. } => false,
    })
}

/// What is written where a name or one that is made of it stands, and what has to be written there
/// for another name at the place that is asked about. All else that is declared at the same place,
/// such as `start` of a service, keeps its name.
pub(crate) fn spellings(
    snapshot: &Snapshot,
    named: &Named,
    name: &str,
) -> Result<Vec<Spelling>, String> {
    let written = snapshot.slice(named.span);
    let declared = snapshot.declaration(&named.meaning);
    let old = declared.map_or(written, |declared| snapshot.slice(declared));
    if !declared.is_some_and(|declared| is_handler(snapshot, declared)) {
        return match old == written {
            true => Ok(vec![(old.into(), name.into())]),
            false => Err(format!(
                "`{written}` belongs to `{old}`, and the language gives it this name"
            )),
        };
    }
    let handler = if written == old {
        name.to_string()
    } else {
        camel(name)
    };
    let function = snake(&handler);
    if written != old && function != name {
        return Err(format!(
            "no handler is called by `{name}`: `{handler}` is called by `{function}`"
        ));
    }
    Ok(vec![(old.into(), handler), (snake(old), function)])
}

/// The handler that is called by a function: `SetName` by `set_name`.
fn camel(function: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    function.split('_').map(word).collect()
}
