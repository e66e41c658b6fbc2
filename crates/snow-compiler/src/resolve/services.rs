//! `service Name do … end` to a type, an actor and functions.
//!
//! In: the service as parsed. Out: items of the same module:
//!
//! - a sum `Name` with a constructor for each handler: what the actor's mailbox holds. What a
//!   handler leaves without a type becomes a type parameter of the sum, so that inference finds it.
//!   Where the service's own pid is part of its types, such a type would contain itself: there it
//!   is a hole, one type for the whole program;
//! - `Name.start`, which starts the actor, and `Name.handler` for each handler, all public;
//! - the actor `Name service`, and `init`, the handlers' bodies and other functions as
//!   `Name.%name`, which no program can name.
//!
//! Promised: `init` and the handlers run inside the actor, one at a time; `return` and `?` in them
//! end the handler, not the actor. Never done here: looking names up, types.

use rustc_hash::FxHashSet;

use crate::ast::{
    ActorItem, Block, Expr, ExprKind, FnItem, Handler, Ident, Item, ItemKind, Module, Param,
};
use crate::ast::{ServiceItem, Statement, SumItem, TypeExpr, TypeExprKind, Variant};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::{Name, Span};

use super::declare::visible_arity;
use super::service_types::{
    any, collect_letters, functions, mentions_itself, take_lists_apart, type_names,
};
use super::synth as w;

/// The standard library's module that the generated functions call.
pub(super) const LIBRARY: &str = "%Service";

/// What a function of a server of another language is here.
const SERVERS: &str =
    "write a handler for each message: `call Get() do |state| (state, reply) end` \
                       answers, `cast Add(n) do |state| new_state end` does not";

/// Whether that is `handle_call` or one of its kin.
fn is_of_servers(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Fn(function) => {
            ["handle_call", "handle_cast", "handle_info"].contains(&&*function.name.name)
        }
        _ => false,
    }
}

/// Adds what each service of the file stands for.
///
/// `library` has the types that need no import.
pub(super) fn expand(
    module: &mut Module,
    library: &FxHashSet<Name>,
    diagnostics: &mut Diagnostics,
) {
    let declared = type_names(module);
    let mut made = Vec::new();
    for item in &module.items {
        // Without a name it has been reported, and nothing can mention it.
        let ItemKind::Service(service) = &item.kind else {
            continue;
        };
        if !service.name.name.is_empty() {
            let mut service = service.clone();
            take_lists_apart(&mut service, |name| {
                declared.contains(name) || library.contains(name)
            });
            made.extend(Expansion::new(&service, item, &declared, diagnostics).items());
        }
    }
    module.items.append(&mut made);
}

/// The function that a handler of a service is called by: `SetName` is called as `set_name`,
/// `GetHTTP` as `get_h_t_t_p`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The actor of a service, as it stands in the report of a crash.
pub(crate) fn actor_name(service: &Name) -> String {
    format!("{service} service")
}

/// One service on its way.
struct Expansion<'s> {
    service: &'s ServiceItem,
    item: &'s Item,
    /// Without those whose name was used before.
    handlers: Vec<&'s Handler>,
    /// Clauses of `init`; empty when it is missing.
    init: Vec<&'s FnItem>,
    /// Type parameters of the sum.
    generics: Vec<Ident>,
    /// What handlers leave without a type is a hole.
    has_holes: bool,
}

impl<'s> Expansion<'s> {
    fn new(
        service: &'s ServiceItem,
        item: &'s Item,
        declared: &FxHashSet<Name>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut handlers: Vec<&Handler> = Vec::new();
        for handler in service.handlers.iter().filter(|h| !h.name.name.is_empty()) {
            match handlers.iter().find(|h| h.name.name == handler.name.name) {
                Some(first) => {
                    let message = format!("handler `{}` is defined twice", handler.name.name);
                    let report = Diagnostic::error(Code::E0044, handler.name.span, message);
                    diagnostics.push(report.also(first.name.span, "first definition"));
                }
                None => handlers.push(handler),
            }
            if snake(&handler.name.name) == "start" {
                let message =
                    "a handler `Start` would be called as `start`, which starts the service";
                diagnostics.push(Diagnostic::error(Code::E0044, handler.name.span, message));
            }
        }
        let init: Vec<&FnItem> = functions(service)
            .filter(|f| &*f.name.name == "init")
            .collect();
        if init.is_empty() {
            let message = format!("service `{}` has no `init`", service.name.name);
            let help = "add `fn init() do … end`: its result is the first state";
            diagnostics.push(Diagnostic::error(Code::E0047, service.name.span, message).help(help));
        }
        if service.handlers.is_empty() {
            let message = format!("service `{}` answers nothing", service.name.name);
            let others = service.functions.iter().filter(|item| is_of_servers(item));
            let others: Vec<Span> = others.map(|item| item.span).collect();
            let help = match others.is_empty() {
                true => "add a `call` or a `cast`",
                false => SERVERS,
            };
            diagnostics.push(Diagnostic::error(Code::E0047, service.name.span, message).help(help));
            others
                .into_iter()
                .for_each(|span| diagnostics.distrust(span));
        }
        let mut generics = Vec::new();
        for handler in &handlers {
            let annotations = handler.params.iter().filter_map(|p| p.annotation.as_ref());
            for ty in annotations.chain(&handler.reply) {
                collect_letters(ty, declared, &mut generics);
            }
        }
        Expansion {
            service,
            item,
            handlers,
            init,
            has_holes: generics.is_empty() && mentions_itself(service),
            generics,
        }
    }

