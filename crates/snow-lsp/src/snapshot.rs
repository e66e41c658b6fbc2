//! A root as it was checked, and the index of its names: what stands at a place of the text, and
//! where the same thing is named.
//!
//! Things are told apart by the place where they are declared: a constant is resolved again
//! wherever it is used, and a service declares several things under one name.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use snow_compiler::analysis::{self, Analysis, Parsed};
use snow_compiler::ast;
use snow_compiler::hir::{Clause, Expr, ExprKind, Meaning, Module, ModuleId, Package};
use snow_compiler::source::{FileId, Name, Span};
use snow_compiler::types::Ty;

use crate::outline;
use crate::projects::Loaded;

/// A name in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The name alone.
    pub span: Span,
    /// What it means.
    pub meaning: Meaning,
    /// It is declared here.
    pub declares: bool,
}

/// Names by place and by meaning.
#[derive(Default)]
struct Index {
    /// Names of the files that the root is about, by file, in source order.
    names: HashMap<FileId, Vec<Named>>,
    /// Where things are declared.
    declared: HashMap<Meaning, Span>,
}

/// A root as it was checked.
pub(crate) struct Snapshot {
    /// What was read.
    pub loaded: Loaded,
    /// What the compiler found.
    pub analysis: Analysis,
    /// Made when it is first asked for: most checks are followed by the next letter.
    index: OnceCell<Index>,
    files: HashMap<PathBuf, FileId>,
    /// Files of modules, by `ModuleId`.
    modules: Vec<Option<FileId>>,
    /// `##` by the name that is declared below, collected when it is first asked for.
    docs: OnceCell<HashMap<Span, Name>>,
}

