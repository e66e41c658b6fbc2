//! One C file being written: its sections, and what has been asked for and not written yet.

use std::collections::BTreeSet;
use std::fmt::Write;

use rustc_hash::{FxHashMap, FxHashSet};

use super::linkage::{references, Linkage};
use super::names::literal;
use super::traces::{self, Traces};
use super::Unit;
use crate::core::ir::*;
use crate::core::types::{Derived, TypeRef};
use crate::source::{Name, Sources, Span};

/// What follows comes from no source.
pub(super) const NO_LINE: &str = "\n#line 1 \"generated\"\n";

/// Static helpers for one type.
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

/// Writes one file.
pub(super) struct Emitter<'p> {
    pub program: &'p Program,
    pub sources: &'p Sources,
    pub linkage: &'p Linkage,
    /// What crash reports need to find the program's own calls.
    pub traces: &'p Traces,
    name: Name,
    pub types: String,
    pub prototypes: String,
    pub lists: String,
    pub literals: String,
    pub bodies: String,
    pub defined_types: FxHashSet<TypeRef>,
    requested: BTreeSet<(Helper, TypeRef)>,
    helper_queue: Vec<(Helper, TypeRef)>,
    declared: FxHashSet<FunctionRef>,
    /// Functions of other files that this one refers to.
    imported: BTreeSet<FunctionRef>,
    /// Functions that have a guard around them here.
    pub(super) guards: FxHashSet<FunctionRef>,
    function_queue: Vec<FunctionRef>,
    /// Small functions that refer to no other.
    leaf_queue: Vec<FunctionRef>,
    literal_names: FxHashMap<Name, String>,
    /// Static objects by their content.
    pub static_names: FxHashMap<String, String>,
    /// Whether values of a type can be nested to any depth, as far as it was asked.
    pub nested: FxHashMap<TypeRef, bool>,
}

impl<'p> Emitter<'p> {
    pub(super) fn new(
        program: &'p Program,
        sources: &'p Sources,
        (linkage, traces): (&'p Linkage, &'p Traces),
        name: &Name,
    ) -> Self {
        Emitter {
            program,
            sources,
            linkage,
            traces,
            name: name.clone(),
            types: String::new(),
            prototypes: String::new(),
            lists: String::new(),
            literals: String::new(),
            bodies: String::new(),
            defined_types: FxHashSet::default(),
            requested: BTreeSet::new(),
            helper_queue: Vec::new(),
            declared: FxHashSet::default(),
            imported: BTreeSet::new(),
            guards: FxHashSet::default(),
            function_queue: Vec::new(),
            leaf_queue: Vec::new(),
            literal_names: FxHashMap::default(),
            static_names: FxHashMap::default(),
            nested: FxHashMap::default(),
        }
    }

    /// The whole file.
    pub(super) fn unit(mut self) -> Unit {
        let program = self.program;
        let mut own: Vec<_> = (0..program.functions.len())
            .map(|i| FunctionRef(i as u32))
            .filter(|f| program.function(*f).unit == self.name && self.linkage.is_defined(*f))
            .collect();
        // By symbol, so that the order does not depend on how the program reached them.
        own.sort_by(|a, b| {
            program
                .function(*a)
                .symbol
                .cmp(&program.function(*b).symbol)
        });
        for f in &own {
            self.declare(*f);
            self.function(*f);
        }
        self.helpers();
        self.copies();
        if program
            .entry
            .is_some_and(|e| program.function(e).unit == self.name)
        {
            self.bodies.push_str(NO_LINE);
            self.entry();
        }
        let mut text = String::from("#include \"snow.h\"\n");
        for part in [
            &self.types,
            &self.prototypes,
            &self.literals,
            &self.lists,
            &self.bodies,
        ] {
            text.push_str(part);
            text.push('\n');
        }
        let exported = own.iter().filter(|f| self.linkage.is_exported(**f));
        Unit {
            name: self.name.replace('.', "_"),
            text,
            exported: exported.copied().collect(),
            imported: self.imported.into_iter().collect(),
        }
    }

