//! The heads of functions and actors: as they were written, with the types that were found out
//! where none were written. A head that is too wide for a line has one parameter on each.

use snow_compiler::ast::{self, Bound, Ident, Param, PatternKind, TypeExpr};
use snow_compiler::hir::{self, FunctionKind};
use snow_compiler::source::{Name, Span};
use snow_compiler::types::{print, Scheme, Typed};

use crate::ink::Ink;
use crate::types::Place;

/// The most characters on a line.
const MOST_WIDTH: usize = 76;

/// What is known of types.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k> {
    /// Resolved.
    pub program: &'k hir::Program,
    /// Inferred.
    pub typed: &'k Typed,
}

impl Known<'_> {
    /// The function whose name stands there.
    fn function(&self, name: Span) -> Option<(&hir::Function, &Scheme)> {
        let functions = self.program.functions.iter().zip(&self.typed.scheme);
        let mut at = functions.filter(|(function, _)| function.name_span == name);
        at.find(|(f, _)| {
            matches!(
                f.kind,
                FunctionKind::Plain | FunctionKind::Extern(_) | FunctionKind::Actor
            )
        })
    }
}

/// The parts of a head that functions, externs and actors share.
pub(crate) struct Head<'h> {
    /// `fn` or `actor`.
    pub word: &'static str,
    /// Its name.
    pub name: &'h Ident,
    /// Type parameters.
    pub generics: &'h [Ident],
    /// Parameters.
    pub params: &'h [Param],
    /// `-> T`.
    pub result: Option<&'h TypeExpr>,
    /// `where`.
    pub bounds: &'h [Bound],
    /// The interface that the head stands in, with whose type parameters.
    pub inside: &'h [Ident],
}

impl<'h> Head<'h> {
    /// Of a function; `inside` are type parameters of what it stands in.
    pub(crate) fn of(item: &'h ast::FnItem, inside: &'h [Ident]) -> Self {
        Head {
            word: "fn",
            name: &item.name,
            generics: &item.generics,
            params: &item.params,
            result: item.result.as_ref(),
            bounds: &item.bounds,
            inside,
        }
    }

    /// The names that its parameters have.
    pub(crate) fn locals(&self) -> Vec<&'h str> {
        let names = self.params.iter().map(name_of);
        names.collect()
    }

    fn is_written(&self) -> bool {
        let is_typed = |param: &Param| {
            param.annotation.is_some() || param.is_self_pid || name_of(param) == "self"
        };
        self.params.iter().all(is_typed) && (self.result.is_some() || self.word == "actor")
    }

    /// The head as HTML of several lines at most.
    pub(crate) fn html(&self, place: Place, known: Known) -> String {
        let function = known
            .function(self.name.span)
            .filter(|_| !self.is_written());
        let parts = match function {
            Some((function, scheme)) => self.found(place, known, function, scheme),
            None => self.written(place),
        };
        parts.html()
    }

    fn begin(&self, generics: &[Ink]) -> Ink {
        let mut ink = Ink::default();
        ink.word(self.word);
        ink.of_class('f', &self.name.name);
        ink.arguments(generics);
        ink
    }

    fn written(&self, place: Place) -> Parts {
        let own: Vec<Name> = [self.inside, self.generics]
            .concat()
            .iter()
            .map(|generic| generic.name.clone())
            .collect();
        let params = self.params.iter().map(|param| {
            let mut ink = Ink::default();
            let name = match param.is_self_pid {
                true => "self()",
                false => name_of(param),
            };
            ink.plain(name);
            if let Some(ty) = &param.annotation {
                typed(&mut ink, &place.written(ty, &own));
            }
            ink
        });
        let bounds = self.bounds.iter().map(|bound| {
            let mut ink = Ink::default();
            ink.of_class('t', &bound.name.name);
            ink.symbol(":");
            ink.plain(" ");
            ink.join(&place.named(&bound.interface, &own));
            let arguments = bound.arguments.iter().map(|ty| place.written(ty, &own));
            ink.arguments(&arguments.collect::<Vec<_>>());
            ink
        });
        Parts {
            begin: self.begin(&letters(self.generics.iter().map(|g| &*g.name))),
            params: params.collect(),
            result: self.result.map(|ty| place.written(ty, &own)),
            bounds: bounds.collect(),
        }
    }

    fn found(
        &self,
        place: Place,
        known: Known,
        function: &hir::Function,
        scheme: &Scheme,
    ) -> Parts {
        let mut generics: Vec<Name> = function
            .generics
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        for index in generics.len()..scheme.bounds.len() {
            let letter = snow_compiler::types::Ty::Param(index as u32);
            generics.push(print::ty(known.program, &letter, &[]).into());
        }
        let shown = |ty| place.inferred(known.program, ty, &generics);
        // Another clause may have a name for what is a pattern in the first.
        let locals = hir::parameter_locals(function);
        let named = |index: usize| {
            let local = locals.get(index).copied().flatten()?;
            let name = &*known.program.locals[local.index()].name;
            (!name.starts_with('%')).then_some(name)
        };
        let params = self.params.iter().enumerate().map(|(index, param)| {
            let mut ink = Ink::default();
            if param.is_self_pid {
                ink.plain("self()");
                return ink;
            }
            ink.plain(named(index).unwrap_or_else(|| name_of(param)));
            if let Some(ty) = scheme.params.get(index) {
                typed(&mut ink, &shown(ty));
            }
            ink
        });
        let text = print::scheme(known.program, scheme, &generics);
        let mut bounds = Ink::default();
        if let Some((_, words)) = text.split_once(" where ") {
            bounds.of_class('t', words);
        }
        Parts {
            params: params.collect(),
            begin: self.begin(&letters(generics.iter().map(|name| &**name))),
            result: Some(shown(&scheme.result)),
            bounds: match bounds.width {
                0 => Vec::new(),
                _ => vec![bounds],
            },
        }
    }
}

