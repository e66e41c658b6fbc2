//! The roots of the library when it is compiled on its own, ahead of any program.

use rustc_hash::FxHashSet;

use super::Lowering;
use crate::hir::{self, Expr, ExprKind, FnId, FunctionKind, Role};

impl Lowering<'_> {
    /// Asks for every function of the library that has no type parameters. What programs may name
    /// is exported, and so is what a function with type parameters mentions, because its instances
    /// are compiled with programs. A function that is forgotten here costs time and nothing else:
    /// the program that needs it compiles its own copy.
    pub(super) fn library_roots(&mut self) {
        let mentioned = mentioned_by_generic(self.hir, |id| self.is_generic(id));
        for (index, def) in self.hir.functions.iter().enumerate() {
            let id = FnId(index as u32);
            let has_code = match def.kind {
                FunctionKind::Plain | FunctionKind::Actor => true,
                FunctionKind::Test | FunctionKind::Extern(_) => false,
            };
            if !has_code || self.is_generic(id) {
                continue;
            }
            let reference = self.instance(id, &[]);
            let is_method = match def.role {
                Role::Impl(..) => true,
                Role::Free | Role::Interface(..) => false,
            };
            self.program.functions[reference.0 as usize].exported =
                def.is_public || is_method || mentioned.contains(&id);
        }
    }

    /// A scheme has an entry for each type parameter.
    fn is_generic(&self, id: FnId) -> bool {
        !self.typed.scheme[id.index()].bounds.is_empty()
    }
}

/// Functions that are named in bodies with type parameters.
fn mentioned_by_generic(hir: &hir::Program, is_generic: impl Fn(FnId) -> bool) -> FxHashSet<FnId> {
    let mut found = FxHashSet::default();
    let generic = (0..hir.functions.len()).filter(|at| is_generic(FnId(*at as u32)));
    for def in generic.map(|at| &hir.functions[at]) {
        let bodies = def.terminate.iter();
        bodies.for_each(|body| mentioned_in(body, &mut found));
        for clause in &def.clauses {
            clause.children(&mut |child| mentioned_in(child, &mut found));
        }
    }
    found
}

fn mentioned_in(expr: &Expr, found: &mut FxHashSet<FnId>) {
    if let ExprKind::Function(id) = &expr.kind {
        found.insert(*id);
    }
    expr.children(&mut |child| mentioned_in(child, found));
}
