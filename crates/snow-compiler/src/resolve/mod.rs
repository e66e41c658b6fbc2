//! `ast` to `hir`: every name is looked up once, here, and all sugar goes.
//!
//! In: the parsed files. Out: one [`Program`] in which names are ids. Promised: whatever is wrong
//! is reported and replaced by an `Error` node, so that the next stage always has a whole program
//! to look at. Never done here: types.
//!
//! Order of work: services, supervisors and `deriving(Json)` become plain items; then modules and
//! their order, declarations, imports, bodies of types, bodies of functions. A declaration is known
//! before any body is looked at, so the order of items in a file means nothing.

mod body;
mod calls;
mod clashes;
mod clauses;
mod constants;
mod control;
mod declare;
mod deriving;
mod expr;
mod foreign;
mod functions;
mod habits;
mod impls;
mod imports;
mod interfaces;
mod json;
mod lookup;
mod mentions;
mod methods;
mod modules;
mod namesakes;
mod opaque;
mod packages;
mod paths;
mod pattern;
mod pipes;
mod scope;
mod service_types;
pub(crate) mod services;
mod signature;
mod structs;
mod supervisors;
mod synth;
mod types;

use std::sync::Arc;

use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{
    Expr, ExprId, ExprKind, Extent, Function, Local, ModuleId, Pat, PatId, PatKind, Program,
};
use crate::source::{FileId, Name, Sources, Span};

pub use deriving::DERIVABLE;
pub(crate) use packages::spelled;
pub use packages::{importable, is_internal};
pub use services::snake;

use body::Body;
use scope::ModuleScope;

