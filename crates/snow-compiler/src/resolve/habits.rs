//! Services as other languages call them: by their messages, or like a class.

use crate::ast::{self, Ident, Path};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::ModuleId;
use crate::source::{Name, Span};

use super::services::snake;
use super::Resolver;

/// How other languages begin a process or make an object.
const STARTS: [&str; 5] = ["start_link", "new", "spawn", "create", "init"];
/// What sends a message to a process elsewhere.
const SENDS: [&str; 4] = ["call", "cast", "send", "ask"];

/// The modules of other languages whose functions start and call servers.
const SERVERS: [&str; 3] = ["GenServer", "GenStage", "Agent"];
/// What other languages write for the module that this is.
const OWN_MODULE: &str = "__MODULE__";

impl Resolver<'_, '_> {
    /// The type that `before` means, which may be a service, and its module.
    pub(super) fn service_named(
        &mut self,
        before: &[Ident],
        span: Span,
    ) -> Option<(ModuleId, Name)> {
        let path = Path {
            segments: before.to_vec(),
            span,
        };
        self.find_type(self.module(), &path)
    }

    /// The functions of a service, without its name.
    pub(super) fn functions_of_service(&self, owner: ModuleId, service: &Name) -> Vec<Name> {
        let prefix = format!("{service}.");
        let functions = self.scopes[owner.index()].functions.keys();
        let names = functions.filter_map(|function| function.strip_prefix(&*prefix));
        let open = names.filter(|name| !name.starts_with('%'));
        let mut known: Vec<Name> = open.map(Name::from).collect();
        known.sort_unstable();
        known
    }

    /// What a function of another language is for a service.
    pub(super) fn called_elsewhere(
        &self,
        service: &Name,
        name: &str,
        known: &[Name],
    ) -> Option<Correction> {
        if STARTS.contains(&name) {
            Some(Correction {
                help: format!("`{service}.start(…)` starts it"),
                name: Some("start".to_string()),
            })
        } else if SENDS.contains(&name) {
            Some(Correction::advice(calls(service, known)))
        } else {
            None
        }
    }

    /// E0004 for `GenServer.start_link(Foo, [])`, once: `Foo` is told from it. False when no name of
    /// a service or a message stands there.
    pub(super) fn of_server(&mut self, module: &ast::Expr, args: &[&ast::Expr]) -> bool {
        let ast::ExprKind::Name(module) = &module.kind else {
            return false;
        };
        let here = self.module();
        let is_known =
            self.find_local(&module.name).is_some() || self.namespace(here, &module.name).is_some();
        if is_known || !SERVERS.contains(&&*module.name) {
            return false;
        }
        let Some(name) = args.iter().find_map(|arg| capital(arg)) else {
            return false;
        };
        let is_own = |name: &Name| self.unqualified(name, None).is_some();
        let help = match self.of_service(name) {
            Some(help) => help,
            None if is_own(name) => return false,
            None if name.starts_with(char::is_uppercase) => {
                format!("write `service {name} do … end`, and start it by `{name}.start(…)`")
            }
            None => "write `service Name do … end`, and start it by `Name.start(…)`".to_string(),
        };
        let message = format!("undefined module: {}", module.name);
        let report = Diagnostic::error(Code::E0004, module.span, message);
        self.diagnostics.note(report.help(help));
        true
    }

    /// Advice about the name of a message, or of a service, of this file where a value is expected.
    pub(super) fn of_service(&self, name: &Name) -> Option<String> {
        if !name.starts_with(char::is_uppercase) {
            return None;
        }
        let here = self.module();
        let own = self.functions_of_service(here, name);
        if own.iter().any(|function| &**function == "start") {
            return Some(format!(
                "a service is started by its own function: write `{name}.start(…)`"
            ));
        }
        let end = format!(".{}", snake(name));
        let functions = self.scopes[here.index()].functions.keys();
        let mut services: Vec<&str> = functions
            .filter_map(|function| function.strip_suffix(&*end))
            .collect();
        services.sort_unstable();
        let service = Name::from(*services.first()?);
        let known = self.functions_of_service(here, &service);
        Some(calls(&service, &known))
    }
}

/// The name of a service or a message of another language, alone or with its arguments.
fn capital(e: &ast::Expr) -> Option<&Name> {
    match &e.kind {
        ast::ExprKind::Name(name) => {
            let is_module = name.name.starts_with(char::is_uppercase) || &*name.name == OWN_MODULE;
            is_module.then_some(&name.name)
        }
        ast::ExprKind::Call { callee, .. } => capital(callee),
        _ => None,
    }
}

fn calls(service: &Name, known: &[Name]) -> String {
    let handlers = known.iter().filter(|name| &***name != "start");
    let calls: Vec<String> = handlers
        .map(|name| format!("`{service}.{name}(…)`"))
        .collect();
    format!(
        "handlers are called as functions, with the pid as their first argument: {}",
        calls.join(", ")
    )
}
