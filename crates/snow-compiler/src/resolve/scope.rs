//! What a module makes known under a name.
//!
//! Types, constructors, functions and constants live in tables of their own, because one name may
//! be several of them (`type Point` and its constructor).

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ast;
use crate::hir::{FnId, InterfaceId, ModuleId, TypeId};
use crate::source::{Name, Span};
use crate::types::Ty;

/// The names of one module.
pub(super) struct ModuleScope<'a> {
    /// Full name.
    pub name: Name,
    pub is_stdlib: bool,
    /// What may stand before a dot because of an `import`: last segment and full name.
    pub namespaces: FxHashMap<Name, ModuleId>,
    /// As written, without repeats.
    pub imports: Vec<Import<'a>>,
    /// `from M import name`: where the name comes from.
    pub imported: FxHashMap<Name, ModuleId>,
    pub types: FxHashMap<Name, TypeEntry<'a>>,
    /// Of the sums declared here and of those re-exported by an alias.
    pub constructors: FxHashMap<Name, ConstructorEntry>,
    /// Of the sums that `from M import Sum` names, each with the name that brought it.
    pub imported_constructors: FxHashMap<Name, (ConstructorEntry, Name)>,
    /// Constructors that came with two sums, which a plain name cannot tell apart.
    pub ambiguous_constructors: FxHashMap<Name, (TypeId, TypeId)>,
    /// Modules that were imported and do not exist, and names imported from modules that lack them,
    /// which has been reported.
    pub lost_imports: FxHashSet<Name>,
    /// What has been named of the imports.
    pub used: RefCell<Used>,
    /// Functions, actors and externs by name; one for each arity.
    pub functions: FxHashMap<Name, Vec<FunctionEntry>>,
    pub constants: FxHashMap<Name, ConstantEntry<'a>>,
    pub(super) interfaces: FxHashMap<Name, InterfaceEntry>,
    /// Functions that `spawn` calls, because they stand for supervisors.
    pub supervisors: FxHashSet<Name>,
}

impl ModuleScope<'_> {
    pub(super) fn new(name: Name, is_stdlib: bool) -> Self {
        ModuleScope {
            name,
            is_stdlib,
            namespaces: FxHashMap::default(),
            imports: Vec::new(),
            imported: FxHashMap::default(),
            types: FxHashMap::default(),
            constructors: FxHashMap::default(),
            imported_constructors: FxHashMap::default(),
            ambiguous_constructors: FxHashMap::default(),
            lost_imports: FxHashSet::default(),
            used: RefCell::default(),
            functions: FxHashMap::default(),
            constants: FxHashMap::default(),
            supervisors: FxHashSet::default(),
            interfaces: FxHashMap::default(),
        }
    }

    /// `Frame` of `Ws.Frame`.
    pub(super) fn last_segment(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// The other import that brought a constructor and is used.
    pub(super) fn brought_with(&self, constructor: &Name) -> Option<Name> {
        let (_, import) = self.imported_constructors.get(constructor)?;
        let is_used = import != constructor && self.used.borrow().imported.contains(import);
        is_used.then(|| import.clone())
    }

    /// Types, functions, constants and constructors that another module may use.
    pub(super) fn exported_values(&self) -> Vec<Name> {
        let constructors = self.constructors.iter().filter(|(_, c)| c.is_public);
        let mut names = self.exported();
        names.extend(constructors.map(|(name, _)| name.clone()));
        names.sort();
        names.dedup();
        names
    }

    /// What may be meant by `name` behind a dot in an expression: no type and no constructor is
    /// written with a small letter.
    pub(super) fn values_like(&self, name: &str) -> Vec<Name> {
        let mut names = self.exported_values();
        if name.starts_with(char::is_lowercase) {
            names.retain(|known| known.starts_with(char::is_lowercase));
        }
        names
    }

    /// Whether another module may use that name.
    pub(super) fn exports(&self, name: &str) -> bool {
        self.exported().iter().any(|exported| **exported == *name)
    }

    /// Names that another module may use, sorted.
    pub(super) fn exported(&self) -> Vec<Name> {
        let types = self
            .types
            .iter()
            .filter(|(_, t)| t.is_public)
            .map(|(n, _)| n);
        let functions = self
            .functions
            .iter()
            .filter(|(_, f)| f.iter().any(|f| f.is_public))
            .map(|(n, _)| n);
        let constants = self
            .constants
            .iter()
            .filter(|(_, c)| c.is_public)
            .map(|(n, _)| n);
        let interfaces = self
            .interfaces
            .iter()
            .filter(|(_, i)| i.is_public)
            .map(|(n, _)| n);
        let all = types.chain(functions).chain(constants).chain(interfaces);
        // The actor of a service is for its service only.
        let mut names: Vec<Name> = all.filter(|name| !name.contains(' ')).cloned().collect();
        names.sort();
        names.dedup();
        names
    }
}

