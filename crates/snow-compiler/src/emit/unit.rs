//! One C file being written: its sections, and what has been asked for and not written yet.

use std::collections::BTreeSet;
use std::fmt::Write;

use rustc_hash::{FxHashMap, FxHashSet};

use super::linkage::{references, Linkage};
use super::names::literal;
use super::operations::{Helper, Homes};
use super::traces::{self, Traces};
use super::Unit;
use crate::core::ir::*;
use crate::core::types::TypeRef;
use crate::source::{Name, Sources, Span};

/// What follows comes from no source.
pub(super) const NO_LINE: &str = "\n#line 1 \"generated\"\n";

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
    /// Where helpers are, and which of them this file needs from elsewhere.
    pub(super) homes: Homes,
    pub(super) requested: BTreeSet<(Helper, TypeRef)>,
    pub(super) helper_queue: Vec<(Helper, TypeRef)>,
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
        (name, homes): (&Name, Homes),
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
            homes,
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

    /// The whole file of functions.
    pub(super) fn unit(&mut self) -> Unit {
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
        if !self.homes.are_apart() {
            self.copies();
        }
        if program
            .entry
            .is_some_and(|e| program.function(e).unit == self.name)
        {
            self.bodies.push_str(NO_LINE);
            self.entry();
        }
        let exported = own.iter().filter(|f| self.linkage.is_exported(**f));
        let exported = exported.copied().collect();
        self.file(exported)
    }

    /// What has been written, as a file.
    pub(super) fn file(&mut self, exported: Vec<FunctionRef>) -> Unit {
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
        Unit {
            name: self.name.replace('.', "_"),
            text,
            exported,
            imported: self.imported.iter().copied().collect(),
        }
    }

    /// Writes the helpers and the smallest functions that were asked for.
    pub(super) fn helpers(&mut self) {
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
            .map(|(_, source)| format!("{}\"\\0\"", literal(source.place.as_bytes())))
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
        format!("{}, {line}", literal(source.place.as_bytes()))
    }

    /// The `#line` directive of a place.
    pub(super) fn line(&self, span: Span) -> String {
        let source = self.sources.get(span.file);
        let (line, _) = self.sources.line_column(span.file, span.start);
        format!("\n#line {line} {}\n", literal(source.place.as_bytes()))
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
