//! The values that no arm takes, written as patterns.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::hir::{Program, TypeKind};
use crate::types::Ty;

use super::places::{Origin, Place, Step};
use super::tree::{Case, Node, NodeId, Tree};

/// More than this many missing patterns help nobody.
const MAX_SHOWN: usize = 6;

/// Paths through the tree that are followed; many of them may have the same pattern.
const MAX_PATHS: usize = 1000;

/// What a path through the tree knows about a place.
#[derive(Clone)]
enum Fact {
    Is(Case),
    IsNot(Vec<Case>),
}

/// Patterns for the values that no arm of `tree` takes, in the order of its paths.
pub(super) fn patterns(program: &Program, columns: &[Ty], tree: &Tree) -> Vec<String> {
    let mut fails = vec![false; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate() {
        let mut any = matches!(node, Node::Fail);
        node.edges(&mut |next| any |= fails[next.0 as usize]);
        fails[at] = any;
    }
    let mut search = Search {
        program,
        columns,
        tree,
        fails,
        facts: Vec::new(),
        paths: 0,
        list: Vec::new(),
        more: false,
    };
    search.follow(tree.root);
    let mut list = search.list;
    // A wildcard covers everything else that is missing.
    if list.iter().any(|text| text == "_") {
        return vec!["_".into()];
    }
    if search.more {
        list.push("…".into());
    }
    list
}

struct Search<'t> {
    program: &'t Program,
    /// Types of the subjects.
    columns: &'t [Ty],
    tree: &'t Tree,
    /// By node: some path from it ends without an arm.
    fails: Vec<bool>,
    /// What is known about the subjects on the path.
    facts: Vec<(Place, Fact)>,
    paths: usize,
    list: Vec<String>,
    more: bool,
}

impl Search<'_> {
    fn follow(&mut self, at: NodeId) {
        if !self.fails[at.0 as usize] || self.more {
            return;
        }
        match self.tree.node(at) {
            Node::Fail => self.add(),
            Node::Arm { .. } => {}
            Node::Guarded { otherwise, .. } => self.follow(*otherwise),
            Node::Switch {
                place,
                cases,
                default,
            } => {
                for (case, next) in cases
                    .iter()
                    .flat_map(|(list, n)| list.iter().map(move |c| (c, n)))
                {
                    self.facts.push((*place, Fact::Is(case.clone())));
                    self.follow(*next);
                    self.facts.pop();
                }
                if let Some(default) = default {
                    let all = cases.iter().flat_map(|(list, _)| list.iter().cloned());
                    self.facts.push((*place, Fact::IsNot(all.collect())));
                    self.follow(*default);
                    self.facts.pop();
                }
            }
            // A bit pattern says nothing that can be written.
            Node::Bits {
                matched, otherwise, ..
            } => {
                self.follow(*matched);
                self.follow(*otherwise);
            }
        }
    }

    fn add(&mut self) {
        self.paths += 1;
        if self.paths > MAX_PATHS {
            self.more = true;
            return;
        }
        for text in self.uncovered() {
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

    /// Patterns for the values that take the current path.
    fn uncovered(&self) -> Vec<String> {
        let mut about = FxHashMap::default();
        let mut touched = FxHashSet::default();
        for (place, fact) in &self.facts {
            about.insert(*place, fact);
            let mut at = *place;
            while touched.insert(at) {
                match self.tree.places.origin(at) {
                    Origin::Column(_) => break,
                    Origin::Inside(outer, _) => at = outer,
                }
            }
        }
        let path = Path {
            search: self,
            about,
            touched,
        };
        let columns: Vec<Vec<String>> = self
            .columns
            .iter()
            .enumerate()
            .map(|(column, ty)| path.pattern(Origin::Column(column), ty))
            .collect();
        product(&columns)
            .into_iter()
            .map(|parts| parts.join(", "))
            .collect()
    }
}

/// One path that ends without an arm.
struct Path<'s> {
    search: &'s Search<'s>,
    about: FxHashMap<Place, &'s Fact>,
    /// Places that a fact is about, and those around them.
    touched: FxHashSet<Place>,
}

impl Path<'_> {
    /// Patterns for what is known about a place of type `ty`.
    fn pattern(&self, at: Origin, ty: &Ty) -> Vec<String> {
        let any = || vec!["_".to_string()];
        let found = self.search.tree.places.find(at);
        let Some(place) = found.filter(|place| self.touched.contains(place)) else {
            return any();
        };
        if let Ty::Tuple(items) = ty {
            let parts: Vec<Vec<String>> = items
                .iter()
                .enumerate()
                .map(|(index, item)| self.pattern(Origin::Inside(place, Step::Tuple(index)), item))
                .collect();
            return product(&parts)
                .into_iter()
                .map(|parts| format!("({})", parts.join(", ")))
                .collect();
        }
        match self.about.get(&place) {
            Some(Fact::Is(case)) => self.case(place, ty, case),
            Some(Fact::IsNot(cases)) => self.other_cases(ty, cases),
            None => any(),
        }
    }

    fn case(&self, place: Place, ty: &Ty, case: &Case) -> Vec<String> {
        match case {
            Case::Variant(variant) => {
                let Some((name, types)) = self.variant(ty, *variant) else {
                    return vec!["_".into()];
                };
                let step = |field| Step::Variant {
                    variant: *variant,
                    field,
                };
                let fields: Vec<Vec<String>> = types
                    .iter()
                    .enumerate()
                    .map(|(field, ty)| self.pattern(Origin::Inside(place, step(field)), ty))
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
                let item = match ty {
                    Ty::Con(_, args) => args.first().unwrap_or(&Ty::Error),
                    Ty::Tuple(_)
                    | Ty::Fun(..)
                    | Ty::Param(_)
                    | Ty::Var(_)
                    | Ty::Never
                    | Ty::Error => &Ty::Error,
                };
                let parts = [
                    self.pattern(Origin::Inside(place, Step::Head), item),
                    self.pattern(Origin::Inside(place, Step::Tail), ty),
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
                    .take(MAX_SHOWN + 1)
                    .map(|(_, (name, types))| applied(&name, &vec!["_".to_string(); types.len()]))
                    .collect()
            }
            Some(Case::Bool(value)) => vec![(!value).to_string()],
            Some(Case::Nil) => vec!["_ :: _".into()],
            Some(Case::Cons) => vec!["[]".into()],
            _ => vec!["_".into()],
        }
    }

    /// Name and payload of a constructor.
    fn variant(&self, ty: &Ty, variant: usize) -> Option<(String, Vec<Ty>)> {
        let Ty::Con(id, args) = ty else { return None };
        match &self.search.program.types[id.index()].kind {
            TypeKind::Sum(variants) => variants.get(variant).map(|v| {
                let types = v.fields.iter().map(|t| t.substitute(args));
                (v.name.to_string(), types.collect())
            }),
            TypeKind::Builtin | TypeKind::Struct(_) => None,
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
