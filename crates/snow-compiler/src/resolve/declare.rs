//! First look at every file: which types, constructors, functions and constants there are. Bodies
//! are read later.

use rustc_hash::FxHashMap;

use crate::ast::{ActorItem, Block, ExternItem, FnItem, Ident, Item, ItemKind};
use crate::ast::{Param, SumItem};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::hir::{
    Derives, FnId, Function, FunctionKind, Meaning, ModuleId, Role, TypeDef, TypeId, TypeKind,
    Unused, UnusedKind, VariantDef,
};
use crate::source::{Name, Span};

use super::deriving::{derives, opaque};
use super::modules::Unit;
use super::scope::{ConstantEntry, ConstructorEntry, FunctionEntry, TypeEntry, TypeEntryKind};
use super::Resolver;

/// The written form of a function.
pub(super) enum FunctionSource<'a> {
    Clauses(Vec<&'a FnItem>),
    /// A method of an interface; with a body when the flag is set.
    Method(&'a FnItem, bool),
    Actor(&'a ActorItem),
    Test(&'a Block),
    Extern(&'a ExternItem),
}

/// Number of parameters that a call writes down.
pub(super) fn visible_arity(params: &[Param]) -> usize {
    params.iter().filter(|p| !p.is_self_pid).count()
}

impl<'a> Resolver<'a, '_> {
    /// Declares everything. The functions come back with their source, in [`FnId`] order.
    pub(super) fn declare_all(&mut self, units: &[Unit<'a>]) -> Vec<FunctionSource<'a>> {
        let mut sources = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            let module = ModuleId(index as u32);
            let mut previous: Option<FnId> = None;
            for item in &unit.ast.items {
                previous = self.declare(module, item, previous, &mut sources);
            }
            self.check_values(module);
        }
        sources
    }

    /// Declares one item. `previous` is the function that the item before was a clause of.
    fn declare(
        &mut self,
        module: ModuleId,
        item: &'a Item,
        previous: Option<FnId>,
        sources: &mut Vec<FunctionSource<'a>>,
    ) -> Option<FnId> {
        match &item.kind {
            ItemKind::Fn(function) => {
                return self.declare_clause(module, item, function, previous, sources)
            }
            ItemKind::Actor(actor) => {
                // A program's actors need no `pub`. The library's do: who spawns one hands it
                // whatever it likes.
                let is_public = item.is_public || !self.scopes[module.index()].is_stdlib;
                let entry = (FunctionKind::Actor, is_public, actor.params.len());
                self.declare_function(module, &actor.name, item.span, entry, &actor.params);
                sources.push(FunctionSource::Actor(actor));
            }
            ItemKind::Extern(external) => {
                let kind = FunctionKind::Extern(external.symbol.clone());
                let entry = (kind, item.is_public, visible_arity(&external.params));
                self.declare_function(module, &external.name, item.span, entry, &external.params);
                sources.push(FunctionSource::Extern(external));
                self.only_in_stdlib(module, "`extern fn`", item.span);
            }
            ItemKind::Test {
                name,
                name_span,
                body,
            } => {
                let title = Ident {
                    name: name.clone(),
                    span: *name_span,
                };
                let id = self.push_function(module, &title, item.span, FunctionKind::Test, &[]);
                let file = self.sources.get(item.span.file);
                match file.has_tests {
                    true => self.out.tests.push(id),
                    false => self.out.unused.push(Unused {
                        module,
                        kind: UnusedKind::Test(file.path.as_str().into()),
                        name: name.clone(),
                        span: *name_span,
                    }),
                }
                sources.push(FunctionSource::Test(body));
            }
            ItemKind::ExternType { name, generics } => {
                let def = type_def(module, name, generics, TypeKind::Builtin);
                self.declare_type(def, generics, item.is_public);
                self.only_in_stdlib(module, "`extern type`", item.span);
            }
            ItemKind::Struct(def) => {
                let fields = def
                    .fields
                    .iter()
                    .map(|field| (field.name.name.clone(), crate::types::Ty::Error))
                    .collect();
                let made = TypeDef {
                    derives: derives(def.deriving.as_deref(), true),
                    opaque: def.is_opaque.then(|| opaque(def.deriving.as_deref())),
                    ..type_def(module, &def.name, &def.generics, TypeKind::Struct(fields))
                };
                let id = self.declare_type(made, &def.generics, item.is_public);
                for (index, field) in def.fields.iter().enumerate() {
                    self.declares(&field.name, Meaning::Field(id, index));
                }
                self.no_repeats("field", def.fields.iter().map(|field| &field.name));
                self.check_deriving(def.deriving.as_deref(), true);
            }
            ItemKind::Sum(sum) => self.declare_sum(module, sum, item),
            ItemKind::Alias {
                name,
                generics,
                target,
            } => {
                let kind = TypeEntryKind::Alias { generics, target };
                self.declares(name, Meaning::Alias(module, name.name.clone()));
                self.enter_type(
                    module,
                    name,
                    TypeEntry {
                        kind,
                        is_public: item.is_public,
                        span: name.span,
                    },
                );
            }
            ItemKind::Let {
                name,
                annotation,
                value,
            } => {
                self.declares(name, Meaning::Constant(module, name.name.clone()));
                let scope = &mut self.scopes[module.index()];
                let annotation = annotation.as_ref();
                let entry = ConstantEntry {
                    value,
                    annotation,
                    is_public: item.is_public,
                    span: name.span,
                };
                if let Some(old) = scope.constants.insert(name.name.clone(), entry) {
                    self.duplicate("constant", &name.name, name.span, old.span);
                }
            }
            ItemKind::Interface(interface) => {
                self.declare_interface(module, interface, item, sources)
            }
            ItemKind::Impl(written) => self.declare_impl(module, written, sources),
            ItemKind::Supervisor(supervisor) => {
                self.scopes[module.index()]
                    .supervisors
                    .insert(supervisor.name.name.clone());
            }
            // What a service stands for has become items of its own.
            ItemKind::Service(_) | ItemKind::Import(_) | ItemKind::FromImport { .. } => {}
        }
        None
    }

    fn declare_clause(
        &mut self,
        module: ModuleId,
        item: &'a Item,
        function: &'a FnItem,
        previous: Option<FnId>,
        sources: &mut Vec<FunctionSource<'a>>,
    ) -> Option<FnId> {
        let arity = visible_arity(&function.params);
        let known = self.scopes[module.index()]
            .functions
            .get(&function.name.name);
        let same = known
            .and_then(|list| list.iter().find(|f| f.arity == arity))
            .copied();
        if let Some(same) = same {
            self.declares(&function.name, Meaning::Function(same.id));
            if let FunctionSource::Clauses(clauses) = &mut sources[same.id.index()] {
                clauses.push(function);
                if previous != Some(same.id) {
                    let first = self.out.functions[same.id.index()].name_span;
                    let message = format!(
                        "clauses of `{}/{arity}` are not consecutive",
                        function.name.name
                    );
                    let report = Diagnostic::error(Code::E0023, function.name.span, message)
                        .also(first, "first clause");
                    self.diagnostics
                        .push(report.help("put all clauses of a function next to each other"));
                }
                return Some(same.id);
            }
        }
        let entry = (FunctionKind::Plain, item.is_public, arity);
        let id = self.declare_function(module, &function.name, item.span, entry, &function.params);
        sources.push(FunctionSource::Clauses(vec![function]));
        Some(id)
    }

    fn declare_function(
        &mut self,
        module: ModuleId,
        name: &Ident,
        span: Span,
        (kind, is_public, arity): (FunctionKind, bool, usize),
        params: &[Param],
    ) -> FnId {
        let id = self.push_function(module, name, span, kind, params);
        self.out.functions[id.index()].is_public = is_public;
        let list = self.scopes[module.index()]
            .functions
            .entry(name.name.clone())
            .or_default();
        let old = list.iter().find(|f| f.arity == arity).copied();
        list.push(FunctionEntry {
            arity,
            id,
            is_public,
        });
        if let Some(old) = old {
            let first = self.out.functions[old.id.index()].name_span;
            self.duplicate("function", &name.name, name.span, first);
        }
        id
    }

    /// Adds a function that is not public.
    pub(super) fn push_function(
        &mut self,
        module: ModuleId,
        name: &Ident,
        span: Span,
        kind: FunctionKind,
        params: &[Param],
    ) -> FnId {
        self.out.functions.push(Function {
            module,
            name: name.name.clone(),
            kind,
            role: Role::Free,
            is_public: false,
            generics: Vec::new(),
            has_self_pid: params.first().is_some_and(|p| p.is_self_pid),
            arity: params.len(),
            annotations: vec![None; params.len()],
            result: None,
            clauses: Vec::new(),
            terminate: None,
            span,
            name_span: name.span,
        });
        let id = FnId(self.out.functions.len() as u32 - 1);
        self.declares(name, Meaning::Function(id));
        id
    }

    fn declare_sum(&mut self, module: ModuleId, sum: &'a SumItem, item: &'a Item) {
        let variants = sum.variants.iter();
        let variants = variants
            .map(|v| VariantDef {
                name: v.name.name.clone(),
                fields: Vec::new(),
            })
            .collect();
        let made = TypeDef {
            derives: derives(sum.deriving.as_deref(), false),
            opaque: sum.is_opaque.then(|| opaque(sum.deriving.as_deref())),
            ..type_def(module, &sum.name, &sum.generics, TypeKind::Sum(variants))
        };
        let id = self.declare_type(made, &sum.generics, item.is_public);
        self.no_repeats("constructor", sum.variants.iter().map(|v| &v.name));
        self.check_deriving(sum.deriving.as_deref(), false);
        for (variant, written) in sum.variants.iter().enumerate() {
            let entry = ConstructorEntry {
                ty: id,
                variant,
                is_public: item.is_public,
            };
            let (name, span) = (&written.name.name, written.name.span);
            self.declares(&written.name, Meaning::Variant(id, variant));
            let constructors = &mut self.scopes[module.index()].constructors;
            let known = *constructors.entry(name.clone()).or_insert(entry);
            if known.ty != id {
                self.two_types_have(name, span, known.ty);
            }
        }
    }

    fn declare_type(&mut self, def: TypeDef, generics: &[Ident], is_public: bool) -> TypeId {
        let id = TypeId(self.out.types.len() as u32);
        self.no_repeats("type parameter", generics.iter());
        let entry = TypeEntry {
            kind: TypeEntryKind::Declared(id),
            is_public,
            span: def.span,
        };
        let name = Ident {
            name: def.name.clone(),
            span: def.span,
        };
        self.enter_type(def.module, &name, entry);
        self.declares(&name, Meaning::Type(id));
        self.out.types.push(TypeDef { is_public, ..def });
        id
    }

    fn enter_type(&mut self, module: ModuleId, name: &Ident, entry: TypeEntry<'a>) {
        if let Some(old) = self.scopes[module.index()]
            .types
            .insert(name.name.clone(), entry)
        {
            self.duplicate("type", &name.name, name.span, old.span);
        }
    }

    /// E0044.
    pub(super) fn duplicate(&mut self, what: &str, name: &Name, span: Span, first: Span) {
        let message = format!("{what} `{name}` is defined twice");
        self.diagnostics
            .push(Diagnostic::error(Code::E0044, span, message).also(first, "first definition"));
    }

    pub(super) fn no_repeats<'n>(&mut self, what: &str, names: impl Iterator<Item = &'n Ident>) {
        let mut seen: FxHashMap<&Name, Span> = FxHashMap::default();
        for name in names {
            if let Some(first) = seen.insert(&name.name, name.span) {
                self.duplicate(what, &name.name, name.span, first);
            }
        }
    }

    fn only_in_stdlib(&mut self, module: ModuleId, what: &str, span: Span) {
        if !self.scopes[module.index()].is_stdlib {
            self.report(
                Code::E0099,
                span,
                format!("{what} is for the standard library only"),
            );
        }
    }

    /// Finds the types that the compiler itself speaks of.
    pub(super) fn find_lang_items(&mut self, units: &[Unit<'a>]) {
        let span = units.first().map_or(Span::default(), |u| Span {
            file: u.file,
            start: 0,
            end: 0,
        });
        let mut missing: Vec<String> = Vec::new();
        let mut find = |module: &str, name: &str| {
            let scope = self
                .scopes
                .iter()
                .find(|s| s.is_stdlib && &*s.name == module);
            let entry = scope.and_then(|s| s.types.get(name)).map(|t| t.kind);
            if let Some(TypeEntryKind::Declared(id)) = entry {
                return Some(id);
            }
            missing.push(format!("{module}.{name}"));
            None
        };
        let queue = self
            .scopes
            .iter()
            .find(|s| s.is_stdlib && &*s.name == "Queue");
        let queue = queue.and_then(|s| s.types.get("Queue")).map(|t| t.kind);
        let lang = crate::hir::LangItems {
            int: find("Prelude", "Int"),
            float: find("Prelude", "Float"),
            bool_: find("Prelude", "Bool"),
            string: find("Prelude", "String"),
            bytes: find("Prelude", "Bytes"),
            list: find("Prelude", "List"),
            map: find("Map", "Map"),
            set: find("Set", "Set"),
            // The module is there only when the program mentions it.
            queue: match queue {
                Some(TypeEntryKind::Declared(id)) => Some(id),
                Some(TypeEntryKind::Alias { .. }) | None => None,
            },
            range: find("Range", "Range"),
            pid: find("Prelude", "Pid"),
            option: find("Prelude", "Option"),
            result: find("Prelude", "Result"),
        };
        self.out.lang = lang;
        if !missing.is_empty() {
            let message = format!("the standard library lacks {}", missing.join(", "));
            let severity = Severity::Error;
            let labels = vec![crate::diagnostics::Label {
                span,
                text: String::new(),
            }];
            self.diagnostics.push(Diagnostic {
                code: Code::E0040,
                severity,
                message,
                labels,
                help: None,
                edits: Vec::new(),
            });
        }
    }
}

/// A private type that derives nothing and hides nothing.
fn type_def(module: ModuleId, name: &Ident, generics: &[Ident], kind: TypeKind) -> TypeDef {
    TypeDef {
        module,
        name: name.name.clone(),
        known_as: None,
        generics: generics.iter().map(|g| g.name.clone()).collect(),
        kind,
        derives: Derives::default(),
        opaque: None,
        is_public: false,
        span: name.span,
    }
}
