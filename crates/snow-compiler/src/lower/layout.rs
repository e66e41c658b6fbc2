//! Layout of the concrete types: what is boxed, what travels by value.

use crate::core::types::{TypeInfo, TypeKind, TypeRef, Types};
use crate::graph;

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
/// components of containment.
fn groups(types: &Types) -> Vec<Vec<TypeRef>> {
    let contained = |info: &TypeInfo| -> Vec<usize> {
        let types = contained(&info.kind).into_iter();
        types.map(|ty| ty.0 as usize).collect()
    };
    let edges: Vec<_> = types.list.iter().map(contained).collect();
    let groups = graph::components(&edges).into_iter();
    let types = |group: Vec<usize>| group.into_iter().map(|ty| TypeRef(ty as u32)).collect();
    groups.map(types).collect()
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
