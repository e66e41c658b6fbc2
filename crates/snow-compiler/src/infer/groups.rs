//! Which functions must be inferred together, and in which order.
//!
//! Strongly connected components of the graph of uses (Tarjan, "Depth-first search and linear graph
//! algorithms", 1972), without recursion because a chain of calls may be long. A method call is an
//! edge to every function that it may turn out to mean: its real target is known only once types
//! are.

use std::collections::HashMap;

use crate::hir::{Expr, ExprId, ExprKind, FnId, ModuleId, Program, Role};
use crate::source::Name;

/// Groups of functions, callees before callers. `known` are the functions that method calls mean,
/// where that is known.
pub(super) fn of(
    program: &Program,
    by_name: &HashMap<(ModuleId, Name), Vec<FnId>>,
    of_interfaces: &HashMap<Name, Vec<FnId>>,
    known: &HashMap<ExprId, FnId>,
) -> Vec<Vec<FnId>> {
    let mut methods: HashMap<(&str, usize), Vec<FnId>> = HashMap::new();
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
        .map(|function| {
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
    components(&edges)
        .into_iter()
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
    methods: &'m HashMap<(&'m str, usize), Vec<FnId>>,
    known: &'m HashMap<ExprId, FnId>,
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
            // The library knows no type of a program.
            let is_visible = self.program.modules[function.module.index()].is_stdlib;
            if is_visible || !self.in_library || function.role != Role::Free {
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

const UNSEEN: usize = usize::MAX;

fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let count = edges.len();
    let (mut index, mut low) = (vec![UNSEEN; count], vec![0; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut groups, mut next) = (Vec::new(), Vec::new(), 0);
    for start in 0..count {
        if index[start] != UNSEEN {
            continue;
        }
        let mut trail = vec![(start, 0)];
        while let Some((node, edge)) = trail.pop() {
            if edge == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&target) = edges[node].get(edge) {
                trail.push((node, edge + 1));
                if index[target] == UNSEEN {
                    trail.push((target, 0));
                } else if on_stack[target] {
                    low[node] = low[node].min(index[target]);
                }
                continue;
            }
            if let Some((parent, _)) = trail.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == index[node] {
                let from = stack.iter().rposition(|n| *n == node).unwrap_or(0);
                let mut group = stack.split_off(from);
                group.iter().for_each(|n| on_stack[*n] = false);
                group.sort_unstable();
                groups.push(group);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn callees_come_first_and_circles_together() {
        let edges = vec![vec![1], vec![2], vec![1, 3], vec![]];
        assert_eq!(components(&edges), vec![vec![3], vec![1, 2], vec![0]]);
    }
}
