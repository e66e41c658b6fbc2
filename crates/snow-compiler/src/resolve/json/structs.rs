//! Structs: one object, a member for each field.

use crate::ast::{Block, Derive, Expr, ExprKind, Ident, Item, Statement, StructItem};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};

use super::keys::Keys;
use super::options::{Meaning, Options};
use super::{both, library, ok, opened, pair, read, reads, receiver, w, Member};

/// The two impls of a struct.
pub(super) fn impls(def: &StructItem, derive: &Derive, diagnostics: &mut Diagnostics) -> [Item; 2] {
    let span = derive.name.span;
    let meaning = |path: &[&str]| match path {
        [name] if def.fields.iter().any(|f| *f.name.name == **name) => Meaning::Field,
        _ => Meaning::Nothing(format!("name a field of `{}`", def.name.name)),
    };
    let options = Options::of(derive, meaning, diagnostics);
    if let Some((_, at)) = options.tag {
        let message = "a struct has no tag";
        let help = "only variants of a sum type need one";
        diagnostics.push(Diagnostic::error(Code::E0028, at, message).help(help));
    }
    let mut members = Vec::new();
    let mut keys = Keys::new("field");
    for (index, field) in def.fields.iter().enumerate() {
        let field = &field.name;
        let path = [&*field.name];
        let key = options.key(&path).unwrap_or_else(|| field.name.clone());
        keys.take(&key, field, diagnostics);
        members.push(Member {
            key,
            local: format!("%{index}"),
            default: options.default(&path),
        });
    }
    let value = |name: &Ident| Expr {
        kind: ExprKind::Field {
            base: Box::new(receiver(span)),
            name: name.clone(),
        },
        span,
    };
    let pairs = members.iter().zip(&def.fields);
    let pairs = pairs.map(|(member, field)| pair(&member.key, value(&field.name), span));
    let write = library("object", vec![w::list(pairs.collect(), span)], span);
    let fields = members.iter().zip(&def.fields);
    let fields = fields.map(|(member, field)| (field.name.clone(), member.value(span)));
    let built = Expr {
        kind: ExprKind::Struct {
            path: w::path(&["Self"], span),
            fields: fields.collect(),
        },
        span,
    };
    let mut statements = vec![opened(span)];
    statements.extend(reads(&members, span, |_, member| read(member, span)));
    statements.push(Statement::Expr(ok(built, span)));
    let read = Block { statements, span };
    both((&def.name, &def.generics), w::block(write), read, span)
}