    fn items(mut self) -> Vec<Item> {
        let sum = self.sum();
        let mut items = vec![self.item(sum, true)];
        for function in functions(self.service) {
            let mut clause = function.clone();
            if &*function.name.name == "init" {
                clause.params.insert(0, w::self_param(function.name.span));
            }
            clause.name = self.named(&format!("%{}", function.name.name), function.name.span);
            items.push(self.item(ItemKind::Fn(clause), false));
        }
        items.push(self.start());
        for handler in &self.handlers {
            items.push(self.body_of(handler));
            items.push(self.face_of(handler));
        }
        items.push(self.actor());
        items
    }

    fn item(&self, kind: ItemKind, is_public: bool) -> Item {
        Item {
            kind,
            is_public,
            doc: self.item.doc.clone(),
            span: self.item.span,
        }
    }

    /// A name inside the service: `Score.start`.
    fn named(&self, last: &str, span: Span) -> Ident {
        w::ident(&self.full(last), span)
    }

    fn full(&self, last: &str) -> String {
        format!("{}.{last}", self.service.name.name)
    }

    fn actor_name(&self) -> String {
        actor_name(&self.service.name.name)
    }

    /// What the mailbox of the actor holds.
    fn sum(&mut self) -> ItemKind {
        let mut variants = Vec::new();
        for handler in self.handlers.clone() {
            let name = self.named(&handler.name.name, handler.name.span);
            let mut fields = Vec::new();
            for param in &handler.params {
                fields.push((
                    None,
                    self.type_or_parameter(param.annotation.as_ref(), param.pattern.span),
                ));
            }
            if handler.is_call {
                let reply = self.type_or_parameter(handler.reply.as_ref(), handler.name.span);
                fields.push((
                    None,
                    w::named_type(w::path(&[LIBRARY, "Reply"], reply.span), vec![reply]),
                ));
            }
            variants.push(Variant {
                name,
                fields,
                doc: None,
                span: handler.span,
            });
        }
        let (name, generics) = (self.service.name.clone(), self.generics.clone());
        ItemKind::Sum(SumItem {
            name,
            generics,
            variants,
            is_opaque: false,
            deriving: None,
        })
    }

    fn type_or_parameter(&mut self, written: Option<&TypeExpr>, span: Span) -> TypeExpr {
        if let Some(ty) = written {
            return ty.clone();
        }
        if self.has_holes {
            return any(span);
        }
        let parameter = format!("%{}", self.generics.len());
        self.generics.push(w::ident(&parameter, span));
        w::named_type(w::path(&[&parameter], span), Vec::new())
    }

    /// `fn Score.start(%0 :: A) = spawn(Score service, Begin(%0))`.
    fn start(&self) -> Item {
        let span = self.service.name.span;
        let params = self.init.first().map_or(&[][..], |init| &init.params);
        let begin = w::call(
            w::member(LIBRARY, "Begin", span),
            vec![w::tuple(numbered(params, span), span)],
            span,
        );
        let spawn = ExprKind::Spawn(vec![w::name(&self.actor_name(), span), begin]);
        let body = w::block(Expr { kind: spawn, span });
        let name = self.named("start", span);
        self.item(function(name, numbered_params(params), None, body), true)
    }

    /// The handler's own code, as a function of the state and the arguments.
    fn body_of(&self, handler: &Handler) -> Item {
        let span = handler.name.span;
        let state_type = self.init.first().and_then(|init| init.result.clone());
        let pattern = match &handler.state {
            Some(name) => w::bind(&name.name, name.span),
            None => w::wildcard(span),
        };
        let state = Param {
            pattern,
            annotation: state_type.clone(),
            is_self_pid: false,
        };
        let mut params = vec![w::self_param(span), state];
        params.extend(handler.params.iter().cloned());
        let result = match (handler.is_call, &handler.reply, state_type) {
            (false, _, state) => state,
            (true, None, None) => None,
            (true, reply, state) => {
                let parts = vec![
                    state.unwrap_or_else(|| any(span)),
                    reply.clone().unwrap_or_else(|| any(span)),
                ];
                Some(TypeExpr {
                    kind: TypeExprKind::Tuple(parts),
                    span,
                })
            }
        };
        self.item(
            function(self.code_of(handler), params, result, handler.body.clone()),
            false,
        )
    }

    fn code_of(&self, handler: &Handler) -> Ident {
        self.named(&format!("%{}", handler.name.name), handler.name.span)
    }

