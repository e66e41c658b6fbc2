//! The values that no arm takes, written as patterns.

use crate::hir::TypeKind;
use crate::types::Ty;

use super::build::Builder;
use super::tree::{Case, Place, Step};

/// More than this many missing patterns help nobody.
const MAX_SHOWN: usize = 6;

/// What a path through the tree knows about a place.
#[derive(Clone)]
pub(super) enum Fact {
    Is(Case),
    IsNot(Vec<Case>),
    /// A bit pattern has matched, which says nothing that can be written.
    Opaque,
}

/// Missing patterns, in the order in which they were found.
#[derive(Default)]
pub(super) struct Missing {
    list: Vec<String>,
    more: bool,
}

impl Missing {
    pub(super) fn add(&mut self, texts: Vec<String>) {
        for text in texts {
            if self.list.contains(&text) {
                continue;
            }
            if self.list.len() == MAX_SHOWN {
                self.more = true;
                return;
            }
            self.list.push(text);
        }
    }

    pub(super) fn patterns(&self) -> Vec<String> {
        let mut list = self.list.clone();
        // A wildcard covers everything else that is missing.
        if list.iter().any(|text| text == "_") {
            return vec!["_".into()];
        }
        if self.more {
            list.push("…".into());
        }
        list
    }
}

impl Builder<'_> {
    /// Patterns for the values that take the current path.
    pub(super) fn uncovered(&self) -> Vec<String> {
        let columns: Vec<Vec<String>> = (0..self.columns.len())
            .map(|column| {
                self.pattern_at(&Place {
                    column,
                    steps: Vec::new(),
                })
            })
            .collect();
        product(&columns)
            .into_iter()
            .map(|parts| parts.join(", "))
            .collect()
    }

    /// Patterns for what is known about a place.
    fn pattern_at(&self, place: &Place) -> Vec<String> {
        let any = || vec!["_".to_string()];
        if !self.facts.iter().any(|(at, _)| at.is_inside(place)) {
            return any();
        }
        let ty = self.type_at(place);
        if let Ty::Tuple(items) = &ty {
            let parts: Vec<Vec<String>> = (0..items.len())
                .map(|index| self.pattern_at(&place.then(Step::Tuple(index))))
                .collect();
            return product(&parts)
                .into_iter()
                .map(|parts| format!("({})", parts.join(", ")))
                .collect();
        }
        let about = self
            .facts
            .iter()
            .rev()
            .find(|(at, fact)| at == place && !matches!(fact, Fact::Opaque));
        match about.map(|(_, fact)| fact) {
            Some(Fact::Is(case)) => self.case(place, &ty, case),
            Some(Fact::IsNot(cases)) => self.other_cases(&ty, cases),
            Some(Fact::Opaque) | None => any(),
        }
    }

    fn case(&self, place: &Place, ty: &Ty, case: &Case) -> Vec<String> {
        match case {
            Case::Variant(variant) => {
                let Some((name, count)) = self.variant(ty, *variant) else {
                    return vec!["_".into()];
                };
                let step = |field| Step::Variant {
                    variant: *variant,
                    field,
                };
                let fields: Vec<Vec<String>> = (0..count)
                    .map(|field| self.pattern_at(&place.then(step(field))))
                    .collect();
                product(&fields)
                    .into_iter()
                    .map(|fields| applied(&name, &fields))
                    .collect()
            }
            Case::Int(value) => vec![value.to_string()],
            Case::Float(value) => vec![format!("{value:?}")],
            Case::String(text) => vec![format!("{text:?}")],
            Case::Bool(value) => vec![value.to_string()],
            Case::Nil => vec!["[]".into()],
            Case::Cons => {
                let parts = [
                    self.pattern_at(&place.then(Step::Head)),
                    self.pattern_at(&place.then(Step::Tail)),
                ];
                product(&parts)
                    .into_iter()
                    .map(|parts| parts.join(" :: "))
                    .collect()
            }
        }
    }

    /// The cases of a type besides those.
    fn other_cases(&self, ty: &Ty, cases: &[Case]) -> Vec<String> {
        match cases.first() {
            Some(Case::Variant(_)) => {
                let all =
                    (0..).map_while(|variant| self.variant(ty, variant).map(|v| (variant, v)));
                let other = all.filter(|(variant, _)| !cases.contains(&Case::Variant(*variant)));
                other
                    .map(|(_, (name, count))| applied(&name, &vec!["_".to_string(); count]))
                    .collect()
            }
            Some(Case::Bool(value)) => vec![(!value).to_string()],
            Some(Case::Nil) => vec!["_ :: _".into()],
            Some(Case::Cons) => vec!["[]".into()],
            _ => vec!["_".into()],
        }
    }

    fn variant(&self, ty: &Ty, variant: usize) -> Option<(String, usize)> {
        let Ty::Con(id, _) = ty else { return None };
        match &self.program.types[id.index()].kind {
            TypeKind::Sum(variants) => variants
                .get(variant)
                .map(|v| (v.name.to_string(), v.fields.len())),
            _ => None,
        }
    }
}

fn applied(name: &str, fields: &[String]) -> String {
    if fields.is_empty() {
        name.to_string()
    } else {
        format!("{name}({})", fields.join(", "))
    }
}

/// All combinations of one text from each list, no more than are shown.
fn product(lists: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for list in lists {
        let longer = |start: &Vec<String>| {
            let start = start.clone();
            list.iter()
                .map(move |text| start.iter().cloned().chain([text.clone()]).collect())
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).take(MAX_SHOWN + 1).collect();
    }
    all
}
