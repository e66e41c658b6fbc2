//! Rows to trees.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::hir::{Pat, PatKind, Program, TypeKind};

use super::places::{Origin, Place, Places};
use super::rows::{self, Row, RowKey};
use super::tree::{Case, Node, NodeId, Tree};

/// When to give up.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The most nodes of the tree.
    pub nodes: usize,
    /// The most rows looked at, each as often as it is.
    pub rows: usize,
}

/// Builds one tree and remembers what happened on the way.
pub(super) struct Builder<'p> {
    program: &'p Program,
    limits: Limits,
    /// Whether names matter; without them more sub-trees are equal.
    binds: bool,
    places: Places,
    nodes: Vec<Node>,
    reached: Vec<bool>,
    rows: usize,
    /// Rows by number, and the numbers of those that have been met.
    numbers: FxHashMap<RowKey, usize>,
    /// Sub-trees by the numbers of their rows.
    known: FxHashMap<Vec<usize>, NodeId>,
}

/// A row and its number.
type Numbered<'p> = (usize, Rc<Row<'p>>);

impl<'p> Builder<'p> {
    pub(super) fn new(program: &'p Program, arms: usize, limits: Limits, binds: bool) -> Self {
        Builder {
            program,
            limits,
            binds,
            places: Places::default(),
            nodes: Vec::new(),
            reached: vec![false; arms],
            rows: 0,
            numbers: FxHashMap::default(),
            known: FxHashMap::default(),
        }
    }

