//! What stands directly inside of an expression: the one walk over the forms of `hir`. A stage that
//! looks for something matches the forms that it is about and leaves the way to all others to this.

use super::{Clause, Expr, ExprKind, Part, Pat, PatKind, Statement};

impl Expr {
    /// Calls `visit` for each expression directly inside, in source order. Guards of clauses and
    /// sizes in bit patterns are among them.
    pub fn children<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Interpolation(parts) => {
                for part in parts {
                    match part {
                        Part::Text(_) => {}
                        Part::Expr(inner) => visit(inner),
                    }
                }
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(visit),
            ExprKind::Map(pairs) => pairs.iter().flat_map(|(k, v)| [k, v]).for_each(visit),
            ExprKind::Range(left, right) | ExprKind::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::Struct { fields, .. } => fields.iter().for_each(|(_, value)| visit(value)),
            ExprKind::Update { base, fields } => {
                visit(base);
                fields.iter().for_each(|(_, _, value)| visit(value));
            }
            ExprKind::Bits(segments) => {
                for segment in segments {
                    visit(&segment.value);
                    segment.size.iter().for_each(&mut *visit);
                }
            }
            ExprKind::Unary(_, inner)
            | ExprKind::Try(inner)
            | ExprKind::Member { base: inner, .. } => visit(inner),
            ExprKind::Assert {
                condition, message, ..
            } => {
                visit(condition);
                message.iter().for_each(|message| visit(message));
            }
            ExprKind::Call {
                callee: first,
                args,
            }
            | ExprKind::Spawn { actor: first, args }
            | ExprKind::MethodCall {
                base: first, args, ..
            } => {
                visit(first);
                args.iter().for_each(visit);
            }
            ExprKind::Index { base, index } => {
                visit(base);
                visit(index);
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                visit(condition);
                visit(then);
                otherwise.iter().for_each(|inner| visit(inner));
            }
            ExprKind::Case { subject, arms } => {
                visit(subject);
                arms.iter().for_each(|arm| arm.children(visit));
            }
            ExprKind::Closure { clauses, .. } => {
                clauses.iter().for_each(|clause| clause.children(visit));
            }
            ExprKind::While { condition, body } => {
                visit(condition);
                visit(body);
            }
            ExprKind::For {
                pattern,
                of_pairs: _,
                iterable,
                filter,
                body,
            } => {
                pattern.sizes(visit);
                visit(iterable);
                filter.iter().for_each(|inner| visit(inner));
                visit(body);
            }
            ExprKind::Return(value) => value.iter().for_each(|inner| visit(inner)),
            ExprKind::Send { to, message } => {
                visit(to);
                visit(message);
            }
            ExprKind::Receive { arms, after } => {
                arms.iter().for_each(|arm| arm.children(visit));
                if let Some((time, body)) = after {
                    visit(time);
                    visit(body);
                }
            }
            ExprKind::Block(statements) => {
                for statement in statements {
                    match statement {
                        Statement::Let { pattern, value, .. } => {
                            pattern.sizes(visit);
                            visit(value);
                        }
                        Statement::Expr(inner) => visit(inner),
                    }
                }
            }
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Unit
            | ExprKind::String(_)
            | ExprKind::Local(_)
            | ExprKind::Function(_)
            | ExprKind::Constructor { .. }
            | ExprKind::Break
            | ExprKind::Continue
            | ExprKind::SelfPid
            | ExprKind::Error => {}
        }
    }
}

impl Clause {
    /// The same for a clause: sizes in its patterns, its guard, its body.
    pub fn children<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        self.patterns
            .iter()
            .for_each(|pattern| pattern.sizes(visit));
        self.guard.iter().for_each(&mut *visit);
        visit(&self.body);
    }
}

impl Pat {
    /// Calls `visit` for the size of each segment of a bit pattern, the only expressions that a
    /// pattern holds.
    pub fn sizes<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            PatKind::As(inner, _) => inner.sizes(visit),
            PatKind::Tuple(items)
            | PatKind::Or(items)
            | PatKind::Constructor { args: items, .. } => {
                items.iter().for_each(|item| item.sizes(visit));
            }
            PatKind::Cons(head, tail) => {
                head.sizes(visit);
                tail.sizes(visit);
            }
            PatKind::Bits(segments) => segments.iter().flat_map(|s| &s.size).for_each(visit),
            PatKind::Wildcard
            | PatKind::Bind(_)
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Nil
            | PatKind::Error => {}
        }
    }
}
