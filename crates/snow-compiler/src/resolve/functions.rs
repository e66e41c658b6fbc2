//! Bodies of functions, actors, tests and externs.

use crate::ast::{ActorItem, Block, FnItem};
use crate::hir::{Clause, ExprKind, Extent, FnId, Function};

use super::body::Body;
use super::declare::FunctionSource;
use super::{Resolved, Resolver};

impl<'a> Resolver<'a, '_> {
    /// Resolves all functions; `sources` is in [`FnId`] order. Those of the library come first:
    /// they are resolved here unless they have been before.
    pub(super) fn fill_functions(
        &mut self,
        mut sources: Vec<FunctionSource<'a>>,
        library: Option<&Resolved>,
    ) {
        let modules = &self.out.modules;
        let is_programs = |function: &Function| !modules[function.module.index()].is_stdlib;
        let first = self.out.functions.iter().position(is_programs);
        let count = first.unwrap_or(sources.len());
        let of_program = sources.split_off(count);
        match library {
            Some(library) => {
                self.out.functions.adopt(&library.functions);
                self.out.locals.adopt(&library.locals);
                self.out.expr_count = library.extent.exprs;
                self.out.pat_count = library.extent.pats;
            }
            None => self.fill_from(0, sources),
        }
        self.out.library = Extent {
            functions: count,
            locals: self.out.locals.len(),
            exprs: self.out.expr_count,
            pats: self.out.pat_count,
        };
        self.fill_from(count, of_program);
        let main = |f: &Function| {
            &*f.name == "main"
                && f.arity == 0
                && &*self.out.modules[f.module.index()].unique == "Main"
        };
        let main = self.out.functions.iter().position(main);
        self.out.main = main.map(|i| FnId(i as u32));
    }

    /// Resolves functions from that number on.
    ///
    /// Methods of interfaces come first, because those of impls are held against them.
    fn fill_from(&mut self, first: usize, sources: Vec<FunctionSource<'a>>) {
        let (methods, others): (Vec<_>, Vec<_>) = (first..)
            .zip(sources)
            .partition(|(_, source)| matches!(source, FunctionSource::Method(..)));
        for (index, source) in methods.into_iter().chain(others) {
            let id = FnId(index as u32);
            let module = self.out.functions[index].module;
            let service = self.out.functions[index]
                .name
                .rsplit_once('.')
                .map(|(service, _)| service.into());
            let service = service.filter(|_| matches!(source, FunctionSource::Clauses(_)));
            let body = Body {
                module: Some(module),
                service,
                ..Body::default()
            };
            self.in_body(body, |r| match source {
                FunctionSource::Clauses(clauses) => r.function(id, &clauses),
                FunctionSource::Method(item, has_body) => r.interface_method(id, item, has_body),
                FunctionSource::Actor(actor) => r.actor(id, actor),
                FunctionSource::Test(block) => r.test(id, block),
                FunctionSource::Extern(external) => r.signature(
                    id,
                    &external.generics,
                    &external.params,
                    external.result.as_ref(),
                    &[],
                ),
            });
        }
    }

    fn function(&mut self, id: FnId, clauses: &[&'a FnItem]) {
        let Some(first) = clauses.first() else { return };
        self.signature(
            id,
            &first.generics,
            &first.params,
            first.result.as_ref(),
            &first.bounds,
        );
        self.complete_signature(id);
        self.check_later_clauses(&clauses[1..]);
        self.body.has_pid = self.out.functions[id.index()].has_self_pid;
        if self.is_refused(id) {
            self.out.functions[id.index()].clauses = vec![self.refused_clause(first)];
            return;
        }
        let resolved: Vec<Clause> = clauses
            .iter()
            .map(|clause| self.function_clause(clause))
            .collect();
        self.check_catch_all(&resolved);
        self.out.functions[id.index()].clauses = resolved;
    }

    pub(super) fn function_clause(&mut self, item: &'a FnItem) -> Clause {
        self.push_scope();
        let patterns = self.parameters(&item.params);
        let guard = item.guard.as_ref().map(|g| self.expression(g));
        let body = self.block(&item.body);
        self.pop_scope();
        Clause {
            patterns,
            guard,
            body,
            span: item.name.span.to(item.body.span),
        }
    }

    fn actor(&mut self, id: FnId, actor: &'a ActorItem) {
        self.signature(id, &[], &actor.params, None, &[]);
        self.body.has_pid = true;
        self.body.may_receive = true;
        self.push_scope();
        let patterns = self.parameters(&actor.params);
        let body = self.block(&actor.body);
        let terminate = actor.terminate.as_ref().map(|block| {
            self.body.may_receive = false;
            self.block(block)
        });
        self.pop_scope();
        let span = actor.name.span.to(actor.body.span);
        let function = &mut self.out.functions[id.index()];
        function.clauses = vec![Clause {
            patterns,
            guard: None,
            body,
            span,
        }];
        function.terminate = terminate;
    }

    fn test(&mut self, id: FnId, block: &'a Block) {
        self.body.has_pid = true;
        self.body.may_receive = true;
        let body = self.block(block);
        let clause = Clause {
            patterns: Vec::new(),
            guard: None,
            body,
            span: block.span,
        };
        self.out.functions[id.index()].clauses = vec![clause];
    }

    /// A block in a scope of its own. One expression alone stays what it is.
    pub(super) fn block(&mut self, block: &'a Block) -> crate::hir::Expr {
        self.push_scope();
        let mut statements = self.statements(&block.statements);
        self.pop_scope();
        let span = block.span;
        match statements.pop() {
            None => self.expr(ExprKind::Unit, span),
            Some(crate::hir::Statement::Expr(only)) if statements.is_empty() => only,
            Some(last) => {
                statements.push(last);
                self.expr(ExprKind::Block(statements), span)
            }
        }
    }
}
