//! Structural equality, order and hash.

use std::fmt::Write;

use super::names::{key, labels};
use super::operations::Helper;
use super::shapes::shape_argument;
use super::unit::Emitter;
use crate::core::types::{alike, Collection, Derived, TypeKind, TypeRef};

impl Emitter<'_> {
    /// The hook that replaces a derived operation on `ty`, ready to be called.
    pub(super) fn hook(&mut self, op: Derived, ty: TypeRef) -> Option<String> {
        let found = self
            .program
            .types
            .get(ty)
            .hooks
            .iter()
            .find(|(o, _)| *o == op)
            .map(|(_, f)| *f)?;
        let reference = crate::core::ir::FunctionRef(found as u32);
        self.declare(reference);
        Some(self.program.function(reference).symbol.clone())
    }

    /// An expression for `op` on borrowed operands.
    pub(super) fn derived(&mut self, op: Derived, ty: TypeRef, args: &[String]) -> String {
        let a = &args[0];
        let b = args.get(1).cloned().unwrap_or_default();
        let program = self.program;
        match (op, &program.types.get(ty).kind) {
            (Derived::Equal, TypeKind::Int | TypeKind::Pid | TypeKind::Bool | TypeKind::Float) => {
                format!("({a} == {b})")
            }
            (Derived::Equal, TypeKind::Unit) => "true".into(),
            (Derived::Equal, TypeKind::String | TypeKind::Bytes) => {
                format!("sn_bytes_equal(cx, {a}, {b})")
            }
            (Derived::Compare, TypeKind::Int | TypeKind::Pid) => {
                format!("sn_int_compare(cx, {a}, {b})")
            }
            (Derived::Compare, TypeKind::Bool) => format!("sn_bool_compare(cx, {a}, {b})"),
            (Derived::Compare, TypeKind::Float) => format!("sn_float_compare(cx, {a}, {b})"),
            (Derived::Compare, TypeKind::Unit) => "INT64_C(0)".into(),
            (Derived::Compare, TypeKind::String | TypeKind::Bytes) => {
                format!("sn_bytes_compare(cx, {a}, {b})")
            }
            (Derived::Hash, TypeKind::Int | TypeKind::Pid) => format!("sn_hash_int(cx, {a})"),
            (Derived::Hash, TypeKind::Bool) => format!("sn_hash_bool(cx, {a})"),
            (Derived::Hash, TypeKind::Float) => format!("sn_hash_float(cx, {a})"),
            (Derived::Hash, TypeKind::Unit) => "INT64_C(0)".into(),
            (Derived::Hash, TypeKind::String | TypeKind::Bytes) => {
                format!("sn_hash_bytes(cx, {a})")
            }
            (Derived::Display | Derived::Inspect, _) => {
                let name = self.helper_name(Helper::Derived(op), ty);
                format!("{name}(cx, sn_bytes_with_capacity(cx, 64), {a})")
            }
            _ => {
                let name = self.helper_name(Helper::Derived(op), ty);
                format!("{name}(cx, {})", args.join(", "))
            }
        }
    }

    pub(super) fn derived_helper(&mut self, op: Derived, ty: TypeRef) {
        let c = self.c_type(ty);
        let key = key(&self.program.types, ty);
        let hook = self.hook(op, ty);
        if self.program.types.get(ty).collection == Some(Collection::Map) && self.is_nested(ty) {
            return self.nested_map_helper(op, ty);
        }
        let storage = self.helper_storage((Helper::Derived(op), ty), "static ");
        let (head, body) = match op {
            Derived::Equal => (
                format!("bool equal_{key}(sn_cx *cx, {c} a, {c} b)"),
                self.pairwise(op, ty, hook),
            ),
            Derived::Compare => (
                format!("int64_t compare_{key}(sn_cx *cx, {c} a, {c} b)"),
                self.pairwise(op, ty, hook),
            ),
            Derived::Hash | Derived::Display | Derived::Inspect => (
                format!("int64_t hash_{key}(sn_cx *cx, {c} a)"),
                self.hash_body(ty, hook),
            ),
        };
        let _ = writeln!(self.bodies, "{storage}{head} {{\n  {body}\n}}");
    }

    /// What maps do that can contain themselves: the functions of the library would need stack for
    /// each level, so the runtime walks them from the first.
    fn nested_map_helper(&mut self, op: Derived, ty: TypeRef) {
        let c = self.c_type(ty);
        let key = key(&self.program.types, ty);
        let _ = self.helper_name(Helper::Shape, ty);
        let shape = shape_argument(&key);
        let two = format!("(sn_cx *cx, {c} a, {c} b)");
        let text = match op {
            Derived::Equal => {
                format!("bool equal_{key}{two} {{ return snow_equal_deep(cx, a, b, {shape}); }}")
            }
            Derived::Compare => format!(
                "int64_t compare_{key}{two} {{ return snow_compare_deep(cx, a, b, {shape}); }}"
            ),
            Derived::Hash | Derived::Display | Derived::Inspect => format!(
                "int64_t hash_{key}(sn_cx *cx, {c} a) {{ return snow_hash_deep(cx, a, {shape}); }}"
            ),
        };
        let storage = self.helper_storage((Helper::Derived(op), ty), "static ");
        let _ = writeln!(self.bodies, "{storage}{text}");
    }

    /// Calls a hook with arguments that it may own or borrow.
    fn call_hook(&mut self, op: Derived, ty: TypeRef, symbol: &str, args: &[&str]) -> String {
        let found = self
            .program
            .types
            .get(ty)
            .hooks
            .iter()
            .find(|(o, _)| *o == op)
            .map_or(0, |(_, f)| *f);
        let borrowed = self.program.functions[found].borrowed.clone();
        let mut dups = String::new();
        for (i, arg) in args.iter().enumerate() {
            if borrowed.get(i) != Some(&true) {
                dups.push_str(&self.dup(ty, arg));
            }
        }
        format!("{dups} return {symbol}(cx, {});", args.join(", "))
    }

    fn pairwise(&mut self, op: Derived, ty: TypeRef, hook: Option<String>) -> String {
        if let Some(symbol) = hook {
            return self.call_hook(op, ty, &symbol, &["a", "b"]);
        }
        let equal = op == Derived::Equal;
        let same = if equal { "true" } else { "0" };
        let info = self.program.types.get(ty).clone();
        let key = key(&self.program.types, ty);
        let walk = if equal {
            "snow_equal_deep"
        } else {
            "snow_compare_deep"
        };
        let deep = self.when_deep(
            ty,
            "cx",
            &format!("return {walk}(cx, a, b, {});", shape_argument(&key)),
        );
        match &info.kind {
            TypeKind::List(item) => {
                let list = self.helper_name(Helper::List, *item);
                let one = self.part_test(
                    op,
                    *item,
                    &format!("*{list}_at(a, i)"),
                    &format!("*{list}_at(b, i)"),
                );
                if equal {
                    format!(
                        "if (a->len != b->len) return false; {deep}\
                         for (int64_t i = 0; i < a->len; i++) {{ {one} }} return true;"
                    )
                } else {
                    format!(
                        "{deep}for (int64_t i = 0; i < a->len && i < b->len; i++) {{ {one} }} \
                         return sn_int_compare(cx, a->len, b->len);"
                    )
                }
            }
            TypeKind::Sum { variants } => {
                let (tag_a, tag_b) = if info.boxed {
                    ("a->tag", "b->tag")
                } else {
                    ("a.tag", "b.tag")
                };
                let mut text = if equal {
                    format!("if ({tag_a} != {tag_b}) return false; {deep}switch ({tag_a}) {{ ")
                } else {
                    format!("if ({tag_a} != {tag_b}) return {tag_a} < {tag_b} ? -1 : 1; {deep}switch ({tag_a}) {{ ")
                };
                for kind in alike(variants) {
                    let (i, labels) = (kind.first(), labels(&kind.members));
                    let mut parts = String::new();
                    for (j, part) in kind.payload.iter().enumerate() {
                        let at = |v: &str| match info.boxed {
                            true => format!("((struct T{key}_{i} *){v})->f{j}"),
                            false => format!("{v}.u.v{i}.f{j}"),
                        };
                        parts.push_str(&self.part_test(op, *part, &at("a"), &at("b")));
                    }
                    if !parts.is_empty() {
                        let _ = write!(text, "{labels} {{ {parts} break; }} ");
                    }
                }
                let _ = write!(text, "default: break; }} return {same};");
                text
            }
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. } => {
                let mut text = deep;
                for (j, part) in self.program.types.fields(ty).into_iter().enumerate() {
                    let at = |v: &str| match info.boxed {
                        true => format!("((struct T{key} *){v})->f{j}"),
                        false => format!("{v}.f{j}"),
                    };
                    text.push_str(&self.part_test(op, part, &at("a"), &at("b")));
                }
                let _ = write!(text, "return {same};");
                text
            }
        }
    }

    fn part_test(&mut self, op: Derived, ty: TypeRef, a: &str, b: &str) -> String {
        let value = self.derived(op, ty, &[a.to_string(), b.to_string()]);
        if op == Derived::Equal {
            format!("if (!{value}) return false; ")
        } else {
            format!("{{ int64_t order = {value}; if (order != 0) return order; }} ")
        }
    }

    fn hash_body(&mut self, ty: TypeRef, hook: Option<String>) -> String {
        let op = Derived::Hash;
        if let Some(symbol) = hook {
            return self.call_hook(op, ty, &symbol, &["a"]);
        }
        let info = self.program.types.get(ty).clone();
        let key = key(&self.program.types, ty);
        let mut text = self.when_deep(
            ty,
            "cx",
            &format!("return snow_hash_deep(cx, a, {});", shape_argument(&key)),
        );
        text.push_str("int64_t h = INT64_C(-3750763034362895579); ");
        let add = |e: &mut Self, part: TypeRef, at: String| {
            let value = e.derived(op, part, &[at]);
            format!("h = sn_hash_combine(cx, h, {value}); ")
        };
        match &info.kind {
            TypeKind::List(item) => {
                let list = self.helper_name(Helper::List, *item);
                let one = add(self, *item, format!("*{list}_at(a, i)"));
                let _ = write!(text, "for (int64_t i = 0; i < a->len; i++) {{ {one} }}");
            }
            TypeKind::Sum { variants } => {
                let tag = if info.boxed { "a->tag" } else { "a.tag" };
                let _ = write!(
                    text,
                    "h = sn_hash_combine(cx, h, {tag}); switch ({tag}) {{ "
                );
                for kind in alike(variants) {
                    let (i, labels) = (kind.first(), labels(&kind.members));
                    let mut parts = String::new();
                    for (j, part) in kind.payload.iter().enumerate() {
                        let at = match info.boxed {
                            true => format!("((struct T{key}_{i} *)a)->f{j}"),
                            false => format!("a.u.v{i}.f{j}"),
                        };
                        parts.push_str(&add(self, *part, at));
                    }
                    if !parts.is_empty() {
                        let _ = write!(text, "{labels} {{ {parts} break; }} ");
                    }
                }
                text.push_str("default: break; }");
            }
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. } => {
                for (j, part) in self.program.types.fields(ty).into_iter().enumerate() {
                    let at = match info.boxed {
                        true => format!("((struct T{key} *)a)->f{j}"),
                        false => format!("a.f{j}"),
                    };
                    text.push_str(&add(self, part, at));
                }
            }
        }
        text.push_str(" return h;");
        text
    }
}
