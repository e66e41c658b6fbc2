//! Helpers that write a value into a message and read it back in another actor's heap.

use std::fmt::Write;

use super::names::{key, labels};
use super::operations::Helper;
use super::shapes::shape_argument;
use super::unit::Emitter;
use crate::core::types::{alike, TypeKind, TypeRef};

impl Emitter<'_> {
    /// A statement that packs `v` with the writer expression `w`.
    pub(super) fn pack(&mut self, ty: TypeRef, w: &str, v: &str) -> String {
        match self.plain_name(ty) {
            Some(name) => format!("sn_pack_{name}({w}, {v}); "),
            None => format!("{}({w}, {v}); ", self.helper_name(Helper::Pack, ty)),
        }
    }

    /// An expression that unpacks a value with the reader expression `r`.
    pub(super) fn unpack(&mut self, ty: TypeRef, r: &str) -> String {
        match self.plain_name(ty) {
            Some(name) => format!("sn_unpack_{name}(cx, {r})"),
            None => format!("{}(cx, {r})", self.helper_name(Helper::Unpack, ty)),
        }
    }

    fn plain_name(&self, ty: TypeRef) -> Option<&'static str> {
        match self.program.types.get(ty).kind {
            TypeKind::Int | TypeKind::Pid => Some("int"),
            TypeKind::Float => Some("float"),
            TypeKind::Bool => Some("bool"),
            TypeKind::Unit => Some("unit"),
            TypeKind::String | TypeKind::Bytes => Some("bytes"),
            TypeKind::Function { .. } => Some("closure"),
            TypeKind::List(_)
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => None,
        }
    }

    pub(super) fn pack_helper(&mut self, ty: TypeRef) {
        let info = self.program.types.get(ty).clone();
        let key = key(&self.program.types, ty);
        let c = self.c_type(ty);
        let body = match &info.kind {
            TypeKind::List(item) => {
                let list = self.helper_name(Helper::List, *item);
                let one = self.pack(*item, "w", &format!("*{list}_at(v, i)"));
                format!("sn_pack_int(w, v->len); for (int64_t i = 0; i < v->len; i++) {{ {one} }}")
            }
            TypeKind::Sum { variants } => {
                let tag = if info.boxed { "v->tag" } else { "v.tag" };
                let mut text = format!("sn_pack_tag(w, (uint16_t){tag}); switch ({tag}) {{ ");
                for kind in alike(variants) {
                    let (i, labels) = (kind.first(), labels(&kind.members));
                    let mut parts = String::new();
                    for (j, part) in kind.payload.iter().enumerate() {
                        let at = match info.boxed {
                            true => format!("((struct T{key}_{i} *)v)->f{j}"),
                            false => format!("v.u.v{i}.f{j}"),
                        };
                        parts.push_str(&self.pack(*part, "w", &at));
                    }
                    if !parts.is_empty() {
                        let _ = write!(text, "{labels} {{ {parts} break; }} ");
                    }
                }
                text.push_str("default: break; }");
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
                let mut text = String::new();
                for (j, part) in self.program.types.fields(ty).into_iter().enumerate() {
                    let at = match info.boxed {
                        true => format!("((struct T{key} *)v)->f{j}"),
                        false => format!("v.f{j}"),
                    };
                    text.push_str(&self.pack(part, "w", &at));
                }
                if text.is_empty() {
                    text.push_str("(void)v; sn_pack_unit(w, 0); ");
                }
                text
            }
        };
        let deep = format!(
            "snow_pack_deep(w->cx, w, v, {}); return;",
            shape_argument(&key)
        );
        let check = self.when_deep(ty, "w->cx", &deep);
        let storage = self.helper_storage((Helper::Pack, ty), "static ");
        let _ = writeln!(
            self.bodies,
            "{storage}void pack_{key}(sn_writer *w, {c} v) {{ {check}{body} }}"
        );
    }

    pub(super) fn unpack_helper(&mut self, ty: TypeRef) {
        let info = self.program.types.get(ty).clone();
        let key = key(&self.program.types, ty);
        let c = self.c_type(ty);
        let body = match &info.kind {
            TypeKind::List(item) => {
                let list = self.helper_name(Helper::List, *item);
                let one = self.unpack(*item, "r");
                format!(
                    "int64_t n = sn_unpack_int(cx, r); if (n == 0) return &sn_list_empty; \
                     sn_list *v = {list}_with_capacity(cx, n); \
                     for (int64_t i = 0; i < n; i++) v = {list}_append(cx, v, {one}); return v;"
                )
            }
            TypeKind::Sum { variants } => {
                let mut text = String::from("uint16_t tag = sn_unpack_tag(cx, r); switch (tag) { ");
                for kind in alike(variants) {
                    let (i, payload) = (kind.first(), &kind.payload);
                    if info.boxed && payload.is_empty() {
                        for i in kind.members {
                            let _ = write!(text, "case {i}: return &C{key}_{i}; ");
                        }
                        continue;
                    }
                    let _ = write!(text, "{} {{ ", labels(&kind.members));
                    if info.boxed {
                        let _ = write!(text, "struct T{key}_{i} *p = sn_new(cx, sizeof *p, tag); ");
                        for (j, part) in payload.iter().enumerate() {
                            let one = self.unpack(*part, "r");
                            let _ = write!(text, "p->f{j} = {one}; ");
                        }
                        text.push_str("return (sn_obj)p; } ");
                    } else {
                        let _ = write!(text, "{c} v; v.tag = tag; ");
                        for (j, part) in payload.iter().enumerate() {
                            let one = self.unpack(*part, "r");
                            let _ = write!(text, "v.u.v{i}.f{j} = {one}; ");
                        }
                        text.push_str("return v; } ");
                    }
                }
                text.push_str("default: __builtin_unreachable(); }");
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
                let mut text = match info.boxed {
                    true => format!("struct T{key} *p = sn_new(cx, sizeof *p, 0); "),
                    false => format!("{c} v; "),
                };
                let base = if info.boxed { "p->" } else { "v." };
                if self.program.types.fields(ty).is_empty() {
                    text.push_str("(void)sn_unpack_unit(cx, r); ");
                }
                for (j, part) in self.program.types.fields(ty).into_iter().enumerate() {
                    let one = self.unpack(part, "r");
                    let _ = write!(text, "{base}f{j} = {one}; ");
                }
                text.push_str(if info.boxed {
                    "return (sn_obj)p;"
                } else {
                    "return v;"
                });
                text
            }
        };
        let deep = format!("return snow_unpack_deep(cx, r, {});", shape_argument(&key));
        let check = self.when_deep(ty, "cx", &deep);
        let storage = self.helper_storage((Helper::Unpack, ty), "static ");
        let _ = writeln!(
            self.bodies,
            "{storage}{c} unpack_{key}(sn_cx *cx, sn_reader *r) {{ {check}{body} }}"
        );
    }

    /// The value of a message: unpacked, or made by the function that was given for an event.
    pub(super) fn receive_helper(&mut self, ty: TypeRef) {
        let key = key(&self.program.types, ty);
        let c = self.c_type(ty);
        let value = self.unpack(ty, "&r");
        let drop = self.drop(ty, "v");
        let _ = writeln!(
            self.bodies,
            "static {c} message_{key}(sn_cx *cx, sn_message *m) {{\n  \
             if (m->kind == SN_MESSAGE_USER) {{ sn_reader r = {{m->packed, m->packed + m->packed_len}}; (void)r; return {value}; }}\n  \
             sn_closure *make = m->make;\n  \
             {c} v = (({c} (*)(sn_cx *, sn_closure *, int64_t, int64_t, sn_bytes *))make->info->code)\
             (cx, make, m->event_kind, m->event_number, m->event_text);\n  \
             sn_drop_closure(cx, make);\n  return v;\n}}\n\
             SN_MAYBE void forget_message_{key}(sn_cx *cx, void *box) {{ \
             {c} v = *({c} *)((uint8_t *)box + SN_KEPT_AT); (void)v; {drop} sn_free(cx, box); }}\n\
             SN_COLD SN_MAYBE {c} accept_old_message_{key}(sn_cx *cx, sn_message *m, {c} v) {{\n  \
             if (m->kind == SN_MESSAGE_USER) {{ sn_reader r = {{m->packed, m->packed + m->packed_len}}; (void)r; v = {value}; }}\n  \
             snow_guard_accept(cx, m);\n  return v;\n}}\n\
             SN_MAYBE {c} accept_message_{key}(sn_cx *cx, sn_message *m, {c} v) {{\n  \
             void *box = m->kept;\n  \
             if (box != NULL) {{\n    \
             if (SN_UNLIKELY(sn_is_old(cx, box))) v = accept_old_message_{key}(cx, m, v);\n    \
             else sn_free(cx, box);\n  }}\n  \
             snow_receive_take(cx, m);\n  return v;\n}}"
        );
    }
}
