//! W0012: values that are made and go nowhere. Values never change, so whoever comes from a language
//! in which they do loses what `Map.put(map, key, value)` answers; and an `if` without `else` that
//! makes an answer is meant to be the end of its function.
//!
//! Only what does nothing but make a value counts: literals, constructors, updates, operators, and
//! calls of those modules of the library that have no effects.

use super::{every_expr, Warnings};
use crate::ast::BinaryOp;
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprKind, FnId, Function, Program, Statement};
use crate::types::{Ty, Typed};

/// Modules of the library whose functions make values only, unless they are given a function.
const PURE: &[&str] = &[
    "Bytes", "Float", "Http", "Int", "Json", "List", "Map", "Math", "Queue", "Range", "Set",
    "String", "Tuple",
];

/// Types of the library that say how something is to run, and that functions answer changed.
const SETTINGS: &[&str] = &["Router", "WsHandler", "WsRoute"];

pub(super) fn check(
    program: &Program,
    typed: &Typed,
    function: &Function,
    warnings: &mut Warnings,
) {
    let mut values = Values {
        program,
        typed,
        warnings,
    };
    every_expr(function, &mut |expr| match &expr.kind {
        ExprKind::Block(statements) => {
            let before = statements.split_last().map(|(_, before)| before);
            for statement in before.into_iter().flatten() {
                if let Statement::Expr(inner) = statement {
                    values.dropped(inner, false);
                }
            }
        }
        ExprKind::While { body, .. } => values.dropped(body, false),
        ExprKind::If {
            then,
            otherwise: None,
            ..
        } => values.dropped(then, true),
        _ => {}
    });
}

struct Values<'p, 'w> {
    program: &'p Program,
    typed: &'p Typed,
    warnings: &'w mut Warnings,
}

impl Values<'_, '_> {
    /// Looks at what gives the value of an expression in the end. `in_branch`: it is the end of an
    /// `if` without `else`, which looks like the end of a function.
    fn dropped(&mut self, expr: &Expr, in_branch: bool) {
        match &expr.kind {
            ExprKind::Block(statements) => {
                if let Some(Statement::Expr(last)) = statements.last() {
                    self.dropped(last, in_branch);
                }
            }
            // Where one arm does something, another may give the value that its type asks for.
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } if self.all_make_values(expr) => {
                self.dropped(then, in_branch);
                self.dropped(otherwise, in_branch);
            }
            ExprKind::Case { arms, .. } if self.all_make_values(expr) => {
                arms.iter()
                    .for_each(|arm| self.dropped(&arm.body, in_branch));
            }
            _ if self.only_makes_a_value(expr) => self.report(expr, in_branch),
            _ => {}
        }
    }

    fn all_make_values(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Block(statements) => match statements.last() {
                Some(Statement::Expr(last)) => self.all_make_values(last),
                Some(Statement::Let { .. }) | None => false,
            },
            ExprKind::If {
                then,
                otherwise: Some(otherwise),
                ..
            } => self.all_make_values(then) && self.all_make_values(otherwise),
            ExprKind::Case { arms, .. } => arms.iter().all(|arm| self.all_make_values(&arm.body)),
            _ => self.only_makes_a_value(expr),
        }
    }

    fn report(&mut self, expr: &Expr, in_branch: bool) {
        let help = match in_branch {
            true => {
                "an `if` without `else` answers `()`: write `return` in front to end the \
                     function with this value, or give the `if` an `else`"
            }
            false => "values never change: take what comes back with `let`, or take this out",
        };
        let warning = Diagnostic::warning(Code::W0012, expr.span, "this value goes nowhere");
        self.warnings.push(warning.help(help));
    }

    fn only_makes_a_value(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::String(_)
            | ExprKind::Interpolation(_)
            | ExprKind::Constructor { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::Range(..)
            | ExprKind::Struct { .. }
            | ExprKind::Update { .. }
            | ExprKind::Bits(_)
            | ExprKind::Unary(..)
            | ExprKind::Closure { .. } => true,
            // `is_ready and start()` runs what stands on the right.
            ExprKind::Binary { op, .. } => !matches!(op, BinaryOp::And | BinaryOp::Or),
            ExprKind::Call { callee, .. } => match callee.kind {
                ExprKind::Constructor { .. } => true,
                ExprKind::Function(id) => self.is_pure(id),
                _ => false,
            },
            ExprKind::MethodCall { .. } => {
                let method = self.typed.method.get(&expr.id);
                method.is_some_and(|id| self.is_pure(*id))
            }
            _ => false,
        }
    }

    /// A function of the library that makes a value of what it gets.
    fn is_pure(&self, id: FnId) -> bool {
        let function = &self.program.functions[id.index()];
        let module = &self.program.modules[function.module.index()];
        let takes_function = |ty: &Option<Ty>| matches!(ty, Some(Ty::Fun(..)));
        if module.is_stdlib && self.makes_setting(&function.result) {
            return true;
        }
        module.is_stdlib
            && PURE.contains(&&*module.name)
            && !function.annotations.iter().any(takes_function)
            && self.answers_data(&module.name, function)
    }

    /// Whether it answers a router or a handler: a new one, which calls none of the functions that it
    /// is given.
    fn makes_setting(&self, result: &Option<Ty>) -> bool {
        match result {
            Some(Ty::Con(id, _)) => {
                let def = &self.program.types[id.index()];
                let is_library = self.program.modules[def.module.index()].is_stdlib;
                is_library && SETTINGS.contains(&&**def.written_name())
            }
            Some(
                Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error,
            )
            | None => false,
        }
    }

    /// Not `()` and no `Result`, which has a warning of its own; of `Http` the responses alone.
    fn answers_data(&self, module: &str, function: &Function) -> bool {
        match &function.result {
            Some(Ty::Con(id, _)) if module == "Http" => {
                *self.program.types[id.index()].name == *"Response"
            }
            Some(Ty::Con(id, _)) => Some(*id) != self.program.lang.result,
            Some(Ty::Tuple(parts)) => !parts.is_empty(),
            Some(Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error) | None => false,
        }
    }
}
