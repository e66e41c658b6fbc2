//! Operations that the standard library names with `extern fn … = "%name"`, and that `lower` uses
//! itself: two tables, one of those that stay operations, one of those that become instructions.

/// How C spells a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An operator between two operands.
    Infix(&'static str),
    /// An operator (or a cast) before the operand; empty where both types are one in C.
    Prefix(&'static str),
    /// An expression without operands.
    Constant(&'static str),
    /// `sn_<name>(cx, …)`, static inline.
    Call,
    /// `<list type>_<this>(cx, …)`, static inline; the instruction names the item type.
    List(&'static str),
    /// The length that a list holds.
    Length,
    /// The runtime's function that ends the actor with a text.
    PanicText,
}

macro_rules! primitives {
    ($($(#[$doc:meta])* $prim:ident $name:literal $owned:literal $panics:literal $form:expr;)*) => {
        /// An operation of `core`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Prim {
            $($(#[$doc])* $prim,)*
        }

        impl Prim {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Prim] = &[$(Prim::$prim),*];

            /// Its name without the percent sign.
            pub fn name(self) -> &'static str {
                match self { $(Prim::$prim => $name,)* }
            }

            /// The arguments that it consumes, as a bit set; the others are borrowed.
            fn owned(self) -> u32 {
                match self { $(Prim::$prim => $owned,)* }
            }

            /// True when it can panic; its C function then takes file and line too.
            pub fn panics(self) -> bool {
                match self { $(Prim::$prim => $panics,)* }
            }

            /// How C spells it.
            pub fn form(self) -> Form {
                use Form::*;
                match self { $(Prim::$prim => $form,)* }
            }
        }
    };
}

primitives! {
    // operation        name                     owned  panics C
    IntAdd             "int_add"                0b0    false  Infix("+");
    IntSub             "int_sub"                0b0    false  Infix("-");
    IntMul             "int_mul"                0b0    false  Infix("*");
    IntNeg             "int_neg"                0b0    false  Prefix("-");
    IntEq              "int_eq"                 0b0    false  Infix("==");
    IntNe              "int_ne"                 0b0    false  Infix("!=");
    IntLt              "int_lt"                 0b0    false  Infix("<");
    IntGt              "int_gt"                 0b0    false  Infix(">");
    IntLe              "int_le"                 0b0    false  Infix("<=");
    IntGe              "int_ge"                 0b0    false  Infix(">=");
    FloatAdd           "float_add"              0b0    false  Infix("+");
    FloatSub           "float_sub"              0b0    false  Infix("-");
    FloatMul           "float_mul"              0b0    false  Infix("*");
    FloatDiv           "float_div"              0b0    false  Infix("/");
    FloatNeg           "float_neg"              0b0    false  Prefix("-");
    FloatEq            "float_eq"               0b0    false  Infix("==");
    FloatNe            "float_ne"               0b0    false  Infix("!=");
    FloatLt            "float_lt"               0b0    false  Infix("<");
    FloatGt            "float_gt"               0b0    false  Infix(">");
    FloatLe            "float_le"               0b0    false  Infix("<=");
    FloatGe            "float_ge"               0b0    false  Infix(">=");
    BoolNot            "bool_not"               0b0    false  Prefix("!");
    IntBand            "int_band"               0b0    false  Infix("&");
    IntBor             "int_bor"                0b0    false  Infix("|");
    IntBxor            "int_bxor"               0b0    false  Infix("^");
    IntBnot            "int_bnot"               0b0    false  Prefix("~");
    IntToFloat         "int_to_float"           0b0    false  Prefix("(double)");
    PidToInt           "pid_to_int"             0b0    false  Prefix("");
    PidFromInt         "pid_from_int"           0b0    false  Prefix("");
    ErrorCode          "error_code"             0b0    false  Constant("cx->error");
    // One representation for all functions without parameters; the caller answers for the type it
    // reads back.
    EraseThunk         "erase_thunk"            0b1    false  Prefix("");
    RestoreThunk       "restore_thunk"          0b1    false  Prefix("");
    IntDiv             "int_div"                0b0    true   Call;
    IntRem             "int_rem"                0b0    true   Call;
    IntShl             "int_shl"                0b0    false  Call;
    IntShr             "int_shr"                0b0    false  Call;
    IntUshr            "int_ushr"               0b0    false  Call;
    IntPopcount        "int_popcount"           0b0    false  Call;
    FloatToInt         "float_to_int"           0b0    false  Call;
    FloatFloor         "float_floor"            0b0    false  Call;
    FloatCeil          "float_ceil"             0b0    false  Call;
    FloatRound         "float_round"            0b0    false  Call;
    FloatSqrt          "float_sqrt"             0b0    false  Call;
    FloatRem           "float_rem"              0b0    false  Call;
    BytesLength        "bytes_length"           0b0    false  Call;
    BytesGet           "bytes_get"              0b0    true   Call;
    BytesSet           "bytes_set"              0b1    true   Call;
    BytesSlice         "bytes_slice"            0b0    false  Call;
    BytesAppend        "bytes_append"           0b1    false  Call;
    BytesPush          "bytes_push"             0b1    false  Call;
    BytesWithCapacity  "bytes_with_capacity"    0b0    false  Call;
    BytesRepeat        "bytes_repeat"           0b0    false  Call;
    BytesGetU16Be      "bytes_get_u16_be"       0b0    true   Call;
    BytesGetU16Le      "bytes_get_u16_le"       0b0    true   Call;
    BytesGetU32Be      "bytes_get_u32_be"       0b0    true   Call;
    BytesGetU32Le      "bytes_get_u32_le"       0b0    true   Call;
    BytesGetU64Be      "bytes_get_u64_be"       0b0    true   Call;
    BytesGetU64Le      "bytes_get_u64_le"       0b0    true   Call;
    BytesSetU16Be      "bytes_set_u16_be"       0b1    true   Call;
    BytesSetU16Le      "bytes_set_u16_le"       0b1    true   Call;
    BytesSetU32Be      "bytes_set_u32_be"       0b1    true   Call;
    BytesSetU32Le      "bytes_set_u32_le"       0b1    true   Call;
    BytesSetU64Be      "bytes_set_u64_be"       0b1    true   Call;
    BytesSetU64Le      "bytes_set_u64_le"       0b1    true   Call;
    BytesOwn           "bytes_own"              0b1    false  Call;
    RawAddress         "raw_address"            0b0    false  Call;
    RawGet             "raw_get"                0b0    true   Call;
    RawSet             "raw_set"                0b0    true   Call;
    RawGetU16Be        "raw_get_u16_be"         0b0    true   Call;
    RawSetU16Be        "raw_set_u16_be"         0b0    true   Call;
    RawGetU32Be        "raw_get_u32_be"         0b0    true   Call;
    RawSetU32Be        "raw_set_u32_be"         0b0    true   Call;
    RawGetU64Be        "raw_get_u64_be"         0b0    true   Call;
    RawSetU64Be        "raw_set_u64_be"         0b0    true   Call;
    RawGetU16Le        "raw_get_u16_le"         0b0    true   Call;
    RawSetU16Le        "raw_set_u16_le"         0b0    true   Call;
    RawGetU32Le        "raw_get_u32_le"         0b0    true   Call;
    RawSetU32Le        "raw_set_u32_le"         0b0    true   Call;
    RawGetU64Le        "raw_get_u64_le"         0b0    true   Call;
    RawSetU64Le        "raw_set_u64_le"         0b0    true   Call;
    BytesPutBe         "bytes_put_be"           0b1    true   Call;
    BytesPutLe         "bytes_put_le"           0b1    true   Call;
    BytesLoadBe        "bytes_load_be"          0b0    false  Call;
    BytesLoadLe        "bytes_load_le"          0b0    false  Call;
    BytesExact         "bytes_exact"            0b0    true   Call;
    BytesIsUtf8        "bytes_is_utf8"          0b0    false  Call;
    BytesAsString      "bytes_as_string"        0b1    false  Call;
    StringAsBytes      "string_as_bytes"        0b1    false  Call;
    BytesEqual         "bytes_equal"            0b0    false  Call;
    BytesCompare       "bytes_compare"          0b0    false  Call;
    // Where bytes stand in a list of them that is sorted; -1 when they do not.
    BytesFind          "bytes_find"             0b0    false  Call;
    StringLength       "string_length"          0b0    false  Call;
    StringByteLength   "string_byte_length"     0b0    false  Call;
    StringSlice        "string_slice"           0b0    false  Call;
    AppendInt          "append_int"             0b1    false  Call;
    AppendBool         "append_bool"            0b1    false  Call;
    PanicText          "panic_text"             0b0    true   PanicText;
    ListWithCapacity   "list_with_capacity"     0b0    false  List("with_capacity");
    ListLength         "list_length"            0b0    false  Length;
    ListGet            "list_get"               0b0    true   List("get");
    ListSet            "list_set"               0b101  true   List("set");
    ListAppend         "list_append"            0b11   false  List("append");
    ListConcat         "list_concat"            0b1    false  List("concat");
    ListSlice          "list_slice"             0b1    false  List("slice");
    ListHead           "list_head"              0b0    true   List("head");
    ListTail           "list_tail"              0b1    true   List("tail");
    ListLast           "list_last"              0b0    true   List("last");
}

macro_rules! intrinsics {
    ($($intrinsic:ident $name:literal;)*) => {
        /// What `lower` turns into another instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Intrinsic {
            $($intrinsic,)*
        }

        impl Intrinsic {
            const ALL: &'static [Intrinsic] = &[$(Intrinsic::$intrinsic),*];

            fn name(self) -> &'static str {
                match self { $(Intrinsic::$intrinsic => $name,)* }
            }
        }
    };
}

intrinsics! {
    ListNew         "list_new";
    Display         "display";
    Inspect         "inspect";
    Describe        "describe";
    CompareValues   "compare_values";
    EqualValues     "equal_values";
    HashValue       "hash_value";
    DefaultValue    "default_value";
    TypeId          "type_id";
    KnownTypeId     "known_type_id";
    PidOfType       "pid_of_type";
    Panic           "panic";
    Guard           "guard";
    GuardWithin     "guard_within";
    SendAfter       "send_after";
    Request         "request";
    Offer           "offer";
    SendExempt      "send_exempt";
}

/// What the symbol of an `extern fn` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extern {
    /// `%name`, an operation.
    Prim(Prim),
    /// `%name`, another instruction.
    Intrinsic(Intrinsic),
    /// `%name` that is in neither table.
    Unknown,
    /// A function of the runtime.
    Runtime,
}

impl Extern {
    /// Looks a symbol up, the percent sign included.
    pub fn of(symbol: &str) -> Extern {
        let Some(name) = symbol.strip_prefix('%') else {
            return Extern::Runtime;
        };
        let prim = Prim::ALL.iter().find(|p| p.name() == name);
        let intrinsic = Intrinsic::ALL.iter().find(|i| i.name() == name);
        match (prim, intrinsic) {
            (Some(prim), _) => Extern::Prim(*prim),
            (None, Some(intrinsic)) => Extern::Intrinsic(*intrinsic),
            (None, None) => Extern::Unknown,
        }
    }
}

/// An access to bytes, with its form that takes address and length in the place of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads.
    Get(Prim),
    /// Writes; the form without the object answers nothing.
    Set(Prim),
}