    /// The tree for arms given by their patterns and whether they have a guard, and which arms some
    /// value gets to. `None` when the limits do not suffice.
    pub(super) fn tree(mut self, arms: &[(Vec<&'p Pat>, bool)]) -> Option<(Tree, Vec<bool>)> {
        let mut all = Vec::new();
        for (arm, (patterns, guard)) in arms.iter().enumerate() {
            let row = Row::of(patterns, arm, *guard, &mut self.places);
            all.push(self.numbered(row));
        }
        let root = self.tree_of(all)?;
        let tree = Tree {
            nodes: self.nodes,
            root,
            places: self.places,
        };
        Some((tree, self.reached))
    }

    fn numbered(&mut self, mut row: Row<'p>) -> Numbered<'p> {
        if !self.binds {
            row.bindings.clear();
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(row.key()).or_insert(next);
        (number, Rc::new(row))
    }

    fn node(&mut self, node: Node) -> Option<NodeId> {
        self.nodes.push(node);
        let fits = self.nodes.len() <= self.limits.nodes;
        fits.then(|| NodeId(self.nodes.len() as u32 - 1))
    }

    /// The sub-tree of these rows, made once.
    fn tree_of(&mut self, mut rows: Vec<Numbered<'p>>) -> Option<NodeId> {
        self.rows += rows.len();
        if self.rows > self.limits.rows {
            return None;
        }
        // Nothing gets past a row that takes everything.
        let takes_all = |(_, row): &Numbered<'_>| row.tests.is_empty() && !row.has_guard;
        if let Some(last) = rows.iter().position(takes_all) {
            rows.truncate(last + 1);
        }
        let key: Vec<usize> = rows.iter().map(|(number, _)| *number).collect();
        if let Some(node) = self.known.get(&key) {
            return Some(*node);
        }
        let is_shareable = rows.iter().all(|(_, row)| !row.after_bits);
        let node = self.made(rows)?;
        if is_shareable {
            self.known.insert(key, node);
        }
        Some(node)
    }

    fn made(&mut self, rows: Vec<Numbered<'p>>) -> Option<NodeId> {
        let Some((_, first)) = rows.first().cloned() else {
            return self.node(Node::Fail);
        };
        let Some((place, pattern)) = first.tests.first().copied() else {
            let (arm, bindings) = (first.arm, first.bindings.clone());
            self.reached[arm] = true;
            if !first.has_guard {
                return self.node(Node::Arm { arm, bindings });
            }
            // The other rows of the same arm would ask the same guard again, but with other
            // bindings.
            let otherwise = self.tree_of(rows[1..].to_vec())?;
            return self.node(Node::Guarded {
                arm,
                bindings,
                otherwise,
            });
        };
        if rows::is_mixed(pattern) {
            let mut split = self.split(&first, 0);
            split.extend_from_slice(&rows[1..]);
            return self.tree_of(split);
        }
        match &pattern.kind {
            PatKind::Bits(_) => self.bits(place, pattern, rows),
            PatKind::Wildcard
            | PatKind::Bind(_)
            | PatKind::As(..)
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Tuple(_)
            | PatKind::Constructor { .. }
            | PatKind::Or(_)
            | PatKind::Cons(..)
            | PatKind::Nil
            | PatKind::Error => self.switch(place, rows),
        }
    }

    /// A row for each alternative of the test at `index`.
    fn split(&mut self, row: &Row<'p>, index: usize) -> Vec<Numbered<'p>> {
        let (place, pattern) = row.tests[index];
        let mut all = Vec::new();
        for alternative in rows::alternatives(pattern) {
            let one = row.with(index, vec![(place, alternative)], &mut self.places);
            all.push(self.numbered(one));
        }
        all
    }

    /// The bit syntax is a test that nothing is known about: rows below may match whether it does
    /// or not.
    fn bits(&mut self, place: Place, pattern: &Pat, rows: Vec<Numbered<'p>>) -> Option<NodeId> {
        let PatKind::Bits(segments) = &pattern.kind else {
            return None;
        };
        let mut first = (*rows[0].1).clone();
        first.tests.remove(0);
        first.after_bits = true;
        let mut matched = vec![self.numbered(first)];
        matched.extend_from_slice(&rows[1..]);
        let matched = self.tree_of(matched)?;
        let otherwise = self.tree_of(rows[1..].to_vec())?;
        self.node(Node::Bits {
            place,
            segments: segments.clone(),
            matched,
            otherwise,
        })
    }

    fn switch(&mut self, place: Place, rows: Vec<Numbered<'p>>) -> Option<NodeId> {
        let rows = self.unmixed(place, rows);
        let mut count = None;
        let mut cases: Vec<(Case, Vec<Numbered<'p>>)> = Vec::new();
        let mut numbers = FxHashMap::default();
        for (_, row) in &rows {
            let Some((_, pattern)) = row.test_at(place) else {
                continue;
            };
            for alternative in rows::alternatives(pattern) {
                let Some(case) = rows::case_of(alternative) else {
                    continue;
                };
                count = count.or_else(|| self.case_count(alternative));
                numbers.entry(CaseKey::of(&case)).or_insert_with(|| {
                    cases.push((case, Vec::new()));
                    cases.len() - 1
                });
            }
        }
        let mut default = Vec::new();
        for numbered in rows {
            let found = numbered.1.test_at(place);
            let test = found.filter(|(_, p)| !matches!(p.kind, PatKind::Bits(_)));
            let Some((index, pattern)) = test else {
                // Only an ill-typed match tests bits where another row tests something else.
                cases
                    .iter_mut()
                    .for_each(|(_, kept)| kept.push(numbered.clone()));
                default.push(numbered);
                continue;
            };
            for alternative in rows::alternatives(pattern) {
                let Some(case) = rows::case_of(alternative) else {
                    continue;
                };
                let within = rows::inside(place, alternative, &mut self.places);
                let row = numbered.1.with(index, within, &mut self.places);
                let row = self.numbered(row);
                let kept = &mut cases[numbers[&CaseKey::of(&case)]].1;
                // The same constant twice is the same row twice.
                if kept.last().is_none_or(|(number, _)| *number != row.0) {
                    kept.push(row);
                }
            }
        }
        self.rows += cases.iter().map(|(_, kept)| kept.len()).sum::<usize>();
        if self.rows > self.limits.rows {
            return None;
        }
        let is_complete = count.is_some_and(|count| cases.len() >= count);
        let mut groups: Vec<(Vec<Case>, NodeId)> = Vec::new();
        let mut by_node = FxHashMap::default();
        for (case, kept) in cases {
            let node = self.tree_of(kept)?;
            let group = *by_node.entry(node).or_insert_with(|| {
                groups.push((Vec::new(), node));
                groups.len() - 1
            });
            groups[group].0.push(case);
        }
        let default = match is_complete {
            true => None,
            false => Some(self.tree_of(default)?),
        };
        match (&groups[..], default) {
            // Whatever the value is.
            ([(same, only)], None) if same.len() > 1 => Some(*only),
            ([(_, only)], Some(default)) if *only == default => Some(default),
            _ => self.node(Node::Switch {
                place,
                cases: groups,
                default,
            }),
        }
    }

    /// The rows with each alternative in a row of its own where a switch on `place` could not tell
    /// them apart: at the place itself, and at tuples around it.
    fn unmixed(&mut self, place: Place, rows: Vec<Numbered<'p>>) -> Vec<Numbered<'p>> {
        let mut around = vec![place];
        while let Origin::Inside(outer, _) = self.places.origin(around[around.len() - 1]) {
            around.push(outer);
        }
        let mut all = Vec::new();
        let mut work: Vec<_> = rows.into_iter().rev().collect();
        while let Some((number, row)) = work.pop() {
            let is_split =
                |(at, pattern): &(Place, &Pat)| rows::is_mixed(pattern) && around.contains(at);
            match row.tests.iter().position(is_split) {
                Some(index) => {
                    let split = self.split(&row, index);
                    work.extend(split.into_iter().rev());
                    self.rows += 1;
                    if self.rows > self.limits.rows {
                        return all;
                    }
                }
                None => all.push((number, row)),
            }
        }
        all
    }

    /// How many cases a type has; `None` for those without end.
    fn case_count(&self, pattern: &Pat) -> Option<usize> {
        match &pattern.kind {
            PatKind::Bool(_) | PatKind::Cons(..) | PatKind::Nil => Some(2),
            PatKind::Constructor { ty, .. } => match &self.program.types[ty.index()].kind {
                TypeKind::Sum(variants) => Some(variants.len()),
                TypeKind::Builtin | TypeKind::Struct(_) => None,
            },
            PatKind::Wildcard
            | PatKind::Bind(_)
            | PatKind::As(..)
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Unit
            | PatKind::Tuple(_)
            | PatKind::Or(_)
            | PatKind::Bits(_)
            | PatKind::Error => None,
        }
    }
}

/// A case by what it compares equal to.
#[derive(PartialEq, Eq, Hash)]
enum CaseKey {
    Variant(usize),
    Int(i64),
    Float(u64),
    String(crate::source::Name),
    Bool(bool),
    Cons,
    Nil,
}

impl CaseKey {
    fn of(case: &Case) -> CaseKey {
        match case {
            Case::Variant(variant) => CaseKey::Variant(*variant),
            Case::Int(value) => CaseKey::Int(*value),
            // The sum makes one zero of the two.
            Case::Float(value) => CaseKey::Float((value + 0.0).to_bits()),
            Case::String(text) => CaseKey::String(text.clone()),
            Case::Bool(value) => CaseKey::Bool(*value),
            Case::Cons => CaseKey::Cons,
            Case::Nil => CaseKey::Nil,
        }
    }
}
