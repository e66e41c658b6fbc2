//! The few types that may cross between generated code and the runtime.

/// A type at the boundary. Pointers are borrowed by the callee unless the name says otherwise;
/// results are owned by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbiType {
    /// `i64`: Snow's `Int`, and every opaque handle (sockets, timers, monitors).
    Int,
    /// `f64`.
    Float,
    /// One byte, 0 or 1.
    Bool,
    /// No value.
    Unit,
    /// `sn_bytes *` that holds UTF-8.
    String,
    /// `sn_bytes *`.
    Bytes,
    /// `i64` that names an actor: generation in the upper half, slot in the lower.
    Pid,
    /// `sn_closure *`, handed over: the callee owns it.
    Closure,
    /// Anything that Snow code cannot name (`void *`); used by emitted code only.
    Raw,
    /// The call does not return.
    Never,
}

impl AbiType {
    /// How the type is spelled in C.
    pub fn c_name(self) -> &'static str {
        match self {
            AbiType::Int | AbiType::Pid => "int64_t",
            AbiType::Float => "double",
            AbiType::Bool => "bool",
            AbiType::Unit | AbiType::Never => "void",
            AbiType::String | AbiType::Bytes => "sn_bytes *",
            AbiType::Closure => "sn_closure *",
            AbiType::Raw => "void *",
        }
    }
}
