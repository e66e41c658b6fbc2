//! Patterns. A name is bound in the innermost scope as soon as it is read, so that sizes in bit
//! patterns can mention it.

use rustc_hash::FxHashMap;

use crate::ast::{
    BitKind, BitSegment, Ident, Param, Path, Pattern, PatternKind, TypeExpr, TypeExprKind,
};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{foreign, suggest, Code, Diagnostic};
use crate::hir::{LocalId, Meaning, Pat, PatKind, Segment, TypeKind};
use crate::source::{Name, Span};

use super::modules::dotted;
use super::scope::{ConstructorEntry, Found};
use super::types::plural;
use super::Resolver;

/// The names bound so far by the patterns being read.
#[derive(Default)]
struct Bound {
    /// In the alternative being read.
    current: Vec<(Name, Span)>,
    /// By an earlier alternative of an or-pattern: the same name is the same local.
    shared: FxHashMap<Name, LocalId>,
}

/// The name in `head :: name`, a parameter that may take a list apart: whether it does, the types
/// in scope decide.
pub(super) fn possible_tail(param: &Param) -> Option<&Ident> {
    let TypeExprKind::Named { path, args } = &param.annotation.as_ref()?.kind else {
        return None;
    };
    let [name] = &path.segments[..] else {
        return None;
    };
    let is_lower = name.name.starts_with(char::is_lowercase);
    let is_foreign = foreign::type_name(&name.name).is_some();
    (is_lower && !is_foreign && args.is_empty()).then_some(name)
}

/// The name of the type that `int` may be meant for.
pub(super) fn capitalised(name: &str) -> Name {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect::<String>().into()
}