    /// Writes the helpers and the smallest functions that were asked for.
    fn helpers(&mut self) {
        loop {
            if let Some(f) = self.leaf_queue.pop() {
                self.function(f);
            } else if let Some((helper, ty)) = self.helper_queue.pop() {
                self.bodies.push_str(NO_LINE);
                self.helper(helper, ty);
            } else {
                return;
            }
        }
    }

    /// Writes small functions of other files, with all that only they need. In development they are
    /// called where they are at home: to compile copies again with each changed line costs two
    /// fifths of a file's time.
    fn copies(&mut self) {
        if self.function_queue.is_empty() {
            return;
        }
        self.in_each_section("#ifndef SN_DEVELOPMENT\n");
        while let Some(f) = self.function_queue.pop() {
            self.function(f);
            self.helpers();
        }
        self.in_each_section("\n#endif\n");
    }

    fn in_each_section(&mut self, text: &str) {
        self.types.push_str(text);
        self.prototypes.push_str(text);
        self.literals.push_str(text);
        self.lists.push_str(text);
        self.bodies.push_str(text);
    }

    fn entry(&mut self) {
        let Some(entry) = self.program.entry else {
            return;
        };
        let symbol = self.program.function(entry).symbol.clone();
        let own = self.sources.iter().filter(|(_, source)| !source.is_stdlib);
        let sources: String = own
            .map(|(_, source)| format!("{}\"\\0\"", literal(source.path.as_bytes())))
            .collect();
        let sources = if sources.is_empty() {
            "\"\"".into()
        } else {
            sources
        };
        let _ = write!(
            self.bodies,
            "\nstatic void raise_to_guard(sn_cx *cx) {{ sn_raise_to_guard(cx); }}\n\
             int main(int argc, char **argv) {{\n  \
             static const sn_program program = {{&{symbol}_actor, raise_to_guard, {sources}}};\n  \
             return snow_start(argc, argv, &program);\n}}\n"
        );
    }

    /// Makes sure that `f` can be called in this file.
    pub(super) fn declare(&mut self, f: FunctionRef) {
        if !self.declared.insert(f) {
            return;
        }
        let function = self.program.function(f);
        let storage = self.storage(f);
        let prototype = self.prototype(function, storage);
        let _ = writeln!(self.prototypes, "{prototype};");
        if matches!(function.kind, Kind::Closure(_)) {
            self.declare_closure(f);
        }
        if matches!(function.kind, Kind::Actor { .. }) {
            let _ = writeln!(
                self.prototypes,
                "extern const sn_actor_info {}_actor;",
                function.symbol
            );
        }
        if self.is_own(f) {
            return;
        }
        if self.is_leaf(f) {
            self.leaf_queue.push(f);
            return;
        }
        self.imported.insert(f);
        if function.inline {
            self.function_queue.push(f);
        }
    }

    /// This file is the function's home.
    fn is_own(&self, f: FunctionRef) -> bool {
        self.program.function(f).unit == self.name && self.linkage.is_defined(f)
    }

    /// Only this file knows the name.
    pub(super) fn is_static(&self, f: FunctionRef) -> bool {
        self.is_own(f) && !self.linkage.is_exported(f)
    }

    /// A small function that refers to no other: a copy in every file that calls it, in development,
    /// too, so that a program which needs no more of the library is linked with none of it.
    fn is_leaf(&self, f: FunctionRef) -> bool {
        let function = self.program.function(f);
        let mut refers = false;
        if function.inline {
            references(function, &mut |_| refers = true);
        }
        function.inline && !refers
    }

