//! Services as other languages call them: by their messages, or like a class.

use crate::ast::{Ident, Path};
use crate::diagnostics::suggest::Correction;
use crate::hir::ModuleId;
use crate::source::{Name, Span};

use super::services::snake;
use super::Resolver;

/// How other languages begin a process or make an object.
const STARTS: [&str; 5] = ["start_link", "new", "spawn", "create", "init"];
/// What sends a message to a process elsewhere.
const SENDS: [&str; 4] = ["call", "cast", "send", "ask"];

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
