//! Helpers of types: operations that count, pack, compare and print their values.
//!
//! A file that needs one has it as a static function, so that the C compiler knows what it does. In
//! development that would be most of a file, compiled again with each changed line: there all but
//! the smallest stand in files of their own (`apart`), which such a line leaves as they are.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::names;
use super::unit::Emitter;
use crate::core::types::{Derived, TypeRef, Types};

/// A helper for one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Helper {
    Dup,
    Drop,
    Copy,
    List,
    Pack,
    Unpack,
    Receive,
    Guard,
    Shape,
    Derived(Derived),
}

/// Where the helpers of types are.
pub(super) enum Homes {
    /// In each file that needs them.
    EachFile,
    /// In files of their own, where that pays.
    Apart {
        /// The helpers that this file has; `None` for a file of functions.
        own: Option<BTreeSet<(Helper, TypeRef)>>,
        /// Those that it needs and that are for files of their own.
        wanted: BTreeSet<(Helper, TypeRef)>,
    },
}

impl Homes {
    /// Of a file of functions, in development.
    pub(super) fn apart() -> Homes {
        Homes::Apart {
            own: None,
            wanted: BTreeSet::new(),
        }
    }

    /// Of the file that has these helpers.
    pub(super) fn of(own: BTreeSet<(Helper, TypeRef)>) -> Homes {
        Homes::Apart {
            own: Some(own),
            wanted: BTreeSet::new(),
        }
    }

    pub(super) fn are_apart(&self) -> bool {
        matches!(self, Homes::Apart { .. })
    }

    /// What the file needs from files of their own.
    pub(super) fn wanted(self) -> BTreeSet<(Helper, TypeRef)> {
        match self {
            Homes::EachFile => BTreeSet::new(),
            Homes::Apart { wanted, .. } => wanted,
        }
    }
}

/// True for a helper that is worth a call: the others are a few steps on a value that is no object,
/// or belong to one function.
pub(super) fn pays_apart(types: &Types, helper: Helper, ty: TypeRef) -> bool {
    match helper {
        Helper::Dup | Helper::Receive | Helper::Guard => false,
        Helper::Drop => types.get(ty).boxed,
        Helper::Copy
        | Helper::List
        | Helper::Pack
        | Helper::Unpack
        | Helper::Shape
        | Helper::Derived(_) => true,
    }
}

