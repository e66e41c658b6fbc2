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

/// The example for a value that is indexed.
pub(super) const INDEXED: &str = "List<Int>";

impl Infer<'_, '_> {
    /// The type that a value of such a name has in most programs of its kind.
    fn usual_type(&self, name: &str, place: Span) -> Option<String> {
        let file = self
            .program
            .modules
            .iter()
            .find(|module| module.file == place.file)?;
        let speaks_of = |module: &str| file.text.contains(&format!("{module}."));
        let (ty, modules): (&str, &[&str]) = match name {
            "conn" | "connection" | "ws" | "socket" => ("Conn", &["Ws"]),
            "req" | "request" => ("Request", &["Http", "Ws"]),
            "msg" | "message" => ("Message", &["Ws"]),
            _ => return None,
        };
        let mut spoken = modules.iter().filter(|module| speaks_of(module));
        match (spoken.next(), spoken.next()) {
            (Some(module), None) => Some(format!("{module}.{ty}")),
            _ => None,
        }
    }

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
        let named = search.named.filter(|_| example != INDEXED);
        let usual = named.and_then(|local| self.usual_type(name(local), place));
        let example = usual.as_deref().unwrap_or(example);
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
