//! Where names lead: from a type in a signature, and from a name in a comment, to a place of the
//! reference. Addresses are seen from the reference's folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use snow_compiler::ast::{self, ItemKind, TypeExpr, TypeExprKind};
use snow_compiler::diagnostics::suggest;

use crate::parts::{self, Part};

/// Module whose names stand everywhere.
const PRELUDE: &str = "Prelude";

/// Where the library's reference stands in one of a project.
pub(crate) const LIBRARY: &str = "library/";

/// A declaration: its module and its name.
pub(crate) type Declared<'a> = (&'a str, &'a str);

/// A name that a module does not have.
pub(crate) struct Missing<'t> {
    /// The module.
    pub module: &'t str,
    /// The name.
    pub name: &'t str,
    /// A name of the module that may be meant.
    pub close: Option<String>,
}

/// The names of everything that was read.
pub(crate) struct Names<'a> {
    /// By name.
    modules: HashMap<&'a str, &'a ast::Module>,
    /// Modules that have a page.
    documented: BTreeSet<&'a str>,
    /// Those of them whose pages are the library's, in a folder of their own.
    librarys: BTreeSet<&'a str>,
    /// Types of modules without a page that one with a page passes on, and under which name.
    faces: HashMap<Declared<'a>, Declared<'a>>,
    /// What stands behind `#` for each public name of the documented modules.
    anchors: HashMap<Declared<'a>, String>,
    /// Guides with their headings, by the path that links in the repository use.
    guides: BTreeMap<String, Vec<String>>,
}

impl<'a> Names<'a> {
    /// `modules` are all that were read, the ones that win over others of the same name last;
    /// `librarys` have their pages below [`LIBRARY`].
    pub(crate) fn new(
        modules: impl IntoIterator<Item = (&'a str, &'a ast::Module)>,
        mut documented: BTreeSet<&'a str>,
        mut librarys: BTreeSet<&'a str>,
        guides: BTreeMap<String, Vec<String>>,
    ) -> Self {
        librarys.retain(|module| !documented.contains(module));
        documented.extend(&librarys);
        let mut names = Names {
            modules: modules.into_iter().collect(),
            documented,
            librarys,
            faces: HashMap::new(),
            anchors: HashMap::new(),
            guides,
        };
        names.find_anchors();
        names.find_faces();
        names
    }

    fn public_items(&self) -> Vec<(&'a str, &'a ast::Item)> {
        let mut found = Vec::new();
        for module in &self.documented {
            if let Some(read) = self.modules.get(module) {
                let items = read.items.iter().filter(|item| is_offered(item));
                found.extend(items.map(|item| (*module, item)));
            }
        }
        found
    }

    fn find_anchors(&mut self) {
        for (module, item) in self.public_items() {
            let Some(name) = name_of(item) else { continue };
            self.anchors.insert((module, name), name.to_owned());
            for part in constructors(item) {
                let anchor = parts::anchor(name, part);
                self.anchors.entry((module, part.name())).or_insert(anchor);
            }
        }
    }

    fn find_faces(&mut self) {
        for (module, item) in self.public_items() {
            let ItemKind::Alias { name, target, .. } = &item.kind else {
                continue;
            };
            let Some((hidden, declaration)) = self.hidden(module, target) else {
                continue;
            };
            self.faces.entry(hidden).or_insert((module, &name.name));
            // Its constructors are the module's, too.
            let is_shown = std::ptr::eq(self.opened(module, item).1, declaration);
            for part in constructors(declaration) {
                let anchor = match is_shown {
                    true => parts::anchor(&name.name, part),
                    false => name.name.to_string(),
                };
                self.anchors.entry((module, part.name())).or_insert(anchor);
            }
        }
    }

