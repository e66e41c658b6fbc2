//! What programs need not read of the library.
//!
//! A compiled function whose types are written is called by its signature, so its body is left out.
//! A declaration that programs cannot name, and that no part which is left in names, is left out as
//! a whole. Modules that these parts mention stay needed: a struct is found by its fields and a method
//! by its name, in all modules that a program needs. In: the library, checked. Out: what is left out
//! of each file. Names are compared as they are written: one too many keeps a part that nobody
//! needs, and none that is needed goes.

mod declarations;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ast::{FnItem, ImplItem, Item, ItemKind};
use crate::hir::{FnId, Function, Program};
use crate::lex::{self, TokenKind};
use crate::needed::mentions;
use crate::pipeline::Survey;
use crate::resolve::is_internal;
use crate::source::{FileId, LeftOut, Name, Omission, Source, Sources, Span};
use crate::types::Ty;

use declarations::{constructors, names, Constructors};

/// Modules of which the compiler calls what programs cannot name: for operators, `deriving(Json)`
/// and failed assertions.
const CALLED: &[&str] = &["Prelude", "Json.Convert", "Difference"];

/// The parts of each file that programs need not read. `is_compiled` tells the functions that are
/// called without a look at their bodies.
pub(crate) fn left_out(
    sources: &Sources,
    survey: &Survey,
    is_compiled: impl Fn(FnId) -> bool,
) -> Vec<(FileId, Omission)> {
    let closed = closed_functions(&survey.program, is_compiled);
    let constructors = constructors(&survey.modules);
    let impl_modules = declarations::with_others_impls(sources, &survey.modules);
    let mut nodes = Vec::new();
    for (file, module) in &survey.modules {
        let of_file = OfFile {
            source: sources.get(*file),
            file: *file,
            words: words(sources, *file),
            closed: &closed,
            constructors: &constructors,
            impl_modules: &impl_modules,
        };
        let types = declarations::types(module);
        nodes.extend(module.items.iter().map(|item| of_file.node(item, &types)));
    }
    let kept = Reach::new(&nodes).run();
    let mut parts: FxHashMap<FileId, Vec<LeftOut>> = FxHashMap::default();
    for (node, is_kept) in nodes.iter().zip(kept) {
        let left_out = parts.entry(node.file).or_default();
        match is_kept {
            true => left_out.extend(node.bodies.iter().map(|body| part(*body, true))),
            false => left_out.push(part(node.span, false)),
        }
    }
    let last_segment = |name: &str| name.rsplit('.').next().unwrap_or_default().to_string();
    let modules: FxHashSet<_> = sources
        .iter()
        .map(|(_, source)| last_segment(&source.module))
        .collect();
    let omissions = survey.modules.iter().map(|(file, module)| {
        let mut parts = parts.remove(file).unwrap_or_default();
        parts.sort_unstable_by_key(|part| part.start);
        let mentioned = mentions(module).filter(|name| modules.contains(*name));
        let omission = Omission {
            parts: parts.into(),
            mentioned: mentioned.map(Name::from).collect(),
        };
        (*file, omission)
    });
    omissions.collect()
}

fn part(span: Span, is_body: bool) -> LeftOut {
    LeftOut {
        start: span.start,
        end: span.end,
        is_body,
    }
}

/// Compiled functions whose parameters and result are all written, by the place of their name.
fn closed_functions(program: &Program, is_compiled: impl Fn(FnId) -> bool) -> FxHashSet<Span> {
    let ids = (0..program.functions.len()).map(|at| FnId(at as u32));
    let closed = ids.filter(|id| is_written(&program.functions[id.index()]) && is_compiled(*id));
    closed
        .map(|id| program.functions[id.index()].name_span)
        .collect()
}

fn is_written(function: &Function) -> bool {
    let is_whole = |ty: &Option<Ty>| ty.as_ref().is_some_and(|ty| !ty.has_hole());
    function.generics.is_empty()
        && !function.has_self_pid
        && is_whole(&function.result)
        && function.annotations.iter().all(is_whole)
}

