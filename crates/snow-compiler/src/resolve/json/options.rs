//! What stands in the parentheses of `deriving(Json(…))`.
//!
//! In: the options as parsed. Out: keys and defaults by the names of fields and variants. Promised:
//! an option that means nothing is reported (E0028) and ignored.

use crate::ast::{Derive, DeriveOption, Expr, Ident, Path};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::source::{Name, Span};

use crate::resolve::modules::dotted;

/// The options of one type.
pub(super) struct Options<'i> {
    /// The key that says which variant an object is, and where that is written.
    pub tag: Option<(&'i Name, Span)>,
    parts: Vec<Part<'i>>,
}

/// An option of a field or variant.
struct Part<'i> {
    path: &'i Path,
    key: Option<&'i Name>,
    default: Option<&'i Expr>,
}

/// What an option's name may stand for.
pub(super) enum Meaning {
    /// A field: it may have a key and a default.
    Field,
    /// A variant: it may have a key.
    Variant,
    /// Nothing; the text says why.
    Nothing(String),
}

impl<'i> Options<'i> {
    /// Reads the options. `meaning` says what a name stands for in the type.
    pub(super) fn of(
        derive: &'i Derive,
        meaning: impl Fn(&[&str]) -> Meaning,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut options = Options {
            tag: None,
            parts: Vec::new(),
        };
        for option in &derive.options {
            let wrong = match option {
                DeriveOption::Setting { name, value } => options.set(name, value),
                DeriveOption::Part { path, key, default } => {
                    let (key, default) = (key.as_ref(), default.as_ref());
                    options.add(Part { path, key, default }, &meaning)
                }
            };
            if let Some((span, message, help)) = wrong {
                let report = Diagnostic::error(Code::E0028, span, message);
                diagnostics.push(report.help(help));
            }
        }
        options
    }

    fn set(&mut self, name: &'i Ident, value: &'i Name) -> Option<(Span, String, String)> {
        if &*name.name != "tag" {
            let message = format!("`Json` has no setting `{}`", name.name);
            return Some((name.span, message, "it has `tag: \"…\"`".into()));
        }
        if self.tag.is_some() {
            let help = "leave one of the two".to_string();
            return Some((name.span, "`tag` is set twice".into(), help));
        }
        self.tag = Some((value, name.span));
        None
    }

    fn add(
        &mut self,
        part: Part<'i>,
        meaning: impl Fn(&[&str]) -> Meaning,
    ) -> Option<(Span, String, String)> {
        let (span, name) = (part.path.span, dotted(part.path));
        if self.parts.iter().any(|other| dotted(other.path) == name) {
            let message = format!("`{name}` has options already");
            let help = format!("write `{name} as \"key\" = default`");
            return Some((span, message, help));
        }
        match meaning(&names(part.path)) {
            Meaning::Field => {}
            Meaning::Variant => {
                if let Some(default) = part.default {
                    let message = format!("variant `{name}` cannot have a default");
                    return Some((default.span, message, "fields can".into()));
                }
            }
            Meaning::Nothing(help) => {
                let message = format!("`{name}` is no part of the type that can have options");
                return Some((span, message, help));
            }
        }
        self.parts.push(part);
        None
    }

    fn part(&self, path: &[&str]) -> Option<&Part<'i>> {
        self.parts.iter().find(|part| names(part.path) == path)
    }

    /// The key of a field, or the text that names a variant.
    pub(super) fn key(&self, path: &[&str]) -> Option<Name> {
        self.part(path)?.key.cloned()
    }

    /// What a field is when its key is missing.
    pub(super) fn default(&self, path: &[&str]) -> Option<&'i Expr> {
        self.part(path)?.default
    }
}

fn names(path: &Path) -> Vec<&str> {
    path.segments.iter().map(|s| &*s.name).collect()
}
