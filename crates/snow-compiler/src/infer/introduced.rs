//! Where a type that nothing says is to be written: the `let` or the parameter that a place is about.

use crate::hir::{Expr, ExprKind, LocalId, Pat, PatKind, Statement};
use crate::source::{Name, Span};

use super::Infer;

/// What is looked for in a function.
struct Search {
    place: Span,
    /// The innermost `let` around the place.
    around: Option<LocalId>,
    /// The name that stands at the place.
    named: Option<LocalId>,
    /// Names that a `let` binds.
    bound: Vec<LocalId>,
}

impl Search {
    fn look(&mut self, expr: &Expr) {
        if let ExprKind::Local(local) = &expr.kind {
            if expr.span == self.place {
                self.named = Some(*local);
            }
        }
        if let ExprKind::Block(statements) = &expr.kind {
            for statement in statements {
                match statement {
                    Statement::Let { pattern, value, .. } => self.look_at_let(pattern, value),
                    Statement::Expr(_) => {}
                }
            }
        }
        expr.children(&mut |inner| self.look(inner));
    }

    fn look_at_let(&mut self, pattern: &Pat, value: &Expr) {
        let PatKind::Bind(local) = pattern.kind else {
            return;
        };
        self.bound.push(local);
        if value.span.start <= self.place.start && self.place.end <= value.span.end {
            self.around = Some(local);
        }
    }
}

impl Infer<'_, '_> {
    /// How the type of what stands at `place` is written, with `example` as the type.
    pub(super) fn where_to_write(&self, place: Span, example: &str) -> String {
        let mut search = Search {
            place,
            around: None,
            named: None,
            bound: Vec::new(),
        };
        let functions = self.program.functions.iter();
        for clause in functions.flat_map(|function| &function.clauses) {
            if clause.span.file == place.file {
                search.look(&clause.body);
            }
        }
        let name = |local: LocalId| -> &Name { &self.program.locals[local.index()].name };
        match (search.named, search.around) {
            (Some(local), _) if !search.bound.contains(&local) => {
                format!(
                    "write its type where it is introduced: `{} :: {example}`",
                    name(local)
                )
            }
            (Some(local), _) | (None, Some(local)) => {
                format!("write the type: `let {} :: {example} = …`", name(local))
            }
            (None, None) => format!("write the type: `let value :: {example} = …`"),
        }
    }
}
