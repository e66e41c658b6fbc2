//! Local names and the context of the function being resolved.

use rustc_hash::FxHashMap;

use crate::hir::{LocalId, ModuleId, TypeId};
use crate::source::Name;

use super::Resolver;

/// The function, constant or test being resolved.
#[derive(Default)]
pub(super) struct Body {
    /// Where names are looked up.
    pub module: Option<ModuleId>,
    /// The service whose code this is: its other functions are in scope.
    pub service: Option<Name>,
    /// What `Self` means in an impl.
    pub self_type: Option<crate::types::Ty>,
    /// Type parameters in scope.
    pub generics: Vec<Name>,
    /// True while a signature is read: a single upper-case letter that names no type declares a
    /// type parameter.
    pub generics_open: bool,
    /// Names of the functions that the blocks around declare, those further down among them.
    pub local_functions: Vec<Vec<Name>>,
    /// Innermost last.
    pub scopes: Vec<FxHashMap<Name, LocalId>>,
    /// Loops around the current expression, counted from the innermost closure.
    pub loops: usize,
    /// The innermost closure or local function stands in a loop.
    pub is_called_in_loop: bool,
    /// `self()` has a meaning here.
    pub has_pid: bool,
    /// In what `Job.async` or `Job.map` is given.
    pub in_job: bool,
    /// `receive` has a meaning here.
    pub may_receive: bool,
    /// True while the type of a field is read.
    pub is_field: bool,
    /// The service whose messages are being read.
    pub own_service: Option<TypeId>,
    /// Number of `Ty::Var`s in the annotation being read.
    pub open_types: u32,
}

impl Resolver<'_, '_> {
    pub(super) fn module(&self) -> ModuleId {
        self.body.module.unwrap_or(ModuleId(0))
    }

    pub(super) fn push_scope(&mut self) {
        self.body.scopes.push(FxHashMap::default());
    }

    pub(super) fn pop_scope(&mut self) {
        self.body.scopes.pop();
    }

    /// Makes a local without a name in scope.
    pub(super) fn new_local(&mut self, name: &Name) -> LocalId {
        let id = LocalId(self.out.locals.len() as u32);
        self.out
            .locals
            .push(crate::hir::Local { name: name.clone() });
        id
    }

    /// Makes a local and brings its name into the innermost scope.
    pub(super) fn bind_local(&mut self, name: &Name) -> LocalId {
        let id = self.new_local(name);
        self.enter_local(name, id);
        id
    }

    pub(super) fn enter_local(&mut self, name: &Name, local: LocalId) {
        if self.body.scopes.is_empty() {
            self.push_scope();
        }
        if let Some(scope) = self.body.scopes.last_mut() {
            scope.insert(name.clone(), local);
        }
    }

    pub(super) fn find_local(&self, name: &Name) -> Option<LocalId> {
        self.body
            .scopes
            .iter()
            .rev()
            .find_map(|scope| scope.get(name).copied())
    }

    /// Runs `inside` with a fresh context and brings the old one back.
    pub(super) fn in_body<R>(&mut self, body: Body, inside: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.body, body);
        let result = inside(self);
        self.body = outer;
        result
    }
}
