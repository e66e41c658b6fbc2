//! The program with names resolved and sugar gone.
//!
//! Gone: modules as scopes, imports, pipes, `else if`, trailing closures, multi-clause grouping
//! (clauses of one function stand together), qualified names, top-level constants (inlined),
//! `for {k, v}` (a pair pattern).

mod children;
mod expr;
/// Interfaces, their implementations, and the table of both.
pub mod interfaces;
mod item;
mod mentions;
/// What a module may see of another.
pub mod opaque;
/// Readable form, for `--dump=hir`.
pub mod print;

pub use expr::*;
pub use interfaces::*;
pub use item::*;
pub use mentions::*;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index of the table it belongs to.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(/// Index of [`Program::modules`].
    ModuleId);
id!(/// Index of [`Program::types`].
    TypeId);
id!(/// Index of [`Program::functions`].
    FnId);
id!(/// Index of [`Program::interfaces`].
    InterfaceId);
id!(/// Index of [`Program::impls`].
    ImplId);
id!(/// Index of [`Program::locals`]; unique in the program.
    LocalId);
id!(/// Unique in the program.
    ExprId);
id!(/// Unique in the program.
    PatId);
