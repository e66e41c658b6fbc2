//! Operations that the standard library names with `extern fn … = "%name"`, and that `lower` uses
//! itself.
//!
//! Each becomes one call of a static inline C function `sn_<name>` (list operations: of the list
//! type's own).

/// An entry of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Primitive {
    /// Without the percent sign.
    pub name: &'static str,
    /// Arguments that it consumes, as a bit set; the others are borrowed.
    pub owned: u32,
    /// It can panic, and takes file and line.
    pub panics: bool,
    /// Which C functions implement it.
    pub family: Family,
}

/// Which C functions implement a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `sn_<name>(cx, …)`.
    Plain,
    /// `<list type>_<name without list_>(cx, …)`; `ty` is the item type.
    List,
    /// A C operator, printed by `emit`.
    Operator,
    /// Handled by `lower`: becomes another instruction.
    Lowered,
}

const fn plain(name: &'static str, owned: u32, panics: bool) -> Primitive {
    Primitive {
        name,
        owned,
        panics,
        family: Family::Plain,
    }
}

const fn list(name: &'static str, owned: u32, panics: bool) -> Primitive {
    Primitive {
        name,
        owned,
        panics,
        family: Family::List,
    }
}

const fn operator(name: &'static str) -> Primitive {
    Primitive {
        name,
        owned: 0,
        panics: false,
        family: Family::Operator,
    }
}

const fn lowered(name: &'static str) -> Primitive {
    Primitive {
        name,
        owned: 0,
        panics: false,
        family: Family::Lowered,
    }
}

