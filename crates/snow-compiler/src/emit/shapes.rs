//! Descriptions of types (`sn_shape`) by which the runtime walks values that are nested too deeply
//! for recursion.
//!
//! Each helper of a type whose values can be nested to any depth begins with a look at the stack;
//! where that is short, it hands its value over to the runtime together with the description. What
//! the runtime does by a description is what the helper does: the same order, the same packed
//! bytes, the same text.

use std::fmt::Write;

use rustc_hash::FxHashSet;

use super::names::{key, literal};
use super::operations::Helper;
use super::unit::Emitter;
use crate::core::types::{Collection, Derived, TypeKind, TypeRef};

/// The argument that names the shape of the type with this key.
pub(super) fn shape_argument(key: &str) -> String {
    format!("(void *)&shape_{key}")
}

impl Emitter<'_> {
    /// Statements at the head of a helper of `ty`: `otherwise` where the stack is short and values
    /// can be nested further. A pointer to a value that cannot only needs the usual check.
    pub(super) fn when_deep(&mut self, ty: TypeRef, cx: &str, otherwise: &str) -> String {
        let info = self.program.types.get(ty);
        if !info.boxed && !matches!(info.kind, TypeKind::List(_)) {
            return String::new();
        }
        if !self.is_nested(ty) {
            return format!("SN_CHECK({cx}); ");
        }
        self.helper_name(Helper::Shape, ty);
        format!("if (SN_DEEP({cx})) {{ {otherwise} }} ")
    }

    /// True when a value of the type can contain values of the same type. A function may have
    /// captured anything.
    pub(super) fn is_nested(&mut self, ty: TypeRef) -> bool {
        if let Some(known) = self.nested.get(&ty) {
            return *known;
        }
        let mut seen = FxHashSet::default();
        let mut next = parts(self, ty);
        let mut nested = false;
        while let Some(part) = next.pop() {
            let is_function =
                matches!(self.program.types.get(part).kind, TypeKind::Function { .. });
            if part == ty || is_function {
                nested = true;
                break;
            }
            if seen.insert(part) {
                next.extend(parts(self, part));
            }
        }
        self.nested.insert(ty, nested);
        nested
    }

    /// The last argument of `SN_LIST` for items of type `item`.
    pub(super) fn list_shape(&mut self, item: TypeRef) -> String {
        let list = self
            .program
            .types
            .list
            .iter()
            .position(|info| info.kind == TypeKind::List(item));
        let Some(list) = list.map(|index| TypeRef(index as u32)) else {
            return "NULL".into();
        };
        if !self.is_nested(list) {
            return "NULL".into();
        }
        format!("&{}", self.helper_name(Helper::Shape, list))
    }

    /// Defines the shape of a boxed type, a list, or an aggregate that lies in others.
    pub(super) fn shape_helper(&mut self, ty: TypeRef) {
        let key = key(&self.program.types, ty);
        let info = self.program.types.get(ty).clone();
        let (kind, name) = match &info.kind {
            TypeKind::List(_) => ("SN_SHAPE_LIST", "NULL".into()),
            TypeKind::Sum { .. } => ("SN_SHAPE_SUM", "NULL".into()),
            TypeKind::Struct { .. } => {
                let kind = match info.collection {
                    None => "SN_SHAPE_STRUCT",
                    Some(Collection::Map) => "SN_SHAPE_MAP",
                    Some(Collection::Set) => "SN_SHAPE_SET",
                    Some(Collection::Queue) => "SN_SHAPE_QUEUE",
                };
                (kind, literal(info.short_name.as_bytes()))
            }
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_) => ("SN_SHAPE_TUPLE", "NULL".into()),
        };
        let mut variants = String::new();
        match &info.kind {
            TypeKind::List(item) => {
                let c = self.c_type(*item);
                let mut steps = Vec::new();
                self.steps(*item, &c, "", &mut steps);
                let back = steps.len();
                steps.push(format!(
                    "{{SN_STEP_ITEM_END, 0, sizeof({c}), {back}, NULL}}"
                ));
                let _ = write!(
                    variants,
                    "{{NULL, NULL, 1, sizeof({c}), NULL, (const sn_step[]){{{}}}}}",
                    steps.join(", ")
                );
            }
            TypeKind::Sum { variants: list } => {
                for (i, (name, payload)) in list.iter().enumerate() {
                    let base = format!("struct T{key}_{i}");
                    let of_its_own = info.boxed && !payload.is_empty();
                    let steps = if of_its_own {
                        self.object_steps(payload, &base, "f")
                    } else {
                        NO_STEPS.into()
                    };
                    let size = if of_its_own {
                        format!("sizeof({base})")
                    } else {
                        "0".into()
                    };
                    let constant = if info.boxed && payload.is_empty() {
                        format!("&C{key}_{i}")
                    } else {
                        "NULL".into()
                    };
                    let (name, count) = (literal(name.as_bytes()), payload.len());
                    let _ = write!(
                        variants,
                        "{{{name}, NULL, {count}, {size}, {constant}, {steps}}}, "
                    );
                }
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
                let fields = self.program.types.fields(ty);
                let base = format!("struct T{key}");
                // The walks find the map of a set by the shape of the set.
                let steps = if info.boxed || info.collection == Some(Collection::Set) {
                    self.object_steps(&fields, &base, "f")
                } else {
                    NO_STEPS.into()
                };
                let names = match &info.kind {
                    TypeKind::Struct { fields } if !fields.is_empty() => {
                        let names: Vec<_> = fields
                            .iter()
                            .map(|(name, _)| literal(name.as_bytes()))
                            .collect();
                        format!("(const char *const[]){{{}}}", names.join(", "))
                    }
                    TypeKind::Int
                    | TypeKind::Float
                    | TypeKind::Bool
                    | TypeKind::Unit
                    | TypeKind::String
                    | TypeKind::Bytes
                    | TypeKind::Pid
                    | TypeKind::List(_)
                    | TypeKind::Function { .. }
                    | TypeKind::Tuple(_)
                    | TypeKind::Struct { .. }
                    | TypeKind::Sum { .. } => "NULL".into(),
                };
                let _ = write!(
                    variants,
                    "{{NULL, {names}, {}, sizeof({base}), NULL, {steps}}}",
                    fields.len()
                );
            }
        }
        let owns = i64::from(
            parts(self, ty)
                .iter()
                .any(|part| self.program.types.managed(*part)),
        );
        let hooks = self.hooks(ty);
        let storage = self.helper_storage((Helper::Shape, ty), "static ");
        let _ = writeln!(
            self.bodies,
            "{storage}const sn_shape shape_{key} = {{{kind}, {owns}, {name}, (const sn_variant[]){{{variants}}}, {hooks}}};"
        );
    }

    /// Defines what the runtime knows about the object of a closure.
    pub(super) fn captured_shape(&mut self, symbol: &str, captured: &[TypeRef]) {
        let base = format!("struct E_{symbol}");
        let steps = self.object_steps(captured, &base, "e");
        let _ = writeln!(
            self.bodies,
            "static const sn_variant {symbol}_captured = {{NULL, NULL, {}, sizeof({base}), NULL, {steps}}};",
            captured.len()
        );
    }

    /// The steps of an object whose members are called by `prefix` and a number.
    fn object_steps(&mut self, members: &[TypeRef], base: &str, prefix: &str) -> String {
        let mut steps = Vec::new();
        for (i, member) in members.iter().enumerate() {
            self.steps(*member, base, &format!("{prefix}{i}"), &mut steps);
        }
        steps.push("{SN_STEP_END}".into());
        format!("(const sn_step[]){{{}}}", steps.join(", "))
    }

    /// Appends the steps of a value that lies at `path` in an object of the C type `base`.
    fn steps(&mut self, ty: TypeRef, base: &str, path: &str, steps: &mut Vec<String>) {
        let program = self.program;
        let info = program.types.get(ty);
        let offset = match path {
            "" => "0".into(),
            path => format!("offsetof({base}, {path})"),
        };
        let member = |name: String| {
            if path.is_empty() {
                name
            } else {
                format!("{path}.{name}")
            }
        };
        let plain = match &info.kind {
            TypeKind::Int => Some("INT"),
            TypeKind::Pid => Some("PID"),
            TypeKind::Float => Some("FLOAT"),
            TypeKind::Bool => Some("BOOL"),
            TypeKind::Unit => Some("UNIT"),
            TypeKind::String => Some("STRING"),
            TypeKind::Bytes => Some("BYTES"),
            TypeKind::Function { .. } => Some("CLOSURE"),
            TypeKind::List(_)
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => None,
        };
        if let Some(code) = plain {
            steps.push(format!("{{SN_STEP_{code}, 0, {offset}}}"));
            return;
        }
        let shape = self.helper_name(Helper::Shape, ty);
        if info.boxed || matches!(info.kind, TypeKind::List(_)) {
            steps.push(format!("{{SN_STEP_VALUE, 0, {offset}, 0, &{shape}}}"));
            return;
        }
        let open = steps.len();
        steps.push(String::new());
        if let TypeKind::Sum { variants } = &info.kind {
            for (i, (_, payload)) in variants.iter().enumerate() {
                let case = steps.len();
                steps.push(String::new());
                for (j, part) in payload.iter().enumerate() {
                    self.steps(*part, base, &member(format!("u.v{i}.f{j}")), steps);
                }
                let skip = steps.len() - case - 1;
                steps[case] = format!("{{SN_STEP_CASE, {i}, {offset}, {skip}}}");
            }
        } else {
            let fields = self.program.types.fields(ty);
            if fields.is_empty() {
                steps.push(format!("{{SN_STEP_NOTHING, 0, {offset}}}"));
            }
            for (j, part) in fields.into_iter().enumerate() {
                self.steps(part, base, &member(format!("f{j}")), steps);
            }
        }
        steps.push("{SN_STEP_CLOSE}".into());
        let skip = steps.len() - open - 1;
        steps[open] = format!("{{SN_STEP_OPEN, 0, {offset}, {skip}, &{shape}}}");
    }

    /// Defines what replaces the structural operations on `ty`; answers how it is named.
    fn hooks(&mut self, ty: TypeRef) -> String {
        if self.program.types.get(ty).collection.is_some() {
            return "NULL".into();
        }
        let c = self.c_type(ty);
        let mut entries = String::new();
        let mut any = false;
        for op in [
            Derived::Equal,
            Derived::Compare,
            Derived::Hash,
            Derived::Display,
            Derived::Inspect,
        ] {
            let info = self.program.types.get(ty);
            let by_debug = op == Derived::Display && info.text_by_debug;
            let is_own = info.name_only.contains(&op) || by_debug;
            if !is_own && !info.hooks.iter().any(|(of, _)| *of == op) {
                entries.push_str("NULL, ");
                continue;
            }
            any = true;
            let helper = self.helper_name(Helper::Derived(op), ty);
            let (result, params, args) = match op {
                Derived::Equal => (
                    "bool",
                    "const void *a, const void *b",
                    format!("*({c} *)a, *({c} *)b"),
                ),
                Derived::Compare => (
                    "int64_t",
                    "const void *a, const void *b",
                    format!("*({c} *)a, *({c} *)b"),
                ),
                Derived::Hash => ("int64_t", "const void *a", format!("*({c} *)a")),
                Derived::Display | Derived::Inspect => (
                    "sn_bytes *",
                    "sn_bytes *to, const void *a",
                    format!("to, *({c} *)a"),
                ),
            };
            let _ = writeln!(
                self.bodies,
                "static {result} hook_{helper}(sn_cx *cx, {params}) {{ return {helper}(cx, {args}); }}"
            );
            let _ = write!(entries, "hook_{helper}, ");
        }
        if any {
            format!("(const sn_hooks[]){{{{{entries}}}}}")
        } else {
            "NULL".into()
        }
    }
}

const NO_STEPS: &str = "(const sn_step[]){{SN_STEP_END}}";

/// The types that a value of `ty` is made of.
fn parts(emitter: &Emitter<'_>, ty: TypeRef) -> Vec<TypeRef> {
    match &emitter.program.types.get(ty).kind {
        TypeKind::List(item) => vec![*item],
        TypeKind::Tuple(items) => items.clone(),
        TypeKind::Struct { fields } => fields.iter().map(|field| field.1).collect(),
        TypeKind::Sum { variants } => variants
            .iter()
            .flat_map(|variant| variant.1.clone())
            .collect(),
        TypeKind::Int
        | TypeKind::Float
        | TypeKind::Bool
        | TypeKind::Unit
        | TypeKind::Pid
        | TypeKind::String
        | TypeKind::Bytes
        | TypeKind::Function { .. } => Vec::new(),
    }
}