/// A name in the text, and what stands behind a dot.
struct Word<'a> {
    text: &'a str,
    span: Span,
}

fn words(sources: &Sources, file: FileId) -> Vec<Word<'_>> {
    let text = &sources.get(file).text;
    let tokens = lex::tokens(sources, file).tokens;
    let is_word = |at: usize| {
        let follows_dot = at > 0 && tokens[at - 1].kind == TokenKind::Dot;
        follows_dot || tokens[at].kind == TokenKind::Name
    };
    let spans = (0..tokens.len())
        .filter(|at| is_word(*at))
        .map(|at| tokens[at].span);
    let word = |span: Span| Word {
        text: &text[span.start as usize..span.end as usize],
        span,
    };
    spans.map(word).collect()
}

/// An item, as far as it matters here.
struct Node<'a> {
    file: FileId,
    /// With the comments above it.
    span: Span,
    /// Programs may name it, or something that is not asked here does.
    is_root: bool,
    /// Other modules may name it.
    is_public: bool,
    /// What it is known by.
    names: Vec<&'a str>,
    /// The type that it is an impl for.
    target: Option<&'a str>,
    /// Bodies that are left out of it.
    bodies: Vec<Span>,
    /// What its other parts name.
    words: Vec<&'a str>,
}

/// What the items of a file are seen with.
struct OfFile<'a> {
    source: &'a Source,
    file: FileId,
    words: Vec<Word<'a>>,
    closed: &'a FxHashSet<Span>,
    constructors: &'a Constructors<'a>,
    /// Modules that are imported for their impls, too.
    impl_modules: &'a FxHashSet<&'a str>,
}

impl<'a> OfFile<'a> {
    fn node(&self, item: &'a Item, types: &FxHashSet<&'a str>) -> Node<'a> {
        let bodies = self.bodies(item);
        let inside = |outer: &Span, word: &Word| {
            outer.start <= word.span.start && word.span.end <= outer.end
        };
        let own = self.words.iter().filter(|word| {
            inside(&item.span, word) && !bodies.iter().any(|body| inside(body, word))
        });
        let target = declarations::target(item, types);
        Node {
            file: self.file,
            span: self.with_comments(item.span),
            is_root: self.is_root(item, target.is_some(), types),
            is_public: item.is_public,
            names: names(item, self.constructors),
            target,
            words: own.map(|word| word.text).collect(),
            bodies,
        }
    }

    /// Whether an item stays whatever names it. A function of an internal module is a method of the
    /// module's types, whose values programs may have.
    fn is_root(&self, item: &Item, has_target: bool, types: &FxHashSet<&str>) -> bool {
        let module = &*self.source.module;
        let is_named = CALLED.contains(&module) || item.is_public && !is_internal(module);
        match &item.kind {
            ItemKind::Impl(_) => !has_target,
            ItemKind::Import(path) | ItemKind::FromImport { path, .. } => {
                let segments: Vec<&str> = path.segments.iter().map(|s| &*s.name).collect();
                self.impl_modules.contains(&*segments.join("."))
            }
            ItemKind::Test { .. } | ItemKind::ExternType { .. } => true,
            ItemKind::Fn(function) => {
                is_named || item.is_public && declarations::may_be_method(function, types)
            }
            ItemKind::Struct(_)
            | ItemKind::Sum(_)
            | ItemKind::Alias { .. }
            | ItemKind::Interface(_)
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Extern(_)
            | ItemKind::Let { .. } => is_named,
        }
    }

    fn bodies(&self, item: &Item) -> Vec<Span> {
        let methods = match &item.kind {
            ItemKind::Impl(ImplItem { methods, .. }) => &methods[..],
            ItemKind::Fn(_)
            | ItemKind::Struct(_)
            | ItemKind::Sum(_)
            | ItemKind::Alias { .. }
            | ItemKind::Interface(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. }
            | ItemKind::Extern(_)
            | ItemKind::ExternType { .. }
            | ItemKind::Let { .. } => std::slice::from_ref(item),
        };
        let body = |item: &Item| {
            let ItemKind::Fn(function) = &item.kind else {
                return None;
            };
            self.body(item.span, function)
        };
        methods.iter().filter_map(body).collect()
    }

    /// The item with the lines of comments above it.
    fn with_comments(&self, item: Span) -> Span {
        let text = &self.source.text;
        let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
        let mut start = line_of(item.start as usize);
        while start > 0 {
            let above = line_of(start - 1);
            if !text[above..start].starts_with('#') {
                break;
            }
            start = above;
        }
        Span {
            start: start as u32,
            ..item
        }
    }

    /// From the `do` or `=` of a clause to its end, when the function is closed.
    fn body(&self, whole: Span, function: &FnItem) -> Option<Span> {
        if !self.closed.contains(&function.name.span) {
            return None;
        }
        let parts = function.params.iter().flat_map(|param| {
            let ty = param.annotation.as_ref().map(|ty| ty.span);
            [Some(param.pattern.span), ty]
        });
        let others = [
            Some(function.name.span),
            function.result.as_ref().map(|ty| ty.span),
            function.guard.as_ref().map(|guard| guard.span),
        ];
        let head_end = parts.chain(others).flatten().map(|span| span.end).max()?;
        let between = self
            .source
            .text
            .get(head_end as usize..whole.end as usize)?;
        let sign = if function.is_expression { "=" } else { "do" };
        let start = head_end + between.find(sign)? as u32;
        Some(Span { start, ..whole })
    }
}

