//! Display and Debug texts of values; formats are those of the language reference, section 4.4.

use std::fmt::Write;

use super::names::{key, labels, literal};
use super::operations::Helper;
use super::shapes::shape_argument;
use super::unit::Emitter;
use crate::core::types::{alike, Collection, Derived, TypeKind, TypeRef};
use crate::source::Name;

/// Variants whose texts one function appends inline; the time of C compilers grows faster than their
/// number.
const MOST_INLINED_VARIANTS: usize = 32;

impl Emitter<'_> {
    /// A statement that appends `v` to `to`.
    fn append(&mut self, ty: TypeRef, v: &str, inspect: bool) -> String {
        match (&self.program.types.get(ty).kind, inspect) {
            (TypeKind::Int, _) => format!("to = sn_append_int(cx, to, {v}); "),
            (TypeKind::Bool, _) => format!("to = sn_append_bool(cx, to, {v}); "),
            (TypeKind::Float, _) => format!("to = snow_append_float(cx, to, {v}); "),
            (TypeKind::String, false) => format!("to = sn_append_string(cx, to, {v}); "),
            (TypeKind::String, true) => format!("to = snow_append_literal(cx, to, {v}); "),
            _ => {
                let op = if inspect {
                    Derived::Inspect
                } else {
                    Derived::Display
                };
                let name = self.helper_name(Helper::Derived(op), ty);
                format!("to = {name}(cx, to, {v}); ")
            }
        }
    }

    pub(super) fn show_helper(&mut self, ty: TypeRef, inspect: bool) {
        let info = self.program.types.get(ty).clone();
        let key = key(&self.program.types, ty);
        let c = self.c_type(ty);
        let op = if inspect {
            Derived::Inspect
        } else {
            Derived::Display
        };
        let prefix = if inspect { "inspect" } else { "display" };
        let body = if let Some(collection) = info.collection {
            self.show_collection(collection, ty, inspect)
        } else if let Some(symbol) = self.hook(op, ty) {
            let found = info
                .hooks
                .iter()
                .find(|(o, _)| *o == op)
                .map_or(0, |(_, f)| *f);
            let dup = match self.program.functions[found].borrowed.first() {
                Some(true) => String::new(),
                _ => self.dup(ty, "v"),
            };
            format!(
                "{dup} sn_bytes *text = {symbol}(cx, v); to = sn_append_string(cx, to, text); sn_drop_bytes(cx, text); "
            )
        } else if info.name_only.contains(&op) {
            text(&info.short_name)
        } else if !inspect && info.text_by_debug {
            let name = self.helper_name(Helper::Derived(Derived::Inspect), ty);
            format!("to = {name}(cx, to, v); ")
        } else {
            let deep = format!(
                "return snow_show_deep(cx, to, v, {}, {inspect});",
                shape_argument(&key)
            );
            let deep = self.when_deep(ty, "cx", &deep);
            let shown = match &info.kind {
                TypeKind::List(item) => {
                    let list = self.helper_name(Helper::List, *item);
                    let one = self.append(*item, &format!("*{list}_at(v, i)"), inspect);
                    format!(
                        "{} for (int64_t i = 0; i < v->len; i++) {{ if (i > 0) {} {one} }} {}",
                        text("["),
                        text(", "),
                        text("]")
                    )
                }
                TypeKind::Tuple(items) => {
                    let items = items.clone();
                    let parts = self.parts(&items, &|i| at_field(&key, info.boxed, i), inspect);
                    format!("{} {parts} {}", text("("), text(")"))
                }
                TypeKind::Struct { fields } => {
                    self.show_struct(&info.short_name, &fields.clone(), &key, info.boxed, inspect)
                }
                TypeKind::Sum { variants } => {
                    let many = variants.len() > MOST_INLINED_VARIANTS;
                    match many {
                        true => self.show_alike(variants, &key, info.boxed, inspect),
                        false => self.show_variants(variants, &key, info.boxed, inspect),
                    }
                }
                TypeKind::Unit => text("()"),
                TypeKind::Pid => {
                    format!(
                        "{} to = sn_append_int(cx, to, v & INT64_C(0xffffffff)); {}",
                        text("Pid("),
                        text(")")
                    )
                }
                TypeKind::Bytes => {
                    format!(
                        "{} for (int64_t i = 0; i < v->len; i++) {{ if (i > 0) {} \
                         to = sn_append_int(cx, to, v->data[i]); }} {}",
                        text("<<"),
                        text(", "),
                        text(">>")
                    )
                }
                TypeKind::Function { .. } => text("<function>"),
                TypeKind::Int | TypeKind::Float | TypeKind::Bool | TypeKind::String => {
                    self.append(ty, "v", inspect)
                }
            };
            deep + &shown
        };
        let op = match inspect {
            true => Derived::Inspect,
            false => Derived::Display,
        };
        let storage = self.helper_storage((Helper::Derived(op), ty), "static ");
        let _ = writeln!(
            self.bodies,
            "{storage}sn_bytes *{prefix}_{key}(sn_cx *cx, sn_bytes *to, {c} v) {{ {body} return to; }}"
        );
    }

    /// A case for each variant.
    fn show_variants(
        &mut self,
        variants: &[(Name, Vec<TypeRef>)],
        key: &str,
        boxed: bool,
        inspect: bool,
    ) -> String {
        let tag = if boxed { "v->tag" } else { "v.tag" };
        let mut out = format!("switch ({tag}) {{ ");
        for (i, (name, payload)) in variants.iter().enumerate() {
            let parts = self.parts(payload, &|j| at_payload(key, boxed, i, j), inspect);
            let (open, close) = match payload.is_empty() {
                true => ("", ""),
                false => ("(", ")"),
            };
            let _ = write!(
                out,
                "case {i}: {{ {} {parts} {} break; }} ",
                text(&format!("{name}{open}")),
                text(close)
            );
        }
        out + "default: break; }"
    }

    /// A table of names, and a case for all variants that lie alike.
    fn show_alike(
        &mut self,
        variants: &[(Name, Vec<TypeRef>)],
        key: &str,
        boxed: bool,
        inspect: bool,
    ) -> String {
        let tag = if boxed { "v->tag" } else { "v.tag" };
        let (mut names, mut sizes) = (String::new(), String::new());
        for (name, payload) in variants {
            let open = if payload.is_empty() { "" } else { "(" };
            let name = format!("{name}{open}");
            let _ = write!(names, "{}, ", literal(name.as_bytes()));
            let _ = write!(sizes, "{}, ", name.len());
        }
        let mut out = format!(
            "static const char *const names[] = {{{names}}}; \
             static const int32_t sizes[] = {{{sizes}}}; \
             to = sn_append_text_called(cx, to, names[{tag}], sizes[{tag}]); switch ({tag}) {{ "
        );
        for kind in alike(variants) {
            if kind.payload.is_empty() {
                continue;
            }
            let place = |j: usize| at_payload(key, boxed, kind.first(), j);
            let parts = self.parts(&kind.payload, &place, inspect);
            let _ = write!(
                out,
                "{} {{ {parts} {} break; }} ",
                labels(&kind.members),
                text(")")
            );
        }
        with_calls(&(out + "default: break; }"))
    }

    /// The runtime shows maps and sets at every depth, so that the text is made once.
    fn show_collection(&mut self, collection: Collection, ty: TypeRef, inspect: bool) -> String {
        let map = match collection {
            Collection::Map => "v",
            Collection::Set => "v.f0",
            Collection::Queue => {
                let items = self.program.types.fields(ty);
                let parts = self.parts(&items, &|i| format!("v.f{i}"), inspect);
                return format!("{} {parts} {}", text("Queue("), text(")"));
            }
        };
        self.helper_name(Helper::Shape, ty);
        let shape = shape_argument(&key(&self.program.types, ty));
        format!("return snow_show_deep(cx, to, {map}, {shape}, {inspect});")
    }

    fn parts(
        &mut self,
        items: &[TypeRef],
        place: &dyn Fn(usize) -> String,
        inspect: bool,
    ) -> String {
        let mut out = String::new();
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(&text(", "));
            }
            out.push_str(&self.append(*item, &place(i), inspect));
        }
        out
    }

    /// `P(1, 2)` for Display, `P { x: 1, y: 2 }` for Debug.
    fn show_struct(
        &mut self,
        name: &str,
        fields: &[(crate::source::Name, TypeRef)],
        key: &str,
        boxed: bool,
        inspect: bool,
    ) -> String {
        if !inspect {
            let items: Vec<_> = fields.iter().map(|f| f.1).collect();
            let parts = self.parts(&items, &|i| at_field(key, boxed, i), false);
            return format!("{} {parts} {}", text(&format!("{name}(")), text(")"));
        }
        if fields.is_empty() {
            return text(&format!("{name} {{}}"));
        }
        let mut out = text(&format!("{name} {{ "));
        for (i, (field, ty)) in fields.iter().enumerate() {
            let lead = if i > 0 { ", " } else { "" };
            out.push_str(&text(&format!("{lead}{field}: ")));
            out.push_str(&self.append(*ty, &at_field(key, boxed, i), true));
        }
        out.push_str(&text(" }"));
        out
    }
}

fn at_payload(key: &str, boxed: bool, variant: usize, part: usize) -> String {
    match boxed {
        true => format!("((struct T{key}_{variant} *)v)->f{part}"),
        false => format!("v.u.v{variant}.f{part}"),
    }
}

fn at_field(key: &str, boxed: bool, i: usize) -> String {
    if boxed {
        format!("((struct T{key} *)v)->f{i}")
    } else {
        format!("v.f{i}")
    }
}

/// Statements that append by calls what they would append inline.
fn with_calls(statements: &str) -> String {
    statements
        .replace("sn_append_text(cx", "sn_append_text_called(cx")
        .replace("sn_append_string(cx", "sn_bytes_append_called(cx")
}

/// A statement that appends fixed text.
fn text(what: &str) -> String {
    if what.is_empty() {
        return String::new();
    }
    format!(
        "to = sn_append_text(cx, to, {}, {}); ",
        literal(what.as_bytes()),
        what.len()
    )
}