    /// What stands in front of a function's type.
    pub(super) fn storage(&self, f: FunctionRef) -> &'static str {
        if self.is_leaf(f) {
            return "static inline ";
        }
        match (self.program.function(f).inline, self.is_static(f)) {
            (true, true) => "static inline ",
            (true, false) => "SN_SMALL ",
            (false, true) => "static ",
            (false, false) => "",
        }
    }

    /// Asks for a helper; answers its name.
    pub(super) fn helper_name(&mut self, helper: Helper, ty: TypeRef) -> String {
        self.define_type(ty);
        let key = super::names::key(&self.program.types, ty);
        if self.requested.insert((helper, ty)) {
            self.helper_queue.push((helper, ty));
            self.helper_prototype(helper, ty, &key);
        }
        format!("{}_{key}", helper_prefix(helper))
    }

    fn helper(&mut self, helper: Helper, ty: TypeRef) {
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

    fn helper_prototype(&mut self, helper: Helper, ty: TypeRef, key: &str) {
        let c = self.c_type(ty);
        let prefix = helper_prefix(helper);
        let text = match helper {
            Helper::Dup => format!("static void {prefix}_{key}(sn_cx *cx, {c} v);"),
            Helper::Drop => format!("static void {prefix}_{key}(sn_cx *cx, {c} v);"),
            Helper::Copy => format!("static {c} {prefix}_{key}(sn_cx *cx, {c} v);"),
            Helper::List => {
                // The item's own helpers are asked for first, so that their prototypes come before.
                let dup = self.dup_macro(ty);
                let drop = self.drop_macro(ty);
                let shape = self.list_shape(ty);
                let _ = writeln!(
                    self.lists,
                    "SN_LIST({prefix}_{key}, {c}, {dup}, {drop}, {shape})"
                );
                return;
            }
            Helper::Shape => format!("static const sn_shape {prefix}_{key};"),
            Helper::Pack => format!("static void {prefix}_{key}(sn_writer *w, {c} v);"),
            Helper::Unpack => format!("static {c} {prefix}_{key}(sn_cx *cx, sn_reader *r);"),
            Helper::Receive => format!(
                "static {c} {prefix}_{key}(sn_cx *cx, sn_message *m); \
                 SN_MAYBE void forget_{prefix}_{key}(sn_cx *cx, void *box); \
                 SN_MAYBE {c} accept_{prefix}_{key}(sn_cx *cx, sn_message *m, {c} v);"
            ),
            // Its definition declares it.
            Helper::Guard => return,
            Helper::Derived(op) => match op {
                Derived::Equal => format!("static bool {prefix}_{key}(sn_cx *cx, {c} a, {c} b);"),
                Derived::Compare => {
                    format!("static int64_t {prefix}_{key}(sn_cx *cx, {c} a, {c} b);")
                }
                Derived::Hash => format!("static int64_t {prefix}_{key}(sn_cx *cx, {c} a);"),
                Derived::Display | Derived::Inspect => {
                    format!("static sn_bytes *{prefix}_{key}(sn_cx *cx, sn_bytes *to, {c} v);")
                }
            },
        };
        let _ = writeln!(self.prototypes, "{text}");
    }

    /// The C name of a static string.
    pub(super) fn literal(&mut self, text: &Name) -> String {
        if let Some(name) = self.literal_names.get(text) {
            return format!("(&{name})");
        }
        let name = format!("text{}", self.literal_names.len());
        let _ = writeln!(
            self.literals,
            "SN_BYTES_LITERAL({name}, {});",
            literal(text.as_bytes())
        );
        self.literal_names.insert(text.clone(), name.clone());
        format!("(&{name})")
    }

    /// `"file", line` of a place.
    pub(super) fn place(&self, span: Span) -> String {
        let source = self.sources.get(span.file);
        let (line, _) = self.sources.line_column(span.file, span.start);
        format!("{}, {line}", literal(source.path.as_bytes()))
    }

    /// The `#line` directive of a place.
    pub(super) fn line(&self, span: Span) -> String {
        let source = self.sources.get(span.file);
        let (line, _) = self.sources.line_column(span.file, span.start);
        format!("\n#line {line} {}\n", literal(source.path.as_bytes()))
    }

    /// The `#line` directive in front of a function. Its entry belongs to it, not to what was
    /// printed before.
    pub(super) fn first_line(&self, function: &Function) -> String {
        traces::first_place(function).map_or_else(|| NO_LINE.into(), |span| self.line(span))
    }

    pub(super) fn c_type(&mut self, ty: TypeRef) -> String {
        self.define_type(ty);
        super::names::c_type(&self.program.types, ty)
    }
}

fn helper_prefix(helper: Helper) -> &'static str {
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
