//! The order of the stages.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::Parsed;
use crate::core;
pub use crate::core::ir::Convention;
use crate::core::ir::{Function, FunctionRef, Kind, Program};
pub use crate::core::Fingerprint;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::lower::Roots;
use crate::matches::tree::Decisions;
use crate::needed::{needed, parsing};
use crate::source::{FileId, Omission, Sources};
use crate::{abridge, ast, emit, hir, infer, lower, matches, optimize, resolve, types, warn};

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
    /// Check `core` after every pass that makes or keeps counts explicit, and that functions of the
    /// library are what they were when it was compiled.
    pub verify: bool,
    /// Functions of the library that need no code, because they have been compiled before.
    pub precompiled: Option<Arc<Precompiled>>,
    /// What becomes of it in the end.
    pub output: Output,
}

/// What is made of a program that has no errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing: only what is wrong is wanted.
    Nothing,
    /// C, a file for each module.
    Files,
    /// The same with large files in parts, so that a changed line compiles less.
    Parts,
}

/// Functions that have been compiled before, by their symbols.
pub type Precompiled = FxHashMap<String, Known>;

/// What is known of a function that has been compiled before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What tells one version from another.
    pub fingerprint: Fingerprint,
    /// How it is called; `None` when callers have to see its code.
    pub convention: Option<Convention>,
}

/// One C file.
#[derive(Clone, Debug)]
pub struct Unit {
    /// File stem.
    pub name: String,
    /// Text.
    pub text: String,
    /// What it takes from the precompiled library, by symbol.
    pub imported: Vec<String>,
}

