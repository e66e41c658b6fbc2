//! Expressions: one case for each form of the grammar; longer ones live in files of their own.

use crate::ast::{BinaryOp, BitSegment, Expr as Ast, ExprKind as Form, StringPart};
use crate::diagnostics::Code;
use crate::hir::{Expr, ExprKind, Meaning, Part, Segment};
use crate::source::{Name, Span};

use super::paths::Dotted;
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// Resolves one expression.
    pub(super) fn expression(&mut self, e: &'a Ast) -> Expr {
        let span = e.span;
        let kind = match &e.kind {
            Form::Int(value) => ExprKind::Int(*value),
            Form::Float(value) => ExprKind::Float(*value),
            Form::Bool(value) => ExprKind::Bool(*value),
            Form::Unit => ExprKind::Unit,
            Form::Error => ExprKind::Error,
            Form::String(parts) => self.string(parts),
            Form::Name(name) => return self.name(name),
            Form::SelfValue => {
                if let Some(local) = self.find_local(&"self".into()) {
                    self.mention(&"self".into(), span, Meaning::Local(local));
                    return self.expr(ExprKind::Local(local), span);
                }
                let help = "write `self()` for the pid of the actor; `self` alone is for methods";
                self.report_with_help(
                    Code::E0004,
                    span,
                    "`self` has no meaning here".into(),
                    Some(help.into()),
                );
                ExprKind::Error
            }
            Form::Tuple(items) if items.len() == 1 => return self.expression(&items[0]),
            Form::Tuple(items) if items.is_empty() => ExprKind::Unit,
            Form::Tuple(items) => ExprKind::Tuple(self.list(items)),
            Form::List(items) => ExprKind::List(self.list(items)),
            Form::Map(pairs) => ExprKind::Map(
                pairs
                    .iter()
                    .map(|(k, v)| (self.expression(k), self.expression(v)))
                    .collect(),
            ),
            Form::Update { base, fields } => return self.update(base, fields, span),
            Form::Struct { path, fields } => return self.struct_literal(path, fields, span),
            Form::Bits(segments) => ExprKind::Bits(segments.iter().map(|s| self.bits(s)).collect()),
            Form::Unary { op, operand } => ExprKind::Unary(*op, Box::new(self.expression(operand))),
            Form::Binary {
                op,
                left,
                right,
                op_span,
            } => {
                let left = Box::new(self.expression(left));
                let right = Box::new(self.expression(right));
                match op {
                    BinaryOp::Range => ExprKind::Range(left, right),
                    BinaryOp::Or
                    | BinaryOp::And
                    | BinaryOp::Eq
                    | BinaryOp::Ne
                    | BinaryOp::Lt
                    | BinaryOp::Gt
                    | BinaryOp::Le
                    | BinaryOp::Ge
                    | BinaryOp::Join
                    | BinaryOp::Concat
                    | BinaryOp::Add
                    | BinaryOp::Sub
                    | BinaryOp::Mul
                    | BinaryOp::Div
                    | BinaryOp::Rem => ExprKind::Binary {
                        op: *op,
                        left,
                        right,
                        op_span: *op_span,
                    },
                }
            }
            Form::Pipe { left, right } => return self.pipe(left, right, span),
            Form::Call { callee, args } => {
                return self.call(callee, &args.iter().collect::<Vec<_>>(), span)
            }
            Form::Field { base, name } => match self.dotted(base, name, None) {
                Dotted::Value(found) => return self.found(found, &name.name, span, None),
                Dotted::Wrong => ExprKind::Error,
                Dotted::Member => {
                    let base = Box::new(self.expression(base));
                    ExprKind::Member {
                        base,
                        name: name.name.clone(),
                        name_span: name.span,
                    }
                }
            },
            Form::Index { base, index } => {
                let base = Box::new(self.expression(base));
                ExprKind::Index {
                    base,
                    index: Box::new(self.expression(index)),
                }
            }
            Form::Try(inner) => ExprKind::Try(Box::new(self.expression(inner))),
            Form::If {
                condition,
                then,
                otherwise,
            } => return self.if_(condition, then, otherwise.as_ref(), span),
            Form::Case { subject, arms } => return self.case(subject, arms, span),
            Form::Closure { clauses } => return self.closure(clauses, span),
            Form::While { condition, body } => return self.while_(condition, body, span),
            Form::For {
                binding,
                iterable,
                filter,
                body,
            } => return self.for_(binding, iterable, filter.as_deref(), body, span),
            Form::Break => return self.jump(ExprKind::Break, span),
            Form::Continue => return self.jump(ExprKind::Continue, span),
            Form::Return(value) => {
                ExprKind::Return(value.as_ref().map(|v| Box::new(self.expression(v))))
            }
            Form::Spawn(args) => return self.spawn(&args.iter().collect::<Vec<_>>(), span),
            Form::Send(args) => return self.send(&args.iter().collect::<Vec<_>>(), span),
            Form::Link(args) => return self.link(&args.iter().collect::<Vec<_>>(), span),
            Form::SelfPid => return self.self_pid(span),
            Form::Receive { arms, after } => return self.receive(arms, after.as_ref(), span),
            Form::Assert {
                condition,
                message,
                text,
            } => ExprKind::Assert {
                condition: Box::new(self.expression(condition)),
                message: message.as_ref().map(|m| Box::new(self.expression(m))),
                text: text.clone(),
            },
        };
        self.expr(kind, span)
    }

    fn list(&mut self, items: &'a [Ast]) -> Vec<Expr> {
        items.iter().map(|item| self.expression(item)).collect()
    }

    /// A string of nothing but text is one constant.
    fn string(&mut self, parts: &'a [StringPart]) -> ExprKind {
        let mut text = String::new();
        for part in parts {
            match part {
                StringPart::Text(t) => text.push_str(t),
                StringPart::Expr(_) => return ExprKind::Interpolation(self.parts(parts)),
            }
        }
        ExprKind::String(Name::from(text))
    }

    fn parts(&mut self, parts: &'a [StringPart]) -> Vec<Part> {
        let part = |part: &'a StringPart| match part {
            StringPart::Text(text) => Part::Text(text.clone()),
            StringPart::Expr(e) => Part::Expr(self.expression(e)),
        };
        parts.iter().map(part).collect()
    }

    fn bits(&mut self, segment: &'a BitSegment<Ast>) -> Segment<Expr> {
        let value = self.expression(&segment.value);
        let size = segment.size.as_ref().map(|size| self.expression(size));
        let span: Span = segment.span;
        Segment {
            value,
            size,
            kind: segment.kind,
            little: segment.little,
            span,
        }
    }
}
