//! Notes what the names in the text mean, as they are looked up.

use crate::ast::{Ident, Path};
use crate::hir::{Meaning, Mention, ModuleId};
use crate::source::{Name, Span};

use super::scope::{Found, TypeEntryKind};
use super::Resolver;

impl Resolver<'_, '_> {
    /// Notes what the name at the end of `span` means. What a service or a `deriving` became of has
    /// names that stand nowhere, which are left out.
    pub(super) fn mention(&mut self, name: &Name, span: Span, meaning: Meaning) {
        let written = name.rsplit(['.', '%']).next().unwrap_or_default();
        let Some(start) = span.end.checked_sub(written.len() as u32) else {
            return;
        };
        let text = &self.sources.get(span.file).text;
        let is_there = text.get(start as usize..span.end as usize) == Some(written);
        if is_there && start >= span.start && !written.is_empty() {
            let span = Span { start, ..span };
            self.note(span, meaning, false);
        }
    }

    /// Notes what a whole value means that was looked up.
    pub(super) fn mention_found(&mut self, found: &Found, name: &Name, span: Span) {
        let meaning = match found {
            Found::Functions(list) => match list.first() {
                Some(first) => Meaning::Function(first.id),
                None => return,
            },
            Found::Constructor(entry) => Meaning::Variant(entry.ty, entry.variant),
            Found::Constant(module, name, _) => Meaning::Constant(*module, name.clone()),
            Found::Method(id, _) => Meaning::Function(*id),
            Found::Ambiguous => return,
        };
        self.mention(name, span, meaning);
    }

    /// Notes that a name means the type or alias that `owner` declares as `name`.
    pub(super) fn mention_type(&mut self, owner: ModuleId, name: &Name, written: &Ident) {
        let meaning = match self.type_entry(owner, name).map(|entry| entry.kind) {
            Some(TypeEntryKind::Declared(id)) => Meaning::Type(id),
            Some(TypeEntryKind::Alias { .. }) => Meaning::Alias(owner, name.clone()),
            None => return,
        };
        self.mention(&written.name, written.span, meaning);
    }

    /// Notes what the segments of a name of a type mean: modules, then the type.
    pub(super) fn mention_path(&mut self, owner: ModuleId, name: &Name, path: &Path) {
        let Some((last, before)) = path.segments.split_last() else {
            return;
        };
        if let Some(module) = before.last() {
            self.mention(&module.name, module.span, Meaning::Module(owner));
        }
        self.mention_type(owner, name, last);
    }

    /// Notes all that an imported name means.
    pub(super) fn mention_imported(&mut self, from: ModuleId, name: &Ident) {
        self.mention_type(from, &name.name, name);
        let interface = self.scopes[from.index()].interfaces.get(&name.name);
        if let Some(id) = interface.map(|entry| entry.id) {
            self.mention(&name.name, name.span, Meaning::Interface(id));
        }
        if let Some(found) = self.in_module(from, &name.name, None) {
            self.mention_found(&found, &name.name, name.span);
        }
    }

    /// Notes that a name is declared here.
    pub(super) fn declares(&mut self, name: &Ident, meaning: Meaning) {
        self.note(name.span, meaning, true);
    }

    fn note(&mut self, span: Span, meaning: Meaning, declares: bool) {
        self.out.mentions.push(Mention {
            span,
            meaning,
            declares,
        });
    }
}