/// All of them.
pub const PRIMITIVES: &[Primitive] = &[
    operator("int_add"),
    operator("int_sub"),
    operator("int_mul"),
    operator("int_neg"),
    operator("int_eq"),
    operator("int_ne"),
    operator("int_lt"),
    operator("int_gt"),
    operator("int_le"),
    operator("int_ge"),
    operator("float_add"),
    operator("float_sub"),
    operator("float_mul"),
    operator("float_div"),
    operator("float_neg"),
    operator("float_eq"),
    operator("float_ne"),
    operator("float_lt"),
    operator("float_gt"),
    operator("float_le"),
    operator("float_ge"),
    operator("bool_not"),
    operator("int_band"),
    operator("int_bor"),
    operator("int_bxor"),
    operator("int_bnot"),
    operator("int_to_float"),
    operator("pid_to_int"),
    operator("pid_from_int"),
    operator("error_code"),
    // One representation for all functions without parameters; the caller answers for the type it
    // reads back.
    Primitive {
        name: "erase_thunk",
        owned: 1,
        panics: false,
        family: Family::Operator,
    },
    Primitive {
        name: "restore_thunk",
        owned: 1,
        panics: false,
        family: Family::Operator,
    },
    plain("int_div", 0, true),
    plain("int_rem", 0, true),
    plain("int_shl", 0, false),
    plain("int_shr", 0, false),
    plain("int_ushr", 0, false),
    plain("int_popcount", 0, false),
    plain("float_to_int", 0, false),
    plain("float_floor", 0, false),
    plain("float_ceil", 0, false),
    plain("float_round", 0, false),
    plain("float_sqrt", 0, false),
    plain("float_rem", 0, false),
    plain("float_abs", 0, false),
    plain("bytes_length", 0, false),
    plain("bytes_get", 0, true),
    plain("bytes_set", 1, true),
    plain("bytes_slice", 0, false),
    plain("bytes_append", 1, false),
    plain("bytes_push", 1, false),
    plain("bytes_with_capacity", 0, false),
    plain("bytes_repeat", 0, false),
    plain("bytes_get_u16_be", 0, true),
    plain("bytes_get_u16_le", 0, true),
    plain("bytes_get_u32_be", 0, true),
    plain("bytes_get_u32_le", 0, true),
    plain("bytes_get_u64_be", 0, true),
    plain("bytes_get_u64_le", 0, true),
    plain("bytes_set_u16_be", 1, true),
    plain("bytes_set_u16_le", 1, true),
    plain("bytes_set_u32_be", 1, true),
    plain("bytes_set_u32_le", 1, true),
    plain("bytes_set_u64_be", 1, true),
    plain("bytes_set_u64_le", 1, true),
    plain("bytes_own", 1, false),
    plain("raw_address", 0, false),
    plain("raw_get", 0, true),
    plain("raw_set", 0, true),
    plain("raw_get_u16_be", 0, true),
    plain("raw_set_u16_be", 0, true),
    plain("raw_get_u32_be", 0, true),
    plain("raw_set_u32_be", 0, true),
    plain("raw_get_u64_be", 0, true),
    plain("raw_set_u64_be", 0, true),
    plain("raw_get_u16_le", 0, true),
    plain("raw_set_u16_le", 0, true),
    plain("raw_get_u32_le", 0, true),
    plain("raw_set_u32_le", 0, true),
    plain("raw_get_u64_le", 0, true),
    plain("raw_set_u64_le", 0, true),
    plain("bytes_put_be", 1, true),
    plain("bytes_put_le", 1, true),
    plain("bytes_load_be", 0, false),
    plain("bytes_load_le", 0, false),
    plain("bytes_exact", 0, true),
    plain("bytes_is_utf8", 0, false),
    plain("bytes_as_string", 1, false),
    plain("string_as_bytes", 1, false),
    plain("bytes_equal", 0, false),
    plain("bytes_compare", 0, false),
    plain("string_length", 0, false),
    plain("string_byte_length", 0, false),
    plain("string_slice", 0, false),
    plain("append_int", 1, false),
    plain("append_bool", 1, false),
    list("list_with_capacity", 0, false),
    list("list_length", 0, false),
    list("list_get", 0, true),
    list("list_set", 0b101, true),
    list("list_append", 0b11, false),
    list("list_concat", 1, false),
    list("list_slice", 1, false),
    list("list_head", 0, true),
    list("list_tail", 1, true),
    list("list_last", 0, true),
    lowered("list_new"),
    lowered("display"),
    lowered("inspect"),
    lowered("compare_values"),
    lowered("equal_values"),
    lowered("hash_value"),
    lowered("default_value"),
    lowered("type_id"),
    lowered("known_type_id"),
    lowered("pid_of_type"),
    lowered("panic"),
    lowered("guard"),
    lowered("guard_within"),
    lowered("send_after"),
    lowered("request"),
    lowered("offer"),
    lowered("send_exempt"),
];

/// Looks a primitive up by its name without the percent sign.
pub fn find(name: &str) -> Option<Primitive> {
    PRIMITIVES.iter().copied().find(|p| p.name == name)
}

/// The same for names that this crate itself writes; an unknown one is a mistake in the compiler's
/// own tables, and the test below keeps it from happening.
pub fn known(name: &'static str) -> Primitive {
    find(name).unwrap_or(Primitive {
        name,
        owned: 0,
        panics: false,
        family: Family::Plain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of operations that the stages write as literals.
    const FAMILIES: &[&str] = &[
        "int_", "float_", "bool_", "bytes_", "string_", "list_", "append_", "raw_",
    ];

    #[test]
    fn every_name_that_a_stage_writes_is_in_the_table() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for folder in ["lower", "optimize"] {
            for entry in std::fs::read_dir(source.join(folder)).expect("readable folder") {
                let text =
                    std::fs::read_to_string(entry.expect("entry").path()).expect("readable file");
                let literals = text.split('"').skip(1).step_by(2);
                let is_name = |l: &&str| {
                    let plain = l
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                    plain
                        && FAMILIES
                            .iter()
                            .any(|f| l.starts_with(f) && l.len() > f.len())
                };
                for name in literals.filter(is_name) {
                    assert!(find(name).is_some(), "`{name}` is not in the table");
                }
            }
        }
    }
}
