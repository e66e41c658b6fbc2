//! What changes its name together: a method of an interface with those of its impls, a handler of a
//! service with the function that it is called by.

use snow_compiler::ast::{Handler, ItemKind};
use snow_compiler::hir::{Impl, InterfaceId, Meaning, Role};
use snow_compiler::resolve::snake;
use snow_compiler::source::Span;
use snow_compiler::types::Ty;

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

/// Where the bodies of a method are, its default among them, or the impls of an interface or type;
/// for anything else where it is declared.
pub(crate) fn implementations(snapshot: &Snapshot, meaning: &Meaning) -> Vec<Span> {
    let program = &snapshot.analysis.program;
    let impls = |fits: &dyn Fn(&Impl) -> bool| -> Vec<Span> {
        let impls = program.impls.iter().filter(|one| fits(one));
        impls.map(|one| one.span).collect()
    };
    match meaning {
        Meaning::Interface(id) => impls(&|one| one.interface == *id),
        Meaning::Type(id) => {
            impls(&|one| matches!(&one.target, Ty::Con(target, _) if target == id))
        }
        Meaning::Module(_)
        | Meaning::Alias(..)
        | Meaning::Variant(..)
        | Meaning::Field(..)
        | Meaning::Function(_)
        | Meaning::Constant(..)
        | Meaning::Local(_) => {
            let has_body = |one: &Meaning| match one {
                Meaning::Function(id) => !program.functions[id.index()].clauses.is_empty(),
                Meaning::Module(_)
                | Meaning::Type(_)
                | Meaning::Alias(..)
                | Meaning::Interface(_)
                | Meaning::Variant(..)
                | Meaning::Field(..)
                | Meaning::Constant(..)
                | Meaning::Local(_) => false,
            };
            let all = match methods(snapshot, meaning) {
                Some(methods) => methods.into_iter().filter(has_body).collect(),
                None => vec![meaning.clone()],
            };
            let declared = all.iter().filter_map(|one| snapshot.declaration(one));
            declared.collect()
        }
    }
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

/// The handler of a service that is declared at a place.
pub(crate) fn handler_at(snapshot: &Snapshot, declared: Span) -> Option<&Handler> {
    let items = &snapshot.ast(declared.file)?.items;
    items.iter().find_map(|item| {
        if let ItemKind::Service(service) = &item.kind {
            let mut handlers = service.handlers.iter();
            return handlers.find(|handler| handler.name.span == declared);
        }
        None
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
    if declared.and_then(|at| handler_at(snapshot, at)).is_none() {
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