/// One C file of the library, compiled ahead of programs.
#[derive(Clone, Debug)]
pub struct LibraryUnit {
    /// The file; `imported` names functions of other files of the library.
    pub unit: Unit,
    /// Functions in it that programs may take.
    pub functions: Vec<(String, Known)>,
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

/// Errors about names, whose advice looks for the one that is meant.
const UNKNOWN: [Code; 5] = [
    Code::E0004,
    Code::E0010,
    Code::E0031,
    Code::E0034,
    Code::E0040,
];

/// Compiles a program: sources in, C text and diagnostics out.
pub fn compile(sources: &Sources, options: &Options) -> Compiled {
    compile_with(sources, options, None)
}

/// The same, for one program after another: files that are in `parsed` are not parsed again.
pub fn compile_with(
    sources: &Sources,
    options: &Options,
    mut parsed: Option<&mut Parsed>,
) -> Compiled {
    // Code is made of bodies.
    let makes_all = options.precompiled.is_none() || options.verify || options.dump.is_some();
    if makes_all && sources.is_abridged() {
        return compile_with(&sources.whole(), options, parsed);
    }
    let mut diagnostics = Diagnostics::default();
    let mut compiled = Compiled::default();
    let takes_all = options.dump.as_deref() == Some("public");
    let found = (&mut diagnostics, &mut compiled.dump);
    let mut core = optimized(sources, options, parsed.as_deref_mut(), takes_all, found);
    // What is meant by an unknown name may be in a module of the library that nothing mentions.
    let may_be_elsewhere = UNKNOWN.iter().any(|code| diagnostics.has(*code));
    if may_be_elsewhere && !takes_all && options.dump.is_none() {
        diagnostics = Diagnostics::default();
        let found = (&mut diagnostics, &mut compiled.dump);
        core = optimized(sources, options, parsed.as_deref_mut(), true, found);
    }
    if let Some(mut core) = core {
        let Some(known) = precompiled(&core, options, &mut diagnostics) else {
            let whole = Options {
                precompiled: None,
                ..options.clone()
            };
            return compile_with(&sources.whole(), &whole, parsed);
        };
        if options.output == Output::Parts {
            let own = sources.iter().filter(|(_, source)| !source.is_stdlib);
            let own: FxHashSet<_> = own.map(|(_, source)| source.module.clone()).collect();
            emit::parts::split(&mut core, &|unit| own.contains(&**unit));
        }
        compiled.units = units(&core, sources, &known, options.output);
    }
    if diagnostics.any_error() {
        compiled.units.clear();
    }
    compiled.diagnostics = diagnostics.sorted();
    compiled
}

/// What is known of a program once its types are: what was written, and what it means.
#[derive(Default)]
pub struct Survey {
    /// Each file as it was written.
    pub modules: Vec<(FileId, Arc<ast::Module>)>,
    /// The same with names resolved.
    pub program: hir::Program,
    /// Its types.
    pub typed: types::Typed,
    /// Errors, in source order. Warnings are not looked for.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks without making anything; a `fn main` is not asked for. With `takes_all` the
/// modules of the library that nothing mentions are there, too.
pub fn survey(sources: &Sources, takes_all: bool) -> Survey {
    let mut diagnostics = Diagnostics::default();
    let (mut survey, _) = surveyed(sources, takes_all, &mut diagnostics);
    survey.diagnostics = diagnostics.sorted();
    survey
}

fn surveyed(
    sources: &Sources,
    takes_all: bool,
    diagnostics: &mut Diagnostics,
) -> (Survey, Decisions) {
    let mut parse = parsing(sources, diagnostics);
    let modules = needed(sources, Mode::Library, takes_all, &mut parse);
    drop(parse);
    let mut survey = Survey {
        modules,
        ..Survey::default()
    };
    // What was not read would be missing everywhere.
    if diagnostics.has(Code::P0005) {
        return (survey, Decisions::default());
    }
    survey.program = resolve::program(survey.modules.clone(), sources, diagnostics);
    survey.typed = infer::program(&survey.program, diagnostics);
    infer::complete(&mut survey.program, &survey.typed);
    let decisions = matches::compile(&survey.program, &survey.typed, diagnostics);
    (survey, decisions)
}

/// All stages but the last; `None` when one found an error, a dump was asked for, or nothing is to
/// be made.
fn optimized(
    sources: &Sources,
    options: &Options,
    parsed: Option<&mut Parsed>,
    takes_all: bool,
    (diagnostics, dump): (&mut Diagnostics, &mut Option<String>),
) -> Option<Program> {
    let wants = |stage: &str| options.dump.as_deref() == Some(stage);
    let modules = match parsed {
        Some(parsed) => {
            let mut parse = |files| parsed.modules(sources, files, diagnostics);
            needed(sources, options.mode, takes_all, &mut parse)
        }
        None => {
            let mut parse = parsing(sources, diagnostics);
            needed(sources, options.mode, takes_all, &mut parse)
        }
    };
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
    if options.mode == Mode::Program {
        refuse_parameters(&hir, diagnostics);
    }
    let typed = infer::program(&hir, diagnostics);
    infer::complete(&mut hir, &typed);
    if wants("public") && !diagnostics.any_error() {
        *dump = Some(types::public::library(&hir, &typed));
        return None;
    }
    let decisions = matches::compile(&hir, &typed, diagnostics);
    if options.mode == Mode::Program {
        require_main(&hir, diagnostics);
    }
    warn::program(&hir, &typed, hir::Module::is_projects, diagnostics);
    let roots = match options.mode {
        Mode::Program => Roots::Main,
        Mode::Tests => Roots::Tests,
        Mode::Library => return None,
    };
    if diagnostics.any_error() {
        return None;
    }
    // With `--verify` the code of the library is made again, and compared.
    let compiled = options.precompiled.as_deref().filter(|_| !options.verify);
    let mut core = lower::program(&hir, &typed, &decisions, (roots, compiled), diagnostics);
    if diagnostics.any_error() {
        return None;
    }
    if wants("core") {
        *dump = Some(core::print::program(&core));
        return None;
    }
    if options.output == Output::Nothing && options.dump.is_none() && !options.verify {
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
    Some(core)
}

/// C files of a program, without what has been compiled before.
fn units(
    core: &Program,
    sources: &Sources,
    known: &FxHashSet<FunctionRef>,
    output: Output,
) -> Vec<Unit> {
    let symbol = |f: &FunctionRef| core.function(*f).symbol.clone();
    let emitted = emit::program(
        core,
        sources,
        &|f| known.contains(&f),
        output == Output::Parts,
    );
    let units = emitted.into_iter().map(|unit| Unit {
        name: unit.name,
        text: unit.text,
        imported: unit
            .imported
            .iter()
            .filter(|f| known.contains(f))
            .map(symbol)
            .collect(),
    });
    units.collect()
}

/// Functions that have been compiled before. Should one of them have become another since, which
/// would be a mistake of the compiler, then `None`: the program is to be compiled as a whole.
fn precompiled(
    core: &Program,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<FxHashSet<FunctionRef>> {
    let mut found = FxHashSet::default();
    let Some(known) = &options.precompiled else {
        return Some(found);
    };
    let fingerprints = core::Fingerprints::new(core);
    for (at, function) in core.functions.iter().enumerate() {
        match known.get(&function.symbol) {
            Some(then)
                if function.compiled.is_some() || then.fingerprint == fingerprints.of(function) =>
            {
                found.insert(FunctionRef(at as u32));
            }
            Some(_) => {
                let symbol = &function.symbol;
                if options.verify {
                    let text =
                        format!("`{symbol}` is not what it was when the library was compiled");
                    diagnostics.push(internal(&text));
                    return Some(FxHashSet::default());
                }
                return None;
            }
            None => {}
        }
    }
    Some(found)
}

/// The library, compiled ahead of programs.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Its files.
    pub units: Vec<LibraryUnit>,
    /// What programs that take these need not read, for [`Sources::leave_out`].
    pub left_out: Vec<(FileId, Omission)>,
}

/// Compiles the library, ahead of any program. `sources` has nothing else.
pub fn library(sources: &Sources) -> Result<Library, Vec<Diagnostic>> {
    let mut diagnostics = Diagnostics::default();
    let (survey, decisions) = surveyed(sources, true, &mut diagnostics);
    if diagnostics.any_error() {
        return Err(diagnostics.sorted());
    }
    let (hir, typed) = (&survey.program, &survey.typed);
    let (mut core, functions) = lower::library(hir, typed, &decisions, &mut diagnostics);
    if diagnostics.any_error() {
        return Err(diagnostics.sorted());
    }
    for pass in optimize::PASSES {
        (pass.run)(&mut core);
    }
    let units = library_units(&core, sources);
    let known: FxHashMap<_, _> = units
        .iter()
        .flat_map(|made| &made.functions)
        .cloned()
        .collect();
    let is_compiled = |id| {
        let found = functions
            .get(&id)
            .and_then(|at| known.get(&core.function(*at).symbol));
        found.is_some_and(|known| known.convention.is_some())
    };
    let left_out = abridge::left_out(sources, &survey, is_compiled);
    Ok(Library { units, left_out })
}

fn library_units(core: &Program, sources: &Sources) -> Vec<LibraryUnit> {
    let fingerprints = core::Fingerprints::new(core);
    let conventions = emit::conventions(core, sources);
    let emitted = emit::program(core, sources, &|_| false, false);
    let symbol = |f: &FunctionRef| core.function(*f).symbol.clone();
    let functions = |exported: &[FunctionRef]| {
        let all = exported
            .iter()
            .map(|f| (core.function(*f), conventions[f.0 as usize].clone()));
        let all = all.filter(|(function, _)| can_be_precompiled(function));
        let known = all.map(|(function, convention)| {
            let fingerprint = fingerprints.of(function);
            let known = Known {
                fingerprint,
                convention,
            };
            (function.symbol.clone(), known)
        });
        known.collect()
    };
    let units = emitted.into_iter().map(|unit| LibraryUnit {
        functions: functions(&unit.exported),
        unit: Unit {
            name: unit.name,
            text: unit.text,
            imported: unit.imported.iter().map(symbol).collect(),
        },
    });
    units.collect()
}

/// A closure with captures is made where its code is, and so is the guard around a body.
fn can_be_precompiled(function: &Function) -> bool {
    match &function.kind {
        Kind::Plain | Kind::Actor { .. } => true,
        Kind::Closure(captured) => captured.is_empty(),
        Kind::Guarded => false,
    }
}

/// E0048 for a program without `main`, when nothing else is wrong.
pub(crate) fn require_main(hir: &hir::Program, diagnostics: &mut Diagnostics) {
    if hir.main.is_some() || diagnostics.any_error() {
        return;
    }
    diagnostics.push(Diagnostic {
        code: Code::E0048,
        severity: Severity::Error,
        message: "the program has no `fn main`".into(),
        labels: Vec::new(),
        help: Some(
            "a program begins in `fn main() do … end`, in `main.snow` or the file that is named"
                .into(),
        ),
        edits: Vec::new(),
    });
}

/// E0048 for a `main` with parameters. Nothing more is said about it: what it does with them has no
/// meaning.
pub(crate) fn refuse_parameters(hir: &hir::Program, diagnostics: &mut Diagnostics) {
    if hir.main.is_some() {
        return;
    }
    let is_main = |function: &&hir::Function| {
        &*function.name == "main" && &*hir.modules[function.module.index()].unique == "Main"
    };
    let Some(main) = hir.functions.iter().find(is_main) else {
        return;
    };
    let report = Diagnostic::error(Code::E0048, main.name_span, "`main` takes no parameters");
    let help = "what stands behind the program on the command line is `Env.args()`";
    diagnostics.push(report.help(help));
    for clause in &main.clauses {
        diagnostics.distrust(clause.body.span);
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
