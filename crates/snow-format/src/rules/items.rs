//! Items and the empty lines between them.

use snow_compiler::ast::{
    ActorItem, Block, Bound, Child, Derive, DeriveOption, FnItem, Handler, ImplItem, Item,
    ItemKind, ServiceItem, Statement, SupervisorItem,
};
use snow_compiler::lex::TokenKind;
use snow_compiler::source::Span;

use super::exprs::ValueOf;
use super::Rules;
use crate::plan::{Break, Choice, Empty, Kind};

impl Rules<'_> {
    /// Items of a file.
    pub(super) fn items(&mut self, items: &[Item]) {
        let mut before: Option<&Item> = None;
        for item in items {
            let start = self.at(item.span.start);
            let empty = match before {
                None => Empty::Kept,
                Some(before) if self.are_apart(before, item) => Empty::Wanted,
                Some(_) => Empty::Kept,
            };
            self.plan.always(start, empty);
            self.item(item);
            before = Some(item);
        }
        let end = self.atoms.len() - 1;
        self.plan.always(end, Empty::Kept);
    }

    /// An empty line stands between items unless both are short, or clauses of one function.
    fn are_apart(&self, before: &Item, item: &Item) -> bool {
        let is_long = |item: &Item| match &item.kind {
            ItemKind::Fn(function) => !function.is_expression,
            ItemKind::Struct(_)
            | ItemKind::Sum(_)
            | ItemKind::Interface(_)
            | ItemKind::Impl(_)
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. } => true,
            ItemKind::Alias { .. }
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Extern(_)
            | ItemKind::ExternType { .. }
            | ItemKind::Let { .. } => false,
        };
        let are_clauses = match (&before.kind, &item.kind) {
            (ItemKind::Fn(first), ItemKind::Fn(second)) => {
                first.name.name == second.name.name && first.params.len() == second.params.len()
            }
            _ => false,
        };
        (is_long(before) || is_long(item)) && !are_clauses
    }

    pub(super) fn item(&mut self, item: &Item) {
        let (_, to) = self.range(item.span);
        match &item.kind {
            ItemKind::Fn(function) => self.function(function),
            ItemKind::Struct(item) => {
                let name = self.at(item.name.span.start);
                let open = self.generics(name + 1, &item.generics);
                let starts: Vec<Span> = item.fields.iter().map(|f| f.name.span).collect();
                for field in &item.fields {
                    if let Some(annotation) = &field.annotation {
                        self.type_expr(annotation);
                    }
                }
                self.lines(open, &starts, item.deriving.as_deref(), to);
            }
            ItemKind::Sum(item) => {
                let name = self.at(item.name.span.start);
                let open = self.generics(name + 1, &item.generics);
                let starts: Vec<Span> = item.variants.iter().map(|variant| variant.span).collect();
                for variant in &item.variants {
                    let starts = variant.fields.iter().map(|(name, ty)| {
                        let span = name.as_ref().map_or(ty.span, |name| name.span);
                        self.at(span.start)
                    });
                    let starts: Vec<usize> = starts.collect();
                    let open = self.at(variant.name.span.end);
                    if self.is(open, TokenKind::LeftParen) && open < self.at(variant.span.end) {
                        self.list(open, &starts, |rules| {
                            variant
                                .fields
                                .iter()
                                .for_each(|(_, ty)| rules.type_expr(ty));
                        });
                    }
                }
                self.lines(open, &starts, item.deriving.as_deref(), to);
            }
            ItemKind::Alias {
                name,
                generics,
                target,
            } => {
                let name = self.at(name.span.start);
                self.generics(name + 1, generics);
                self.type_expr(target);
            }
            ItemKind::Interface(item) => {
                let name = self.at(item.name.span.start);
                let open = self.generics(name + 1, &item.generics);
                let starts: Vec<Span> = item
                    .methods
                    .iter()
                    .map(|method| self.word_before(method.function.name.span))
                    .collect();
                self.lines(open, &starts, None, to);
                for method in &item.methods {
                    match method.has_body {
                        true => self.function(&method.function),
                        false => {
                            self.signature(&method.function);
                        }
                    }
                }
            }
            ItemKind::Impl(item) => self.implementation(item, to),
            ItemKind::Import(_) | ItemKind::FromImport { .. } => {}
            ItemKind::Actor(item) => self.actor(item, to),
            ItemKind::Service(item) => self.service(item, to),
            ItemKind::Supervisor(item) => self.supervisor(item, to),
            ItemKind::Test { body, .. } => self.item_body(body),
            ItemKind::Extern(item) => {
                let name = self.at(item.name.span.start);
                let open = self.generics(name + 1, &item.generics);
                self.params(open, &item.params);
                if let Some(result) = &item.result {
                    self.type_expr(result);
                }
                // The symbol is the last atom.
                self.symbol(to - 2);
            }
            ItemKind::ExternType { name, generics } => {
                let name = self.at(name.span.start);
                self.generics(name + 1, generics);
            }
            ItemKind::Let {
                annotation, value, ..
            } => {
                if let Some(annotation) = annotation {
                    self.type_expr(annotation);
                }
                let sign = self.at(value.span.start) - 1;
                self.value(sign, value, ValueOf::Name);
            }
        }
    }

    /// The `=` of an `extern fn`, and its symbol.
    fn symbol(&mut self, sign: usize) {
        let end = sign + 2;
        let choice = Choice::Moves;
        let group = self.plan.group(sign, Kind::Value { end, choice });
        self.soft(sign + 1, Break::With(group), true);
        self.plan.nest(sign + 1, end, Some(group));
    }

    /// A span that begins at the atom in front of a span.
    fn word_before(&self, span: Span) -> Span {
        Span {
            start: self.atoms[self.at(span.start) - 1].start,
            ..span
        }
    }

    /// `do`, elements that begin at `starts`, and `end` with what stands behind it.
    fn lines(&mut self, open: usize, starts: &[Span], deriving: Option<&[Derive]>, to: usize) {
        let close = match deriving {
            None => to - 1,
            Some(derived) => {
                let bracket = self.mates[to - 1];
                self.deriving(bracket, derived);
                bracket - 2
            }
        };
        let Some(first) = starts.first().map(|span| self.at(span.start)) else {
            if self.is_broken(close) {
                self.plan.always(close, Empty::No);
                self.plan.nest(open + 1, close, None);
            }
            return;
        };
        self.begin_lines(first, close);
        for span in &starts[1..] {
            let start = self.at(span.start);
            self.line(start, false);
        }
    }

    fn deriving(&mut self, open: usize, derived: &[Derive]) {
        let starts: Vec<usize> = derived
            .iter()
            .map(|derive| self.at(derive.name.span.start))
            .collect();
        self.list(open, &starts, |rules| {
            for derive in derived {
                let open = rules.at(derive.name.span.end);
                if derive.options.is_empty() {
                    continue;
                }
                let starts: Vec<usize> = derive
                    .options
                    .iter()
                    .map(|option| match option {
                        DeriveOption::Setting { name, .. } => rules.at(name.span.start),
                        DeriveOption::Part { path, .. } => rules.at(path.span.start),
                    })
                    .collect();
                rules.list(open, &starts, |rules| {
                    for option in &derive.options {
                        if let DeriveOption::Part {
                            default: Some(default),
                            ..
                        } = option
                        {
                            rules.expr(default);
                        }
                    }
                });
            }
        });
    }

    fn function(&mut self, function: &FnItem) {
        self.signature(function);
        match function.is_expression {
            false => self.item_body(&function.body),
            true => {
                if let [Statement::Expr(value)] = &function.body.statements[..] {
                    let sign = self.at(value.span.start) - 1;
                    self.value(sign, value, ValueOf::Body);
                }
            }
        }
    }

    fn signature(&mut self, function: &FnItem) {
        let name = self.at(function.name.span.start);
        let open = self.generics(name + 1, &function.generics);
        self.params(open, &function.params);
        if let Some(result) = &function.result {
            self.type_expr(result);
        }
        self.bounds(&function.bounds);
        if let Some(guard) = &function.guard {
            self.expr(guard);
        }
    }

    fn bounds(&mut self, bounds: &[Bound]) {
        for bound in bounds {
            let open = self.at(bound.interface.span.end);
            self.type_arguments(open, &bound.arguments);
        }
    }

    fn implementation(&mut self, item: &ImplItem, to: usize) {
        let open = self.at(item.interface.span.end);
        self.type_arguments(open, &item.arguments);
        self.type_expr(&item.target);
        self.bounds(&item.bounds);
        let starts: Vec<Span> = item.methods.iter().map(|method| method.span).collect();
        self.lines(to - 2, &starts, None, to);
        item.methods.iter().for_each(|method| self.item(method));
    }

    fn actor(&mut self, item: &ActorItem, to: usize) {
        let open = self.at(item.name.span.end);
        self.params(open, &item.params);
        self.item_body(&item.body);
        if let Some(terminate) = &item.terminate {
            let word = self.terminate(&item.body, terminate, to);
            if !self.is(word - 1, TokenKind::Do) || self.at(item.body.span.start) != word {
                self.line(word, false);
            }
            self.item_body(terminate);
        }
    }

    /// The `terminate` whose block this is.
    fn terminate(&self, body: &Block, terminate: &Block, to: usize) -> usize {
        let inside = self.at(terminate.span.start).min(to - 1);
        let first = self.at(body.span.start);
        (first..=inside)
            .rev()
            .find(|&at| self.is(at, TokenKind::Terminate))
            .unwrap_or(first)
    }

    fn service(&mut self, item: &ServiceItem, to: usize) {
        let functions = item.functions.iter().map(|function| function.span);
        let handlers = item.handlers.iter().map(|handler| handler.span);
        let mut starts: Vec<Span> = functions.chain(handlers).collect();
        starts.sort_by_key(|span| span.start);
        let open = self.at(item.name.span.end);
        self.lines(open, &starts, None, to);
        item.functions
            .iter()
            .for_each(|function| self.item(function));
        item.handlers
            .iter()
            .for_each(|handler| self.handler(handler));
    }

    fn handler(&mut self, handler: &Handler) {
        let open = self.at(handler.name.span.end);
        self.params(open, &handler.params);
        if let Some(reply) = &handler.reply {
            self.type_expr(reply);
        }
        if let Some(state) = &handler.state {
            let bar = self.at(state.span.start) - 1;
            self.bars(bar);
        }
        self.item_body(&handler.body);
    }

    fn supervisor(&mut self, item: &SupervisorItem, to: usize) {
        let mut starts: Vec<Span> = Vec::new();
        starts.extend(item.strategy.as_ref().map(|word| self.key_of(word.span)));
        let numbers = [item.max_restarts, item.max_seconds];
        for (_, span) in numbers.into_iter().flatten() {
            starts.push(self.key_of(span));
            let at = self.at(span.start);
            self.sign(at);
        }
        starts.extend(item.children.iter().map(|child| child.span));
        starts.sort_by_key(|span| span.start);
        let open = self.at(item.name.span.end);
        self.lines(open, &starts, None, to);
        item.children.iter().for_each(|child| self.child(child));
    }

    fn child(&mut self, child: &Child) {
        let mut starts: Vec<Span> = Vec::new();
        starts.extend(child.start.as_ref().map(|start| self.key_of(start.span)));
        starts.extend(child.restart.as_ref().map(|word| self.key_of(word.span)));
        if let Some((_, span)) = &child.shutdown {
            starts.push(self.key_of(*span));
            let at = self.at(span.start);
            self.sign(at);
        }
        starts.sort_by_key(|span| span.start);
        let open = self.at(child.name.span.end);
        let to = self.at(child.span.end);
        self.lines(open, &starts, None, to);
        if let Some(start) = &child.start {
            self.expr(start);
        }
    }

    /// A span that begins at the key of a value: `key: value`.
    fn key_of(&self, value: Span) -> Span {
        Span {
            start: self.atoms[self.at(value.start) - 2].start,
            ..value
        }
    }
}
