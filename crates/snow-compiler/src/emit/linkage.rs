//! Which functions a program defines, which it takes from code compiled before, and which of its
//! own other files refer to.

use rustc_hash::FxHashSet;

use crate::core::ir::*;

/// What all files need to know about the program's functions.
pub(super) struct Linkage {
    /// Functions that another file refers to; the others are static.
    exported: FxHashSet<FunctionRef>,
    /// Functions whose home is a file of this program.
    defined: FxHashSet<FunctionRef>,
    /// Functions of impls that stand in for structural operations.
    hooks: FxHashSet<FunctionRef>,
}

impl Linkage {
    /// Follows all references from the roots: the entry, what is exported, and what stands in for
    /// structural operations, which the helpers of any file may call. What `is_precompiled` names
    /// is defined elsewhere, with all that it refers to.
    pub(super) fn new(program: &Program, is_precompiled: &dyn Fn(FunctionRef) -> bool) -> Self {
        let hooks = program.types.list.iter().flat_map(|t| &t.hooks);
        let hooks: FxHashSet<_> = hooks.map(|(_, f)| FunctionRef(*f as u32)).collect();
        let mut exported = hooks.clone();
        let all = || (0..program.functions.len()).map(|at| FunctionRef(at as u32));
        exported.extend(all().filter(|f| program.function(*f).exported));
        let mut work: Vec<_> = exported.iter().copied().chain(program.entry).collect();
        let mut seen: FxHashSet<_> = work.iter().copied().collect();
        let mut defined = FxHashSet::default();
        while let Some(f) = work.pop() {
            let function = program.function(f);
            if !is_precompiled(f) {
                defined.insert(f);
            } else if !function.inline {
                continue;
            }
            references(function, &mut |other| {
                if seen.insert(other) {
                    work.push(other);
                }
            });
        }
        for from in &seen {
            let function = program.function(*from);
            if !function.inline && !defined.contains(from) {
                continue;
            }
            references(function, &mut |other| {
                // What a copied function refers to must be known wherever the copy is.
                if function.inline || program.function(other).unit != function.unit {
                    exported.insert(other);
                }
            });
        }
        Linkage {
            exported,
            defined,
            hooks,
        }
    }

    /// A file of this program is the function's home.
    pub(super) fn is_defined(&self, f: FunctionRef) -> bool {
        self.defined.contains(&f)
    }

    /// It stands in for a structural operation of a type.
    pub(super) fn is_hook(&self, f: FunctionRef) -> bool {
        self.hooks.contains(&f)
    }

    /// Other files may refer to it.
    pub(super) fn is_exported(&self, f: FunctionRef) -> bool {
        self.exported.contains(&f)
    }
}

/// Every function that a function mentions.
pub(super) fn references(function: &Function, visit: &mut dyn FnMut(FunctionRef)) {
    if let Kind::Actor {
        terminate: Some(terminate),
        ..
    } = function.kind
    {
        visit(terminate);
    }
    mentioned(&function.body, visit);
}

/// Every function that a body mentions.
fn mentioned(body: &Block, visit: &mut dyn FnMut(FunctionRef)) {
    crate::core::blocks::walk(body, &mut |stmt| match stmt {
        Stmt::Let(_, rvalue) => {
            match rvalue {
                Rvalue::Call(f, _) | Rvalue::Closure(f, _) | Rvalue::Spawn(f, _) => visit(*f),
                Rvalue::Use(_)
                | Rvalue::CallClosure(..)
                | Rvalue::Primitive { .. }
                | Rvalue::Runtime { .. }
                | Rvalue::Derived { .. }
                | Rvalue::Make(..)
                | Rvalue::Variant { .. }
                | Rvalue::Field(..)
                | Rvalue::Payload { .. }
                | Rvalue::Tag(_)
                | Rvalue::Update { .. }
                | Rvalue::Capture(_)
                | Rvalue::Accept(_)
                | Rvalue::Send { .. }
                | Rvalue::SelfPid
                | Rvalue::Guard {
                    body: GuardedCode::Closure(_),
                    ..
                } => {}
                Rvalue::Guard {
                    body: GuardedCode::Call(f, _),
                    ..
                } => visit(*f),
            }
            crate::core::uses::rvalue(rvalue, &|_, _| false, &mut |o, _| {
                if let Operand::Function(f) = o {
                    visit(*f);
                }
            });
        }
        Stmt::Assign(_, Operand::Function(f)) | Stmt::Return(Operand::Function(f)) => visit(*f),
        Stmt::At(_)
        | Stmt::Assign(..)
        | Stmt::Kill(_)
        | Stmt::Revive(_)
        | Stmt::Regain(_)
        | Stmt::Dup(_)
        | Stmt::Drop(_)
        | Stmt::If { .. }
        | Stmt::Switch { .. }
        | Stmt::Scope(..)
        | Stmt::Leave(_)
        | Stmt::Loop(..)
        | Stmt::Repeat(_)
        | Stmt::Return(_)
        | Stmt::Panic { .. }
        | Stmt::Receive(_) => {}
    });
}
