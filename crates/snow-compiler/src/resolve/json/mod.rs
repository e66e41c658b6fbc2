//! `deriving(Json)` to impls of `ToJson` and `FromJson`.
//!
//! In: structs and sums as parsed. Out: two impls for each that derives `Json`, made of calls of the
//! library's `Json.Convert`. Type parameters of the type are asked for the same interface. Promised:
//! keys of one object differ, and so do the texts that name variants; an option that breaks this is
//! reported (E0028). Never done here: looking at types of fields, but for `fields`.

mod fields;
mod keys;
mod options;
mod structs;
mod sums;

use crate::ast::{
    Arm, Block, Bound, Derive, Expr, ExprKind, FnItem, Ident, ImplItem, Item, ItemKind, Module,
    Param, Pattern, Statement,
};
use crate::diagnostics::Diagnostics;
use crate::source::{Name, Span};

use super::synth as w;

/// The standard library's module that the impls call.
const LIBRARY: &str = "%Json.Convert";

/// The parameter of `decode_json`.
const INPUT: &str = "%json";

/// The `Json` of a `deriving`.
fn derive_of(deriving: Option<&[Derive]>) -> Option<&Derive> {
    deriving?.iter().find(|d| &*d.name.name == "Json")
}

/// Adds the impls that the types of the file derive.
pub(super) fn expand(module: &mut Module, diagnostics: &mut Diagnostics) {
    let mut made = Vec::new();
    for item in &module.items {
        match &item.kind {
            ItemKind::Struct(def) => {
                if let Some(derive) = derive_of(def.deriving.as_deref()) {
                    made.extend(structs::impls(def, derive, diagnostics));
                }
            }
            ItemKind::Sum(sum) => {
                if let Some(derive) = derive_of(sum.deriving.as_deref()) {
                    made.extend(sums::impls(sum, derive, diagnostics));
                }
            }
            ItemKind::Fn(_)
            | ItemKind::Alias { .. }
            | ItemKind::Interface(_)
            | ItemKind::Impl(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. }
            | ItemKind::Extern(_)
            | ItemKind::ExternType { .. }
            | ItemKind::Let { .. } => {}
        }
    }
    module.items.append(&mut made);
}

/// A member of an object.
struct Member<'i> {
    key: Name,
    /// What holds the value.
    local: String,
    default: Option<&'i Expr>,
}

impl Member<'_> {
    /// What was read. A default of another type than the field's is reported where it stands.
    fn value(&self, span: Span) -> Expr {
        w::name(
            &self.local,
            self.default.map_or(span, |default| default.span),
        )
    }
}

/// `impl ToJson for Name<…>` and `impl FromJson for Name<…>`.
fn both((name, generics): (&Ident, &[Ident]), write: Block, read: Block, span: Span) -> [Item; 2] {
    // Under names of their own, a type of the module cannot be meant.
    let params: Vec<String> = generics.iter().map(|g| format!("%{}", g.name)).collect();
    let implementation = |interface: &str, method: FnItem| {
        let interface = w::path(&[LIBRARY, interface], span);
        let bounds = params.iter().map(|param| Bound {
            name: w::ident(param, span),
            interface: interface.clone(),
            arguments: Vec::new(),
        });
        let args = params
            .iter()
            .map(|p| w::named_type(w::path(&[p], span), Vec::new()));
        let target = w::named_type(w::path(&[&name.name], span), args.collect());
        let bounds = bounds.collect();
        let kind = ItemKind::Impl(ImplItem {
            interface,
            arguments: Vec::new(),
            target,
            bounds,
            methods: vec![item(ItemKind::Fn(method), span)],
        });
        item(kind, span)
    };
    let to_json = method("to_json", w::plain_param("self", None, span), write);
    let decode_json = method("decode_json", w::plain_param(INPUT, None, span), read);
    [
        implementation("ToJson", to_json),
        implementation("FromJson", decode_json),
    ]
}

fn item(kind: ItemKind, span: Span) -> Item {
    Item {
        kind,
        is_public: false,
        doc: None,
        span,
    }
}

