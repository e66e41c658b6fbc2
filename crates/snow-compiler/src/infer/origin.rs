//! Where types come from: a variable remembers the place that fixed it, and a report about two
//! types that differ shows the places of both.

use crate::diagnostics::Diagnostic;
use crate::hir::FnId;
use crate::source::Span;
use crate::types::Ty;

use super::{Cause, Infer};

/// The part that differs, of one of two types, and where it got known.
pub(super) struct Origin {
    pub(super) part: Ty,
    pub(super) fixed: Option<Span>,
}

impl Infer<'_, '_> {
    /// Adds the places that fixed the types which do not fit at `span`.
    pub(super) fn with_origins(
        &self,
        report: Diagnostic,
        expected: &Ty,
        found: &Ty,
        span: Span,
        cause: Cause,
    ) -> Diagnostic {
        let (wanted, given) = self.origins(expected, found, cause);
        let mut shown = vec![span];
        shown.extend(cause.because.map(|(place, _)| place));
        let mut report = report;
        for origin in [given, wanted] {
            report = self.with_place(report, &origin.part, origin.fixed, &mut shown);
        }
        report
    }

    /// The parts in which two types differ, expected and found.
    pub(super) fn origins(&self, expected: &Ty, found: &Ty, cause: Cause) -> (Origin, Origin) {
        let declared = cause.argument.and_then(|(callee, index)| {
            let Ty::Fun(params, _) = self.inferred.get(&callee)? else {
                return None;
            };
            Some(params.get(index)?.clone())
        });
        let (mut wanted, mut given) = self.apart(expected, found, None, None);
        if let Some(declared) = declared {
            wanted.fixed = self
                .apart(&declared, found, None, None)
                .0
                .fixed
                .or(wanted.fixed);
        }
        let value = cause.given.and_then(|id| self.inferred.get(&id));
        if let Some(value) = value {
            given.fixed = self.apart(expected, value, None, None).1.fixed;
        }
        (wanted, given)
    }

    /// Adds the place that fixed a type which lacks what is asked at `span`.
    pub(super) fn with_origin(&self, report: Diagnostic, ty: &Ty, span: Span) -> Diagnostic {
        self.with_place(report, ty, self.fixed_at(ty), &mut vec![span])
    }

    fn with_place(
        &self,
        report: Diagnostic,
        part: &Ty,
        fixed: Option<Span>,
        shown: &mut Vec<Span>,
    ) -> Diagnostic {
        let overlaps = |a: &Span, b: Span| a.file == b.file && a.start < b.end && b.start < a.end;
        let is_new = |place: &Span| {
            *place != Span::default() && !shown.iter().any(|other| overlaps(other, *place))
        };
        match fixed.filter(is_new) {
            Some(place) => {
                shown.push(place);
                report.also(place, format!("this makes it `{}`", self.show(part)))
            }
            None => report,
        }
    }

    /// The first parts in which two types differ.
    pub(super) fn parts_apart(&self, one: &Ty, other: &Ty) -> (Ty, Ty) {
        let (one, other) = self.apart(one, other, None, None);
        (one.part, other.part)
    }

    /// The first parts in which two types differ, with their places. A part that was never open has the place of what
    /// it is part of.
    fn apart(
        &self,
        one: &Ty,
        other: &Ty,
        around_one: Option<Span>,
        around_other: Option<Span>,
    ) -> (Origin, Origin) {
        let (fixed_one, fixed_other) = (
            self.fixed_at(one).or(around_one),
            self.fixed_at(other).or(around_other),
        );
        let (one, other) = (self.shallow(one), self.shallow(other));
        let differ = |(a, b): &(&Ty, &Ty)| !self.agree(a, b);
        let inside = match (&one, &other) {
            (Ty::Con(a, list), Ty::Con(b, others)) if a == b => {
                list.iter().zip(others).find(differ)
            }
            (Ty::Tuple(list), Ty::Tuple(others)) if list.len() == others.len() => {
                list.iter().zip(others).find(differ)
            }
            (Ty::Fun(params, result), Ty::Fun(others, answer)) if params.len() == others.len() => {
                let results = (&**result, &**answer);
                let mut pairs = params.iter().zip(others).chain([results]);
                pairs.find(differ)
            }
            _ => None,
        };
        match inside {
            Some((a, b)) => self.apart(a, b, fixed_one, fixed_other),
            None => (
                Origin {
                    part: one,
                    fixed: fixed_one,
                },
                Origin {
                    part: other,
                    fixed: fixed_other,
                },
            ),
        }
    }

