//! Top-level `let`: the value is put in the place of each use.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Clause, Expr, ExprKind, FnId, Function, FunctionKind, ModuleId};
use crate::source::{Name, Span};

use super::body::Body;
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// The value of a constant, as seen from its own module.
    pub(super) fn constant(&mut self, module: ModuleId, name: &Name, span: Span) -> Expr {
        let Some(entry) = self.scopes[module.index()].constants.get(name).copied() else {
            return self.error_expr(span);
        };
        let key = (module, name.clone());
        if self.circular.contains(&key) {
            return self.error_expr(span);
        }
        if let Some(start) = self.inlining.iter().position(|outer| *outer == key) {
            self.report_circle(start);
            return self.error_expr(span);
        }
        self.inlining.push(key);
        let body = Body {
            module: Some(module),
            ..Body::default()
        };
        let value = self.in_body(body, |r| {
            let value = r.expression(entry.value);
            r.annotated(value, entry.annotation)
        });
        self.inlining.pop();
        value
    }

    /// E0043, once for all constants from number `start` of those that are being put in on.
    fn report_circle(&mut self, start: usize) {
        let circle = self.inlining[start..].to_vec();
        let mut places: Vec<(Span, Name)> = circle
            .iter()
            .filter_map(|(module, name)| {
                let entry = self.scopes[module.index()].constants.get(name)?;
                Some((entry.span, name.clone()))
            })
            .collect();
        self.circular.extend(circle);
        let names: Vec<String> = places.iter().map(|(_, name)| format!("`{name}`")).collect();
        let message = match &names[..] {
            [only] => format!("constant {only} needs its own value"),
            several => format!(
                "constants need each other's values: {}",
                several.join(" → ")
            ),
        };
        let (first, _) = places.remove(0);
        let mut report = Diagnostic::error(Code::E0043, first, message);
        for (place, name) in places {
            report = report.also(place, format!("`{name}` is one of them"));
        }
        let help = "give one of them a value that needs none of the others, or write a function";
        self.diagnostics.push(match names.len() {
            1 => report,
            _ => report.help(help),
        });
    }

    /// Gives each constant a function that is never called, so that its value is checked even
    /// if it is never used.
    pub(super) fn check_constants(&mut self, library_is_known: bool) {
        for index in 0..self.scopes.len() {
            if library_is_known && self.scopes[index].is_stdlib {
                continue;
            }
            let module = ModuleId(index as u32);
            let mut list: Vec<(Name, Span)> = self.scopes[index]
                .constants
                .iter()
                .map(|(name, c)| (name.clone(), c.span))
                .collect();
            list.sort_by_key(|(_, span)| span.start);
            for (name, span) in list {
                let body = self.constant(module, &name, span);
                if let Some(at) = effect_in(&body) {
                    self.report(
                        Code::E0043,
                        at,
                        format!(
                            "the value of constant `{name}` must not depend on when it is read"
                        ),
                    );
                }
                self.push_hidden(module, &name, span, body);
            }
        }
        for index in 0..self.scopes.len() {
            self.note_unused(ModuleId(index as u32));
        }
    }

    fn push_hidden(&mut self, module: ModuleId, name: &Name, span: Span, body: Expr) -> FnId {
        let clause = Clause {
            patterns: Vec::new(),
            guard: None,
            body,
            span,
        };
        self.out.functions.push(Function {
            module,
            name: format!("%{name}").into(),
            kind: FunctionKind::Plain,
            role: crate::hir::Role::Free,
            is_public: false,
            generics: Vec::new(),
            has_self_pid: false,
            arity: 0,
            annotations: Vec::new(),
            result: None,
            clauses: vec![clause],
            terminate: None,
            span,
            name_span: span,
        });
        FnId(self.out.functions.len() as u32 - 1)
    }
}

/// A form that only makes sense while a program runs, anywhere in the value; what a closure does
/// happens where it is called.
fn effect_in(value: &Expr) -> Option<Span> {
    let runs = matches!(
        value.kind,
        ExprKind::Spawn { .. }
            | ExprKind::Send { .. }
            | ExprKind::SelfPid
            | ExprKind::Receive { .. }
            | ExprKind::Return(_)
            | ExprKind::Try(_)
            | ExprKind::Assert { .. }
    );
    if runs {
        return Some(value.span);
    }
    if matches!(value.kind, ExprKind::Closure { .. }) {
        return None;
    }
    let mut found = None;
    value.children(&mut |child| found = found.or_else(|| effect_in(child)));
    found
}