impl Snapshot {
    /// Checks a root. Needs the compiler's stack.
    pub(crate) fn check(loaded: Loaded, parsed: &mut Parsed) -> Snapshot {
        let analysis = analysis::check(&loaded.sources, loaded.mode, parsed);
        let files = loaded.paths.iter().enumerate();
        let files = files.filter_map(|(index, path)| Some((path.clone()?, FileId(index as u32))));
        let mut snapshot = Snapshot {
            files: files.collect(),
            loaded,
            analysis,
            index: OnceCell::new(),
            modules: Vec::new(),
            docs: OnceCell::new(),
        };
        snapshot.modules = snapshot.files_of_modules();
        snapshot
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| self.indexed())
    }

    fn indexed(&self) -> Index {
        let mut index = Index::default();
        let mut all: Vec<Named> = Vec::new();
        for mention in &self.analysis.program.mentions {
            if mention.declares {
                let declared = index.declared.entry(mention.meaning.clone());
                declared.or_insert(mention.span);
            }
            if !self.is_library(mention.span.file) {
                all.push(Named {
                    span: mention.span,
                    meaning: mention.meaning.clone(),
                    declares: mention.declares,
                });
            }
        }
        for function in &self.analysis.program.functions {
            if self.is_library(function.span.file) {
                continue;
            }
            for clause in &function.clauses {
                self.members_of_clause(clause, &mut all);
            }
            if let Some(end) = &function.terminate {
                self.members(end, &mut all);
            }
        }
        for named in all {
            let names = index.names.entry(named.span.file).or_default();
            names.push(named);
        }
        for names in index.names.values_mut() {
            // What declares a name stands before what else is said of it.
            names.sort_by_key(|named| (named.span, !named.declares));
            names.dedup();
        }
        index
    }

    fn members_of_clause(&self, clause: &Clause, all: &mut Vec<Named>) {
        clause.children(&mut |child| self.members(child, all));
    }

    /// Fields and methods named in an expression.
    fn members(&self, expr: &Expr, all: &mut Vec<Named>) {
        let typed = &self.analysis.typed;
        let mut add = |span: Span, meaning: Meaning| {
            all.push(Named {
                span,
                meaning,
                declares: false,
            });
        };
        let field = |base: &Expr, at: usize| {
            let Ty::Con(id, _) = typed.expr.get(base.id.index())? else {
                return None;
            };
            let index = typed.field.get(&expr.id)?.get(at)?;
            Some(Meaning::Field(*id, *index))
        };
        if let ExprKind::Member {
            base, name_span, ..
        }
        | ExprKind::MethodCall {
            base, name_span, ..
        } = &expr.kind
        {
            let method = typed.method.get(&expr.id);
            let method = method.map(|id| Meaning::Function(*id));
            if let Some(meaning) = method.or_else(|| field(base, 0)) {
                add(*name_span, meaning);
            }
        } else if let ExprKind::Update { base, fields } = &expr.kind {
            for (at, (_, span, _)) in fields.iter().enumerate() {
                if let Some(meaning) = field(base, at) {
                    add(*span, meaning);
                }
            }
        }
        expr.children(&mut |child| self.members(child, all));
    }

    /// Whether a file is of the standard library, and the root is not about it.
    pub(crate) fn is_library(&self, file: FileId) -> bool {
        self.loaded.sources.get(file).is_stdlib && self.loaded.of_library != Some(file)
    }

    /// The file at a path.
    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        self.files.get(path).copied()
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: FileId) -> &Arc<str> {
        &self.loaded.sources.get(file).text
    }

    /// The text of a span.
    pub(crate) fn slice(&self, span: Span) -> &str {
        let text = self.text(span.file);
        text.get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// The parsed form of a file, where the program needs it.
    pub(crate) fn ast(&self, file: FileId) -> Option<&Arc<ast::Module>> {
        let modules = &self.analysis.modules;
        let at = modules
            .binary_search_by_key(&file, |(file, _)| *file)
            .ok()?;
        Some(&modules[at].1)
    }

    /// The `##` of what is declared at a place.
    pub(crate) fn doc(&self, name: Span) -> Option<&Name> {
        let collect = || {
            let mut docs = HashMap::new();
            for (_, module) in &self.analysis.modules {
                outline::docs(&module.items, &mut docs);
            }
            docs
        };
        self.docs.get_or_init(collect).get(&name)
    }

    /// The file of a module.
    pub(crate) fn file_of(&self, module: ModuleId) -> Option<FileId> {
        self.modules.get(module.index()).copied().flatten()
    }

    /// The module of a file.
    pub(crate) fn module_of(&self, file: FileId) -> Option<ModuleId> {
        let index = self.modules.iter().position(|known| *known == Some(file))?;
        Some(ModuleId(index as u32))
    }

    fn files_of_modules(&self) -> Vec<Option<FileId>> {
        let sources = &self.loaded.sources;
        let file = |module: &Module| {
            let is_it = |(file, _): &&(FileId, Arc<ast::Module>)| {
                let source = sources.get(*file);
                let package = match module.package {
                    Package::Program(package) => source.package == package,
                    Package::Library(_) => true,
                };
                *source.module == *module.name && source.is_stdlib == module.is_stdlib && package
            };
            let found = self.analysis.modules.iter().find(is_it);
            found.map(|(file, _)| *file)
        };
        self.analysis.program.modules.iter().map(file).collect()
    }

    /// The name at a byte, or right before it.
    pub(crate) fn named_at(&self, file: FileId, at: usize) -> Option<&Named> {
        let names = self.index().names.get(&file)?;
        let at = at as u32;
        names
            .iter()
            .find(|named| named.span.start <= at && at <= named.span.end)
    }

    /// Where something is declared. A module is where its file begins.
    pub(crate) fn declaration(&self, meaning: &Meaning) -> Option<Span> {
        if let Meaning::Module(module) = meaning {
            let file = self.file_of(*module)?;
            let (start, end) = (0, 0);
            return Some(Span { file, start, end });
        }
        self.index().declared.get(meaning).copied()
    }

    /// All places outside of the library where something is named, its declaration among them, in
    /// source order.
    pub(crate) fn places_of(&self, meaning: &Meaning) -> Vec<Span> {
        let Some(declared) = self.declaration(meaning) else {
            return Vec::new();
        };
        let is_same = |named: &&Named| self.declaration(&named.meaning) == Some(declared);
        let all = self.index().names.values().flatten().filter(is_same);
        let all: HashSet<Span> = all.map(|named| named.span).collect();
        let mut all: Vec<Span> = all.into_iter().collect();
        all.sort_unstable();
        all
    }

    /// What is declared at a place.
    pub(crate) fn declared_at(&self, span: Span) -> Option<&Meaning> {
        let names = self.index().names.get(&span.file)?;
        let found = names.iter().find(|n| n.span == span && n.declares)?;
        Some(&found.meaning)
    }
}
