//! C identifiers and literals.

use crate::core::names::hash;
use crate::core::types::{TypeKind, TypeRef, Types};

/// The key of a type: part of the name of its struct and of its helpers.
pub(super) fn key(types: &Types, ty: TypeRef) -> String {
    format!("{:016x}", hash(&types.get(ty).name))
}

/// How the type is spelled in C.
pub(super) fn c_type(types: &Types, ty: TypeRef) -> String {
    let info = types.get(ty);
    match &info.kind {
        TypeKind::Int | TypeKind::Pid => "int64_t".into(),
        TypeKind::Float => "double".into(),
        TypeKind::Bool => "bool".into(),
        TypeKind::Unit => "sn_unit".into(),
        TypeKind::String | TypeKind::Bytes => "sn_bytes *".into(),
        TypeKind::List(_) => "sn_list *".into(),
        TypeKind::Function { .. } => "sn_closure *".into(),
        TypeKind::Tuple(_) | TypeKind::Struct { .. } | TypeKind::Sum { .. } if info.boxed => {
            "sn_obj".into()
        }
        TypeKind::Tuple(_) | TypeKind::Struct { .. } | TypeKind::Sum { .. } => {
            format!("struct T{}", key(types, ty))
        }
    }
}

/// A C string literal; every byte that is not plain is an octal escape, which cannot swallow what
/// follows.
pub(super) fn literal(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &b in text {
        match b {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'?' => out.push_str("\\?"),
            0x20..=0x7e => out.push(b as char),
            _ => out.push_str(&format!("\\{b:03o}")),
        }
    }
    out.push('"');
    out
}

/// An `int64_t` constant.
pub(super) fn int(value: i64) -> String {
    match value {
        i64::MIN => "INT64_MIN".into(),
        v => format!("INT64_C({v})"),
    }
}

/// A `double` constant.
pub(super) fn float(value: f64) -> String {
    if value.is_nan() {
        "__builtin_nan(\"\")".into()
    } else if value.is_infinite() {
        if value > 0.0 {
            "__builtin_inf()".into()
        } else {
            "(-__builtin_inf())".into()
        }
    } else {
        format!("({value:?})")
    }
}

/// `case 0 ... 3: case 7:`.
pub(super) fn labels(members: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for member in members {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *member => *last = *member,
            Some(_) | None => runs.push((*member, *member)),
        }
    }
    let one = |(first, last): &(usize, usize)| match first == last {
        true => format!("case {first}:"),
        false => format!("case {first} ... {last}:"),
    };
    runs.iter().map(one).collect::<Vec<_>>().join(" ")
}
