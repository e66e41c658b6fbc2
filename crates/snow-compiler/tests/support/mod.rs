//! What the runners of cases share: a case together with the core of the standard library.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use snow_compiler::analysis::{check_among, Parsed};
use snow_compiler::ast::Module;
use snow_compiler::diagnostics::{Diagnostic, Diagnostics};
use snow_compiler::pipeline::{compile_with, Compiled, Mode, Options, Output, STACK};
use snow_compiler::source::{FileId, Sources};

/// The allocator of `snowc`: a quarter of the time would go into the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What has been parsed, with the number of the cases' own files, which decides how those of the
/// library behind them are numbered. A check takes one out and puts it back: each test has a thread
/// of its own, and the next one need not begin anew.
static PARSED: Mutex<Vec<(usize, Parsed)>> = Mutex::new(Vec::new());

/// `pipeline::compile`, with a library that is parsed once for all cases.
pub(crate) fn compile(sources: &Sources, options: &Options) -> Compiled {
    with_parsed(sources, |parsed| {
        compile_with(sources, options, Some(parsed))
    })
}

/// What `work` makes with the stack that the compiler asks for.
pub(crate) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(STACK);
        let compiler = builder.spawn_scoped(scope, work).expect("a thread");
        compiler.join().expect("no panic")
    })
}

/// The C files of a program without errors, by their names.
pub(crate) fn units(case: &Sources, output: Output) -> BTreeMap<String, String> {
    let options = Options {
        mode: Mode::Program,
        dump: None,
        verify: output != Output::Nothing,
        precompiled: None,
        output,
    };
    let compiled = compile(&with_core(case), &options);
    let errors: Vec<_> = compiled.diagnostics.iter().map(|d| &d.message).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let units = compiled.units.into_iter();
    units.map(|unit| (unit.name, unit.text)).collect()
}

/// All modules of `sources` checked; what is known of the library is kept for the next case.
pub(crate) fn analyse(sources: &Sources, mode: Mode) -> Vec<Diagnostic> {
    with_parsed(sources, |parsed| {
        check_among(sources, mode, true, parsed).diagnostics
    })
}

/// What `work` makes of each item, in their order, on all cores. Each thread has the stack that the
/// compiler asks for.
pub(crate) fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let left = Mutex::new(items.iter().enumerate());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let done = Mutex::new(Vec::new());
    let run = || {
        while let Some((at, item)) = next() {
            let result = (at, work(item));
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push(result);
        }
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
        for _ in 0..cores {
            let builder = thread::Builder::new().stack_size(STACK);
            builder.spawn_scoped(scope, run).expect("a thread");
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// All files as they are parsed, those of the library once for all cases.
pub(crate) fn parsed(
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<(FileId, Arc<Module>)> {
    let files = sources.iter().map(|(file, _)| file).collect();
    with_parsed(sources, |parsed| {
        parsed.modules(sources, files, diagnostics)
    })
}

fn with_parsed<R>(sources: &Sources, work: impl FnOnce(&mut Parsed) -> R) -> R {
    let own = sources.iter().filter(|(_, source)| !source.is_stdlib);
    let own = own.count();
    let free = || PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = {
        let mut free = free();
        let at = free.iter().rposition(|(files, _)| *files == own);
        at.map(|at| free.swap_remove(at).1)
    };
    let mut parsed = taken.unwrap_or_default();
    let result = work(&mut parsed);
    free().push((own, parsed));
    result
}

/// The files of `case`, under their own ids, and behind them the modules of `stdlib/core` with those
/// that they are made of.
pub(crate) fn with_core(case: &Sources) -> Sources {
    with_folders(case, &[("core", ""), ("json", "Json."), ("time", "Time.")])
}

/// The same with the whole library.
pub(crate) fn with_library(case: &Sources) -> Sources {
    with_folders(
        case,
        &[
            ("core", ""),
            ("json", "Json."),
            ("time", "Time."),
            ("net", ""),
            ("http", "Http."),
            ("ops", "Ops."),
            ("redis", "Redis."),
            ("ws", "Ws."),
            ("", ""),
        ],
    )
}

/// The modules of folders of the library, each with what stands in front of their names.
fn with_folders(case: &Sources, folders: &[(&'static str, &str)]) -> Sources {
    static READ: Mutex<BTreeMap<&str, Arc<Sources>>> = Mutex::new(BTreeMap::new());
    let mut sources = case.clone();
    for (folder, prefix) in folders {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let files = read.entry(folder).or_insert_with(|| {
            let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
            let mut files = Sources::default();
            read_folder(
                &mut files,
                &library.join(folder),
                prefix,
                !folder.is_empty(),
            );
            Arc::new(files)
        });
        let files = Arc::clone(files);
        drop(read);
        for (_, file) in files.iter() {
            sources.share(file);
        }
    }
    sources
}

fn read_folder(files: &mut Sources, folder: &Path, prefix: &str, and_below: bool) {
    let entries = fs::read_dir(folder).expect("a folder of the library");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.sort();
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let module = format!("{prefix}{}", module_name(&stem));
        if path.is_dir() && and_below {
            read_folder(files, &path, &format!("{module}."), true);
        } else if path.extension().is_some_and(|e| e == "snow") {
            let text = fs::read_to_string(&path).expect("readable module");
            files.add(&path.to_string_lossy(), &module, true, &text);
        }
    }
}

pub(crate) fn module_name(file: &str) -> String {
    if file == "io" {
        return "IO".into();
    }
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    file.split('_').map(capital).collect()
}