impl Emitter<'_> {
    /// Asks for a helper; answers its name.
    pub(super) fn helper_name(&mut self, helper: Helper, ty: TypeRef) -> String {
        self.define_type(ty);
        let key = names::key(&self.program.types, ty);
        if self.requested.insert((helper, ty)) {
            let is_here = self.is_here(helper, ty);
            if is_here {
                self.helper_queue.push((helper, ty));
            }
            self.helper_prototype((helper, is_here), ty, &key);
        }
        format!("{}_{key}", prefix(helper))
    }

    /// True when this file defines the helper. One that another file defines is noted.
    fn is_here(&mut self, helper: Helper, ty: TypeRef) -> bool {
        let Homes::Apart { own, wanted } = &mut self.homes else {
            return true;
        };
        if !pays_apart(&self.program.types, helper, ty) {
            return true;
        }
        wanted.insert((helper, ty));
        own.as_ref().is_some_and(|own| own.contains(&(helper, ty)))
    }

    /// What stands in front of a helper that other files may call where it has a file of its own;
    /// `otherwise` where it has none.
    pub(super) fn helper_storage(
        &self,
        (helper, ty): (Helper, TypeRef),
        otherwise: &'static str,
    ) -> &'static str {
        match self.homes.are_apart() && pays_apart(&self.program.types, helper, ty) {
            true => "",
            false => otherwise,
        }
    }

    pub(super) fn helper(&mut self, helper: Helper, ty: TypeRef) {
        match helper {
            Helper::Dup => self.dup_helper(ty),
            Helper::Drop => self.drop_helper(ty),
            Helper::Copy => self.copy_helper(ty),
            Helper::List => {}
            Helper::Pack => self.pack_helper(ty),
            Helper::Unpack => self.unpack_helper(ty),
            Helper::Receive => self.receive_helper(ty),
            Helper::Guard => self.guard_helper(ty),
            Helper::Shape => self.shape_helper(ty),
            Helper::Derived(Derived::Display) => self.show_helper(ty, false),
            Helper::Derived(Derived::Inspect) => self.show_helper(ty, true),
            Helper::Derived(op) => self.derived_helper(op, ty),
        }
    }

    fn helper_prototype(&mut self, (helper, is_here): (Helper, bool), ty: TypeRef, key: &str) {
        let c = self.c_type(ty);
        let prefix = prefix(helper);
        let s = self.helper_storage((helper, ty), "static ");
        let text = match helper {
            Helper::Dup => format!("{s}void {prefix}_{key}(sn_cx *cx, {c} v);"),
            Helper::Drop => format!("{s}void {prefix}_{key}(sn_cx *cx, {c} v);"),
            Helper::Copy => format!("{s}{c} {prefix}_{key}(sn_cx *cx, {c} v);"),
            Helper::List => return self.list_functions(ty, (&format!("{prefix}_{key}"), is_here)),
            Helper::Shape => match s {
                "" => format!("extern const sn_shape {prefix}_{key};"),
                _ => format!("{s}const sn_shape {prefix}_{key};"),
            },
            Helper::Pack => format!("{s}void {prefix}_{key}(sn_writer *w, {c} v);"),
            Helper::Unpack => format!("{s}{c} {prefix}_{key}(sn_cx *cx, sn_reader *r);"),
            Helper::Receive => format!(
                "{s}{c} {prefix}_{key}(sn_cx *cx, sn_message *m); \
                 SN_MAYBE void forget_{prefix}_{key}(sn_cx *cx, void *box); \
                 SN_MAYBE {c} accept_{prefix}_{key}(sn_cx *cx, sn_message *m, {c} v);"
            ),
            // Its definition declares it.
            Helper::Guard => return,
            Helper::Derived(op) => match op {
                Derived::Equal => format!("{s}bool {prefix}_{key}(sn_cx *cx, {c} a, {c} b);"),
                Derived::Compare => {
                    format!("{s}int64_t {prefix}_{key}(sn_cx *cx, {c} a, {c} b);")
                }
                Derived::Hash => format!("{s}int64_t {prefix}_{key}(sn_cx *cx, {c} a);"),
                Derived::Display | Derived::Inspect => {
                    format!("{s}sn_bytes *{prefix}_{key}(sn_cx *cx, sn_bytes *to, {c} v);")
                }
            },
        };
        let _ = writeln!(self.prototypes, "{text}");
    }

    /// The functions of lists of an item. Each file has those that it calls; only how a list is
    /// dropped, which is what most files need, may stand elsewhere.
    fn list_functions(&mut self, item: TypeRef, (name, drops_here): (&str, bool)) {
        let c = self.c_type(item);
        // The item's own helpers are asked for first, so that their prototypes come before.
        let dup = self.dup_macro(item);
        let drop = self.drop_macro(item);
        if drops_here {
            let shape = self.list_shape(item);
            let storage = match self.homes.are_apart() {
                true => "",
                false => "SN_INSTANCE",
            };
            let _ = writeln!(
                self.lists,
                "SN_LIST_DROP({name}, {c}, {drop}, {shape}, {storage})"
            );
        } else {
            let _ = writeln!(self.lists, "void {name}_drop(sn_cx *cx, sn_list *l);");
        }
        let _ = writeln!(self.lists, "SN_LIST({name}, {c}, {dup}, {drop})");
    }
}

fn prefix(helper: Helper) -> &'static str {
    match helper {
        Helper::Dup => "dup",
        Helper::Drop => "drop",
        Helper::Copy => "copy",
        Helper::List => "list",
        Helper::Pack => "pack",
        Helper::Unpack => "unpack",
        Helper::Receive => "message",
        Helper::Guard => "guard",
        Helper::Shape => "shape",
        Helper::Derived(Derived::Equal) => "equal",
        Helper::Derived(Derived::Compare) => "compare",
        Helper::Derived(Derived::Hash) => "hash",
        Helper::Derived(Derived::Display) => "display",
        Helper::Derived(Derived::Inspect) => "inspect",
    }
}