    /// The type that another is an alias of.
    fn target_of(&self, module: &str, target: &TypeExpr) -> Option<Declared<'a>> {
        match &target.kind {
            TypeExprKind::Named { path, .. } => self.type_named(module, &spelled(path)),
            TypeExprKind::Tuple(_)
            | TypeExprKind::Fun { .. }
            | TypeExprKind::Option(_)
            | TypeExprKind::Result(..)
            | TypeExprKind::Error => None,
        }
    }

    /// The type that an alias stands for, where its module has no page.
    pub(crate) fn hidden(
        &self,
        module: &str,
        target: &TypeExpr,
    ) -> Option<(Declared<'a>, &'a ast::Item)> {
        let declared = self.target_of(module, target)?;
        if self.has_page(declared.0) {
            return None;
        }
        Some((declared, self.declaration(declared.0, declared.1)?))
    }

    /// The item whose parts the entry of an item shows, and its module: itself, or the type that it
    /// is another name of.
    pub(crate) fn opened<'i>(
        &self,
        module: &'i str,
        item: &'i ast::Item,
    ) -> (&'i str, &'i ast::Item)
    where
        'a: 'i,
    {
        let ItemKind::Alias {
            generics, target, ..
        } = &item.kind
        else {
            return (module, item);
        };
        if let (Some(((declares, _), hidden)), TypeExprKind::Named { args, .. }) =
            (self.hidden(module, target), &target.kind)
        {
            if args.len() == generics.len() {
                return (declares, hidden);
            }
        }
        (module, item)
    }

    /// The declaration of a type or interface.
    pub(crate) fn declaration(&self, module: &str, name: &str) -> Option<&'a ast::Item> {
        let mut items = self.modules.get(module)?.items.iter();
        items.find(|item| is_type(item) && name_of(item) == Some(name))
    }

    /// What the type `name` means in a module: `Conn`, `Handler.Conn`.
    pub(crate) fn type_named(&self, from: &str, name: &str) -> Option<Declared<'a>> {
        if let Some((module, last)) = name.rsplit_once('.') {
            let module = self.module_named(from, module)?;
            return self.declared(module, last);
        }
        let own = self.modules.get_key_value(from).map(|(module, _)| *module);
        own.and_then(|module| self.declared(module, name))
            .or_else(|| self.imported(from, name))
            .or_else(|| self.declared(PRELUDE, name))
            .or_else(|| self.declared(name, name))
    }

    fn declared(&self, module: &str, name: &str) -> Option<Declared<'a>> {
        let (module, _) = self.modules.get_key_value(module)?;
        let item = self.declaration(module, name)?;
        Some((*module, name_of(item)?))
    }

    /// `from M import Name`.
    fn imported(&self, from: &str, name: &str) -> Option<Declared<'a>> {
        let items = self.modules.get(from)?.items.iter();
        let mut imports = items.filter_map(|item| match &item.kind {
            ItemKind::FromImport { path, names } => Some((path, names)),
            _ => None,
        });
        imports.find_map(|(path, names)| {
            let has_it = names.iter().any(|known| *known.name == *name);
            has_it
                .then(|| self.declared(&spelled(path), name))
                .flatten()
        })
    }

    /// The module that `from` means by a name: its own, or the last part of an import.
    fn module_named(&self, from: &str, name: &str) -> Option<&'a str> {
        if let Some((module, _)) = self.modules.get_key_value(name) {
            return Some(module);
        }
        let mut items = self.modules.get(from)?.items.iter();
        let path = items.find_map(|item| match &item.kind {
            ItemKind::Import(path) => {
                let is_it = path.segments.last().is_some_and(|last| *last.name == *name);
                is_it.then(|| spelled(path))
            }
            _ => None,
        })?;
        self.modules
            .get_key_value(path.as_str())
            .map(|(module, _)| *module)
    }

    /// The page and place of a type, or of the one that passes it on.
    pub(crate) fn type_address(&self, declared: Declared) -> Option<String> {
        let (module, name) = match self.anchors.contains_key(&declared) {
            true => declared,
            false => *self.faces.get(&declared)?,
        };
        Some(format!("{}#{name}", self.page(module)))
    }

    /// How the module `from` would name a type.
    pub(crate) fn shown(&self, from: &str, declared: Declared<'a>) -> String {
        let is_public = self.anchors.contains_key(&declared);
        let face = self.faces.get(&declared).filter(|_| !is_public);
        let (module, name) = face.copied().unwrap_or(declared);
        let last = module.rsplit('.').next().unwrap_or_default();
        match module == from || module == PRELUDE || last == name {
            true => name.into(),
            false => format!("{last}.{name}"),
        }
    }

    /// Where `text` of a comment in `from` leads: `List.map`, `map(list, f)`, `Ws.Frame`, `Some`.
    pub(crate) fn address(&self, from: &str, text: &str) -> Option<String> {
        let name = text.split(['(', '<']).next().unwrap_or_default();
        let is_call = text == name || text.ends_with([')', '>']);
        let is_name = |part: &str| {
            let mut letters = part.chars();
            let begins = letters
                .next()
                .is_some_and(|c| c.is_alphabetic() || c == '_');
            begins && letters.all(|c| c.is_alphanumeric() || c == '_')
        };
        if !is_call || !name.split('.').all(is_name) {
            return None;
        }
        if text == name && self.documented.contains(name) && name != from {
            let own = self
                .anchor(from, name)
                .or_else(|| self.anchor(PRELUDE, name));
            return Some(own.unwrap_or_else(|| self.page(name)));
        }
        let Some((module, last)) = name.rsplit_once('.') else {
            return self.anchor(from, name).or_else(|| {
                let is_capital = name.starts_with(char::is_uppercase);
                is_capital.then(|| self.anchor(PRELUDE, name)).flatten()
            });
        };
        let named = self.module_named(from, module).unwrap_or(module);
        self.anchor(named, last)
            .or_else(|| self.part_address(from, module, last))
    }

    /// The place of a part of a type or interface: `Point.x`.
    fn part_address(&self, from: &str, name: &str, part: &str) -> Option<String> {
        let declared = self.type_named(from, name)?;
        let address = self.type_address(declared)?;
        let (module, name) = match self.anchors.contains_key(&declared) {
            true => declared,
            false => *self.faces.get(&declared)?,
        };
        let (_, shown) = self.opened(module, self.declaration(module, name)?);
        let part = parts::of(shown).into_iter().find(|p| p.name() == part)?;
        Some(parts::anchor(&address, part))
    }

    fn anchor(&self, module: &str, name: &str) -> Option<String> {
        let anchor = self.anchors.get(&(module, name))?;
        Some(format!("{}#{anchor}", self.page(module)))
    }

    /// The page of a module that has one.
    pub(crate) fn page(&self, module: &str) -> String {
        match self.librarys.contains(module) {
            true => format!("{LIBRARY}{}", page_of(module)),
            false => page_of(module),
        }
    }

    /// What `text` says of a module with a page, and the module does not have. Private names are
    /// there, and a service makes names of its handlers.
    pub(crate) fn missing<'t>(&self, text: &'t str) -> Option<Missing<'t>> {
        let (dotted, _) = text.split_once('(').unwrap_or((text, ""));
        let (module, name) = dotted.rsplit_once('.')?;
        let begins = name.starts_with(|c: char| c.is_lowercase());
        let is_name = begins && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let read = self.modules.get(module).filter(|_| self.has_page(module))?;
        let makes = |item: &ast::Item| matches!(item.kind, ItemKind::Service(_));
        let names = || read.items.iter().filter_map(name_of);
        let items = || self.modules.values().flat_map(|module| &module.items);
        // A type's name stands in front of its methods, and may be a module's.
        let is_method = items().any(|item| match &item.kind {
            ItemKind::Interface(interface) => {
                let mut methods = interface.methods.iter();
                methods.any(|method| *method.function.name.name == *name)
            }
            _ => false,
        });
        if !is_name
            || is_method
            || names().any(|known| known == name)
            || read.items.iter().any(makes)
        {
            return None;
        }
        let public = read.items.iter().filter(|item| item.is_public);
        let close = suggest::closest(name, public.filter_map(name_of));
        Some(Missing {
            module,
            name,
            close,
        })
    }

    /// Whether the reference has a page of that module.
    pub(crate) fn has_page(&self, module: &str) -> bool {
        self.documented.contains(module)
    }

    /// The guide at a path of the repository, with its headings.
    pub(crate) fn guide(&self, path: &str) -> Option<&[String]> {
        self.guides.get(path).map(Vec::as_slice)
    }
}

