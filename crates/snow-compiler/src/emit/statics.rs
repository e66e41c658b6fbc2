//! Values that are there before the program runs: static objects with a count of 0, which are
//! never counted, changed or freed.

use std::fmt::Write;

use super::names::{float, int, key, literal};
use super::unit::Emitter;
use crate::core::ir::{Operand, Static};
use crate::core::types::{TypeKind, TypeRef};

impl Emitter<'_> {
    /// The initialiser of a value: what stands in a static object, and for what is an object of its
    /// own also an expression.
    pub(super) fn static_value(&mut self, value: &Static) -> String {
        match value {
            Static::Plain(operand) => self.static_operand(operand),
            Static::Bytes(bytes) => {
                let text = literal(bytes);
                let name = self.static_object(&format!("sn_bytes {text}"), |name| {
                    format!("SN_BYTES_LITERAL({name}, {text});")
                });
                format!("(&{name})")
            }
            Static::List(ty, items) => self.static_list(*ty, items),
            Static::Make(ty, fields) => {
                let sets = self.static_fields(fields, "");
                self.static_aggregate(*ty, "", 0, &sets)
            }
            Static::Variant {
                ty,
                variant,
                fields,
            } => {
                self.define_type(*ty);
                let boxed = self.program.types.get(*ty).boxed;
                if boxed && fields.is_empty() {
                    let key = key(&self.program.types, *ty);
                    return format!("((sn_obj)&C{key}_{variant})");
                }
                if boxed {
                    let sets = self.static_fields(fields, "");
                    return self.static_aggregate(*ty, &format!("_{variant}"), *variant, &sets);
                }
                let sets = self.static_fields(fields, &format!(".u.v{variant}"));
                format!("{{.tag = {variant}, {sets}}}")
            }
        }
    }

    fn static_operand(&mut self, operand: &Operand) -> String {
        match operand {
            Operand::Int(v) => int(*v),
            Operand::Float(v) => float(*v),
            Operand::Bool(v) => v.to_string(),
            Operand::Text(text) => self.literal(text),
            Operand::EmptyList(_) => "(&sn_list_empty)".into(),
            Operand::Static(value) => self.static_value(value),
            // `lower` makes statics of the above and of `()`.
            Operand::Unit | Operand::Var(_) | Operand::Function(_) | Operand::Undef(_) => {
                "0".into()
            }
        }
    }

    fn static_fields(&mut self, fields: &[Static], before: &str) -> String {
        let mut sets = String::new();
        for (i, field) in fields.iter().enumerate() {
            let value = self.static_value(field);
            let _ = write!(sets, "{before}.f{i} = {value}, ");
        }
        sets
    }

    fn static_list(&mut self, ty: TypeRef, items: &[Static]) -> String {
        let TypeKind::List(item) = self.program.types.get(ty).kind else {
            return "(&sn_list_empty)".into();
        };
        let c = self.c_type(item);
        let count = items.len();
        let mut values = String::new();
        for item in items {
            let value = self.static_value(item);
            let _ = write!(values, "{value}, ");
        }
        let name = self.static_object(&format!("{c} {values}"), |name| {
            format!(
                "static struct {{ sn_list l; {c} items[{count}]; }} {name} __attribute__((unused)) = \
                 {{{{{{0, SN_TAG_LIST, 0, 0}}, {count}, {count}, (uint8_t *){name}.items, NULL}}, \
                 {{{values}}}}};"
            )
        });
        format!("(&{name}.l)")
    }

    fn static_aggregate(&mut self, ty: TypeRef, suffix: &str, tag: usize, sets: &str) -> String {
        self.define_type(ty);
        if !self.program.types.get(ty).boxed {
            let sets = if sets.is_empty() { "0" } else { sets };
            return format!("{{{sets}}}");
        }
        let c = format!("struct T{}{suffix}", key(&self.program.types, ty));
        let name = self.static_object(&format!("{c} {sets}"), |name| {
            format!(
                "static {c} {name} __attribute__((unused)) = {{.h = {{0, {tag}, 0, 0}}, {sets}}};"
            )
        });
        format!("((sn_obj)&{name})")
    }

    /// The name of the object with that content, defined once.
    fn static_object(&mut self, content: &str, define: impl FnOnce(&str) -> String) -> String {
        if let Some(name) = self.static_names.get(content) {
            return name.clone();
        }
        let name = format!("static{}", self.static_names.len());
        let text = define(&name);
        let _ = writeln!(self.literals, "{text}");
        self.static_names.insert(content.to_string(), name.clone());
        name
    }
}