impl Prim {
    /// True when it consumes its argument of that index.
    pub fn consumes(self, argument: usize) -> bool {
        self.owned() >> argument & 1 == 1
    }

    /// The access to one position of bytes that it is.
    pub fn access(self) -> Option<Access> {
        use Access::{Get, Set};
        Some(match self {
            Prim::BytesGet => Get(Prim::RawGet),
            Prim::BytesGetU16Be => Get(Prim::RawGetU16Be),
            Prim::BytesGetU16Le => Get(Prim::RawGetU16Le),
            Prim::BytesGetU32Be => Get(Prim::RawGetU32Be),
            Prim::BytesGetU32Le => Get(Prim::RawGetU32Le),
            Prim::BytesGetU64Be => Get(Prim::RawGetU64Be),
            Prim::BytesGetU64Le => Get(Prim::RawGetU64Le),
            Prim::BytesSet => Set(Prim::RawSet),
            Prim::BytesSetU16Be => Set(Prim::RawSetU16Be),
            Prim::BytesSetU16Le => Set(Prim::RawSetU16Le),
            Prim::BytesSetU32Be => Set(Prim::RawSetU32Be),
            Prim::BytesSetU32Le => Set(Prim::RawSetU32Le),
            Prim::BytesSetU64Be => Set(Prim::RawSetU64Be),
            Prim::BytesSetU64Le => Set(Prim::RawSetU64Le),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_means_one_thing() {
        let prims = Prim::ALL.iter().map(|p| p.name());
        let names: Vec<_> = prims
            .chain(Intrinsic::ALL.iter().map(|i| i.name()))
            .collect();
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        assert_eq!(Extern::of("%int_add"), Extern::Prim(Prim::IntAdd));
        assert_eq!(Extern::of("%guard"), Extern::Intrinsic(Intrinsic::Guard));
        assert_eq!(Extern::of("%no_such"), Extern::Unknown);
        assert_eq!(Extern::of("snow_now"), Extern::Runtime);
    }
}