fn method(name: &str, param: Param, body: Block) -> FnItem {
    FnItem {
        name: w::ident(name, body.span),
        generics: Vec::new(),
        params: vec![param],
        result: None,
        bounds: Vec::new(),
        guard: None,
        body,
        is_expression: false,
    }
}

fn library(function: &str, args: Vec<Expr>, span: Span) -> Expr {
    w::call(w::member(LIBRARY, function, span), args, span)
}

fn receiver(span: Span) -> Expr {
    Expr {
        kind: ExprKind::SelfValue,
        span,
    }
}

fn ok(value: Expr, span: Span) -> Expr {
    w::call(w::member("%Prelude", "Ok", span), vec![value], span)
}

fn case(subject: Expr, arms: Vec<Arm>, span: Span) -> Expr {
    let subject = Box::new(subject);
    Expr {
        kind: ExprKind::Case { subject, arms },
        span,
    }
}

/// `member("key", value)`.
fn pair(key: &Name, value: Expr, span: Span) -> Expr {
    library("member", vec![w::text(key, span), value], span)
}

/// `let pattern = call?`.
fn bound(pattern: Pattern, call: Expr, span: Span) -> Statement {
    Statement::Let {
        pattern,
        annotation: None,
        value: Expr {
            kind: ExprKind::Try(Box::new(call)),
            span,
        },
        span,
    }
}

/// `let %json = open(%json)?`.
fn opened(span: Span) -> Statement {
    let call = library("open", vec![w::name(INPUT, span)], span);
    bound(w::bind(INPUT, span), call, span)
}

/// `let %0 = field(%json, "key")?`, with the default in a closure where there is one.
fn read(member: &Member, span: Span) -> Statement {
    let mut args = vec![w::name(INPUT, span), w::text(&member.key, span)];
    let function = match member.default {
        None => "field",
        Some(default) => {
            let arm = Arm {
                params: Vec::new(),
                guard: None,
                body: w::block(default.clone()),
                span: default.span,
            };
            args.push(Expr {
                kind: ExprKind::Closure { clauses: vec![arm] },
                span: default.span,
            });
            "field_or"
        }
    };
    bound(
        w::bind(&member.local, span),
        library(function, args, span),
        span,
    )
}

/// Members that are read one after the other, up to which a struct is read as a whole.
const READ_TOGETHER: usize = 16;

/// Reads members into their locals. Whatever follows a member that cannot be read gives back those
/// before it, so many members are read in groups, each of which is one value for the others: code in
/// proportion to their number.
fn reads(
    members: &[Member],
    span: Span,
    one: impl Fn(usize, &Member) -> Statement,
) -> Vec<Statement> {
    let mut read: Vec<Statement> = Vec::with_capacity(members.len());
    read.extend(members.iter().enumerate().map(|(index, m)| one(index, m)));
    if members.len() <= READ_TOGETHER {
        return read;
    }
    let mut read = read.into_iter();
    let groups: Vec<_> = members.chunks(READ_TOGETHER).collect();
    let name = |group: usize| format!("%group{group}");
    let mut statements = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let values = group.iter().map(|m| w::name(&m.local, span)).collect();
        let mut inside: Vec<_> = read.by_ref().take(group.len()).collect();
        inside.push(Statement::Expr(ok(w::tuple(values, span), span)));
        let arm = Arm {
            params: Vec::new(),
            guard: None,
            body: Block {
                statements: inside,
                span,
            },
            span,
        };
        let closure = Expr {
            kind: ExprKind::Closure { clauses: vec![arm] },
            span,
        };
        let call = w::call(closure, Vec::new(), span);
        statements.push(bound(w::bind(&name(index), span), call, span));
    }
    for (index, group) in groups.iter().enumerate() {
        let locals = group.iter().map(|m| w::bind(&m.local, span)).collect();
        statements.push(Statement::Let {
            pattern: w::tuple_pattern(locals, span),
            annotation: None,
            value: w::name(&name(index), span),
            span,
        });
    }
    statements
}
