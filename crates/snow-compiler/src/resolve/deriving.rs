//! What `deriving(…)` asks for, and whether it can be had.

use crate::ast::Derive;
use crate::diagnostics::Code;
use crate::hir::{Derives, Opaque};

use super::Resolver;

/// What a `deriving` may ask for.
pub const DERIVABLE: [&str; 6] = ["Eq", "Ord", "Display", "Debug", "Hash", "Json"];

/// What an opaque type with that `deriving` shows.
pub(super) fn opaque(deriving: Option<&[Derive]>) -> Opaque {
    let derives =
        |name: &str| deriving.is_some_and(|list| list.iter().any(|d| &*d.name.name == name));
    Opaque {
        displays: derives("Display"),
        inspects: derives("Debug"),
    }
}

/// What is derived for a type: what `deriving` lists, or what every type has without it.
pub(super) fn derives(deriving: Option<&[Derive]>, is_struct: bool) -> Derives {
    let Some(list) = deriving else {
        return Derives {
            eq: true,
            ord: true,
            hash: is_struct,
            display: false,
            debug: true,
            is_explicit: false,
        };
    };
    let has = |name: &str| list.iter().any(|d| &*d.name.name == name);
    Derives {
        eq: has("Eq"),
        ord: has("Ord"),
        hash: has("Hash"),
        display: has("Display"),
        debug: has("Debug"),
        is_explicit: true,
    }
}

impl Resolver<'_, '_> {
    /// E0028, E0029.
    pub(super) fn check_deriving(&mut self, deriving: Option<&[Derive]>, is_struct: bool) {
        let Some(deriving) = deriving else { return };
        for derive in deriving {
            let name = &derive.name;
            match &*name.name {
                "Eq" | "Display" | "Debug" | "Hash" => {}
                // What stands behind it is read by `json`.
                "Json" => continue,
                "Ord" => {
                    if !deriving.iter().any(|d| &*d.name.name == "Eq") {
                        let help = Some("write `deriving(Eq, Ord)`".to_string());
                        self.report_with_help(
                            Code::E0029,
                            name.span,
                            "`Ord` requires `Eq` in the same list".into(),
                            help,
                        );
                    }
                }
                "Row" if !is_struct => self.report(
                    Code::E0028,
                    name.span,
                    "cannot derive `Row` for a sum type: it is for structs",
                ),
                "Row" => self.report(Code::E0099, name.span, "`Row` is not supported yet"),
                other => {
                    let help = format!("what can be derived: {}", DERIVABLE.join(", "));
                    self.report_with_help(
                        Code::E0028,
                        name.span,
                        format!("cannot derive `{other}`"),
                        Some(help),
                    );
                    continue;
                }
            }
            if !derive.options.is_empty() {
                let message = format!("`{}` is derived in one way only", name.name);
                let help = Some("remove the parentheses behind it".to_string());
                self.report_with_help(Code::E0028, name.span, message, help);
            }
        }
    }
}
