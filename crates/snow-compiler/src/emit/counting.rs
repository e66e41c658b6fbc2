//! Helpers that count the references inside a value.

use std::fmt::Write;

use super::names::{key, labels};
use super::operations::Helper;
use super::shapes::shape_argument;
use super::unit::Emitter;
use crate::core::types::{alike, TypeKind, TypeRef};

impl Emitter<'_> {
    /// A statement that adds an owner to `v`.
    pub(super) fn dup(&mut self, ty: TypeRef, v: &str) -> String {
        let info = self.program.types.get(ty);
        if !info.managed {
            return String::new();
        }
        let pointer = info.boxed || !is_aggregate(&info.kind);
        if pointer {
            format!("sn_dup(cx, {v});")
        } else {
            format!("{}(cx, {v});", self.helper_name(Helper::Dup, ty))
        }
    }

    /// A statement that takes an owner from `v`.
    pub(super) fn drop(&mut self, ty: TypeRef, v: &str) -> String {
        match self.drop_macro(ty).as_str() {
            "SN_NO_DROP" => String::new(),
            name => format!("{name}(cx, {v});"),
        }
    }

    /// The name of what `SN_LIST` calls to add an owner.
    pub(super) fn dup_macro(&mut self, ty: TypeRef) -> String {
        let info = self.program.types.get(ty);
        if !info.managed {
            "SN_NO_DUP".into()
        } else if info.boxed || !is_aggregate(&info.kind) {
            "sn_dup".into()
        } else {
            self.helper_name(Helper::Dup, ty)
        }
    }

    /// The name of what takes an owner.
    pub(super) fn drop_macro(&mut self, ty: TypeRef) -> String {
        let info = self.program.types.get(ty);
        match &info.kind {
            _ if !info.managed => "SN_NO_DROP".into(),
            TypeKind::String | TypeKind::Bytes => "sn_drop_bytes".into(),
            TypeKind::Function { .. } => "sn_drop_closure".into(),
            TypeKind::List(item) => format!("{}_drop", self.helper_name(Helper::List, *item)),
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::Pid
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => self.helper_name(Helper::Drop, ty),
        }
    }

    pub(super) fn dup_helper(&mut self, ty: TypeRef) {
        let body = self.each_part(ty, "v", &mut |e, t, part| e.dup(t, part));
        let key = key(&self.program.types, ty);
        let c = self.c_type(ty);
        let _ = writeln!(
            self.bodies,
            "static inline void dup_{key}(sn_cx *cx, {c} v) {{ (void)cx; {body} }}"
        );
    }

    pub(super) fn drop_helper(&mut self, ty: TypeRef) {
        let key = key(&self.program.types, ty);
        let c = self.c_type(ty);
        let info = self.program.types.get(ty);
        if !info.boxed {
            let body = self.each_part(ty, "v", &mut |e, t, part| e.drop(t, part));
            let _ = writeln!(
                self.bodies,
                "static inline void drop_{key}(sn_cx *cx, {c} v) {{ {body} }}"
            );
            return;
        }
        // The last part of the same type is dropped by going round, so that a long chain needs no
        // deep stack.
        let body = match &info.kind {
            TypeKind::Sum { variants } => {
                let mut text = String::from("switch (v->tag) { ");
                for kind in alike(variants) {
                    let (i, labels) = (kind.first(), labels(&kind.members));
                    let parts =
                        self.drop_parts(ty, &kind.payload, &format!("((struct T{key}_{i} *)v)"));
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
            | TypeKind::Struct { .. }
            | TypeKind::List(_) => {
                let fields = self.program.types.fields(ty);
                format!(
                    "{{ {} }}",
                    self.drop_parts(ty, &fields, &format!("((struct T{key} *)v)"))
                )
            }
        };
        let deep = self.when_deep(
            ty,
            "cx",
            &format!("snow_drop_deep(cx, v, {}); return;", shape_argument(&key)),
        );
        // Most drops are not the last: counting stands where the drop does, and only the rest is a
        // call.
        let storage = self.helper_storage((Helper::Drop, ty), "SN_INSTANCE ");
        let _ = writeln!(
            self.bodies,
            "static __attribute__((noinline)) void free_{key}(sn_cx *cx, {c} v) {{\n  sn_obj next;\n  {deep}\nagain:\n  \
             next = NULL;\n  {body}\n  sn_free(cx, v);\n  \
             if (next != NULL && sn_last(cx, next)) {{ v = next; goto again; }}\n}}\n\
             {storage}void drop_{key}(sn_cx *cx, {c} v) {{ if (sn_last(cx, v)) free_{key}(cx, v); }}"
        );
    }

    fn drop_parts(&mut self, whole: TypeRef, parts: &[TypeRef], base: &str) -> String {
        let last_same = parts.iter().rposition(|p| *p == whole);
        let mut text = String::new();
        for (i, part) in parts.iter().enumerate() {
            if Some(i) == last_same {
                let _ = write!(text, "next = {base}->f{i}; ");
            } else {
                text.push_str(&self.drop(*part, &format!("{base}->f{i}")));
            }
        }
        text
    }

    /// A copy of a boxed struct that has one owner; takes one owner from the original. Of one that
    /// is kept for a crash and has no other owner, the parts go over.
    pub(super) fn copy_helper(&mut self, ty: TypeRef) {
        let key = key(&self.program.types, ty);
        let fields = self.program.types.fields(ty);
        let mut dups = String::new();
        for (i, field) in fields.iter().enumerate() {
            dups.push_str(&self.dup(*field, &format!("p->f{i}")));
        }
        let storage = self.helper_storage((Helper::Copy, ty), "static ");
        let _ = writeln!(
            self.bodies,
            "{storage}sn_obj copy_{key}(sn_cx *cx, sn_obj v) {{ struct T{key} *p = sn_new(cx, sizeof *p, 0); \
             sn_header h = p->h; memcpy(p, v, sizeof *p); p->h = h; \
             if (v->rc == 1) {{ sn_free(cx, v); return (sn_obj)p; }} {dups} (void)sn_last(cx, v); return (sn_obj)p; }}"
        );
    }

    /// Applies `one` to every managed part of a by-value aggregate.
    pub(super) fn each_part(
        &mut self,
        ty: TypeRef,
        base: &str,
        one: &mut dyn FnMut(&mut Self, TypeRef, &str) -> String,
    ) -> String {
        let info = self.program.types.get(ty);
        let mut text = String::new();
        match info.kind.clone() {
            TypeKind::Sum { variants } => {
                let _ = write!(text, "switch ({base}.tag) {{ ");
                for kind in alike(&variants) {
                    let (i, labels) = (kind.first(), labels(&kind.members));
                    let mut parts = String::new();
                    for (j, part) in kind.payload.iter().enumerate() {
                        parts.push_str(&one(self, *part, &format!("{base}.u.v{i}.f{j}")));
                    }
                    if !parts.is_empty() {
                        let _ = write!(text, "{labels} {parts} break; ");
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
            | TypeKind::Struct { .. }
            | TypeKind::List(_) => {
                for (i, part) in self.program.types.fields(ty).into_iter().enumerate() {
                    text.push_str(&one(self, part, &format!("{base}.f{i}")));
                }
            }
        }
        text
    }
}

/// Tuples, structs and sums; everything else managed is a pointer.
pub(super) fn is_aggregate(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Tuple(_) | TypeKind::Struct { .. } | TypeKind::Sum { .. }
    )
}
