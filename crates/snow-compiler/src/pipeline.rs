//! The order of the stages.

use std::collections::HashMap;

use crate::core;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::source::{FileId, Sources};
use crate::{ast, emit, hir, infer, lower, matches, optimize, parse, resolve, types, warn};

/// What to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// An executable from `fn main` of module `Main`.
    Program,
    /// An executable that runs all tests.
    Tests,
    /// Nothing: the modules are checked. They need no `fn main`.
    Library,
}

/// How to make it.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to make.
    pub mode: Mode,
    /// Stop after this stage or pass and give its readable form: `ast`, `hir`, `core`, or a pass of
    /// `optimize`. `public` lists what programs may name of the library.
    pub dump: Option<String>,
    /// Check `core` after every pass that makes or keeps counts explicit.
    pub verify: bool,
}

/// One C file.
#[derive(Clone, Debug)]
pub struct Unit {
    /// File stem.
    pub name: String,
    /// Text.
    pub text: String,
}

/// What came out. `units` is empty when there is an error.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// Everything found, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// C files.
    pub units: Vec<Unit>,
    /// What `Options::dump` asked for.
    pub dump: Option<String>,
}

/// What [`Options::dump`] may name, in the order of the stages.
pub fn stage_names() -> Vec<&'static str> {
    let passes = optimize::PASSES.iter().map(|pass| pass.name);
    ["ast", "hir", "public", "core"]
        .into_iter()
        .chain(passes)
        .collect()
}

/// The stack that [`compile`] needs for the longest chains that the parser lets through (`a + b + …`,
/// `else if`): stages follow expressions, patterns and blocks by calling themselves.
pub const STACK: usize = 512 << 20;

/// Compiles a program: sources in, C text and diagnostics out.
pub fn compile(sources: &Sources, options: &Options) -> Compiled {
    let mut diagnostics = Diagnostics::default();
    let mut compiled = Compiled::default();
    compiled.units =
        stages(sources, options, &mut diagnostics, &mut compiled.dump).unwrap_or_default();
    if diagnostics.any_error() {
        compiled.units.clear();
    }
    compiled.diagnostics = diagnostics.sorted();
    compiled
}

/// `None` when a stage found an error or a dump was asked for.
fn stages(
    sources: &Sources,
    options: &Options,
    diagnostics: &mut Diagnostics,
    dump: &mut Option<String>,
) -> Option<Vec<Unit>> {
    let wants = |stage: &str| options.dump.as_deref() == Some(stage);
    let modules = needed(sources, options, diagnostics);
    if wants("ast") {
        *dump = Some(modules.iter().map(|(_, m)| ast::print(m)).collect());
        return None;
    }
    // What was not read would be missing everywhere.
    if diagnostics.has(Code::P0005) {
        return None;
    }
    let mut hir = resolve::program(modules, sources, diagnostics);
    if wants("hir") {
        *dump = Some(hir::print::program(&hir));
        return None;
    }
    let typed = infer::program(&hir, diagnostics);
    infer::complete(&mut hir, &typed);
    if wants("public") && !diagnostics.any_error() {
        *dump = Some(types::public::library(&hir, &typed));
        return None;
    }
    let decisions = matches::compile(&hir, &typed, diagnostics);
    let tests = options.mode == Mode::Tests;
    if hir.main.is_none() && options.mode == Mode::Program && !diagnostics.any_error() {
        diagnostics.push(missing_main());
    }
    warn::program(&hir, &typed, hir::Module::is_projects, diagnostics);
    if diagnostics.any_error() || options.mode == Mode::Library {
        return None;
    }
    let mut core = lower::program(&hir, &typed, &decisions, tests, diagnostics);
    if diagnostics.any_error() {
        return None;
    }
    if wants("core") {
        *dump = Some(core::print::program(&core));
        return None;
    }
    for pass in optimize::PASSES {
        (pass.run)(&mut core);
        if wants(pass.name) {
            *dump = Some(core::print::program(&core));
            return None;
        }
        if options.verify && pass.counted {
            for problem in core::verify::program(&core) {
                diagnostics.push(internal(&format!("after {}: {problem}", pass.name)));
            }
        }
    }
    let units = emit::program(&core, sources);
    Some(
        units
            .into_iter()
            .map(|u| Unit {
                name: u.name,
                text: u.text,
            })
            .collect(),
    )
}

/// Library modules that the language itself leans on, whatever a program mentions.
const ALWAYS: &[&str] = &[
    "Prelude", "List", "Map", "Set", "Range", "String", "Option", "Result",
];

/// The program's own files, and those of the library whose names are mentioned in a file that is
/// needed. A type or constructor of the same name as a module counts as a mention: too many modules
/// cost a little time, too few would be an error. A service or supervisor mentions the module that
/// it becomes calls of. The list of public names wants the whole library.
fn needed(
    sources: &Sources,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Vec<(FileId, ast::Module)> {
    let takes_all = options.dump.as_deref() == Some("public");
    let last_segment = |module: &str| module.rsplit('.').next().unwrap_or_default().to_string();
    let mut library: HashMap<String, Vec<FileId>> = HashMap::new();
    let mut work = Vec::new();
    for (file, source) in sources.iter() {
        let name = last_segment(&source.module);
        let needs_it =
            ALWAYS.contains(&name.as_str()) || (options.mode == Mode::Tests && name == "Test");
        if takes_all || !source.is_stdlib || needs_it {
            work.push(file);
        } else {
            library.entry(name).or_default().push(file);
        }
    }
    let mut found = Vec::new();
    while let Some(file) = work.pop() {
        let module = parse::module(sources, file, diagnostics);
        let items = module.items.iter().filter_map(|item| match item.kind {
            ast::ItemKind::Service(_) => Some("Service"),
            ast::ItemKind::Supervisor(_) => Some("Supervisor"),
            ast::ItemKind::Fn(_)
            | ast::ItemKind::Struct(_)
            | ast::ItemKind::Sum(_)
            | ast::ItemKind::Alias { .. }
            | ast::ItemKind::Interface(_)
            | ast::ItemKind::Impl(_)
            | ast::ItemKind::Import(_)
            | ast::ItemKind::FromImport { .. }
            | ast::ItemKind::Actor(_)
            | ast::ItemKind::Test { .. }
            | ast::ItemKind::Extern(_)
            | ast::ItemKind::ExternType { .. }
            | ast::ItemKind::Let { .. } => None,
        });
        for name in module.mentions.iter().map(|name| &**name).chain(items) {
            work.extend(library.remove(resolve::spelled(name)).unwrap_or_default());
        }
        found.push((file, module));
    }
    found.sort_unstable_by_key(|(file, _)| *file);
    found
}

fn missing_main() -> Diagnostic {
    Diagnostic {
        code: Code::E0048,
        severity: Severity::Error,
        message: "the program has no `fn main` in `main.snow`".into(),
        labels: Vec::new(),
        help: Some("add `fn main() do … end`".into()),
        edits: Vec::new(),
    }
}

fn internal(message: &str) -> Diagnostic {
    Diagnostic {
        code: Code::E0999,
        severity: Severity::Error,
        message: format!("the compiler made a mistake: {message}"),
        labels: Vec::new(),
        help: Some("please report this with the program".into()),
        edits: Vec::new(),
    }
}