/// Resolves all files into one program. A module that is shared is copied only when it declares
/// what becomes other items.
pub fn program<M: Into<Arc<ast::Module>>>(
    modules: Vec<(FileId, M)>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Program {
    let modules = modules.into_iter();
    let modules = modules.map(|(file, module)| (file, module.into()));
    let mut modules: Vec<(FileId, Arc<ast::Module>)> = modules.collect();
    expand(&mut modules, |_| true, sources, diagnostics);
    expanded(&modules, sources, None, diagnostics)
}

/// What was resolved of the library for another program that needs the same of it.
pub(crate) struct Resolved {
    /// Its modules, [expanded](expand).
    pub modules: Vec<(FileId, Arc<ast::Module>)>,
    /// Its functions.
    pub functions: Arc<Vec<Function>>,
    /// Their locals.
    pub locals: Arc<Vec<Local>>,
    /// How many of everything.
    pub extent: Extent,
}

/// Makes plain items of services, supervisors and `deriving(Json)` in the files that `takes`
/// chooses.
pub(crate) fn expand(
    modules: &mut [(FileId, Arc<ast::Module>)],
    takes: impl Fn(&FileId) -> bool,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let prelude = |(file, _): &&(FileId, Arc<ast::Module>)| {
        let source = sources.get(*file);
        source.is_stdlib && source.module == "Prelude"
    };
    let prelude = modules.iter().find(prelude);
    let library = prelude.map_or_else(Default::default, |(_, m)| service_types::type_names(m));
    for (_, module) in modules.iter_mut().filter(|(file, _)| takes(file)) {
        if !module.items.iter().any(becomes_others) {
            continue;
        }
        let module = Arc::make_mut(module);
        services::expand(module, &library, diagnostics);
        supervisors::expand(module, diagnostics);
        json::expand(module, diagnostics);
    }
}

/// Resolves [expanded](expand) modules. With `library`, bodies of its functions are taken from
/// there, and nothing is noted of the names in them; constants of the library are left out.
pub(crate) fn expanded(
    modules: &[(FileId, Arc<ast::Module>)],
    sources: &Sources,
    library: Option<&Resolved>,
    diagnostics: &mut Diagnostics,
) -> Program {
    let ordered = modules::ordered(modules, sources, diagnostics);
    let mut resolver = Resolver::new(sources, diagnostics);
    resolver.dependencies = packages::Dependencies::of(sources);
    let documented = sources.iter().filter(|(_, source)| source.is_stdlib);
    let documented =
        documented.filter(|(_, s)| s.module.contains('.') && !packages::is_internal(&s.module));
    resolver.documented = documented
        .map(|(_, source)| source.module.as_str().into())
        .collect();
    for module in &ordered {
        resolver.add_module(module);
    }
    resolver.find_prelude();
    let sources_of_functions = resolver.declare_all(&ordered);
    resolver.find_lang_items(&ordered);
    resolver.import_all(&ordered);
    resolver.fill_types(&ordered);
    resolver.fill_impls();
    resolver.check_json(&ordered);
    resolver.fill_functions(sources_of_functions, library);
    resolver.check_constants(library.is_some());
    resolver.report_openings();
    resolver.out
}

/// Whether an item is written for others that it becomes, or has impls derived.
fn becomes_others(item: &ast::Item) -> bool {
    match &item.kind {
        ast::ItemKind::Service(_) | ast::ItemKind::Supervisor(_) => true,
        ast::ItemKind::Struct(def) => def.deriving.is_some(),
        ast::ItemKind::Sum(sum) => sum.deriving.is_some(),
        ast::ItemKind::Fn(_)
        | ast::ItemKind::Alias { .. }
        | ast::ItemKind::Interface(_)
        | ast::ItemKind::Impl(_)
        | ast::ItemKind::Import(_)
        | ast::ItemKind::FromImport { .. }
        | ast::ItemKind::Actor(_)
        | ast::ItemKind::Test { .. }
        | ast::ItemKind::Extern(_)
        | ast::ItemKind::ExternType { .. }
        | ast::ItemKind::Let { .. } => false,
    }
}

/// What all steps share.
struct Resolver<'a, 'd> {
    sources: &'a Sources,
    /// By [`ModuleId`].
    scopes: Vec<ModuleScope<'a>>,
    /// The module whose public items are in scope everywhere.
    prelude: Option<ModuleId>,
    /// What has been made so far.
    out: Program,
    /// The function being resolved.
    body: Body,
    /// Constants being inlined, to notice one that needs itself.
    inlining: Vec<(ModuleId, Name)>,
    /// Constants of circles that have been reported.
    circular: Vec<(ModuleId, Name)>,
    /// Where opaque types are opened from outside; reported when all signatures are known.
    openings: Vec<opaque::Opened>,
    /// Modules below a folder of the library that programs may name, whether or not this one does.
    documented: Vec<Name>,
    dependencies: packages::Dependencies,
    /// Impls as they are written, in source order.
    written_impls: Vec<impls::WrittenImpl<'a>>,
    /// Derived impls that cannot be: their bodies say nothing.
    refused: Vec<crate::hir::ImplId>,
    /// Type aliases being expanded, to notice one that names itself.
    expanding: Vec<(ModuleId, Name)>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a, 'd> Resolver<'a, 'd> {
    fn new(sources: &'a Sources, diagnostics: &'d mut Diagnostics) -> Self {
        Resolver {
            sources,
            scopes: Vec::new(),
            prelude: None,
            out: Program::default(),
            body: Body::default(),
            inlining: Vec::new(),
            circular: Vec::new(),
            openings: Vec::new(),
            documented: Vec::new(),
            dependencies: packages::Dependencies::default(),
            written_impls: Vec::new(),
            refused: Vec::new(),
            expanding: Vec::new(),
            diagnostics,
        }
    }

    fn expr(&mut self, kind: ExprKind, span: Span) -> Expr {
        let id = ExprId(self.out.expr_count);
        self.out.expr_count += 1;
        Expr { id, kind, span }
    }

    fn error_expr(&mut self, span: Span) -> Expr {
        self.expr(ExprKind::Error, span)
    }

    fn pat(&mut self, kind: PatKind, span: Span) -> Pat {
        let id = PatId(self.out.pat_count);
        self.out.pat_count += 1;
        Pat { id, kind, span }
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    fn report_with_help(&mut self, code: Code, span: Span, message: String, help: Option<String>) {
        let mut diagnostic = Diagnostic::error(code, span, message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }
}
