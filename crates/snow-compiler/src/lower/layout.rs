//! Layout of the concrete types: what is boxed, what travels by value.

use crate::core::types::{TypeKind, TypeRef, Types};

/// Declared aggregates of up to this many words travel by value.
const STRUCT_WORDS: usize = 2;
/// Tuples, `Option` and `Result`, which mostly carry results, may be larger.
const CARRIER_WORDS: usize = 8;

/// Decides for every type whether it is boxed, managed, and how many words it takes. What contains
/// itself is laid out beginning with the type whose name comes first, after all that it contains: a
/// type is the same in every program, whatever a program mentions first.
pub(super) fn lay_out(types: &mut Types) {
    let mut state = vec![0u8; types.list.len()];
    for mut group in groups(types) {
        group.sort_by(|a, b| types.get(*a).name.cmp(&types.get(*b).name));
        for ty in group {
            visit(types, ty, &mut state);
        }
    }
}

/// Types that contain one another by value, what is contained first: the strongly connected
/// components of containment (Tarjan, 1972), found without recursion, because written types may
/// form long chains.
fn groups(types: &Types) -> Vec<Vec<TypeRef>> {
    let count = types.list.len();
    let mut search = Search {
        number: vec![0; count],
        low: vec![0; count],
        is_open: vec![false; count],
        open: Vec::new(),
        next: 1,
        found: Vec::new(),
    };
    for at in 0..count {
        if search.number[at] == 0 {
            search.from(types, at);
        }
    }
    search.found
}

/// The search for [`groups`].
struct Search {
    /// By type, in the order of discovery; 0 before.
    number: Vec<usize>,
    /// By type: the least number that is known to be in its group.
    low: Vec<usize>,
    /// By type: discovered, and in no group yet.
    is_open: Vec<bool>,
    open: Vec<usize>,
    next: usize,
    found: Vec<Vec<TypeRef>>,
}

impl Search {
    fn from(&mut self, types: &Types, root: usize) {
        let mut path = vec![(root, self.enter(types, root))];
        while let Some((at, rest)) = path.last_mut() {
            let at = *at;
            let Some(part) = rest.pop() else {
                path.pop();
                self.leave(at);
                if let Some((above, _)) = path.last() {
                    self.low[*above] = self.low[*above].min(self.low[at]);
                }
                continue;
            };
            if self.number[part] == 0 {
                path.push((part, self.enter(types, part)));
            } else if self.is_open[part] {
                self.low[at] = self.low[at].min(self.number[part]);
            }
        }
    }

    /// Numbers a type; answers what it contains.
    fn enter(&mut self, types: &Types, at: usize) -> Vec<usize> {
        self.number[at] = self.next;
        self.low[at] = self.next;
        self.next += 1;
        self.is_open[at] = true;
        self.open.push(at);
        let contained = contained(&types.list[at].kind);
        contained.into_iter().map(|ty| ty.0 as usize).collect()
    }

    /// Ends a group at its first type.
    fn leave(&mut self, at: usize) {
        if self.low[at] != self.number[at] {
            return;
        }
        let start = self.open.iter().rposition(|ty| *ty == at).unwrap_or(0);
        let group = self.open.split_off(start);
        group.iter().for_each(|ty| self.is_open[*ty] = false);
        let group = group.into_iter().map(|ty| TypeRef(ty as u32));
        self.found.push(group.collect());
    }
}

/// Types that a value of the type holds in itself, unless they are boxed.
fn contained(kind: &TypeKind) -> Vec<TypeRef> {
    match kind {
        TypeKind::Tuple(items) => items.clone(),
        TypeKind::Struct { fields } => fields.iter().map(|(_, ty)| *ty).collect(),
        TypeKind::Sum { variants } => variants.iter().flat_map(|(_, p)| p.clone()).collect(),
        TypeKind::Int
        | TypeKind::Float
        | TypeKind::Bool
        | TypeKind::Unit
        | TypeKind::Pid
        | TypeKind::String
        | TypeKind::Bytes
        | TypeKind::List(_)
        | TypeKind::Function { .. } => Vec::new(),
    }
}

/// 0 = new, 1 = being laid out, 2 = done. Meeting a type that is being laid out means that it
/// contains itself: boxed.
fn visit(types: &mut Types, ty: TypeRef, state: &mut [u8]) {
    let at = ty.0 as usize;
    match state[at] {
        2 => return,
        1 => {
            let info = &mut types.list[at];
            info.boxed = true;
            info.managed = true;
            info.words = 1;
            return;
        }
        _ => state[at] = 1,
    }
    let kind = types.list[at].kind.clone();
    let (words, managed, limit) = match &kind {
        TypeKind::Int | TypeKind::Float | TypeKind::Bool | TypeKind::Unit | TypeKind::Pid => {
            (1, false, usize::MAX)
        }
        TypeKind::String | TypeKind::Bytes | TypeKind::List(_) | TypeKind::Function { .. } => {
            (1, true, usize::MAX)
        }
        TypeKind::Tuple(items) => {
            let (words, managed) = sum(types, items, state);
            (words, managed, CARRIER_WORDS)
        }
        TypeKind::Struct { fields } => {
            let items: Vec<_> = fields.iter().map(|f| f.1).collect();
            let (words, managed) = sum(types, &items, state);
            (words.max(1), managed, STRUCT_WORDS)
        }
        TypeKind::Sum { variants } => {
            let mut words = 0;
            let mut managed = false;
            for (_, payload) in variants {
                let (w, m) = sum(types, payload, state);
                words = words.max(w);
                managed |= m;
            }
            let carrier = matches!(&*types.list[at].short_name, "Option" | "Result");
            (
                words + 1,
                managed,
                if carrier { CARRIER_WORDS } else { STRUCT_WORDS },
            )
        }
    };
    let info = &mut types.list[at];
    let boxed = info.boxed || words > limit;
    info.boxed = boxed;
    info.managed = boxed || managed;
    info.words = if boxed { 1 } else { words };
    state[at] = 2;
}

fn sum(types: &mut Types, items: &[TypeRef], state: &mut [u8]) -> (usize, bool) {
    let mut words = 0;
    let mut managed = false;
    for item in items {
        visit(types, *item, state);
        words += types.get(*item).words.max(1);
        managed |= types.managed(*item);
    }
    (words, managed)
}
