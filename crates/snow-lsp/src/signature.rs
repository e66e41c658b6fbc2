//! Functions and constructors as they could be declared, parameter by parameter.

use snow_compiler::ast::{self, FnItem, Ident, ItemKind, Param, PatternKind};
use snow_compiler::hir::{self, Function, FunctionKind, TypeId};
use snow_compiler::source::{Name, Span};
use snow_compiler::types::{print, Scheme};

use crate::snapshot::Snapshot;

/// A signature in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    /// What stands in front of the parameters: `fn dot`, `Shape.Circle`.
    pub begin: String,
    /// Each as it would be written: `a :: Int`.
    pub params: Vec<String>,
    /// What stands behind them: ` -> Float where T: Ord`.
    pub end: String,
}

impl Signature {
    /// The whole, on one line: `fn dot(a :: Vec, b :: Vec) -> Float`.
    pub(crate) fn text(&self) -> String {
        let Signature { begin, params, end } = self;
        format!("{begin}({}){end}", params.join(", "))
    }
}

/// Of a function. A parameter that no clause has a name for is called `_`.
pub(crate) fn of_function(snapshot: &Snapshot, function: &Function, scheme: &Scheme) -> Signature {
    let program = &snapshot.analysis.program;
    let generics: Vec<Name> = function.generics.iter().map(|(g, _)| g.clone()).collect();
    let word = match function.kind {
        FunctionKind::Plain | FunctionKind::Extern(_) | FunctionKind::Test => "fn",
        FunctionKind::Actor => "actor",
    };
    let names = parameter_names(snapshot, function);
    let params = scheme.params.iter().enumerate().map(|(index, ty)| {
        if index == 0 && function.has_self_pid {
            return "self()".to_string();
        }
        let name = names.get(index).and_then(|name| name.as_deref());
        let ty = print::ty(program, ty, &generics);
        format!("{} :: {ty}", name.unwrap_or("_"))
    });
    let params = params.collect();
    let mut end = format!(" -> {}", print::ty(program, &scheme.result, &generics));
    let whole = print::scheme(program, scheme, &generics);
    if let Some((_, bounds)) = whole.split_once(" where ") {
        end.push_str(&format!(" where {bounds}"));
    }
    let begin = format!("{word} {}", function.name);
    Signature { begin, params, end }
}

/// Of a constructor, with the names that its payload has.
pub(crate) fn of_variant(snapshot: &Snapshot, id: TypeId, index: usize) -> Option<Signature> {
    let program = &snapshot.analysis.program;
    let def = &program.types[id.index()];
    let hir::TypeKind::Sum(variants) = &def.kind else {
        return None;
    };
    let variant = variants.get(index)?;
    let meaning = hir::Meaning::Variant(id, index);
    let written = snapshot.declaration(&meaning);
    let written = written.and_then(|name| variant_at(snapshot, name));
    let params = variant.fields.iter().enumerate().map(|(index, ty)| {
        let ty = print::ty(program, ty, &def.generics);
        let field = written.and_then(|variant| variant.fields.get(index));
        match field.and_then(|(name, _)| name.as_ref()) {
            Some(Ident { name, .. }) => format!("{name} :: {ty}"),
            None => ty,
        }
    });
    Some(Signature {
        begin: format!("{}.{}", def.name, variant.name),
        params: params.collect(),
        end: String::new(),
    })
}

/// The constructor whose name stands at a place.
fn variant_at(snapshot: &Snapshot, name: Span) -> Option<&ast::Variant> {
    snapshot.ast(name.file)?.items.iter().find_map(|item| {
        if let ItemKind::Sum(sum) = &item.kind {
            return sum.variants.iter().find(|v| v.name.span == name);
        }
        None
    })
}

/// The names that the parameters of a function have: in its clauses, or else where it is written
/// without a body, or made of something that is written.
fn parameter_names(snapshot: &Snapshot, function: &Function) -> Vec<Option<String>> {
    if let Some(written) = written(snapshot, function) {
        return written;
    }
    let locals = hir::parameter_locals(function).into_iter();
    let name = |local: hir::LocalId| snapshot.analysis.program.locals[local.index()].name.clone();
    let names = locals.map(|local| local.map(name));
    let names = names.map(|name| name.filter(|name| !name.starts_with('%')));
    names
        .map(|name| name.map(|name| name.to_string()))
        .collect()
}

/// Names of an `extern fn`, of a method as its interface has it, and of what a service is called by.
fn written(snapshot: &Snapshot, function: &Function) -> Option<Vec<Option<String>>> {
    let at = function.name_span;
    let names = |params: &[Param]| -> Vec<_> { params.iter().map(name_of).collect() };
    let mut items = snapshot.ast(at.file)?.items.iter();
    items.find_map(|item| match &item.kind {
        ItemKind::Extern(external) if external.name.span == at => Some(names(&external.params)),
        ItemKind::Interface(interface) => {
            let mut methods = interface.methods.iter();
            let method = methods.find(|method| method.function.name.span == at)?;
            Some(names(&method.function.params))
        }
        ItemKind::Service(service) if service.name.span == at => {
            let functions = service.functions.iter().filter_map(function_of);
            let mut init = functions.filter(|function| &*function.name.name == "init");
            let params = &init.next()?.params;
            let params: Vec<_> = params.iter().filter(|p| !p.is_self_pid).collect();
            Some(params.into_iter().map(name_of).collect())
        }
        ItemKind::Service(service) => {
            let mut handlers = service.handlers.iter();
            let handler = handlers.find(|handler| handler.name.span == at)?;
            let mut all = vec![Some("pid".to_string())];
            all.extend(names(&handler.params));
            Some(all)
        }
        ItemKind::Fn(_)
        | ItemKind::Struct(_)
        | ItemKind::Sum(_)
        | ItemKind::Alias { .. }
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::ExternType { .. }
        | ItemKind::Let { .. } => None,
    })
}

fn function_of(item: &ast::Item) -> Option<&FnItem> {
    if let ItemKind::Fn(function) = &item.kind {
        return Some(function);
    }
    None
}

fn name_of(param: &Param) -> Option<String> {
    if let PatternKind::Name(name) | PatternKind::As(_, name) = &param.pattern.kind {
        return Some(name.name.to_string());
    }
    None
}