impl<'a> Resolver<'a, '_> {
    /// One pattern.
    pub(super) fn pattern(&mut self, pattern: &'a Pattern) -> Pat {
        self.pattern_of(pattern, &mut Bound::default())
    }

    /// The patterns of a parameter list, which may not bind a name twice, with their names in the
    /// innermost scope.
    pub(super) fn parameters(&mut self, params: &'a [Param]) -> Vec<Pat> {
        let mut bound = Bound::default();
        let mut resolved = Vec::new();
        for param in params {
            resolved.push(if param.is_self_pid {
                let local = self.new_local(&"%self".into());
                self.pat(PatKind::Bind(local), param.pattern.span)
            } else {
                let head = self.pattern_of(&param.pattern, &mut bound);
                match self.tail(param) {
                    Some(tail) => self.cons_parameter(head, tail, &mut bound),
                    None => head,
                }
            });
        }
        resolved
    }

    fn cons_parameter(&mut self, head: Pat, tail: &Ident, bound: &mut Bound) -> Pat {
        let span = head.span.to(tail.span);
        let kind = self.name_pattern(tail, bound);
        let tail = self.pat(kind, tail.span);
        self.pat(PatKind::Cons(Box::new(head), Box::new(tail)), span)
    }

    /// The name behind `::` of a parameter that takes a list apart: a lower-case name that is no
    /// type, nor one that is written in lower case by mistake (`n :: int`).
    fn tail<'p>(&self, param: &'p Param) -> Option<&'p Ident> {
        let name = possible_tail(param)?;
        if self.body.generics.contains(&name.name) {
            return None;
        }
        let here = self.module();
        let path = |name: Name, span: Span| Path {
            segments: vec![Ident { name, span }],
            span,
        };
        let written = path(name.name.clone(), name.span);
        let meant = path(capitalised(&name.name), name.span);
        let is_type = self.find_type(here, &written).is_some() || self.is_plain_type(here, &meant);
        (!is_type).then_some(name)
    }

    /// The type of a parameter as written. What stands behind `::` may be the rest of a list.
    pub(super) fn parameter_type<'p>(&self, param: &'p Param) -> Option<&'p TypeExpr> {
        let annotation = param.annotation.as_ref()?;
        match self.tail(param) {
            Some(_) => None,
            None => Some(annotation),
        }
    }

    fn pattern_of(&mut self, pattern: &'a Pattern, bound: &mut Bound) -> Pat {
        let span = pattern.span;
        let kind = match &pattern.kind {
            PatternKind::Wildcard => PatKind::Wildcard,
            PatternKind::Int(value) => PatKind::Int(*value),
            PatternKind::Float(value) => PatKind::Float(*value),
            PatternKind::String(value) => PatKind::String(value.clone()),
            PatternKind::Bool(value) => PatKind::Bool(*value),
            PatternKind::Unit => PatKind::Unit,
            PatternKind::Error => PatKind::Error,
            PatternKind::Name(name) => self.name_pattern(name, bound),
            PatternKind::Tuple(items) if items.len() == 1 => {
                return self.pattern_of(&items[0], bound)
            }
            PatternKind::Tuple(items) if items.is_empty() => PatKind::Unit,
            PatternKind::Tuple(items) => {
                PatKind::Tuple(items.iter().map(|p| self.pattern_of(p, bound)).collect())
            }
            PatternKind::Constructor { path, args } => {
                self.constructor_pattern(path, args.as_deref(), bound)
            }
            PatternKind::Or(alternatives) => self.or_pattern(alternatives, bound),
            PatternKind::Cons(head, tail) => {
                let head = self.pattern_of(head, bound);
                PatKind::Cons(Box::new(head), Box::new(self.pattern_of(tail, bound)))
            }
            PatternKind::As(inner, name) => {
                let inner = self.pattern_of(inner, bound);
                if name.name.starts_with(char::is_uppercase) {
                    self.capital_name(name);
                    // Uses of the name have nothing to add.
                    self.bind_local(&name.name);
                    return self.pat(PatKind::Error, span);
                }
                PatKind::As(Box::new(inner), self.bind(name, bound))
            }
            PatternKind::List(items) => {
                let items: Vec<Pat> = items.iter().map(|p| self.pattern_of(p, bound)).collect();
                return self.list_pattern(items, span);
            }
            PatternKind::Bits(segments) => PatKind::Bits(
                segments
                    .iter()
                    .map(|s| self.bit_pattern(s, bound))
                    .collect(),
            ),
        };
        self.pat(kind, span)
    }

    /// `[a, b]` is `a :: b :: []`.
    fn list_pattern(&mut self, items: Vec<Pat>, span: Span) -> Pat {
        let mut list = self.pat(PatKind::Nil, span);
        for item in items.into_iter().rev() {
            list = self.pat(PatKind::Cons(Box::new(item), Box::new(list)), span);
        }
        list
    }

    fn name_pattern(&mut self, name: &Ident, bound: &mut Bound) -> PatKind {
        if name.name.starts_with(char::is_uppercase) {
            if let Some(entry) = self.constructor(&name.name) {
                if !self.is_clear(&name.name, name.span) {
                    return PatKind::Error;
                }
                return self.constructor_arguments(&name.name, entry, None, name.span, bound);
            }
            self.unknown_capital(name);
            // Uses of the name have nothing to add.
            self.bind_local(&name.name);
            return PatKind::Error;
        }
        PatKind::Bind(self.bind(name, bound))
    }

    /// E0010 for a name that reads like a constructor and would match anything.
    fn unknown_capital(&mut self, name: &Ident) {
        let path = Path {
            segments: vec![name.clone()],
            span: name.span,
        };
        let here = self.module();
        let help = if matches!(
            self.unqualified(&name.name, None),
            Some(Found::Constant(..))
        ) {
            format!(
                "`{}` is a constant: compare with it, `value when value == {}`",
                name.name, name.name
            )
        } else if self.find_type(here, &path).is_some() {
            format!("`{}` is a type: `name :: {}`", name.name, name.name)
        } else {
            return self.unknown_variant(&path, Some(lower_name(name)));
        };
        let message = format!("unknown variant `{}`", name.name);
        self.report_with_help(Code::E0010, name.span, message, Some(help));
    }

    /// E0010 for `… as Name`: what stands there is a name for any value.
    fn capital_name(&mut self, name: &Ident) {
        let (message, help) = match self.constructor(&name.name) {
            Some(entry) => {
                let TypeKind::Sum(variants) = &self.out.types[entry.ty.index()].kind else {
                    return;
                };
                let form = match variants[entry.variant].fields.is_empty() {
                    true => name.name.to_string(),
                    false => format!("{}(…)", name.name),
                };
                (
                    format!("`as` gives a name, and `{}` is a constructor", name.name),
                    format!("the pattern comes first: `{form} as name`"),
                )
            }
            None => (
                format!("`{}` reads like a constructor", name.name),
                lower_name(name),
            ),
        };
        self.report_with_help(Code::E0010, name.span, message, Some(help));
    }

    fn bind(&mut self, name: &Ident, bound: &mut Bound) -> LocalId {
        if let Some((_, first)) = bound.current.iter().find(|(other, _)| *other == name.name) {
            let message = format!("`{}` is bound twice in one pattern", name.name);
            self.diagnostics.push(
                Diagnostic::error(Code::E0044, name.span, message).also(*first, "bound here first"),
            );
        }
        bound.current.push((name.name.clone(), name.span));
        let local = match bound.shared.get(&name.name) {
            Some(local) => *local,
            None => {
                let local = self.bind_local(&name.name);
                bound.shared.insert(name.name.clone(), local);
                local
            }
        };
        self.declares(name, Meaning::Local(local));
        local
    }

    fn or_pattern(&mut self, alternatives: &'a [Pattern], bound: &mut Bound) -> PatKind {
        let start = bound.current.len();
        let mut resolved = Vec::new();
        let mut first_names: Option<Vec<(Name, Span)>> = None;
        for alternative in alternatives {
            bound.current.truncate(start);
            resolved.push(self.pattern_of(alternative, bound));
            let names: Vec<(Name, Span)> = bound.current[start..].to_vec();
            match &first_names {
                None => first_names = Some(names),
                Some(first) => self.check_same_names(first, &names, alternative.span),
            }
        }
        bound.current.truncate(start);
        bound.current.extend(first_names.unwrap_or_default());
        PatKind::Or(resolved)
    }

    /// E0011.
    fn check_same_names(&mut self, first: &[(Name, Span)], names: &[(Name, Span)], span: Span) {
        let lacks =
            |list: &[(Name, Span)], name: &Name| !list.iter().any(|(other, _)| other == name);
        if let Some((name, at)) = first.iter().find(|(name, _)| lacks(names, name)) {
            let message = format!("`{name}` is not bound by all alternatives");
            self.diagnostics
                .push(Diagnostic::error(Code::E0011, span, message).also(*at, "bound here"));
        } else if let Some((name, at)) = names.iter().find(|(name, _)| lacks(first, name)) {
            self.report(
                Code::E0011,
                *at,
                format!("`{name}` is not bound by all alternatives"),
            );
        }
    }

    fn constructor_pattern(
        &mut self,
        path: &Path,
        args: Option<&'a [Pattern]>,
        bound: &mut Bound,
    ) -> PatKind {
        let found = match &path.segments[..] {
            [single] => self.constructor(&single.name),
            _ => match self.find_path(&path.segments, None) {
                Some(Found::Constructor(entry)) => Some(entry),
                Some(Found::Ambiguous) => return self.broken_constructor(args, bound),
                _ => None,
            },
        };
        let is_clear = match &path.segments[..] {
            [single] => self.is_clear(&single.name, single.span),
            _ => true,
        };
        let name = dotted(path);
        match found {
            Some(_) if !is_clear => self.broken_constructor(args, bound),
            Some(entry) => self.constructor_arguments(&name, entry, args, path.span, bound),
            None => {
                self.unknown_variant(path, None);
                self.broken_constructor(args, bound)
            }
        }
    }

    /// The names inside still have to exist for the arm's body.
    fn broken_constructor(&mut self, args: Option<&'a [Pattern]>, bound: &mut Bound) -> PatKind {
        for pattern in args.unwrap_or_default() {
            self.pattern_of(pattern, bound);
        }
        PatKind::Error
    }

    fn constructor_arguments(
        &mut self,
        name: &Name,
        entry: ConstructorEntry,
        args: Option<&'a [Pattern]>,
        span: Span,
        bound: &mut Bound,
    ) -> PatKind {
        let args = args.unwrap_or_default();
        let resolved: Vec<Pat> = args.iter().map(|p| self.pattern_of(p, bound)).collect();
        self.mention(name, span, Meaning::Variant(entry.ty, entry.variant));
        if !self.may_use(entry, name, span) {
            return PatKind::Error;
        }
        let expected = self.variant_arity(entry);
        if expected != resolved.len() {
            let message = format!(
                "constructor `{name}` has {expected} value{}, found {}",
                plural(expected),
                resolved.len()
            );
            self.report(Code::E0003, span, message);
            return PatKind::Error;
        }
        PatKind::Constructor {
            ty: entry.ty,
            variant: entry.variant,
            args: resolved,
        }
    }

    /// Number of values of a constructor.
    pub(super) fn variant_arity(&self, entry: ConstructorEntry) -> usize {
        match &self.out.types[entry.ty.index()].kind {
            TypeKind::Sum(variants) => variants.get(entry.variant).map_or(0, |v| v.fields.len()),
            TypeKind::Builtin | TypeKind::Struct(_) => 0,
        }
    }

    /// E0010 with the nearest constructor, or else with other help.
    pub(super) fn unknown_variant(&mut self, path: &Path, otherwise: Option<String>) {
        let Some(last) = path.segments.last() else {
            return;
        };
        if self.is_lost(&path.segments) {
            return;
        }
        if let Some(internal) = self.internal_before(path) {
            return self.internal(internal, path.span, &[]);
        }
        let mut names = self.constructor_names();
        if let Some(variants) = self.variants_before(&path.segments) {
            names = variants;
        }
        let close = suggest::near(&last.name, names.iter().map(|n| &**n))
            .or_else(|| foreign_constructor(&last.name));
        let elsewhere = match &close {
            Some(_) => None,
            None => self.constructor_elsewhere(path),
        };
        if let Some((help, meant)) = elsewhere {
            let message = format!("unknown variant `{}`", dotted(path));
            let report = Diagnostic::error(Code::E0010, path.span, message).help(help);
            // The other variants of the type are written without it, too.
            return self.diagnostics.note_advice(report.edit(last.span, meant));
        }
        let message = format!("unknown variant `{}`", dotted(path));
        let report = Diagnostic::error(Code::E0010, path.span, message);
        let meant = close.or_else(|| otherwise.map(Correction::advice));
        self.diagnostics.push(report.corrected(last.span, meant));
    }

    fn bit_pattern(&mut self, segment: &'a BitSegment<Pattern>, bound: &mut Bound) -> Segment<Pat> {
        let size = segment.size.as_ref().map(|size| self.expression(size));
        let value = self.pattern_of(&segment.value, bound);
        let takes_anything = matches!(
            value.kind,
            PatKind::Wildcard | PatKind::Bind(_) | PatKind::Error
        );
        let fits = takes_anything
            || matches!((&value.kind, segment.kind), (PatKind::Int(_), BitKind::Int));
        let value = if fits {
            value
        } else {
            self.report(
                Code::E0001,
                segment.span,
                "a segment of a bit pattern is a name, `_` or an integer",
            );
            self.pat(PatKind::Error, value.span)
        };
        Segment {
            value,
            size,
            kind: segment.kind,
            little: segment.little,
            span: segment.span,
        }
    }
}

fn lower_name(name: &Ident) -> String {
    let lower = name.name.to_lowercase();
    format!("a name for any value begins with a small letter: `{lower}`")
}

/// What a constructor of another language is called here.
fn foreign_constructor(name: &str) -> Option<Correction> {
    let (help, meant) = foreign::value(name)?;
    Some(Correction {
        help: help.to_string(),
        name: meant.map(str::to_string),
    })
}