    /// What others call: `Score.bump(pid, by)`.
    fn face_of(&self, handler: &Handler) -> Item {
        let span = handler.name.span;
        let request = self.full(&handler.name.name);
        let name = self.named(&snake(&handler.name.name), span);
        let own = w::named_type(w::path(&[&self.service.name.name], span), Vec::new());
        let pid_type = w::named_type(w::path(&["%Prelude", "Pid"], span), vec![own]);
        let mut params = vec![w::plain_param("%pid", Some(pid_type), span)];
        params.extend(numbered_params(&handler.params));
        let mut args = numbered(&handler.params, span);
        let pid = w::name("%pid", span);
        let body = if handler.is_call {
            args.push(w::name("%reply", span));
            let make = w::closure("%reply", w::made(&request, args, span), span);
            w::call(
                w::member(LIBRARY, "call", span),
                vec![pid, w::text(&name.name, span), make],
                span,
            )
        } else {
            Expr {
                kind: ExprKind::Send(vec![pid, w::made(&request, args, span)]),
                span,
            }
        };
        self.item(
            function(name, params, handler.reply.clone(), w::block(body)),
            true,
        )
    }

    /// The actor: the first state comes from `init`, every other from a handler.
    fn actor(&self) -> Item {
        let span = self.service.name.span;
        let params = self.init.first().map_or(&[][..], |init| &init.params);
        let patterns = (0..visible_arity(params))
            .map(|n| w::bind(&format!("%{n}"), span))
            .collect();
        let begin = w::constructor_pattern(
            w::path(&[LIBRARY, "Begin"], span),
            vec![w::tuple_pattern(patterns, span)],
        );
        let first = w::call(
            w::name(&self.full("%init"), span),
            numbered(params, span),
            span,
        );
        let running = w::constructor_pattern(
            w::path(&[LIBRARY, "Running"], span),
            vec![w::bind("%state", span)],
        );
        let arms = vec![
            w::arm(begin, first),
            w::arm(running, w::name("%state", span)),
        ];
        let subject = Box::new(w::name("%stage", span));
        let value = match self.init.is_empty() {
            true => Expr {
                kind: ExprKind::Error,
                span,
            },
            false => Expr {
                kind: ExprKind::Case { subject, arms },
                span,
            },
        };
        let state = Statement::Let {
            pattern: w::bind("%state", span),
            annotation: None,
            value,
            span,
        };
        let arms = self
            .handlers
            .iter()
            .map(|handler| self.served(handler))
            .collect();
        let receive = Statement::Expr(Expr {
            kind: ExprKind::Receive { arms, after: None },
            span,
        });
        let body = Block {
            statements: vec![state, receive],
            span,
        };
        let params = vec![w::plain_param("%stage", None, span)];
        let name = w::ident(&self.actor_name(), span);
        self.item(
            ItemKind::Actor(ActorItem {
                name,
                params,
                body,
                terminate: None,
            }),
            false,
        )
    }

    /// `Bump(%0, %reply) -> Score service(Running(answer(%reply, <code>(%state, %0))))`.
    fn served(&self, handler: &Handler) -> crate::ast::Arm {
        let span = handler.name.span;
        let mut patterns: Vec<_> = (0..handler.params.len())
            .map(|n| w::bind(&format!("%{n}"), span))
            .collect();
        let mut args = vec![w::name("%state", span)];
        args.extend(numbered(&handler.params, span));
        let mut next = w::call(w::name(&self.code_of(handler).name, span), args, span);
        if handler.is_call {
            patterns.push(w::bind("%reply", span));
            next = w::call(
                w::member(LIBRARY, "answer", span),
                vec![w::name("%reply", span), next],
                span,
            );
        }
        let running = w::call(w::member(LIBRARY, "Running", span), vec![next], span);
        let pattern =
            w::constructor_pattern(w::path(&[&self.full(&handler.name.name)], span), patterns);
        w::arm(
            pattern,
            w::call(w::name(&self.actor_name(), span), vec![running], span),
        )
    }
}

fn function(name: Ident, params: Vec<Param>, result: Option<TypeExpr>, body: Block) -> ItemKind {
    let (generics, bounds) = (Vec::new(), Vec::new());
    ItemKind::Fn(FnItem {
        name,
        generics,
        params,
        result,
        bounds,
        guard: None,
        body,
        is_expression: false,
    })
}

/// Parameters of the same types under names of our own: those of a clause may be patterns.
fn numbered_params(params: &[Param]) -> Vec<Param> {
    let plain = |(index, param): (usize, &Param)| {
        w::plain_param(
            &format!("%{index}"),
            param.annotation.clone(),
            param.pattern.span,
        )
    };
    params
        .iter()
        .filter(|p| !p.is_self_pid)
        .enumerate()
        .map(plain)
        .collect()
}

/// These names as arguments.
fn numbered(params: &[Param], span: Span) -> Vec<Expr> {
    (0..visible_arity(params))
        .map(|index| w::name(&format!("%{index}"), span))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn handlers_are_called_in_lower_case() {
        assert_eq!(snake("Bump"), "bump");
        assert_eq!(snake("GetHTTP"), "get_h_t_t_p");
        assert_eq!(snake("SetName"), "set_name");
    }
}