/// Constructors of a type that programs may build.
fn constructors(item: &ast::Item) -> Vec<Part<'_>> {
    let mut found = parts::of(item);
    found.retain(|part| matches!(part, Part::Constructor(_)));
    found
}

/// The page of a module.
pub(crate) fn page_of(module: &str) -> String {
    format!("modules/{module}.html")
}

/// A dotted name.
pub(crate) fn spelled(path: &ast::Path) -> String {
    let segments: Vec<_> = path.segments.iter().map(|segment| &*segment.name).collect();
    segments.join(".")
}

/// The name under which an item is known.
pub(crate) fn name_of(item: &ast::Item) -> Option<&str> {
    Some(match &item.kind {
        ItemKind::Fn(item) => &item.name.name,
        ItemKind::Extern(item) => &item.name.name,
        ItemKind::Struct(item) => &item.name.name,
        ItemKind::Sum(item) => &item.name.name,
        ItemKind::Interface(item) => &item.name.name,
        ItemKind::Actor(item) => &item.name.name,
        ItemKind::Service(item) => &item.name.name,
        ItemKind::Supervisor(item) => &item.name.name,
        ItemKind::Alias { name, .. }
        | ItemKind::ExternType { name, .. }
        | ItemKind::Let { name, .. } => &name.name,
        ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Test { .. } => return None,
    })
}

/// True for what a page tells of: what is public, and actors, which always are, when they have a
/// comment.
pub(crate) fn is_offered(item: &ast::Item) -> bool {
    let is_actor = matches!(
        item.kind,
        ItemKind::Actor(_) | ItemKind::Service(_) | ItemKind::Supervisor(_)
    );
    item.is_public || is_actor && item.doc.is_some()
}

/// True for what may stand where a type does, and for interfaces.
pub(crate) fn is_type(item: &ast::Item) -> bool {
    match &item.kind {
        ItemKind::Struct(_)
        | ItemKind::Sum(_)
        | ItemKind::Alias { .. }
        | ItemKind::Interface(_)
        | ItemKind::ExternType { .. }
        | ItemKind::Service(_) => true,
        ItemKind::Fn(_)
        | ItemKind::Extern(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Let { .. } => false,
    }
}