/// Which nodes are reached from the roots.
struct Reach<'n, 'a> {
    nodes: &'n [Node<'a>],
    by_name: FxHashMap<&'a str, Vec<usize>>,
    by_target: FxHashMap<(FileId, &'a str), Vec<usize>>,
    kept: Vec<bool>,
    work: Vec<usize>,
    /// What was looked up, by file and name.
    seen: FxHashSet<(FileId, &'a str)>,
}

impl<'n, 'a> Reach<'n, 'a> {
    fn new(nodes: &'n [Node<'a>]) -> Self {
        let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        let mut by_target: FxHashMap<(FileId, &str), Vec<usize>> = FxHashMap::default();
        for (at, node) in nodes.iter().enumerate() {
            for name in &node.names {
                by_name.entry(name).or_default().push(at);
            }
            if let Some(target) = node.target {
                by_target.entry((node.file, target)).or_default().push(at);
            }
        }
        let kept = vec![false; nodes.len()];
        let (work, seen) = (Vec::new(), FxHashSet::default());
        Reach {
            nodes,
            by_name,
            by_target,
            kept,
            work,
            seen,
        }
    }

    fn run(mut self) -> Vec<bool> {
        for (at, node) in self.nodes.iter().enumerate() {
            if node.is_root {
                self.keep(at);
            }
        }
        while let Some(at) = self.work.pop() {
            let node = &self.nodes[at];
            for name in &node.names {
                let impls = self.by_target.get(&(node.file, *name)).cloned();
                impls.into_iter().flatten().for_each(|at| self.keep(at));
            }
            for word in &node.words {
                self.look_up(node.file, word);
            }
        }
        self.kept
    }

    fn look_up(&mut self, file: FileId, word: &'a str) {
        if !self.seen.insert((file, word)) {
            return;
        }
        for at in self.by_name.get(word).cloned().into_iter().flatten() {
            let node = &self.nodes[at];
            if node.file == file || node.is_public {
                self.keep(at);
            }
        }
    }

    fn keep(&mut self, at: usize) {
        if !std::mem::replace(&mut self.kept[at], true) {
            self.work.push(at);
        }
    }
}
