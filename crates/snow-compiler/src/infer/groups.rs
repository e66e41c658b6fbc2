//! Which functions must be inferred together, and in which order.
//!
//! Strongly connected components of the graph of uses (Tarjan, "Depth-first search and linear graph
//! algorithms", 1972), without recursion because a chain of calls may be long. A method call is an
//! edge to every function that it may turn out to mean: its real target is known only once types
//! are.

use rustc_hash::FxHashMap;

use crate::graph;
use crate::hir::{Expr, ExprId, ExprKind, FnId, ModuleId, Program};
use crate::source::Name;

/// Free functions and methods of interfaces.
type Names<'n> = (
    &'n FxHashMap<(ModuleId, Name), Vec<FnId>>,
    &'n FxHashMap<Name, Vec<FnId>>,
);

/// Groups of functions, callees before callers. `known` are the functions that method calls mean,
/// where that is known. The first `finished` functions need no others and are in no group.
pub(super) fn of(
    program: &Program,
    (by_name, of_interfaces): Names,
    known: &FxHashMap<ExprId, FnId>,
    finished: usize,
) -> Vec<Vec<FnId>> {
    let mut methods: FxHashMap<(&str, usize), Vec<FnId>> = FxHashMap::default();
    let free = by_name
        .iter()
        .filter(|((module, _), _)| may_have_methods(program, *module))
        .map(|((_, name), list)| (name, list));
    for (name, list) in free.chain(of_interfaces) {
        for id in list {
            let function = &program.functions[id.index()];
            let visible = function.arity - usize::from(function.has_self_pid);
            methods.entry((name, visible)).or_default().push(*id);
        }
    }
    for list in methods.values_mut() {
        list.sort_unstable();
    }
    let edges: Vec<Vec<usize>> = program
        .functions
        .iter()
        .enumerate()
        .map(|(index, function)| {
            if index < finished {
                return Vec::new();
            }
            let mut uses = Uses {
                program,
                in_library: program.modules[function.module.index()].is_stdlib,
                methods: &methods,
                known,
                found: Vec::new(),
            };
            for clause in &function.clauses {
                clause.children(&mut |child| uses.expr(child));
            }
            if let Some(terminate) = &function.terminate {
                uses.expr(terminate);
            }
            uses.found
        })
        .collect();
    graph::components(&edges)
        .into_iter()
        .filter(|group| group[0] >= finished)
        .map(|group| group.into_iter().map(|i| FnId(i as u32)).collect())
        .collect()
}

/// A free function is a method of a type of its module; those of built-in types stand in modules of
/// the library.
fn may_have_methods(program: &Program, module: ModuleId) -> bool {
    let has_type = || program.types.iter().any(|def| def.module == module);
    program.modules[module.index()].is_stdlib || has_type()
}

/// Collects the functions that a body uses.
struct Uses<'m> {
    program: &'m Program,
    in_library: bool,
    methods: &'m FxHashMap<(&'m str, usize), Vec<FnId>>,
    known: &'m FxHashMap<ExprId, FnId>,
    found: Vec<usize>,
}

impl Uses<'_> {
    fn method(&mut self, at: ExprId, name: &str, arguments: usize) {
        if let Some(id) = self.known.get(&at) {
            return self.found.push(id.index());
        }
        let list = self.methods.get(&(name, arguments + 1));
        for id in list.into_iter().flatten() {
            let function = &self.program.functions[id.index()];
            // The library knows no type and no interface of a program.
            let is_visible = self.program.modules[function.module.index()].is_stdlib;
            if is_visible || !self.in_library {
                self.found.push(id.index());
            }
        }
    }

    fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Function(id) => self.found.push(id.index()),
            ExprKind::MethodCall { name, args, .. } => self.method(e.id, name, args.len()),
            ExprKind::Index { .. } => self.method(e.id, "get", 1),
            _ => {}
        }
        e.children(&mut |child| self.expr(child));
    }
}
