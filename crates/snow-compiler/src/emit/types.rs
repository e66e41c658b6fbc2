//! C struct definitions.

use std::fmt::Write;

use super::names::{c_type, key};
use super::unit::Emitter;
use crate::core::types::{TypeKind, TypeRef};

impl Emitter<'_> {
    /// Writes the definition of `ty` and, before it, of everything it contains by value.
    pub(super) fn define_type(&mut self, ty: TypeRef) {
        if !self.defined_types.insert(ty) {
            return;
        }
        let info = self.program.types.get(ty);
        match &info.kind {
            TypeKind::Tuple(items) => self.define_struct(ty, items),
            TypeKind::Struct { fields } => {
                let items: Vec<_> = fields.iter().map(|f| f.1).collect();
                self.define_struct(ty, &items);
            }
            TypeKind::Sum { variants } => self.define_sum(ty, variants),
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::Pid
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Function { .. }
            | TypeKind::List(_) => {}
        }
    }

    fn define_struct(&mut self, ty: TypeRef, items: &[TypeRef]) {
        let fields = self.members(items);
        let info = self.program.types.get(ty);
        let header = if info.boxed { "sn_header h; " } else { "" };
        let fields = if fields.is_empty() && !info.boxed {
            "sn_unit none; ".into()
        } else {
            fields
        };
        let key = key(&self.program.types, ty);
        let _ = writeln!(
            self.types,
            "struct T{key} {{ {header}{fields}}}; /* {} */",
            info.name
        );
    }

    fn define_sum(&mut self, ty: TypeRef, variants: &[(crate::source::Name, Vec<TypeRef>)]) {
        let key = key(&self.program.types, ty);
        let info = self.program.types.get(ty);
        if info.boxed {
            for (i, (_, payload)) in variants.iter().enumerate() {
                let fields = self.members(payload);
                if payload.is_empty() {
                    // Nullary constructors are one immortal object each.
                    let _ = writeln!(
                        self.types,
                        "SN_MAYBE sn_header C{key}_{i} = {{0, {i}, 0, 0}};"
                    );
                } else {
                    let _ = writeln!(self.types, "struct T{key}_{i} {{ sn_header h; {fields}}};");
                }
            }
            let _ = writeln!(self.types, "/* T{key}: {} */", info.name);
            return;
        }
        let mut union = String::new();
        for (i, (_, payload)) in variants.iter().enumerate() {
            if !payload.is_empty() {
                let fields = self.members(payload);
                let _ = write!(union, "struct {{ {fields}}} v{i}; ");
            }
        }
        let union = if union.is_empty() {
            union
        } else {
            format!("union {{ {union}}} u; ")
        };
        let _ = writeln!(
            self.types,
            "struct T{key} {{ int64_t tag; {union}}}; /* {} */",
            info.name
        );
    }

    fn members(&mut self, items: &[TypeRef]) -> String {
        let mut out = String::new();
        for (i, item) in items.iter().enumerate() {
            let boxed = self.program.types.get(*item).boxed;
            if !boxed {
                self.define_type(*item);
            }
            let _ = write!(out, "{} f{i}; ", c_type(&self.program.types, *item));
        }
        out
    }
}