/// A head in pieces.
struct Parts {
    begin: Ink,
    params: Vec<Ink>,
    result: Option<Ink>,
    bounds: Vec<Ink>,
}

impl Parts {
    fn html(&self) -> String {
        let mut end = Ink::default();
        if let Some(result) = &self.result {
            end.plain(" ");
            end.symbol("->");
            end.plain(" ");
            end.join(result);
        }
        let mut asked = Ink::default();
        if !self.bounds.is_empty() {
            asked.word("where");
            asked.list(&self.bounds);
        }
        let mut params = Ink::default();
        if self.params.is_empty() {
            params.symbol("()");
        } else {
            params.symbol("(");
            params.list(&self.params);
            params.symbol(")");
        }
        let blank = usize::from(asked.width > 0);
        let width = self.begin.width + params.width + end.width;
        let mut ink = self.begin.clone();
        if width <= MOST_WIDTH || self.params.is_empty() {
            ink.join(&params);
        } else {
            ink.symbol("(");
            let last = self.params.len() - 1;
            for (index, param) in self.params.iter().enumerate() {
                ink.plain("\n  ");
                ink.join(param);
                if index < last {
                    ink.symbol(",");
                }
            }
            ink.plain("\n");
            ink.symbol(")");
        }
        ink.join(&end);
        if asked.width > 0 {
            let fits = width + blank + asked.width <= MOST_WIDTH;
            ink.plain(if fits { " " } else { "\n  " });
            ink.join(&asked);
        }
        ink.html
    }
}

/// `:: T` behind a name.
pub(crate) fn typed(ink: &mut Ink, ty: &Ink) {
    ink.plain(" ");
    ink.symbol("::");
    ink.plain(" ");
    ink.join(ty);
}

/// Names of type parameters.
pub(crate) fn letters<'n>(names: impl Iterator<Item = &'n str>) -> Vec<Ink> {
    let one = |name: &str| {
        let mut ink = Ink::default();
        ink.of_class('t', name);
        ink
    };
    names.map(one).collect()
}

/// The name of a parameter, `_` for a pattern without one.
pub(crate) fn name_of(param: &Param) -> &str {
    match &param.pattern.kind {
        PatternKind::Name(name) | PatternKind::As(_, name) => &name.name,
        PatternKind::Wildcard
        | PatternKind::Int(_)
        | PatternKind::Float(_)
        | PatternKind::String(_)
        | PatternKind::Bool(_)
        | PatternKind::Unit
        | PatternKind::Tuple(_)
        | PatternKind::Constructor { .. }
        | PatternKind::Or(_)
        | PatternKind::Cons(..)
        | PatternKind::List(_)
        | PatternKind::Bits(_)
        | PatternKind::Error => "_",
    }
}