    /// Whether two types have nothing that differs; what is open fits anything.
    fn agree(&self, one: &Ty, other: &Ty) -> bool {
        let all = |list: &[Ty], others: &[Ty]| {
            list.len() == others.len() && list.iter().zip(others).all(|(a, b)| self.agree(a, b))
        };
        match (self.shallow(one), self.shallow(other)) {
            (Ty::Con(a, list), Ty::Con(b, others)) => a == b && all(&list, &others),
            (Ty::Tuple(list), Ty::Tuple(others)) => all(&list, &others),
            (Ty::Fun(params, result), Ty::Fun(others, answer)) => {
                all(&params, &others) && self.agree(&result, &answer)
            }
            (Ty::Never | Ty::Error | Ty::Param(_), _)
            | (_, Ty::Never | Ty::Error | Ty::Param(_)) => true,
            (a @ Ty::Var(_), b) | (b, a @ Ty::Var(_)) => {
                self.is_open(&a) || self.is_open(&b) || a == b
            }
            _ => false,
        }
    }

    /// The place inside of a local function that waited for this type, so that all uses of the
    /// function are of one.
    pub(super) fn waited_at(&self, ty: &Ty) -> Option<Span> {
        let mut ty = ty;
        while let Ty::Var(v) = ty {
            let variable = &self.variables[*v as usize];
            match (variable.waits, &variable.link) {
                (Some(place), _) => return Some(place),
                (None, Some(link)) => ty = link,
                (None, None) => break,
            }
        }
        None
    }

    /// What is said about an argument of a function that does not say what it takes, where a use of
    /// the function by one that it may call itself decided that.
    pub(super) fn decided_by_use(&self, argument: Option<(FnId, usize)>) -> Option<String> {
        let (callee, index) = argument?;
        let Ty::Fun(params, _) = self.inferred.get(&callee)? else {
            return None;
        };
        let function = &self.program.functions[callee.index()];
        let is_open = function.annotations.get(index).is_none_or(Option::is_none);
        let place = self.fixed_at(params.get(index)?).filter(|_| is_open)?;
        let is_inside = |span: Span| {
            span.file == place.file && span.start <= place.start && place.end <= span.end
        };
        let name = self.parameter_name(callee, index);
        let name = name.filter(|name| !name.starts_with('%'))?;
        let is_own = function.clauses.iter().any(|clause| is_inside(clause.span));
        (!is_own && place != Span::default()).then(|| {
            format!(
                "`{0}` does not say what it takes, so its first use decided: write the type, \
                 `{name} :: …`, and one such function for each type",
                function.name
            )
        })
    }

    pub(super) fn fixed_at(&self, ty: &Ty) -> Option<Span> {
        let mut fixed = None;
        let mut ty = ty;
        while let Ty::Var(v) = ty {
            let variable = &self.variables[*v as usize];
            let Some(link) = &variable.link else {
                break;
            };
            fixed = variable.fixed;
            ty = link;
        }
        fixed
    }

    /// Remembers how the type of a function came to be, for reports about its uses.
    pub(super) fn remember_type(&mut self, id: FnId, params: &[Ty], result: &Ty) {
        let module = self.program.functions[id.index()].module;
        if !self.program.modules[module.index()].is_stdlib {
            let ty = Ty::Fun(params.to_vec(), Box::new(result.clone()));
            self.inferred.insert(id, ty);
        }
    }
}