/// What an import brings.
pub(super) enum Import<'a> {
    /// `import M`.
    Module(&'a ast::Path, ModuleId),
    /// One name of `from M import name`.
    Name(&'a ast::Ident),
}

/// What the code of a module has named. Looking a name up changes nothing else, so this is noted
/// on the way.
#[derive(Default)]
pub(super) struct Used {
    /// Modules named by what an `import` put before a dot.
    pub namespaces: FxHashSet<ModuleId>,
    /// Names of `from … import`.
    pub imported: FxHashSet<Name>,
    /// Types of the module itself, aliases among them.
    pub types: FxHashSet<Name>,
    /// Constants of the module itself.
    pub constants: FxHashSet<Name>,
}

/// A type name.
#[derive(Clone, Copy)]
pub(super) struct TypeEntry<'a> {
    pub kind: TypeEntryKind<'a>,
    pub(super) is_public: bool,
    pub span: Span,
}

/// What a type name stands for.
#[derive(Clone, Copy)]
pub(super) enum TypeEntryKind<'a> {
    Declared(TypeId),
    Alias {
        generics: &'a [ast::Ident],
        target: &'a ast::TypeExpr,
    },
}

/// A constructor.
#[derive(Clone, Copy)]
pub(super) struct ConstructorEntry {
    pub ty: TypeId,
    pub variant: usize,
    pub(super) is_public: bool,
}

/// A function.
#[derive(Clone, Copy)]
pub(super) struct FunctionEntry {
    /// Parameters without `self()`.
    pub arity: usize,
    pub(super) id: FnId,
    pub(super) is_public: bool,
}

/// A top-level `let`.
#[derive(Clone, Copy)]
pub(super) struct ConstantEntry<'a> {
    pub value: &'a ast::Expr,
    pub annotation: Option<&'a ast::TypeExpr>,
    pub(super) is_public: bool,
    pub span: Span,
}

/// An interface.
#[derive(Clone, Copy)]
pub(super) struct InterfaceEntry {
    pub(super) id: InterfaceId,
    pub(super) is_public: bool,
}

/// What an unqualified or qualified name in an expression turned out to be.
#[derive(Clone)]
pub(super) enum Found {
    /// Functions of that name: one when the arity decides, else all.
    Functions(Vec<FunctionEntry>),
    Constructor(ConstructorEntry),
    Constant(ModuleId, Name, bool),
    /// A method of an interface, with what stands for `Self` where a type names it.
    Method(FnId, Option<Ty>),
    /// Two values; that has been reported.
    Ambiguous,
}

impl Found {
    pub(super) fn is_public(&self) -> bool {
        match self {
            Found::Functions(list) => list.iter().any(|f| f.is_public),
            Found::Constructor(entry) => entry.is_public,
            Found::Constant(_, _, is_public) => *is_public,
            Found::Method(..) | Found::Ambiguous => true,
        }
    }

    /// Whether both are one constructor: an alias passes those of its type on.
    pub(super) fn is_same(&self, other: &Found) -> bool {
        match (self, other) {
            (Found::Constructor(one), Found::Constructor(other)) => {
                (one.ty, one.variant) == (other.ty, other.variant)
            }
            _ => false,
        }
    }

    /// True when a call with that many arguments is what it was made for.
    pub(super) fn takes(&self, arity: Option<usize>) -> bool {
        match (self, arity) {
            (Found::Functions(list), Some(arity)) => list.iter().any(|f| f.arity == arity),
            _ => true,
        }
    }
}
